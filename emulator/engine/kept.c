// SPDX-License-Identifier: MIT
#include "engine/kept.h"

#include "a64/translate.h"
#include "base/bits.h"
#include "engine/engine_internal.h"
#include "engine/native.h"
#include "engine/table.h"

enum { PAGE = 4096, PAGES = 256 };

static struct {
    const struct table *index;
    bool at_work;        // kept_block
    struct block *found; // blocks whose links are still to be looked at, by next_kept
    // How far a page's code can be fetched, asked once for each kept_block.
    struct page {
        uint64_t pc, end; // pc: of the page's beginning, plus `round`
        bool guarded;
    } pages[PAGES];
    unsigned round; // 1 to PAGE - 1
} kept;

void kept_begin(const struct table *index)
{
    kept.index = index;
}

void kept_end(void)
{
    kept.index = NULL;
}

static const struct page *page_of(uint64_t pc)
{
    uint64_t first = round_down(pc, PAGE);
    struct page *p = &kept.pages[first / PAGE % PAGES];
    if (p->pc != first + kept.round) {
        p->pc = first + kept.round;
        p->end = pc + engine_os->fetch(pc, &p->guarded);
    }
    return p;
}

// Whether the guest's code is what the block was made from: once for the evaluator, once to be
// compiled, perhaps at other times.
static bool fits(const struct block *b)
{
    const uint32_t *words = (const uint32_t *)b->pc;
    const struct native_code *n = b->native;
    unsigned end = n && n->n_insns > b->code.n_insns ? n->n_insns : b->code.n_insns;
    const struct page *page = page_of(b->pc);
    if (b->guarded != page->guarded || b->pc + 4 * (uint64_t)end > page->end)
        return false;
    uint64_t made_from = 0;
    for (unsigned i = 0; i < end;) {
        made_from = a64_made_from(made_from, __atomic_load_n(&words[i++], __ATOMIC_RELAXED));
        if ((i == b->code.n_insns && made_from != b->made_from) ||
            (n && i == n->n_insns && made_from != n->made_from))
            return false;
    }
    return true;
}

// Whether b is one of the program's blocks, or becomes one.
static bool joins(struct block *b)
{
    if (blocks_has(b))
        return true;
    if (!fits(b))
        return false;
    blocks_join(b);
    engine_stats.kept++;
    b->next_kept = kept.found;
    kept.found = b;
    return true;
}

static void follow_links(struct block *b)
{
    for (unsigned i = 0; i < b->code.n_links; i++) {
        struct eval_link *l = &b->code.links[i];
        if (l->to && !joins(container_of(l->to, struct block, code)))
            eval_unlink(l);
    }
    for (unsigned i = 0; b->native && i < b->native->code.n_links; i++) {
        struct x64_link *l = &b->native->code.links[i];
        if (l->to && !joins(container_of(l->to, struct native_code, code)->block))
            x64_unlink(l);
    }
}

static struct block *find(uint64_t pc, uint32_t mode)
{
    unsigned i = table_first(kept.index, pc);
    struct block *b;
    do
        b = table_next(kept.index, &i, pc, mode);
    while (b && !joins(b));
    return b;
}

const struct block *kept_joined(uint64_t pc, uint32_t mode)
{
    const struct block *b = NULL;
    if (!kept.index)
        return NULL;
    unsigned i = table_first(kept.index, pc);
    do
        b = table_next(kept.index, &i, pc, mode);
    while (b && !blocks_has(b));
    return b;
}

struct block *kept_block(struct cpu *c, uint64_t pc)
{
    if (!kept.index)
        return NULL;
    c->engine->fetching = kept.at_work = true;
    kept.round = kept.round % (PAGE - 1) + 1;
    struct block *b = find(pc, c->engine->mode);
    while (kept.found) {
        struct block *next = kept.found;
        kept.found = next->next_kept;
        follow_links(next);
        if (next->jumped_to)
            jumps_add_kept(c, next);
    }
    c->engine->fetching = kept.at_work = false;
    if (b)
        blocks_enter(b);
    return b;
}

void kept_broken(void)
{
    if (!kept.at_work)
        return;
    kept.at_work = false;
    kept.found = NULL;
    kept.index = NULL;
    blocks_remove(0, UINT64_MAX);
}

// Calls `visit` for the kept blocks that blocks_find does not find.
static void each_kept(void (*visit)(struct table *to, const struct block *b), struct table *to)
{
    for (unsigned i = 0; kept.index && i < kept.index->n; i++) {
        struct bucket at = table_bucket(kept.index, i);
        const struct block *b = table_block(kept.index, at);
        if (at.block && !(blocks_has(b) && b->in_table))
            visit(to, b);
    }
}

static void count(struct table *to, const struct block *b)
{
    (void)b;
    to->n++;
}

const struct table *kept_index(void)
{
    struct table all;
    const struct table *now = blocks_table(&all.n);
    each_kept(count, &all);
    unsigned n = now->n;
    while (n < 2 * all.n)
        n *= 2;
    struct table *t = arena_pages(table_bytes(n));
    if (!t)
        return NULL;
    t->n = n;
    t->base = now->base;
    table_put_all(t, now);
    each_kept(table_put, t);
    return t;
}
