// SPDX-License-Identifier: MIT
// Asynchronous input and output. Control blocks and events are the same on both sides, and the ring
// of a context lies where the host's kernel has put it: the guest may read it there.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/sys.h"

#include <unistd.h>

SYSCALL2(0, io_setup, int, uint, events, ptr, context)
{
    return host_call(SYS_io_setup, events, context);
}

SYSCALL1(1, io_destroy, int, hex, context)
{
    return host_call_blocking(t, SYS_io_destroy, context);
}

SYSCALL3(2, io_submit, int, hex, context, long, count, ptr, blocks)
{
    return host_call_blocking(t, SYS_io_submit, context, count, blocks);
}

SYSCALL3(3, io_cancel, int, hex, context, ptr, block, ptr, event)
{
    return host_call(SYS_io_cancel, context, block, event);
}

SYSCALL5(4, io_getevents, int, hex, context, long, min, long, count, ptr, events, in_timespec,
         timeout)
{
    return host_call_blocking(t, SYS_io_getevents, context, min, count, events, timeout);
}

SYSCALL6(292, io_pgetevents, int, hex, context, long, min, long, count, ptr, events, in_timespec,
         timeout, ptr, mask)
{
    struct {
        uint64_t set, size;
    } of = {0};
    if (mask && !guest_read(&of, mask, sizeof of))
        return -EFAULT;
    return signal_masked_call(t, of.set, SYS_io_pgetevents, context, (uint64_t)min, (uint64_t)count,
                              events, timeout, mask);
}

SYS_REFUSE(425, io_uring_setup, ENOSYS,
           "the ring's open flags and poll events would be the host's");
SYS_REFUSE(426, io_uring_enter, ENOSYS, "there is no ring without io_uring_setup");
SYS_REFUSE(427, io_uring_register, ENOSYS, "there is no ring without io_uring_setup");
