// SPDX-License-Identifier: MIT
// Accesses that a debugger watches (ir/watch.h). In line stands one comparison, with the range that
// has all that is watched; out of line one with each of the largest gaps in it. Only an access that
// lies in none of these is the evaluator's, which knows exactly, and leaves.
//
// `last` is an access's last byte, so that n bytes meet a range if last - first < size + n - 1, and
// lie in a gap if last - (first + n - 1) < size - (n - 1).
#include "x64/int.h"

static struct x64_watched *watched(const struct x64 *x, unsigned access)
{
    return &x->cache->watched[access - 1];
}

X64_LOWER(watch_check)
{
    const struct x64_watched *w = watched(x, p->c & 3u);
    unsigned size = p->c >> 2;
    uint64_t last = p->imm + (UINT64_C(1) << size) - 1;
    clobber_flags(x);
    if (fits_32(last)) {
        unsigned a = gpr_use(x, p->a, true, X64_SCRATCH);
        x64_lea(&x->a, true, X64_SCRATCH, mem(a, (int32_t)last));
    } else {
        x64_mov_ri(&x->a, X64_SCRATCH, last);
        if (gpr_at(x, p->a) != X64_NONE)
            x64_alu_rr(&x->a, X64_ADD, true, X64_SCRATCH, gpr_at(x, p->a));
        else
            x64_alu_rm(&x->a, X64_ADD, true, X64_SCRATCH, mem_of(x, p->a));
    }
    if (x->untag)
        strip_tag(x, X64_SCRATCH, X64_SCRATCH);
    x64_alu_rm(&x->a, X64_SUB, true, X64_SCRATCH, mem_rip(&w->from));
    x64_alu_rm(&x->a, X64_CMP, true, X64_SCRATCH, mem_rip(&w->span[size]));
    evaluate_if(x, X64_B);
    struct x64_stub *s = &x->stubs[x->n_stubs - 1];
    s->kind = STUB_WATCH;
    s->link = p->c;
    s->back = x->a.p;
}

void watch_stub(struct x64 *x, const struct x64_stub *s)
{
    const struct x64_watched *w = watched(x, s->link & 3);
    unsigned size = s->link >> 2;
    for (unsigned i = 0; i < X64_WATCH_GAPS; i++) {
        x64_alu_rm(&x->a, X64_SUB, true, X64_SCRATCH, mem_rip(&w->gap[i].from[size]));
        x64_alu_rm(&x->a, X64_CMP, true, X64_SCRATCH, mem_rip(&w->gap[i].span[size]));
        x64_jcc(&x->a, X64_B, s->back, false);
    }
}

// ---- what they are compared with

struct range {
    uint64_t first, last;
};

// In order of their beginnings.
static unsigned watched_ranges(struct range r[IR_WATCHES], unsigned access)
{
    unsigned n = 0;
    for (unsigned i = 0; i < ir_watches.count; i++) {
        const struct ir_watch *w = &ir_watches.at[i];
        unsigned at = n;
        if (!(w->access & access))
            continue;
        for (; at > 0 && r[at - 1].first > w->start; at--)
            r[at] = r[at - 1];
        r[at] = (struct range){w->start, w->start + w->size - 1};
        n++;
    }
    return n;
}

// The largest first.
static unsigned add_gap(struct range *gap, unsigned n, struct range add)
{
    unsigned at = n;
    for (; at > 0 && gap[at - 1].last - gap[at - 1].first < add.last - add.first; at--)
        if (at < X64_WATCH_GAPS)
            gap[at] = gap[at - 1];
    if (at < X64_WATCH_GAPS)
        gap[at] = add;
    return n < X64_WATCH_GAPS ? n + 1 : n;
}

static void set_gap(struct x64_watched *w, unsigned i, struct range gap, uint64_t before)
{
    for (unsigned size = 0; size < IR_WATCH_SIZES; size++) {
        uint64_t more = (UINT64_C(1) << size) - 1, span = gap.last - gap.first + 1;
        w->gap[i].from[size] = gap.first - before + (i ? 0 : more);
        w->gap[i].span[size] = span > more ? span - more : 0;
    }
}

static void set_watched(struct x64_watched *w, unsigned access)
{
    struct range r[IR_WATCHES], gap[X64_WATCH_GAPS];
    unsigned n = watched_ranges(r, access), gaps = 0;
    *w = (struct x64_watched){.from = 0};
    if (!n)
        return;
    uint64_t last = r[0].last;
    for (unsigned i = 1; i < n; i++) {
        if (r[i].first > last && r[i].first - last > 1)
            gaps = add_gap(gap, gaps, (struct range){last + 1, r[i].first - 1});
        last = r[i].last > last ? r[i].last : last;
    }
    w->from = r[0].first;
    for (unsigned size = 0; size < IR_WATCH_SIZES; size++) {
        uint64_t span = last - w->from + (UINT64_C(1) << size);
        w->span[size] = span > last - w->from ? span : UINT64_MAX;
    }
    for (unsigned i = 0; i < gaps; i++)
        set_gap(w, i, gap[i], i ? gap[i - 1].first : w->from);
}

void x64_watches_changed(struct x64_cache *cache)
{
    for (unsigned access = 1; access <= 3; access++)
        set_watched(&cache->watched[access - 1], access);
}
