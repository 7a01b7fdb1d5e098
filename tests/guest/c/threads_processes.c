// SPDX-License-Identifier: MIT
// variants: O2-static O2-dynamic
// libs: pthread
// beyond: posix_spawn reports errors, and fork in a program with threads works
/* Threads that make processes, map memory and get signals, all at once. */
#define _GNU_SOURCE
#include "guest.h"
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static atomic_int handled, stop, wrong;

static void handler(int sig)
{
    (void)sig;
    handled++;
}

static void *compute(void *argument)
{
    unsigned long a = 1;
    while (!stop) {
        for (int i = 0; i < 1000; i++)
            a = a * 6364136223846793005ul + 1;
        char *m = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        m[100] = 1;
        wrong += munmap(m, 65536) != 0;
        free(malloc(a % 5000));
    }
    return argument;
}

static void *nothing(void *argument)
{
    return argument;
}

static void run_child(int i)
{
    free(malloc(1000));
    if (i % 4 == 0) {
        pthread_t t;
        if (pthread_create(&t, NULL, nothing, NULL) || pthread_join(t, NULL))
            _exit(99);
    }
    _exit(i);
}

static void *make_processes(void *argument)
{
    char *args[] = {"sh", "-c", "exit 6", NULL};
    for (int i = 0; i < 10; i++) {
        int status;
        pid_t pid = fork();
        if (pid == 0)
            run_child(i);
        wrong += waitpid(pid, &status, 0) != pid || status != i << 8;
        wrong += posix_spawn(&pid, "/bin/sh", NULL, NULL, args, environ) != 0;
        wrong += waitpid(pid, &status, 0) != pid || status != 6 << 8;
        wrong += posix_spawn(&pid, "/nonexistent", NULL, NULL, args, environ) != 2;
    }
    return argument;
}

static void *send_signals(void *argument)
{
    pthread_t *to = argument;
    for (int i = 0; i < 300; i++) {
        wrong += pthread_kill(to[i % 3], SIGUSR1) != 0;
        if (i % 10 == 0)
            usleep(100);
    }
    return NULL;
}

int main(void)
{
    struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
    pthread_t t[6];
    sigaction(SIGUSR1, &sa, NULL);
    sigaction(SIGALRM, &sa, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 3; i++)
        CHECK(pthread_create(&t[i], NULL, compute, NULL) == 0);
    CHECK(pthread_create(&t[3], NULL, make_processes, NULL) == 0);
    CHECK(pthread_create(&t[4], NULL, make_processes, NULL) == 0);
    CHECK(pthread_create(&t[5], NULL, send_signals, t) == 0);
    for (int i = 3; i < 6; i++)
        CHECK(pthread_join(t[i], NULL) == 0);
    stop = 1;
    for (int i = 0; i < 3; i++)
        CHECK(pthread_join(t[i], NULL) == 0);
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK(handled > 0 && wrong == 0);
    return guest_done();
}
