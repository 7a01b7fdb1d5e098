// SPDX-License-Identifier: MIT
// Constants, and what moves between guest slots and temporaries.
#include "x64/int.h"

static void put_constant(struct x64 *x, unsigned place, uint64_t v)
{
    unsigned r = gpr_at(x, place);
    if (r != X64_NONE && !v && !host_flags_count(x)) {
        clobber_flags(x);
        x64_mov_ri_free(&x->a, r, v);
    } else if (r != X64_NONE) {
        x64_mov_ri(&x->a, r, v);
    } else if (fits_32(v)) {
        x64_store_i32(&x->a, true, mem_of(x, place), (int32_t)v);
    } else {
        x64_mov_ri(&x->a, X64_RAX, v);
        x64_store(&x->a, true, mem_of(x, place), X64_RAX);
    }
}

X64_LOWER(const32)
{
    if (negation_ahead(x, p) || field_ahead(x, p))
        return;
    put_constant(x, p->d, (uint32_t)p->imm);
}

X64_LOWER(const64)
{
    if (negation_ahead(x, p) || field_ahead(x, p))
        return;
    put_constant(x, p->d, p->imm);
}

X64_LOWER(constf)
{
    put_constant(x, p->d, p->imm & 15);
}

X64_LOWER(zext)
{
    unsigned d = gpr_def(x, p->d);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_load(&x->a, false, d, mem_of(x, p->a));
    else
        x64_mov_rr(&x->a, false, d, gpr_at(x, p->a));
    gpr_done(x, p->d, d);
}

X64_LOWER(getx)
{
    if (p->imm == offsetof(struct ir_state, fp))
        env_to_state(x);
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, (unsigned)p->imm, true, d);
    gpr_done(x, p->d, d);
}

X64_LOWER(getw)
{
    unsigned d = gpr_def(x, p->d);
    if (p->imm & 4) // the upper half of a slot that is memory
        x64_load(&x->a, false, d, mem_of(x, (unsigned)p->imm));
    else
        gpr_get(x, (unsigned)p->imm, false, d);
    gpr_done(x, p->d, d);
}

X64_LOWER(setx)
{
    if (p->imm == offsetof(struct ir_state, fp))
        clobber_flags(x);
    unsigned a = gpr_use(x, p->a, true, gpr_def(x, (unsigned)p->imm));
    gpr_done(x, (unsigned)p->imm, a);
    if (p->imm == offsetof(struct ir_state, fp))
        env_from_state(x);
}
