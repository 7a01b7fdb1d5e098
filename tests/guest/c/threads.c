// SPDX-License-Identifier: MIT
// variants: O2-static O2-dynamic
// libs: pthread
/* Threads: mutual exclusion, waiting, thread-local storage, ends. */
#define _GNU_SOURCE
#include "guest.h"
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 20000, TURNS = 50 };

static atomic_long counted;
static long guarded;
static int turn;
static __thread long own = 5;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_key_t key;
static atomic_int destroyed;

static void destroy(void *value)
{
    free(value);
    destroyed++;
}

static void *work(void *argument)
{
    long me = (long)argument;
    pthread_setspecific(key, malloc(10));
    for (int i = 0; i < ROUNDS; i++) {
        counted++;
        own++;
        if (i % 100 == 0) {
            pthread_mutex_lock(&mutex);
            guarded++;
            pthread_mutex_unlock(&mutex);
        }
    }
    for (int i = 0; i < TURNS; i++) {
        pthread_mutex_lock(&mutex);
        while (turn % THREADS != me)
            pthread_cond_wait(&changed, &mutex);
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
    }
    return (void *)own;
}

static void together(void)
{
    pthread_t t[THREADS];
    void *result;
    pthread_key_create(&key, destroy);
    for (long i = 0; i < THREADS; i++)
        CHECK(pthread_create(&t[i], NULL, work, (void *)i) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(t[i], &result) == 0 && (long)result == ROUNDS + 5);
    CHECK(counted == (long)THREADS * ROUNDS && guarded == THREADS * ROUNDS / 100);
    CHECK(turn == THREADS * TURNS && own == 5 && destroyed == THREADS);
}

static void *nothing(void *argument)
{
    return argument;
}

static void *leave(void *argument)
{
    pthread_exit((char *)argument + 1);
}

static void *sleep_long(void *argument)
{
    sleep(1000);
    return argument;
}

static void ends(void)
{
    pthread_t t;
    void *result;
    for (long i = 0; i < 200; i++) {
        if (pthread_create(&t, NULL, i % 2 ? nothing : leave, (void *)i) || pthread_join(t, &result) ||
            (long)result != i + (i % 2 == 0))
            CHECK(0);
    }
    pthread_create(&t, NULL, sleep_long, NULL);
    CHECK(pthread_cancel(t) == 0 && pthread_join(t, &result) == 0 && result == PTHREAD_CANCELED);
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 1000000;
    if (soon.tv_nsec >= 1000000000)
        soon = (struct timespec){soon.tv_sec + 1, soon.tv_nsec - 1000000000};
    pthread_mutex_lock(&mutex);
    CHECK(pthread_cond_timedwait(&changed, &mutex, &soon) == ETIMEDOUT);
    pthread_mutex_unlock(&mutex);
}

/* A thread that only computes must not keep the others from running. */
static atomic_int stop;

static void *spin(void *argument)
{
    while (!stop)
        ;
    return argument;
}

static void fairness(void)
{
    pthread_t t[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, spin, NULL);
    usleep(20000);
    stop = 1;
    for (int i = 0; i < 3; i++)
        CHECK(pthread_join(t[i], NULL) == 0);
}

static sem_t ping, pong;

static void *answer(void *argument)
{
    for (int i = 0; i < 500; i++) {
        sem_wait(&ping);
        sem_post(&pong);
    }
    return argument;
}

static void semaphores(void)
{
    pthread_t t;
    sem_init(&ping, 0, 0);
    sem_init(&pong, 0, 0);
    pthread_create(&t, NULL, answer, NULL);
    for (int i = 0; i < 500; i++) {
        sem_post(&ping);
        sem_wait(&pong);
    }
    CHECK(pthread_join(t, NULL) == 0);
}

int main(void)
{
    together();
    ends();
    fairness();
    semaphores();
    return guest_done();
}
