// SPDX-License-Identifier: MIT
// The tiers' driver. Blocks are made for the evaluator when first reached, compiled when they have
// run often enough (engine/native.h), linked to each other when an exit is first taken or before,
// and removed when the guest code changes from which they were made or when memory runs out.
// Threads run side by side; what they share is changed with a lock held and looked at without it
// (engine/safepoint.h).
#include "engine/engine.h"

#include "a64/model.h"
#include "base/arena.h"
#include "base/bits.h"
#include "base/log.h"
#include "engine/check.h"
#include "engine/engine_internal.h"
#include "engine/kept.h"
#include "engine/native.h"
#include "engine/perf.h"
#include "engine/saved.h"
#include "engine/stats.h"
#include "opt/opt.h"

#include <sys/resource.h>

const struct engine_os *engine_os;

// Compilers have tens of MiB of compiled code. It is only addresses, five times as many in all, but
// these may be limited, and the guest needs some.
static size_t room_for_code(void)
{
    enum { LEAST = 1 << 20, MOST = 128 << 20 };
    struct rlimit addresses;
    if (getrlimit(RLIMIT_AS, &addresses) != 0 || addresses.rlim_cur / 16 >= MOST)
        return MOST;
    size_t size = round_down(addresses.rlim_cur / 16, LEAST);
    return size ? size : LEAST;
}

void engine_init(const struct engine_os *callbacks)
{
    engine_os = callbacks;
    if (!engine_settings.cache)
        engine_settings.cache = room_for_code();
    blocks_init(2 * engine_settings.cache);
    native_init();
    stats_begin();
    perf_begin();
    opt_settings.slot_name = a64_slot_name;
}

void engine_end(struct cpu *c)
{
    saved_write(c);
    engine_stats_report();
}

// Parts of threads that have ended, for threads to come: their pages are there, and what is in
// their jump tables, since they count as threads that are outside of the engine. With its lock.
static struct {
    struct engine_thread *at[8];
    unsigned count;
} parked;

static struct engine_thread *take_parked(void)
{
    if (!__atomic_load_n(&parked.count, __ATOMIC_RELAXED))
        return NULL;
    engine_lock();
    unsigned left = parked.count ? parked.count - 1 : 0;
    struct engine_thread *e = parked.count ? parked.at[left] : NULL;
    __atomic_store_n(&parked.count, left, __ATOMIC_RELAXED);
    engine_unlock();
    return e;
}

static bool park(struct engine_thread *e)
{
    engine_lock();
    bool room = parked.count < ARRAY_LEN(parked.at);
    if (room) {
        e->excepting = e->tagged = NULL;
        e->own = NULL;
        e->steps = 0;
        parked.at[parked.count] = e;
        __atomic_store_n(&parked.count, parked.count + 1, __ATOMIC_RELAXED);
    }
    engine_unlock();
    return room;
}

void engine_thread_init(struct cpu *c)
{
    c->engine = take_parked();
    if (c->engine) {
        engine_lock(); // others take what was removed out of its tables
        jumps_resume(c);
        engine_unlock();
        return;
    }
    struct arena a;
    arena_init(&a, sizeof(struct engine_thread));
    c->engine = (struct engine_thread *)a.base; // of whose pages few are touched
    jumps_forget(c);
    safepoint_add(c->engine);
}

static void release(struct engine_thread *e)
{
    struct arena a = {.base = (uint8_t *)e, .size = sizeof(struct engine_thread)};
    arena_fini(&a);
}

void engine_thread_fini(struct cpu *c)
{
    if (!park(c->engine)) {
        safepoint_remove(c->engine);
        release(c->engine);
    }
    c->engine = NULL;
}

void engine_fork_begin(struct cpu *c)
{
    (void)c;
    engine_lock();
}

void engine_fork_end(struct cpu *c, bool is_child)
{
    if (is_child) {
        if (native_after_fork())
            jumps_forget(c);
        parked.count = 0;
        safepoint_alone(c->engine);
        stats_after_fork();
        perf_after_fork();
    } else {
        engine_unlock();
    }
}

void engine_vfork_begin(void)
{
    safepoint_two();
}

// Its holder was killed, in the middle of whatever: nothing that was made is used any more. Threads
// may still be in code; it leads them out.
static void start_over(void)
{
    blocks_start_over();
    native_start_over();
    jumps_remove_all();
    kept_end();
    safepoint_reached(safepoint_removed()); // a loop within code has no link to undo
}

