// SPDX-License-Identifier: MIT
// Multiplications, also the upper halves of products.
#include "x64/int.h"

X64_LOWER2(mul)
{
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
