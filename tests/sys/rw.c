// SPDX-License-Identifier: MIT
// Reading and writing in all ways, and moving data inside the kernel.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static void *volatile bad = (void *)16;

int main(void)
{
    char buf[64] = {0}, part[8] = {0};
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    struct iovec out[2] = {{(void *)"hello ", 6}, {(void *)"world", 5}};
    struct iovec in[2] = {{buf, 4}, {buf + 32, 20}};
    CHECK(writev(fd, out, 2) == 11 && lseek(fd, 0, SEEK_SET) == 0);
    CHECK(readv(fd, in, 2) == 11 && !memcmp(buf, "hell", 4) && !memcmp(buf + 32, "o world", 7));
    CHECK(pwrite(fd, "W", 1, 6) == 1 && pread(fd, part, 5, 6) == 5 && !strcmp(part, "World"));
    CHECK(pread(fd, part, 5, -1) == -1 && errno == EINVAL);
    CHECK(lseek(fd, 0, SEEK_CUR) == 11 && lseek(fd, -1, SEEK_SET) == -1 && errno == EINVAL);
    CHECK(lseek(fd, 1l << 40, SEEK_SET) == 1l << 40);
    CHECK(pwritev(fd, out, 2, 100) == 11 && preadv(fd, in, 2, 100) == 11 && buf[0] == 'h');
    CHECK(ftruncate(fd, 5) == 0 && lseek(fd, 0, SEEK_END) == 5 && truncate("file", 7) == 0);
    CHECK(pread(fd, buf, 64, 0) == 7 && !memcmp(buf, "hello\0\0", 7));
    CHECK(read(fd, bad, 4) == -1 && errno == EFAULT && pread(fd, bad, 4, 0) == -1 &&
          errno == EFAULT);
    CHECK(write(fd, bad, 4) == -1 && errno == EFAULT && writev(fd, bad, 1) == -1 &&
          errno == EFAULT);
    CHECK(read(999, buf, 1) == -1 && errno == EBADF);
    CHECK(fallocate(fd, 0, 0, 8192) == 0 || errno == EOPNOTSUPP);
    CHECK(fsync(fd) == 0 && fdatasync(fd) == 0 &&
          posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED) == 0);

    int p[2], q[2];
    off_t at = 0;
    memset(buf, 0, sizeof buf);
    CHECK(pipe(p) == 0 && pipe(q) == 0 && ftruncate(fd, 5) == 0);
    CHECK(sendfile(p[1], fd, &at, 100) == 5 && at == 5);
    CHECK(read(p[0], buf, 64) == 5 && write(p[1], "hello", 5) == 5);
    CHECK(tee(p[0], q[1], 100, 0) == 5 && read(q[0], buf, 64) == 5 && !memcmp(buf, "hello", 5));
    loff_t off = 3;
    CHECK(splice(p[0], NULL, fd, &off, 5, 0) == 5 && off == 8 && pread(fd, buf, 64, 0) == 8 &&
          !memcmp(buf, "helhello", 8));
    struct iovec iov = {(void *)"abc", 3};
    CHECK(vmsplice(p[1], &iov, 1, 0) == 3 && read(p[0], buf, 64) == 3 && !memcmp(buf, "abc", 3));
    int other = open("other", O_RDWR | O_CREAT, 0600);
    loff_t from = 3, to = 0;
    ssize_t n = copy_file_range(fd, &from, other, &to, 5, 0);
    CHECK((n == 5 && from == 8 && pread(other, buf, 64, 0) == 5 && !memcmp(buf, "hello", 5)) ||
          errno == EXDEV);
    return guest_done();
}
