// SPDX-License-Identifier: MIT
// beyond: preadv2
// preadv2 and pwritev2.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void)
{
    char buf[16] = {0};
    struct iovec out = {(void *)"abcdef", 6}, in = {buf, 16};
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(syscall(SYS_pwritev2, fd, &out, 1, 0l, 0l, 0) == 6);
    CHECK(syscall(SYS_pwritev2, fd, &out, 1, 0l, 0l, RWF_APPEND) == 6);
    CHECK(syscall(SYS_preadv2, fd, &in, 1, 3l, 0l, 0) == 9 && !strcmp(buf, "defabcdef"));
    CHECK(syscall(SYS_preadv2, fd, &in, 1, -1l, -1l, 0) == 12 ||
          syscall(SYS_preadv2, fd, &in, 1, -1l, 0l, 0) == 0);
    CHECK(syscall(SYS_preadv2, fd, &in, 1, 0l, 0l, 0x40000000) == -1 && errno == EOPNOTSUPP);
    return guest_done();
}
