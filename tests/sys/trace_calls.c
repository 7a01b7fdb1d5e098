// SPDX-License-Identifier: MIT
// Makes calls that are the same on all machines, between two marks: trace_as_strace.sh compares how they are shown.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)
static char buf[64];

static void files(void)
{
    struct iovec v[2] = {{"ab", 2}, {"cdef", 4}}, to[2] = {{buf, 3}, {buf + 8, 8}};
    long fd = CALL(openat, AT_FDCWD, "made", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    CALL(write, fd, "line\n\001\"\\", 8l);
    CALL(writev, fd, v, 2l);
    CALL(pwrite64, fd, "xyz", 3l, 100l);
    CALL(lseek, fd, 2l, SEEK_SET);
    CALL(read, fd, buf, 5l);
    CALL(readv, fd, to, 2l);
    CALL(pread64, fd, buf, 3l, 100l);
    CALL(ftruncate, fd, 10l);
    CALL(fsync, fd);
    CALL(fdatasync, fd);
    CALL(flock, fd, LOCK_EX | LOCK_NB);
    CALL(fchmod, fd, 0600);
    CALL(fcntl, fd, F_GETFD);
    CALL(fcntl, fd, F_SETFD, 0);
    CALL(fcntl, fd, F_DUPFD_CLOEXEC, 20);
    CALL(dup, fd);
    CALL(dup3, fd, 30, O_CLOEXEC);
    CALL(close, 30);
    CALL(close, 999);
    CALL(fchmodat, AT_FDCWD, "made", 0644);
    CALL(mkdirat, AT_FDCWD, "folder", 0755);
    CALL(symlinkat, "made", AT_FDCWD, "link");
    CALL(linkat, AT_FDCWD, "made", AT_FDCWD, "other", 0);
    CALL(readlinkat, AT_FDCWD, "link", buf, 64l);
    CALL(faccessat, AT_FDCWD, "none", R_OK | W_OK);
    CALL(renameat2, AT_FDCWD, "other", AT_FDCWD, "folder/moved", 0);
    CALL(unlinkat, AT_FDCWD, "folder", AT_REMOVEDIR);
    CALL(unlinkat, AT_FDCWD, "folder/moved", 0);
    CALL(unlinkat, AT_FDCWD, "folder", AT_REMOVEDIR);
    CALL(unlinkat, AT_FDCWD, "link", 0);
    CALL(openat, AT_FDCWD, "none/at/all", O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    CALL(chdir, "/nowhere");
    CALL(umask, 022);
    CALL(getcwd, buf, 1l);
    CALL(fallocate, fd, 0, 0l, 100l);
    CALL(memfd_create, "a name", MFD_CLOEXEC);
}

static void descriptors(void)
{
    int p[2], s[2];
    struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.u64 = 5};
    struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "sock"};
    CALL(pipe2, p, O_NONBLOCK | O_CLOEXEC);
    CALL(read, p[0], buf, 1l);
    CALL(write, p[1], "0123456789012345678901234567890123456789", 40l);
    long ep = CALL(epoll_create1, EPOLL_CLOEXEC);
    CALL(epoll_ctl, ep, EPOLL_CTL_ADD, p[0], &e);
    CALL(epoll_ctl, ep, EPOLL_CTL_DEL, p[0], NULL);
    CALL(eventfd2, 3, O_NONBLOCK);
    CALL(timerfd_create, CLOCK_MONOTONIC, O_CLOEXEC);
    CALL(inotify_init1, O_CLOEXEC);
    long so = CALL(socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CALL(connect, so, &addr, 110);
    CALL(listen, so, 5);
    CALL(socketpair, AF_UNIX, SOCK_DGRAM, 0, s);
    CALL(sendto, s[0], "hello", 5l, MSG_DONTWAIT, NULL, 0);
    CALL(recvfrom, s[1], buf, 64l, MSG_DONTWAIT, NULL, NULL);
    CALL(recvfrom, s[1], buf, 64l, MSG_DONTWAIT, NULL, NULL);
    CALL(shutdown, s[0], SHUT_RDWR);
    CALL(socket, AF_INET, SOCK_DGRAM, 0);
}

static void memory_and_others(void)
{
    struct timespec t = {0, 1000};
    struct rlimit limit;
    unsigned word = 1;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    long page = CALL(mmap, NULL, 8192l, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0l);
    CALL(mprotect, page, 4096l, PROT_READ);
    CALL(madvise, page, 4096l, MADV_DONTNEED);
    CALL(mremap, page, 8192l, 4096l, 0, 0l);
    CALL(msync, page, 4096l, MS_SYNC);
    CALL(munmap, page, 4096l);
    CALL(munmap, 1l, 4096l);
    CALL(rt_sigprocmask, SIG_BLOCK, &set, NULL, 8l);
    CALL(rt_sigprocmask, SIG_UNBLOCK, &set, NULL, 8l);
    CALL(kill, 0x3fffffff, SIGUSR1);
    CALL(nanosleep, &t, NULL);
    CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, &t, NULL);
    CALL(futex, &word, FUTEX_WAIT_PRIVATE, 2, NULL);
    CALL(futex, &word, FUTEX_WAKE_PRIVATE, 1);
    CALL(prlimit64, 0, RLIMIT_CORE, NULL, &limit);
    CALL(prctl, PR_SET_NAME, "a name");
    CALL(sched_yield);
    CALL(getpriority, PRIO_PROCESS, 0);
    CALL(setpriority, PRIO_PROCESS, 0, 0);
    CALL(personality, 0xffffffff);
    CALL(waitid, P_ALL, 0, NULL, WEXITED | WNOHANG, NULL);
    CALL(wait4, -1, NULL, WNOHANG, NULL);
}

int main(void)
{
    CALL(close, 1001);
    files();
    descriptors();
    memory_and_others();
    CALL(close, 1002);
    return 0;
}
