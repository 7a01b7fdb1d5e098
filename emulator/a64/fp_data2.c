// SPDX-License-Identifier: MIT
// Floating-point data processing, two sources (Arm ARM C4.1).
#include "a64/fp.h"

// Two rows of one instruction: single and double (field y), half. `expr` is the result in terms of
// size, n and m.
#define TWO_SOURCES(id, opcode, expr)                                                             \
    static ir_ref id##_result(struct a64_tr *t, unsigned size, ir_ref n, ir_ref m)                \
    {                                                                                             \
        return expr;                                                                              \
    }                                                                                             \
    A64_INSN(id##_f, "000 11110 0y 1 mmmmm " opcode " 10 nnnnn ddddd", #id " {Fd}, {Fn}, {Fm}",   \
             FEAT_FP)                                                                             \
    {                                                                                             \
        unsigned size = fp_size(a->y);                                                            \
        ir_ref v = id##_result(t, size, get_v(t, a->n), get_v(t, a->m));                          \
        set_scalar(t, a->d, size, v, a->n);                                                       \
    }                                                                                             \
    A64_INSN(id##_f16, "000 11110 11 1 mmmmm " opcode " 10 nnnnn ddddd", #id " {Hd}, {Hn}, {Hm}", \
             FEAT_FP16)                                                                           \
    {                                                                                             \
        ir_ref v = id##_result(t, FP_H, get_v(t, a->n), get_v(t, a->m));                          \
        set_scalar(t, a->d, FP_H, v, a->n);                                                       \
    }

TWO_SOURCES(fmul, "0000", fp_op(t, IR_fmul16, size, n, m, 0, 1))
TWO_SOURCES(fdiv, "0001", fp_op(t, IR_fdiv16, size, n, m, 0, 1))
TWO_SOURCES(fadd, "0010", fp_op(t, IR_fadd16, size, n, m, 0, 1))
TWO_SOURCES(fsub, "0011", fp_op(t, IR_fsub16, size, n, m, 0, 1))
TWO_SOURCES(fmax, "0100", fp_op(t, IR_fmax16, size, n, m, 0, 1))
TWO_SOURCES(fmin, "0101", fp_op(t, IR_fmin16, size, n, m, 0, 1))
TWO_SOURCES(fmaxnm, "0110", fp_op(t, IR_fmaxnm16, size, n, m, 0, 1))
TWO_SOURCES(fminnm, "0111", fp_op(t, IR_fminnm16, size, n, m, 0, 1))
TWO_SOURCES(fnmul, "1000", fp_neg(t, size, fp_op(t, IR_fmul16, size, n, m, 0, 1), 1))
