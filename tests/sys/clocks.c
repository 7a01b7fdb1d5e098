// SPDX-License-Identifier: MIT
// Clocks, sleeping, timers.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ticks;
static volatile int value;

static void tick(int sig, siginfo_t *info, void *context)
{
    (void)context;
    ticks++;
    if (sig == SIGRTMIN + 3 && info->si_code == SI_TIMER)
        value = info->si_value.sival_int;
}

static long elapsed(struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - since->tv_sec) * 1000000 + (now.tv_nsec - since->tv_nsec) / 1000;
}

int main(void)
{
    struct timespec a, b, start;
    struct timeval tv;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &start) == 0 && clock_gettime(CLOCK_REALTIME, &a) == 0);
    CHECK(syscall(SYS_gettimeofday, &tv, 0l) == 0 && tv.tv_sec >= a.tv_sec &&
          tv.tv_sec <= a.tv_sec + 5);
    CHECK(syscall(SYS_clock_getres, CLOCK_MONOTONIC, &a) == 0 && a.tv_nsec >= 1 && a.tv_sec == 0);
    CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a) == 0 &&
          clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b) == 0);
    CHECK(syscall(SYS_clock_gettime, 9999, &a) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_clock_gettime, CLOCK_REALTIME, 16l) == -1 && errno == EFAULT);
    a = (struct timespec){0, 20000000};
    CHECK(syscall(SYS_nanosleep, &a, 0l) == 0 && elapsed(&start) >= 20000);
    a.tv_nsec = 1000000000;
    CHECK(syscall(SYS_nanosleep, &a, 0l) == -1 && errno == EINVAL);
    clock_gettime(CLOCK_MONOTONIC, &a);
    start = a;
    a.tv_nsec += 10000000;
    a.tv_sec += a.tv_nsec / 1000000000;
    a.tv_nsec %= 1000000000;
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &a, NULL) == 0 &&
          elapsed(&start) >= 10000);

    struct sigaction sa = {.sa_sigaction = tick, .sa_flags = SA_SIGINFO};
    sigaction(SIGALRM, &sa, NULL);
    sigaction(SIGRTMIN + 3, &sa, NULL);
    // Again and again, since the first may come before the sleep.
    struct itimerval it = {{0, 20000}, {0, 20000}}, old;
    CHECK(setitimer(ITIMER_REAL, &it, NULL) == 0 && getitimer(ITIMER_REAL, &old) == 0 &&
          old.it_value.tv_usec <= 20000);
    a = (struct timespec){10, 0};
    CHECK(nanosleep(&a, &b) == -1 && errno == EINTR && ticks >= 1 && b.tv_sec == 9);
    it = (struct itimerval){0};
    CHECK(setitimer(ITIMER_REAL, &it, NULL) == 0);
    ticks = 0;

    timer_t timer;
    struct sigevent event = {
        .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 3, .sigev_value.sival_int = 4711};
    struct itimerspec spec = {.it_value = {0, 5000000}, .it_interval = {0, 5000000}}, left;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 &&
          timer_settime(timer, 0, &spec, NULL) == 0);
    while (ticks < 4)
        pause();
    CHECK(value == 4711 && timer_gettime(timer, &left) == 0 && left.it_interval.tv_nsec == 5000000);
    CHECK(timer_getoverrun(timer) >= 0 && timer_delete(timer) == 0);
    return guest_done();
}
