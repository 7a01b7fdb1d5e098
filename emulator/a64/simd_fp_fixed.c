// SPDX-License-Identifier: MIT
// Advanced SIMD shift by immediate: conversion between floating point and fixed point, vector and
// scalar (Arm ARM C4.1). In immh:immb the leading one gives the lane size; the rest is field i, the
// size less the fraction bits.
#include "a64/disasm.h"
#include "a64/fp.h"

A64_DIRECTIVE(fbits64)
{
    out_printf(o, "#%u", 64 - a->i);
}

A64_DIRECTIVE(fbits32)
{
    out_printf(o, "#%u", 32 - a->i);
}

A64_DIRECTIVE(fbits16)
{
    out_printf(o, "#%u", 16 - a->i);
}

typedef void convert_fn(struct a64_tr *t, const struct a64_args *a, unsigned size, unsigned lanes,
                        bool is_unsigned);

static void from_fixed(struct a64_tr *t, const struct a64_args *a, unsigned size, unsigned lanes,
                       bool is_unsigned)
{
    uint64_t lit = fp_lit(lanes, 0, is_unsigned, (8u << size) - a->i);
    set_lanes(t, a->d, size, lanes, fp_op(t, IR_itof16, size, get_v(t, a->n), 0, 0, lit), a->d);
}

static void to_fixed(struct a64_tr *t, const struct a64_args *a, unsigned size, unsigned lanes,
                     bool is_unsigned)
{
    uint64_t lit = fp_lit(lanes, FP_ROUND_ZERO, is_unsigned, (8u << size) - a->i);
    set_lanes(t, a->d, size, lanes, fp_op(t, IR_ftoi16, size, get_v(t, a->n), 0, 0, lit), a->d);
}

#define FIXED_ROW(id, name, head, immediate, opcode, regs, feature, convert, size, lanes, \
                  is_unsigned)                                                            \
    A64_INSN(id, head immediate " " opcode " 1 nnnnn ddddd", name " " regs, feature)      \
    {                                                                                     \
        convert(t, a, size, lanes, is_unsigned);                                          \
    }

#define FIXED(id, u, opcode, convert, uns)                                                        \
    FIXED_ROW(id##_sd, #id, "01 " u " 111110 ", "1iiiiii", opcode, "{Dd}, {Dn}, {fbits64}",       \
              FEAT_ASIMD, convert, FP_D, 1, uns)                                                  \
    FIXED_ROW(id##_ss, #id, "01 " u " 111110 ", "01iiiii", opcode, "{Sd}, {Sn}, {fbits32}",       \
              FEAT_ASIMD, convert, FP_S, 1, uns)                                                  \
    FIXED_ROW(id##_sh, #id, "01 " u " 111110 ", "001iiii", opcode, "{Hd}, {Hn}, {fbits16}",       \
              FEAT_FP16_SIMD, convert, FP_H, 1, uns)                                              \
    FIXED_ROW(id##_vd, #id, "01 " u " 011110 ", "1iiiiii", opcode, "{Vd.2d}, {Vn.2d}, {fbits64}", \
              FEAT_ASIMD, convert, FP_D, 2, uns)                                                  \
    FIXED_ROW(id##_vs, #id, "0q " u " 011110 ", "01iiiii", opcode,                                \
              "{single_d}, {single_n}, {fbits32}", FEAT_ASIMD, convert, FP_S,                     \
              fp_lanes(FP_S, a->q), uns)                                                          \
    FIXED_ROW(id##_vh, #id, "0q " u " 011110 ", "001iiii", opcode, "{Vd:h}, {Vn:h}, {fbits16}",   \
              FEAT_FP16_SIMD, convert, FP_H, fp_lanes(FP_H, a->q), uns)

FIXED(scvtf, "0", "11100", from_fixed, false)
FIXED(ucvtf, "1", "11100", from_fixed, true)
FIXED(fcvtzs, "0", "11111", to_fixed, false)
FIXED(fcvtzu, "1", "11111", to_fixed, true)
