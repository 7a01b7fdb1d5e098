// SPDX-License-Identifier: MIT
// POSIX timers: every way to be told (nothing, a signal, a signal for one thread, a new thread), every clock, absolute and relative
// times, expirations that were missed, and what is refused.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#    define sigev_notify_thread_id _sigev_un._tid
#endif

enum { MS = 1000000 };

static volatile int count, by_tid;
static siginfo_t last;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    last = *info;
    by_tid = (int)syscall(SYS_gettid);
    __atomic_add_fetch(&count, 1, __ATOMIC_RELEASE);
}

static void await(int n)
{
    for (int i = 0; i < 20000 && count < n; i++)
        usleep(1000);
    CHECK(count >= n);
}

static int is_over(timer_t timer)
{
    struct itimerspec now;
    return timer_gettime(timer, &now) == 0 && !now.it_value.tv_sec && !now.it_value.tv_nsec;
}

// Nobody is told; the time that is left says it.
static void silent(void)
{
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    struct itimerspec long_time = {.it_value = {1000, 0}}, soon = {.it_value = {0, MS}}, now, old;
    count = 0;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && is_over(timer));
    CHECK(timer_settime(timer, 0, &long_time, &old) == 0 && old.it_value.tv_sec == 0 && old.it_value.tv_nsec == 0);
    CHECK(timer_gettime(timer, &now) == 0 && now.it_value.tv_sec >= 900 && now.it_value.tv_sec <= 1000);
    CHECK(timer_settime(timer, 0, &soon, &old) == 0 && old.it_value.tv_sec >= 900 && old.it_interval.tv_nsec == 0);
    for (int i = 0; i < 10000 && !is_over(timer); i++)
        usleep(1000);
    CHECK(is_over(timer) && count == 0 && timer_getoverrun(timer) == 0);
    CHECK(timer_delete(timer) == 0);
}

// Without an event it is SIGALRM, and the value is the timer's number.
static void by_default(void)
{
    int id = -1;
    struct itimerspec soon = {.it_value = {0, MS}};
    count = 0;
    CHECK(syscall(SYS_timer_create, CLOCK_REALTIME, NULL, &id) == 0);
    CHECK(syscall(SYS_timer_settime, id, 0, &soon, NULL) == 0);
    await(1);
    CHECK(last.si_signo == SIGALRM && last.si_code == SI_TIMER && last.si_value.sival_int == id && last.si_timerid == id);
    CHECK(syscall(SYS_timer_delete, id) == 0);
}

static void by_signal(clockid_t clock, int flags)
{
    timer_t timer;
    struct timespec now;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
    struct itimerspec when = {.it_value = {0, 2 * MS}, .it_interval = {0, 2 * MS}}, off = {0};
    event.sigev_value.sival_ptr = (void *)0x123456789abcdef0;
    count = 0;
    int r = timer_create(clock, &event, &timer);
    if (r && (errno == EPERM || errno == ENOTSUP || errno == EINVAL)) // an alarm clock that this machine does not have
        return;
    CHECK(r == 0 && clock_gettime(clock, &now) == 0);
    if (flags & TIMER_ABSTIME) {
        when.it_value.tv_sec = now.tv_sec + (now.tv_nsec + 2 * MS) / (1000 * MS);
        when.it_value.tv_nsec = (now.tv_nsec + 2 * MS) % (1000 * MS);
    }
    CHECK(timer_settime(timer, flags, &when, NULL) == 0);
    if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
        while (count < 3)
            ;
    await(3);
    CHECK(last.si_code == SI_TIMER && last.si_value.sival_ptr == (void *)0x123456789abcdef0);
    CHECK(timer_settime(timer, 0, &off, NULL) == 0);
    int seen = count;
    usleep(6000);
    CHECK(count == seen && is_over(timer) && timer_delete(timer) == 0);
}

// A time that has been is due at once, also with an interval, whose expirations since then are counted.
static void in_the_past(void)
{
    timer_t timer;
    struct timespec now;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
    struct itimerspec when = {.it_interval = {10, 0}}, off = {0}; // the next is far off
    count = 0;
    CHECK(timer_create(CLOCK_REALTIME, &event, &timer) == 0 && clock_gettime(CLOCK_REALTIME, &now) == 0);
    when.it_value = (struct timespec){now.tv_sec - 1000, now.tv_nsec};
    CHECK(timer_settime(timer, TIMER_ABSTIME, &when, NULL) == 0);
    await(1);
    CHECK(last.si_overrun >= 99 && last.si_overrun < 200 && timer_getoverrun(timer) >= 99);
    CHECK(timer_settime(timer, 0, &off, NULL) == 0 && timer_delete(timer) == 0);
}

