// SPDX-License-Identifier: MIT
// beyond: clone3
/*
 * clone3: the sizes of its structure, the flags that go together, and those that clone has not.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLEAR_SIGHAND (UINT64_C(1) << 32)
#define INTO_CGROUP   (UINT64_C(1) << 33)

enum { CLONE3 = 435, P_PIDFD_ = 3 };

struct args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    uint64_t set_tid, set_tid_size, cgroup, tail[4];
};

static long clone3(struct args a, size_t size)
{
    long r = syscall(CLONE3, &a, size);
    if (r == 0)
        _exit(a.flags & CLONE_CHILD_SETTID ? *(int *)a.child_tid == getpid() ? 5 : 6 : 5);
    return r;
}

static int refused(struct args a, size_t size, int error)
{
    return clone3(a, size) == -1 && errno == error;
}

static void makes(struct args a, size_t size)
{
    int status;
    long pid = clone3(a, size);
    CHECK(pid > 0 && waitpid((pid_t)pid, &status, __WALL) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
}

static void sizes(void)
{
    struct args a = {.exit_signal = SIGCHLD}, tail = a;
    static char page[8192];
    tail.tail[3] = 1;
    makes(a, 64);
    makes(a, 80);
    makes(a, 88);
    makes(a, sizeof a);
    CHECK(refused(a, 63, EINVAL));
    CHECK(refused(a, 0, EINVAL));
    CHECK(refused(tail, sizeof a, E2BIG));
    CHECK(syscall(CLONE3, page, 4097L) == -1 && errno == E2BIG);
    CHECK(syscall(CLONE3, 8L, 88L) == -1 && errno == EFAULT);
}

static void rules(void)
{
    static char stack[4096];
    static int tid;
    struct args a = {.exit_signal = SIGCHLD};
    const struct {
        struct args a;
        int error;
    } bad[] = {
        {{.exit_signal = 0x100}, EINVAL},
        {{.exit_signal = 65}, EINVAL},
        {{.flags = CLONE_DETACHED}, EINVAL},
        {{.flags = SIGCHLD}, EINVAL},
        {{.flags = UINT64_C(1) << 40}, EINVAL},
        {{.stack = (uint64_t)stack}, EINVAL},
        {{.stack_size = 4096}, EINVAL},
        {{.flags = CLONE_SIGHAND}, EINVAL},
        {{.flags = CLONE_THREAD | CLONE_VM}, EINVAL},
        {{.flags = CLONE_VM | CLONE_SIGHAND | CLEAR_SIGHAND}, EINVAL},
        {{.flags = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, .exit_signal = SIGCHLD}, EINVAL},
        {{.flags = CLONE_PARENT, .exit_signal = SIGCHLD}, EINVAL},
        {{.flags = CLONE_NEWNS | CLONE_FS}, EINVAL},
        {{.flags = CLONE_NEWUSER | CLONE_FS}, EINVAL},
        {{.flags = CLONE_PIDFD | CLONE_PARENT_SETTID,
          .pidfd = (uint64_t)&tid,
          .parent_tid = (uint64_t)&tid},
         EINVAL},
        {{.set_tid_size = 1}, EINVAL},
        {{.set_tid = (uint64_t)&tid}, EINVAL},
        {{.set_tid = (uint64_t)&tid, .set_tid_size = 33}, EINVAL},
        {{.flags = INTO_CGROUP, .cgroup = UINT64_C(1) << 31}, EINVAL},
        {{.flags = INTO_CGROUP, .cgroup = 1023}, EBADF},
    };
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(refused(bad[i].a, 88, bad[i].error));
    a.flags = INTO_CGROUP;
    CHECK(refused(a, 80, EINVAL));
    // A number that is taken, or may not be chosen.
    tid = getpid();
    a = (struct args){.exit_signal = SIGCHLD, .set_tid = (uint64_t)&tid, .set_tid_size = 1};
    long r = clone3(a, 88);
    CHECK(r == -1 && (errno == EEXIST || errno == EPERM));
    a.set_tid = 8;
    CHECK(refused(a, 88, EFAULT));
}

static void pidfds(void)
{
    int fd = -1, parent_tid = -1, child_tid = -1, status;
    siginfo_t info;
    struct args a = {.flags = CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID,
                     .exit_signal = SIGCHLD,
                     .pidfd = (uint64_t)&fd,
                     .parent_tid = (uint64_t)&parent_tid,
                     .child_tid = (uint64_t)&child_tid};
    long pid = clone3(a, 88);
    CHECK(pid > 0 && parent_tid == pid && child_tid == -1);
    CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
    CHECK(waitid((idtype_t)P_PIDFD_, (id_t)fd, &info, WEXITED) == 0);
    CHECK(info.si_pid == pid && info.si_status == 5);
    close(fd);
    fd = -1;
    a.flags |= CLONE_VFORK;
    pid = clone3(a, 88);
    CHECK(pid > 0 && fd >= 0 && waitpid((pid_t)pid, &status, 0) == pid && WEXITSTATUS(status) == 5);
    close(fd);
}

// The folder of a group of version 2 that may be made, below where they are mounted, or false and
// why not.
static bool make_group(char *folder, size_t size)
{
    char line[512], where[256], type[32];
    FILE *mounts = fopen("/proc/mounts", "r");
    bool found = false;
    while (mounts && !found && fgets(line, sizeof line, mounts))
        found = sscanf(line, "%*s %255s %31s", where, type) == 2 && !strcmp(type, "cgroup2");
    if (mounts)
        fclose(mounts);
    if (!found)
        return printf("no control groups of version 2 are mounted here\n"), false;
    snprintf(folder, size, "%s/a64kit-clone3-%d", where, getpid());
    if (mkdir(folder, 0700) < 0)
        return printf("no control group may be made here: %s\n", strerror(errno)), false;
    return true;
}

// The first line of /proc/self/cgroup that is of version 2 names the group.
static int is_in(const char *name)
{
    char line[512] = "";
    FILE *groups = fopen("/proc/self/cgroup", "r");
    while (groups && fgets(line, sizeof line, groups) && strncmp(line, "0::", 3))
        ;
    return strncmp(line, "0::", 3) == 0 && strstr(line, name) != NULL;
}

static void into_group(void)
{
    char folder[320];
    int status;
    if (!make_group(folder, sizeof folder))
        return;
    int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), other = open("/", O_PATH | O_CLOEXEC);
    CHECK(fd >= 0 && other >= 0);
    struct args a = {.flags = INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)fd};
    for (int i = 0; i < 2; i++) {
        long pid = syscall(CLONE3, &a, 88L);
        if (pid == 0)
            _exit(is_in(strrchr(folder, '/')) ? 7 : 8);
        CHECK(pid > 0 && waitpid((pid_t)pid, &status, 0) == pid);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
        a.flags |= CLONE_VFORK;
    }
    CHECK(!is_in(strrchr(folder, '/')));
    a.cgroup = (uint64_t)other;
    CHECK(refused(a, 88, EBADF));
    close(fd);
    close(other);
    CHECK(rmdir(folder) == 0);
}

static void handler(int sig)
{
    (void)sig;
}

static void clear_handlers(void)
{
    struct args a = {.flags = CLEAR_SIGHAND, .exit_signal = SIGCHLD};
    struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART}, now;
    int status;
    sigaction(SIGUSR1, &sa, NULL);
    sigaction(SIGSEGV, &sa, NULL);
    signal(SIGUSR2, SIG_IGN);
    signal(SIGBUS, SIG_IGN);
    long pid = syscall(CLONE3, &a, 88L);
    if (pid == 0) {
        int bad = 0;
        bad |= sigaction(SIGUSR1, NULL, &now) || now.sa_handler != SIG_DFL || now.sa_flags ? 1 : 0;
        bad |= sigaction(SIGSEGV, NULL, &now) || now.sa_handler != SIG_DFL ? 2 : 0;
        bad |= sigaction(SIGUSR2, NULL, &now) || now.sa_handler != SIG_IGN ? 4 : 0;
        bad |= sigaction(SIGBUS, NULL, &now) || now.sa_handler != SIG_IGN ? 8 : 0;
        if (bad)
            _exit(bad);
        raise(SIGUSR1);
        _exit(16);
    }
    CHECK(waitpid((pid_t)pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
    CHECK(sigaction(SIGUSR1, NULL, &now) == 0 && now.sa_handler == handler);
}

int main(void)
{
    sizes();
    rules();
    pidfds();
    clear_handlers();
    into_group();
    return guest_done();
}
