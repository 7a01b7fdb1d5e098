// SPDX-License-Identifier: MIT
// Open flags, whose bits arm64 numbers differently, on their way in and out.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int flags_of(int fd)
{
    return fcntl(fd, F_GETFL);
}

int main(void)
{
    int fd = open("file", O_RDWR | O_CREAT | O_EXCL, 0640);
    struct stat st;
    CHECK(fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 0777 & ~022) == 0640);
    CHECK(open("file", O_CREAT | O_EXCL, 0600) == -1 && errno == EEXIST);
    CHECK((flags_of(fd) & O_ACCMODE) == O_RDWR);
    CHECK(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK) == 0 &&
          (flags_of(fd) & (O_APPEND | O_NONBLOCK)) == (O_APPEND | O_NONBLOCK));
    CHECK(open("file", O_RDONLY | O_DIRECTORY) == -1 && errno == ENOTDIR);
    CHECK(symlink("file", "link") == 0);
    CHECK(open("link", O_RDONLY | O_NOFOLLOW) == -1 && errno == ELOOP);
    int path = open("link", O_PATH | O_NOFOLLOW);
    CHECK(path >= 0 && fstat(path, &st) == 0 && S_ISLNK(st.st_mode) && flags_of(path) & O_PATH);
    int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK(dir >= 0 && fcntl(dir, F_GETFD) == FD_CLOEXEC && flags_of(dir) & O_DIRECTORY);
    int at = openat(dir, "file", O_WRONLY);
    CHECK(at >= 0 && write(at, "x", 1) == 1 && read(at, &st, 1) == -1 && errno == EBADF);
    int tmp = open(".", O_TMPFILE | O_RDWR, 0600);
    CHECK(tmp >= 0 || errno == EOPNOTSUPP);

    int p[2];
    CHECK(pipe2(p, O_CLOEXEC | O_NONBLOCK | O_DIRECT) == 0);
    CHECK(flags_of(p[0]) & O_NONBLOCK && flags_of(p[1]) & O_DIRECT &&
          !(flags_of(p[1]) & O_DIRECTORY));
    CHECK(fcntl(p[0], F_GETFD) == FD_CLOEXEC);
    CHECK(read(p[0], &st, 1) == -1 && errno == EAGAIN);

    CHECK(dup3(fd, 77, O_CLOEXEC) == 77 && fcntl(77, F_GETFD) == FD_CLOEXEC &&
          dup3(fd, fd, 0) == -1 && errno == EINVAL);
    int copy = dup(fd);
    CHECK(copy >= 0 && close(copy) == 0 && close(copy) == -1 && errno == EBADF);
    CHECK(fcntl(fd, F_DUPFD_CLOEXEC, 90) == 90);
    CHECK(close(77) == 0 && close(90) == 0);

    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10};
    CHECK(fcntl(fd, F_SETLK, &lock) == 0 && fcntl(fd, F_GETLK, &lock) == 0 &&
          lock.l_type == F_UNLCK);
    CHECK(fcntl(p[0], F_GETPIPE_SZ) >= 4096);
    CHECK(fcntl(fd, 9999) == -1 && errno == EINVAL);
    return guest_done();
}
