// SPDX-License-Identifier: MIT
// Advanced SIMD floating-point reductions: scalar pairwise and across lanes (Arm ARM C4.1).
#include "a64/disasm.h"
#include "a64/fp.h"

// Halves the number of lanes until one is left, each step combining neighbours: the order of Arm
// ARM Reduce.
static void reduce(struct a64_tr *t, const struct a64_args *a, enum ir_op op, unsigned size,
                   unsigned lanes)
{
    ir_ref v = get_v(t, a->n);
    for (; lanes > 1; lanes /= 2) {
        ir_ref even = ir_vuzp1(&t->ir, size, v, v), odd = ir_vuzp2(&t->ir, size, v, v);
        v = fp_op(t, op, size, even, odd, 0, lanes / 2);
    }
    set_v(t, a->d, v);
}

A64_DIRECTIVE(fppair)
{
    out_printf(o, "v%u.%s", a->n, a->y ? "2d" : "2s");
}

#define PAIR(id, top, opcode, op)                                                \
    A64_INSN(id##_pair, "01 1 11110 " top "y 11000 " opcode " 10 nnnnn ddddd",   \
             #id " {Fd}, {fppair}", FEAT_ASIMD)                                  \
    {                                                                            \
        reduce(t, a, op, fp_size(a->y), 2);                                      \
    }                                                                            \
    A64_INSN(id##_pair16, "01 0 11110 " top "0 11000 " opcode " 10 nnnnn ddddd", \
             #id " {Hd}, {Vn.2h}", FEAT_FP16_SIMD)                               \
    {                                                                            \
        reduce(t, a, op, FP_H, 2);                                               \
    }

PAIR(faddp, "0", "01101", IR_fadd16)
PAIR(fmaxp, "0", "01111", IR_fmax16)
PAIR(fminp, "1", "01111", IR_fmin16)
PAIR(fmaxnmp, "0", "01100", IR_fmaxnm16)
PAIR(fminnmp, "1", "01100", IR_fminnm16)

#define ACROSS(id, top, opcode, op)                                                              \
    A64_INSN(id, "01 1 01110 " top "0 11000 " opcode " 10 nnnnn ddddd", #id " {Sd}, {Vn.4s}",    \
             FEAT_ASIMD)                                                                         \
    {                                                                                            \
        reduce(t, a, op, FP_S, 4);                                                               \
    }                                                                                            \
    A64_INSN(id##16, "0q 0 01110 " top "0 11000 " opcode " 10 nnnnn ddddd", #id " {Hd}, {Vn:h}", \
             FEAT_FP16_SIMD)                                                                     \
    {                                                                                            \
        reduce(t, a, op, FP_H, fp_lanes(FP_H, a->q));                                            \
    }

ACROSS(fmaxv, "0", "01111", IR_fmax16)
ACROSS(fminv, "1", "01111", IR_fmin16)
ACROSS(fmaxnmv, "0", "01100", IR_fmaxnm16)
ACROSS(fminnmv, "1", "01100", IR_fminnm16)
