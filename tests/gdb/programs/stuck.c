// SPDX-License-Identifier: MIT
// Threads that wait in the kernel, each for something else, until `release` is called.
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static int ends[2];
static volatile int handled;

static void *in_mutex(void *argument)
{
    pthread_mutex_lock(&held);
    pthread_mutex_unlock(&held);
    return argument;
}

static void *in_read(void *argument)
{
    char byte;
    return read(ends[0], &byte, 1) == 1 ? argument : 0;
}

static void *in_poll(void *argument)
{
    poll(0, 0, -1); // until a signal
    return argument;
}

static void on_usr1(int sig)
{
    handled += sig;
}

static int release(void)
{
    pthread_mutex_unlock(&held);
    return (int)write(ends[1], "", 1);
}

int main(void)
{
    pthread_t t[3];
    void *result;
    signal(SIGUSR1, on_usr1);
    if (pipe(ends))
        return release();
    pthread_mutex_lock(&held);
    pthread_create(&t[0], 0, in_mutex, t);
    pthread_create(&t[1], 0, in_read, t);
    pthread_create(&t[2], 0, in_poll, t);
    usleep(200000);
    printf("ready\n");
    fflush(stdout);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], &result);
    printf("released, %d\n", handled);
    return result != t;
}
