// SPDX-License-Identifier: MIT
// Branches within a block. At a label nothing is known but what all that leads there agree on: the
// block's registers are where they are within it, and the condition flags are in their place or
// what they come from was put down, as between blocks (x64/flags_between.c), unless nobody looks
// before they are set. Where a single branch leads, they are as they were there. To a loop that
// begins with a carry all come with that in al.
#include "x64/emit.h"

#include <string.h>

enum { ADD_AL = 0x04 }; // with a constant

struct x64_label *label_of(const struct x64 *x, uint64_t pc)
{
    unsigned lo = 0, hi = x->n_labels;
    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (x->labels[mid].pc < pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < x->n_labels && x->labels[lo].pc == pc ? (struct x64_label *)&x->labels[lo] : NULL;
}

bool begins_loop(const struct x64 *x)
{
    return x->n_labels && x->labels[0].loop && x->labels[0].pc == x->ir->pc;
}

bool label_is_next(const struct x64 *x, uint64_t pc)
{
    const struct ir_placed *next = &x->places->ops[x->i + 1];
    return x->i + 1 < x->places->n_ops && next->op == IR_label && next->imm == pc;
}

// Whether what follows p is not come to from it. (A call comes back.)
static bool ends(const struct ir_placed *p)
{
    return p->op == IR_br || p->op == IR_br_reg || p->op == IR_ret || p->op == IR_exit;
}

// The pc that p leads to, besides what follows it; 0: none is known.
static uint64_t leads_to(const struct ir_placed *p)
{
    bool branch = ir_is_jump(p->op);
    return branch || (p->op == IR_exit && p->c == IR_EXIT_SVC) ? p->imm : 0;
}

static bool writes(const struct ir_placed *p, unsigned place)
{
    return writes_flags(p, place); // any place
}

// Whether nobody looks at the flags that the label begins with once what they come from is lost.
static bool lasts(const struct x64 *x, unsigned label, struct x64_flags f)
{
    bool gone = false;
    for (unsigned i = label + 1; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        // Floating point needs no flags where nobody else looks (steps_without_flags).
        bool looks = ir_op_info[p->op].flags & (IR_MEM | IR_EXIT) || p->op == IR_label ||
                     reads_flags(p, x->guest->flags);
        if (looks && gone)
            return false;
        if (writes(p, x->guest->flags))
            return true;
        if (writes(p, f.a) || (!f.b_imm && writes(p, f.b)))
            gone |= !flags_follow(&f, p);
    }
    return false;
}

// Whether q computes what the comparison p compares, another value than its second operand.
static bool is_difference(const struct ir_placed *p, const struct ir_placed *q)
{
    return q->a == p->a && is_wide(q) == is_wide(p) && q->imm_b == p->imm_b &&
           (p->imm_b ? q->imm == p->imm : q->b == p->b && p->b != p->a);
}

// A loop's branch to label l, operation i, with a comparison or a subtraction that sets flags
// before it: they are carried to the label if what they come from lasts.
static void choose_carried(struct x64 *x, struct x64_label *l, unsigned label, unsigned i)
{
    const struct ir_placed *p = &x->places->ops[i], *q = p - 1;
    if (p->op != IR_br_cond || i <= label + 2 || l->asks_flags || !l->wants_flags)
        return;
    bool result = (q->op == IR_sub32 || q->op == IR_sub64) && q->d == q->a;
    if (result)
        q--;
    bool sub = q->op == IR_subf32 || q->op == IR_subf64;
    if (!sub || q->d != x->guest->flags || is_temp(x, q->a) || (!q->imm_b && is_temp(x, q->b)) ||
        (result && !is_difference(q, p - 1)))
        return;
    struct x64_flags f = {.kind = X64_FLAGS_SUB,
                          .wide = is_wide(q),
                          .in_ops = true,
                          .inverted = true,
                          .b_imm = q->imm_b,
                          .result = result,
                          .carried = true,
                          .place = q->d,
                          .a = q->a,
                          .b = q->b,
                          .imm = q->imm};
    if (lasts(x, label, f))
        l->carried = f;
}

// Whether C is what is first asked for of the flags that the label begins with.
static bool asks_carry(const struct x64 *x, unsigned label)
{
    for (unsigned i = label + 1; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        if (reads_flags(p, x->guest->flags))
            return takes_carry(p);
        if (writes_flags(p, x->guest->flags))
            return false;
    }
    return false;
}

// A loop's branch to label l, operation i, with a sum or a difference before it, as of big numbers.
static void choose_carry(struct x64 *x, struct x64_label *l, unsigned label, unsigned i)
{
    const struct ir_placed *ops = x->places->ops;
    bool zero = ops[i].op == IR_br_nz32 || ops[i].op == IR_br_nz64 || ops[i].op == IR_br_z32 ||
                ops[i].op == IR_br_z64;
    if (!zero || !l->asks_flags || l->carried.kind != X64_FLAGS_NONE || !asks_carry(x, label))
        return;
    unsigned j = i;
    while (--j > label && !writes_flags(&ops[j], x->guest->flags))
        if (ops[j].op == IR_label)
            return;
    const struct ir_placed *q = &ops[j], *r = q + 1;
    bool add = q->op == IR_addf32 || q->op == IR_addf64;
    bool sub = q->op == IR_subf32 || q->op == IR_subf64;
    if (!(add || sub) || j == label || is_temp(x, q->a) || (!q->imm_b && is_temp(x, q->b)))
        return;
    bool same = r->op == (add                  ? q->op == IR_addf64 ? IR_add64 : IR_add32
                          : q->op == IR_subf64 ? IR_sub64
                                               : IR_sub32);
    struct x64_flags f = {.kind = add ? X64_FLAGS_ADD : X64_FLAGS_SUB,
                          .wide = is_wide(q),
                          .in_ops = true,
                          .b_imm = q->imm_b,
                          .result = same && r->d == q->a && is_difference(q, r),
                          .carried = true,
                          .place = q->d,
                          .a = q->a,
                          .b = q->b,
                          .imm = q->imm};
    for (unsigned k = j + 1 + f.result; k < i; k++)
        if (writes(&ops[k], f.a) || (!f.b_imm && writes(&ops[k], f.b)))
            return;
    l->carry = lasts(x, label, f);
    if (l->carry)
        l->carried = f;
}

static void note_label(struct x64 *x)
{
    const struct ir_placed *p = &x->places->ops[x->i];
    assert_msg(x->n_labels < MAX_LABELS, "x64: too many labels");
    struct x64_label *l = &x->labels[x->n_labels++];
    *l = (struct x64_label){.pc = p->imm, .op = (uint16_t)x->i, .insn = (uint16_t)x->insn};
    l->from_above = x->i == 0 || !ends(p - 1);
    l->steps = (uint16_t)steps_without_flags(x);
    l->wants_flags = !l->steps;
    l->asks_flags = reads_first_flags(x, x->i);
}

void find_labels(struct x64 *x)
{
    x->n_labels = x->n_jumps = 0;
    x->insn = 0;
    for (x->i = 0; x->i < x->places->n_ops; x->i++) {
        while (x->insn + 1 < x->places->n_insns && x->places->insn_start[x->insn + 1] <= x->i)
            x->insn++;
        if (x->places->ops[x->i].op == IR_label)
            note_label(x);
    }
    unsigned behind = 0; // labels so far
    for (unsigned i = 0; x->n_labels && i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        behind += p->op == IR_label;
        x->i = i;
        if (p->op == IR_br && label_is_next(x, p->imm)) {
            label_of(x, p->imm)->from_above = true;
            continue;
        }
        struct x64_label *l = leads_to(p) ? label_of(x, leads_to(p)) : NULL;
        if (!l)
            continue;
        l->edges++;
        if (l < &x->labels[behind]) {
            l->loop = true;
            l->last = (uint16_t)i;
            choose_carried(x, l, l->op, i);
            choose_carry(x, l, l->op, i);
        }
    }
}

// Whether who comes to it comes round in a loop whose rounds are counted.
static bool counts_rounds(const struct x64 *x, const struct x64_label *l)
{
    return x->rounds && x->whole && l == x->labels;
}

static void lead(struct x64 *x, uint8_t *from, struct x64_label *l)
{
    if (l->at && !counts_rounds(x, l)) {
        x64_patch(from, l->at);
        return;
    }
    assert_msg(x->n_jumps < ARRAY_LEN(x->jumps), "x64: too many jumps");
    x->jumps[x->n_jumps].from = from;
    x->jumps[x->n_jumps++].label = (unsigned)(l - x->labels);
}

void patch_jumps(struct x64 *x)
{
    for (unsigned i = 0; i < x->n_jumps; i++) {
        const struct x64_label *l = &x->labels[x->jumps[i].label];
        x64_patch(x->jumps[i].from, counts_rounds(x, l) ? x->way_round : l->at);
    }
}

// Whether the flags known at the branch would be lost at the label.
static bool must_put_down(const struct x64 *x, const struct x64_label *l, const struct x64_flags *f)
{
    return l->wants_flags && flags_elsewhere(x, f);
}

static bool comes_with(const struct x64_flags *f, const struct x64_label *l)
{
    const struct x64_flags *c = &l->carried;
    return c->kind != X64_FLAGS_NONE && f->kind == c->kind && f->wide == c->wide && f->in_ops &&
           f->result == c->result && !f->stored && !f->carried && f->place == c->place &&
           f->a == c->a && f->b_imm == c->b_imm && (f->b_imm ? f->imm == c->imm : f->b == c->b);
}

void carry_flags(struct x64 *x, uint64_t pc, uint8_t *from)
{
    const struct x64_label *l = label_of(x, pc);
    if (!l || !l->at || l->carry || !comes_with(&x->flags, l))
        return;
    uint8_t store[X64_INSN_MAX];
    struct x64_asm a = {store, store + sizeof store, store, 0};
    x64_store_i8(&a, MEM_FIELD(native_flags_kind), CARRIED_KIND);
    unsigned n = (unsigned)(a.p - store);
    if (!x64_insert(&x->a, from, n))
        x64_insert(&x->a, from = x->a.p, n);
    memcpy(from, store, n);
    x->flags_in_place = false;
}

void carry_carry(struct x64 *x, uint64_t pc)
{
    const struct x64_label *l = label_of(x, pc);
    x->carries = l && l->at && l->carry && comes_with(&x->flags, l);
    if (!x->carries)
        return;
    x64_setcc(&x->a, want_condition(x, x->guest->flags, 2), X64_RAX);
    x->flags.in_host = false;
    x64_store_i8(&x->a, MEM_FIELD(native_flags_kind), CARRIED_KIND);
    x->flags_in_place = false;
}

// C is in al, of flags that are in memory.
static void carry_from_memory(struct x64 *x)
{
    if (!x->flags_in_place) {
        x64_cmp_mi8(&x->a, MEM_FIELD(native_flags_kind), 0);
        uint8_t *settled = x64_jcc(&x->a, X64_E, NULL, false);
        x64_mov_ri(&x->a, X64_RAX, (uint64_t)(x->cache->settle_flags + x->cache->exec));
        x64_call_r(&x->a, X64_RAX);
        x64_patch(settled, x->a.p);
    }
    test_carry(x, x->guest->flags);
    x64_setcc(&x->a, X64_B, X64_RAX);
}

bool is_only_edge(const struct x64_label *l)
{
    return l->edges == 1 && !l->from_above && !l->loop;
}

bool takes_any_flags(const struct x64 *x, uint64_t pc)
{
    const struct x64_label *l = label_of(x, pc);
    return !l || !(is_only_edge(l) || l->carried.kind != X64_FLAGS_NONE);
}

bool edge_puts_down(const struct x64 *x, const struct x64_label *l, const struct x64_flags *f)
{
    bool known = (l->at && comes_with(f, l)) || is_only_edge(l);
    return !known && !l->carry && !l->asks_flags && must_put_down(x, l, f);
}

bool jump_to_label(struct x64 *x, uint8_t *from, uint64_t pc)
{
    struct x64_label *l = label_of(x, pc);
    if (!l)
        return false;
    if (l->at && comes_with(&x->flags, l) && l->carry == x->carries) {
        lead(x, from, l);
    } else if (is_only_edge(l) && !x->flags.carried) {
        l->flags = x->flags;
        l->flags_in_place = x->flags_in_place;
        lead(x, from, l);
    } else if (l->carry || must_put_down(x, l, &x->flags)) {
        x->stubs[x->n_stubs++] = (struct x64_stub){.kind = STUB_EDGE,
                                                   .link = (unsigned)(l - x->labels),
                                                   .flags = x->flags,
                                                   .from = from,
                                                   .moved = x->moved};
    } else {
        lead(x, from, l);
    }
    return true;
}

void edge_stub(struct x64 *x, struct x64_stub *s)
{
    // A loop that asks for them at once would have them computed out of line each time.
    if (x->labels[s->link].asks_flags)
        emit_store_flags(x, &s->flags);
    else
        defer_flags(x, &s->flags);
    if (x->labels[s->link].carry)
        carry_from_memory(x);
    lead(x, x64_jmp(&x->a, NULL, false), &x->labels[s->link]);
}

// So much of the host's code is fetched at once. A short loop lies within it; a longer one takes
// less time on Zen 5 if it does not fill the first such line (docs/performance.md).
static void place_loop(struct x64 *x, const struct x64_label *l)
{
    enum { LINE = 64, SHORT = 10, BEHIND = 40, STEP = 16 };
    bool longer = l->last - l->op > SHORT;
    if (x->region || l != x->labels) { // it is hot, or runs most
        x64_align(&x->a, LINE, longer ? BEHIND : 0);
        return;
    }
    x64_align(&x->a, STEP, 0);
    if (longer && (uintptr_t)x->a.p % LINE == 0)
        x64_align(&x->a, LINE, STEP);
}

// ORDER: the label is where the registers are as within the block, and nothing else is known.
X64_LOWER(label)
{
    struct x64_label *l = label_of(x, p->imm);
    bool above = l->from_above, in_place = x->flags_in_place;
    if (above && must_put_down(x, l, &x->flags))
        defer_flags(x, &x->flags);
    give_up_all(x);
    take_low(x, l);
    map_moves(x, x->n_moves != 0);
    x->flags_in_place = is_only_edge(l) && l->flags_in_place;
    if (l == x->labels && l->loop) {
        x->flags.kind = X64_FLAGS_NONE;
        guess_low(x);
    }
    x->temp_is_vector = 0;
    forget_there(x, ~0u);
    if (is_only_edge(l))
        x->flags = l->flags;
    else
        x->flags = l->carried;
    if (above && l->carry) {
        x->flags_in_place = in_place && x->i == 0;
        carry_from_memory(x);
        x->flags_in_place = false;
    }
    if (l->loop)
        place_loop(x, l);
    l->at = x->a.fixed = x->a.p;
    if (l->loop) {
        unsigned interrupt = x->n_stubs;
        check_interrupt(x, l->steps);
        if (counts_rounds(x, l))
            x->stubs[x->n_stubs++] =
                (struct x64_stub){.kind = STUB_ROUND, .link = interrupt, .back = l->at};
    }
    if (l->carry) {
        x64_byte(&x->a, ADD_AL);
        x64_byte(&x->a, 0xff); // carries if it is 1
        x->flags.in_host = true;
    }
    if (!l->asks_flags || x->flags_in_place || x->flags.kind != X64_FLAGS_NONE)
        return;
    x64_cmp_mi8(&x->a, MEM_FIELD(native_flags_kind), 0);
    struct x64_stub s = {.kind = STUB_SETTLE, .moved = x->moved};
    s.from = x64_jcc(&x->a, X64_NE, NULL, false);
    s.back = x->a.p;
    x->stubs[x->n_stubs++] = s;
    x->flags_in_place = true;
}
