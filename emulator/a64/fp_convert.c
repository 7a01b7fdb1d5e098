// SPDX-License-Identifier: MIT
// Conversion between floating point and integers or fixed-point numbers in general registers (Arm
// ARM C4.1).
#include "a64/disasm.h"
#include "a64/fp.h"

// ---- floating point to integer or fixed point; z is the width of the general register ----

static void to_general(struct a64_tr *t, const struct a64_args *a, unsigned size, uint64_t lit)
{
    set_r(t, a->d, a->z, fp_op(t, a->z ? IR_ftox16 : IR_ftow16, size, get_v(t, a->n), 0, 0, lit));
}

static void from_general(struct a64_tr *t, const struct a64_args *a, unsigned size, uint64_t lit)
{
    ir_ref n = get_r(t, a->n, a->z);
    set_scalar(t, a->d, size, fp_op(t, a->z ? IR_xtof16 : IR_wtof16, size, n, 0, 0, lit), a->d);
}

#define TO_INTEGER(id, rmode, opcode, round, is_unsigned)                          \
    A64_INSN(id##_g, "z 0 0 11110 0y 1 " rmode " " opcode " 000000 nnnnn ddddd",   \
             #id " {Rd}, {Fn}", FEAT_FP)                                           \
    {                                                                              \
        to_general(t, a, fp_size(a->y), fp_lit(1, round, is_unsigned, 0));         \
    }                                                                              \
    A64_INSN(id##_g16, "z 0 0 11110 11 1 " rmode " " opcode " 000000 nnnnn ddddd", \
             #id " {Rd}, {Hn}", FEAT_FP16)                                         \
    {                                                                              \
        to_general(t, a, FP_H, fp_lit(1, round, is_unsigned, 0));                  \
    }

TO_INTEGER(fcvtns, "00", "000", FP_ROUND_TIEEVEN, false)
TO_INTEGER(fcvtnu, "00", "001", FP_ROUND_TIEEVEN, true)
TO_INTEGER(fcvtas, "00", "100", FP_ROUND_TIEAWAY, false)
TO_INTEGER(fcvtau, "00", "101", FP_ROUND_TIEAWAY, true)
TO_INTEGER(fcvtps, "01", "000", FP_ROUND_POSINF, false)
TO_INTEGER(fcvtpu, "01", "001", FP_ROUND_POSINF, true)
TO_INTEGER(fcvtms, "10", "000", FP_ROUND_NEGINF, false)
TO_INTEGER(fcvtmu, "10", "001", FP_ROUND_NEGINF, true)
TO_INTEGER(fcvtzs, "11", "000", FP_ROUND_ZERO, false)
TO_INTEGER(fcvtzu, "11", "001", FP_ROUND_ZERO, true)

#define FROM_INTEGER(id, opcode, is_unsigned)                                                  \
    A64_INSN(id##_g, "z 0 0 11110 0y 1 00 " opcode " 000000 nnnnn ddddd", #id " {Fd}, {Rn}",   \
             FEAT_FP)                                                                          \
    {                                                                                          \
        from_general(t, a, fp_size(a->y), fp_lit(1, 0, is_unsigned, 0));                       \
    }                                                                                          \
    A64_INSN(id##_g16, "z 0 0 11110 11 1 00 " opcode " 000000 nnnnn ddddd", #id " {Hd}, {Rn}", \
             FEAT_FP16)                                                                        \
    {                                                                                          \
        from_general(t, a, FP_H, fp_lit(1, 0, is_unsigned, 0));                                \
    }

FROM_INTEGER(scvtf, "010", false)
FROM_INTEGER(ucvtf, "011", true)

// ---- fixed point: 64 - s fraction bits, at most the register's width ----

A64_DIRECTIVE(fbits)
{
    out_printf(o, "#%u", 64 - a->s);
}

#define TO_FIXED(id, opcode, is_unsigned)                                                   \
    A64_INSN(id##_fixed, "z 0 0 11110 0y 0 11 " opcode " ssssss nnnnn ddddd zs!=00xxxxx",   \
             #id " {Rd}, {Fn}, {fbits}", FEAT_FP)                                           \
    {                                                                                       \
        to_general(t, a, fp_size(a->y), fp_lit(1, FP_ROUND_ZERO, is_unsigned, 64 - a->s));  \
    }                                                                                       \
    A64_INSN(id##_fixed16, "z 0 0 11110 11 0 11 " opcode " ssssss nnnnn ddddd zs!=00xxxxx", \
             #id " {Rd}, {Hn}, {fbits}", FEAT_FP16)                                         \
    {                                                                                       \
        to_general(t, a, FP_H, fp_lit(1, FP_ROUND_ZERO, is_unsigned, 64 - a->s));           \
    }

TO_FIXED(fcvtzs, "000", false)
TO_FIXED(fcvtzu, "001", true)

#define FROM_FIXED(id, opcode, is_unsigned)                                                 \
    A64_INSN(id##_fixed, "z 0 0 11110 0y 0 00 " opcode " ssssss nnnnn ddddd zs!=00xxxxx",   \
             #id " {Fd}, {Rn}, {fbits}", FEAT_FP)                                           \
    {                                                                                       \
        from_general(t, a, fp_size(a->y), fp_lit(1, 0, is_unsigned, 64 - a->s));            \
    }                                                                                       \
    A64_INSN(id##_fixed16, "z 0 0 11110 11 0 00 " opcode " ssssss nnnnn ddddd zs!=00xxxxx", \
             #id " {Hd}, {Rn}, {fbits}", FEAT_FP16)                                         \
    {                                                                                       \
        from_general(t, a, FP_H, fp_lit(1, 0, is_unsigned, 64 - a->s));                     \
    }

FROM_FIXED(scvtf, "010", false)
FROM_FIXED(ucvtf, "011", true)

A64_INSN(fjcvtzs, "0 0 0 11110 01 1 11 110 000000 nnnnn ddddd", "fjcvtzs {Wd}, {Dn}", FEAT_JSCVT)
{
    ir_ref n = get_v(t, a->n);
    ir_ref value = ir_fjcvt(ir, n), flags = ir_fjcvtf(ir, n);
    set_w(t, a->d, value);
    set_flags(t, flags);
}

// ---- FMOV: the bits as they are ----

A64_INSN(fmov_ws, "0 0 0 11110 00 1 00 110 000000 nnnnn ddddd", "fmov {Wd}, {Sn}", FEAT_FP)
{
    set_w(t, a->d, ir_vget32(ir, get_v(t, a->n), 0));
}

A64_INSN(fmov_sw, "0 0 0 11110 00 1 00 111 000000 nnnnn ddddd", "fmov {Sd}, {Wn}", FEAT_FP)
{
    set_v(t, a->d, ir_w2v(ir, get_w(t, a->n)));
}

A64_INSN(fmov_xd, "1 0 0 11110 01 1 00 110 000000 nnnnn ddddd", "fmov {Xd}, {Dn}", FEAT_FP)
{
    set_x(t, a->d, ir_vget64(ir, get_v(t, a->n), 0));
}

A64_INSN(fmov_dx, "1 0 0 11110 01 1 00 111 000000 nnnnn ddddd", "fmov {Dd}, {Xn}", FEAT_FP)
{
    set_v(t, a->d, ir_x2v(ir, get_x(t, a->n)));
}

A64_INSN(fmov_xv, "1 0 0 11110 10 1 01 110 000000 nnnnn ddddd", "fmov {Xd}, {Vn.d}[1]", FEAT_FP)
{
    set_x(t, a->d, ir_vget64(ir, get_v(t, a->n), 1));
}

A64_INSN(fmov_vx, "1 0 0 11110 10 1 01 111 000000 nnnnn ddddd", "fmov {Vd.d}[1], {Xn}", FEAT_FP)
{
    set_v(t, a->d, ir_vset64(ir, get_v(t, a->d), get_x(t, a->n), 1));
}

A64_INSN(fmov_rh, "z 0 0 11110 11 1 00 110 000000 nnnnn ddddd", "fmov {Rd}, {Hn}", FEAT_FP16)
{
    set_w(t, a->d, ir_vget16(ir, get_v(t, a->n), 0));
}

A64_INSN(fmov_hr, "z 0 0 11110 11 1 00 111 000000 nnnnn ddddd", "fmov {Hd}, {Rn}", FEAT_FP16)
{
    set_v(t, a->d, ir_w2v(ir, ir_ubfx32(ir, get_w(t, a->n), 16 << 8)));
}
