// SPDX-License-Identifier: MIT
#include "engine/kept.h"

#include "a64/translate.h"
#include "base/bits.h"
#include "engine/engine_internal.h"
#include "engine/native.h"
#include "engine/table.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096, PAGES = 256 };

// The blocks of one mapping of guest code join all at once, when that is asked for first and all of
// it is what they were made from: of a program that runs for some milliseconds, looking at each
// takes a fifth of the time. Links from one unit to another are undone while they are kept, and
// made again when both have joined; but those to a unit that came earlier are kept, and undone if
// it does not: most are such, and what is not written to may be the file's. If some of the code is
// not what it was, blocks join one by one; so do those of the mappings that are too many, all of
// which are called the rest.
enum { UNITS = 1024, REST = UNITS };

struct unit {
    uint64_t end; // of the mapping
    bool guarded;
    unsigned blocks;               // 0: there is no unit
    unsigned first, checks;        // in kept_units
    unsigned first_jumped, jumped; // the same
    const struct block *oldest;    // they came in this order
};

// What code at pc is to be.
struct check {
    uint64_t made_from;
    uint64_t pc : 48, insns : 16;
};

// A link between units.
struct bridge {
    struct x64_link *link;
    struct native_code *from, *to;
    unsigned unit[2];
};

struct kept_units {
    unsigned units;                   // those behind were never used
    unsigned checks, jumped, bridges; // how many; they stand behind, in this order
    struct unit unit[UNITS];
};

// What jump tables get of a block: without a look at it, which costs as much as what it saves.
struct jumped {
    const struct block *block;
    struct jump_target to;
};

static struct {
    struct kept_units *units;
    bool live[UNITS + 1], tried[UNITS];
    bool mixed[UNITS]; // some of its blocks have joined alone
    bool ended;
    bool at_work;                // kept_block
    struct block *found, **last; // blocks that are about to join, by next_kept
    // How far a page's code can be fetched, asked once for each kept_block.
    struct page {
        uint64_t pc;  // of the page's beginning, plus `round`
        uint64_t end; // the page's beginning: it cannot be fetched
        bool guarded;
    } pages[PAGES];
    unsigned round; // 1 to PAGE - 1
} kept;

// What struct block.live is, too, of those that are to join one by one, and of kept.found.
static const bool waiting = false, joining = false;

static void set_live(struct block *b, const bool *live)
{
    __atomic_store_n(&b->live, live, __ATOMIC_RELEASE);
}

static void make_live(unsigned unit)
{
    __atomic_store_n(&kept.live[unit], true, __ATOMIC_RELEASE);
}

// REST: it joins alone.
static unsigned unit_of(const struct block *b)
{
    bool any = b->live >= kept.live && b->live < kept.live + UNITS;
    return any ? (unsigned)(b->live - kept.live) : REST;
}

static struct check *checks_of(struct kept_units *u)
{
    return (struct check *)(u + 1);
}

static struct jumped *jumped_of(struct kept_units *u)
{
    return (struct jumped *)(checks_of(u) + u->checks);
}

static struct bridge *bridges_of(struct kept_units *u)
{
    return (struct bridge *)(jumped_of(u) + u->jumped);
}

size_t kept_bytes(const struct kept_units *u)
{
    return sizeof *u + u->checks * sizeof(struct check) + u->jumped * sizeof(struct jumped) +
           u->bridges * sizeof(struct bridge);
}

void kept_begin(struct kept_units *u)
{
    kept.units = u;
}

void kept_end(void)
{
    kept.ended = true;
    kept.at_work = false;
}

