// SPDX-License-Identifier: MIT
// Additions, subtractions and logic. Additions are lea wherever that keeps the host's flags.
#include "x64/int.h"

// m = m op b, where the slot is memory and nobody waits for the result in a register.
static bool in_memory(struct x64 *x, enum x64_alu op, const struct ir_placed *p, unsigned place,
                      bool commutes)
{
    bool swap = commutes && !p->imm_b && p->b == place && p->a != place;
    unsigned a = swap ? p->b : p->a, b = p->imm_b ? X64_NONE : gpr_at(x, swap ? p->a : p->b);
    bool constant = p->imm_b && fits_32(p->imm);
    if (!is_wide(p) || a != place || gpr_at(x, place) != X64_NONE || (!constant && b == X64_NONE))
        return false;
    clobber_flags(x);
    if (constant)
        x64_alu_mi(&x->a, op, true, mem_of(x, place), (int32_t)p->imm);
    else
        x64_alu_mr(&x->a, op, true, mem_of(x, place), b);
    return true;
}

// d = a op b in the host's two-operand form.
static void two_operand(struct x64 *x, enum x64_alu op, const struct ir_placed *p, unsigned place,
                        bool commutes)
{
    if (in_memory(x, op, p, place, commutes))
        return;
    bool w = is_wide(p), big = p->imm_b && w && !fits_32(p->imm);
    unsigned d = gpr_def(x, place), ra = gpr_at(x, p->a);
    clobber_flags(x);
    if (big) { // through rax, then a is the second operand: all but a subtraction commute
        x64_mov_ri(&x->a, X64_SCRATCH, op == X64_SUB ? -p->imm : p->imm);
        if (ra == X64_NONE)
            x64_alu_rm(&x->a, op == X64_SUB ? X64_ADD : op, w, X64_SCRATCH, mem_of(x, p->a));
        else
            x64_alu_rr(&x->a, op == X64_SUB ? X64_ADD : op, w, X64_SCRATCH, ra);
        gpr_done(x, place, X64_SCRATCH);
        return;
    }
    if (b_is(x, p, d) && ra != d) {
        if (commutes) {
            if (ra == X64_NONE)
                x64_alu_rm(&x->a, op, w, d, mem_of(x, p->a));
            else
                x64_alu_rr(&x->a, op, w, d, ra);
            gpr_done(x, place, d);
            return;
        }
        d = X64_SCRATCH;
    }
    gpr_get(x, p->a, w || ra == d || ra == X64_NONE, d); // from memory as it was stored
    alu_b(x, op, w, d, p);
    gpr_done(x, place, d);
}

static void add_imm(struct x64 *x, const struct ir_placed *p, uint64_t v)
{
    struct ir_placed sum = *p; // also of a difference
    sum.imm = v;
    if (!host_flags_count(x) && in_memory(x, X64_ADD, &sum, p->d, false))
        return;
    unsigned d = gpr_def(x, p->d), a = gpr_use(x, p->a, is_wide(p), X64_SCRATCH);
    x64_lea(&x->a, is_wide(p), d, mem(a, (int32_t)v));
    gpr_done(x, p->d, d);
}

X64_LOWER2(add)
{
    bool w = is_wide(p);
    if (p->imm_b && fits_32(imm_of(p))) {
        add_imm(x, p, imm_of(p));
        return;
    }
    unsigned d = gpr_def(x, p->d), ra = gpr_at(x, p->a), rb = p->imm_b ? X64_NONE : gpr_at(x, p->b);
    if (ra != X64_NONE && rb != X64_NONE && (d != ra || host_flags_count(x))) {
        x64_lea(&x->a, w, d, mem_index(ra, rb, 0, 0));
        gpr_done(x, p->d, d);
    } else {
        two_operand(x, X64_ADD, p, p->d, true);
    }
}

X64_LOWER2(sub)
{
    if (p->imm_b && fits_32(-imm_of(p)))
        add_imm(x, p, -imm_of(p));
    else
        two_operand(x, X64_SUB, p, p->d, false);
}

