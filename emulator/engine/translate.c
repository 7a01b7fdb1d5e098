// SPDX-License-Identifier: MIT
// From guest code to blocks for the evaluator, and to what is compiled.
#include "base/die.h"
#include "base/log.h"
#include "engine/engine_internal.h"
#include "engine/kept.h"
#include "engine/native.h"
#include "engine/stats.h"
#include "engine/traps.h"

enum { IR_CAPACITY = 4096 };

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

// What is compiled has its loops within it, unless rounds are to be seen one by one.
static bool has_loops(bool extended)
{
    return extended && engine_chains();
}

static void translate_some(bool *fetching, struct a64_tr *t, uint64_t pc, uint32_t mode,
                           unsigned max_insns, bool guarded, bool extended, bool alone)
{
    static SCRATCH struct ir_inst storage[IR_CAPACITY];
    max_insns = alone ? 1 : traps_limit(pc, max_insns);
    if (unlikely(!max_insns)) {
        traps_translate(t, storage, IR_CAPACITY, pc, mode, guarded);
        return;
    }
    *fetching = true;
    a64_translate_block(t, storage, IR_CAPACITY,
                        &(struct a64_code){pc, (const uint32_t *)pc, max_insns, mode, guarded,
                                           has_loops(extended), extended ? native_goes_on : NULL});
    *fetching = false;
    if (A64_VERIFY)
        verify(&t->ir);
}

void translate(bool *fetching, struct a64_tr *t, uint64_t pc, uint32_t mode, unsigned max_insns,
               bool guarded, bool extended)
{
    translate_some(fetching, t, pc, mode, max_insns, guarded, extended, false);
}

// What a block can be removed with: the pages of a block are two.
enum { REGION_INSNS = 1024 };

unsigned block_region_limit(uint64_t pc, bool *guarded)
{
    size_t bytes = engine_os->fetch(pc, guarded);
    return bytes / 4 < REGION_INSNS ? (unsigned)(bytes / 4) : REGION_INSNS;
}

enum a64_region translate_region(bool *fetching, struct a64_tr *t, uint64_t pc, uint32_t mode,
                                 unsigned max_insns, bool guarded)
{
    static SCRATCH struct ir_inst storage[IR_CAPACITY];
    struct a64_code code = {pc,    (const uint32_t *)pc, traps_limit(pc, max_insns), mode, guarded,
                            false, native_comes_to};
    if (unlikely(!code.max_insns))
        return A64_REGION_PLAIN;
    *fetching = true;
    enum a64_region found = a64_translate_region(t, storage, IR_CAPACITY, &code);
    *fetching = false;
    if (A64_VERIFY && found == A64_REGION_MADE)
        verify(&t->ir);
    return found;
}

// With the lock.
static bool make(struct cpu *c, uint64_t pc, struct block **b)
{
    bool guarded = false;
    unsigned max_insns = block_limit(pc, &guarded);
    struct a64_tr t;
    if (!max_insns)
        return false;
    if (guarded)
        __atomic_store_n(&jumps_guarded, true, __ATOMIC_RELAXED);
    *b = kept_block(c, pc);
    if (*b)
        return true;
    uint64_t start = stats_clock();
    translate(&c->engine->fetching, &t, pc, c->engine->mode, max_insns, guarded, false);
    *b = blocks_add(&t, native_runs_now());
    if (!*b)
        return true;
    engine_stats.blocks++;
    engine_stats.insns_translated += t.insns;
    engine_stats.translation_ns += stats_clock() - start;
    if (log_mask)
        dump_block(pc, c->engine->mode);
    return true;
}

bool translate_block(struct cpu *c, uint64_t pc, struct block **b)
{
    engine_lock();
    *b = blocks_find(pc, c->engine->mode);
    bool there = *b || make(c, pc, b);
    engine_unlock();
    return there;
}

struct block *translate_alone(struct engine_thread *e, uint64_t pc)
{
    struct arena memory = {
        .base = e->own_memory, .size = sizeof e->own_memory, .ready = sizeof e->own_memory};
    struct block *b = NULL;
    struct a64_tr t;
    bool guarded = false;
    engine_lock();
    if (block_limit(pc, &guarded)) {
        // Also what makes SP no multiple of 16.
        uint32_t mode = e->mode & ~(uint32_t)A64_MODE_SP_ALIGNED;
        translate_some(&e->fetching, &t, pc, mode, 1, guarded, false, true);
        b = blocks_make(&t, &memory, NULL);
        assert_msg(b, "engine: no room for one instruction");
    }
    engine_unlock();
    return b;
}
