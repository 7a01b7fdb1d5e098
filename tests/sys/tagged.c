// SPDX-License-Identifier: MIT
// beyond: refusing tags before the program asked for them
// native: tagged addresses are arm64's
// Addresses with a tag in the top byte: system calls refuse them until the program asks otherwise.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *tag(void *p)
{
    return (void *)((unsigned long)p | 0x5aul << 56);
}

int main(void)
{
    int p[2];
    char buf[8] = {0};
    CHECK(pipe(p) == 0);
    CHECK(prctl(PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0) == 0);
    CHECK(write(p[1], tag("hello"), 5) == -1 && errno == EFAULT);
    *(volatile char *)tag(buf) = 'x';
    CHECK(buf[0] == 'x');
    CHECK(prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE, 0, 0, 0) == 0);
    CHECK(prctl(PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0) == PR_TAGGED_ADDR_ENABLE);
    CHECK(write(p[1], tag("hello"), 5) == 5 && read(p[0], tag(buf), 5) == 5 &&
          !memcmp(buf, "hello", 5));
    char cwd[4096];
    CHECK(syscall(SYS_getcwd, tag(cwd), sizeof cwd) > 0 && cwd[0] == '/');
    CHECK(prctl(PR_SET_TAGGED_ADDR_CTRL, 0, 0, 0, 0) == 0 && write(p[1], tag(buf), 5) == -1 &&
          errno == EFAULT);
    CHECK(prctl(PR_SET_TAGGED_ADDR_CTRL, 1ul << 40, 0, 0, 0) == -1 && errno == EINVAL);
    return guest_done();
}
