// SPDX-License-Identifier: MIT
#include "engine/blocks.h"

#include "a64/state.h"
#include "base/bits.h"
#include "base/die.h"
#include "engine/engine_internal.h"
#include "engine/native.h"
#include "engine/regions.h"
#include "engine/stats.h"

enum {
    FIRST_BUCKETS = 1 << 10, // a short run touches little
    TABLES = 48 << 20,       // bytes; the last has a bucket for each block of 64 bytes
    PAGE_BUCKETS = 1 << 12,  // for 4 KiB pages
    LEAST_REGION = 256 << 10 // more than any block
};

// By pc and mode; open addressing, at most half full. What is looked at on the way to a block is
// only the table. Buckets are changed by single stores; who looks meanwhile may miss a block that
// is there, and looks again with the lock.
struct bucket {
    uint32_t low_pc; // pc / 4
    uint32_t block;  // its place in the memory / 16; 0: none
};
union bucket_word {
    struct bucket bucket;
    uint64_t word;
};

struct table {
    unsigned n; // a power of 2
    union bucket_word at[];
};

// Reserved address space that costs only what is touched.
static struct {
    struct regions regions;
    const uint8_t *base; // of their memory, less 16
    struct arena tables;
    struct table *table;
    struct block_page **page;
    uint64_t first_page, last_page; // that code came from
    unsigned count;
} blocks = {.first_page = UINT64_MAX};

static struct table *make_table(unsigned n)
{
    struct table *t = arena_alloc(&blocks.tables, sizeof *t + n * sizeof t->at[0]);
    assert_msg(t, "engine: too many blocks (%u)", blocks.count);
    t->n = n;
    return t;
}

void blocks_init(size_t bytes)
{
    size_t each = bytes / REGIONS / 4096 * 4096;
    regions_init(&blocks.regions, each < LEAST_REGION ? LEAST_REGION : each);
    blocks.base = blocks.regions.at[0].memory.base - 16;
    arena_init(&blocks.tables, TABLES);
    blocks.page = arena_alloc(&blocks.tables, PAGE_BUCKETS * sizeof *blocks.page);
    blocks.table = make_table(FIRST_BUCKETS);
}

// Neighbouring pcs share cache lines of the table. The mode is left out: few pcs have more than
// one.
static unsigned bucket_of(const struct table *t, uint32_t low_pc)
{
    uint64_t line = (low_pc >> 4) * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)(line >> 28 << 4 | (low_pc & 15)) & (t->n - 1);
}

static struct bucket get_bucket(const struct table *t, unsigned i)
{
    return (union bucket_word){.word = __atomic_load_n(&t->at[i].word, __ATOMIC_ACQUIRE)}.bucket;
}

static void set_bucket(struct table *t, unsigned i, struct bucket to)
{
    __atomic_store_n(&t->at[i].word, (union bucket_word){.bucket = to}.word, __ATOMIC_RELEASE);
}

static struct block *block_in(struct bucket at)
{
    return (struct block *)(blocks.base + 16 * (size_t)at.block);
}

struct block *blocks_find(uint64_t pc, uint32_t mode)
{
    const struct table *t = __atomic_load_n(&blocks.table, __ATOMIC_ACQUIRE);
    for (unsigned i = bucket_of(t, (uint32_t)(pc >> 2));; i = (i + 1) & (t->n - 1)) {
        struct bucket at = get_bucket(t, i);
        if (!at.block)
            return NULL;
        if (at.low_pc != (uint32_t)(pc >> 2))
            continue;
        struct block *b = block_in(at);
        if (b->pc == pc && b->mode == mode)
            return b;
    }
}

static void put(struct table *t, struct bucket what)
{
    unsigned i = bucket_of(t, what.low_pc);
    while (get_bucket(t, i).block)
        i = (i + 1) & (t->n - 1);
    set_bucket(t, i, what);
}

// A table that has become too small stays, for those who are in it: together they are a third of
// the last.
static void grow(void)
{
    struct table *old = blocks.table, *t = make_table(4 * old->n);
    for (unsigned i = 0; i < old->n; i++)
        if (get_bucket(old, i).block)
            put(t, get_bucket(old, i));
    __atomic_store_n(&blocks.table, t, __ATOMIC_RELEASE);
}

static void add_to_table(const struct block *b)
{
    if (2 * ++blocks.count > blocks.table->n)
        grow();
    put(blocks.table, (struct bucket){(uint32_t)(b->pc >> 2),
                                      (uint32_t)(((const uint8_t *)b - blocks.base) / 16)});
}

// What comes behind moves up, unless it is before its place then.
static void remove_from_table(const struct block *b)
{
    struct table *t = blocks.table;
    unsigned mask = t->n - 1, hole = bucket_of(t, (uint32_t)(b->pc >> 2));
    while (block_in(get_bucket(t, hole)) != b)
        hole = (hole + 1) & mask;
    for (unsigned i = (hole + 1) & mask;; i = (i + 1) & mask) {
        struct bucket at = get_bucket(t, i);
        if (!at.block)
            break;
        if (((i - bucket_of(t, at.low_pc)) & mask) >= ((i - hole) & mask)) {
            set_bucket(t, hole, at);
            hole = i;
        }
    }
    set_bucket(t, hole, (struct bucket){0, 0});
    blocks.count--;
}

