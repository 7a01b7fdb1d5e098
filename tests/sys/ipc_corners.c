// SPDX-License-Identifier: MIT
// beyond: SHM_REMAP, MSG_COPY
// System V objects at their edges: where segments may be attached, layouts of what IPC_STAT says, messages that are looked at or cut
// off, semaphores that wait for a time.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096 };

static void segments(void)
{
    struct shmid_ds ds;
    int id = shmget(IPC_PRIVATE, 3 * PAGE + 5, 0600);
    CHECK(id >= 0);
    char *room = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(shmat(id, room + 1, 0) == (void *)-1 && errno == EINVAL);
    CHECK(shmat(id, room, 0) == (void *)-1 && errno == EINVAL); // something is there
    room[0] = 7;
    char *at = shmat(id, room + 100, SHM_RND | SHM_REMAP);
    CHECK(at == room && at[0] == 0);
    at[3 * PAGE + 4] = 9;
    char *second = shmat(id, NULL, SHM_RDONLY);
    CHECK(second != (void *)-1 && second[3 * PAGE + 4] == 9 && second != at);
    CHECK(shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_nattch == 2 && ds.shm_segsz == 3 * PAGE + 5);
    CHECK(ds.shm_cpid == getpid() && ds.shm_lpid == getpid() && ds.shm_atime && !ds.shm_dtime && ds.shm_ctime);
    CHECK((ds.shm_perm.mode & 0777) == 0600 && ds.shm_perm.uid == geteuid() && ds.shm_perm.__key == IPC_PRIVATE);
    CHECK(shmdt(second + PAGE) == -1 && errno == EINVAL);
    CHECK(shmdt(second) == 0 && shmdt(second) == -1 && errno == EINVAL);
    // What is marked goes when the last one leaves, and is there until then.
    CHECK(shmctl(id, IPC_RMID, NULL) == 0 && at[3 * PAGE + 4] == 9);
    CHECK(shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_perm.mode & 01000);
    CHECK(shmdt(at) == 0 && shmctl(id, IPC_STAT, &ds) == -1);
    CHECK(shmat(id, NULL, 0) == (void *)-1 && (errno == EINVAL || errno == EIDRM));
    CHECK(shmat(id, NULL, SHM_REMAP) == (void *)-1 && errno == EINVAL);
    munmap(room, 16 * PAGE);
}

