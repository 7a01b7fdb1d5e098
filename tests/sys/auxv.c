// SPDX-License-Identifier: MIT
// beyond: PR_GET_AUXV
// The auxiliary vector as prctl tells it is the one the program was given.
#define _GNU_SOURCE
#include "guest.h"

#include <elf.h>
#include <errno.h>
#include <sys/auxv.h>
#include <sys/prctl.h>

#ifndef PR_GET_AUXV
#    define PR_GET_AUXV 0x41555856 // Linux 6.4
#endif

int main(void)
{
    unsigned long v[256] = {0}, few[3] = {0, 0, 7};
    long size = prctl(PR_GET_AUXV, v, sizeof v, 0ul, 0ul);
    if (size < 0 && errno == EINVAL && !GUEST_ARM64)
        return 0; // an older host
    CHECK(size > 0 && size % 16 == 0 && size < (long)sizeof v);
    unsigned seen = 0;
    for (unsigned i = 0; v[i] != AT_NULL && i + 2 < sizeof v / sizeof *v; i += 2, seen++)
        CHECK(getauxval(v[i]) == v[i + 1] || (v[i] == AT_HWCAP && !GUEST_ARM64)); // the C library's own there
    CHECK(seen > 10);
    CHECK(prctl(PR_GET_AUXV, few, 16ul, 0ul, 0ul) == size && few[0] == v[0] && few[1] == v[1]);
    CHECK(few[2] == 7);
    CHECK(prctl(PR_GET_AUXV, 16ul, 16ul, 0ul, 0ul) == -1 && errno == EFAULT);
    CHECK(prctl(PR_GET_AUXV, v, sizeof v, 1ul, 0ul) == -1 && errno == EINVAL);
    return guest_done();
}
