// SPDX-License-Identifier: MIT
// Advanced SIMD two-register miscellaneous: integer and logical, vector and scalar (Arm ARM C4.1).
#include "a64/simd.h"

// ---- lane by lane ----

static void two_misc(struct a64_tr *t, const struct a64_args *a, simd_op1 *op)
{
    set_vq(t, a->d, a->q, op(&t->ir, a->z, get_v(t, a->n)));
}

static void two_misc_sat(struct a64_tr *t, const struct a64_args *a, simd_op1 *op)
{
    set_v(t, a->d, op(&t->ir, a->z, get_vq(t, a->n, a->q)));
}

// Accumulates Rn into Rd: op(d, n).
static void two_misc_acc(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    set_v(t, a->d, op(&t->ir, a->z, get_vq(t, a->d, a->q), get_vq(t, a->n, a->q)));
}

// Compares with zero: op(n, 0), or op(0, n).
static void with_zero(struct a64_tr *t, const struct a64_args *a, unsigned size, unsigned q,
                      simd_op2 *op)
{
    set_vq(t, a->d, q, op(&t->ir, size, get_v(t, a->n), simd_zero(t)));
}

static void zero_with(struct a64_tr *t, const struct a64_args *a, unsigned size, unsigned q,
                      simd_op2 *op)
{
    set_vq(t, a->d, q, op(&t->ir, size, simd_zero(t), get_v(t, a->n)));
}

