// SPDX-License-Identifier: MIT
// A signal for a process that has only just been made is not lost: it ends it, with and without a core file, or enters the handler that
// its maker had.
#define _GNU_SOURCE
#include "guest.h"

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void ends(int sig)
{
    _exit(sig);
}

// The child's status; -1 if it does not end, within seconds.
static int status_of(pid_t pid)
{
    int status = -1, back = 0;
    for (int i = 0; i < 20000 && back == 0; i++) {
        back = waitpid(pid, &status, WNOHANG | __WALL);
        if (!back)
            usleep(500);
    }
    if (back == pid)
        return status;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, __WALL);
    return -1;
}

static int waits(void *argument)
{
    for (;;)
        pause();
    return argument != NULL;
}

static void forked(int sig, int status)
{
    for (int i = 0; i < 60; i++) {
        pid_t pid = fork();
        if (!pid)
            waits(NULL);
        CHECK(kill(pid, sig) == 0 && status_of(pid) == status);
    }
}

// A process that shares the memory.
static void beside(int sig, int status)
{
    static char stack[16384] __attribute__((aligned(16)));
    for (int i = 0; i < 30; i++) {
        pid_t pid = clone(waits, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
        CHECK(pid > 0 && kill(pid, sig) == 0 && status_of(pid) == status);
    }
}

int main(void)
{
    static const int defaults[] = {SIGQUIT, SIGTRAP, SIGSEGV, SIGFPE, SIGTERM};
    struct rlimit none = {0, 0};
    CHECK(setrlimit(RLIMIT_CORE, &none) == 0);
    for (unsigned i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        forked(defaults[i], defaults[i]);
        beside(defaults[i], defaults[i]);
    }
    signal(SIGUSR1, ends);
    signal(SIGSEGV, ends);
    forked(SIGUSR1, SIGUSR1 << 8);
    forked(SIGSEGV, SIGSEGV << 8);
    beside(SIGUSR1, SIGUSR1 << 8);
    return guest_done();
}
