// SPDX-License-Identifier: MIT
// Performance events. The machine has no counters of its own (cycles, instructions, caches would be
// the emulator's), as a board without a PMU, or a guest of a hypervisor. What the kernel counts by
// itself is as true of the guest as of any program: its time on a processor, faults, switches. Such
// counters interrupt nobody: a sample would show the emulator's code.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/sys.h"

#include <linux/perf_event.h>
#include <string.h>

// A type that no kernel gives out: the host looks at everything else first and then says so.
enum { NO_SUCH_TYPE = INT32_MAX };

// Whether the kernel would have to put down what the guest's program is doing.
static bool records(const struct perf_event_attr *a)
{
    return a->sample_period || a->mmap || a->mmap2 || a->mmap_data || a->bpf_event || a->ksymbol ||
           a->text_poke;
}

SYSCALL5(241, perf_event_open, fd, ptr, attr, pid, pid, int, cpu, fd, group, hex, flags)
{
    union {
        struct perf_event_attr of;
        char bytes[MM_PAGE];
    } a = {.of.size = 0};
    uint32_t size;
    if (!guest_read(&size, attr + offsetof(struct perf_event_attr, size), sizeof size))
        return host_call(SYS_perf_event_open, host_pointer(attr), pid, cpu, group, flags);
    if (size < PERF_ATTR_SIZE_VER0 || size > sizeof a) // the least, or what is refused unread
        size = PERF_ATTR_SIZE_VER0;
    if (!guest_read(&a, attr, size))
        return host_call(SYS_perf_event_open, GUEST_NOWHERE, pid, cpu, group, flags);
    if (a.of.type != PERF_TYPE_SOFTWARE)
        a.of.type = NO_SUCH_TYPE;
    else if (records(&a.of))
        return -EOPNOTSUPP;
    int64_t r = host_call(SYS_perf_event_open, &a, pid, cpu, group, flags);
    // What size there is, if this was none.
    if (r == -E2BIG && !guest_write32(attr + offsetof(struct perf_event_attr, size), a.of.size))
        return -EFAULT;
    return r;
}
