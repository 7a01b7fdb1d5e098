// SPDX-License-Identifier: MIT
// Loads from a PC-relative address.
#include "a64/ldst.h"
#include "base/bits.h"

static ir_ref literal(struct a64_tr *t, const struct a64_args *a)
{
    return ir_const64(&t->ir, t->pc + ((uint64_t)bits_sext(a->i, 19) << 2));
}

A64_INSN(ldr_lit, "0z 011 0 00 iiiiiiiiiiiiiiiiiii ttttt", "ldr {Rt}, {label19}", FEAT_BASE)
{
    transfer(t, A64_LOAD, 2 + a->z, a->t, literal(t, a), 0);
}

A64_INSN(ldrsw_lit, "10 011 0 00 iiiiiiiiiiiiiiiiiii ttttt", "ldrsw {Xt}, {label19}", FEAT_BASE)
{
    transfer(t, A64_LOAD_SX, 2, a->t, literal(t, a), 0);
}

A64_INSN(ldr_lit_s, "00 011 1 00 iiiiiiiiiiiiiiiiiii ttttt", "ldr {St}, {label19}", FEAT_FP)
{
    transfer(t, A64_LOAD_V, 2, a->t, literal(t, a), 0);
}

A64_INSN(ldr_lit_d, "01 011 1 00 iiiiiiiiiiiiiiiiiii ttttt", "ldr {Dt}, {label19}", FEAT_FP)
{
    transfer(t, A64_LOAD_V, 3, a->t, literal(t, a), 0);
}

A64_INSN(ldr_lit_q, "10 011 1 00 iiiiiiiiiiiiiiiiiii ttttt", "ldr {Qt}, {label19}", FEAT_FP)
{
    transfer(t, A64_LOAD_V, 4, a->t, literal(t, a), 0);
}
