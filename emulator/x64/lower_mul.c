// SPDX-License-Identifier: MIT
// Multiplications, also the upper halves of products.
#include "x64/int.h"

enum { REACH = 16 }; // operations between the halves of a product that are computed at once

static bool is_half(const struct ir_placed *p)
{
    return (p->op == IR_mul64 || p->op == IR_umulh64) && !p->imm_b;
}

static bool reads_register(const struct ir_placed *p, unsigned place)
{
    const struct ir_op_info *info = &ir_op_info[p->op];
    const uint16_t at[3] = {p->a, p->b, p->c};
    for (unsigned k = 0; k < 3; k++)
        if (info->operand[k] != IR_TYPE_N && at[k] == place)
            return true;
    return (p->op == IR_getx || p->op == IR_getw) && p->imm == place;
}

// The operation that computes the other half of p's product, if that may be done at once: nothing
// between them can leave or looks at the result, the operands stay, and no other product's half is
// still to come. 0: there is none.
static unsigned other_half(const struct x64 *x, const struct ir_placed *p)
{
    if (x->computed > x->i)
        return 0;
    if (is_temp(x, p->a) || is_temp(x, p->b) || is_temp(x, p->d) || p->d == p->a || p->d == p->b)
        return 0;
    for (unsigned i = x->i + 1; i <= x->i + REACH && i < x->places->n_ops; i++) {
        const struct ir_placed *q = &x->places->ops[i];
        bool same = (q->a == p->a && q->b == p->b) || (q->a == p->b && q->b == p->a);
        if (is_half(q) && q->op != p->op && same && !is_temp(x, q->d) && q->d != p->d) {
            for (unsigned k = x->i + 1; k < i; k++)
                if (reads_register(&x->places->ops[k], q->d) ||
                    writes_flags(&x->places->ops[k], q->d))
                    return 0;
            return i;
        }
        if (ir_op_info[q->op].flags & (IR_MEM | IR_EXIT | IR_ENV) || q->op == IR_label ||
            !x64_lower_table[q->op] || writes_flags(q, p->a) || writes_flags(q, p->b))
            return 0;
    }
    return 0;
}

bool whole_product_ahead(const struct x64 *x)
{
    const struct ir_placed *p = &x->places->ops[x->i];
    return is_half(p) && other_half(x, p);
}

// Its result is in memory, and not in the register that was to keep it.
static bool is_computed(struct x64 *x)
{
    bool is = x->computed && x->i == x->computed;
    if (is)
        give_up_all(x);
    return is;
}

// Both halves of a product by one multiplication. The second one's operation does nothing any more.
static bool whole_product(struct x64 *x, const struct ir_placed *p)
{
    unsigned other = is_half(p) && !is_kept(x, X64_RDX) ? other_half(x, p) : 0;
    if (!other)
        return false;
    const struct ir_placed *q = &x->places->ops[other];
    flags_before(x, q); // what they come from may go now
    give_up_all(x);
    const struct ir_placed *low = p->op == IR_mul64 ? p : q, *high = low == p ? q : p;
    unsigned lo = gpr_def(x, low->d), hi = gpr_at(x, high->d);
    hi = hi == X64_NONE ? X64_RDX : hi;
    gpr_get(x, p->a, true, X64_RDX);
    if (gpr_at(x, p->b) != X64_NONE)
        x64_vrr(&x->a, MULX, true, hi, lo, gpr_at(x, p->b));
    else
        x64_vrm(&x->a, MULX, true, hi, lo, mem_of(x, p->b));
    gpr_done(x, low->d, lo);
    gpr_done(x, high->d, hi);
    x->computed = (uint16_t)other;
    return true;
}

