// SPDX-License-Identifier: MIT
// beyond: qemu-aarch64 itself is killed by such signals
/*
 * SIGSEGV, SIGBUS and SIGFPE that are sent and not caused: blocked they wait, for sigwait, sigsuspend, ppoll and
 * signalfd as well, and a
 * program may send itself one that looks like a fault.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE};
static volatile unsigned handled;
static siginfo_t seen;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    seen = *info;
    handled++;
}

static sigset_t just(int sig)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, sig);
    return set;
}

static void waited_for(int sig)
{
    sigset_t set = just(sig), pending;
    siginfo_t info;
    struct timespec none = {0, 0}, moment = {0, 2000000}, longer = {20, 0};
    handled = 0;
    raise(sig);
    CHECK(handled == 0 && sigtimedwait(&set, &info, &none) == sig && info.si_pid == getpid());
    CHECK(sigtimedwait(&set, &info, &moment) == -1 && errno == EAGAIN);
    sigpending(&pending);
    CHECK(!sigismember(&pending, sig));
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        usleep(20000);
        sigqueue(parent, sig, (union sigval){.sival_int = 5});
        _exit(0);
    }
    CHECK(sigtimedwait(&set, &info, &longer) == sig && info.si_value.sival_int == 5 && info.si_pid == child);
    waitpid(child, NULL, 0);
    CHECK(handled == 0);
}

static void suspended(int sig)
{
    sigset_t old;
    sigprocmask(SIG_BLOCK, NULL, &old);
    sigdelset(&old, sig);
    handled = 0;
    raise(sig);
    CHECK(handled == 0 && sigsuspend(&old) == -1 && errno == EINTR && handled == 1);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        usleep(20000);
        kill(parent, sig);
        _exit(0);
    }
    CHECK(sigsuspend(&old) == -1 && errno == EINTR && handled == 2 && seen.si_pid == child);
    waitpid(child, NULL, 0);
}

static pid_t send_later(int sig, int usec)
{
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        usleep(usec);
        kill(parent, sig);
        _exit(0);
    }
    return child;
}

// With a mask that lets it in, ppoll ends; blocked, it disturbs no call.
static void polled(int sig)
{
    sigset_t open, blocked;
    struct timespec moment = {0, 60000000}, longer = {20, 0};
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    open = blocked;
    sigdelset(&open, sig);
    handled = 0;
    raise(sig);
    CHECK(ppoll(NULL, 0, &moment, &blocked) == 0 && handled == 0);
    CHECK(ppoll(NULL, 0, &longer, &open) == -1 && errno == EINTR && handled == 1);
    send_later(sig, 10000);
    CHECK(ppoll(NULL, 0, &longer, &open) == -1 && errno == EINTR && handled == 2);
    CHECK(wait(NULL) > 0);
    send_later(sig, 10000);
    CHECK(poll(NULL, 0, 60) == 0 && handled == 2);
    CHECK(wait(NULL) > 0);
    CHECK(ppoll(NULL, 0, &longer, &open) == -1 && errno == EINTR && handled == 3);
    // What a process sends itself may look like a fault.
    siginfo_t info = {.si_signo = sig, .si_code = 2};
    CHECK(syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), sig, &info) == 0);
    CHECK(poll(NULL, 0, 1) == 0 && handled == 3);
    CHECK(ppoll(NULL, 0, &longer, &open) == -1 && errno == EINTR && handled == 4 && seen.si_code == 2);
    // Only the temporary mask blocks it: it comes when that is gone.
    sigprocmask(SIG_SETMASK, &open, NULL);
    pid_t sender = send_later(sig, 10000);
    struct pollfd sent = {.fd = (int)syscall(SYS_pidfd_open, sender, 0), .events = POLLIN};
    CHECK(ppoll(&sent, 1, &longer, &blocked) == 1 && handled == 5);
    CHECK(wait(NULL) == sender && close(sent.fd) == 0);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
}

static void from_descriptor(int sig)
{
    sigset_t set = just(sig);
    struct signalfd_siginfo info;
    int fd = signalfd(-1, &set, SFD_NONBLOCK);
    struct pollfd f = {fd, POLLIN, 0};
    handled = 0;
    CHECK(poll(&f, 1, 0) == 0);
    raise(sig);
    CHECK(poll(&f, 1, 0) == 1 && f.revents == POLLIN);
    CHECK(read(fd, &info, sizeof info) == sizeof info && (int)info.ssi_signo == sig);
    CHECK(read(fd, &info, sizeof info) == -1 && errno == EAGAIN);
    send_later(sig, 10000);
    CHECK(poll(&f, 1, 20000) == 1 && read(fd, &info, sizeof info) == sizeof info);
    CHECK(wait(NULL) > 0 && handled == 0);
    close(fd);
}

static void like_a_fault(int sig)
{
    siginfo_t info = {.si_signo = sig, .si_code = 2};
    handled = 0;
    info.si_addr = (void *)0x1234;
    CHECK(syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), sig, &info) == 0);
    CHECK(handled == 1 && seen.si_code == 2 && seen.si_addr == (void *)0x1234);
    CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), sig, &info) == 0 && handled == 2);
    int status;
    pid_t child = fork();
    if (child == 0) {
        signal(sig, SIG_DFL);
        syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), sig, &info);
        _exit(1);
    }
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == sig);
}

int main(void)
{
    for (unsigned i = 0; i < 3; i++) {
        struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
        sigset_t set = just(faults[i]);
        sigaction(faults[i], &sa, NULL);
        sigprocmask(SIG_BLOCK, &set, NULL);
        waited_for(faults[i]);
        suspended(faults[i]);
        polled(faults[i]);
        from_descriptor(faults[i]);
        sigprocmask(SIG_UNBLOCK, &set, NULL);
        like_a_fault(faults[i]);
    }
    return guest_done();
}
