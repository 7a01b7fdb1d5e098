// SPDX-License-Identifier: MIT
// Futexes. A futex word is guest memory, and guest memory is host memory: the host's kernel waits
// on it itself, and walks the guest's robust list when the thread dies.
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/sys.h"
#include "linux/thread.h"

#include <unistd.h>

SYSCALL6(98, futex, int, addr, word, futexop, op, uint, value, addr, timeout, addr, word2, uint,
         value3)
{
    return host_call_blocking(t, SYS_futex, word, op, value, timeout, word2, value3);
}

enum { WAITERS_MAX = 128 }; // of futex_waitv

SYSCALL5(449, futex_waitv, int, ptr, waiters, uint, count, hex, flags, in_timespec, timeout,
         clockid, clock)
{
    struct inner_waitv w[WAITERS_MAX];
    if (count <= WAITERS_MAX)
        waiters = inner_copy(INNER_futex_waitv, w, waiters, count);
    return host_call_blocking(t, SYS_futex_waitv, waiters, count, flags, timeout, clock);
}

// The list itself stays unlooked at: docs/design.md says why.
SYSCALL2(99, set_robust_list, int, ptr, head, size, size)
{
    return host_call(SYS_set_robust_list, head, size);
}

SYSCALL3(100, get_robust_list, int, pid, pid, ptr, head, ptr, size)
{
    return host_call(SYS_get_robust_list, pid, head, size);
}

SYSCALL1(96, set_tid_address, pid, addr, word)
{
    t->clear_child_tid = word;
    return host_call(SYS_gettid);
}

SYS_REFUSE(293, rseq, ENOSYS, "restartable sequences need the kernel to know guest instructions");

enum { HOST_FUTEX_WAKE = 454, HOST_FUTEX_WAIT = 455, HOST_FUTEX_REQUEUE = 456 };

SYSCALL4(454, futex_wake, int, addr, word, hex, mask, int, count, hex, flags)
{
    return host_call(HOST_FUTEX_WAKE, word, mask, count, flags);
}

SYSCALL6(455, futex_wait, int, addr, word, hex, value, hex, mask, hex, flags, in_timespec, timeout,
         clockid, clock)
{
    return host_call_blocking(t, HOST_FUTEX_WAIT, word, value, mask, flags, timeout, clock);
}

SYSCALL4(456, futex_requeue, int, ptr, waiters, hex, flags, int, wake, int, requeue)
{
    struct inner_waitv w[2]; // from, to
    waiters = inner_copy(INNER_futex_waitv, w, waiters, ARRAY_LEN(w));
    return host_call(HOST_FUTEX_REQUEUE, waiters, flags, wake, requeue);
}
