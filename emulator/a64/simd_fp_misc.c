// SPDX-License-Identifier: MIT
// Advanced SIMD two-register miscellaneous: floating point, vector and scalar, single, double and
// half (Arm ARM C4.1). The half-precision encodings differ only in bits 22:17.
#include "a64/disasm.h"
#include "a64/fp.h"

A64_DIRECTIVE(single_d)
{
    out_printf(o, "v%u.%s", a->d, a->q ? "4s" : "2s");
}

A64_DIRECTIVE(single_n)
{
    out_printf(o, "v%u.%s", a->n, a->q ? "4s" : "2s");
}

// Defines id_lanes: the result in terms of size, lanes, and the value n of the source register.
#define MISC_RESULT(id, expr)                                                           \
    static ir_ref id##_lanes(struct a64_tr *t, unsigned size, ir_ref n, unsigned lanes) \
    {                                                                                   \
        return expr;                                                                    \
    }

// Two vector rows: single and double (field z), half. `text` follows the registers.
#define MISC_VECTOR(id, name, u, top, opcode, text)                                    \
    A64_INSN(id##_v, "0q " u " 01110 " top "z 10000 " opcode " 10 nnnnn ddddd zq!=10", \
             name " {Vd:f}, {Vn:f}" text, FEAT_ASIMD)                                  \
    {                                                                                  \
        unsigned size = fp_size(a->z);                                                 \
        set_v(t, a->d, id##_lanes(t, size, get_v(t, a->n), fp_lanes(size, a->q)));     \
    }                                                                                  \
    A64_INSN(id##_v16, "0q " u " 01110 " top "111100 " opcode " 10 nnnnn ddddd",       \
             name " {Vd:h}, {Vn:h}" text, FEAT_FP16_SIMD)                              \
    {                                                                                  \
        set_v(t, a->d, id##_lanes(t, FP_H, get_v(t, a->n), fp_lanes(FP_H, a->q)));     \
    }

// The same two as scalars.
#define MISC_SCALAR(id, name, u, top, opcode, text, set)                         \
    A64_INSN(id##_s, "01 " u " 11110 " top "y 10000 " opcode " 10 nnnnn ddddd",  \
             name " {Fd}, {Fn}" text, FEAT_ASIMD)                                \
    {                                                                            \
        unsigned size = fp_size(a->y);                                           \
        set(t, a->d, size, id##_lanes(t, size, get_v(t, a->n), 1), a->d);        \
    }                                                                            \
    A64_INSN(id##_s16, "01 " u " 11110 " top "111100 " opcode " 10 nnnnn ddddd", \
             name " {Hd}, {Hn}" text, FEAT_FP16_SIMD)                            \
    {                                                                            \
        set(t, a->d, FP_H, id##_lanes(t, FP_H, get_v(t, a->n), 1), a->d);        \
    }

#define MISC(id, u, top, opcode, expr) \
    MISC_RESULT(id, expr)              \
    MISC_VECTOR(id, #id, u, top, opcode, "")

#define MISC_BOTH(id, u, top, opcode, expr)  \
    MISC_RESULT(id, expr)                    \
    MISC_VECTOR(id, #id, u, top, opcode, "") \
    MISC_SCALAR(id, #id, u, top, opcode, "", set_scalar)

#define OP1(op, lit) fp_op(t, IR_##op##16, size, n, 0, 0, lit)

MISC(fabs, "0", "1", "01111", fp_abs(t, size, n, lanes))
MISC(fneg, "1", "1", "01111", fp_neg(t, size, n, lanes))
MISC(fsqrt, "1", "1", "11111", OP1(fsqrt, lanes))
MISC_BOTH(frecpe, "0", "1", "11101", OP1(frecpe, lanes))
MISC_BOTH(frsqrte, "1", "1", "11101", OP1(frsqrte, lanes))
MISC_RESULT(frecpx, OP1(frecpx, lanes))
MISC_SCALAR(frecpx, "frecpx", "0", "1", "11111", "", set_scalar)

A64_INSN(urecpe, "0q 0 01110 10 10000 11100 10 nnnnn ddddd", "urecpe {single_d}, {single_n}",
         FEAT_ASIMD)
{
    set_v(t, a->d, ir_urecpe(ir, get_v(t, a->n), fp_lanes(FP_S, a->q)));
}

A64_INSN(ursqrte, "0q 1 01110 10 10000 11100 10 nnnnn ddddd", "ursqrte {single_d}, {single_n}",
         FEAT_ASIMD)
{
    set_v(t, a->d, ir_ursqrte(ir, get_v(t, a->n), fp_lanes(FP_S, a->q)));
}

// ---- compare with zero ----

// NEP is not for these.
static void set_mask(struct a64_tr *t, unsigned n, unsigned size, ir_ref v, unsigned keep)
{
    (void)size, (void)keep;
    set_v(t, n, v);
}

#define MISC_ZERO(name, u, opcode, op, x, y)                     \
    MISC_RESULT(name##_zero, fp_op(t, op, size, x, y, 0, lanes)) \
    MISC_VECTOR(name##_zero, #name, u, "1", opcode, ", #0.0")    \
    MISC_SCALAR(name##_zero, #name, u, "1", opcode, ", #0.0", set_mask)

MISC_ZERO(fcmeq, "0", "01101", IR_fcmeq16, n, fp_zero(t))
MISC_ZERO(fcmge, "1", "01100", IR_fcmge16, n, fp_zero(t))
MISC_ZERO(fcmgt, "0", "01100", IR_fcmgt16, n, fp_zero(t))
MISC_ZERO(fcmle, "1", "01101", IR_fcmge16, fp_zero(t), n)
MISC_ZERO(fcmlt, "0", "01110", IR_fcmgt16, fp_zero(t), n)

// ---- rounding to an integer in floating-point format ----

#define ROUND(round, exact) OP1(frint, fp_lit(lanes, round, exact, 0))

MISC(frintn, "0", "0", "11000", ROUND(FP_ROUND_TIEEVEN, false))
MISC(frintm, "0", "0", "11001", ROUND(FP_ROUND_NEGINF, false))
MISC(frintp, "0", "1", "11000", ROUND(FP_ROUND_POSINF, false))
MISC(frintz, "0", "1", "11001", ROUND(FP_ROUND_ZERO, false))
MISC(frinta, "1", "0", "11000", ROUND(FP_ROUND_TIEAWAY, false))
MISC(frintx, "1", "0", "11001", ROUND(FP_LIT_CURRENT, true))
MISC(frinti, "1", "1", "11001", ROUND(FP_LIT_CURRENT, false))

#define ROUND_N(id, u, opcode, round, bits)                                                       \
    A64_INSN(id##_v, "0q " u " 01110 0z 10000 " opcode " 10 nnnnn ddddd zq!=10",                  \
             #id " {Vd:f}, {Vn:f}", FEAT_FRINTTS)                                                 \
    {                                                                                             \
        unsigned size = fp_size(a->z);                                                            \
        uint64_t lit = fp_lit(fp_lanes(size, a->q), round, false, bits);                          \
        set_v(t, a->d, ir_emit(ir, a->z ? IR_frintn64 : IR_frintn32, get_v(t, a->n), 0, 0, lit)); \
    }

ROUND_N(frint32z, "0", "11110", FP_ROUND_ZERO, 32)
ROUND_N(frint32x, "1", "11110", FP_LIT_CURRENT, 32)
ROUND_N(frint64z, "0", "11111", FP_ROUND_ZERO, 64)
ROUND_N(frint64x, "1", "11111", FP_LIT_CURRENT, 64)

// ---- to and from integers of the same size ----

#define TO_INTEGER(round, is_unsigned) OP1(ftoi, fp_lit(lanes, round, is_unsigned, 0))

MISC_BOTH(fcvtns, "0", "0", "11010", TO_INTEGER(FP_ROUND_TIEEVEN, false))
MISC_BOTH(fcvtnu, "1", "0", "11010", TO_INTEGER(FP_ROUND_TIEEVEN, true))
MISC_BOTH(fcvtms, "0", "0", "11011", TO_INTEGER(FP_ROUND_NEGINF, false))
MISC_BOTH(fcvtmu, "1", "0", "11011", TO_INTEGER(FP_ROUND_NEGINF, true))
MISC_BOTH(fcvtas, "0", "0", "11100", TO_INTEGER(FP_ROUND_TIEAWAY, false))
MISC_BOTH(fcvtau, "1", "0", "11100", TO_INTEGER(FP_ROUND_TIEAWAY, true))
MISC_BOTH(fcvtps, "0", "1", "11010", TO_INTEGER(FP_ROUND_POSINF, false))
MISC_BOTH(fcvtpu, "1", "1", "11010", TO_INTEGER(FP_ROUND_POSINF, true))
MISC_BOTH(fcvtzs, "0", "1", "11011", TO_INTEGER(FP_ROUND_ZERO, false))
MISC_BOTH(fcvtzu, "1", "1", "11011", TO_INTEGER(FP_ROUND_ZERO, true))
MISC_BOTH(scvtf, "0", "0", "11101", OP1(itof, fp_lit(lanes, 0, false, 0)))
MISC_BOTH(ucvtf, "1", "0", "11101", OP1(itof, fp_lit(lanes, 0, true, 0)))
