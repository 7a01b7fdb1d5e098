// SPDX-License-Identifier: MIT
// Two threads send each other a signal in turn, each asleep until it has one.
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

enum { ROUNDS = 20000 };

static __thread volatile int caught;
static pthread_t first;

static void handler(int sig)
{
    caught += sig == SIGUSR1;
}

static void wait_for(int n)
{
    sigset_t none;
    sigemptyset(&none);
    while (caught < n)
        sigsuspend(&none);
}

static void *answer(void *unused)
{
    (void)unused;
    for (int i = 1; i <= ROUNDS; i++) {
        wait_for(i);
        pthread_kill(first, SIGUSR1);
    }
    return NULL;
}

int main(void)
{
    pthread_t second;
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    sigprocmask(SIG_BLOCK, &one, NULL);
    signal(SIGUSR1, handler);
    first = pthread_self();
    pthread_create(&second, NULL, answer, NULL);
    for (int i = 1; i <= ROUNDS; i++) {
        pthread_kill(second, SIGUSR1);
        wait_for(i);
    }
    pthread_join(second, NULL);
    return 0;
}
