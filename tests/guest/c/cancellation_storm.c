// SPDX-License-Identifier: MIT
// variants: O2-static O2-dynamic
// libs: pthread
/* Threads that wait in calls, locks and handlers are cancelled while signals hit them and the one
   that cancels: each cleans up once and leaves its locks, however its stack looked when it was
   unwound. */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAITERS = 6, THREADS = WAITERS + 3, ROUNDS = 40 };

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, inherits;
static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static atomic_int cleaned, handled, ready;
static int pipe_of[2];

static void handler(int sig)
{
    (void)sig;
    handled++;
    for (volatile int i = 0; i < 20; i++)
        ;
}

static void unlock(void *m)
{
    pthread_mutex_unlock(m);
}

static void unlock_shared(void *l)
{
    pthread_rwlock_unlock(l);
}

static void count(void *unused)
{
    (void)unused;
    cleaned++;
}

static void wait_somehow(long kind)
{
    char c;
    struct timespec moment = {0, 200000};
    switch (kind) {
    case 0:
        if (read(pipe_of[0], &c, 1) == 1)
            abort();
        break;
    case 1:
        pthread_mutex_lock(&plain);
        pthread_cleanup_push(unlock, &plain);
        pthread_cond_wait(&condition, &plain);
        pthread_cleanup_pop(1);
        break;
    case 2:
        pthread_mutex_lock(&inherits);
        pthread_cleanup_push(unlock, &inherits);
        nanosleep(&moment, NULL);
        pthread_cleanup_pop(1);
        break;
    case 3:
        pthread_rwlock_rdlock(&shared);
        pthread_cleanup_push(unlock_shared, &shared);
        pthread_testcancel();
        pthread_cleanup_pop(1);
        break;
    case 4:
        pthread_rwlock_wrlock(&shared);
        pthread_cleanup_push(unlock_shared, &shared);
        pthread_testcancel();
        pthread_cleanup_pop(1);
        break;
    default: pause();
    }
}

static void *work(void *kind)
{
    pthread_cleanup_push(count, NULL);
    ready++;
    for (;;) {
        wait_somehow((long)kind);
        pthread_testcancel();
    }
    pthread_cleanup_pop(1);
    return NULL;
}

// To be cancelled at any instruction.
static void *compute(void *unused)
{
    pthread_cleanup_push(count, NULL);
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    ready++;
    for (volatile unsigned long i = 0;; i++)
        ;
    pthread_cleanup_pop(1);
    return unused;
}

static void round_of(unsigned seed)
{
    pthread_t t[THREADS];
    ready = 0;
    for (long k = 0; k < THREADS; k++)
        CHECK(pthread_create(&t[k], NULL, k < WAITERS ? work : compute, (void *)k) == 0);
    while (ready < THREADS)
        sched_yield();
    for (int k = 0; k < THREADS; k++) {
        unsigned many = k < WAITERS ? 1 : 50;
        for (unsigned i = 0; i < many + (seed + (unsigned)k) % 4; i++) {
            pthread_kill(t[k], SIGUSR1);
            pthread_kill(t[k], SIGUSR2);
        }
        pthread_kill(pthread_self(), SIGUSR1);
        CHECK(pthread_cancel(t[k]) == 0);
        pthread_kill(t[k], SIGUSR2);
    }
    for (int k = 0; k < THREADS; k++) {
        void *result = NULL;
        CHECK(pthread_join(t[k], &result) == 0);
        CHECK(result == PTHREAD_CANCELED);
    }
}

int main(void)
{
    struct sigaction a = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &a, NULL);
    sigaction(SIGUSR2, &a, NULL);
    pthread_mutexattr_t how;
    pthread_mutexattr_init(&how);
    pthread_mutexattr_setprotocol(&how, PTHREAD_PRIO_INHERIT);
    CHECK(pthread_mutex_init(&inherits, &how) == 0);
    CHECK(pipe(pipe_of) == 0);
    for (unsigned i = 0; i < ROUNDS; i++)
        round_of(i);
    CHECK(pthread_mutex_trylock(&plain) == 0);
    CHECK(pthread_mutex_trylock(&inherits) == 0);
    CHECK(pthread_rwlock_trywrlock(&shared) == 0);
    printf("cleaned %d, signals: %s\n", cleaned, handled > ROUNDS ? "many" : "few");
    return 0;
}
