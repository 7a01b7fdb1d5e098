// SPDX-License-Identifier: MIT
#include "linux/robust.h"

#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/thread.h"

#include <linux/futex.h>
#include <stddef.h>

// Bit 0 of a pointer: the lock inherits priority.
enum { INHERITS = 1 };

static void wake(uint64_t word)
{
    host_call(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

// Who waits for one with priority inheritance is the kernel's to wake, when the thread has ended.
static void give(const struct thread *t, uint64_t word, bool inherits, bool pending)
{
    uint32_t value;
    if (word % sizeof value || !guest_read(&value, word, sizeof value))
        return;
    if (pending && !inherits && !value) { // unlocked, and nobody woken yet
        wake(word);
        return;
    }
    while ((value & FUTEX_TID_MASK) == (uint32_t)t->tid) {
        uint32_t before = value;
        if (!guest_swap32(word, &value, (before & FUTEX_WAITERS) | FUTEX_OWNER_DIED))
            return;
        if (value != before)
            continue;
        if (!inherits && before & FUTEX_WAITERS)
            wake(word);
        return;
    }
}

void robust_end(const struct thread *t)
{
    uint64_t head, size, next, after;
    struct robust_list_head list;
    if (host_call(SYS_get_robust_list, 0, &head, &size) < 0 || !head)
        return;
    host_call(SYS_set_robust_list, NULL, sizeof list);
    if (!guest_read(&list, head, sizeof list))
        return;
    uint64_t pending = (uint64_t)list.list_op_pending;
    next = (uint64_t)list.list.next;
    for (unsigned i = 0; i < ROBUST_LIST_LIMIT && (next & ~(uint64_t)INHERITS) != head; i++) {
        uint64_t entry = next & ~(uint64_t)INHERITS;
        bool more = guest_read64(&after, entry); // before somebody else has the lock
        if (entry != (pending & ~(uint64_t)INHERITS))
            give(t, entry + (uint64_t)list.futex_offset, next & INHERITS, false);
        if (!more)
            break;
        next = after;
    }
    if (pending)
        give(t, (pending & ~(uint64_t)INHERITS) + (uint64_t)list.futex_offset, pending & INHERITS,
             true);
}
