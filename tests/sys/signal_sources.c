// SPDX-License-Identifier: MIT
// beyond: pidfd_send_signal with a siginfo, and timers over execve
/*
 * Where signals come from and what they carry: queued values, timers of a process and of a thread,
 * other threads, pidfds; and which timers a child has.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#    define sigev_notify_thread_id _sigev_un._tid
#endif

static volatile int count, by_tid;
static siginfo_t infos[64];

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    by_tid = (int)syscall(SYS_gettid);
    infos[count & 63] = *info;
    __atomic_add_fetch(&count, 1, __ATOMIC_RELEASE);
}

static void await(int n)
{
    for (int i = 0; i < 20000 && count < n; i++)
        usleep(1000);
    CHECK(count == n);
}

static void catch(int sig)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(sig, &sa, NULL);
}

static void block(int how, int sig)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, sig);
    pthread_sigmask(how, &set, NULL);
}

// Those of real time queue, in order and with their values; more than the emulator notes at once.
static void queued(void)
{
    catch(SIGRTMIN + 1);
    catch(SIGUSR1);
    block(SIG_BLOCK, SIGRTMIN + 1);
    block(SIG_BLOCK, SIGUSR1);
    count = 0;
    for (long i = 0; i < 40; i++)
        CHECK(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_ptr = (void *)(i * 0x100000001)}) == 0);
    block(SIG_UNBLOCK, SIGRTMIN + 1);
    await(40);
    int wrong = 0;
    for (long i = 0; i < 40; i++)
        wrong += infos[i].si_value.sival_ptr != (void *)(i * 0x100000001) || infos[i].si_code != SI_QUEUE ||
                 infos[i].si_pid != getpid() || infos[i].si_uid != getuid();
    CHECK(wrong == 0);
    count = 0;
    for (int i = 0; i < 5; i++)
        sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = i});
    block(SIG_UNBLOCK, SIGUSR1);
    CHECK(count == 1 && infos[0].si_value.sival_int == 0);
    CHECK(sigqueue(getpid(), 65, (union sigval){0}) == -1 && errno == EINVAL);
    CHECK(sigqueue(getpid(), 0, (union sigval){0}) == 0);
}

static volatile int other_tid, stop;

static void *other(void *argument)
{
    (void)argument;
    other_tid = (int)syscall(SYS_gettid);
    while (!stop)
        usleep(1000);
    return NULL;
}

static void to_thread(void)
{
    pthread_t thread;
    stop = other_tid = 0;
    pthread_create(&thread, NULL, other, NULL);
    while (!other_tid)
        usleep(100);
    siginfo_t info = {.si_signo = SIGRTMIN + 1, .si_code = SI_QUEUE};
    info.si_value.sival_int = 99;
    info.si_pid = 1234;
    count = 0;
    CHECK(syscall(SYS_rt_tgsigqueueinfo, getpid(), other_tid, SIGRTMIN + 1, &info) == 0);
    await(1);
    CHECK(by_tid == other_tid && infos[0].si_value.sival_int == 99 && infos[0].si_pid == 1234);
    count = 0;
    CHECK(pthread_kill(thread, SIGUSR1) == 0);
    await(1);
    CHECK(by_tid == other_tid && infos[0].si_code == SI_TKILL && infos[0].si_pid == getpid());
    info.si_code = SI_USER; // only the process itself may say so
    pid_t pid = fork();
    if (pid == 0)
        _exit(syscall(SYS_rt_sigqueueinfo, getppid(), SIGUSR1, &info) == -1 && errno == EPERM ? 0 : 1);
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    // A signal for the process goes to the thread that does not block it.
    count = 0;
    block(SIG_BLOCK, SIGUSR1);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    await(1);
    CHECK(by_tid == other_tid);
    block(SIG_UNBLOCK, SIGUSR1);

    // A timer that fires in that thread.
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 2};
    event.sigev_value.sival_int = 7;
    event.sigev_notify_thread_id = other_tid;
    struct itimerspec soon = {.it_value = {0, 5000000}};
    catch(SIGRTMIN + 2);
    count = 0;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &soon, NULL) == 0);
    await(1);
    CHECK(by_tid == other_tid && infos[0].si_code == SI_TIMER && infos[0].si_value.sival_int == 7);
    CHECK(timer_delete(timer) == 0);
    stop = 1;
    pthread_join(thread, NULL);
}

static void overruns(void)
{
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 2};
    struct itimerspec often = {.it_value = {0, 1000000}, .it_interval = {0, 1000000}}, now, off = {0};
    event.sigev_value.sival_int = 11;
    block(SIG_BLOCK, SIGRTMIN + 2);
    count = 0;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_settime(timer, 0, &often, NULL) == 0);
    usleep(30000);
    CHECK(timer_gettime(timer, &now) == 0 && now.it_interval.tv_nsec == 1000000);
    CHECK(timer_settime(timer, 0, &often, NULL) == 0 && count == 0);
    usleep(30000);
    block(SIG_UNBLOCK, SIGRTMIN + 2);
    int told = timer_getoverrun(timer);
    CHECK(count >= 1 && infos[0].si_value.sival_int == 11 && infos[0].si_overrun >= 5);
    CHECK(told >= 0);
    CHECK(timer_settime(timer, 0, &off, NULL) == 0 && timer_delete(timer) == 0);
    CHECK(timer_delete(timer) == -1 && errno == EINVAL);
}

// Interval timers are not inherited by fork, but survive execve; POSIX timers do neither.
static void children(char *self)
{
    struct itimerval later = {.it_value = {1000, 0}, .it_interval = {50, 0}}, now;
    CHECK(setitimer(ITIMER_REAL, &later, NULL) == 0);
    CHECK(setitimer(ITIMER_VIRTUAL, &later, NULL) == 0);
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct itimerspec none;
        int bad = getitimer(ITIMER_REAL, &now) || now.it_value.tv_sec || now.it_interval.tv_sec;
        bad |= getitimer(ITIMER_VIRTUAL, &now) || now.it_value.tv_sec;
        bad |= timer_gettime(timer, &none) != -1;
        setitimer(ITIMER_REAL, &later, NULL);
        if (bad)
            _exit(1);
        execl("/proc/self/exe", self, "exec", NULL);
    }
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 21);
    CHECK(getitimer(ITIMER_REAL, &now) == 0 && now.it_value.tv_sec >= 800 && now.it_interval.tv_sec == 50);
    memset(&later, 0, sizeof later);
    setitimer(ITIMER_REAL, &later, NULL);
    setitimer(ITIMER_VIRTUAL, &later, NULL);
    timer_delete(timer);
}

static void pidfd(void)
{
    int fd = (int)syscall(434, getpid(), 0);
    siginfo_t info = {.si_signo = SIGRTMIN + 1, .si_code = SI_QUEUE};
    info.si_value.sival_int = 31;
    count = 0;
    CHECK(fd >= 0 && syscall(424, fd, SIGUSR1, NULL, 0) == 0);
    CHECK(count == 1 && infos[0].si_code == SI_USER && infos[0].si_pid == getpid());
    CHECK(syscall(424, fd, SIGRTMIN + 1, &info, 0) == 0);
    CHECK(count == 2 && infos[1].si_value.sival_int == 31);
    CHECK(syscall(424, fd, SIGUSR1, &info, 0) == -1 && errno == EINVAL);
    CHECK(syscall(424, fd, 0, NULL, 0) == 0 && syscall(424, 0, SIGUSR1, NULL, 0) == -1 && errno == EBADF);
    close(fd);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        struct itimerval now;
        return getitimer(ITIMER_REAL, &now) == 0 && now.it_value.tv_sec >= 800 ? 21 : 1;
    }
    queued();
    to_thread();
    overruns();
    children(argv[0]);
    pidfd();
    return guest_done();
}