// The lock is held from where it is found to be the gone one's, or else taken: nobody interrupts
// that one any more, whose thread is cleared away.
void engine_vfork_end(struct cpu *c, uint32_t gone)
{
    struct engine_thread *e = c->engine;
    bool amid = engine_lock_take_over(gone);
    if (!amid)
        engine_lock();
    safepoint_leave(e);
    e->running = e->fetching = false;
    e->excepting = e->tagged = NULL;
    e->own = NULL;
    e->steps = 0;
    if (unlikely(amid))
        start_over();
    jumps_resume(c);
    safepoint_one(e);
}

// Whether the last exit is one for the caller of engine_run; an invalidation is made here.
static bool concerns_caller(struct cpu *c)
{
    if (c->s.exit == IR_EXIT_IC) {
        uint64_t line = round_down(ir_untag(c->s.arg), A64_ICACHE_LINE);
        engine_invalidate(c, line, line + A64_ICACHE_LINE);
        return false;
    }
    if (c->s.exit == IR_EXIT_INTERRUPT)
        return __atomic_load_n(&c->s.interrupt, __ATOMIC_RELAXED) & IR_INTERRUPT_CALLER;
    return c->s.exit != IR_EXIT_LOOKUP && c->s.exit != IR_EXIT_HOT;
}

static enum ir_exit finish(struct cpu *c)
{
    enum ir_exit why = (enum ir_exit)c->s.exit;
    if (ir_exit_in_flight(why))
        fault_pc(c);
    return why;
}

bool engine_chains(void)
{
    return !(log_on(LOG_exec) || log_on(LOG_cpu) || log_on(LOG_nochain) || engine_settings.check);
}

// What led to b leads there directly from now on, unless one of the two was removed meanwhile.
static void lead_to(struct cpu *c, struct block *b)
{
    struct engine_thread *e = c->engine;
    if (!engine_chains() || (!c->s.link && !c->s.native_link && jumps_know(c, b)))
        return;
    engine_lock();
    if (safepoint_is_recent(e)) {
        if (c->s.link) {
            eval_link_to(c->s.link, &b->code);
            if (c->s.link->stub.d)
                b->looped = true;
        }
        // Where an exception tells how it was reached that must be noted on the way.
        bool tells = b->lands & A64_LANDS_TELL && c->s.branch != IR_BRANCH_RETURN;
        struct x64_link *way = c->s.native_link;
        if (way && b->native && !tells) {
            engine_stats.linked += !way->to;
            x64_link_to(way, b->pc, &b->native->code);
        }
        if (!b->jumped_to && !c->s.link && !c->s.native_link)
            b->jumped_to = true;
        jumps_add(c, b);
    }
    engine_unlock();
}

static void run_block(struct cpu *c, const struct block *b)
{
    struct engine_thread *e = c->engine;
    uint32_t branch = c->s.branch;
    if (log_mask)
        dump_entry(c);
    c->s.link = NULL;
    c->s.native_link = NULL;
    c->s.branch = IR_BRANCH_RETURN;
    e->running = true;
    if (unlikely(engine_settings.check) && b->native)
        check_run(c, b);
    else
        eval_run(&c->s, b->code.ops);
    e->running = false;
    if (unlikely(b->lands & A64_LANDS_TELL))
        c->s.branch = branch;
}

// Whether the thread goes on at pc after its last exit. False: *why concerns the caller.
static bool goes_on(struct cpu *c, enum ir_exit *why)
{
    struct engine_thread *e = c->engine;
    while (c->s.exit == IR_EXIT_EVALUATE || c->s.exit == IR_EXIT_SP_MOVES) {
        if (c->s.exit == IR_EXIT_SP_MOVES) {
            finish(c);
            e->steps = 1;
        } else {
            e->steps = (unsigned)c->s.native_steps;
            e->excepting = native_code_at((const void *)c->s.arg);
        }
        c->s.native_link = NULL;
        step_catch_up(c);
    }
    if (!concerns_caller(c))
        return true;
    *why = finish(c);
    return false;
}

// Takes the thread out of what faulted. False: *why concerns the caller.
static bool recover(struct cpu *c, enum ir_exit *why)
{
    struct engine_thread *e = c->engine;
    bool fetching = e->fetching;
    e->running = e->fetching = false;
    if (fetching) { // mapped, but not to be read: a file that has shrunk
        bool elsewhere = kept_broken();
        engine_unlock();
        c->s.exit = IR_EXIT_LOOKUP;
        *why = IR_EXIT_FETCH;
        return elsewhere;
    }
    if (!e->steps)
        c->s.exit = IR_EXIT_FAULT;
    else
        step_catch_up(c);
    return goes_on(c, why);
}

