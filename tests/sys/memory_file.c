// SPDX-License-Identifier: MIT
// beyond: addresses that the emulator has for itself are nowhere
// /proc/self/mem and addresses that stand in memory (move_pages): what is the program's is there, what is not is nowhere,
// also where an emulator has its own memory.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[8192] = "what stands here";
static const off_t beyond[] = {0x600000000000, 0x600000010000, 0x600000011000, 0x610000000000, 0x7ffff0000000};
enum { BEYOND = sizeof beyond / sizeof *beyond };

static void own(int fd)
{
    char got[17] = "";
    struct iovec v = {got, 16};
    off_t at = (off_t)(uintptr_t)text;
    CHECK(pread(fd, got, 16, at) == 16 && !strcmp(got, "what stands here"));
    memset(got, 0, sizeof got);
    CHECK(preadv(fd, &v, 1, at) == 16 && !strcmp(got, "what stands here"));
    CHECK(lseek(fd, at, SEEK_SET) == at && read(fd, got, 4) == 4 && lseek(fd, 0, SEEK_CUR) == at + 4);
    CHECK(pwrite(fd, "this", 4, at + 12) == 4 && !strcmp(text, "what stands this"));
    memcpy(text, "what stands here", 16);
}

static void nowhere(int fd, off_t at)
{
    char got[64];
    struct iovec v = {got, sizeof got};
    CHECK(pread(fd, got, sizeof got, at) == -1 && errno == EIO);
    CHECK(preadv(fd, &v, 1, at) == -1 && errno == EIO);
    CHECK(preadv2(fd, &v, 1, at, 0) == -1 && errno == EIO);
    CHECK(pwrite(fd, got, 1, at) == -1 && errno == EIO);
    v.iov_len = 1;
    CHECK(pwritev(fd, &v, 1, at) == -1 && errno == EIO);
    CHECK(pwritev2(fd, &v, 1, at, 0) == -1 && errno == EIO);
    CHECK(lseek(fd, at, SEEK_SET) == at);
    CHECK(read(fd, got, sizeof got) == -1 && errno == EIO);
    CHECK(write(fd, got, 1) == -1 && errno == EIO);
    CHECK(readv(fd, &v, 1) == -1 && errno == EIO);
}

static void in_child(int fd)
{
    int status;
    char path[64];
    (void)fd;
    pid_t pid = fork();
    if (!pid) {
        snprintf(path, sizeof path, "/proc/%d/mem", (int)getppid());
        int other = open(path, O_RDONLY);
        char got[17] = "";
        if (other < 0)
            _exit(errno == EACCES || errno == EPERM ? 0 : 1); // Yama
        if (pread(other, got, 16, (off_t)(uintptr_t)text) != 16 || strcmp(got, "what stands here"))
            _exit(2);
        for (int i = 0; i < 4; i++)
            if (pread(other, got, 16, beyond[i]) != -1 || errno != EIO)
                _exit(3);
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

// An ordinary file may have such places.
static void other_files(void)
{
    int fd = memfd_create("large", 0);
    char c = 0;
    for (int i = 0; i < BEYOND; i++) {
        CHECK(pwrite(fd, "x", 1, beyond[i]) == 1);
        CHECK(lseek(fd, beyond[i], SEEK_SET) == beyond[i] && lseek(fd, 0, SEEK_CUR) == beyond[i]);
        CHECK(read(fd, &c, 1) == 1 && c == 'x');
    }
    close(fd);
}

// Where pages are (nodes is NULL): those beyond are nowhere, as any that is not mapped.
static void places_of_pages(void)
{
    enum { N = 300 };
    static void *page[N];
    static int status[N];
    for (int i = 0; i < N; i++) {
        page[i] = i % 3 ? (void *)(uintptr_t)beyond[i % 4] : text;
        status[i] = 1000;
    }
    long r = syscall(SYS_move_pages, 0, (long)N, page, NULL, status, 0);
    if (r == -1 && errno == ENOSYS)
        return;
    CHECK(r == 0);
    for (int i = 0; i < N; i++)
        CHECK(i % 3 ? status[i] == -EFAULT || status[i] == -ENOENT : status[i] >= 0 && status[i] < 1000);
    CHECK(syscall(SYS_move_pages, 0, 1l, (void *)8, NULL, status, 0) == -1 && errno == EFAULT);
}

int main(void)
{
    int fd = open("/proc/self/mem", O_RDWR);
    CHECK(fd >= 0);
    own(fd);
    for (int i = 0; i < 4; i++)
        nowhere(fd, beyond[i]);
    own(fd);
    int again = dup(fd);
    nowhere(again, beyond[1]);
    in_child(fd);
    other_files();
    places_of_pages();
    return guest_done();
}
