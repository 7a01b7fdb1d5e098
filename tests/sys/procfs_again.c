// SPDX-License-Identifier: MIT
// beyond: files of /proc that are its own show what they were when they were opened
// A file of /proc that stays open shows the present whenever it is read from its beginning.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[1 << 16];

enum way { READ, READV, PREAD, PREADV, WAYS };

// The file from its beginning, in each way.
static const char *again(int fd, enum way way)
{
    struct iovec v = {text, sizeof text - 1};
    ssize_t n = -1;
    if (way == READ || way == READV)
        CHECK(lseek(fd, 0, SEEK_SET) == 0);
    switch (way) {
    case READ: n = read(fd, text, sizeof text - 1); break;
    case READV: n = readv(fd, &v, 1); break;
    case PREAD: n = pread(fd, text, sizeof text - 1, 0); break;
    case PREADV: n = preadv(fd, &v, 1, 0); break;
    case WAYS: break;
    }
    text[n < 0 ? 0 : n] = 0;
    return text;
}

static int file(const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    return fd;
}

static void memory(void)
{
    enum { MORE = 8 << 20 };
    int statm = file("statm"), maps = file("maps");
    for (enum way way = 0; way < WAYS; way++) {
        char line[32];
        long before = atol(again(statm, way)), after;
        void *p = mmap(NULL, MORE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        snprintf(line, sizeof line, "%lx-", (unsigned long)p);
        after = atol(again(statm, way));
        CHECK(after - before >= (MORE - (1 << 20)) / 4096);
        snprintf(line, sizeof line, "%lx", (unsigned long)p + MORE / 2);
        CHECK(!strstr(again(maps, way), line));
        CHECK(mprotect(p, MORE / 2, PROT_NONE) == 0);
        CHECK(strstr(again(maps, way), line));
        munmap(p, MORE);
        CHECK(!strstr(again(maps, way), line) && atol(again(statm, way)) - before < (MORE - (1 << 20)) / 4096);
    }
    close(statm), close(maps);
}

static void name(void)
{
    static const char *const names[] = {"short", "a longer name", "n"};
    int stat = file("stat"), status = file("status"), copy = dup(stat);
    for (unsigned i = 0; i < 9; i++) {
        char expected[64];
        CHECK(prctl(PR_SET_NAME, names[i % 3]) == 0);
        snprintf(expected, sizeof expected, "%d (%s) ", getpid(), names[i % 3]);
        CHECK(!strncmp(again(stat, (enum way)(i % WAYS)), expected, strlen(expected)));
        snprintf(expected, sizeof expected, "Name:\t%s\n", names[i % 3]);
        CHECK(!strncmp(again(status, (enum way)(i % WAYS)), expected, strlen(expected)));
    }
    close(stat), close(status), close(copy);
}

// What is read on is the rest of what was begun.
static void in_parts(void)
{
    int fd = file("status");
    char whole[8192] = "", part[7];
    ssize_t n;
    CHECK(prctl(PR_SET_NAME, "parts") == 0);
    while ((n = read(fd, part, sizeof part)) > 0)
        strncat(whole, part, (size_t)n);
    CHECK(!strncmp(whole, "Name:\tparts\n", 12) && strstr(whole, "\nPid:\t") && strstr(whole, "\nThreads:\t1\n"));
    CHECK(read(fd, part, sizeof part) == 0);
    close(fd);
}

static void limit(void)
{
    struct rlimit l;
    int fd = file("limits");
    CHECK(getrlimit(RLIMIT_CORE, &l) == 0);
    l.rlim_cur = 0;
    CHECK(setrlimit(RLIMIT_CORE, &l) == 0 && strstr(again(fd, PREAD), "Max core file size        0 "));
    if (l.rlim_max >= 12345) {
        l.rlim_cur = 12345;
        CHECK(setrlimit(RLIMIT_CORE, &l) == 0 && strstr(again(fd, PREAD), "Max core file size        12345 "));
    }
    close(fd);
}

// Of another process; and when it is no more.
static void of_child(void)
{
    char path[64];
    int up[2], down[2];
    CHECK(pipe(up) == 0 && pipe(down) == 0);
    pid_t pid = fork();
    if (!pid) {
        close(down[1]);
        for (int i = 0; read(down[0], path, 1) == 1; i++) {
            prctl(PR_SET_NAME, i ? "second" : "first");
            write(up[1], "", 1);
        }
        _exit(0);
    }
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY);
    CHECK(write(down[1], "", 1) == 1 && read(up[0], text, 1) == 1 && strstr(again(fd, READ), " (first) "));
    CHECK(write(down[1], "", 1) == 1 && read(up[0], text, 1) == 1 && strstr(again(fd, READ), " (second) "));
    close(down[1]);
    CHECK(waitpid(pid, NULL, 0) == pid && lseek(fd, 0, SEEK_SET) == 0);
    CHECK(read(fd, text, 10) == -1 && errno == ESRCH && pread(fd, text, 10, 0) == -1 && errno == ESRCH);
    close(fd);
}

// A child that has got the file open sees its parent, whose it is.
static void by_child(void)
{
    int fd = file("stat"), status = -1;
    pid_t parent = getpid(), pid = fork();
    CHECK(pid >= 0);
    if (!pid)
        _exit(atoi(again(fd, READ)) == parent ? 0 : 1);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    close(fd);
}

// A descriptor that was one of these is any other file afterwards.
static void reused(void)
{
    int fd = file("stat");
    close(fd);
    int other = memfd_create("other", MFD_CLOEXEC);
    CHECK(other == fd && write(other, "abc", 3) == 3 && !strcmp(again(other, PREAD), "abc"));
    CHECK(!strcmp(again(other, READ), "abc"));
    close(other);
}

int main(void)
{
    memory();
    name();
    in_parts();
    limit();
    of_child();
    by_child();
    reused();
    return guest_done();
}
