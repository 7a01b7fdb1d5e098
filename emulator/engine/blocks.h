// SPDX-License-Identifier: MIT
// Private to engine/: the blocks that exist, by guest pc and mode, by the pages they came from, and
// by the address of their operations. Everything but finding needs the engine's lock.
#ifndef EMU_ENGINE_BLOCKS_H
#define EMU_ENGINE_BLOCKS_H

#include "a64/translate.h"
#include "engine/regions.h"
#include "ir/eval.h"
#include "x64/compile.h"

struct native_code;

// What each look-up reads comes first, so that it lies together.
struct block {
    uint64_t pc;
    uint32_t mode; // enum a64_mode
    uint32_t n_insns;
    const bool *live;           // pc leads to it
    struct native_code *native; // NULL until the block is hot
    uint8_t lands;              // A64_LANDS_*
    bool guarded;               // struct a64_code
    bool vectors;               // struct a64_tr
    bool sets_flags;            // before anybody may look at those that it began with
    bool in_table;              // blocks_find finds it while it is live
    bool kept;                  // from an earlier run: it stays in the table when it is removed
    bool looped;                // a branch leads back to it
    bool warm;                  // it was when it was last counted anew, or is hot soon
    bool jumped_to;             // by an indirect branch, in this run or one before
    uint8_t exceptions;         // of its floating point that went to the evaluator
    bool evaluate_fp;           // there were too many
    bool no_guess;              // what its loop takes for granted was too often wrong
    uint8_t tags;               // accesses of the compiled code that failed for their address's tag
    bool untag;                 // enough of them: it is compiled for such addresses
    uint16_t runs;              // from which the evaluator's code counts down
    uint16_t runs_left;         // what it had counted to when engine_stats was told last
    struct eval_code code;
    uint64_t made_from; // a64_made_from of the instructions that are evaluated
    struct block_page {
        struct block *block;
        struct block_page *next, **at; // of the same bucket; at is NULL: it is in none
    } pages[2];
    const struct check_code *check; // for --check, if it can be checked
    struct block *next_kept;        // in the list of engine/kept.c
};

// bytes: of memory for blocks.
void blocks_init(size_t bytes);

// The block that begins at pc in that mode, or NULL. Without a lock; then it may miss one that is
// there.
struct block *blocks_find(uint64_t pc, uint32_t mode);

// Whether pc leads to the block: it was not removed. With the lock.
bool blocks_has(const struct block *b);

// Makes a block of what was translated, to be counted down from `runs`; NULL when there is no
// memory for blocks just now, because some thread may still be in those that were removed.
struct block *blocks_add(const struct a64_tr *t, unsigned runs);

// Makes one in `memory` that nobody finds; NULL if it does not fit. left: what it counts, or NULL.
struct block *blocks_make(const struct a64_tr *t, struct arena *memory, uint16_t *left);

// The block turns out to be made from more of the guest's code.
void blocks_grow(struct block *b, unsigned n_insns);

// How many runs are left until the block's evaluator code leaves with IR_EXIT_HOT.
static inline uint16_t blocks_left(const struct block *b)
{
    return __atomic_load_n(b->code.ops[0].left, __ATOMIC_RELAXED);
}

// The block's evaluator code leaves with IR_EXIT_HOT after as many runs, from now on.
void blocks_count(struct block *b, unsigned runs);

// Whether it has been run a quarter as often as it takes to be compiled, or more.
bool blocks_is_warm(const struct block *b);

// The block to which an evaluator operation that is being run belongs, or NULL. Without a lock.
const struct block *blocks_of_op(const struct eval_op *op);

// No pc leads to the block any more.
void blocks_take_out(struct block *b);

// Removes the blocks made from guest code in [start, end); returns how many.
unsigned blocks_remove(uint64_t start, uint64_t end);

// Removes all, whatever state the lists are in, together with native_start_over.
void blocks_start_over(void);

// Calls `visit` for every block.
void blocks_each(void (*visit)(struct block *b));

// ---- For blocks that are kept from run to run (engine/kept.h)

// The block becomes one of the program's, which blocks_find finds and which can be removed.
void blocks_join(struct block *b);

// Where blocks are, and what finds them.
struct blocks_place {
    struct regions regions;
    struct table *table;
    struct block_page **page;
    size_t table_bytes, page_bytes;
    uint64_t first_page, last_page;
    unsigned count;
};
struct blocks_place blocks_place(void);

// A table for as many bytes / the memory is filled as in an earlier run, when its place was asked
// for. Until they join, nothing leads to its blocks.
struct table *blocks_make_table(size_t bytes);
void blocks_come_back(const struct blocks_place *place);

#endif
