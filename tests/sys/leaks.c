// SPDX-License-Identifier: MIT
// timeout: 300
/*
 * A thousand threads and a thousand children of each kind, one after the other. With an argument it
 * waits for a line from standard input after the first of them and at the end, each time having told
 * so, for whoever looks at it from outside (leaks.sh).
 */
#define _GNU_SOURCE
#include "guest.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 64 << 10 };

static char *stack;
static int ran;
static sem_t done;

static void *runs(void *argument)
{
    ran++;
    return argument;
}

static void *tells(void *argument)
{
    ran++;
    sem_post(&done);
    return argument;
}

static int is_child(void *argument)
{
    ran++;
    return argument != NULL;
}

static int end_of(pid_t pid)
{
    int status = -1;
    while (waitpid(pid, &status, __WALL) != pid)
        ;
    return status;
}

static int joined(void)
{
    pthread_t t;
    void *result = NULL;
    return !pthread_create(&t, NULL, runs, &ran) && !pthread_join(t, &result) && result == &ran;
}

static int detached(void)
{
    pthread_t t;
    if (pthread_create(&t, NULL, tells, NULL) || pthread_detach(t))
        return 0;
    while (sem_wait(&done))
        ;
    return 1;
}

static int forked(void)
{
    pid_t pid = fork();
    if (!pid)
        _exit(5);
    return WEXITSTATUS(end_of(pid)) == 5;
}

static int vforked(void)
{
    pid_t pid = vfork();
    if (!pid)
        _exit(6);
    return WEXITSTATUS(end_of(pid)) == 6;
}

static int beside(void)
{
    return end_of(clone(is_child, stack, CLONE_VM | SIGCHLD, NULL)) == 0;
}

// At the tip of which it does nothing: the kernel ends it.
static int killed_beside(void)
{
    pid_t pid = clone(is_child, stack, CLONE_VM | SIGCHLD, &ran);
    kill(pid, SIGKILL);
    int status = end_of(pid);
    return WIFSIGNALED(status) || WEXITSTATUS(status) == 1;
}

static void all(int times)
{
    int bad[6] = {0};
    for (int i = 0; i < times; i++) {
        bad[0] += !joined();
        bad[1] += !detached();
        bad[2] += !forked();
        bad[3] += !vforked();
        bad[4] += !beside();
        bad[5] += !killed_beside();
    }
    for (int i = 0; i < 6; i++)
        CHECK(bad[i] == 0);
}

static int tasks(void)
{
    int n = -2; // . and ..
    DIR *d = opendir("/proc/self/task");
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

static void mark(const char *what)
{
    char line[16];
    for (int i = 0; i < 1000 && tasks() > 1; i++)
        usleep(5000);
    CHECK(tasks() == 1);
    printf("%s\n", what);
    fflush(stdout);
    CHECK(read(0, line, sizeof line) > 0);
}

int main(int argc, char **argv)
{
    int times = argc > 2 ? atoi(argv[2]) : 1000;
    stack = (char *)mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + STACK;
    CHECK(sem_init(&done, 0, 0) == 0);
    all(100);
    if (argc > 1)
        mark("first");
    all(times);
    if (argc > 1)
        mark("last");
    return guest_done();
}
