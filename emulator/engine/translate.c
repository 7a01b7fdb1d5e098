// SPDX-License-Identifier: MIT
// From guest code to blocks for the evaluator, and to what is compiled.
#include "base/die.h"
#include "base/log.h"
#include "engine/engine_internal.h"
#include "engine/native.h"
#include "engine/stats.h"

enum { MAX_BLOCK_INSNS = 64, IR_CAPACITY = 2048 };

unsigned block_limit(uint64_t pc, bool *guarded)
{
    size_t bytes = engine_os->fetch(pc, guarded);
    return bytes / 4 < MAX_BLOCK_INSNS ? (unsigned)(bytes / 4) : MAX_BLOCK_INSNS;
}

// Every block of a debug build keeps the rules of the intermediate language.
static void verify(const struct ir_block *ir)
{
    const char *rule = ir_verify(ir);
    if (likely(!rule))
        return;
    ir_print(stderr, ir, NULL);
    die_bug(__FILE__, __LINE__, "ir: block at %#llx: %s", (unsigned long long)ir->pc, rule);
}

void translate(struct a64_tr *t, uint64_t pc, uint32_t mode, unsigned max_insns, bool guarded,
               bool extended)
{
    static __thread struct ir_inst storage[IR_CAPACITY];
    a64_translate_block(t, storage, IR_CAPACITY,
                        &(struct a64_code){pc, (const uint32_t *)pc, max_insns, mode, guarded,
                                           extended ? native_goes_on : NULL});
    if (A64_VERIFY)
        verify(&t->ir);
}

struct block *translate_block(struct cpu *c, uint64_t pc)
{
    bool guarded = false;
    unsigned max_insns = block_limit(pc, &guarded);
    if (!max_insns)
        return NULL;
    if (guarded && !jumps_guarded) {
        jumps_guarded = true;
        engine_flush(c);
    }
    struct a64_tr t;
    uint64_t start = stats_clock();
    c->engine->fetching = true;
    translate(&t, pc, c->engine->mode, max_insns, guarded, false);
    c->engine->fetching = false;
    struct block *b = blocks_add(&t.ir, t.mode, t.insns, CPU_FIELD(temps), native_runs());
    if (!b) { // out of room: start over
        engine_flush(c);
        b = blocks_add(&t.ir, t.mode, t.insns, CPU_FIELD(temps), native_runs());
        assert_msg(b, "engine: a block of %u instructions does not fit an empty cache", t.insns);
    }
    b->lands = t.lands;
    engine_stats.blocks++;
    engine_stats.insns_translated += t.insns;
    engine_stats.translation_ns += stats_clock() - start;
    if (log_mask)
        dump_block(pc, c->engine->mode);
    return b;
}
