// SPDX-License-Identifier: MIT
// beyond: io_uring
// Files of /proc opened by a ring: what they show is the program's, whichever way they are opened. And attributes by path,
// pipes and questions to sockets, which later kernels have.
#define _GNU_SOURCE
#include "guest.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>

enum { OP_URING_CMD = 46, OP_PIPE = 62, QUESTION_SIOCINQ = 0, QUESTION_GETSOCKOPT = 2 };

// The descriptor, or -errno.
static int opened(struct ring *r, const char *path)
{
    entry(r, IORING_OP_OPENAT, AT_FDCWD, path, 0, 0)->open_flags = O_RDONLY | O_CLOEXEC;
    return alone(r);
}

static bool begins_with(int fd, const char *text)
{
    char got[64] = {0};
    return read(fd, got, sizeof got - 1) > 0 && !strncmp(got, text, strlen(text));
}

static void views(struct ring *r)
{
    char mine[64], line[64] = {0};
    int fd = open("/proc/self/maps", O_RDONLY);
    CHECK(read(fd, line, sizeof line - 1) > 0);
    close(fd);
    fd = opened(r, "/proc/self/maps");
    snprintf(mine, sizeof mine, "%.12s", line);
    if (fd != -EINVAL) { // a host's kernel before 6.12
        CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC && begins_with(fd, mine));
        close(fd);
        struct open_how how = {.flags = O_RDONLY};
        fd = one(r, IORING_OP_OPENAT2, AT_FDCWD, "/proc/self/status", sizeof how, (uint64_t)&how);
        CHECK(fd >= 0 && fcntl(fd, F_GETFD) == 0 && begins_with(fd, "Name:\turing_procfs"));
        close(fd);
        CHECK(opened(r, "/proc/self/maps/x") == -ENOTDIR && opened(r, "/proc/999999999/maps") == -ENOENT);
        int dir = open("/proc/self", O_RDONLY | O_DIRECTORY);
        entry(r, IORING_OP_OPENAT, dir, "maps", 0, 0)->open_flags = O_RDONLY;
        fd = alone(r);
        CHECK(fd >= 0 && begins_with(fd, mine));
        close(fd);
        close(dir);
    }
    // Behind one that fails it is given up, and leaves no descriptor.
    char byte;
    int next = dup(0);
    close(next);
    entry(r, IORING_OP_READ, -1, &byte, 1, 0)->flags = IOSQE_IO_LINK;
    entry(r, IORING_OP_OPENAT, AT_FDCWD, "/proc/self/maps", 0, 0);
    CHECK(enter(r, 2) >= 1);
    int first = result(r, NULL), second = result(r, NULL);
    CHECK((first == -EBADF && second == -ECANCELED) || first == -ECANCELED || first == -EINVAL);
    fd = dup(0);
    CHECK(fd == next);
    close(fd);
    // A file that is only called like one.
    CHECK(mkfifo("maps", 0600) == 0);
    int hold = open("maps", O_RDWR);
    fd = opened(r, "maps");
    CHECK(fd >= 0 && write(hold, "fifo", 4) == 4 && begins_with(fd, "fifo"));
    close(fd);
    close(hold);
}

static void attributes(struct ring *r)
{
    char value[16] = {0};
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    struct io_uring_sqe *e = entry(r, IORING_OP_SETXATTR, 0, "user.name", 5, (uint64_t) "value");
    e->addr3 = (uint64_t) "file";
    int res = alone(r);
    CHECK(res == 0 || res == -EOPNOTSUPP || res == -EINVAL);
    if (res == 0) {
        CHECK(fgetxattr(fd, "user.name", value, sizeof value) == 5 && !strcmp(value, "value"));
        memset(value, 0, sizeof value);
        entry(r, IORING_OP_GETXATTR, 0, "user.name", sizeof value, (uint64_t)value)->addr3 = (uint64_t) "file";
        CHECK(alone(r) == 5 && !strcmp(value, "value"));
        entry(r, IORING_OP_GETXATTR, 0, "user.name", sizeof value, (uint64_t)value)->addr3 = (uint64_t) "none";
        CHECK(alone(r) == -ENOENT);
        entry(r, IORING_OP_GETXATTR, 0, "user.name", sizeof value, (uint64_t)value)->addr3 = 0x600000010000;
        CHECK(alone(r) == -EFAULT);
    }
    close(fd);
}

static void later(struct ring *r)
{
    int s[2], p[2] = {-1, -1}, type = 0;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0 && write(s[0], "12345", 5) == 5);
    int res = one(r, OP_PIPE, 0, p, 0, 0);
    CHECK(res == 0 || res == -EINVAL);
    if (res == 0) {
        CHECK(write(p[1], "p", 1) == 1 && begins_with(p[0], "p"));
        CHECK(one(r, OP_PIPE, 0, (void *)0x600000010000, 0, 0) == -EFAULT);
    }
    res = one(r, OP_URING_CMD, s[1], NULL, 0, QUESTION_SIOCINQ);
    CHECK(res == 5 || res == -EINVAL || res == -EOPNOTSUPP);
    struct io_uring_sqe *e = entry(r, OP_URING_CMD, s[1], NULL, 0, QUESTION_GETSOCKOPT);
    e->addr = SOL_SOCKET | (uint64_t)SO_TYPE << 32; // level and option
    e->file_index = sizeof type;                    // its size
    e->addr3 = (uint64_t)&type;
    res = alone(r);
    CHECK((res == sizeof type && type == SOCK_STREAM) || res == -EINVAL || res == -EOPNOTSUPP);
}

int main(void)
{
    struct ring r;
    if (!has_ring(&r, 8))
        return guest_done();
    views(&r);
    attributes(&r);
    later(&r);
    close_ring(&r);
    return guest_done();
}
