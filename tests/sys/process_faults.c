// SPDX-License-Identifier: MIT
// beyond: SIGSEGV for the process goes to a thread that has it open
// A SIGSEGV, SIGBUS or SIGFPE that is sent to the process goes to a thread that has it open, or waits for it.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t taker, code, sender;
static volatile int stop, ready;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    taker = (int)syscall(SYS_gettid);
    code = info->si_code;
    sender = info->si_pid;
}

static void mask(int how, int sig)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, sig);
    pthread_sigmask(how, &set, NULL);
}

static int taken(void)
{
    for (int i = 0; i < 5000 && !taker; i++)
        usleep(1000);
    int who = taker;
    taker = 0;
    return who;
}

static void *spins(void *tid)
{
    *(int *)tid = (int)syscall(SYS_gettid);
    __atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
    while (!stop)
        ;
    return NULL;
}

static void *sleeps(void *tid)
{
    *(int *)tid = (int)syscall(SYS_gettid);
    __atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
    while (!stop)
        usleep(20000);
    return NULL;
}

static void *waits(void *sig)
{
    sigset_t set;
    siginfo_t info;
    sigemptyset(&set);
    sigaddset(&set, *(int *)sig);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    __atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
    const struct timespec long_enough = {10, 0};
    int r = sigtimedwait(&set, &info, &long_enough);
    return (void *)(long)(r == *(int *)sig && info.si_code == SI_USER);
}

static void in_other_thread(int sig, void *(*body)(void *))
{
    pthread_t thread;
    int tid = 0;
    stop = ready = 0;
    pthread_create(&thread, NULL, body, &tid);
    while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
        ;
    mask(SIG_BLOCK, sig);
    CHECK(kill(getpid(), sig) == 0);
    CHECK(taken() == tid && code == SI_USER && sender == getpid());
    const union sigval value = {.sival_int = 7};
    CHECK(sigqueue(getpid(), sig, value) == 0);
    CHECK(taken() == tid && code == SI_QUEUE);
    mask(SIG_UNBLOCK, sig); // the first thread is preferred
    CHECK(kill(getpid(), sig) == 0);
    CHECK(taken() == getpid());
    stop = 1;
    pthread_join(thread, NULL);
}

static void in_none(int sig)
{
    mask(SIG_BLOCK, sig);
    CHECK(kill(getpid(), sig) == 0);
    usleep(10000);
    CHECK(!taker);
    mask(SIG_UNBLOCK, sig);
    CHECK(taken() == getpid());
}

static void in_waiting(int sig)
{
    pthread_t thread;
    void *got = NULL;
    ready = 0;
    mask(SIG_BLOCK, sig);
    pthread_create(&thread, NULL, waits, &sig);
    while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
        ;
    usleep(200000); // until it waits
    CHECK(kill(getpid(), sig) == 0);
    pthread_join(thread, &got);
    CHECK(got != NULL && !taker);
    mask(SIG_UNBLOCK, sig);
}

// ---- sent by others: another process, a timer, a descriptor of the process

static void by_child(int sig)
{
    if (fork() == 0) {
        kill(getppid(), sig);
        _exit(0);
    }
}

static void by_timer(int sig)
{
    timer_t id;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = sig};
    struct itimerspec soon = {.it_value = {0, 1000000}};
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &id) == 0);
    CHECK(timer_settime(id, 0, &soon, NULL) == 0);
}

static void by_pidfd(int sig)
{
    int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    CHECK(fd >= 0);
    CHECK(syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) == 0);
    close(fd);
}

static void by_queue_of_child(int sig)
{
    const union sigval value = {.sival_int = 7};
    if (fork() == 0) {
        sigqueue(getppid(), sig, value);
        _exit(0);
    }
}

static const struct {
    void (*send)(int sig);
    int code;
} ways[] = {{by_child, SI_USER}, {by_timer, SI_TIMER}, {by_pidfd, SI_USER}, {by_queue_of_child, SI_QUEUE}};

static void sent_to_open(int sig, void *(*body)(void *))
{
    pthread_t thread;
    int tid = 0;
    stop = ready = 0;
    pthread_create(&thread, NULL, body, &tid);
    while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
        ;
    mask(SIG_BLOCK, sig);
    for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
        ways[i].send(sig);
        CHECK(taken() == tid && code == ways[i].code);
    }
    // What is sent to a thread is that one's.
    const union sigval value = {.sival_int = 7};
    CHECK(pthread_sigqueue(pthread_self(), sig, value) == 0);
    usleep(20000);
    CHECK(!taker);
    mask(SIG_UNBLOCK, sig);
    CHECK(taken() == getpid() && code == SI_QUEUE);
    stop = 1;
    pthread_join(thread, NULL);
}

static volatile int go;

static void *opens_later(void *sig)
{
    ready = (int)syscall(SYS_gettid);
    while (!go)
        usleep(1000);
    mask(SIG_UNBLOCK, *(int *)sig);
    while (!stop)
        usleep(1000);
    return NULL;
}

// All block it when it is sent; the first thread sleeps when another one opens it.
static void opened_later(int sig)
{
    pthread_t thread;
    stop = ready = go = 0;
    mask(SIG_BLOCK, sig);
    pthread_create(&thread, NULL, opens_later, &sig);
    while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
        ;
    int tid = ready;
    by_child(sig);
    usleep(50000);
    CHECK(!taker);
    go = 1;
    CHECK(taken() == tid && code == SI_USER);
    stop = 1;
    pthread_join(thread, NULL);
    mask(SIG_UNBLOCK, sig);
    CHECK(!taker);
}

int main(void)
{
    const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        CHECK(sigaction(faults[i], &action, NULL) == 0);
        in_other_thread(faults[i], spins);
        in_other_thread(faults[i], sleeps);
        in_none(faults[i]);
        in_waiting(faults[i]);
        sent_to_open(faults[i], spins);
        sent_to_open(faults[i], sleeps);
        opened_later(faults[i]);
    }
    CHECK(kill(getpid(), 0) == 0);
    return guest_done();
}