// clang-format off
#define TWO_MISC(id, u, opcode, shape, op, excepts, rest)                                          \
    A64_INSN(id##_v, "0q " u " 01110 zz 10000 " opcode " 10 nnnnn ddddd " excepts, #id " {Vd}, {Vn}" rest, FEAT_ASIMD) \
    {                                                                                              \
        shape(t, a, op);                                                                           \
    }
TWO_MISC(suqadd, "0", "00011", two_misc_acc, ir_vsuqadd, "zq!=110", "")
TWO_MISC(usqadd, "1", "00011", two_misc_acc, ir_vusqadd, "zq!=110", "")
TWO_MISC(cls,    "0", "00100", two_misc,     ir_vcls,    "z!=11",   "")
TWO_MISC(clz,    "1", "00100", two_misc,     ir_vclz,    "z!=11",   "")
TWO_MISC(sqabs,  "0", "00111", two_misc_sat, ir_vsqabs,  "zq!=110", "")
TWO_MISC(sqneg,  "1", "00111", two_misc_sat, ir_vsqneg,  "zq!=110", "")
TWO_MISC(abs,    "0", "01011", two_misc,     ir_vabs,    "zq!=110", "")
TWO_MISC(neg,    "1", "01011", two_misc,     ir_vneg,    "zq!=110", "")
// clang-format on

// clang-format off
#define COMPARE_ZERO(id, u, opcode, shape, op)                                                     \
    A64_INSN(id##_v0, "0q " u " 01110 zz 10000 " opcode " 10 nnnnn ddddd zq!=110", #id " {Vd}, {Vn}, #0", FEAT_ASIMD) \
    {                                                                                              \
        shape(t, a, a->z, a->q, op);                                                                 \
    }                                                                                              \
    A64_INSN(id##_s0, "01 " u " 11110 11 10000 " opcode " 10 nnnnn ddddd", #id " {Dd}, {Dn}, #0", FEAT_ASIMD) \
    {                                                                                              \
        shape(t, a, 3, 0, op);                                                                     \
    }
COMPARE_ZERO(cmgt, "0", "01000", with_zero, ir_vcmgt)
COMPARE_ZERO(cmge, "1", "01000", with_zero, ir_vcmge)
COMPARE_ZERO(cmeq, "0", "01001", with_zero, ir_vcmeq)
COMPARE_ZERO(cmle, "1", "01001", zero_with, ir_vcmge)
COMPARE_ZERO(cmlt, "0", "01010", zero_with, ir_vcmgt)

#define SCALAR(id, u, opcode, op)                                                                  \
    A64_INSN(id##_s, "01 " u " 11110 zz 10000 " opcode " 10 nnnnn ddddd", #id " {Ed}, {En}", FEAT_ASIMD) \
    {                                                                                              \
        set_e(t, a->d, a->z, op(ir, a->z, get_e(t, a->n, a->z)));                                  \
    }
SCALAR(sqabs, "0", "00111", ir_vsqabs)
SCALAR(sqneg, "1", "00111", ir_vsqneg)

#define SCALAR_ACC(id, u, opcode, op)                                                              \
    A64_INSN(id##_s, "01 " u " 11110 zz 10000 " opcode " 10 nnnnn ddddd", #id " {Ed}, {En}", FEAT_ASIMD) \
    {                                                                                              \
        set_e(t, a->d, a->z, op(ir, a->z, get_e(t, a->d, a->z), get_e(t, a->n, a->z)));            \
    }
SCALAR_ACC(suqadd, "0", "00011", ir_vsuqadd)
SCALAR_ACC(usqadd, "1", "00011", ir_vusqadd)
// clang-format on

A64_INSN(abs_s, "01 0 11110 11 10000 01011 10 nnnnn ddddd", "abs {Dd}, {Dn}", FEAT_ASIMD)
{
    set_e(t, a->d, 3, ir_vabs(ir, 3, get_v(t, a->n)));
}

A64_INSN(neg_s, "01 1 11110 11 10000 01011 10 nnnnn ddddd", "neg {Dd}, {Dn}", FEAT_ASIMD)
{
    set_e(t, a->d, 3, ir_vneg(ir, 3, get_v(t, a->n)));
}

// ---- bits of bytes ----

A64_INSN(cnt_v, "0q 0 01110 00 10000 00101 10 nnnnn ddddd", "cnt {bytes_d}, {bytes_n}", FEAT_ASIMD)
{
    set_vq(t, a->d, a->q, ir_vcnt8(ir, get_v(t, a->n)));
}

A64_INSN(not_v, "0q 1 01110 00 10000 00101 10 nnnnn ddddd", "not {bytes_d}, {bytes_n}", FEAT_ASIMD)
{
    set_vq(t, a->d, a->q, ir_vnot(ir, get_v(t, a->n)));
}

A64_INSN(rbit_v, "0q 1 01110 01 10000 00101 10 nnnnn ddddd", "rbit {bytes_d}, {bytes_n}",
         FEAT_ASIMD)
{
    set_vq(t, a->d, a->q, ir_vrbit8(ir, get_v(t, a->n)));
}

// ---- lanes reversed within containers ----

// In containers of 1 << container bytes.
static void reverse(struct a64_tr *t, const struct a64_args *a, unsigned container)
{
    unsigned lanes = 1u << (container - a->z);
    set_vq(t, a->d, a->q, ir_vrev(&t->ir, a->z, get_v(t, a->n), lanes - 1));
}

A64_INSN(rev64_v, "0q 0 01110 zz 10000 00000 10 nnnnn ddddd z!=11", "rev64 {Vd}, {Vn}", FEAT_ASIMD)
{
    reverse(t, a, 3);
}

A64_INSN(rev32_v, "0q 1 01110 zz 10000 00000 10 nnnnn ddddd z!=1x", "rev32 {Vd}, {Vn}", FEAT_ASIMD)
{
    reverse(t, a, 2);
}

A64_INSN(rev16_v, "0q 0 01110 zz 10000 00001 10 nnnnn ddddd z!=1x z!=01", "rev16 {Vd}, {Vn}",
         FEAT_ASIMD)
{
    reverse(t, a, 1);
}

// ---- neighbours added into lanes twice as wide ----

static void add_pairs(struct a64_tr *t, const struct a64_args *a, simd_op1 *op)
{
    set_vq(t, a->d, a->q, op(&t->ir, a->z, get_v(t, a->n)));
}

static void accumulate_pairs(struct a64_tr *t, const struct a64_args *a, simd_op1 *op)
{
    ir_ref sums = op(&t->ir, a->z, get_v(t, a->n));
    set_vq(t, a->d, a->q, ir_vadd(&t->ir, a->z + 1, get_v(t, a->d), sums));
}

// clang-format off
#define PAIRS(id, u, opcode, shape, op)                                                            \
    A64_INSN(id, "0q " u " 01110 zz 10000 " opcode " 10 nnnnn ddddd z!=11", #id " {twice_d}, {Vn}", FEAT_ASIMD) \
    {                                                                                              \
        shape(t, a, op);                                                                           \
    }
PAIRS(saddlp, "0", "00010", add_pairs, ir_vsaddlp)
PAIRS(uaddlp, "1", "00010", add_pairs, ir_vuaddlp)
PAIRS(sadalp, "0", "00110", accumulate_pairs, ir_vsaddlp)
PAIRS(uadalp, "1", "00110", accumulate_pairs, ir_vuaddlp)
// clang-format on

// ---- narrowing and widening ----

// clang-format off
#define NARROW(id, u, opcode, op)                                                                  \
    A64_INSN(id##_v, "0q " u " 01110 zz 10000 " opcode " 10 nnnnn ddddd z!=11", #id "{half2} {Vd}, {Vn+}", FEAT_ASIMD) \
    {                                                                                              \
        set_half(t, a->d, a->q, op(ir, a->z, get_v(t, a->n)));                                     \
    }
NARROW(xtn,    "0", "10010", ir_vxtn)
NARROW(sqxtun, "1", "10010", ir_vsqxtun)
NARROW(sqxtn,  "0", "10100", ir_vsqxtn)
NARROW(uqxtn,  "1", "10100", ir_vuqxtn)

#define SCALAR_NARROW(id, u, opcode, op)                                                           \
    A64_INSN(id##_s, "01 " u " 11110 zz 10000 " opcode " 10 nnnnn ddddd z!=11", #id " {Ed}, {E+n}", FEAT_ASIMD) \
    {                                                                                              \
        set_v(t, a->d, op(ir, a->z, get_e(t, a->n, a->z + 1)));                                    \
    }
SCALAR_NARROW(sqxtun, "1", "10010", ir_vsqxtun)
SCALAR_NARROW(sqxtn,  "0", "10100", ir_vsqxtn)
SCALAR_NARROW(uqxtn,  "1", "10100", ir_vuqxtn)
// clang-format on

A64_INSN(shll, "0q 1 01110 zz 10000 10011 10 nnnnn ddddd z!=11",
         "shll{half2} {Vd+}, {Vn}, {lane_bits}", FEAT_ASIMD)
{
    ir_ref n = ir_vuxtl(ir, a->z, get_half(t, a->n, a->q));
    set_v(t, a->d, ir_vshl(ir, a->z + 1, n, 8u << a->z));
}
