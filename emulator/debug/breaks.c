// SPDX-License-Identifier: MIT
#include "debug/breaks.h"

#include "debug/agent.h"
#include "engine/engine.h"
#include "ir/watch.h"
#include "linux/guest.h"

#include <errno.h>
#include <string.h>

// With conditions; those without are only traps of the engine.
struct conditional {
    uint64_t addr;
    uint16_t size;
    uint8_t code[BREAK_CODE];
};
enum { CONDITIONALS = 64 };

static struct {
    struct conditional at[CONDITIONALS];
    unsigned conditionals;
    uint8_t watch_kind[IR_WATCHES]; // of ir_watches.at
    uint64_t evaluated;
} set;

static struct conditional *find(uint64_t addr)
{
    for (unsigned i = 0; i < set.conditionals; i++)
        if (set.at[i].addr == addr)
            return &set.at[i];
    return NULL;
}

static void forget_conditions(uint64_t addr)
{
    struct conditional *c = find(addr);
    if (c)
        *c = set.at[--set.conditionals];
}

int break_set(uint64_t addr, const uint8_t *conditions, size_t size)
{
    if (addr & 3)
        return -EINVAL;
    forget_conditions(addr);
    if (size) {
        if (size > BREAK_CODE || set.conditionals == CONDITIONALS)
            return -E2BIG;
        struct conditional *c = &set.at[set.conditionals];
        c->addr = addr;
        c->size = (uint16_t)size;
        memcpy(c->code, conditions, size);
        set.conditionals++;
    }
    return engine_trap(addr, true) ? 0 : -ENOMEM;
}

int break_unset(uint64_t addr)
{
    forget_conditions(addr);
    engine_trap(addr, false);
    return 0;
}

static unsigned access_of(unsigned kind)
{
    return kind == WATCH_WRITE  ? IR_WATCH_WRITE
           : kind == WATCH_READ ? IR_WATCH_READ
                                : IR_WATCH_READ | IR_WATCH_WRITE;
}

static void watches_changed(void)
{
    unsigned access = 0;
    for (unsigned i = 0; i < ir_watches.count; i++)
        access |= ir_watches.at[i].access;
    __atomic_store_n(&ir_watches.access, access, __ATOMIC_RELEASE);
    engine_watches_changed();
}

int watch_set(uint64_t addr, uint64_t size, unsigned kind)
{
    struct ir_watches *w = &ir_watches;
    if (!size)
        return -EINVAL;
    if (w->count == IR_WATCHES)
        return -ENOMEM;
    w->at[w->count] = (struct ir_watch){ir_untag(addr), size, access_of(kind)};
    set.watch_kind[w->count] = (uint8_t)kind;
    __atomic_store_n(&w->count, w->count + 1, __ATOMIC_RELEASE);
    tracing_watch_calls();
    watches_changed();
    return 0;
}

int watch_unset(uint64_t addr, uint64_t size, unsigned kind)
{
    struct ir_watches *w = &ir_watches;
    for (unsigned i = 0; i < w->count; i++) {
        if (w->at[i].start != ir_untag(addr) || w->at[i].size != size || set.watch_kind[i] != kind)
            continue;
        w->at[i] = w->at[w->count - 1];
        set.watch_kind[i] = set.watch_kind[w->count - 1];
        __atomic_store_n(&w->count, w->count - 1, __ATOMIC_RELEASE);
        break;
    }
    tracing_watch_calls();
    watches_changed();
    return 0;
}

void breaks_clear(void)
{
    engine_traps_clear();
    set.conditionals = 0;
    if (ir_watches.count) {
        ir_watches.count = 0;
        watches_changed();
    }
}

// A condition that cannot be evaluated holds: better a stop too many.
static bool holds(const struct conditional *c, struct thread *t)
{
    for (unsigned at = 0; at + 2 <= c->size;) {
        unsigned size = (unsigned)c->code[at] | (unsigned)c->code[at + 1] << 8;
        uint64_t value = 1;
        set.evaluated++;
        if (!agent_evaluate(c->code + at + 2, size, t, &value) || value)
            return true;
        at += 2 + size;
    }
    return false;
}

bool breaks_hold(struct thread *t)
{
    const struct conditional *c = set.conditionals ? find(t->cpu.s.pc) : NULL;
    return !c || holds(c, t);
}

bool breaks_watched(const struct thread *t, struct stop *why)
{
    uint64_t addr = ir_untag(t->cpu.s.fault_addr);
    unsigned access = t->cpu.s.arg ? IR_WATCH_WRITE : IR_WATCH_READ;
    for (unsigned i = 0; i < ir_watches.count; i++) {
        const struct ir_watch *w = &ir_watches.at[i];
        if (addr - w->start < w->size && w->access & access) {
            why->arg = addr;
            why->access = w->access;
            return true;
        }
    }
    return true;
}

static size_t seen_of(const struct ir_watch *w)
{
    return w->size < WATCH_SEEN ? w->size : WATCH_SEEN;
}

void breaks_before_call(struct traced *x)
{
    for (unsigned i = 0; i < ir_watches.count; i++)
        guest_read(x->before_call[i], ir_watches.at[i].start, seen_of(&ir_watches.at[i]));
}

bool breaks_written_by_call(const struct traced *x, struct stop *why)
{
    for (unsigned i = 0; i < ir_watches.count; i++) {
        const struct ir_watch *w = &ir_watches.at[i];
        uint8_t now[WATCH_SEEN];
        if (!(w->access & IR_WATCH_WRITE) || !guest_read(now, w->start, seen_of(w)) ||
            !memcmp(now, x->before_call[i], seen_of(w)))
            continue;
        why->arg = w->start;
        why->access = w->access;
        return true;
    }
    return false;
}

void breaks_count(unsigned *breaks, unsigned *watches, uint64_t *evaluated)
{
    *breaks = engine_traps_count();
    *watches = ir_watches.count;
    *evaluated = set.evaluated;
}
