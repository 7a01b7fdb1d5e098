// SPDX-License-Identifier: MIT
// beyond: a pidfd from clone, its rules, and parent_tid in the child's memory
// What clone stores for a new process, and which flags do not go together.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#    define P_PIDFD 3
#endif

static long raw_clone(unsigned long flags, int *parent_tid)
{
    return syscall(SYS_clone, flags, NULL, parent_tid, NULL, NULL);
}

int main(void)
{
    int stored = -1, status;
    siginfo_t info;
    long pid = raw_clone(CLONE_PIDFD | SIGCHLD, &stored);
    if (pid == 0)
        _exit(7);
    CHECK(pid > 0);
    CHECK(stored >= 0 && fcntl(stored, F_GETFD) == FD_CLOEXEC);
    // What Linux 6.13 tells of a process by its descriptor.
    struct {
        unsigned long mask, cgroup;
        unsigned pid, tgid, ppid, ids[8], status;
    } told = {.mask = 1};
    if (ioctl(stored, _IOC(_IOC_READ | _IOC_WRITE, 0xff, 11, 64), &told) == 0)
        CHECK(told.mask & 1 && told.pid == pid && told.tgid == pid && told.ppid == (unsigned)getpid());
    else
        CHECK(errno == ENOTTY || errno == EINVAL);
    CHECK(waitid((idtype_t)P_PIDFD, (id_t)stored, &info, WEXITED) == 0);
    CHECK(info.si_pid == pid && info.si_status == 7);
    close(stored);

    stored = -1;
    pid = raw_clone(CLONE_PARENT_SETTID | SIGCHLD, &stored);
    if (pid == 0)
        _exit(stored == -1 ? 0 : 1); // it is stored in the parent's memory only
    CHECK(stored == pid);
    CHECK(waitpid((pid_t)pid, &status, 0) == pid && status == 0);

    CHECK(raw_clone(CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, &stored) == -1 && errno == EINVAL);
    CHECK(raw_clone(CLONE_SIGHAND | SIGCHLD, NULL) == -1 && errno == EINVAL);
    return guest_done();
}