// While the signal is blocked it is queued once; the rest is the overrun.
static void missed(void)
{
    timer_t timer;
    sigset_t set;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
    struct itimerspec often = {.it_value = {0, MS}, .it_interval = {0, MS}}, off = {0};
    struct timespec none = {0, 0};
    siginfo_t info;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    count = 0;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &often, NULL) == 0);
    usleep(20000);
    CHECK(sigtimedwait(&set, &info, &none) == SIGRTMIN + 1 && info.si_code == SI_TIMER);
    CHECK(info.si_overrun >= 10 && timer_getoverrun(timer) == info.si_overrun);
    usleep(20000);
    CHECK(timer_settime(timer, 0, &off, NULL) == 0);
    CHECK(sigtimedwait(&set, &info, &none) == SIGRTMIN + 1 || errno == EAGAIN); // kernels since 6.13 drop it
    CHECK(sigtimedwait(&set, &info, &none) == -1 && errno == EAGAIN);
    CHECK(timer_delete(timer) == 0);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    CHECK(count == 0);
}

static volatile int tids[2], over;

static void *sleeper(void *index)
{
    tids[(long)index] = (int)syscall(SYS_gettid);
    while (!over)
        usleep(1000);
    return NULL;
}

static void by_thread_id(void)
{
    pthread_t threads[2];
    timer_t timer;
    over = 0;
    for (long i = 0; i < 2; i++)
        CHECK(pthread_create(&threads[i], NULL, sleeper, (void *)i) == 0);
    while (!tids[0] || !tids[1])
        usleep(1000);
    for (int i = 0; i < 2; i++) {
        struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 1};
        struct itimerspec soon = {.it_value = {0, MS}, .it_interval = {0, MS}};
        event.sigev_notify_thread_id = tids[i];
        count = 0;
        CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &soon, NULL) == 0);
        await(3);
        CHECK(by_tid == tids[i] && timer_delete(timer) == 0);
    }
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 1};
    event.sigev_notify_thread_id = 1;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == -1 && errno == EINVAL);
    over = 1;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

static sem_t told;
static volatile int thread_value, thread_tid;

static void in_thread(union sigval value)
{
    thread_value = value.sival_int;
    thread_tid = (int)syscall(SYS_gettid);
    sem_post(&told);
}

static void by_new_thread(void)
{
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = in_thread};
    struct itimerspec soon = {.it_value = {0, MS}, .it_interval = {0, MS}};
    event.sigev_value.sival_int = 77;
    sem_init(&told, 0, 0);
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &soon, NULL) == 0);
    for (int i = 0; i < 5; i++)
        while (sem_wait(&told))
            ;
    CHECK(thread_value == 77 && thread_tid && thread_tid != getpid());
    CHECK(timer_delete(timer) == 0);
}

static void refused(void)
{
    int id;
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
    struct itimerspec bad = {.it_value = {0, 1000 * MS}}, good = {.it_value = {1, 0}};
    CHECK(syscall(SYS_timer_create, 9999, &event, &id) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_timer_create, CLOCK_MONOTONIC, 8L, &id) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, 8L) == -1 && errno == EFAULT);
    event.sigev_signo = 65;
    CHECK(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id) == -1 && errno == EINVAL);
    event.sigev_signo = SIGRTMIN + 1;
    event.sigev_notify = 99;
    CHECK(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id) == -1 && errno == EINVAL);
    event.sigev_notify = SIGEV_SIGNAL;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_settime(timer, 0, &bad, NULL) == -1 && errno == EINVAL);
    bad = (struct itimerspec){.it_value = {-1, 0}};
    CHECK(timer_settime(timer, 0, &bad, NULL) == -1 && errno == EINVAL);
    CHECK(timer_delete(timer) == 0);
    CHECK(syscall(SYS_timer_settime, 4711, 0, &good, NULL) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_timer_gettime, 4711, &good) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_timer_getoverrun, 4711) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_timer_delete, 4711) == -1 && errno == EINVAL);
}

int main(void)
{
    static const clockid_t clocks[] = {CLOCK_REALTIME,           CLOCK_MONOTONIC,         CLOCK_BOOTTIME,      CLOCK_TAI,
                                       CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_REALTIME_ALARM};
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGALRM, &sa, NULL);
    sigaction(SIGRTMIN + 1, &sa, NULL);
    silent();
    by_default();
    for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        by_signal(clocks[i], 0);
        by_signal(clocks[i], TIMER_ABSTIME);
    }
    in_the_past();
    missed();
    by_thread_id();
    by_new_thread();
    refused();
    return guest_done();
}