// Whether nothing is mapped there.
static int is_free(char *at)
{
    char *p = mmap(at, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (p != MAP_FAILED)
        munmap(p, PAGE);
    return p == at;
}

// Many at once; some go by munmap and by what is mapped over them, some are moved, some lose a part.
static void many_segments(void)
{
    enum { MANY = 150 };
    static char *at[MANY];
    struct shmid_ds ds;
    int id = shmget(IPC_PRIVATE, 3 * PAGE, 0600);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < MANY; i++)
            CHECK((at[i] = shmat(id, NULL, 0)) != (void *)-1);
        CHECK(shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_nattch == MANY);
        for (int i = 0; i < MANY; i++)
            CHECK(round == 0 ? shmdt(at[i]) == 0
                             : munmap(at[i], 3 * PAGE) == 0 && shmdt(at[i]) == -1 && errno == EINVAL);
        CHECK(is_free(at[0]) && is_free(at[MANY - 1] + 2 * PAGE));
    }
    char *room = mmap(NULL, 8 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *moved = shmat(id, NULL, 0), *cut = shmat(id, NULL, 0);
    CHECK(mremap(moved, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, room) == room);
    CHECK(shmdt(moved) == -1 && errno == EINVAL && shmdt(room) == 0 && is_free(room) && is_free(room + 2 * PAGE) && !is_free(room + 3 * PAGE));
    CHECK(munmap(cut + PAGE, PAGE) == 0);
    CHECK(mmap(cut + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == cut + PAGE);
    CHECK(shmdt(cut) == 0 && is_free(cut) && !is_free(cut + PAGE) && is_free(cut + 2 * PAGE));
    CHECK(shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_nattch == 0);
    munmap(cut + PAGE, PAGE), munmap(room, 8 * PAGE);
    shmctl(id, IPC_RMID, NULL);
}

struct message {
    long type;
    char text[16];
};

static void messages(void)
{
    int q = msgget(IPC_PRIVATE, 0600);
    struct message m = {3, "three"}, got = {0};
    struct msqid_ds ds;
    CHECK(q >= 0 && msgsnd(q, &m, 6, 0) == 0);
    m = (struct message){1, "one"};
    CHECK(msgsnd(q, &m, 4, 0) == 0);
    m = (struct message){2, "two"};
    CHECK(msgsnd(q, &m, 4, 0) == 0);
    CHECK(msgctl(q, IPC_STAT, &ds) == 0 && ds.msg_qnum == 3 && ds.__msg_cbytes == 14 && ds.msg_lspid == getpid() &&
          ds.msg_stime && !ds.msg_rtime && ds.msg_qbytes > 0);
    // A look at the second without taking it.
    long n = msgrcv(q, &got, 16, 1, MSG_COPY | IPC_NOWAIT);
    CHECK((n == 4 && got.type == 1 && !strcmp(got.text, "one")) || (n == -1 && errno == ENOSYS));
    n = msgrcv(q, &got, 16, 9, MSG_COPY | IPC_NOWAIT);
    CHECK(n == -1 && (errno == ENOMSG || errno == ENOSYS));
    CHECK(msgrcv(q, &got, 16, 1, MSG_COPY) == -1 && (errno == EINVAL || errno == ENOSYS));
    CHECK(msgrcv(q, &got, 16, 1, MSG_COPY | MSG_EXCEPT | IPC_NOWAIT) == -1);
    CHECK(msgrcv(q, &got, 3, 3, 0) == -1 && errno == E2BIG);
    CHECK(msgrcv(q, &got, 3, 3, MSG_NOERROR) == 3 && got.type == 3 && !memcmp(got.text, "thr", 3));
    CHECK(msgrcv(q, &got, 16, -2, 0) == 4 && got.type == 1); // the lowest up to 2
    CHECK(msgrcv(q, &got, 16, 1, MSG_EXCEPT) == 4 && got.type == 2);
    CHECK(msgrcv(q, &got, 16, 0, IPC_NOWAIT) == -1 && errno == ENOMSG);
    m.type = 0;
    CHECK(msgsnd(q, &m, 1, 0) == -1 && errno == EINVAL);
    CHECK(msgsnd(q, (void *)16, 1, 0) == -1 && errno == EFAULT);
    CHECK(msgctl(q, IPC_STAT, &ds) == 0);
    ds.msg_perm.mode = 0640;
    ds.msg_qbytes = 100;
    CHECK(msgctl(q, IPC_SET, &ds) == 0 && msgctl(q, IPC_STAT, &ds) == 0 && ds.msg_qbytes == 100 &&
          (ds.msg_perm.mode & 0777) == 0640);
    CHECK(msgctl(q, IPC_RMID, NULL) == 0 && msgsnd(q, &m, 1, 0) == -1);
}

static void semaphores(void)
{
    int s = semget(IPC_PRIVATE, 3, 0600);
    struct semid_ds ds;
    unsigned short all[3] = {1, 2, 3}, back[3] = {0};
    union {
        int value;
        void *pointer;
    } arg = {.pointer = all};
    struct timespec little = {0, 5000000}, wrong = {0, 1000000000};
    struct sembuf take = {0, -2, 0}, zero = {1, 0, IPC_NOWAIT}, two[2] = {{2, -1, 0}, {0, -5, IPC_NOWAIT}};
    CHECK(s >= 0 && semctl(s, 0, SETALL, arg) == 0);
    CHECK(semtimedop(s, &take, 1, &little) == -1 && errno == EAGAIN);
    CHECK(semtimedop(s, &take, 1, &wrong) == -1 && errno == EINVAL);
    CHECK(semtimedop(s, &take, 1, (void *)16) == -1 && errno == EFAULT);
    CHECK(semop(s, &zero, 1) == -1 && errno == EAGAIN);
    CHECK(semop(s, two, 2) == -1 && errno == EAGAIN && semctl(s, 2, GETVAL) == 3); // all or nothing
    two[1].sem_num = 9;
    CHECK(semop(s, two, 2) == -1 && errno == EFBIG);
    CHECK(semop(s, two, 0) == -1 && errno == EINVAL && semop(s, two, 100000) == -1 && errno == E2BIG);
    take.sem_op = -1;
    CHECK(semop(s, &take, 1) == 0 && semctl(s, 0, GETPID) == getpid() && semctl(s, 0, GETNCNT) == 0);
    arg.pointer = back;
    CHECK(semctl(s, 0, GETALL, arg) == 0 && back[0] == 0 && back[1] == 2 && back[2] == 3);
    arg.pointer = &ds;
    CHECK(semctl(s, 0, IPC_STAT, arg) == 0 && ds.sem_nsems == 3 && ds.sem_otime && ds.sem_ctime &&
          (ds.sem_perm.mode & 0777) == 0600);
    ds.sem_perm.mode = 0640;
    CHECK(semctl(s, 0, IPC_SET, arg) == 0 && semctl(s, 0, IPC_STAT, arg) == 0 && (ds.sem_perm.mode & 0777) == 0640);
    arg.value = 40000;
    CHECK(semctl(s, 0, SETVAL, arg) == -1 && errno == ERANGE);
    CHECK(semctl(s, 0, IPC_RMID) == 0 && semop(s, &take, 1) == -1);
}

int main(void)
{
    segments();
    many_segments();
    messages();
    semaphores();
    return guest_done();
}
