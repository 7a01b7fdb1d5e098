// SPDX-License-Identifier: MIT
// Scheduling: a guest thread is a host thread, so the host's kernel does all of it.
#include "linux/host_call.h"
#include "linux/sys.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <unistd.h>

SYSCALL0(124, sched_yield, int)
{
    return host_call_blocking(t, SYS_sched_yield); // the other threads have their turn
}

SYSCALL2(118, sched_setparam, int, pid, pid, in_int, param)
{
    return host_call(SYS_sched_setparam, pid, param);
}

SYSCALL3(119, sched_setscheduler, int, pid, pid, int, policy, in_int, param)
{
    return host_call(SYS_sched_setscheduler, pid, policy, param);
}

SYSCALL1(120, sched_getscheduler, int, pid, pid)
{
    return host_call(SYS_sched_getscheduler, pid);
}

SYSCALL2(121, sched_getparam, int, pid, pid, out_int, param)
{
    return host_call(SYS_sched_getparam, pid, param);
}

SYSCALL3(122, sched_setaffinity, int, pid, pid, size, size, ptr, mask)
{
    return host_call(SYS_sched_setaffinity, pid, size, mask);
}

SYSCALL3(123, sched_getaffinity, int, pid, pid, size, size, ptr, mask)
{
    return host_call(SYS_sched_getaffinity, pid, size, mask);
}

SYSCALL1(125, sched_get_priority_max, int, int, policy)
{
    return host_call(SYS_sched_get_priority_max, policy);
}

SYSCALL1(126, sched_get_priority_min, int, int, policy)
{
    return host_call(SYS_sched_get_priority_min, policy);
}

SYSCALL2(127, sched_rr_get_interval, int, pid, pid, out_timespec, interval)
{
    return host_call(SYS_sched_rr_get_interval, pid, interval);
}

SYSCALL3(274, sched_setattr, int, pid, pid, ptr, attr, hex, flags)
{
    return host_call(SYS_sched_setattr, pid, attr, flags);
}

SYSCALL4(275, sched_getattr, int, pid, pid, ptr, attr, uint, size, hex, flags)
{
    return host_call(SYS_sched_getattr, pid, attr, size, flags);
}

SYSCALL3(140, setpriority, int, prio, which, int, who, int, priority)
{
    return host_call(SYS_setpriority, which, who, priority);
}

SYSCALL2(141, getpriority, int, prio, which, int, who)
{
    return host_call(SYS_getpriority, which, who);
}

SYSCALL3(30, ioprio_set, int, int, which, int, who, int, priority)
{
    return host_call(SYS_ioprio_set, which, who, priority);
}

SYSCALL2(31, ioprio_get, int, int, which, int, who)
{
    return host_call(SYS_ioprio_get, which, who);
}

SYSCALL3(168, getcpu, int, out_uint, cpu, out_uint, node, ptr, cache)
{
    return host_call(SYS_getcpu, cpu, node, cache);
}

// What belongs to rseq is not there, as in a kernel built without that.
SYSCALL3(283, membarrier, int, int, command, hex, flags, int, cpu)
{
    const int of_rseq =
        MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ | MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ;
    if (command & of_rseq)
        return -EINVAL;
    int64_t r = host_call(SYS_membarrier, command, flags, cpu);
    return command == MEMBARRIER_CMD_QUERY && r > 0 ? r & ~of_rseq : r;
}
