// SPDX-License-Identifier: MIT
// beyond: the robust locks of a thread that can be joined
// When a thread can be joined, its robust locks are already its heirs': nobody finds them locked
// any more, also where the thread's memory serves another one by then.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>

enum { ROUNDS = 300, LOCKS = 3 };

static pthread_mutex_t locks[LOCKS];

static void *dies(void *argument)
{
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_lock(&locks[i]);
    return argument;
}

static void *nothing(void *argument)
{
    return argument;
}

static void inherited(int protocol)
{
    pthread_mutexattr_t a;
    int held = 0;
    pthread_mutexattr_init(&a);
    pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setprotocol(&a, protocol);
    for (int i = 0; i < LOCKS; i++)
        CHECK(pthread_mutex_init(&locks[i], &a) == 0);
    for (int round = 0; round < ROUNDS; round++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, dies, NULL) == 0 && pthread_join(thread, NULL) == 0);
        if (round % 2)
            CHECK(pthread_create(&thread, NULL, nothing, NULL) == 0 &&
                  pthread_join(thread, NULL) == 0);
        for (int i = 0; i < LOCKS; i++) {
            int error = pthread_mutex_trylock(&locks[i]);
            held += error == EBUSY;
            if (error == EBUSY)
                error = pthread_mutex_lock(&locks[i]);
            CHECK(error == EOWNERDEAD);
            CHECK(pthread_mutex_consistent(&locks[i]) == 0 && pthread_mutex_unlock(&locks[i]) == 0);
        }
    }
    if (held)
        printf("%d of %d were still locked\n", held, ROUNDS * LOCKS);
    CHECK(held == 0);
}

int main(void)
{
    inherited(PTHREAD_PRIO_NONE);
    inherited(PTHREAD_PRIO_INHERIT);
    return guest_done();
}
