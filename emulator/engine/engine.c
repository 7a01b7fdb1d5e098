// SPDX-License-Identifier: MIT
// The tiers' driver. Blocks are made for the evaluator when first reached, compiled when they have
// run often enough (engine/native.h), linked to each other when an exit is first taken, and all
// thrown away together when guest code changes or memory runs out.
#include "engine/engine.h"

#include "a64/model.h"
#include "base/arena.h"
#include "base/bits.h"
#include "base/log.h"
#include "engine/engine_internal.h"
#include "engine/native.h"
#include "engine/perf.h"
#include "engine/stats.h"

const struct engine_os *engine_os;

void engine_init(const struct engine_os *callbacks)
{
    engine_os = callbacks;
    blocks_init();
    stats_begin();
    perf_begin();
}

void engine_after_fork(void)
{
    stats_after_fork();
    perf_after_fork();
}

void engine_thread_init(struct cpu *c)
{
    struct arena a;
    arena_init(&a, sizeof(struct engine_thread));
    c->engine = arena_alloc(&a, sizeof(struct engine_thread));
    jumps_forget(c);
}

void engine_thread_fini(struct cpu *c)
{
    struct arena a = {(uint8_t *)c->engine, 0, sizeof(struct engine_thread)};
    arena_fini(&a);
}

void engine_flush(struct cpu *c)
{
    stats_collect();
    blocks_clear();
    native_clear();
    engine_stats.flushes++;
    jumps_forget(c);
}

bool engine_concerns_caller(struct cpu *c)
{
    if (c->s.exit == IR_EXIT_IC) {
        uint64_t line = round_down(ir_untag(c->s.arg), A64_ICACHE_LINE);
        engine_invalidate(c, line, line + A64_ICACHE_LINE);
        return false;
    }
    return c->s.exit != IR_EXIT_LOOKUP && c->s.exit != IR_EXIT_HOT;
}

static enum ir_exit finish(struct cpu *c)
{
    enum ir_exit why = (enum ir_exit)c->s.exit;
    if (ir_exit_in_flight(why))
        fault_pc(c);
    return why;
}

// Whether blocks may go on to each other without coming back here.
static bool may_chain(void)
{
    return !(log_on(LOG_exec) || log_on(LOG_cpu) || log_on(LOG_nochain));
}

enum ir_exit engine_run(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    if (_setjmp(e->recover)) {
        if (e->fetching) { // mapped, but not to be read: a file that has shrunk
            e->fetching = false;
            return IR_EXIT_FETCH;
        }
        e->running = false;
        if (e->stepping || !e->steps) {
            if (e->stepping) // pc is that of the step
                c->s.fault_op = NULL;
            e->stepping = false;
            e->steps = 0;
            e->tagged = NULL; // an address that is none
            c->s.exit = IR_EXIT_FAULT;
            return finish(c);
        }
        if (!step_catch_up(c))
            return finish(c);
    }
    c->s.link = NULL; // what was left unlinked does not lead to where a handler begins
    c->s.native_link = NULL;
    if (unlikely(e->flushes != engine_stats.flushes))
        jumps_forget(c);
    for (;;) {
        uint64_t pc = c->s.pc = ir_without_tag(c->s.pc); // a branch drops the tag of its target
        if (c->s.interrupt)
            return IR_EXIT_INTERRUPT;
        if (pc & 3)
            return IR_EXIT_PC_ALIGN;
        struct eval_link *link = c->s.link;
        if (unlikely(e->mode != cpu_mode(c))) {
            jumps_forget(c);
            e->mode = cpu_mode(c);
        }
        struct block *b = blocks_find(pc, e->mode);
        stats_count(&engine_stats.lookups);
        if (!b) {
            b = translate_block(c, pc);
            if (!b)
                return IR_EXIT_FETCH;
            link = c->s.link; // gone if making the block flushed the others
        }
        if (c->s.exit == IR_EXIT_HOT && !b->native.entry) {
            promote_hot(c, b);
            c->s.exit = IR_EXIT_LOOKUP;
            continue; // without an entry it is run again from the beginning
        }
        uint32_t branch = c->s.branch;
        if (unlikely(!(b->lands >> branch & 1)))
            return IR_EXIT_LANDING;
        if (may_chain()) {
            if (link)
                link->code = b->code.ops;
            jumps_add(c, b);
            if (b->native.entry && c->s.native_link)
                x64_link_to(c->s.native_link, &b->native);
        }
        if (log_mask)
            dump_entry(c);
        c->s.link = NULL;
        c->s.native_link = NULL;
        c->s.branch = IR_BRANCH_RETURN;
        e->running = true;
        eval_run(&c->s, b->code.ops);
        e->running = false;
        if (unlikely(b->lands & A64_LANDS_TELL))
            c->s.branch = branch;
        if (c->s.exit == IR_EXIT_EVALUATE) {
            e->steps = (unsigned)c->s.native_steps;
            e->excepting = native_block_at((const void *)c->s.arg);
            c->s.native_link = NULL;
            if (!step_catch_up(c))
                return finish(c);
        } else if (engine_concerns_caller(c)) {
            return finish(c);
        }
    }
}

void engine_interrupt(struct cpu *c)
{
    c->s.interrupt = 1;
}

void engine_invalidate(struct cpu *c, uint64_t start, uint64_t end)
{
    if (blocks_overlap(start, end))
        engine_flush(c);
}
