// SPDX-License-Identifier: MIT
// One thread sleeps and handles SIGUSR1; one sends it, the next when that is handled; one only runs.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SIGNALS = 1500, PATIENCE = 2000 }; // PATIENCE: of sleeps

static volatile int handled;
static volatile int rounds;

static void on_usr1(int sig)
{
    handled += sig == SIGUSR1;
}

static void round_over(void)
{
    rounds++;
}

static void *runs(void *argument)
{
    for (;;)
        round_over();
    return argument;
}

static void *sends(void *argument)
{
    for (int i = 0; i < SIGNALS; i++) {
        int waited = 0;
        kill(getpid(), SIGUSR1);
        while (handled == i && waited++ < PATIENCE)
            usleep((unsigned)rand() % 1000);
        if (handled == i) {
            printf("signal %d is lost\n", i);
            exit(1);
        }
    }
    printf("all handled\n");
    exit(0);
    return argument;
}

int main(void)
{
    pthread_t t[2];
    sigset_t usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    signal(SIGUSR1, on_usr1);
    pthread_sigmask(SIG_BLOCK, &usr1, 0);
    pthread_create(&t[0], 0, runs, 0);
    pthread_create(&t[1], 0, sends, 0);
    pthread_sigmask(SIG_UNBLOCK, &usr1, 0);
    for (;;)
        pause();
}
