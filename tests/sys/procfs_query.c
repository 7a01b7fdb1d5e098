// SPDX-License-Identifier: MIT
// beyond: PROCMAP_QUERY
// Mappings asked one by one at /proc/PID/maps (Linux 6.11): what lines of that file say.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct query {
    uint64_t size, asked, addr;
    uint64_t start, end, kinds, page_size, offset, inode;
    uint32_t major, minor, name_size, build_id_size;
    uint64_t name, build_id;
};
#define QUERY _IOWR('f', 17, struct query)
enum { READABLE = 1, WRITABLE = 2, EXECUTABLE = 4, SHARED = 8, OR_NEXT = 16, FILES = 32 };

static char name[256];

static int ask(int fd, struct query *q, unsigned asked, const void *addr)
{
    *q = (struct query){.size = sizeof *q, .asked = asked, .addr = (uint64_t)addr, .name = (uint64_t)name, .name_size = sizeof name};
    return ioctl(fd, QUERY, q) ? -errno : 0;
}

static void questions(int fd, char *area, unsigned inode_of_file)
{
    struct query q;
    CHECK(ask(fd, &q, 0, area + 5000) == 0 && q.start == (uint64_t)area && q.end == (uint64_t)area + 8192);
    CHECK(q.kinds == (READABLE | SHARED) && q.page_size == 4096 && q.offset == 4096 && q.inode == inode_of_file);
    CHECK(q.name_size == strlen(name) + 1 && strstr(name, "/query-file"));
    CHECK(ask(fd, &q, 0, area + 8192) == -ENOENT); // a hole
    CHECK(ask(fd, &q, OR_NEXT, area + 8192) == 0 && q.start == (uint64_t)area + 12288 && q.kinds == (READABLE | WRITABLE));
    CHECK(q.name_size == 0 && q.inode == 0 && q.offset == 0);
    CHECK(ask(fd, &q, OR_NEXT | WRITABLE, area) == 0 && q.start == (uint64_t)area + 12288);
    CHECK(ask(fd, &q, OR_NEXT | FILES | SHARED, area - 1) == 0 && q.start == (uint64_t)area);
    CHECK(ask(fd, &q, WRITABLE, area) == -ENOENT && ask(fd, &q, OR_NEXT, (void *)-4096l) == -ENOENT);
    CHECK(ask(fd, &q, EXECUTABLE, (void *)ask) == 0 && q.kinds == (READABLE | EXECUTABLE) && strstr(name, "procfs_query"));
    CHECK(ask(fd, &q, 0, &q) == 0 && !strcmp(name, "[stack]") && q.name_size == 8);
}

static void errors(int fd, char *area)
{
    struct query q;
    char id[64];
    CHECK(ask(fd, &q, 64, area) == -EINVAL);
    q = (struct query){.size = sizeof q, .addr = (uint64_t)area, .name_size = 4, .name = (uint64_t)name};
    CHECK(ioctl(fd, QUERY, &q) == -1 && errno == ENAMETOOLONG);
    q.name = 0;
    CHECK(ioctl(fd, QUERY, &q) == -1 && errno == EINVAL);
    q = (struct query){.size = sizeof q, .addr = (uint64_t)area, .name_size = 255, .name = 16};
    CHECK(ioctl(fd, QUERY, &q) == -1 && errno == EFAULT);
    q = (struct query){.size = 16, .addr = (uint64_t)area};
    CHECK(ioctl(fd, QUERY, &q) == -1 && errno == EINVAL);
    q.size = 1 << 20;
    CHECK(ioctl(fd, QUERY, &q) == -1 && errno == E2BIG);
    q = (struct query){.size = 40, .addr = (uint64_t)area};
    CHECK(ioctl(fd, QUERY, &q) == 0 && q.start == (uint64_t)area && q.kinds == 0); // an older program's
    CHECK(ioctl(fd, QUERY, 16) == -1 && errno == EFAULT);
    CHECK(ioctl(fd, QUERY, 0x600000010000) == -1 && errno == EFAULT);
    q = (struct query){.size = sizeof q, .addr = (uint64_t)area, .build_id_size = sizeof id, .build_id = (uint64_t)id};
    CHECK(ioctl(fd, QUERY, &q) == 0 && q.build_id_size == 0); // no program
    int other = open("/proc/self/smaps", O_RDONLY);
    CHECK(ioctl(other, QUERY, &q) == -1 && errno == ENOTTY);
    close(other);
}

int main(void)
{
    struct query q;
    int fd = open("/proc/self/maps", O_RDONLY), file = open("query-file", O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0 && file >= 0 && ftruncate(file, 3 * 4096) == 0);
    char *area = mmap(NULL, 8 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(area, 8 * 4096);
    mmap(area, 8192, PROT_READ, MAP_SHARED | MAP_FIXED, file, 4096);
    mmap(area + 12288, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    mmap(area + 16384, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    int first = ask(fd, &q, 0, area);
    if (first == -ENOTTY) { // before Linux 6.11
        printf("no PROCMAP_QUERY here\n");
        return guest_done();
    }
    CHECK(first == 0);
    unsigned inode = (unsigned)q.inode;
    questions(fd, area, inode);
    errors(fd, area);
    // Another process.
    pid_t child = fork();
    if (!child) {
        pause();
        _exit(1);
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/maps", child);
    int theirs = open(path, O_RDONLY);
    CHECK(theirs >= 0);
    questions(theirs, area, inode);
    kill(child, SIGKILL);
    CHECK(waitpid(child, NULL, 0) == child);
    CHECK(ask(theirs, &q, 0, area) == -ESRCH);
    return guest_done();
}