static const struct page *page_of(uint64_t pc)
{
    uint64_t first = round_down(pc, PAGE);
    struct page *p = &kept.pages[first / PAGE % PAGES];
    if (p->pc != first + kept.round) {
        size_t bytes = engine_os->fetch(pc, &p->guarded);
        p->pc = first + kept.round;
        p->end = bytes ? pc + bytes : first;
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

// Whether b is one of the program's blocks, or is about to be.
static bool joins(struct block *b)
{
    if (blocks_has(b) || b->live == &joining)
        return true;
    if (!fits(b))
        return false;
    unsigned unit = unit_of(b);
    if (unit != REST)
        kept.mixed[unit] = true;
    set_live(b, &joining);
    b->next_kept = NULL;
    *kept.last = b;
    kept.last = &b->next_kept;
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
    const struct table *t = blocks_place().table;
    unsigned i = table_first(t, pc);
    struct block *b;
    do
        b = table_next(t, &i, pc, mode);
    while (b && !joins(b));
    return b;
}

// ---- Units

static bool unit_fits(const struct unit *u)
{
    const struct check *first = checks_of(kept.units) + u->first;
    for (const struct check *check = first; check < first + u->checks; check++) {
        const struct page *page = page_of(check->pc);
        const uint32_t *words = (const uint32_t *)(uint64_t)check->pc;
        if (u->guarded != page->guarded || check->pc + 4 * (uint64_t)check->insns > page->end)
            return false;
        uint64_t made_from = 0;
        for (unsigned i = 0; i < check->insns; i++)
            made_from = a64_made_from(made_from, __atomic_load_n(&words[i], __ATOMIC_RELAXED));
        if (made_from != check->made_from)
            return false;
    }
    return true;
}

// Whether it is still the code of a block that others may be led to.
static bool is_code(const struct native_code *n)
{
    return n->block && n->block->native == n && blocks_has(n->block);
}

static void add_jump(struct cpu *c, const struct block *b)
{
    struct jump_target to;
    if (jumps_target(b, &to))
        jumps_add_kept(c, &to);
}

static void join_unit(struct cpu *c, unsigned which)
{
    const struct unit *u = &kept.units->unit[which];
    const struct jumped *jumped = jumped_of(kept.units) + u->first_jumped;
    struct bridge *bridges = bridges_of(kept.units);
    // ORDER: links to what has not joined are undone before a thread can find the code.
    for (unsigned i = 0; i < kept.units->bridges; i++)
        if (bridges[i].unit[0] == which && !kept.live[bridges[i].unit[1]])
            x64_unlink(bridges[i].link);
    make_live(which);
    engine_stats.kept += u->blocks;
    jumps_expect(c, u->jumped);
    for (unsigned i = 0; i < u->jumped; i++)
        if (!kept.mixed[which])
            jumps_add_kept(c, &jumped[i].to);
        else if (blocks_has(jumped[i].block))
            add_jump(c, jumped[i].block);
    for (unsigned i = 0; i < kept.units->bridges; i++) {
        struct bridge *b = &bridges[i];
        bool both = b->unit[0] == which || b->unit[1] == which;
        both = both && kept.live[b->unit[0]] && kept.live[b->unit[1]];
        if (both && !b->link->to && is_code(b->from) && is_code(b->to))
            x64_link_to(b->link, b->to->pc, &b->to->code);
    }
}

// Those of the mapping that pc is in are looked at once.
static void join_units(struct cpu *c, uint64_t pc)
{
    uint64_t end = engine_os->mapping_end(pc);
    for (unsigned i = 0; i < kept.units->units; i++) {
        const struct unit *u = &kept.units->unit[i];
        if (!u->blocks || kept.live[i] || kept.tried[i] || u->end != end)
            continue;
        kept.tried[i] = true;
        if (unit_fits(u))
            join_unit(c, i);
    }
}

static void join(struct cpu *c, struct block *b)
{
    blocks_join(b);
    engine_stats.kept++;
    if (b->jumped_to)
        add_jump(c, b);
}

struct block *kept_block(struct cpu *c, uint64_t pc)
{
    if (!kept.units || kept.ended)
        return NULL;
    c->engine->fetching = kept.at_work = true;
    kept.round = kept.round % (PAGE - 1) + 1;
    kept.found = NULL;
    kept.last = &kept.found;
    join_units(c, pc);
    struct block *b = find(pc, c->engine->mode);
    for (struct block *next = kept.found; next; next = next->next_kept)
        follow_links(next);
    c->engine->fetching = kept.at_work = false;
    // ORDER: from then on other threads find them.
    for (struct block *next = kept.found; next; next = next->next_kept)
        join(c, next);
    return b;
}

bool kept_broken(void)
{
    if (!kept.at_work)
        return false;
    for (struct block *b = kept.found; b; b = b->next_kept)
        set_live(b, &waiting);
    kept_end();
    blocks_remove(0, UINT64_MAX);
    return true;
}

// ---- Before they are kept

// What is made of the blocks there are, in two rounds: first it is counted.
struct making {
    struct kept_units *to;
    bool counts;
    uint64_t page; // of the block before, plus 1
    bool guarded;
    unsigned unit; // that it went to
    bool full;     // those that wait were given up
};

static void each_block(void (*visit)(struct making *m, struct block *b), struct making *m)
{
    const struct table *t = blocks_place().table;
    for (unsigned i = 0; i < t->n; i++) {
        struct bucket at = table_bucket(t, i);
        if (at.block)
            visit(m, table_block(t, at));
    }
}

static unsigned free_unit(struct kept_units *u)
{
    unsigned i = 0;
    while (i < u->units && (kept.live[i] || u->unit[i].blocks))
        i++;
    if (i == u->units && i < UNITS)
        u->units++;
    return i;
}

static void take_out_waiting(struct making *m, struct block *b)
{
    (void)m;
    if (unit_of(b) != REST && !blocks_has(b))
        blocks_take_out(b);
}

// Where all are in use, those that did not join this time are given up.
static unsigned new_unit(struct making *m)
{
    unsigned i = free_unit(m->to);
    if (i < UNITS || m->full)
        return i;
    m->full = true;
    each_block(take_out_waiting, m);
    safepoint_removed();
    for (i = 0; i < UNITS; i++)
        if (!kept.live[i])
            m->to->unit[i].blocks = 0;
    return free_unit(m->to);
}

static void leave_rest(struct making *m, struct block *b)
{
    (void)m;
    if (b->live == &kept.live[REST])
        set_live(b, &waiting);
}

// For this run, which goes on, those that are live: they were looked at.
static void make_rest_live(struct making *m)
{
    if (kept.live[REST])
        return;
    each_block(leave_rest, m);
    make_live(REST);
}

// The unit of live blocks for the mapping.
static unsigned choose_unit(struct making *m, uint64_t end, bool guarded)
{
    for (unsigned i = 0; i < m->to->units; i++)
        if (kept.live[i] && m->to->unit[i].end == end && m->to->unit[i].guarded == guarded)
            return i;
    unsigned i = new_unit(m);
    if (i == REST) {
        make_rest_live(m);
    } else {
        m->to->unit[i] = (struct unit){.end = end, .guarded = guarded};
        make_live(i);
    }
    return i;
}

static void put_into_unit(struct making *m, struct block *b)
{
    if (!b->kept)
        b->kept = true;
    if (!blocks_has(b))
        return;
    if (m->page != b->pc / PAGE + 1 || m->guarded != b->guarded) {
        m->page = b->pc / PAGE + 1;
        m->guarded = b->guarded;
        m->unit = choose_unit(m, engine_os->mapping_end(b->pc), b->guarded);
    }
    if (b->live != &kept.live[m->unit])
        set_live(b, &kept.live[m->unit]);
}

static void put_check(struct making *m, struct unit *u, uint64_t pc, unsigned insns,
                      uint64_t made_from)
{
    if (!m->counts)
        checks_of(m->to)[u->first + u->checks] = (struct check){made_from, pc, insns};
    u->checks++;
}

static void put_block(struct making *m, struct block *b)
{
    unsigned unit = unit_of(b);
    if (unit == REST)
        return;
    struct unit *u = &m->to->unit[unit];
    if (!u->blocks++ || b < u->oldest)
        u->oldest = b;
    put_check(m, u, b->pc, b->code.n_insns, b->made_from);
    if (b->native)
        put_check(m, u, b->pc, b->native->n_insns, b->native->made_from);
    struct jumped j = {.block = b};
    if (!b->jumped_to || !jumps_target(b, &j.to))
        return;
    if (!m->counts)
        jumped_of(m->to)[u->first_jumped + u->jumped] = j;
    u->jumped++;
}

// Whether the link may stay.
static bool put_bridge(struct making *m, struct x64_link *link, struct native_code *from,
                       struct native_code *to)
{
    unsigned a = unit_of(from->block), b = unit_of(to->block);
    if (a == REST || b == REST)
        return false;
    if (!m->counts)
        bridges_of(m->to)[m->to->bridges] = (struct bridge){link, from, to, {a, b}};
    m->to->bridges++;
    return m->to->unit[b].oldest < m->to->unit[a].oldest;
}

// Those of earlier runs that were not made this time.
static void put_old_bridges(struct making *m)
{
    struct bridge *first = kept.units ? bridges_of(kept.units) : NULL;
    for (unsigned i = 0; kept.units && i < kept.units->bridges; i++) {
        struct bridge *b = &first[i];
        if (!b->link->to && b->from->block && b->from->block->native == b->from && b->to->block &&
            b->to->block->native == b->to)
            put_bridge(m, b->link, b->from, b->to);
    }
}

static void put_bridges(struct making *m, struct block *b)
{
    for (unsigned i = 0; b->native && i < b->native->code.n_links; i++) {
        struct x64_link *l = &b->native->code.links[i];
        if (!l->to)
            continue;
        struct native_code *to = container_of(l->to, struct native_code, code);
        if (to->block->live == b->live)
            continue;
        if (!put_bridge(m, l, b->native, to) && !m->counts)
            x64_unlink(l);
    }
    for (unsigned i = 0; !m->counts && i < b->code.n_links; i++) {
        struct eval_link *l = &b->code.links[i];
        if (l->to && container_of(l->to, struct block, code)->live != b->live)
            eval_unlink(l);
    }
}

static void put_all(struct making *m)
{
    for (unsigned i = 0; i < m->to->units; i++) {
        struct unit *u = &m->to->unit[i], *before = u - 1;
        u->first = i ? before->first + before->checks : 0;
        u->first_jumped = i ? before->first_jumped + before->jumped : 0;
    }
    for (unsigned i = 0; i < m->to->units; i++) {
        struct unit *u = &m->to->unit[i];
        u->blocks = u->checks = u->jumped = 0;
    }
    m->to->bridges = 0;
    each_block(put_block, m);
    put_old_bridges(m);
    each_block(put_bridges, m);
}

static int by_pc(const void *x, const void *y)
{
    const struct check *a = x, *b = y;
    return a->pc < b->pc ? -1 : a->pc > b->pc;
}

// Direct ways from code to code that this run has not gone, since it went there by another one
// before, or only before both were compiled.
static void link_ahead(struct making *m, struct block *b)
{
    (void)m;
    for (unsigned i = 0; blocks_has(b) && b->native && i < b->native->code.n_links; i++) {
        struct x64_link *l = &b->native->code.links[i];
        if (l->to || l->guess || l->counts)
            continue;
        const struct block *to = blocks_find(l->target, b->mode);
        if (to && to->native)
            x64_link_to(l, to->pc, &to->native->code);
    }
}

struct kept_units *kept_prepare(void)
{
    static SCRATCH struct kept_units count;
    memset(&count, 0, sizeof count);
    struct making m = {.to = &count, .counts = true};
    if (kept.units) {
        count.units = kept.units->units;
        memcpy(count.unit, kept.units->unit, sizeof count.unit);
    }
    each_block(link_ahead, &m);
    each_block(put_into_unit, &m);
    put_all(&m);
    for (unsigned i = 0; i < count.units; i++) {
        count.checks += count.unit[i].checks;
        count.jumped += count.unit[i].jumped;
    }
    m.to = arena_pages(kept_bytes(&count));
    if (!m.to)
        return NULL;
    *m.to = count;
    m.counts = false;
    put_all(&m);
    for (unsigned i = 0; i < count.units; i++) {
        const struct unit *u = &m.to->unit[i];
        qsort(checks_of(m.to) + u->first, u->checks, sizeof(struct check), by_pc);
    }
    return kept.units = m.to;
}
