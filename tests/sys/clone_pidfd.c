// SPDX-License-Identifier: MIT
// beyond: a pidfd from clone, its rules, and parent_tid in the child's memory
// What clone stores for a new process or thread, and which flags do not go together.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

static char stack[65536] __attribute__((aligned(16)));
static int gate[2];

static int in_thread(void *arg)
{
    char byte;
    (void)arg;
    syscall(SYS_read, gate[0], &byte, 1);
    syscall(SYS_exit, 0);
    return 0;
}

// Since Linux 6.9 a thread has one, too.
static void of_a_thread(void)
{
    enum { FLAGS = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_PIDFD };
    int stored = -1;
    CHECK(pipe(gate) == 0);
    int next = dup(0); // a descriptor that is free
    close(next);
    CHECK(clone(in_thread, stack + sizeof stack, FLAGS, NULL, (int *)16) == -1 && (errno == EFAULT || errno == EINVAL));
    int tid = clone(in_thread, stack + sizeof stack, FLAGS, NULL, &stored);
    if (tid < 0) {
        CHECK(errno == EINVAL);
        return;
    }
    CHECK(stored == next && fcntl(stored, F_GETFD) == FD_CLOEXEC);
    struct pollfd p = {stored, POLLIN, 0};
    CHECK(poll(&p, 1, 0) == 0);
    CHECK(write(gate[1], "g", 1) == 1);
    CHECK(poll(&p, 1, 10000) == 1 && p.revents & POLLIN);
    CHECK(syscall(SYS_pidfd_send_signal, stored, 0, NULL, 0) == -1 && errno == ESRCH);
    close(stored);
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
    of_a_thread();
    return guest_done();
}
