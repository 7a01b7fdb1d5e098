// SPDX-License-Identifier: MIT
#include "engine/safepoint.h"

#include "base/lock.h"
#include "engine/engine_internal.h"

static struct {
    struct lock lock;
    struct engine_thread *first;
    // There is, or was, more than one thread. Without it nobody has to be kept out: the second one
    // is added by the first.
    bool several;
    unsigned neighbours; // processes that use a part of this one's threads
    uint64_t removals;   // how often something was removed
} all = {.removals = 1};

static bool several(void)
{
    return unlikely(__atomic_load_n(&all.several, __ATOMIC_RELAXED));
}

static void set_several(bool now)
{
    __atomic_store_n(&all.several, now, __ATOMIC_RELAXED);
}

void engine_lock(void)
{
    if (!several())
        return;
    lock_take(&all.lock);
}

void engine_unlock(void)
{
    if (!several())
        return;
    lock_give(&all.lock);
}

bool engine_lock_take_over(uint32_t gone)
{
    return several() && lock_take_over(&all.lock, gone);
}

void safepoint_two(void)
{
    set_several(true);
    __atomic_add_fetch(&all.neighbours, 1, __ATOMIC_RELAXED);
}

// ORDER: with the lock, or one that has just left the list would find that there is none to let go.
void safepoint_one(const struct engine_thread *e)
{
    bool none = !__atomic_sub_fetch(&all.neighbours, 1, __ATOMIC_RELAXED);
    bool alone = none && all.first == e && !e->safepoint.next;
    engine_unlock();
    if (alone)
        set_several(false);
}

void safepoint_add(struct engine_thread *e)
{
    if (!several() && all.first)
        set_several(true);
    engine_lock();
    e->safepoint.next = all.first;
    all.first = e;
    engine_unlock();
}

void safepoint_remove(struct engine_thread *e)
{
    engine_lock();
    struct engine_thread **at = &all.first;
    while (*at != e)
        at = &(*at)->safepoint.next;
    *at = e->safepoint.next;
    engine_unlock();
}

void safepoint_open(void)
{
    set_several(true);
}

void safepoint_call_all(void)
{
    safepoint_reached(UINT64_MAX);
}

void safepoint_alone(struct engine_thread *e)
{
    all.first = e;
    e->safepoint.next = NULL;
    engine_unlock();
    set_several(false);
    all.neighbours = 0;
}

struct engine_thread *safepoint_threads(void)
{
    return all.first;
}

// ORDER: others must see that the thread is inside before it looks for a translation.
void safepoint_enter(struct engine_thread *e, struct cpu *c)
{
    uint64_t now = __atomic_load_n(&all.removals, __ATOMIC_ACQUIRE);
    __atomic_store_n(&e->safepoint.cpu, c, __ATOMIC_RELAXED);
    if (!several())
        e->safepoint.seen = now;
    else
        __atomic_exchange_n(&e->safepoint.seen, now, __ATOMIC_SEQ_CST);
}

void safepoint_leave(struct engine_thread *e)
{
    __atomic_store_n(&e->safepoint.seen, 0, __ATOMIC_RELEASE);
}

bool safepoint_pass(struct engine_thread *e)
{
    uint64_t now = __atomic_load_n(&all.removals, __ATOMIC_ACQUIRE);
    if (likely(e->safepoint.seen == now))
        return false;
    __atomic_store_n(&e->safepoint.seen, now, __ATOMIC_RELEASE);
    return true;
}

bool safepoint_is_recent(const struct engine_thread *e)
{
    return e->safepoint.seen == all.removals;
}

uint64_t safepoint_removed(void)
{
    return __atomic_add_fetch(&all.removals, 1, __ATOMIC_RELEASE);
}

bool safepoint_reached(uint64_t removal)
{
    bool all_passed = true;
    for (struct engine_thread *e = all.first; e; e = e->safepoint.next) {
        uint64_t seen = __atomic_load_n(&e->safepoint.seen, __ATOMIC_SEQ_CST);
        if (!seen || seen >= removal)
            continue;
        struct cpu *c = __atomic_load_n(&e->safepoint.cpu, __ATOMIC_RELAXED);
        __atomic_fetch_or(&c->s.interrupt, IR_INTERRUPT_SAFEPOINT, __ATOMIC_RELAXED);
        all_passed = false;
    }
    return all_passed;
}