// t = 0; d = t - b.
bool negation_ahead(struct x64 *x, const struct ir_placed *p)
{
    const struct ir_placed *q = next_op(x);
    if (p->imm || !q || (q->op != IR_sub64 && q->op != IR_sub32) || q->imm_b || q->a != p->d ||
        q->b == p->d || !is_only_for(x, p, q))
        return false;
    join_next(x, q);
    unsigned d = gpr_def(x, q->d);
    clobber_flags(x);
    gpr_get(x, q->b, true, d);
    x64_rr(&x->a, 0xf7, is_wide(q), 3, d);
    gpr_done(x, q->d, d);
    return true;
}

X64_LOWER2(and)
{
    if (p->imm_b && (p->imm == 0xff || p->imm == 0xffff)) {
        unsigned d = gpr_def(x, p->d);
        if (gpr_at(x, p->a) == X64_NONE)
            x64_rm(&x->a, p->imm == 0xff ? MOVZX8 : MOVZX16, false, d, mem_of(x, p->a));
        else if (p->imm == 0xff)
            x64_rr8(&x->a, MOVZX8, d, gpr_at(x, p->a));
        else
            x64_rr(&x->a, MOVZX16, false, d, gpr_at(x, p->a));
        gpr_done(x, p->d, d);
        return;
    }
    struct ir_placed q = *p;
    if (p->imm_b && p->imm <= INT32_MAX && gpr_at(x, p->d) != X64_NONE)
        q.op = IR_and32; // shorter, and the upper half is zeros as well
    two_operand(x, X64_AND, &q, p->d, true);
}

X64_LOWER2(or)
{
    two_operand(x, X64_OR, p, p->d, true);
}

X64_LOWER2(xor)
{
    two_operand(x, X64_XOR, p, p->d, true);
}

X64_LOWER2(andn)
{
    if (p->imm_b) {
        struct ir_placed q = *p;
        q.imm = is_wide(p) ? ~p->imm : (uint32_t)~p->imm;
        two_operand(x, X64_AND, &q, p->d, true);
        return;
    }
    unsigned d = gpr_def(x, p->d);
    clobber_flags(x);
    unsigned b = gpr_use(x, p->b, is_wide(p), X64_SCRATCH);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_vrm(&x->a, ANDN, is_wide(p), d, b, mem_of(x, p->a));
    else
        x64_vrr(&x->a, ANDN, is_wide(p), d, b, gpr_at(x, p->a));
    gpr_done(x, p->d, d);
}

X64_LOWER2(not )
{
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, p->a, true, d);
    x64_rr(&x->a, 0xf7, is_wide(p), 2, d);
    gpr_done(x, p->d, d);
}

X64_LOWER2(abs)
{
    bool w = is_wide(p);
    clobber_flags(x);
    gpr_get(x, p->a, true, X64_RAX);
    x64_rr(&x->a, 0xf7, w, 3, X64_RAX); // neg
    if (gpr_at(x, p->a) == X64_NONE)
        x64_rm(&x->a, X64_0F | 0x40 | X64_S, w, X64_RAX, mem_of(x, p->a));
    else
        x64_cmov_rr(&x->a, X64_S, w, X64_RAX, gpr_at(x, p->a));
    gpr_done(x, p->d, X64_RAX);
}

// take_a: the condition under which a is taken, behind a comparison of a with b.
static void minmax(struct x64 *x, const struct ir_placed *p, enum x64_cc take_a)
{
    struct x64_asm *a = &x->a;
    bool w = is_wide(p);
    unsigned r = gpr_at(x, p->a);
    clobber_flags(x);
    if (p->imm_b)
        x64_mov_ri_free(a, X64_RAX, w ? p->imm : (uint32_t)p->imm);
    else
        gpr_get(x, p->b, w, X64_RAX);
    if (r == X64_NONE) {
        x64_alu_mr(a, X64_CMP, w, mem_of(x, p->a), X64_RAX);
        x64_rm(a, X64_0F | 0x40 | take_a, w, X64_RAX, mem_of(x, p->a));
    } else {
        x64_alu_rr(a, X64_CMP, w, r, X64_RAX);
        x64_cmov_rr(a, take_a, w, X64_RAX, r);
    }
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER2(smax)
{
    minmax(x, p, X64_G);
}

X64_LOWER2(smin)
{
    minmax(x, p, X64_L);
}

X64_LOWER2(umax)
{
    minmax(x, p, X64_A);
}

X64_LOWER2(umin)
{
    minmax(x, p, X64_B);
}
