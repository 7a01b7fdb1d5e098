// SPDX-License-Identifier: MIT
#include "linux/publish.h"

#include "linux/thread.h"

#include <linux/prctl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

void publish_process(const char *program)
{
    const struct process *p = &process;
    uint64_t own_break = (uint64_t)sbrk(0); // the heap stays the emulator's
    struct prctl_mm_map map = {
        .start_code = p->start_code,
        .end_code = p->end_code,
        .start_data = p->start_data,
        .end_data = p->end_data,
        .start_brk = own_break,
        .brk = own_break,
        .start_stack = p->start_stack,
        .arg_start = p->arg_start,
        .arg_end = p->arg_end,
        .env_start = p->env_start,
        .env_end = p->env_end,
        .auxv = (__u64 *)p->auxv,
        .auxv_size = (uint32_t)p->auxv_size,
        .exe_fd = UINT32_MAX, // stays: it tells guests from other processes
    };
    // Kernels without CONFIG_CHECKPOINT_RESTORE refuse; then they show what they know.
    prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0);
    // The process is named after its program, as execve does it (comm in proc(5)).
    const char *slash = strrchr(program, '/');
    prctl(PR_SET_NAME, slash ? slash + 1 : program);
}
