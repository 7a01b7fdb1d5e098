// SPDX-License-Identifier: MIT
// beyond: qemu-aarch64 delivers with the old mask, and what only the temporary mask blocks
/*
 * ppoll, pselect6, epoll_pwait and epoll_pwait2 with a mask: a signal that the mask lets in is
 * delivered with it in force, the old mask comes back when the handler returns, and the call says
 * EINTR; whether the signal was pending before or comes during the wait.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile int handled, last;
static int pipe_fd[2], epoll_fd;
static volatile uint64_t inside, saved;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)info;
    last = sig;
    handled++;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, (void *)&inside, 8);
    saved = *(uint64_t *)&((ucontext_t *)context)->uc_sigmask;
}

static uint64_t bit(int sig)
{
    return UINT64_C(1) << (sig - 1);
}

// epoll_pwait2 need not be there.
static long wait_with(int how, uint64_t mask, long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    struct pollfd f = {pipe_fd[0], POLLIN, 0};
    struct epoll_event e;
    fd_set set;
    struct {
        const void *set;
        size_t size;
    } of = {&mask, 8};
    FD_ZERO(&set);
    FD_SET(pipe_fd[0], &set);
    switch (how) {
    case 0: return syscall(SYS_ppoll, &f, 1L, &t, &mask, 8L);
    case 1: return syscall(SYS_pselect6, (long)pipe_fd[0] + 1, &set, NULL, NULL, &t, &of);
    case 2: return syscall(SYS_epoll_pwait, (long)epoll_fd, &e, 1L, ms, &mask, 8L);
    default: return syscall(441, (long)epoll_fd, &e, 1L, &t, &mask, 8L);
    }
}

static void check_interrupted(long r, int error, int sig, uint64_t mask, uint64_t before)
{
    uint64_t now;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &now, 8);
    CHECK(r == -1 && error == EINTR);
    CHECK(handled == 1 && last == sig);
    CHECK(inside == (mask | bit(SIGWINCH) | bit(sig)));
    CHECK(saved == before && now == before);
}

static void alarm_in_ms(long ms)
{
    struct itimerval t = {.it_value = {0, ms * 1000}};
    setitimer(ITIMER_REAL, &t, NULL);
}

static void one(int how, int sig)
{
    uint64_t before = bit(sig) | bit(SIGALRM) | bit(SIGUSR1), mask = bit(SIGUSR2) | bit(SIGURG);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);

    handled = 0; // pending
    raise(sig);
    CHECK(handled == 0);
    long r = wait_with(how, mask, 20000);
    check_interrupted(r, errno, sig, mask, before);

    handled = 0; // not let in: the call goes on until its time is over
    raise(sig);
    CHECK(wait_with(how, before, 10) == 0 && handled == 0);

    // Something is ready: the signal stays where it is.
    CHECK(write(pipe_fd[1], "x", 1) == 1);
    CHECK(wait_with(how, mask, 20000) == 1 && handled == 0);
    char c;
    CHECK(read(pipe_fd[0], &c, 1) == 1);
    sigset_t pending;
    CHECK(sigpending(&pending) == 0 && sigismember(&pending, sig));
    r = wait_with(how, mask, 20000);
    check_interrupted(r, errno, sig, mask, before);

    handled = 0; // during the wait
    alarm_in_ms(15);
    r = wait_with(how, mask, 20000);
    check_interrupted(r, errno, SIGALRM, mask, before);

    handled = 0; // a signal that only the temporary mask blocks comes afterwards
    uint64_t others = before & ~bit(SIGALRM);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &others, NULL, 8);
    alarm_in_ms(10);
    CHECK(wait_with(how, before, 40) == 0);
    CHECK(handled == 1 && last == SIGALRM && saved == others);
}

static void bad_masks(void)
{
    struct timespec none = {0, 0};
    uint64_t mask = 0;
    CHECK(syscall(SYS_ppoll, NULL, 0L, &none, &mask, 4L) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_ppoll, NULL, 0L, &none, 8L, 8L) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_ppoll, NULL, 0L, &none, NULL, 4L) == 0);
    CHECK(syscall(SYS_pselect6, 0L, NULL, NULL, NULL, &none, 8L) == -1 && errno == EFAULT);
}

int main(void)
{
    const int signals[] = {SIGUSR1, SIGRTMIN + 3, SIGHUP};
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaddset(&sa.sa_mask, SIGWINCH);
    for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &sa, NULL);
    sigaction(SIGALRM, &sa, NULL);
    epoll_fd = epoll_create1(0);
    CHECK(pipe(pipe_fd) == 0);
    struct epoll_event e = {.events = EPOLLIN};
    CHECK(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, pipe_fd[0], &e) == 0);
    uint64_t none = 0;
    bool has_pwait2 = syscall(441, (long)epoll_fd, &e, 1L, &(struct timespec){0, 0}, &none, 8L) == 0;
    for (int how = 0; how < 3 + has_pwait2; how++)
        for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++)
            one(how, signals[i]);
    bad_masks();
    return guest_done();
}
