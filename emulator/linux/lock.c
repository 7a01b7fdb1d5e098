// SPDX-License-Identifier: MIT
#include "linux/lock.h"

#include "base/bits.h"
#include "base/host.h"
#include "base/lock.h"
#include "engine/engine.h"
#include "linux/mm.h"
#include "linux/thread.h"

// The C library's: its list of streams is free again, and whole, as an entry is made by one store.
void _IO_list_resetlock(void);

static struct {
    struct lock lock;
    // Who has it. A thread that is not the process's owner finds something else here than itself,
    // whatever it reads: so this needs no order.
    const struct thread *owner;
    unsigned depth;
    struct stale stale; // code to be forgotten
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

static void forget(struct cpu *c, struct stale *stale)
{
    for (unsigned i = 0; i < stale->count; i++)
        engine_invalidate(c, stale->range[i].start, stale->range[i].end);
    stale->count = 0;
}

// ORDER: what is stale is written down for the thread before it is none of the process's any more,
// and all is done before the lock is free: another process may be killed here.
void process_unlock(void)
{
    if (--guard.depth)
        return;
    struct thread *self = thread_self;
    struct stale none, *mine = self ? &self->stale : &none; // a debugger has no thread
    bool stale = guard.stale.count;
    if (unlikely(stale)) {
        *mine = guard.stale;
        __atomic_store_n(&guard.stale.count, 0, __ATOMIC_RELEASE);
    }
    process.mm.brk_intent = 0;
    __atomic_store_n(&process.mm.intent.noted, false, __ATOMIC_RELEASE);
    __atomic_store_n(&guard.owner, NULL, __ATOMIC_RELAXED);
    lock_give(&guard.lock);
    if (unlikely(stale))
        forget(self ? &self->cpu : NULL, mine);
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
    struct stale *s = &guard.stale;
    if (s->count < ARRAY_LEN(s->range)) {
        s->range[s->count].start = start;
        s->range[s->count].end = end;
        __atomic_store_n(&s->count, s->count + 1, __ATOMIC_RELEASE);
        return;
    }
    struct stale_range *last = &s->range[ARRAY_LEN(s->range) - 1];
    last->start = start < last->start ? start : last->start;
    last->end = end > last->end ? end : last->end;
}

void process_lock_break(const struct thread *holder)
{
    if (__atomic_load_n(&guard.owner, __ATOMIC_RELAXED) != holder)
        return;
    guard.depth = 0;
    __atomic_store_n(&guard.owner, NULL, __ATOMIC_RELAXED);
    lock_give(&guard.lock);
}

void process_lock_settle(struct thread *gone, uint32_t number)
{
    if (!lock_take_over(&guard.lock, number))
        return;
    mm_settle();
    _IO_list_resetlock(); // it may have been about to open or close a stream
    // Whoever takes the lock next may have the engine's.
    if (guard.stale.count)
        gone->stale = guard.stale;
    guard.stale.count = 0;
    guard.depth = 0;
    __atomic_store_n(&guard.owner, NULL, __ATOMIC_RELAXED);
    lock_give(&guard.lock);
}

void process_forget_stale(struct thread *gone)
{
    forget(&gone->cpu, &gone->stale);
}
