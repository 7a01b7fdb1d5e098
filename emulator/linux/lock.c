// SPDX-License-Identifier: MIT
#include "linux/lock.h"

#include "base/bits.h"
#include "base/host.h"
#include "base/lock.h"
#include "engine/engine.h"
#include "linux/thread.h"

struct range {
    uint64_t start, end;
};

static struct {
    struct lock lock;
    // Who has it. A thread that is not the process's owner finds something else here than itself,
    // whatever it reads: so this needs no order.
    const struct thread *owner;
    unsigned depth;
    unsigned stale_count;
    struct range stale[4]; // code to be forgotten
} guard;

void process_lock(void)
{
    const struct thread *self = thread_self;
    if (self && __atomic_load_n(&guard.owner, __ATOMIC_RELAXED) == self) {
        guard.depth++;
        return;
    }
    lock_take(&guard.lock);
    __atomic_store_n(&guard.owner, self, __ATOMIC_RELAXED);
    guard.depth = 1;
}

void process_unlock(void)
{
    if (--guard.depth)
        return;
    struct range stale[ARRAY_LEN(guard.stale)];
    unsigned n = guard.stale_count;
    for (unsigned i = 0; i < n; i++)
        stale[i] = guard.stale[i];
    guard.stale_count = 0;
    __atomic_store_n(&guard.owner, NULL, __ATOMIC_RELAXED);
    lock_give(&guard.lock);
    for (unsigned i = 0; i < n; i++)
        engine_invalidate(thread_self ? &thread_self->cpu : NULL, stale[i].start, stale[i].end);
}

bool process_lock_is_mine(void)
{
    return thread_self && __atomic_load_n(&guard.owner, __ATOMIC_RELAXED) == thread_self;
}

int64_t process_unlocked(int64_t result)
{
    process_unlock();
    return result;
}

void process_forget_code(uint64_t start, uint64_t end)
{
    if (!thread_self) // nothing has run yet
        return;
    if (guard.stale_count < ARRAY_LEN(guard.stale)) {
        guard.stale[guard.stale_count++] = (struct range){start, end};
        return;
    }
    struct range *last = &guard.stale[ARRAY_LEN(guard.stale) - 1];
    last->start = start < last->start ? start : last->start;
    last->end = end > last->end ? end : last->end;
}

void process_lock_break(const struct thread *gone)
{
    if (__atomic_load_n(&guard.owner, __ATOMIC_RELAXED) != gone)
        return;
    // What is stale stays so until the next one gives the lock back: the engine's lock may still be
    // to be broken.
    guard.depth = 0;
    __atomic_store_n(&guard.owner, NULL, __ATOMIC_RELAXED);
    lock_give(&guard.lock);
}
