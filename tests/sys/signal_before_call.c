// SPDX-License-Identifier: MIT
// beyond: a signal that comes before a call begins
// Calls that Linux never ends with EINTR do not end so here, however many signals arrive around
// them: one that comes before a call begins is handled first, and the call is made afterwards.
#define _GNU_SOURCE
#include "guest.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

static volatile int ticks;

static void handler(int sig)
{
    (void)sig;
    ticks++;
}

int main(void)
{
    struct sigaction sa = {.sa_handler = handler}, other = {.sa_handler = SIG_IGN}; // no SA_RESTART
    struct itimerval often = {.it_value = {0, 50}, .it_interval = {0, 50}};
    int failed = 0, file = open("file", O_RDWR | O_CREAT, 0600);
    sigset_t some;
    sigemptyset(&some);
    sigaddset(&some, SIGUSR1);
    sigaction(SIGALRM, &sa, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    while (ticks < 3000) {
        failed += sigprocmask(SIG_BLOCK, &some, NULL) != 0;
        failed += sigprocmask(SIG_UNBLOCK, &some, NULL) != 0;
        failed += sigaction(SIGUSR2, &other, NULL) != 0;
        failed += sched_yield() != 0;
        failed += flock(file, LOCK_EX) != 0; // nobody else has it
        failed += flock(file, LOCK_UN) != 0;
    }
    CHECK(failed == 0);
    return guest_done();
}
