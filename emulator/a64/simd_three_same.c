// SPDX-License-Identifier: MIT
// Advanced SIMD three same: integer and logical (Arm ARM C4.1), with the three same (extra) rows
// that multiply.
#include "a64/simd.h"

// ---- bitwise ----

// clang-format off
#define BITWISE(id, u, size, op)                                                                   \
    A64_INSN(id##_v, "0q " u " 01110 " size " 1 mmmmm 00011 1 nnnnn ddddd", #id " {bytes_d}, {bytes_n}, {bytes_m}", FEAT_ASIMD) \
    {                                                                                              \
        set_vq(t, a->d, a->q, op(ir, get_v(t, a->n), get_v(t, a->m)));                             \
    }
BITWISE(and, "0", "00", ir_vand)
BITWISE(bic, "0", "01", ir_vandn)
BITWISE(orn, "0", "11", ir_vorn)
BITWISE(eor, "1", "00", ir_vxor)
// clang-format on

A64_INSN(orr_v, "0q 0 01110 10 1 mmmmm 00011 1 nnnnn ddddd", "orr {bytes_d}, {bytes_n}, {bytes_m}",
         FEAT_ASIMD)
{
    ir_ref n = get_v(t, a->n);
    set_vq(t, a->d, a->q, a->n == a->m ? n : ir_vor(ir, n, get_v(t, a->m)));
}

A64_INSN(bsl_v, "0q 1 01110 01 1 mmmmm 00011 1 nnnnn ddddd", "bsl {bytes_d}, {bytes_n}, {bytes_m}",
         FEAT_ASIMD)
{
    set_vq(t, a->d, a->q, ir_vbsl(ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m)));
}

A64_INSN(bit_v, "0q 1 01110 10 1 mmmmm 00011 1 nnnnn ddddd", "bit {bytes_d}, {bytes_n}, {bytes_m}",
         FEAT_ASIMD)
{
    set_vq(t, a->d, a->q, ir_vbsl(ir, get_v(t, a->m), get_v(t, a->n), get_v(t, a->d)));
}

A64_INSN(bif_v, "0q 1 01110 11 1 mmmmm 00011 1 nnnnn ddddd", "bif {bytes_d}, {bytes_n}, {bytes_m}",
         FEAT_ASIMD)
{
    set_vq(t, a->d, a->q, ir_vbsl(ir, get_v(t, a->m), get_v(t, a->d), get_v(t, a->n)));
}

// ---- lane by lane ----

static void three_same(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    set_vq(t, a->d, a->q, op(&t->ir, a->z, get_v(t, a->n), get_v(t, a->m)));
}

// Operations that saturate.
static void three_same_sat(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    set_v(t, a->d, op(&t->ir, a->z, get_vq(t, a->n, a->q), get_vq(t, a->m, a->q)));
}

// Operations that read Vd.
static void accumulate(struct a64_tr *t, const struct a64_args *a, simd_op3 *op)
{
    set_vq(t, a->d, a->q, op(&t->ir, a->z, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m)));
}

static void accumulate_sat(struct a64_tr *t, const struct a64_args *a, simd_op3 *op)
{
    set_v(t, a->d,
          op(&t->ir, a->z, get_vq(t, a->d, a->q), get_vq(t, a->n, a->q), get_vq(t, a->m, a->q)));
}

// Neighbouring lanes of m:n. Of 64-bit vectors, m:n is one 128-bit vector.
static void pairwise(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    ir_ref n = get_v(t, a->n), m = get_v(t, a->m);
    if (!a->q)
        n = m = ir_vcombine(&t->ir, n, m);
    ir_ref even = ir_vuzp1(&t->ir, a->z, n, m), odd = ir_vuzp2(&t->ir, a->z, n, m);
    set_vq(t, a->d, a->q, op(&t->ir, a->z, even, odd));
}

static ir_ref saba(struct ir_block *ir, unsigned size, ir_ref d, ir_ref n, ir_ref m)
{
    return ir_vadd(ir, size, d, ir_vsabd(ir, size, n, m));
}

static ir_ref uaba(struct ir_block *ir, unsigned size, ir_ref d, ir_ref n, ir_ref m)
{
    return ir_vadd(ir, size, d, ir_vuabd(ir, size, n, m));
}

static ir_ref pmul(struct ir_block *ir, unsigned size MAYBE_UNUSED, ir_ref n, ir_ref m)
{
    return ir_vpmul8(ir, n, m);
}

