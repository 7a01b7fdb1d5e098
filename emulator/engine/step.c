// SPDX-License-Identifier: MIT
// Instructions that compiled code cannot do are evaluated one by one.
#include "base/die.h"
#include "engine/engine_internal.h"
#include "engine/stats.h"

// Evaluates the instruction at pc alone, whatever it is, and goes on behind it.
static void step(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    static struct arena arena;
    struct a64_tr t;
    struct eval_code code;
    uint64_t pc = c->s.pc;
    if (!arena.base)
        arena_init(&arena, 64 << 10);
    arena_reset(&arena);
    translate(&t, pc, e->mode, 1, false, false);
    bool fits = eval_compile(&t.ir, &arena, CPU_FIELD(temps), 0, &code);
    assert_msg(fits, "engine: no room for one instruction");
    e->stepping = e->running = true;
    eval_run(&c->s, code.ops);
    e->stepping = e->running = false;
    if (ir_exit_in_flight((enum ir_exit)c->s.exit))
        c->s.pc = pc;
    c->s.fault_op = NULL;
    c->s.link = NULL; // went with the arena
    stats_stepped(&code);
}

bool step_catch_up(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    struct block *b = e->excepting;
    e->excepting = NULL;
    for (c->s.exit = IR_EXIT_LOOKUP; e->steps && c->s.exit == IR_EXIT_LOOKUP; e->steps--)
        step(c);
    e->steps = 0;
    if (b)
        promote_excepting(c, b);
    if (e->tagged)
        promote_tagged(c, e->tagged);
    e->tagged = NULL;
    return !engine_concerns_caller(c);
}
