// SPDX-License-Identifier: MIT
// Advanced SIMD across lanes: integer (Arm ARM C4.1). The result is in lane 0 with zeros above.
#include "a64/simd.h"

// Zeros above a 64-bit vector do not change a sum.
static void add_across(struct a64_tr *t, const struct a64_args *a, simd_op1 *op)
{
    set_v(t, a->d, op(&t->ir, a->z, get_vq(t, a->n, a->q)));
}

// Nor does a second copy of it change the largest or smallest lane.
static void pick_across(struct a64_tr *t, const struct a64_args *a, simd_op1 *op)
{
    ir_ref n = get_v(t, a->n);
    set_v(t, a->d, op(&t->ir, a->z, a->q ? n : ir_vcombine(&t->ir, n, n)));
}

// clang-format off
#define ACROSS(id, u, opcode, shape, op, dest)                                                     \
    A64_INSN(id, "0q " u " 01110 zz 11000 " opcode " 10 nnnnn ddddd z!=11 zq!=100", #id " {" dest "}, {Vn}", FEAT_ASIMD) \
    {                                                                                              \
        shape(t, a, op);                                                                           \
    }
ACROSS(saddlv, "0", "00011", add_across,  ir_vsaddlv, "E+d")
ACROSS(uaddlv, "1", "00011", add_across,  ir_vuaddlv, "E+d")
ACROSS(smaxv,  "0", "01010", pick_across, ir_vsmaxv,  "Ed")
ACROSS(umaxv,  "1", "01010", pick_across, ir_vumaxv,  "Ed")
ACROSS(sminv,  "0", "11010", pick_across, ir_vsminv,  "Ed")
ACROSS(uminv,  "1", "11010", pick_across, ir_vuminv,  "Ed")
ACROSS(addv,   "0", "11011", add_across,  ir_vaddv,   "Ed")
// clang-format on
