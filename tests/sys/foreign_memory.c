// SPDX-License-Identifier: MIT
// Addresses where the guest has no memory, but the emulator may, are EFAULT for every call that
// would use them.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
    CHECK(zero >= 0 && null >= 0);
    for (uintptr_t at = UINT64_C(0x600000000000); at < UINT64_C(0x600000400000); at += 0x10000) {
        void *p = (void *)at;
        CHECK(read(zero, p, 64) == -1 && errno == EFAULT);
        CHECK(syscall(SYS_clock_gettime, CLOCK_REALTIME, p) == -1 && errno == EFAULT);
        CHECK(fstat(zero, p) == -1 && errno == EFAULT);
        CHECK(open(p, O_RDONLY) == -1 && errno == EFAULT);
        CHECK(readv(zero, p, 1) == -1 && errno == EFAULT);
    }
    return guest_done();
}