// Whether the thread goes on at pc, where it knows of no translation.
static bool passes(struct cpu *c, enum ir_exit *why)
{
    struct engine_thread *e = c->engine;
    uint32_t interrupt = __atomic_load_n(&c->s.interrupt, __ATOMIC_RELAXED);
    if (unlikely(interrupt)) {
        *why = IR_EXIT_INTERRUPT;
        if (interrupt & IR_INTERRUPT_CALLER)
            return false;
        __atomic_fetch_and(&c->s.interrupt, ~IR_INTERRUPT_SAFEPOINT, __ATOMIC_RELAXED);
    }
    *why = IR_EXIT_PC_ALIGN;
    if (c->s.pc & 3)
        return false;
    if (unlikely(safepoint_pass(e)))
        c->s.link = c->s.native_link = NULL;
    if (unlikely(e->mode != cpu_mode(c))) {
        engine_lock();
        e->mode = cpu_mode(c);
        c->s.link = c->s.native_link = NULL; // what was left is of the other
        jumps_change_mode(c);
        engine_unlock();
    }
    return true;
}

// --flush. A block that is about to be compiled stays: with a threshold of 1 it would never run.
static void flush_for_stress(struct cpu *c)
{
    static uint32_t lookups;
    uint32_t n = __atomic_add_fetch(&lookups, 1, __ATOMIC_RELAXED);
    if (c->s.exit != IR_EXIT_HOT && n % engine_settings.flush == 0)
        engine_invalidate(c, 0, UINT64_MAX);
}

static enum ir_exit run(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    enum ir_exit why;
    if (_setjmp(e->recover) && !recover(c, &why))
        return why;
    c->s.link = NULL; // what was left unlinked does not lead to where a handler begins
    c->s.native_link = NULL;
    for (;;) {
        c->s.pc = ir_without_tag(c->s.pc); // a branch drops the tag of its target
        if (unlikely(c->s.native_hot))
            promote_region(c);
        if (!passes(c, &why))
            return why;
        struct block *b = blocks_find(c->s.pc, e->mode);
        stats_count(&engine_stats.lookups);
        if (b)
            promote_sooner(b);
        else if (!translate_block(c, c->s.pc, &b))
            return IR_EXIT_FETCH;
        if (c->s.exit == IR_EXIT_HOT) {
            c->s.exit = IR_EXIT_LOOKUP;
            if (b) {
                promote_hot(c, b);
                continue; // it is run from the beginning, compiled or not
            }
        }
        if (likely(b)) {
            if (unlikely(!(b->lands >> c->s.branch & 1)))
                return IR_EXIT_LANDING;
            lead_to(c, b);
            run_block(c, b);
        } else {
            step(c);
        }
        if (!goes_on(c, &why))
            return why;
        if (unlikely(engine_settings.flush))
            flush_for_stress(c);
    }
}

enum ir_exit engine_run(struct cpu *c)
{
    safepoint_enter(c->engine, c);
    enum ir_exit why = run(c);
    safepoint_leave(c->engine);
    return why;
}

// Whether the instruction was run, after its exit.
static bool has_stepped(struct cpu *c)
{
    return !concerns_caller(c) || c->s.exit == IR_EXIT_INTERRUPT;
}

static enum ir_exit step_once(struct cpu *c)
{
    enum ir_exit why;
    if (_setjmp(c->engine->recover)) {
        if (!recover(c, &why))
            return why;
    } else {
        c->s.pc = ir_without_tag(c->s.pc);
        if (!passes(c, &why))
            return why;
        jumps_hide(c);
        step(c);
    }
    return has_stepped(c) ? IR_EXIT_STEP : finish(c);
}

enum ir_exit engine_step(struct cpu *c)
{
    safepoint_enter(c->engine, c);
    enum ir_exit why = step_once(c);
    jumps_show(c);
    safepoint_leave(c->engine);
    return why;
}

void engine_open(void)
{
    safepoint_open();
}

void engine_watches_changed(void)
{
    engine_lock();
    native_watches_changed();
    safepoint_call_all();
    engine_unlock();
}

void engine_flush(void)
{
    engine_invalidate(NULL, 0, UINT64_MAX);
}

void engine_interrupt(struct cpu *c)
{
    __atomic_fetch_or(&c->s.interrupt, IR_INTERRUPT_CALLER, __ATOMIC_RELAXED);
}

void engine_invalidate(struct cpu *c, uint64_t start, uint64_t end)
{
    (void)c;
    engine_lock();
    engine_stats.removed += blocks_remove(start, end);
    engine_unlock();
}
