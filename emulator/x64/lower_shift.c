// SPDX-License-Identifier: MIT
// Shifts: by constants with the host's immediate forms, by registers with those of BMI2.
#include "x64/int.h"

static void shift_imm(struct x64 *x, const struct ir_placed *p, enum x64_shift op)
{
    bool w = is_wide(p);
    unsigned d = gpr_def(x, p->d), n = (unsigned)p->imm & (bits_of(p) - 1);
    if (n == 0) {
        gpr_get(x, p->a, w, d);
    } else if (op == X64_ROR) {
        if (gpr_at(x, p->a) == X64_NONE)
            x64_vrmi(&x->a, RORX, w, d, 0, mem_of(x, p->a), n);
        else
            x64_vrri(&x->a, RORX, w, d, 0, gpr_at(x, p->a), n);
    } else if (op == X64_SHL && n == 1 && gpr_at(x, p->a) != X64_NONE) {
        unsigned a = gpr_at(x, p->a);
        x64_lea(&x->a, w, d, mem_index(a, a, 0, 0));
    } else {
        clobber_flags(x);
        gpr_get(x, p->a, true, d);
        x64_shift_ri(&x->a, op, w, d, n);
    }
    gpr_done(x, p->d, d);
}

static void shift(struct x64 *x, const struct ir_placed *p, enum x64_shift op, unsigned bmi2)
{
    if (p->imm_b) {
        shift_imm(x, p, op);
        return;
    }
    bool w = is_wide(p);
    unsigned d = gpr_def(x, p->d), n = gpr_use(x, p->b, w, X64_SCRATCH);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_vrm(&x->a, bmi2, w, d, n, mem_of(x, p->a));
    else
        x64_vrr(&x->a, bmi2, w, d, n, gpr_at(x, p->a));
    gpr_done(x, p->d, d);
}

X64_LOWER2(lsl)
{
    const struct ir_placed *q = next_op(x);
    bool w = is_wide(p);
    // Shift and add: one lea.
    if (p->imm_b && p->imm >= 1 && p->imm <= 3 && q && q->op == (w ? IR_add64 : IR_add32) &&
        !q->imm_b && q->b == p->d && q->a != p->d && is_temp(x, p->d) &&
        !(x->live[x->i + 1] >> temp_index(x, p->d) & 1) && gpr_at(x, p->a) != X64_NONE) {
        flags_before(x, q);
        x->i++;
        unsigned d = gpr_def(x, q->d), base = gpr_use(x, q->a, w, X64_SCRATCH);
        x64_lea(&x->a, w, d, mem_index(base, gpr_at(x, p->a), (unsigned)p->imm, 0));
        gpr_done(x, q->d, d);
        note_result(x, q);
        return;
    }
    shift(x, p, X64_SHL, SHLX);
}

X64_LOWER2(lsr)
{
    shift(x, p, X64_SHR, SHRX);
}

X64_LOWER2(asr)
{
    shift(x, p, X64_SAR, SARX);
}

X64_LOWER2(ror)
{
    if (p->imm_b) {
        shift_imm(x, p, X64_ROR);
        return;
    }
    // The count goes through cl.
    bool w = is_wide(p), there = gpr_at(x, p->b) == X64_RCX;
    bool kept = !there && gpr_at(x, p->d) != X64_RCX && is_kept(x, X64_RCX);
    clobber_flags(x);
    if (kept)
        x64_store(&x->a, true, MEM_FIELD(native_spill[0]), X64_RCX);
    gpr_get(x, p->a, true, X64_RAX);
    if (!there)
        gpr_get(x, p->b, true, X64_RCX);
    x64_rr(&x->a, 0xd3, w, X64_ROR, X64_RAX);
    if (kept)
        x64_load(&x->a, true, X64_RCX, MEM_FIELD(native_spill[0]));
    gpr_done(x, p->d, X64_RAX);
}

// Of the same register twice it is a rotation.
X64_LOWER2(extr)
{
    struct x64_asm *a = &x->a;
    bool w = is_wide(p);
    unsigned n = (unsigned)p->imm, ra = gpr_at(x, p->a), rb = gpr_at(x, p->b);
    if (p->a == p->b) {
        shift_imm(x, p, X64_ROR);
        return;
    }
    clobber_flags(x);
    if (n == 0) {
        gpr_get(x, p->b, w, X64_RAX);
    } else if (ra == X64_NONE && rb != X64_NONE) {
        gpr_get(x, p->a, w, X64_RAX);
        x64_rri(a, SHLD, w, rb, X64_RAX, bits_of(p) - n);
    } else {
        struct x64_loans loans = {.n = 0};
        if (ra == X64_NONE)
            x64_load(a, w, ra = borrow(x, &loans, 0), mem_of(x, p->a));
        gpr_get(x, p->b, true, X64_RAX);
        x64_rri(a, SHRD, w, ra, X64_RAX, n);
        pay_back(x, &loans);
    }
    gpr_done(x, p->d, X64_RAX);
}
