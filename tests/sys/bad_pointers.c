// SPDX-License-Identifier: MIT
// A system call that is given an address where nothing is says EFAULT, and the program goes on.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void faults(long nr, const char *what, long a, long b, long c, long d, long e, long f)
{
    errno = 0;
    long r = syscall(nr, a, b, c, d, e, f);
    if (r != -1 || errno != EFAULT)
        printf("%s gave %ld, errno %d\n", what, r, errno);
    CHECK(r == -1 && errno == EFAULT);
}

static void all_with(long bad)
{
    int p[2];
    char here[64] = "file";
    long ok = (long)here;
    CHECK(pipe(p) == 0 && write(p[1], "data", 4) == 4);
    int fd = open("file", O_RDWR | O_CREAT, 0600);
#define F(nr, a, b, c, d, e, f) \
    faults(SYS_##nr, #nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
    F(read, p[0], bad, 4, 0, 0, 0);
    F(write, p[1], bad, 4, 0, 0, 0);
    F(readv, p[0], bad, 1, 0, 0, 0);
    F(openat, AT_FDCWD, bad, O_RDONLY, 0, 0, 0);
    F(newfstatat, AT_FDCWD, bad, ok, 0, 0, 0);
    F(newfstatat, AT_FDCWD, "file", bad, 0, 0, 0);
    F(fstat, fd, bad, 0, 0, 0, 0);
    F(statx, AT_FDCWD, "file", 0, 0, bad, 0);
    F(statfs, ".", bad, 0, 0, 0, 0);
    F(mkdirat, AT_FDCWD, bad, 0700, 0, 0, 0);
    F(unlinkat, AT_FDCWD, bad, 0, 0, 0, 0);
    F(symlinkat, bad, AT_FDCWD, "x", 0, 0, 0);
    F(readlinkat, AT_FDCWD, "/proc/self/exe", bad, 100, 0, 0);
    F(chdir, bad, 0, 0, 0, 0, 0);
    F(getcwd, bad, 4096, 0, 0, 0, 0);
    F(pipe2, bad, 0, 0, 0, 0, 0);
    F(ioctl, p[0], 0x541b, bad, 0, 0, 0); // FIONREAD
    F(ppoll, bad, 1, 0, 0, 0, 0);
    F(pselect6, 1, 0, 0, 0, bad, 0);
    F(clock_gettime, 0, bad, 0, 0, 0, 0);
    F(timer_create, 0, 0, bad, 0, 0, 0);
    F(uname, bad, 0, 0, 0, 0, 0);
    F(sysinfo, bad, 0, 0, 0, 0, 0);
    F(getrusage, 0, bad, 0, 0, 0, 0);
    F(getrlimit, 3, bad, 0, 0, 0, 0);
    F(getresuid, bad, ok, ok, 0, 0, 0);
    F(rt_sigaction, 10, bad, 0, 8, 0, 0);
    F(rt_sigprocmask, 0, bad, 0, 8, 0, 0);
    F(sigaltstack, bad, 0, 0, 0, 0, 0);
    F(getrandom, bad, 16, 0, 0, 0, 0);
    F(execve, bad, 0, 0, 0, 0, 0);
    F(execve, "/bin/sh", bad, 0, 0, 0, 0);
    F(socketpair, 1, 1, 0, bad, 0, 0);
    F(memfd_create, bad, 0, 0, 0, 0, 0);
    F(sched_getaffinity, 0, 128, bad, 0, 0, 0);
    close(fd);
}

int main(void)
{
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    all_with(16);
    all_with(0x7fff00000000);
    all_with(-4096);
    all_with(0x3400000000001000);
    // Half of it is there.
    munmap(pages + 4096, 4096);
    CHECK(getcwd(pages + 4094, 4096) == NULL && errno == EFAULT);
    strcpy(pages + 4092, "non");
    CHECK(open(pages + 4092, O_RDONLY) == -1 && errno == ENOENT);
    pages[4095] = 'e';
    CHECK(open(pages + 4092, O_RDONLY) == -1 && errno == EFAULT);
    return guest_done();
}