X64_LOWER2(mul)
{
    if (is_computed(x) || whole_product(x, p))
        return;
    bool w = is_wide(p);
    unsigned d = gpr_def(x, p->d), ra = gpr_at(x, p->a);
    clobber_flags(x);
    if (p->imm_b && fits_32(imm_of(p))) {
        if (ra == X64_NONE) {
            ra = X64_SCRATCH;
            x64_load(&x->a, w, ra, mem_of(x, p->a));
        }
        x64_rr(&x->a, 0x69, w, d, ra);
        x64_word32(&x->a, (uint32_t)p->imm);
        gpr_done(x, p->d, d);
        return;
    }
    if (p->imm_b) {
        x64_mov_ri(&x->a, X64_SCRATCH, p->imm);
        if (ra == X64_NONE)
            x64_rm(&x->a, IMUL, w, X64_SCRATCH, mem_of(x, p->a));
        else
            x64_rr(&x->a, IMUL, w, X64_SCRATCH, ra);
        gpr_done(x, p->d, X64_SCRATCH);
        return;
    }
    unsigned first = p->a, second = p->b;
    if (b_is(x, p, d) && ra != d) {
        first = p->b;
        second = p->a;
    }
    gpr_get(x, first, true, d);
    if (gpr_at(x, second) == X64_NONE)
        x64_rm(&x->a, IMUL, w, d, mem_of(x, second));
    else
        x64_rr(&x->a, IMUL, w, d, gpr_at(x, second));
    gpr_done(x, p->d, d);
}

// The upper half of an unsigned product. The host's instruction has one operand in rdx, another in
// a register or memory, and writes any register; the host's flags stay. What rdx holds meanwhile is
// in rax.
X64_LOWER(umulh64)
{
    if (is_computed(x) || whole_product(x, p))
        return;
    struct x64_asm *a = &x->a;
    unsigned first = p->a, second = p->b, d = gpr_at(x, p->d);
    if (b_is(x, p, X64_RDX)) {
        first = p->b;
        second = p->a;
    }
    bool there = gpr_at(x, first) == X64_RDX;
    bool kept = !there && d != X64_RDX && is_kept(x, X64_RDX);
    unsigned hi = d != X64_NONE ? d : there ? X64_RAX : X64_RDX;
    if (kept)
        x64_mov_rr(a, true, X64_RAX, X64_RDX);
    if (p->imm_b) { // the constant is the one in rdx, if that is free
        x64_mov_ri(a, there ? X64_RAX : X64_RDX, p->imm);
        if (there)
            x64_vrr(a, MULX, true, hi, hi, X64_RAX);
        else if (gpr_at(x, p->a) != X64_NONE)
            x64_vrr(a, MULX, true, hi, hi, gpr_at(x, p->a));
        else
            x64_vrm(a, MULX, true, hi, hi, mem_of(x, p->a));
    } else {
        if (!there)
            gpr_get(x, first, true, X64_RDX);
        if (gpr_at(x, second) != X64_NONE)
            x64_vrr(a, MULX, true, hi, hi, gpr_at(x, second));
        else
            x64_vrm(a, MULX, true, hi, hi, mem_of(x, second));
    }
    gpr_done(x, p->d, hi);
    if (kept)
        x64_mov_rr(a, true, X64_RDX, X64_RAX);
}

X64_LOWER(smulh64)
{
    struct x64_asm *a = &x->a;
    struct x64_mem b = p->imm_b ? MEM_FIELD(native_spill[1]) : mem_of(x, p->b);
    bool kept = gpr_at(x, p->d) != X64_RDX && is_kept(x, X64_RDX);
    clobber_flags(x);
    if (kept)
        x64_store(a, true, MEM_FIELD(native_spill[0]), X64_RDX);
    if (p->imm_b) {
        x64_mov_ri(a, X64_RAX, p->imm);
        x64_store(a, true, b, X64_RAX);
    }
    gpr_get(x, p->a, true, X64_RAX);
    if (p->imm_b || gpr_at(x, p->b) == X64_NONE)
        x64_rm(a, 0xf7, true, 5, b);
    else
        x64_rr(a, 0xf7, true, 5, gpr_at(x, p->b));
    gpr_done(x, p->d, X64_RDX);
    if (kept)
        x64_load(a, true, X64_RDX, MEM_FIELD(native_spill[0]));
}
