// SPDX-License-Identifier: MIT
// Advanced SIMD scalar three same, three different, pairwise: integer (Arm ARM C4.1).
#include "a64/simd.h"

static void three_same(struct a64_tr *t, const struct a64_args *a, unsigned size, simd_op2 *op)
{
    set_e(t, a->d, size, op(&t->ir, size, get_e(t, a->n, size), get_e(t, a->m, size)));
}

static void accumulate(struct a64_tr *t, const struct a64_args *a, simd_op3 *op)
{
    set_e(t, a->d, a->z,
          op(&t->ir, a->z, get_e(t, a->d, a->z), get_e(t, a->n, a->z), get_e(t, a->m, a->z)));
}

// clang-format off
// Of doublewords only.
#define SCALAR_D(id, u, opcode, op)                                                                \
    A64_INSN(id##_s, "01 " u " 11110 11 1 mmmmm " opcode " 1 nnnnn ddddd", #id " {Dd}, {Dn}, {Dm}", FEAT_ASIMD) \
    {                                                                                              \
        set_e(t, a->d, 3, op(ir, 3, get_v(t, a->n), get_v(t, a->m)));                              \
    }
// Of any size.
#define SCALAR(id, u, opcode, op, excepts)                                                         \
    A64_INSN(id##_s, "01 " u " 11110 zz 1 mmmmm " opcode " 1 nnnnn ddddd " excepts, #id " {Ed}, {En}, {Em}", FEAT_ASIMD) \
    {                                                                                              \
        three_same(t, a, a->z, op);                                                                \
    }
SCALAR(sqadd,    "0", "00001", ir_vsqadd, "")
SCALAR(uqadd,    "1", "00001", ir_vuqadd, "")
SCALAR(sqsub,    "0", "00101", ir_vsqsub, "")
SCALAR(uqsub,    "1", "00101", ir_vuqsub, "")
SCALAR_D(cmgt,   "0", "00110", ir_vcmgt)
SCALAR_D(cmhi,   "1", "00110", ir_vcmhi)
SCALAR_D(cmge,   "0", "00111", ir_vcmge)
SCALAR_D(cmhs,   "1", "00111", ir_vcmhs)
SCALAR_D(sshl,   "0", "01000", ir_vsshl)
SCALAR_D(ushl,   "1", "01000", ir_vushl)
SCALAR(sqshl,    "0", "01001", ir_vsqshl, "")
SCALAR(uqshl,    "1", "01001", ir_vuqshl, "")
SCALAR_D(srshl,  "0", "01010", ir_vsrshl)
SCALAR_D(urshl,  "1", "01010", ir_vurshl)
SCALAR(sqrshl,   "0", "01011", ir_vsqrshl, "")
SCALAR(uqrshl,   "1", "01011", ir_vuqrshl, "")
SCALAR_D(add,    "0", "10000", ir_vadd)
SCALAR_D(sub,    "1", "10000", ir_vsub)
SCALAR_D(cmtst,  "0", "10001", ir_vcmtst)
SCALAR_D(cmeq,   "1", "10001", ir_vcmeq)
SCALAR(sqdmulh,  "0", "10110", simd_sqdmulh, "z!=00 z!=11")
SCALAR(sqrdmulh, "1", "10110", simd_sqrdmulh, "z!=00 z!=11")

#define SCALAR_EXTRA(id, opcode, op)                                                               \
    A64_INSN(id##_s, "01 1 11110 zz 0 mmmmm " opcode " 1 nnnnn ddddd z!=00 z!=11", #id " {Ed}, {En}, {Em}", FEAT_RDM) \
    {                                                                                              \
        accumulate(t, a, op);                                                                      \
    }
SCALAR_EXTRA(sqrdmlah, "10000", simd_sqrdmlah)
SCALAR_EXTRA(sqrdmlsh, "10001", simd_sqrdmlsh)
// clang-format on

// ---- three different ----

// 2 * Rn * Rm, saturated: a lane twice as wide.
static ir_ref product(struct a64_tr *t, const struct a64_args *a)
{
    return simd_sqdmull(&t->ir, a->z, get_e(t, a->n, a->z), get_e(t, a->m, a->z));
}

A64_INSN(sqdmull_s, "01 0 11110 zz 1 mmmmm 1101 00 nnnnn ddddd z!=00 z!=11",
         "sqdmull {E+d}, {En}, {Em}", FEAT_ASIMD)
{
    set_e(t, a->d, a->z + 1, product(t, a));
}

A64_INSN(sqdmlal_s, "01 0 11110 zz 1 mmmmm 1001 00 nnnnn ddddd z!=00 z!=11",
         "sqdmlal {E+d}, {En}, {Em}", FEAT_ASIMD)
{
    unsigned wide = a->z + 1;
    set_e(t, a->d, wide, ir_vsqadd(ir, wide, get_e(t, a->d, wide), product(t, a)));
}

A64_INSN(sqdmlsl_s, "01 0 11110 zz 1 mmmmm 1011 00 nnnnn ddddd z!=00 z!=11",
         "sqdmlsl {E+d}, {En}, {Em}", FEAT_ASIMD)
{
    unsigned wide = a->z + 1;
    set_e(t, a->d, wide, ir_vsqsub(ir, wide, get_e(t, a->d, wide), product(t, a)));
}

// ---- pairwise ----

A64_INSN(addp_s, "01 0 11110 11 11000 11011 10 nnnnn ddddd", "addp {Dd}, {Vn.2d}", FEAT_ASIMD)
{
    ir_ref n = get_v(t, a->n);
    set_e(t, a->d, 3, ir_vadd(ir, 3, n, ir_vhigh(ir, n)));
}
