// SPDX-License-Identifier: MIT
// Threads that end while others wait for their time slice to be over.
#define _GNU_SOURCE
#include "guest.h"

#include <pthread.h>
#include <time.h>

static volatile int stop;

// Uses up whole slices, so that whoever waits has the one who runs interrupted.
static void *spin(void *arg)
{
    while (!stop)
        ;
    return arg;
}

// Ends at about the time at which it would be interrupted.
static void *spin_a_slice(void *arg)
{
    struct timespec now, end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += 4000000;
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - end.tv_sec) * 1000000000L + now.tv_nsec - end.tv_nsec < 0);
    return arg;
}

int main(void)
{
    pthread_t spinner, t[4];
    CHECK(pthread_create(&spinner, NULL, spin, NULL) == 0);
    int failed = 0;
    for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 4; i++)
            failed += pthread_create(&t[i], NULL, spin_a_slice, NULL) != 0;
        for (int i = 0; i < 4; i++)
            failed += pthread_join(t[i], NULL) != 0;
    }
    stop = 1;
    CHECK(failed == 0);
    CHECK(pthread_join(spinner, NULL) == 0);
    return guest_done();
}
