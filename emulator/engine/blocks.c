// SPDX-License-Identifier: MIT
#include "engine/blocks.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/die.h"

#include <string.h>

enum {
    ARENA_BYTES = 128 << 20,
    MAX_BLOCKS = 1 << 18,
    FIRST_BUCKETS = 1 << 10, // a short run touches little
    PAGE_BITS = 1 << 16      // a Bloom filter of the 4 KiB pages that code came from
};

// By pc and mode; open addressing, at most half full. What is looked at on the way to a block is
// only the table.
struct bucket {
    uint32_t low_pc; // pc / 4
    uint32_t block;  // its place in the arena / 16; 0: none
};

// Reserved address space that costs only what is touched.
static struct {
    struct arena code;
    struct arena tables;
    struct bucket *bucket;
    unsigned n_buckets;      // a power of 2
    struct block **in_order; // by age, which is also by address of their operations
    unsigned count;
    uint64_t pages[PAGE_BITS / 64];
} blocks;

static void make_buckets(unsigned n)
{
    blocks.bucket = arena_alloc(&blocks.tables, n * sizeof *blocks.bucket);
    blocks.n_buckets = n;
}

void blocks_init(void)
{
    arena_init(&blocks.code, ARENA_BYTES);
    // The tables that have become too small stay: together they are a third of the last.
    arena_init(&blocks.tables, MAX_BLOCKS * (16 * sizeof(struct bucket) + sizeof(struct block *)));
    blocks.in_order = arena_alloc(&blocks.tables, MAX_BLOCKS * sizeof(struct block *));
    make_buckets(FIRST_BUCKETS);
    blocks_clear();
}

// Neighbouring pcs share cache lines of the table. The mode is left out: few pcs have more than
// one.
static unsigned bucket_of(uint32_t low_pc)
{
    uint64_t line = (low_pc >> 4) * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)(line >> 28 << 4 | (low_pc & 15)) & (blocks.n_buckets - 1);
}

static struct block *block_in(const struct bucket *at)
{
    return (struct block *)(blocks.code.base + 16 * (size_t)at->block);
}

struct block *blocks_find(uint64_t pc, uint32_t mode)
{
    for (unsigned i = bucket_of((uint32_t)(pc >> 2));; i = (i + 1) & (blocks.n_buckets - 1)) {
        const struct bucket *at = &blocks.bucket[i];
        if (!at->block)
            return NULL;
        if (at->low_pc != (uint32_t)(pc >> 2))
            continue;
        struct block *b = block_in(at);
        if (b->pc == pc && b->mode == mode)
            return b;
    }
}

static void put_in_bucket(struct bucket what)
{
    unsigned i = bucket_of(what.low_pc);
    while (blocks.bucket[i].block)
        i = (i + 1) & (blocks.n_buckets - 1);
    blocks.bucket[i] = what;
}

static void add_to_buckets(const struct block *b)
{
    const struct bucket *old = blocks.bucket;
    unsigned n = blocks.n_buckets;
    if (2 * blocks.count > n) {
        make_buckets(4 * n);
        for (unsigned i = 0; i < n; i++)
            if (old[i].block)
                put_in_bucket(old[i]);
    }
    put_in_bucket((struct bucket){(uint32_t)(b->pc >> 2),
                                  (uint32_t)(((const uint8_t *)b - blocks.code.base) / 16)});
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
    blocks.in_order[blocks.count++] = b;
    add_to_buckets(b);
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
    arena_alloc(&blocks.code, 1); // no block is at 0
    memset(blocks.bucket, 0, blocks.n_buckets * sizeof *blocks.bucket);
    memset(blocks.pages, 0, sizeof blocks.pages);
    blocks.count = 0;
}
