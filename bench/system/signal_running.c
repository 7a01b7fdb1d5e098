// SPDX-License-Identifier: MIT
// A thread that computes is interrupted by signals of another, which waits until each was handled.
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>

enum { ROUNDS = 20000 };

static volatile int caught, done;
static volatile unsigned sum;

static void handler(int sig)
{
    __atomic_fetch_add(&caught, sig == SIGUSR1, __ATOMIC_RELEASE);
}

static void *compute(void *unused)
{
    while (!done)
        sum = sum * 5 + 1;
    return unused;
}

int main(void)
{
    pthread_t other;
    signal(SIGUSR1, handler);
    pthread_create(&other, NULL, compute, NULL);
    for (int i = 1; i <= ROUNDS; i++) {
        pthread_kill(other, SIGUSR1);
        while (__atomic_load_n(&caught, __ATOMIC_ACQUIRE) < i)
            sched_yield();
    }
    done = 1;
    pthread_join(other, NULL);
    return 0;
}