static struct block_page **page_bucket(uint64_t page)
{
    return &blocks.page[(page ^ page >> 12) % PAGE_BUCKETS];
}

static void add_to_page(struct block *b, struct block_page *p, uint64_t page)
{
    struct block_page **bucket = page_bucket(page);
    *p = (struct block_page){b, *bucket, bucket};
    if (p->next)
        p->next->at = &p->next;
    *bucket = p;
    if (page < blocks.first_page)
        blocks.first_page = page;
    if (page > blocks.last_page)
        blocks.last_page = page;
}

static void remove_from_page(struct block_page *p)
{
    if (!p->at)
        return;
    *p->at = p->next;
    if (p->next)
        p->next->at = p->at;
    p->at = NULL;
}

static uint64_t last_page(const struct block *b)
{
    return (b->pc + 4 * (uint64_t)b->n_insns - 1) >> 12;
}

static void note_pages(struct block *b)
{
    uint64_t first = b->pc >> 12;
    if (!b->pages[0].at)
        add_to_page(b, &b->pages[0], first);
    if (!b->pages[1].at && last_page(b) != first)
        add_to_page(b, &b->pages[1], last_page(b));
}

struct block *blocks_make(const struct ir_block *ir, struct arena *memory, uint32_t mode,
                          unsigned lands, unsigned n_insns, unsigned runs)
{
    struct block *b = arena_alloc(memory, sizeof *b);
    if (!b)
        return NULL;
    *b = (struct block){.pc = ir->pc,
                        .mode = mode,
                        .lands = (uint8_t)lands,
                        .n_insns = n_insns,
                        .runs_left = (uint16_t)runs};
    return eval_compile(ir, memory, CPU_FIELD(temps), runs, &b->code) ? b : NULL;
}

static void remove_block(struct block *b)
{
    if (b->removed)
        return;
    b->removed = true;
    stats_left_evaluator(b);
    remove_from_table(b);
    remove_from_page(&b->pages[0]);
    remove_from_page(&b->pages[1]);
    eval_unlink_all(&b->code);
    native_drop(b);
    jumps_remove(b->pc);
}

static void evict(void *item)
{
    remove_block(item);
}

struct block *blocks_add(const struct ir_block *ir, uint32_t mode, unsigned lands, unsigned n_insns,
                         unsigned runs)
{
    for (unsigned attempt = 0; attempt < 2; attempt++) {
        struct region *r = &blocks.regions.at[blocks.regions.current];
        struct block *b = blocks_make(ir, &r->memory, mode, lands, n_insns, runs);
        if (b && region_note(r, b->code.ops, b)) {
            add_to_table(b);
            note_pages(b);
            return b;
        }
        assert_msg(attempt == 0, "engine: a block of %u instructions does not fit an empty region",
                   n_insns);
        if (!regions_advance(&blocks.regions, evict))
            break;
    }
    return NULL;
}

void blocks_grow(struct block *b, unsigned n_insns)
{
    b->n_insns = n_insns;
    note_pages(b);
}

void blocks_count(struct block *b, unsigned runs)
{
    stats_left_evaluator(b);
    eval_count_again(&b->code, runs);
    __atomic_store_n(&b->runs_left, (uint16_t)runs, __ATOMIC_RELAXED);
}

const struct block *blocks_of_op(const struct eval_op *op)
{
    for (unsigned i = 0; i < REGIONS; i++) {
        const struct region *r = &blocks.regions.at[i];
        if ((const uint8_t *)op < r->memory.base || (const uint8_t *)op >= r->end)
            continue;
        const struct block *b = region_find(r, op);
        return b && op < b->code.ops + b->code.n_ops ? b : NULL;
    }
    return NULL;
}

static unsigned remove_in_bucket(struct block_page **bucket, uint64_t start, uint64_t end)
{
    unsigned n = 0;
    for (struct block_page *p = *bucket, *next; p; p = next) {
        struct block *b = p->block;
        next = p->next;
        if (b->pc >= end || b->pc + 4 * (uint64_t)b->n_insns <= start)
            continue;
        // Its other page may be the next in the same bucket.
        while (next && next->block == b)
            next = next->next;
        remove_block(b);
        n++;
    }
    return n;
}

unsigned blocks_remove(uint64_t start, uint64_t end)
{
    unsigned n = 0;
    if (start >= end || !blocks.count)
        return 0;
    uint64_t first = start >> 12, last = (end - 1) >> 12;
    first = first < blocks.first_page ? blocks.first_page : first;
    last = last > blocks.last_page ? blocks.last_page : last;
    if (first > last)
        return 0;
    bool all = last - first >= PAGE_BUCKETS;
    for (uint64_t i = all ? 0 : first; i <= (all ? PAGE_BUCKETS - 1 : last); i++)
        n += remove_in_bucket(all ? &blocks.page[i] : page_bucket(i), start, end);
    if (n)
        safepoint_removed();
    return n;
}

void blocks_each(void (*visit)(struct block *b))
{
    for (unsigned i = 0; i < REGIONS; i++)
        for (unsigned k = 0; k < blocks.regions.at[i].count; k++) {
            struct block *b = region_item(&blocks.regions.at[i], k);
            if (!b->removed)
                visit(b);
        }
}
