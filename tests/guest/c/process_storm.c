// SPDX-License-Identifier: MIT
// variants: O2-static
// engines: t1-100
// beyond: a program started by a program is not emulated by qemu
// timeout: 300
/*
 * Processes out of hot loops, with signals all the time: children go on computing where their parent was, programs
 * begin anew, and neither leaves a descriptor, a file or a process behind.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static volatile unsigned ticks;

static void tick(int sig)
{
    (void)sig;
    ticks++;
}

static void every(int usec)
{
    struct itimerval it = {{0, usec}, {0, usec}};
    setitimer(ITIMER_REAL, &it, NULL);
}

static unsigned entries(const char *path)
{
    unsigned n = 0;
    DIR *d = opendir(path);
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

/* One round of a computation in registers of all kinds. */
static inline unsigned long round_of(unsigned long a, unsigned i)
{
    double d = (double)(a >> 40);
    __asm__("mov v18.d[0], %0\n uqadd v18.16b, v18.16b, v18.16b\n mov v18.d[1], v18.d[0]\n addv b18, v18.16b\n"
            "fdiv %d1, %d1, %d2\n fmov x9, %d1\n eor %0, %0, x9, ror #7\n umov w9, v18.b[0]\n add %0, %0, x9"
            : "+r"(a), "+w"(d)
            : "w"(3.0 + i)
            : "v18", "x9");
    return a * 6364136223846793005ul + i;
}

static unsigned long compute(unsigned long a, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        a = round_of(a, i);
    return a;
}

static int status_of(pid_t pid)
{
    int status = -1;
    pid_t r;
    do
        r = waitpid(pid, &status, 0);
    while (r != pid && r < 0 && pid > 0);
    return status;
}

/* Forks in the middle of the computation, which both complete, and now and then forks again. */
static void forks(unsigned long expected)
{
    for (unsigned n = 0; n < 100; n++) {
        unsigned at = n * 37 % 4000;
        unsigned long a = compute(1, 0, at);
        pid_t child = fork();
        if (child == 0) {
            a = compute(a, at, 2 * at);
            pid_t again = n % 10 == 0 ? fork() : -1;
            a = compute(a, 2 * at, 8000);
            if (again == 0)
                _exit(a != expected);
            if (again > 0 && status_of(again) != 0)
                _exit(2);
            _exit(a != expected);
        }
        a = compute(a, at, 8000);
        CHECK(a == expected);
        CHECK(status_of(child) == 0);
    }
}

static pid_t in_handler;

static void forks_in_handler(int sig)
{
    (void)sig;
    in_handler = fork();
}

static void handlers(unsigned long expected)
{
    signal(SIGUSR1, forks_in_handler);
    for (unsigned n = 0; n < 40; n++) {
        pid_t self = getpid();
        unsigned long a = compute(1, 0, 100 * n);
        raise(SIGUSR1);
        a = compute(a, 100 * n, 8000);
        if (getpid() != self)
            _exit(a != expected);
        CHECK(a == expected && status_of(in_handler) == 0);
    }
}

static void programs(const char *self, const char *open, unsigned long expected)
{
    char *argv[] = {(char *)self, (char *)open, NULL};
    for (volatile unsigned n = 0; n < 40; n++) {
        pid_t child = vfork();
        if (child == 0) {
            execv(self, argv);
            _exit(3);
        }
        unsigned long a = compute(1, 0, 8000);
        CHECK(a == expected && status_of(child) == 0);
        if (n % 2)
            continue;
        CHECK(posix_spawn(&child, self, NULL, NULL, argv, environ) == 0);
        CHECK(status_of(child) == 0);
        child = vfork();
        if (child == 0) {
            execl("/not/there", "there", NULL);
            _exit(7);
        }
        CHECK(WEXITSTATUS(status_of(child)) == 7);
    }
}

int main(int argc, char **argv)
{
    unsigned long expected = compute(1, 0, 8000);
    unsigned open = entries("/proc/self/fd");
    if (argc > 1) /* it has inherited no more than it should */
        return open != (unsigned)atoi(argv[1]) || compute(1, 0, 8000) != expected;
    struct sigaction sa = {.sa_handler = tick, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &sa, NULL);
    char text[16];
    snprintf(text, sizeof text, "%u", open);
    every(500);
    forks(expected);
    handlers(expected);
    programs("/proc/self/exe", text, expected);
    every(0);
    CHECK(ticks > 10);
    CHECK(wait(NULL) == -1);
    CHECK(entries("/proc/self/fd") == open);
    printf("%d failures\n", guest_failures);
    return guest_failures != 0;
}
