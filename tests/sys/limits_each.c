// SPDX-License-Identifier: MIT
// label: full
// Each limit of setrlimit: it can be read, lowered, and not raised again without permission; it is kept over fork and execve; and what
// it limits fails, or is told by the signal that goes with it.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KINDS = RLIM_NLIMITS };

static int limit(int resource, rlim_t soft, rlim_t hard)
{
    return setrlimit((__rlimit_resource_t)resource, &(struct rlimit){soft, hard});
}

// In a child, without what root may do: its status.
static int apart(int (*body)(void))
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        limit(RLIMIT_CORE, 0, 0);
        _exit(body());
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    return status;
}

static int plain_user(void)
{
    return getuid() == 0 && (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534));
}

static int open_files(void)
{
    int fds[64], n = 0;
    if (limit(RLIMIT_NOFILE, 20, 20))
        return 1;
    while (n < 64 && (fds[n] = dup(0)) >= 0)
        n++;
    if (errno != EMFILE || fds[n - 1] != 19 || dup2(0, 20) != -1 || errno != EBADF || fcntl(0, F_DUPFD, 20) != -1 || errno != EINVAL)
        return 2;
    return sysconf(_SC_OPEN_MAX) != 20;
}

static volatile int told;

static void handler(int sig)
{
    told = sig;
}

static int size_of_files(void)
{
    char path[] = "limited-XXXXXX";
    int fd = mkstemp(path);
    signal(SIGXFSZ, handler);
    if (fd < 0 || unlink(path) || limit(RLIMIT_FSIZE, 1000, 2000))
        return 1;
    if (pwrite(fd, path, sizeof path, 995) != 5 || told || pwrite(fd, path, 5, 1000) != -1 || errno != EFBIG || told != SIGXFSZ)
        return 2;
    told = 0;
    if (ftruncate(fd, 1001) != -1 || errno != EFBIG || told != SIGXFSZ)
        return 3;
    signal(SIGXFSZ, SIG_DFL);
    return (int)pwrite(fd, path, 5, 1000) + 5;
}

static int processor_time(void)
{
    signal(SIGXCPU, handler);
    if (limit(RLIMIT_CPU, 1, 2))
        return 1;
    while (told != SIGXCPU)
        ;
    for (;;) // until the hard limit
        ;
}

static int processes(void)
{
    if (limit(RLIMIT_NPROC, 0, 0) || plain_user())
        return 1;
    return fork() != -1 || errno != EAGAIN;
}

static int pending_signals(void)
{
    sigset_t set;
    int n = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (limit(RLIMIT_SIGPENDING, 8, 8) || plain_user())
        return 1;
    while (n < 1000 && !sigqueue(getpid(), SIGRTMIN, (union sigval){0}))
        n++;
    return n == 0 || n > 8 || errno != EAGAIN;
}

static int message_queues(void)
{
    char name[32];
    struct mq_attr attr = {.mq_maxmsg = 10, .mq_msgsize = 8192};
    snprintf(name, sizeof name, "/limits-%d", getpid());
    if (limit(RLIMIT_MSGQUEUE, 10000, 10000) || plain_user())
        return 1;
    return mq_open(name, O_CREAT | O_RDWR, 0600, &attr) != (mqd_t)-1 || (errno != EMFILE && errno != ENOSYS);
}

static int niceness(void)
{
    if (limit(RLIMIT_NICE, 0, 0) || plain_user())
        return 1;
    int now = getpriority(PRIO_PROCESS, 0), nicer = now < 15 ? now + 5 : 19;
    if (setpriority(PRIO_PROCESS, 0, nicer) || !setpriority(PRIO_PROCESS, 0, nicer - 10) || (errno != EACCES && errno != EPERM))
        return 2;
    return !setpriority(PRIO_PROCESS, 0, nicer - 1) || (errno != EACCES && errno != EPERM);
}

static int locked_memory(void)
{
    char *p = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (limit(RLIMIT_MEMLOCK, 8192, 8192) || plain_user())
        return 1;
    return mlock(p, 8192) || !mlock(p, 16384) || errno != ENOMEM;
}

static int rises(void)
{
    if (limit(RLIMIT_NOFILE, 30, 40) || plain_user())
        return 1;
    if (limit(RLIMIT_NOFILE, 40, 40) || !limit(RLIMIT_NOFILE, 41, 41) || errno != EPERM || limit(RLIMIT_NOFILE, 10, 20))
        return 2;
    return !limit(RLIMIT_NOFILE, 21, 20) || errno != EINVAL;
}

// Each has a limit of its own after execve.
static rlim_t lowered(int resource, rlim_t now)
{
    rlim_t want = resource == RLIMIT_STACK ? 4 << 20 : resource == RLIMIT_NOFILE ? 100 : resource == RLIMIT_NICE ? 10
                  : resource == RLIMIT_RTPRIO ? 5 : (rlim_t)(2000 + resource) << 20;
    return want < now ? want : now;
}

static const char *own;

static int goes_along(void)
{
    for (int i = 0; i < KINDS; i++) {
        struct rlimit now;
        if (getrlimit((__rlimit_resource_t)i, &now) || limit(i, lowered(i, now.rlim_cur), now.rlim_max))
            return 1;
    }
    execl("/proc/self/exe", own, "child", NULL);
    return 2;
}

static int is_along(void)
{
    for (int i = 0; i < KINDS; i++) {
        struct rlimit now;
        // What was lower before is lower still.
        if (getrlimit((__rlimit_resource_t)i, &now) || now.rlim_cur != lowered(i, now.rlim_cur))
            return 10 + i;
    }
    return 7;
}

int main(int argc, char **argv)
{
    static int (*const bodies[])(void) = {open_files, size_of_files, processes, pending_signals, message_queues,
                                           niceness,   locked_memory, rises};
    if (argc > 1)
        return is_along();
    own = argv[0];
    for (int i = 0; i < KINDS; i++) {
        struct rlimit a, b;
        CHECK(getrlimit((__rlimit_resource_t)i, &a) == 0 && prlimit(getpid(), (__rlimit_resource_t)i, NULL, &b) == 0);
        CHECK(a.rlim_cur == b.rlim_cur && a.rlim_max == b.rlim_max && a.rlim_cur <= a.rlim_max);
        CHECK(prlimit(0, (__rlimit_resource_t)i, &a, &b) == 0);
    }
    CHECK(syscall(SYS_getrlimit, KINDS, &(struct rlimit){0}) == -1 && errno == EINVAL);
    for (unsigned i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        int status = apart(bodies[i]), bad = !WIFEXITED(status) || WEXITSTATUS(status);
        if (bodies[i] == size_of_files)
            bad = !(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
        if (bodies[i] != open_files && bodies[i] != size_of_files && getuid() != 0 && bad) // takes one who may become another
            continue;
        if (bad)
            printf("number %u: status %#x\n", i, status);
        CHECK(!bad);
    }
    int status = apart(processor_time);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    status = apart(goes_along);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    return guest_done();
}
