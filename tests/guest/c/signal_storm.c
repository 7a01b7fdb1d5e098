// SPDX-License-Identifier: MIT
// variants: O2-static
/* Signals at any instruction and in any call: results stay the same, nothing is lost or interrupted wrongly. */
#define _GNU_SOURCE
#include "guest.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int handled;
static volatile double sink;

static void handler(int sig, siginfo_t *info, void *context)
{
    char bytes[300];
    volatile double x = 3.25;
    (void)info;
    (void)context;
    for (int k = 0; k < 5; k++)
        x = x * 1.5 + sig;
    memset(bytes, handled, sizeof bytes);
    sink = x + bytes[7];
    handled++;
}

static unsigned long compute(void)
{
    static char buf[4096];
    unsigned long a = 1, bits;
    double d = 1;
    for (int i = 0; i < 200000; i++) {
        a = a * 6364136223846793005ul + (unsigned long)i;
        d = d * 1.0000001 + (double)(a >> 60);
        buf[a % 4096] = (char)a;
        if (i % 1000 == 0)
            memmove(buf, buf + 1, 4095);
    }
    memcpy(&bits, &d, 8);
    return a ^ bits;
}

static void set_timer(int usec)
{
    struct itimerval it = {{0, usec}, {0, usec}};
    setitimer(ITIMER_REAL, &it, NULL);
}

static void write_all(int fd)
{
    unsigned char b[997];
    set_timer(300);
    for (int i = 0; i < 1000; i++) {
        memset(b, i, sizeof b);
        for (size_t done = 0; done < sizeof b;) {
            ssize_t n = write(fd, b + done, sizeof b - done);
            if (n < 0)
                _exit(1);
            done += (size_t)n;
        }
    }
    _exit(0);
}

static void pipes(void)
{
    int fds[2], status;
    unsigned char b[513];
    unsigned long total = 0;
    ssize_t n;
    CHECK(pipe(fds) == 0);
    pid_t child = fork();
    if (child == 0)
        write_all(fds[1]);
    close(fds[1]);
    while ((n = read(fds[0], b, sizeof b)) > 0)
        total += (unsigned long)n;
    CHECK(n == 0 && total == 997000);
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

static void suspended(struct sigaction *sa)
{
    sigset_t usr1, old;
    pid_t parent = getpid();
    int status;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, &old);
    sa->sa_flags = SA_SIGINFO;
    sigaction(SIGUSR1, sa, NULL);
    handled = 0;
    pid_t child = fork();
    for (int i = 0; i < 500; i++) {
        int before = handled;
        if (child == 0)
            kill(parent, SIGUSR1);
        while (handled == before)
            sigsuspend(&old);
        if (child)
            kill(child, SIGUSR1);
    }
    if (child == 0)
        _exit(handled != 500);
    CHECK(waitpid(child, &status, 0) == child && status == 0 && handled == 500);
    /* ppoll lets a blocked signal in just as long. */
    struct timespec moment = {0, 1000000}, longer = {100, 0};
    kill(parent, SIGUSR1);
    CHECK(handled == 500 && ppoll(NULL, 0, &moment, NULL) == 0 && handled == 500);
    CHECK(ppoll(NULL, 0, &longer, &old) == -1 && handled == 501);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

int main(void)
{
    unsigned long expected = compute();
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGALRM, &sa, NULL);
    set_timer(300);
    for (int i = 0; i < 5; i++)
        CHECK(compute() == expected);
    CHECK(handled > 0);
    pipes();
    set_timer(0);
    suspended(&sa);
    return guest_done();
}
