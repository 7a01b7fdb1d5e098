// SPDX-License-Identifier: MIT
// beyond: mlock2, process_madvise, process_vm_readv
// Memory that is locked, written back, advised on and read from another process.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

// Kilobytes that /proc/self/status gives in the line of `what`, or -1.
static long status_of(const char *what)
{
    char text[8192] = {0};
    int fd = open("/proc/self/status", O_RDONLY);
    CHECK(fd >= 0 && read(fd, text, sizeof text - 1) > 0 && close(fd) == 0);
    const char *at = strstr(text, what);
    return at ? atol(at + strlen(what)) : -1;
}

static void locked(char *at)
{
    unsigned char in[2] = {0};
    CHECK(mlock(at, 2 * PAGE) == 0 && mincore(at, 2 * PAGE, in) == 0 && in[0] & 1 && in[1] & 1);
    CHECK(status_of("VmLck:") >= 8 && munlock(at, 2 * PAGE) == 0);
    CHECK(syscall(SYS_mlock2, at, (size_t)PAGE, 1u) == 0); // MLOCK_ONFAULT
    CHECK(munlock(at, PAGE) == 0);
    char *untouched = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long before = status_of("VmLck:");
    CHECK(syscall(SYS_mlock2, untouched + PAGE, (size_t)PAGE, 1u) == 0 && status_of("VmLck:") == before + 4);
    CHECK(mlock(untouched + PAGE, PAGE) == 0 && status_of("VmLck:") == before + 4);
    CHECK(munmap(untouched, 3 * PAGE) == 0 && status_of("VmLck:") == before);
    CHECK(syscall(SYS_mlock2, at, (size_t)PAGE, 8u) == -1 && errno == EINVAL);
    CHECK(mlock((void *)(16 * PAGE), PAGE) == -1 && errno == ENOMEM);
    CHECK(munlock((void *)(16 * PAGE), PAGE) == -1 && errno == ENOMEM);
    CHECK(mlockall(0) == -1 && errno == EINVAL);
    int r = mlockall(MCL_CURRENT); // as far as the limit goes
    CHECK(r == 0 || errno == ENOMEM || errno == EPERM);
    CHECK(munlockall() == 0 && status_of("VmLck:") == 0);
}

static void written_back(void)
{
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0 && ftruncate(fd, PAGE) == 0);
    char *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), text[4];
    memcpy(at, "text", 4);
    CHECK(msync(at, PAGE, MS_SYNC) == 0 && pread(fd, text, 4, 0) == 4 && !memcmp(text, "text", 4));
    CHECK(msync(at, PAGE, MS_ASYNC | MS_SYNC) == -1 && errno == EINVAL);
    CHECK(msync((void *)(16 * PAGE), PAGE, MS_SYNC) == -1 && errno == ENOMEM);
    CHECK(syscall(SYS_sync_file_range, fd, 0l, (long)PAGE, 7u) == 0 && syncfs(fd) == 0);
    CHECK(readahead(fd, 0, PAGE) == 0 && readahead(-1, 0, PAGE) == -1 && errno == EBADF);
    sync();
    munmap(at, PAGE);
    close(fd);
}

static void of_another_process(char *at)
{
    int pipes[2], status;
    char back[8] = {0};
    CHECK(pipe(pipes) == 0);
    strcpy(at, "parent");
    pid_t child = fork();
    if (!child) {
        strcpy(at, "child");
        if (write(pipes[1], "r", 1) == 1)
            pause();
        _exit(1);
    }
    CHECK(read(pipes[0], back, 1) == 1);
    struct iovec here = {back, 6}, there = {at, 6};
    CHECK(process_vm_readv(child, &here, 1, &there, 1, 0) == 6 && !strcmp(back, "child"));
    memcpy(back, "third", 6);
    CHECK(process_vm_writev(child, &here, 1, &there, 1, 0) == 6);
    memset(back, 0, sizeof back);
    CHECK(process_vm_readv(child, &here, 1, &there, 1, 0) == 6 && !strcmp(back, "third"));
    CHECK(!strcmp(at, "parent"));
    there.iov_base = (void *)16;
    CHECK(process_vm_readv(child, &here, 1, &there, 1, 0) == -1 && errno == EFAULT);
    CHECK(process_vm_readv(child, &here, 1, &there, 1, 9) == -1 && errno == EINVAL);
    int fd = (int)syscall(SYS_pidfd_open, child, 0);
    there.iov_base = at;
    there.iov_len = PAGE;
    CHECK(fd >= 0 && syscall(SYS_process_madvise, fd, &there, 1ul, MADV_COLD, 0u) == PAGE);
    CHECK(syscall(SYS_process_madvise, fd, &there, 1ul, 9999, 0u) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_process_mrelease, fd, 0u) == -1 && errno == EINVAL); // it is alive
    CHECK(kill(child, SIGKILL) == 0);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(syscall(SYS_process_mrelease, -1, 0u) == -1 && errno == EBADF);
    close(fd);
}

int main(void)
{
    char *at = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    locked(at);
    written_back();
    of_another_process(at);
    return guest_done();
}
