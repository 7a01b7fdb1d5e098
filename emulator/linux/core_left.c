// SPDX-License-Identifier: MIT
#include "linux/core_left.h"

#include "linux/host_call.h"

#include <sys/resource.h>
#include <sys/wait.h>

// Less than a page, at which no kernel writes a core file.
enum { MARK = 3086 };

void core_left_mark(void)
{
    struct rlimit limit;
    if (host_call(SYS_prlimit64, 0, RLIMIT_CORE, NULL, &limit) < 0)
        return;
    limit.rlim_cur = MARK;
    if (limit.rlim_max < MARK) // --core writes one whatever the limit; then this may be refused
        limit.rlim_max = MARK;
    host_call(SYS_prlimit64, 0, RLIMIT_CORE, &limit, NULL);
}

void core_left_tell(siginfo_t *info)
{
    struct rlimit limit;
    if (info->si_code == CLD_KILLED &&
        host_call(SYS_prlimit64, info->si_pid, RLIMIT_CORE, NULL, &limit) == 0 &&
        limit.rlim_cur == MARK)
        info->si_code = CLD_DUMPED;
}
