// SPDX-License-Identifier: MIT
// Asynchronous input and output. Control blocks and events are the same on both sides, and the ring
// of a context lies where the host's kernel has put it: the guest may read it there.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/sys.h"

#include <limits.h>
#include <linux/aio_abi.h>
#include <unistd.h>

SYSCALL2(0, io_setup, int, uint, events, ptr, context)
{
    return host_call(SYS_io_setup, events, context);
}

SYSCALL1(1, io_destroy, int, hex, context)
{
    return host_call_blocking(t, SYS_io_destroy, context);
}

enum { BLOCKS_AT_ONCE = 128 };

static bool is_safe(uint64_t pointer)
{
    return host_pointer(pointer) != GUEST_NOWHERE;
}

// Control blocks stay where they are, since the kernel remembers them by that. So they are looked
// at only: whether what they point to can be the guest's.
static bool is_safe_block(uint64_t block)
{
    struct iocb c;
    if (!guest_read(&c, block, sizeof c))
        return is_safe(block); // the kernel sees what is wrong
    if (!is_safe(c.aio_buf))
        return false;
    bool vectored = c.aio_lio_opcode == IOCB_CMD_PREADV || c.aio_lio_opcode == IOCB_CMD_PWRITEV;
    for (uint64_t i = 0; vectored && i < c.aio_nbytes && i < IOV_MAX; i++) {
        uint64_t base;
        if (guest_read64(&base, c.aio_buf + i * sizeof(struct iovec)) && !is_safe(base))
            return false;
    }
    return true;
}

SYSCALL3(2, io_submit, int, hex, context, long, count, ptr, blocks)
{
    uint64_t b[BLOCKS_AT_ONCE];
    int64_t done = 0, n, r;
    do {
        n = count - done < BLOCKS_AT_ONCE ? count - done : BLOCKS_AT_ONCE;
        for (int64_t i = 0; i < n; i++)
            if (!guest_read64(&b[i], blocks + (uint64_t)(done + i) * 8) || !is_safe_block(b[i]))
                b[i] = GUEST_NOWHERE;
        r = host_call_blocking(t, SYS_io_submit, context, n, b);
        if (r > 0)
            done += r;
    } while (r == n && done < count);
    return done ? done : r;
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
    struct inner_sigset of = {0};
    mask = inner_copy(INNER_sigset_pair, &of, mask, 1);
    return signal_masked_call(t, of.set, SYS_io_pgetevents, context, (uint64_t)min, (uint64_t)count,
                              events, timeout, mask);
}
