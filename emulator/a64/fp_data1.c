// SPDX-License-Identifier: MIT
// Floating-point data processing, one source (Arm ARM C4.1): moves, sign, square root, rounding,
// format conversion.
#include "a64/fp.h"

// Two rows of one instruction: single and double (field y), half. `expr` is the result in terms of
// size and n.
#define ONE_SOURCE(id, opcode, feature, feature_h, expr)                                        \
    static ir_ref id##_result(struct a64_tr *t, unsigned size, ir_ref n)                        \
    {                                                                                           \
        return expr;                                                                            \
    }                                                                                           \
    A64_INSN(id##_f, "000 11110 0y 1 " opcode " 10000 nnnnn ddddd", #id " {Fd}, {Fn}", feature) \
    {                                                                                           \
        unsigned size = fp_size(a->y);                                                          \
        set_scalar(t, a->d, size, id##_result(t, size, get_v(t, a->n)), a->d);                  \
    }                                                                                           \
    A64_INSN(id##_f16, "000 11110 11 1 " opcode " 10000 nnnnn ddddd", #id " {Hd}, {Hn}",        \
             feature_h)                                                                         \
    {                                                                                           \
        set_scalar(t, a->d, FP_H, id##_result(t, FP_H, get_v(t, a->n)), a->d);                  \
    }

A64_INSN(fmov_f, "000 11110 0y 1 000000 10000 nnnnn ddddd", "fmov {Fd}, {Fn}", FEAT_FP)
{
    set_v(t, a->d, fp_get(t, a->n, fp_size(a->y)));
}

A64_INSN(fmov_f16, "000 11110 11 1 000000 10000 nnnnn ddddd", "fmov {Hd}, {Hn}", FEAT_FP16)
{
    set_v(t, a->d, fp_get(t, a->n, FP_H));
}

ONE_SOURCE(fabs, "000001", FEAT_FP, FEAT_FP16, fp_abs(t, size, n, 1))
ONE_SOURCE(fneg, "000010", FEAT_FP, FEAT_FP16, fp_neg(t, size, n, 1))
ONE_SOURCE(fsqrt, "000011", FEAT_FP, FEAT_FP16, fp_op(t, IR_fsqrt16, size, n, 0, 0, 1))

// ---- rounding to an integer in floating-point format ----

#define ROUNDING(id, opcode, round, exact)     \
    ONE_SOURCE(id, opcode, FEAT_FP, FEAT_FP16, \
               fp_op(t, IR_frint16, size, n, 0, 0, fp_lit(1, round, exact, 0)))

ROUNDING(frintn, "001000", FP_ROUND_TIEEVEN, false)
ROUNDING(frintp, "001001", FP_ROUND_POSINF, false)
ROUNDING(frintm, "001010", FP_ROUND_NEGINF, false)
ROUNDING(frintz, "001011", FP_ROUND_ZERO, false)
ROUNDING(frinta, "001100", FP_ROUND_TIEAWAY, false)
ROUNDING(frintx, "001110", FP_LIT_CURRENT, true)
ROUNDING(frinti, "001111", FP_LIT_CURRENT, false)

// To an integer that fits 32 or 64 bits; not for half precision.
#define ROUNDING_N(id, opcode, round, bits)                                            \
    A64_INSN(id##_f, "000 11110 0y 1 " opcode " 10000 nnnnn ddddd", #id " {Fd}, {Fn}", \
             FEAT_FRINTTS)                                                             \
    {                                                                                  \
        ir_ref v = ir_emit(ir, a->y ? IR_frintn64 : IR_frintn32, get_v(t, a->n), 0, 0, \
                           fp_lit(1, round, false, bits));                             \
        set_scalar(t, a->d, fp_size(a->y), v, a->d);                                   \
    }

ROUNDING_N(frint32z, "010000", FP_ROUND_ZERO, 32)
ROUNDING_N(frint32x, "010001", FP_LIT_CURRENT, 32)
ROUNDING_N(frint64z, "010010", FP_ROUND_ZERO, 64)
ROUNDING_N(frint64x, "010011", FP_LIT_CURRENT, 64)

// ---- between formats ----

#define CONVERT(id, type, opcode, text, feature, op, size)                           \
    A64_INSN(id, "000 11110 " type " 1 " opcode " 10000 nnnnn ddddd", text, feature) \
    {                                                                                \
        set_scalar(t, a->d, size, op(ir, get_v(t, a->n), 1), a->d);                  \
    }

CONVERT(fcvt_sd, "00", "000101", "fcvt {Dd}, {Sn}", FEAT_FP, ir_fcvt32_64, FP_D)
CONVERT(fcvt_sh, "00", "000111", "fcvt {Hd}, {Sn}", FEAT_FP, ir_fcvt32_16, FP_H)
CONVERT(fcvt_ds, "01", "000100", "fcvt {Sd}, {Dn}", FEAT_FP, ir_fcvt64_32, FP_S)
CONVERT(fcvt_dh, "01", "000111", "fcvt {Hd}, {Dn}", FEAT_FP, ir_fcvt64_16, FP_H)
CONVERT(fcvt_hs, "11", "000100", "fcvt {Sd}, {Hn}", FEAT_FP, ir_fcvt16_32, FP_S)
CONVERT(fcvt_hd, "11", "000101", "fcvt {Dd}, {Hn}", FEAT_FP, ir_fcvt16_64, FP_D)
CONVERT(bfcvt, "01", "000110", "bfcvt {Hd}, {Sn}", FEAT_BF16, ir_fcvt32_bf16, FP_H)
