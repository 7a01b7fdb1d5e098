// SPDX-License-Identifier: MIT
// Advanced SIMD three registers of the same type: floating point, vector and scalar, single, double
// and half (Arm ARM C4.1). The half-precision encodings have the low three opcode bits of the
// others.
#include "a64/fp.h"

// Defines id_lanes: the result in terms of size, lanes, and the values n and m of the source
// registers.
#define SAME_RESULT(id, expr)                                                           \
    static ir_ref id##_lanes(struct a64_tr *t, const struct a64_args *a, unsigned size, \
                             unsigned lanes)                                            \
    {                                                                                   \
        ir_ref n = get_v(t, a->n), m = get_v(t, a->m);                                  \
        return expr;                                                                    \
    }

// Two vector rows: single and double (field z), half; features of each.
#define SAME_VECTOR_OF(id, u, top, opc, feature, feature_h)                            \
    A64_INSN(id##_v, "0q " u " 01110 " top "z 1 mmmmm 11" opc " 1 nnnnn ddddd zq!=10", \
             #id " {Vd:f}, {Vn:f}, {Vm:f}", feature)                                   \
    {                                                                                  \
        unsigned size = fp_size(a->z);                                                 \
        set_v(t, a->d, id##_lanes(t, a, size, fp_lanes(size, a->q)));                  \
    }                                                                                  \
    A64_INSN(id##_v16, "0q " u " 01110 " top "10 mmmmm 00" opc " 1 nnnnn ddddd",       \
             #id " {Vd:h}, {Vn:h}, {Vm:h}", feature_h)                                 \
    {                                                                                  \
        set_v(t, a->d, id##_lanes(t, a, FP_H, fp_lanes(FP_H, a->q)));                  \
    }

#define SAME_VECTOR(id, u, top, opc) SAME_VECTOR_OF(id, u, top, opc, FEAT_ASIMD, FEAT_FP16_SIMD)

// The same two as scalars; `keep` is the register whose upper elements NEP keeps.
#define SAME_SCALAR(id, u, top, opc, keep)                                       \
    A64_INSN(id##_s, "01 " u " 11110 " top "y 1 mmmmm 11" opc " 1 nnnnn ddddd",  \
             #id " {Fd}, {Fn}, {Fm}", FEAT_ASIMD)                                \
    {                                                                            \
        unsigned size = fp_size(a->y);                                           \
        set_scalar(t, a->d, size, id##_lanes(t, a, size, 1), keep);              \
    }                                                                            \
    A64_INSN(id##_s16, "01 " u " 11110 " top "10 mmmmm 00" opc " 1 nnnnn ddddd", \
             #id " {Hd}, {Hn}, {Hm}", FEAT_FP16_SIMD)                            \
    {                                                                            \
        set_scalar(t, a->d, FP_H, id##_lanes(t, a, FP_H, 1), keep);              \
    }

#define SAME(id, u, top, opc, expr) \
    SAME_RESULT(id, expr)           \
    SAME_VECTOR(id, u, top, opc)

#define SAME_BOTH(id, u, top, opc, keep, expr) \
    SAME_RESULT(id, expr)                      \
    SAME_VECTOR(id, u, top, opc)               \
    SAME_SCALAR(id, u, top, opc, keep)

#define OP2(op) fp_op(t, IR_##op##16, size, n, m, 0, lanes)

SAME(fadd, "0", "0", "010", OP2(fadd))
SAME(fsub, "0", "1", "010", OP2(fsub))
SAME(fmul, "1", "0", "011", OP2(fmul))
SAME(fdiv, "1", "0", "111", OP2(fdiv))
SAME(fmax, "0", "0", "110", OP2(fmax))
SAME(fmin, "0", "1", "110", OP2(fmin))
SAME(fmaxnm, "0", "0", "000", OP2(fmaxnm))
SAME(fminnm, "0", "1", "000", OP2(fminnm))
SAME_BOTH(fmulx, "0", "0", "011", a->n, OP2(fmulx))
SAME_BOTH(frecps, "0", "0", "111", a->n, OP2(frecps))
SAME_BOTH(frsqrts, "0", "1", "111", a->n, OP2(frsqrts))
SAME_BOTH(fabd, "1", "1", "010", a->n, fp_abs(t, size, OP2(fsub), lanes))

SAME(fmla, "0", "0", "001", fp_op(t, IR_fmuladd16, size, get_v(t, a->d), n, m, lanes))
SAME(fmls, "0", "1", "001",
     fp_op(t, IR_fmuladd16, size, get_v(t, a->d), fp_neg(t, size, n, lanes), m, lanes))

#define SAME_NEW(id, u, opc, feature, expr) \
    SAME_RESULT(id, expr)                   \
    SAME_VECTOR_OF(id, u, "1", opc, feature, feature)

SAME_NEW(famax, "0", "011", FEAT_FAMINMAX, OP2(famax))
SAME_NEW(famin, "1", "011", FEAT_FAMINMAX, OP2(famin))
SAME_NEW(fscale, "1", "111", FEAT_FP8, OP2(fscale))

// ---- compare to masks ----

SAME_BOTH(fcmeq, "0", "0", "100", a->m, OP2(fcmeq))
SAME_BOTH(fcmge, "1", "0", "100", a->m, OP2(fcmge))
SAME_BOTH(fcmgt, "1", "1", "100", a->m, OP2(fcmgt))

static ir_ref compare_magnitudes(struct a64_tr *t, enum ir_op op, unsigned size, ir_ref n, ir_ref m,
                                 unsigned lanes)
{
    return fp_op(t, op, size, fp_abs(t, size, n, lanes), fp_abs(t, size, m, lanes), 0, lanes);
}

SAME_BOTH(facge, "1", "0", "101", a->m, compare_magnitudes(t, IR_fcmge16, size, n, m, lanes))
SAME_BOTH(facgt, "1", "1", "101", a->m, compare_magnitudes(t, IR_fcmgt16, size, n, m, lanes))

// ---- pairwise: neighbouring lanes of m:n ----

SAME(faddp, "1", "0", "010", fp_pairs(t, IR_fadd16, size, n, m, lanes))
SAME(fmaxp, "1", "0", "110", fp_pairs(t, IR_fmax16, size, n, m, lanes))
SAME(fminp, "1", "1", "110", fp_pairs(t, IR_fmin16, size, n, m, lanes))
SAME(fmaxnmp, "1", "0", "000", fp_pairs(t, IR_fmaxnm16, size, n, m, lanes))
SAME(fminnmp, "1", "1", "000", fp_pairs(t, IR_fminnm16, size, n, m, lanes))
