// SPDX-License-Identifier: MIT
// beyond: reads and writes that need not wait never end with EINTR
// A call that does not have to wait is not interrupted, however many signals arrive around it.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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
    struct sigaction sa = {.sa_handler = handler}; // no SA_RESTART
    struct itimerval often = {.it_value = {0, 100}, .it_interval = {0, 100}};
    int p[2], fd = open("file", O_RDWR | O_CREAT, 0600), interrupted = 0;
    char buf[64] = {0};
    CHECK(pipe(p) == 0);
    sigaction(SIGALRM, &sa, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    while (ticks < 1500) {
        interrupted += pwrite(fd, buf, sizeof buf, 0) != sizeof buf;
        interrupted += pread(fd, buf, sizeof buf, 0) != sizeof buf;
        interrupted += write(p[1], buf, sizeof buf) != sizeof buf;
        interrupted += read(p[0], buf, sizeof buf) != sizeof buf;
    }
    CHECK(interrupted == 0);
    return guest_done();
}
