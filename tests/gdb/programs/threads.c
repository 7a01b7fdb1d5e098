// SPDX-License-Identifier: MIT
// Three threads that count until the first one says stop; each has counted to ten by then.
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static volatile int done, started;
static volatile long counts[3];
static pthread_barrier_t all_there;
__thread int number = 9;

static void at_work(int me)
{
    counts[me]++;
}

static void *work(void *argument)
{
    int me = (int)(long)argument;
    number = me + 1;
    __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
    pthread_barrier_wait(&all_there);
    while (!done) {
        at_work(me);
        if (counts[me] % 1000 == 0)
            usleep(100);
    }
    return 0;
}

static void all_work(void)
{
    usleep(1000);
}

int main(void)
{
    pthread_t t[3];
    usleep(1); // found by the dynamic linker, through which gdb cannot look
    pthread_barrier_init(&all_there, 0, 4);
    for (long i = 0; i < 3; i++)
        pthread_create(&t[i], 0, work, (void *)i);
    pthread_barrier_wait(&all_there);
    all_work();
    for (int i = 0; i < 3; i++)
        for (long until = counts[i] + 10; counts[i] < until;)
            usleep(100);
    done = 1;
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], 0);
    printf("started %d\n", started);
    return 0;
}
