// SPDX-License-Identifier: MIT
// Advanced SIMD modified immediate: FMOV (Arm ARM C4.1); i is the 8-bit number, put in every lane.
#include "a64/fp.h"
#include "base/bits.h"

static void fill(struct a64_tr *t, const struct a64_args *a, unsigned size, bool whole)
{
    uint64_t v = bits_replicate(a64_fp_imm(a->i, 8u << size), 8u << size);
    ir_ref x = ir_const64(&t->ir, v);
    set_v(t, a->d, whole ? ir_dup64(&t->ir, x) : ir_x2v(&t->ir, x));
}

A64_INSN(fmov_vs_imm, "0q 0 0111100000 iii 1111 01 iiiii ddddd", "fmov {single_d}, {fpimm}",
         FEAT_ASIMD)
{
    fill(t, a, FP_S, a->q);
}

A64_INSN(fmov_vd_imm, "01 1 0111100000 iii 1111 01 iiiii ddddd", "fmov {Vd.2d}, {fpimm}",
         FEAT_ASIMD)
{
    fill(t, a, FP_D, true);
}

A64_INSN(fmov_vh_imm, "0q 0 0111100000 iii 1111 11 iiiii ddddd", "fmov {Vd:h}, {fpimm}",
         FEAT_FP16_SIMD)
{
    fill(t, a, FP_H, a->q);
}
