// SPDX-License-Identifier: MIT
// beyond: the order of the fields of struct semid_ds
// System V semaphores, shared memory, message queues; POSIX message queues.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

union semun {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

static void semaphores(void)
{
    struct semid_ds ds;
    unsigned short values[3] = {4, 5, 6}, got[3] = {0};
    int id = semget(IPC_PRIVATE, 3, IPC_CREAT | 0640);
    memset(&ds, 0xaa, sizeof ds);
    CHECK(id >= 0 && semctl(id, 0, IPC_STAT, (union semun){.buf = &ds}) == 0 && ds.sem_nsems == 3 &&
          ds.sem_otime == 0);
    CHECK(ds.sem_perm.mode == 0640 && ds.sem_perm.uid == geteuid() &&
          ds.sem_ctime > time(NULL) - 60);
    ds.sem_perm.mode = 0600;
    CHECK(semctl(id, 0, IPC_SET, (union semun){.buf = &ds}) == 0 &&
          semctl(id, 0, IPC_STAT, (union semun){.buf = &ds}) == 0 && ds.sem_perm.mode == 0600);
    CHECK(semctl(id, 0, SETALL, (union semun){.array = values}) == 0 &&
          semctl(id, 0, GETALL, (union semun){.array = got}) == 0 && got[2] == 6);
    struct sembuf ops[2] = {{0, -4, 0}, {1, 1, SEM_UNDO}};
    CHECK(semop(id, ops, 2) == 0 && semctl(id, 0, GETVAL) == 0 && semctl(id, 1, GETVAL) == 6);
    struct timespec little = {0, 10000000};
    CHECK(semtimedop(id, ops, 1, &little) == -1 && errno == EAGAIN);
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        struct sembuf up = {0, 4, 0};
        _exit(semop(id, &up, 1) != 0);
    }
    CHECK(semop(id, ops, 1) == 0 && waitpid(pid, NULL, 0) == pid && semctl(id, 0, IPC_RMID) == 0);
}

static void memory(void)
{
    struct shmid_ds ds;
    int id = shmget(IPC_PRIVATE, 10000, IPC_CREAT | 0600);
    char *p = shmat(id, NULL, 0);
    CHECK(p != (void *)-1 && shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_segsz == 10000 &&
          ds.shm_nattch == 1);
    const char *q = shmat(id, NULL, SHM_RDONLY);
    CHECK(q != (void *)-1 && q != p);
    strcpy(p + 9000, "seen");
    CHECK(!strcmp(q + 9000, "seen"));
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        strcpy(p, "child");
        _exit(shmdt(p));
    }
    CHECK(waitpid(pid, NULL, 0) == pid && !strcmp(q, "child"));
    CHECK(shmdt(q) == 0 && shmdt(q) == -1 && errno == EINVAL && shmdt(p) == 0 &&
          shmctl(id, IPC_RMID, NULL) == 0);
    CHECK(shmat(id, NULL, 0) == (void *)-1 && (errno == EINVAL || errno == EIDRM));
}

static void messages(void)
{
    struct {
        long type;
        char text[16];
    } m = {7, "message"};
    struct msqid_ds ds;
    int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
    CHECK(msgsnd(id, &m, 8, 0) == 0 && msgctl(id, IPC_STAT, &ds) == 0 && ds.msg_qnum == 1);
    memset(&m, 0, sizeof m);
    CHECK(msgrcv(id, &m, 16, 6, IPC_NOWAIT) == -1 && errno == ENOMSG);
    CHECK(msgrcv(id, &m, 16, 7, 0) == 8 && m.type == 7 && !strcmp(m.text, "message") &&
          msgctl(id, IPC_RMID, NULL) == 0);

    struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = 32};
    mqd_t q = mq_open("/a64kit-test", O_CREAT | O_RDWR | O_NONBLOCK, 0600, &attr);
    if (q == (mqd_t)-1)
        return; // not in every container
    unsigned priority = 0;
    char buf[32];
    CHECK(mq_send(q, "low", 4, 1) == 0 && mq_send(q, "high", 5, 9) == 0);
    CHECK(mq_receive(q, buf, sizeof buf, &priority) == 5 && priority == 9 && !strcmp(buf, "high"));
    CHECK(mq_getattr(q, &attr) == 0 && attr.mq_curmsgs == 1 && attr.mq_flags & O_NONBLOCK);
    CHECK(mq_unlink("/a64kit-test") == 0);
}

int main(void)
{
    semaphores();
    memory();
    messages();
    return guest_done();
}
