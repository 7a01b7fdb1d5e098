// SPDX-License-Identifier: MIT
#include "engine/traps.h"

#include "engine/engine_internal.h"
#include "engine/kept.h"
#include "engine/saved.h"

#include <string.h>

// Sorted.
static struct {
    uint64_t at[ENGINE_TRAPS];
    unsigned count;
} traps;

// The first that is not below pc.
static unsigned lower(uint64_t pc)
{
    unsigned low = 0, high = traps.count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (traps.at[middle] < pc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

unsigned traps_limit(uint64_t pc, unsigned max_insns)
{
    if (likely(!traps.count))
        return max_insns;
    unsigned i = lower(pc);
    uint64_t insns = i < traps.count ? (traps.at[i] - pc) / 4 : max_insns;
    return insns < max_insns ? (unsigned)insns : max_insns;
}

void traps_translate(struct a64_tr *t, struct ir_inst *storage, unsigned capacity, uint64_t pc,
                     uint32_t mode, bool guarded)
{
    *t =
        (struct a64_tr){.pc = pc + 4,
                        .mode = mode,
                        .guarded = guarded,
                        .lands = A64_LANDS_ANY | A64_LANDS_TELL, // the instruction is still to come
                        .insns = 1,
                        .end = true};
    ir_block_init(&t->ir, storage, capacity, pc);
    ir_insn(&t->ir, pc);
    ir_exit(&t->ir, IR_EXIT_TRAP, pc);
}

bool engine_trap(uint64_t pc, bool set)
{
    engine_lock();
    unsigned i = lower(pc);
    bool there = i < traps.count && traps.at[i] == pc, room = traps.count < ENGINE_TRAPS;
    if (set && !there && room) {
        memmove(&traps.at[i + 1], &traps.at[i], (traps.count - i) * sizeof *traps.at);
        traps.at[i] = pc;
        traps.count++;
    } else if (!set && there) {
        traps.count--;
        memmove(&traps.at[i], &traps.at[i + 1], (traps.count - i) * sizeof *traps.at);
    }
    if (set != there) {
        // What is kept from run to run knows nothing of traps, and is not to.
        kept_end();
        saved_never();
        engine_stats.removed += blocks_remove(pc, pc + 4);
    }
    engine_unlock();
    return !set || there || room;
}

void engine_traps_clear(void)
{
    while (traps.count)
        engine_trap(traps.at[0], false);
}

unsigned engine_traps_count(void)
{
    return traps.count;
}
