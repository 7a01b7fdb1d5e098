// SPDX-License-Identifier: MIT
// beyond: priority-inheriting futexes
/*
 * Threads: hundreds of them, cancelled and ended while they are blocked, robust and
 * priority-inheriting mutexes whose owner dies, in this process and in another, and membarrier.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 500 };

static int pipe_fd[2];
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t semaphore;
static volatile int started;

static void *add_one(void *argument)
{
    pthread_mutex_lock(&gate); // all are there at once
    pthread_mutex_unlock(&gate);
    __atomic_add_fetch((int *)argument, 1, __ATOMIC_RELAXED);
    return argument;
}

static void many(void)
{
    static pthread_t thread[MANY];
    pthread_attr_t small;
    int total = 0, bad = 0;
    void *result;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    pthread_mutex_lock(&gate);
    for (int i = 0; i < MANY; i++)
        bad |= pthread_create(&thread[i], &small, add_one, &total);
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < MANY; i++)
        bad |= pthread_join(thread[i], &result) || result != &total;
    CHECK(bad == 0 && total == MANY);
}

static void unlock(void *m)
{
    pthread_mutex_unlock(m);
}

// One that blocks for good.
static void *blocks(void *how)
{
    char c;
    struct timespec long_time = {1000, 0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    __atomic_add_fetch(&started, 1, __ATOMIC_RELEASE);
    switch ((long)how) {
    case 0: return (void *)(read(pipe_fd[0], &c, 1) + 10);
    case 1: nanosleep(&long_time, NULL); break;
    case 2: poll(NULL, 0, -1); break;
    case 3: sem_wait(&semaphore); break;
    case 4: pause(); break;
    case 5: sigwaitinfo(&set, NULL); break;
    case 6:
        pthread_mutex_lock(&gate);
        pthread_cleanup_push(unlock, &gate);
        pthread_cond_wait(&never, &gate);
        pthread_cleanup_pop(1);
        break;
    case 7: // cancelled anywhere
        pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
        for (;;)
            __asm__ volatile("");
    default: sigsuspend(&set); break;
    }
    return NULL;
}

enum { WAYS = 9 };

static void cancelled(void)
{
    pthread_t thread[WAYS];
    void *result;
    started = 0;
    for (long i = 0; i < WAYS; i++)
        pthread_create(&thread[i], NULL, blocks, (void *)i);
    while (started < WAYS)
        usleep(1000);
    usleep(10000);
    for (int i = 0; i < WAYS; i++) {
        CHECK(pthread_cancel(thread[i]) == 0);
        CHECK(pthread_join(thread[i], &result) == 0 && result == PTHREAD_CANCELED);
    }
    CHECK(pthread_mutex_trylock(&gate) == 0);
    pthread_mutex_unlock(&gate);
}

static void *ends_process(void *argument)
{
    (void)argument;
    usleep(5000);
    exit(12);
}

// The process ends while its threads are blocked, whoever ends it.
static void ended(int who)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        pthread_t thread;
        for (long i = 0; i < WAYS; i++)
            pthread_create(&thread, NULL, blocks, (void *)i);
        if (who == 0)
            _exit(12);
        pthread_create(&thread, NULL, ends_process, NULL);
        if (who == 1)
            pthread_exit(NULL);
        pause();
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 12);
}

static pthread_mutex_t *shared_mutex(int protocol)
{
    pthread_mutexattr_t a;
    pthread_mutex_t *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_init(&a);
    pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setprotocol(&a, protocol);
    CHECK(pthread_mutex_init(m, &a) == 0);
    return m;
}

static void *dies_with(void *m)
{
    pthread_mutex_lock(m);
    __atomic_add_fetch(&started, 1, __ATOMIC_RELEASE);
    usleep(10000);
    return NULL;
}

static void owner_dies(int protocol)
{
    pthread_t thread;
    int status;
    pthread_mutex_t *m = shared_mutex(protocol);
    started = 0;
    pthread_create(&thread, NULL, dies_with, m);
    while (!started)
        usleep(100);
    CHECK(pthread_mutex_lock(m) == EOWNERDEAD); // waited for
    pthread_join(thread, NULL);
    CHECK(pthread_mutex_consistent(m) == 0 && pthread_mutex_unlock(m) == 0);

    for (int killed = 0; killed < 2; killed++) { // of another process
        int p[2];
        char c;
        CHECK(pipe(p) == 0);
        pid_t pid = fork();
        if (pid == 0) {
            pthread_mutex_lock(m);
            CHECK(write(p[1], "l", 1) == 1);
            usleep(10000);
            if (killed)
                kill(getpid(), SIGKILL);
            _exit(0);
        }
        CHECK(read(p[0], &c, 1) == 1);
        CHECK(pthread_mutex_lock(m) == EOWNERDEAD);
        CHECK(waitpid(pid, &status, 0) == pid);
        CHECK(pthread_mutex_consistent(m) == 0 && pthread_mutex_unlock(m) == 0);
        CHECK(pthread_mutex_lock(m) == 0 && pthread_mutex_unlock(m) == 0);
        close(p[0]);
        close(p[1]);
    }
    // Not made consistent: of no use any more.
    pthread_create(&thread, NULL, dies_with, m);
    pthread_join(thread, NULL);
    CHECK(pthread_mutex_lock(m) == EOWNERDEAD && pthread_mutex_unlock(m) == 0);
    CHECK(pthread_mutex_lock(m) == ENOTRECOVERABLE);
}

static pthread_mutex_t inheriting;
static int total;

static void *contends(void *argument)
{
    (void)argument;
    for (int i = 0; i < 500; i++) {
        pthread_mutex_lock(&inheriting);
        total++;
        pthread_mutex_unlock(&inheriting);
    }
    return NULL;
}

static void inherits(void)
{
    pthread_t thread[8];
    pthread_mutexattr_t a;
    pthread_mutexattr_init(&a);
    pthread_mutexattr_setprotocol(&a, PTHREAD_PRIO_INHERIT);
    CHECK(pthread_mutex_init(&inheriting, &a) == 0);
    for (int i = 0; i < 8; i++)
        pthread_create(&thread[i], NULL, contends, NULL);
    for (int i = 0; i < 8; i++)
        pthread_join(thread[i], NULL);
    CHECK(total == 8 * 500);
}

// Store buffering with the barrier on one side only: both never read the old value.
static int x, y, r1, r2;
static pthread_barrier_t both;
enum { EXPEDITED = 8, REGISTER_EXPEDITED = 16, ROUNDS = 2000 };

static void *other_side(void *argument)
{
    (void)argument;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(&both);
        __atomic_store_n(&y, 1, __ATOMIC_RELAXED);
        __asm__ volatile("" ::: "memory");
        r2 = __atomic_load_n(&x, __ATOMIC_RELAXED);
        pthread_barrier_wait(&both);
    }
    return NULL;
}

static void barrier(void)
{
    long commands = syscall(SYS_membarrier, 0, 0, 0);
    CHECK(commands >= 0 || errno == ENOSYS);
    CHECK(syscall(SYS_membarrier, -1, 0, 0) == -1);
    if (commands < 0 || !(commands & EXPEDITED))
        return;
    CHECK(syscall(SYS_membarrier, EXPEDITED, 0, 0) == -1 && errno == EPERM);
    CHECK(syscall(SYS_membarrier, REGISTER_EXPEDITED, 0, 0) == 0);
    pthread_t thread;
    int both_old = 0;
    pthread_barrier_init(&both, NULL, 2);
    pthread_create(&thread, NULL, other_side, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        x = y = 0;
        pthread_barrier_wait(&both);
        __atomic_store_n(&x, 1, __ATOMIC_RELAXED);
        syscall(SYS_membarrier, EXPEDITED, 0, 0);
        r1 = __atomic_load_n(&y, __ATOMIC_RELAXED);
        pthread_barrier_wait(&both);
        both_old += !r1 && !r2;
    }
    pthread_join(thread, NULL);
    CHECK(both_old == 0);
}

int main(void)
{
    CHECK(pipe(pipe_fd) == 0 && sem_init(&semaphore, 0, 0) == 0);
    barrier();
    many();
    cancelled();
    for (int who = 0; who < 3; who++)
        ended(who);
    owner_dies(PTHREAD_PRIO_NONE);
    owner_dies(PTHREAD_PRIO_INHERIT);
    inherits();
    return guest_done();
}
