// SPDX-License-Identifier: MIT
#include "linux/lock.h"

#include "base/bits.h"
#include "base/host.h"
#include "engine/engine.h"
#include "linux/thread.h"
#include "linux/turn.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FREE, TAKEN, AWAITED };

struct range {
    uint64_t start, end;
};

static struct {
    uint32_t state;
    // Who has it. A thread that is not the process's owner finds something else here than itself,
    // whatever it reads: so this needs no order.
    const struct thread *owner;
    unsigned depth;
    unsigned stale_count;
    struct range stale[4]; // code to be forgotten
} lock;

static void wait(void)
{
    while (__atomic_exchange_n(&lock.state, AWAITED, __ATOMIC_ACQUIRE) != FREE)
        syscall(SYS_futex, &lock.state, FUTEX_WAIT_PRIVATE, AWAITED, NULL, NULL, 0);
}

void process_lock(void)
{
    const struct thread *self = thread_self;
    if (self && __atomic_load_n(&lock.owner, __ATOMIC_RELAXED) == self) {
        lock.depth++;
        return;
    }
    uint32_t expected = FREE;
    if (unlikely(!__atomic_compare_exchange_n(&lock.state, &expected, TAKEN, false,
                                              __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
        wait();
    __atomic_store_n(&lock.owner, self, __ATOMIC_RELAXED);
    lock.depth = 1;
}

static void release(void)
{
    __atomic_store_n(&lock.owner, NULL, __ATOMIC_RELAXED);
    if (unlikely(__atomic_exchange_n(&lock.state, FREE, __ATOMIC_RELEASE) == AWAITED))
        syscall(SYS_futex, &lock.state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void process_unlock(void)
{
    if (--lock.depth)
        return;
    struct range stale[ARRAY_LEN(lock.stale)];
    unsigned n = lock.stale_count;
    for (unsigned i = 0; i < n; i++)
        stale[i] = lock.stale[i];
    lock.stale_count = 0;
    release();
    if (!n)
        return;
    turn_take(thread_self);
    for (unsigned i = 0; i < n; i++)
        engine_invalidate(&thread_self->cpu, stale[i].start, stale[i].end);
    turn_leave();
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
    if (lock.stale_count < ARRAY_LEN(lock.stale)) {
        lock.stale[lock.stale_count++] = (struct range){start, end};
        return;
    }
    struct range *last = &lock.stale[ARRAY_LEN(lock.stale) - 1];
    last->start = start < last->start ? start : last->start;
    last->end = end > last->end ? end : last->end;
}

void process_lock_break(const struct thread *gone)
{
    if (__atomic_load_n(&lock.owner, __ATOMIC_RELAXED) != gone)
        return;
    lock.depth = 1;
    process_unlock();
}
