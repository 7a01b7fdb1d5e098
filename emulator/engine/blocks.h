// SPDX-License-Identifier: MIT
// Private to engine/: the blocks that exist, by guest pc and mode, by the pages they came from, and
// by the address of their operations. They are never freed one by one.
#ifndef EMU_ENGINE_BLOCKS_H
#define EMU_ENGINE_BLOCKS_H

#include "ir/eval.h"
#include "x64/compile.h"

struct block {
    uint64_t pc;
    uint32_t mode; // enum a64_mode
    uint32_t n_insns;
    uint8_t lands; // A64_LANDS_*
    struct eval_code code;
    struct x64_code native; // entry is NULL until the block is hot
    uint32_t counted_runs;  // of the evaluator's code, in engine_stats already
    uint8_t exceptions;     // of its floating point that went to the evaluator
    bool evaluate_fp;       // there were too many
    uint8_t tags;           // accesses of the compiled code that failed for their address's tag
    bool untag;             // enough of them: it is compiled for such addresses
};

void blocks_init(void);

// The block that begins at pc in that mode, or NULL.
struct block *blocks_find(uint64_t pc, uint32_t mode);

// Makes a block of `ir`; NULL when the memory for blocks is used up.
struct block *blocks_add(const struct ir_block *ir, uint32_t mode, unsigned n_insns, unsigned temps,
                         unsigned runs);

// The block turns out to be made from more of the guest's code.
void blocks_grow(struct block *b, unsigned n_insns);

// The block to which an evaluator operation belongs, or NULL.
const struct block *blocks_of_op(const struct eval_op *op);

// Whether any block was made from guest code in [start, end).
bool blocks_overlap(uint64_t start, uint64_t end);

// Calls `visit` for every block.
void blocks_each(void (*visit)(struct block *b));

// Throws all blocks away.
void blocks_clear(void);

#endif
