// SPDX-License-Identifier: MIT
// native: the host's kernel has them
// beyond: what belongs to them elsewhere
// Restartable sequences are refused as a kernel without them does: the call, what the program is
// told of it at its start, the barriers that belong to it. What the C library does with them works
// without.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    RSEQ_FEATURE_SIZE = 27, // AT_*
    RSEQ_ALIGN = 28,
    QUERY = 0, // MEMBARRIER_CMD_*
    EXPEDITED_RSEQ = 1 << 7,
    REGISTER_EXPEDITED_RSEQ = 1 << 8,
};

int main(void)
{
    static struct rseq area;
    CHECK(syscall(SYS_rseq, &area, sizeof area, 0, RSEQ_SIG) == -1 && errno == ENOSYS);
    CHECK(syscall(SYS_rseq, &area, sizeof area, RSEQ_FLAG_UNREGISTER, RSEQ_SIG) == -1 &&
          errno == ENOSYS);
    CHECK(syscall(SYS_rseq, 16l, 0, -1, 0) == -1 && errno == ENOSYS);
    CHECK(area.rseq_cs == 0 && area.cpu_id == 0);
    errno = 0;
    CHECK(getauxval(RSEQ_FEATURE_SIZE) == 0 && errno == ENOENT);
    errno = 0;
    CHECK(getauxval(RSEQ_ALIGN) == 0 && errno == ENOENT);
    CHECK(__rseq_size == 0);

    long known = syscall(SYS_membarrier, QUERY, 0, 0);
    CHECK(known == -1 || !(known & (EXPEDITED_RSEQ | REGISTER_EXPEDITED_RSEQ)));
    CHECK(syscall(SYS_membarrier, REGISTER_EXPEDITED_RSEQ, 0, 0) == -1 &&
          (errno == EINVAL || known == -1));
    CHECK(syscall(SYS_membarrier, EXPEDITED_RSEQ, 0, 0) == -1 && (errno == EINVAL || known == -1));

    cpu_set_t all;
    CHECK(sched_getaffinity(0, sizeof all, &all) == 0);
    for (int i = 0; i < 100; i++) {
        int cpu = sched_getcpu();
        CHECK(cpu >= 0 && CPU_ISSET(cpu, &all));
    }
    return guest_done();
}
