// SPDX-License-Identifier: MIT
#include "engine/blocks.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/die.h"

#include <string.h>

enum {
    ARENA_BYTES = 128 << 20,
    MAX_BLOCKS = 1 << 18,
    BUCKETS = 1 << 19,  // open addressing, at most half full
    PAGE_BITS = 1 << 16 // a Bloom filter of the 4 KiB pages that code came from
};

// Reserved address space that costs only what is touched.
static struct {
    struct arena code;
    struct arena tables;
    struct block **bucket;
    struct block **in_order; // by age, which is also by address of their operations
    unsigned count;
    uint64_t pages[PAGE_BITS / 64];
} blocks;

void blocks_init(void)
{
    arena_init(&blocks.code, ARENA_BYTES);
    arena_init(&blocks.tables, (BUCKETS + MAX_BLOCKS) * sizeof(struct block *));
    blocks.bucket = arena_alloc(&blocks.tables, BUCKETS * sizeof(struct block *));
    blocks.in_order = arena_alloc(&blocks.tables, MAX_BLOCKS * sizeof(struct block *));
}

// Neighbouring pcs share cache lines and pages of the table: a short run touches little of it.
static unsigned bucket_of(uint64_t pc, uint32_t mode)
{
    return (unsigned)((pc >> 2 ^ pc >> 21 ^ mode << 12) % BUCKETS);
}

struct block *blocks_find(uint64_t pc, uint32_t mode)
{
    for (unsigned i = bucket_of(pc, mode);; i = (i + 1) % BUCKETS) {
        struct block *b = blocks.bucket[i];
        if (!b || (b->pc == pc && b->mode == mode))
            return b;
    }
}

static unsigned page_bit(uint64_t page)
{
    return (unsigned)((page ^ page >> 16) % PAGE_BITS);
}

static void note_pages(const struct block *b)
{
    for (uint64_t page = b->pc >> 12; page <= (b->pc + 4 * b->n_insns - 1) >> 12; page++)
        blocks.pages[page_bit(page) / 64] |= UINT64_C(1) << page_bit(page) % 64;
}

struct block *blocks_add(const struct ir_block *ir, uint32_t mode, unsigned n_insns, unsigned temps,
                         unsigned runs)
{
    if (blocks.count == MAX_BLOCKS)
        return NULL;
    struct block *b = arena_alloc(&blocks.code, sizeof *b);
    if (!b || !eval_compile(ir, &blocks.code, temps, runs, &b->code))
        return NULL;
    b->pc = ir->pc;
    b->native.entry = NULL;
    b->counted_runs = 0;
    b->exceptions = 0;
    b->evaluate_fp = false;
    b->tags = 0;
    b->untag = false;
    b->mode = mode;
    b->n_insns = n_insns;
    unsigned i = bucket_of(b->pc, mode);
    while (blocks.bucket[i])
        i = (i + 1) % BUCKETS;
    blocks.bucket[i] = b;
    blocks.in_order[blocks.count++] = b;
    note_pages(b);
    return b;
}

void blocks_grow(struct block *b, unsigned n_insns)
{
    b->n_insns = n_insns;
    note_pages(b);
}

const struct block *blocks_of_op(const struct eval_op *op)
{
    unsigned lo = 0, hi = blocks.count;
    while (hi - lo > 1) {
        unsigned mid = (lo + hi) / 2;
        if (blocks.in_order[mid]->code.ops <= op)
            lo = mid;
        else
            hi = mid;
    }
    if (lo == hi)
        return NULL;
    const struct block *b = blocks.in_order[lo];
    return op >= b->code.ops && op < b->code.ops + b->code.n_ops ? b : NULL;
}

bool blocks_overlap(uint64_t start, uint64_t end)
{
    if (start >= end || !blocks.count)
        return false;
    uint64_t first = start >> 12, last = (end - 1) >> 12;
    bool maybe = last - first >= PAGE_BITS;
    for (uint64_t page = first; !maybe && page <= last; page++)
        maybe = blocks.pages[page_bit(page) / 64] >> page_bit(page) % 64 & 1;
    for (unsigned i = 0; maybe && i < blocks.count; i++) {
        const struct block *b = blocks.in_order[i];
        if (b->pc < end && b->pc + 4 * b->n_insns > start)
            return true;
    }
    return false;
}

void blocks_each(void (*visit)(struct block *b))
{
    for (unsigned i = 0; i < blocks.count; i++)
        visit(blocks.in_order[i]);
}

void blocks_clear(void)
{
    arena_reset(&blocks.code);
    memset(blocks.bucket, 0, BUCKETS * sizeof *blocks.bucket);
    memset(blocks.pages, 0, sizeof blocks.pages);
    blocks.count = 0;
}
