// SPDX-License-Identifier: MIT
// Two threads that run until somebody sets `go_on`: one computes, one sleeps. It says that it is
// ready when both do.
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static volatile int go_on;
static volatile unsigned long turns;

static void *compute(void *argument)
{
    (void)argument;
    do // at least once: `go_on` may be set before this thread has begun
        turns++;
    while (!go_on);
    return 0;
}

static int wait_for_it(void)
{
    int naps = 0;
    while (!go_on) {
        usleep(20000);
        if (naps == 0) {
            while (turns == 0)
                usleep(1000);
            printf("ready\n");
            fflush(stdout);
        }
        naps++;
    }
    return naps;
}

int main(void)
{
    pthread_t t;
    pthread_create(&t, 0, compute, 0);
    int naps = wait_for_it();
    pthread_join(t, 0);
    printf("%s\n", naps > 0 && turns > 0 ? "went on" : "did nothing");
    return 0;
}
