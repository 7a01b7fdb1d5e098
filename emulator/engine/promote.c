// SPDX-License-Identifier: MIT
// When blocks are compiled, and when they are compiled again.
#include "base/log.h"
#include "engine/engine_internal.h"
#include "engine/native.h"
#include "engine/stats.h"
#include "opt/opt.h"

// Of a block, until it is compiled for them: floating-point exceptions, accesses with a tagged
// address.
enum { EXCEPTIONS_LIMIT = 8, TAGS_LIMIT = 8 };

// Without room for the code of b everything is thrown away: it will get hot again.
static void promote(struct cpu *c, struct block *b)
{
    bool guarded = false;
    unsigned max_insns = block_limit(b->pc, &guarded);
    struct a64_tr t;
    if (!max_insns)
        return;
    uint64_t start = stats_clock();
    c->engine->fetching = true;
    translate(&t, b->pc, b->mode, max_insns, guarded, true);
    c->engine->fetching = false;
    opt_run(&t.ir);
    if (!native_compile(b, &t.ir, dump_layout())) {
        engine_flush(c);
        return;
    }
    if (log_mask && b->native.entry)
        dump_compiled(b, &t.ir, t.insns);
    if (t.insns > b->n_insns)
        blocks_grow(b, t.insns);
    engine_stats.compiled++;
    engine_stats.insns_compiled += t.insns;
    engine_stats.compilation_ns += stats_clock() - start;
}

void promote_hot(struct cpu *c, struct block *b)
{
    stats_left_evaluator(b);
    b->code.ops[0].d = UINT16_MAX; // should it stay as it is
    promote(c, b);
}

void promote_excepting(struct cpu *c, struct block *b)
{
    if (b->evaluate_fp || ++b->exceptions < EXCEPTIONS_LIMIT)
        return;
    b->evaluate_fp = true;
    promote(c, b);
}

void promote_tagged(struct cpu *c, struct block *b)
{
    if (b->untag || ++b->tags < TAGS_LIMIT)
        return;
    b->untag = true;
    promote(c, b);
}
