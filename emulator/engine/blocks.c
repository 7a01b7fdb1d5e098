// SPDX-License-Identifier: MIT
#include "engine/blocks.h"

#include "a64/state.h"
#include "base/bits.h"
#include "base/die.h"
#include "engine/engine_internal.h"
#include "engine/kept.h"
#include "engine/native.h"
#include "engine/regions.h"
#include "engine/stats.h"
#include "engine/table.h"

#include <string.h>

enum {
    FIRST_BUCKETS = 1 << 10, // a short run touches little
    TABLES = 80 << 20,       // bytes; the last has two buckets for each block of 64 bytes
    PAGE_BUCKETS = 1 << 12,  // for 4 KiB pages
    COUNTERS = 1 << 10,      // that lie together
    LEAST_REGION = 256 << 10 // more than any block
};

// Reserved address space that costs only what is touched.
static struct {
    struct regions regions;
    struct arena tables;
    struct table *table;
    struct block_page **page;
    uint64_t first_page, last_page; // that code came from
    unsigned count;                 // of the table
    uint16_t *counter;              // of the current region, the next ones
    unsigned counters;
} blocks = {.first_page = UINT64_MAX};

// What struct block.live is of those that are made in this run, or join it one by one / are
// removed.
static const bool alive = true, gone = false;

struct table *blocks_make_table(size_t bytes)
{
    struct table *t = arena_alloc(&blocks.tables, round_up(bytes, 4096));
    assert_msg(t, "engine: too many blocks (%u)", blocks.count);
    return t;
}

static struct table *make_table(unsigned n)
{
    struct table *t = blocks_make_table(table_bytes(n));
    t->n = n;
    t->base = blocks.regions.at[0].memory.base - 16;
    return t;
}

void blocks_init(size_t bytes)
{
    size_t each = bytes / REGIONS / 4096 * 4096;
    each = each < LEAST_REGION ? LEAST_REGION : each;
    regions_init(&blocks.regions, arena_address(REGIONS * each), each);
    arena_init(&blocks.tables, TABLES);
    static SCRATCH _Alignas(4096) struct block_page *page[PAGE_BUCKETS];
    blocks.page = page;
    blocks.table = make_table(FIRST_BUCKETS);
}

struct block *blocks_find(uint64_t pc, uint32_t mode)
{
    const struct table *t = __atomic_load_n(&blocks.table, __ATOMIC_ACQUIRE);
    unsigned i = table_first(t, pc);
    struct block *b;
    do
        b = table_next(t, &i, pc, mode);
    while (b && !blocks_has(b));
    return b;
}

// A table that has become too small stays, for those who are in it: together they are as large as
// the last.
static void grow(void)
{
    struct table *old = blocks.table, *t = make_table(2 * old->n);
    table_put_all(t, old);
    __atomic_store_n(&blocks.table, t, __ATOMIC_RELEASE);
}

static void enter(struct block *b)
{
    if (b->in_table)
        return;
    if (2 * ++blocks.count > blocks.table->n)
        grow();
    b->in_table = true;
    table_put(blocks.table, b);
}

