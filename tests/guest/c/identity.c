// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// beyond: an unknown ioctl on a pipe is ENOTTY
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

int main(void)
{
    struct utsname u;
    CHECK(uname(&u) == 0 && strcmp(u.sysname, "Linux") == 0 && strcmp(u.machine, "aarch64") == 0);
    CHECK(u.release[0] >= '3' && u.nodename[0] != 0 && u.version[0] != 0);
    CHECK(getpid() > 0 && getppid() > 0 && getpgrp() > 0 && getsid(0) >= 0 &&
          syscall(SYS_gettid) == getpid());
    uid_t r, e, s;
    CHECK(getresuid(&r, &e, &s) == 0 && r == getuid() && e == geteuid());
    gid_t groups[256];
    CHECK(getgroups(256, groups) >= 0);
    unsigned char a[64] = {0}, b[64] = {0};
    CHECK(getrandom(a, sizeof a, 0) == 64 && getrandom(b, sizeof b, GRND_NONBLOCK) == 64 &&
          memcmp(a, b, 64) != 0);
    CHECK(getentropy(a, 64) == 0);
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > 10);
    limit.rlim_cur = 64;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
          limit.rlim_cur == 64);
    CHECK(prlimit(0, RLIMIT_STACK, NULL, &limit) == 0 && limit.rlim_cur >= 1 << 20);
    struct sysinfo info;
    CHECK(sysinfo(&info) == 0 && info.totalram > 0 && info.uptime > 0);
    cpu_set_t cpus;
    CHECK(sched_getaffinity(0, sizeof cpus, &cpus) == 0 && CPU_COUNT(&cpus) >= 1);
    CHECK(sched_yield() == 0 && getpriority(PRIO_PROCESS, 0) >= -20);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1 && sysconf(_SC_OPEN_MAX) == 64 &&
          sysconf(_SC_ARG_MAX) >= 131072);
    char host[256];
    CHECK(gethostname(host, sizeof host) == 0 && strcmp(host, u.nodename) == 0);
    struct termios t;
    struct winsize w;
    int fds[2];
    CHECK(pipe(fds) == 0 && !isatty(fds[0]) && errno == ENOTTY && tcgetattr(fds[0], &t) == -1 &&
          errno == ENOTTY);
    CHECK(ioctl(fds[0], TIOCGWINSZ, &w) == -1 && errno == ENOTTY);
    int pending = -1;
    CHECK(write(fds[1], "12345", 5) == 5 && ioctl(fds[0], FIONREAD, &pending) == 0 && pending == 5);
    CHECK(ioctl(fds[0], 0x12345678) == -1 && (errno == ENOTTY || errno == EINVAL));
    errno = 0;
    CHECK(syscall(9999) == -1 && errno == ENOSYS);
    CHECK(syscall(SYS_getpid) == getpid());
    CHECK(chdir("/") == 0 && strcmp(getcwd(host, sizeof host), "/") == 0);
    CHECK(getcwd(host, 1) == NULL && errno == ERANGE);
    return guest_done();
}
