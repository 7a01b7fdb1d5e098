// SPDX-License-Identifier: MIT
// Instructions that compiled code cannot do, or that there is no memory to translate for good, are
// evaluated one by one.
#include "engine/engine_internal.h"
#include "engine/stats.h"

void step(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    uint64_t pc = c->s.pc;
    uint32_t branch = c->s.branch;
    struct block *b = translate_alone(e, pc);
    if (!b || !(b->lands >> branch & 1)) {
        c->s.exit = b ? IR_EXIT_LANDING : IR_EXIT_FETCH;
        return;
    }
    c->s.branch = IR_BRANCH_RETURN;
    c->s.link = NULL; // what has led here does not lead to what comes next
    c->s.native_link = NULL;
    e->own = b;
    e->running = true;
    eval_run(&c->s, b->code.ops);
    e->running = false;
    // Not through what is gone soon. (An indirect branch may have gone on to others.)
    if (c->s.link >= b->code.links && c->s.link < b->code.links + b->code.n_links)
        c->s.link = NULL;
    if (b->lands & A64_LANDS_TELL)
        c->s.branch = branch;
    stats_stepped(&b->code);
}

void step_catch_up(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    unsigned steps = e->steps;
    struct native_code *excepting = e->excepting, *tagged = e->tagged;
    e->excepting = e->tagged = NULL;
    e->steps = 0;
    // All of them, also if the thread is to be interrupted: before the last the condition flags are
    // not what they should be.
    c->s.exit = IR_EXIT_LOOKUP;
    for (; steps && (c->s.exit == IR_EXIT_LOOKUP || c->s.exit == IR_EXIT_INTERRUPT); steps--)
        step(c);
    if (excepting)
        promote_excepting(c, excepting);
    if (tagged)
        promote_tagged(c, tagged);
}