static void remove_from_table(struct block *b)
{
    if (!b->in_table)
        return;
    table_take(blocks.table, b);
    b->in_table = false;
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

static bool sets_flags_first(const struct ir_block *ir)
{
    for (unsigned i = 1; i < ir->count; i++) {
        const struct ir_inst *in = &ir->inst[i];
        const struct ir_op_info *info = &ir_op_info[in->op];
        bool of_flags = in->imm == CPU_FIELD(nzcv);
        if (info->kind == IR_KIND_SET && of_flags)
            return true;
        if ((info->kind == IR_KIND_GET && of_flags) || info->flags & (IR_MEM | IR_EXIT))
            return false;
    }
    return false;
}

struct block *blocks_make(const struct a64_tr *t, struct arena *memory, uint16_t *left)
{
    struct block *b = arena_alloc(memory, sizeof *b);
    if (!b)
        return NULL;
    *b = (struct block){.pc = t->ir.pc,
                        .mode = t->mode,
                        .lands = t->lands,
                        .guarded = t->guarded,
                        .vectors = t->vectors,
                        .sets_flags = sets_flags_first(&t->ir),
                        .n_insns = t->insns,
                        .made_from = t->made_from,
                        .live = &gone,
                        .runs = left ? *left : 0,
                        .runs_left = left ? *left : 0};
    return eval_compile(&t->ir, memory, CPU_FIELD(temps), left, &b->code) ? b : NULL;
}

bool blocks_has(const struct block *b)
{
    return __atomic_load_n(__atomic_load_n(&b->live, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
}

static void set_live(struct block *b, const bool *live)
{
    __atomic_store_n(&b->live, live, __ATOMIC_RELEASE);
}

void blocks_join(struct block *b)
{
    set_live(b, &alive);
    note_pages(b);
    enter(b);
}

void blocks_take_out(struct block *b)
{
    if (blocks_has(b))
        stats_left_evaluator(b);
    set_live(b, &gone);
    if (!b->kept)
        remove_from_table(b);
    remove_from_page(&b->pages[0]);
    remove_from_page(&b->pages[1]);
    eval_unlink_all(&b->code);
    native_drop(b);
    jumps_remove(b->pc);
}

static void evict(void *item)
{
    struct block *b = item;
    b->kept = false;
    blocks_take_out(b);
}

// Where code is only run nothing is written but its counters, so that the pages of the rest may be
// a file's.
static uint16_t *get_counter(struct region *r, unsigned runs)
{
    if (!blocks.counters) {
        blocks.counter = arena_alloc(&r->memory, COUNTERS * sizeof *blocks.counter);
        if (!blocks.counter)
            return NULL;
        blocks.counters = COUNTERS;
    }
    blocks.counters--;
    *blocks.counter = (uint16_t)runs;
    return blocks.counter++;
}

static struct block *make_in(struct region *r, const struct a64_tr *t, unsigned runs)
{
    uint16_t *left = runs ? get_counter(r, runs) : NULL;
    struct block *b = !runs || left ? blocks_make(t, &r->memory, left) : NULL;
    return b && region_note(r, b->code.ops, b) ? b : NULL;
}

struct block *blocks_add(const struct a64_tr *t, unsigned runs)
{
    for (unsigned attempt = 0; attempt < 2; attempt++) {
        struct region *r = &blocks.regions.at[blocks.regions.current];
        struct block *b = make_in(r, t, runs);
        if (b) {
            blocks_join(b);
            return b;
        }
        assert_msg(attempt == 0, "engine: a block of %u instructions does not fit an empty region",
                   t->insns);
        if (!regions_advance(&blocks.regions, evict))
            break;
        blocks.counters = 0;
        if (blocks.regions.anew)
            kept_end();
    }
    return NULL;
}

void blocks_grow(struct block *b, unsigned n_insns)
{
    b->n_insns = n_insns;
    note_pages(b);
}

bool blocks_is_warm(const struct block *b)
{
    return b->warm || b->native || 4 * blocks_left(b) <= 3 * b->runs;
}

// What does not change is not written: its page may be the file's.
void blocks_count(struct block *b, unsigned runs)
{
    bool warm = blocks_is_warm(b) || runs == 1;
    if (b->warm != warm)
        b->warm = warm;
    stats_left_evaluator(b);
    eval_count_again(&b->code, runs);
    if (b->runs != runs)
        b->runs = (uint16_t)runs;
    if (__atomic_load_n(&b->runs_left, __ATOMIC_RELAXED) != runs)
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
        if (!blocks_has(b) || b->pc >= end || b->pc + 4 * (uint64_t)b->n_insns <= start)
            continue;
        // Its other page may be the next in the same bucket.
        while (next && next->block == b)
            next = next->next;
        blocks_take_out(b);
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

static void disconnect(struct block *b)
{
    set_live(b, &gone);
    b->in_table = b->kept = false;
    b->pages[0].at = b->pages[1].at = NULL;
    __atomic_store_n(&b->native, NULL, __ATOMIC_RELAXED);
    eval_unlink_anyhow(&b->code);
}

void blocks_start_over(void)
{
    for (unsigned i = 0; i < REGIONS; i++)
        for (unsigned k = 0; k < blocks.regions.at[i].count; k++)
            disconnect(region_item(&blocks.regions.at[i], k));
    memset(blocks.page, 0, PAGE_BUCKETS * sizeof *blocks.page);
    table_clear(blocks.table);
    blocks.count = 0;
    regions_give_up(&blocks.regions);
}

void blocks_each(void (*visit)(struct block *b))
{
    for (unsigned i = 0; i < REGIONS; i++)
        for (unsigned k = 0; k < blocks.regions.at[i].count; k++) {
            struct block *b = region_item(&blocks.regions.at[i], k);
            if (blocks_has(b))
                visit(b);
        }
}

struct blocks_place blocks_place(void)
{
    return (struct blocks_place){.regions = blocks.regions,
                                 .table = blocks.table,
                                 .page = blocks.page,
                                 .table_bytes = table_bytes(blocks.table->n),
                                 .page_bytes = PAGE_BUCKETS * sizeof *blocks.page,
                                 .first_page = blocks.first_page,
                                 .last_page = blocks.last_page,
                                 .count = blocks.count};
}

void blocks_come_back(const struct blocks_place *place)
{
    blocks.regions = place->regions;
    blocks.table = place->table;
    blocks.first_page = place->first_page;
    blocks.last_page = place->last_page;
    blocks.count = place->count;
    blocks.counters = 0;
}
