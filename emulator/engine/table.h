// SPDX-License-Identifier: MIT
// Private to engine/: blocks by guest pc. Open addressing, at most half full. What is looked at on
// the way to a block is only the table. Buckets are changed by single stores; who looks meanwhile
// may miss a block that is there, and looks again with the engine's lock.
#ifndef EMU_ENGINE_TABLE_H
#define EMU_ENGINE_TABLE_H

#include "engine/blocks.h"

struct bucket {
    uint32_t low_pc; // pc / 4
    uint32_t block;  // its place in the memory / 16; 0: none
};
union bucket_word {
    struct bucket bucket;
    uint64_t word;
};

struct table {
    const uint8_t *base; // of the memory of blocks, less 16
    unsigned n;          // a power of 2
    union bucket_word at[];
};

static inline size_t table_bytes(unsigned n)
{
    return sizeof(struct table) + n * sizeof(union bucket_word);
}

static inline struct bucket table_bucket(const struct table *t, unsigned i)
{
    return (union bucket_word){.word = __atomic_load_n(&t->at[i].word, __ATOMIC_ACQUIRE)}.bucket;
}

static inline struct block *table_block(const struct table *t, struct bucket at)
{
    return (struct block *)(t->base + 16 * (size_t)at.block);
}

// Where the search for pc begins. Neighbouring pcs share cache lines of the table. The mode is left
// out: few pcs have more than one.
static inline unsigned table_first(const struct table *t, uint64_t pc)
{
    uint32_t low_pc = (uint32_t)(pc >> 2);
    uint64_t line = (low_pc >> 4) * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)(line >> 28 << 4 | (low_pc & 15)) & (t->n - 1);
}

// The next block for pc and mode from bucket *i on, which is left behind it; NULL: there is none.
static inline struct block *table_next(const struct table *t, unsigned *i, uint64_t pc,
                                       uint32_t mode)
{
    for (;;) {
        struct bucket at = table_bucket(t, *i);
        if (!at.block)
            return NULL;
        *i = (*i + 1) & (t->n - 1);
        if (at.low_pc != (uint32_t)(pc >> 2))
            continue;
        struct block *b = table_block(t, at);
        if (b->pc == pc && b->mode == mode)
            return b;
    }
}

// Adds a block / takes it out, which is there.
void table_put(struct table *t, const struct block *b);
void table_take(struct table *t, const struct block *b);

// Takes out all.
void table_clear(struct table *t);

// Adds all that another table has.
void table_put_all(struct table *t, const struct table *from);

#endif
