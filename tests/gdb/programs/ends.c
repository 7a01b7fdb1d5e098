// SPDX-License-Identifier: MIT
// All threads end the process, the first one with 7, and others after `work` with 9.
#include <pthread.h>
#include <unistd.h>

enum { OTHERS = 8 };

static volatile int go_on;

static int work(void)
{
    return 9;
}

static void *other(void *argument)
{
    while (!go_on)
        usleep(1000);
    usleep(500000); // so that the first one is on its way
    _exit(work());
    return argument;
}

int main(void)
{
    pthread_t t;
    for (int i = 0; i < OTHERS; i++)
        pthread_create(&t, 0, other, 0);
    go_on = 1;
    _exit(7);
}