// clang-format off
#define THREE_SAME(id, u, opcode, shape, op, excepts)                                              \
    A64_INSN(id##_v, "0q " u " 01110 zz 1 mmmmm " opcode " 1 nnnnn ddddd " excepts, #id " {Vd}, {Vn}, {Vm}", FEAT_ASIMD) \
    {                                                                                              \
        shape(t, a, op);                                                                           \
    }
THREE_SAME(shadd,   "0", "00000", three_same,     ir_vshadd,  "z!=11")
THREE_SAME(uhadd,   "1", "00000", three_same,     ir_vuhadd,  "z!=11")
THREE_SAME(sqadd,   "0", "00001", three_same_sat, ir_vsqadd,  "zq!=110")
THREE_SAME(uqadd,   "1", "00001", three_same_sat, ir_vuqadd,  "zq!=110")
THREE_SAME(srhadd,  "0", "00010", three_same,     ir_vsrhadd, "z!=11")
THREE_SAME(urhadd,  "1", "00010", three_same,     ir_vurhadd, "z!=11")
THREE_SAME(shsub,   "0", "00100", three_same,     ir_vshsub,  "z!=11")
THREE_SAME(uhsub,   "1", "00100", three_same,     ir_vuhsub,  "z!=11")
THREE_SAME(sqsub,   "0", "00101", three_same_sat, ir_vsqsub,  "zq!=110")
THREE_SAME(uqsub,   "1", "00101", three_same_sat, ir_vuqsub,  "zq!=110")
THREE_SAME(cmgt,    "0", "00110", three_same,     ir_vcmgt,   "zq!=110")
THREE_SAME(cmhi,    "1", "00110", three_same,     ir_vcmhi,   "zq!=110")
THREE_SAME(cmge,    "0", "00111", three_same,     ir_vcmge,   "zq!=110")
THREE_SAME(cmhs,    "1", "00111", three_same,     ir_vcmhs,   "zq!=110")
THREE_SAME(sshl,    "0", "01000", three_same,     ir_vsshl,   "zq!=110")
THREE_SAME(ushl,    "1", "01000", three_same,     ir_vushl,   "zq!=110")
THREE_SAME(sqshl,   "0", "01001", three_same_sat, ir_vsqshl,  "zq!=110")
THREE_SAME(uqshl,   "1", "01001", three_same_sat, ir_vuqshl,  "zq!=110")
THREE_SAME(srshl,   "0", "01010", three_same,     ir_vsrshl,  "zq!=110")
THREE_SAME(urshl,   "1", "01010", three_same,     ir_vurshl,  "zq!=110")
THREE_SAME(sqrshl,  "0", "01011", three_same_sat, ir_vsqrshl, "zq!=110")
THREE_SAME(uqrshl,  "1", "01011", three_same_sat, ir_vuqrshl, "zq!=110")
THREE_SAME(smax,    "0", "01100", three_same,     ir_vsmax,   "z!=11")
THREE_SAME(umax,    "1", "01100", three_same,     ir_vumax,   "z!=11")
THREE_SAME(smin,    "0", "01101", three_same,     ir_vsmin,   "z!=11")
THREE_SAME(umin,    "1", "01101", three_same,     ir_vumin,   "z!=11")
THREE_SAME(sabd,    "0", "01110", three_same,     ir_vsabd,   "z!=11")
THREE_SAME(uabd,    "1", "01110", three_same,     ir_vuabd,   "z!=11")
THREE_SAME(saba,    "0", "01111", accumulate,     saba,       "z!=11")
THREE_SAME(uaba,    "1", "01111", accumulate,     uaba,       "z!=11")
THREE_SAME(add,     "0", "10000", three_same,     ir_vadd,    "zq!=110")
THREE_SAME(sub,     "1", "10000", three_same,     ir_vsub,    "zq!=110")
THREE_SAME(cmtst,   "0", "10001", three_same,     ir_vcmtst,  "zq!=110")
THREE_SAME(cmeq,    "1", "10001", three_same,     ir_vcmeq,   "zq!=110")
THREE_SAME(mla,     "0", "10010", accumulate,     simd_mla,   "z!=11")
THREE_SAME(mls,     "1", "10010", accumulate,     simd_mls,   "z!=11")
THREE_SAME(mul,     "0", "10011", three_same,     ir_vmul,    "z!=11")
THREE_SAME(pmul,    "1", "10011", three_same,     pmul,       "z!=01 z!=1x")
THREE_SAME(smaxp,   "0", "10100", pairwise,       ir_vsmax,   "z!=11")
THREE_SAME(umaxp,   "1", "10100", pairwise,       ir_vumax,   "z!=11")
THREE_SAME(sminp,   "0", "10101", pairwise,       ir_vsmin,   "z!=11")
THREE_SAME(uminp,   "1", "10101", pairwise,       ir_vumin,   "z!=11")
THREE_SAME(sqdmulh, "0", "10110", three_same_sat, simd_sqdmulh,  "z!=00 z!=11")
THREE_SAME(sqrdmulh, "1", "10110", three_same_sat, simd_sqrdmulh, "z!=00 z!=11")
THREE_SAME(addp,    "0", "10111", pairwise,       ir_vadd,    "zq!=110")

// ---- three same (extra) ----

#define THREE_EXTRA(id, opcode, op)                                                                \
    A64_INSN(id##_v, "0q 1 01110 zz 0 mmmmm " opcode " 1 nnnnn ddddd z!=00 z!=11", #id " {Vd}, {Vn}, {Vm}", FEAT_RDM) \
    {                                                                                              \
        accumulate_sat(t, a, op);                                                                  \
    }
THREE_EXTRA(sqrdmlah, "10000", simd_sqrdmlah)
THREE_EXTRA(sqrdmlsh, "10001", simd_sqrdmlsh)

#define DOT(id, u, opcode, feature, op)                                                            \
    A64_INSN(id##_v, "0q " u " 01110 10 0 mmmmm " opcode " 1 nnnnn ddddd", #id " {words_d}, {bytes_n}, {bytes_m}", feature) \
    {                                                                                              \
        set_vq(t, a->d, a->q, op(ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m)));             \
    }
DOT(sdot,  "0", "10010", FEAT_DotProd, ir_vsdot)
DOT(udot,  "1", "10010", FEAT_DotProd, ir_vudot)
DOT(usdot, "0", "10011", FEAT_I8MM, ir_vusdot)

#define MATRIX(id, u, opcode, op)                                                                  \
    A64_INSN(id, "01 " u " 01110 10 0 mmmmm " opcode " 1 nnnnn ddddd", #id " {Vd.4s}, {Vn.16b}, {Vm.16b}", FEAT_I8MM) \
    {                                                                                              \
        set_v(t, a->d, op(ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m)));                    \
    }
MATRIX(smmla,  "0", "10100", ir_vsmmla)
MATRIX(ummla,  "1", "10100", ir_vummla)
MATRIX(usmmla, "0", "10101", ir_vusmmla)
// clang-format on
