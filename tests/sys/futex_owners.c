// SPDX-License-Identifier: MIT
// beyond: robust lists
// Futexes that know their owner, between processes: priority inheritance (lock, trylock, waiting, requeue), and robust
// lists, whose words say that the owner has died, whatever way it went.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { N = 4 };

// Shared by the processes.
static struct shared {
    uint32_t pi, from, plain, ready, got;
    struct robust_node {
        struct robust_list list;
        uint32_t word;
    } node[N], pending, other;
    struct robust_list_head head;
    pthread_mutex_t mutex;
} *s;

static long futex(uint32_t *word, int op, uint32_t value, const struct timespec *timeout, uint32_t *word2, uint32_t value3)
{
    return syscall(SYS_futex, word, op, value, timeout, word2, value3);
}

static uint32_t tid(void)
{
    return (uint32_t)syscall(SYS_gettid);
}

static uint32_t read_word(uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static int becomes(uint32_t *word, uint32_t value)
{
    for (int i = 0; i < 5000 && read_word(word) != value; i++)
        usleep(1000);
    return read_word(word) == value;
}

static int has_waiters(uint32_t *word)
{
    for (int i = 0; i < 5000 && !(read_word(word) & FUTEX_WAITERS); i++)
        usleep(1000);
    return (read_word(word) & FUTEX_WAITERS) != 0;
}

static int ends(pid_t pid)
{
    int status = -1;
    return waitpid(pid, &status, 0) == pid ? status : -1;
}

// ---- priority inheritance

static void pi_between_processes(void)
{
    memset(s, 0, sizeof *s);
    CHECK(futex(&s->pi, FUTEX_LOCK_PI, 0, NULL, NULL, 0) == 0 && s->pi == tid());
    CHECK(futex(&s->pi, FUTEX_LOCK_PI, 0, NULL, NULL, 0) == -1 && errno == EDEADLK);
    pid_t pid = fork();
    if (!pid) {
        struct timespec soon;
        int ok = futex(&s->pi, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0) == -1 && errno == EAGAIN;
        ok &= futex(&s->pi, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == -1 && errno == EPERM;
        clock_gettime(CLOCK_REALTIME, &soon);
        soon.tv_nsec = (soon.tv_nsec + 20000000) % 1000000000;
        soon.tv_sec += soon.tv_nsec < 20000000;
        ok &= futex(&s->pi, FUTEX_LOCK_PI, 0, &soon, NULL, 0) == -1 && errno == ETIMEDOUT;
        __atomic_store_n(&s->ready, 1, __ATOMIC_RELEASE);
        ok &= futex(&s->pi, FUTEX_LOCK_PI, 0, NULL, NULL, 0) == 0 && (s->pi & FUTEX_TID_MASK) == tid();
        ok &= futex(&s->pi, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0;
        _exit(!ok);
    }
    CHECK(becomes(&s->ready, 1) && has_waiters(&s->pi));
    CHECK(futex(&s->pi, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0);
    CHECK(ends(pid) == 0 && s->pi == 0);
}

// The owner dies while another process waits: that one has the lock, and learns why.
static void pi_owner_dies(int sig)
{
    memset(s, 0, sizeof *s);
    pid_t pid = fork();
    if (!pid) {
        futex(&s->pi, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
        __atomic_store_n(&s->ready, 1, __ATOMIC_RELEASE);
        while (!has_waiters(&s->pi))
            ;
        if (sig)
            raise(sig);
        _exit(0);
    }
    CHECK(becomes(&s->ready, 1));
    CHECK(futex(&s->pi, FUTEX_LOCK_PI, 0, NULL, NULL, 0) == 0);
    CHECK((s->pi & FUTEX_TID_MASK) == tid() && (s->pi & FUTEX_OWNER_DIED));
    CHECK(futex(&s->pi, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0);
    CHECK(ends(pid) == sig);
}

// Waits on one word and is moved to the lock by another process.
static void requeued(void)
{
    pid_t pid[N];
    memset(s, 0, sizeof *s);
    CHECK(futex(&s->pi, FUTEX_LOCK_PI, 0, NULL, NULL, 0) == 0);
    for (int i = 0; i < N; i++) {
        pid[i] = fork();
        if (!pid[i]) {
            __atomic_add_fetch(&s->ready, 1, __ATOMIC_ACQ_REL);
            int ok = futex(&s->from, FUTEX_WAIT_REQUEUE_PI, 0, NULL, &s->pi, 0) == 0;
            ok &= (read_word(&s->pi) & FUTEX_TID_MASK) == tid();
            __atomic_add_fetch(&s->got, 1, __ATOMIC_ACQ_REL);
            ok &= futex(&s->pi, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0;
            _exit(!ok);
        }
    }
    CHECK(becomes(&s->ready, N));
    long moved = 0;
    for (int i = 0; i < 5000 && moved < N; i++) {
        long n = futex(&s->from, FUTEX_CMP_REQUEUE_PI, 1, (void *)(uintptr_t)INT32_MAX, &s->pi, 0);
        CHECK(n >= 0);
        moved += n;
        usleep(1000);
    }
    CHECK(moved == N && read_word(&s->got) == 0);
    CHECK(futex(&s->from, FUTEX_CMP_REQUEUE_PI, 1, NULL, &s->pi, 1) == -1 && errno == EAGAIN);
    CHECK(futex(&s->pi, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0);
    for (int i = 0; i < N; i++)
        CHECK(ends(pid[i]) == 0);
    CHECK(read_word(&s->got) == N && s->pi == 0);
}

// ---- robust lists

static void list_them(uint32_t owner)
{
    s->head.list.next = &s->node[0].list;
    s->head.futex_offset = (long)(offsetof(struct robust_node, word) - offsetof(struct robust_node, list));
    for (int i = 0; i < N; i++) {
        s->node[i].list.next = i + 1 < N ? &s->node[i + 1].list : &s->head.list;
        s->node[i].word = owner | (i == 1 ? FUTEX_WAITERS : 0);
    }
    s->pending.word = owner;
    s->head.list_op_pending = &s->pending.list;
    s->node[2].word = s->other.word = 1; // somebody else's
    syscall(SYS_set_robust_list, &s->head, sizeof s->head);
}

static void dies(int how)
{
    switch (how) {
    case 0: _exit(0);
    case 1: raise(SIGKILL); break;
    case 2: raise(SIGSEGV); break;
    case 3: *(volatile int *)8 = 1; break;
    default: execl("/proc/self/exe", "futex_owners", "ends", NULL);
    }
    _exit(9);
}

static void robust(int how)
{
    memset(s, 0, sizeof *s);
    pid_t pid = fork();
    if (!pid) {
        list_them(tid());
        __atomic_store_n(&s->ready, 1, __ATOMIC_RELEASE);
        usleep(20000);
        dies(how);
    }
    CHECK(becomes(&s->ready, 1));
    struct timespec long_enough = {10, 0};
    // The one that waits is woken by the owner's death.
    uint32_t held = (uint32_t)pid | FUTEX_WAITERS;
    long r = futex(&s->node[1].word, FUTEX_WAIT, held, &long_enough, NULL, 0);
    CHECK(r == 0 || errno == EAGAIN);
    ends(pid);
    CHECK(s->node[0].word == FUTEX_OWNER_DIED && s->node[3].word == FUTEX_OWNER_DIED);
    CHECK(s->node[1].word == (FUTEX_OWNER_DIED | FUTEX_WAITERS));
    CHECK(s->pending.word == FUTEX_OWNER_DIED);
    CHECK(s->node[2].word == 1 && s->other.word == 1);
}

// A list that leads to where nothing is, and one that goes round, end.
static void odd_lists(void)
{
    for (int how = 0; how < 3; how++) {
        memset(s, 0, sizeof *s);
        pid_t pid = fork();
        if (!pid) {
            list_them(tid());
            s->node[0].list.next = how == 0 ? (void *)8 : how == 1 ? &s->node[0].list : (void *)0x600000010000;
            raise(SIGKILL);
        }
        CHECK(ends(pid) == SIGKILL);
        CHECK(s->node[0].word == FUTEX_OWNER_DIED);
    }
}

static void *locks_and_ends(void *mutex)
{
    pthread_mutex_lock(mutex);
    return NULL;
}

static void library(int protocol)
{
    pthread_mutexattr_t attr;
    memset(s, 0, sizeof *s);
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setprotocol(&attr, protocol);
    CHECK(pthread_mutex_init(&s->mutex, &attr) == 0);
    pid_t pid = fork();
    if (!pid) {
        pthread_mutex_lock(&s->mutex);
        raise(SIGKILL);
    }
    CHECK(ends(pid) == SIGKILL);
    CHECK(pthread_mutex_lock(&s->mutex) == EOWNERDEAD);
    CHECK(pthread_mutex_consistent(&s->mutex) == 0 && pthread_mutex_unlock(&s->mutex) == 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, locks_and_ends, &s->mutex) == 0 && pthread_join(thread, NULL) == 0);
    CHECK(pthread_mutex_lock(&s->mutex) == EOWNERDEAD && pthread_mutex_unlock(&s->mutex) == 0);
    CHECK(pthread_mutex_lock(&s->mutex) == ENOTRECOVERABLE);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        return 0;
    alarm(50);
    s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pi_between_processes();
    pi_owner_dies(0);
    pi_owner_dies(SIGKILL);
    requeued();
    for (int how = 0; how < 5; how++)
        robust(how);
    odd_lists();
    library(PTHREAD_PRIO_NONE);
    library(PTHREAD_PRIO_INHERIT);
    return guest_done();
}
