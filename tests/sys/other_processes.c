// SPDX-License-Identifier: MIT
// beyond: kcmp, pidfd_getfd
// What one process does to another or to itself: descriptors taken, compared, signals to a thread;
// clocks that only their owner sets; what is not given to everybody.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t got;

static void handler(int sig)
{
    got = sig;
}

static void descriptors(void)
{
    int pipes[2], status;
    CHECK(pipe(pipes) == 0);
    CHECK(prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0) == 0 || errno == EINVAL);
    pid_t child = fork();
    if (!child) {
        int fd = open("file", O_RDWR | O_CREAT, 0600);
        dprintf(pipes[1], "%d", fd);
        pause();
        _exit(0);
    }
    char text[16] = {0};
    CHECK(read(pipes[0], text, sizeof text - 1) > 0);
    int theirs = text[0] - '0', pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    int mine = (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
    CHECK(mine >= 0 && write(mine, "text", 4) == 4);
    CHECK(syscall(SYS_pidfd_getfd, pidfd, 999, 0) == -1 && errno == EBADF);
    CHECK(syscall(SYS_pidfd_getfd, pidfd, theirs, 1) == -1 && errno == EINVAL);
    long same = syscall(SYS_kcmp, getpid(), child, KCMP_FILE, (long)mine, (long)theirs);
    CHECK(same == 0 || errno == ENOSYS);
    if (same == 0)
        CHECK(syscall(SYS_kcmp, getpid(), child, KCMP_VM, 0l, 0l) > 0 &&
              syscall(SYS_kcmp, getpid(), child, 99, 0l, 0l) == -1 && errno == EINVAL);
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
    close(pidfd);
}

static void signals(void)
{
    struct sigaction action = {.sa_handler = handler};
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(syscall(SYS_tkill, (int)syscall(SYS_gettid), SIGUSR1) == 0 && got == SIGUSR1);
    CHECK(syscall(SYS_tkill, -1, SIGUSR1) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_restart_syscall) == -1 && errno == EINTR); // there is none
}

static void clocks(void)
{
    struct timex t = {0};
    CHECK(adjtimex(&t) >= 0 && t.tick >= 9000 && t.tick <= 11000);
    memset(&t, 0, sizeof t);
    CHECK(clock_adjtime(CLOCK_REALTIME, &t) >= 0 && t.tick >= 9000);
    CHECK(clock_adjtime(CLOCK_MONOTONIC, &t) == -1);
    CHECK(syscall(SYS_adjtimex, 16l) == -1 && errno == EFAULT);
    struct timespec bad = {1, -1};
    CHECK(clock_settime(CLOCK_REALTIME, &bad) == -1 && (errno == EINVAL || errno == EPERM));
    CHECK(clock_settime(CLOCK_MONOTONIC, &bad) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_clock_settime, CLOCK_REALTIME, 16l) == -1 && errno == EFAULT);
    struct timeval never = {1, -1};
    CHECK(syscall(SYS_settimeofday, &never, NULL) == -1 && (errno == EINVAL || errno == EPERM));
    CHECK(syscall(SYS_settimeofday, 16l, NULL) == -1 && errno == EFAULT);
}

static void owners_only(void)
{
    char text[64];
    int r = (int)syscall(SYS_syslog, 10, NULL, 0); // the size of the kernel's buffer
    CHECK(r > 0 || errno == EPERM || errno == ENOSYS);
    r = (int)syscall(SYS_syslog, 99, text, (int)sizeof text);
    CHECK(r == -1 && (errno == EINVAL || errno == EPERM || errno == ENOSYS));
    // Hangs up the terminal of a session that has none.
    int status;
    pid_t child = fork();
    if (!child) {
        setsid();
        r = (int)syscall(SYS_vhangup);
        _exit(!(r == 0 || errno == EPERM));
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(syscall(SYS_setrlimit, 999, 16l) == -1);
}

int main(void)
{
    descriptors();
    signals();
    clocks();
    owners_only();
    return guest_done();
}
