// SPDX-License-Identifier: MIT
// poll and select with their masks, inotify, timerfd, signalfd, eventfd, memfd.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

static volatile int handled;

static void handler(int sig)
{
    (void)sig;
    handled++;
}

static void waiting(void)
{
    int p[2];
    CHECK(pipe(p) == 0);
    struct pollfd f[2] = {{p[0], POLLIN, 0}, {p[1], POLLOUT, 0}};
    struct timespec none = {0, 0}, little = {0, 20000000};
    CHECK(ppoll(f, 1, &none, NULL) == 0 && ppoll(f, 2, &none, NULL) == 1 &&
          f[1].revents == POLLOUT);
    CHECK(write(p[1], "x", 1) == 1 && poll(f, 1, -1) == 1 && f[0].revents == POLLIN);
    f[1].fd = 999;
    CHECK(poll(f, 2, 0) == 2 && f[1].revents == POLLNVAL);
    fd_set r, w;
    FD_ZERO(&r);
    FD_ZERO(&w);
    FD_SET(p[0], &r);
    FD_SET(p[1], &w);
    CHECK(select(p[1] + 1, &r, &w, NULL, NULL) == 2 && FD_ISSET(p[0], &r));
    char c;
    CHECK(read(p[0], &c, 1) == 1);
    FD_SET(p[0], &r);
    CHECK(pselect(p[0] + 1, &r, NULL, NULL, &little, NULL) == 0 && !FD_ISSET(p[0], &r));
    CHECK(syscall(SYS_ppoll, f, 1, 0l, &r, 4l) == -1 && errno == EINVAL);

    // A blocked signal that the call's mask lets in ends it.
    sigset_t block, open;
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigprocmask(SIG_BLOCK, &block, &open);
    struct sigaction sa = {.sa_handler = handler};
    sigaction(SIGUSR1, &sa, NULL);
    raise(SIGUSR1);
    CHECK(handled == 0 && ppoll(f, 1, NULL, &open) == -1 && errno == EINTR && handled == 1);
    raise(SIGUSR1);
    CHECK(pselect(0, NULL, NULL, NULL, NULL, &open) == -1 && errno == EINTR && handled == 2);
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGUSR1));

    struct signalfd_siginfo info;
    int sfd = signalfd(-1, &block, SFD_CLOEXEC | SFD_NONBLOCK);
    CHECK(read(sfd, &info, sizeof info) == -1 && errno == EAGAIN);
    raise(SIGUSR1);
    CHECK(read(sfd, &info, sizeof info) == sizeof info && info.ssi_signo == SIGUSR1 &&
          info.ssi_pid == (unsigned)getpid());
}

int main(void)
{
    waiting();
    unsigned long n;
    int fd = eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK);
    CHECK(read(fd, &n, 8) == 8 && n == 1 && read(fd, &n, 8) == 8 && read(fd, &n, 8) == 8 &&
          read(fd, &n, 8) == -1);

    struct itimerspec t = {.it_value = {0, 5000000}, .it_interval = {0, 5000000}}, left;
    fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    CHECK(timerfd_settime(fd, 0, &t, NULL) == 0 && read(fd, &n, 8) == 8 && n >= 1);
    CHECK(timerfd_gettime(fd, &left) == 0 && left.it_interval.tv_nsec == 5000000);

    char events[512];
    struct inotify_event *e = (struct inotify_event *)events;
    int in = inotify_init1(IN_NONBLOCK), watch = inotify_add_watch(in, ".", IN_CREATE);
    CHECK(watch >= 0 && close(open("created", O_CREAT, 0600)) == 0);
    CHECK(read(in, events, sizeof events) > 0 && e->mask == IN_CREATE &&
          !strcmp(e->name, "created"));
    CHECK(inotify_rm_watch(in, watch) == 0);

    fd = memfd_create("name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    CHECK(ftruncate(fd, 4096) == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0 &&
          ftruncate(fd, 0) == -1 && errno == EPERM);
    CHECK(fcntl(fd, F_GET_SEALS) == F_SEAL_SHRINK);
    return guest_done();
}
