// SPDX-License-Identifier: MIT
// Floating-point data processing, three sources (Arm ARM C4.1): the addend is register k.
#include "a64/fp.h"

// k + n * m in one rounding, with the addend or n negated first.
static void multiply_add(struct a64_tr *t, const struct a64_args *a, unsigned size, bool negate_n,
                         bool negate_k)
{
    ir_ref n = get_v(t, a->n), m = get_v(t, a->m), k = get_v(t, a->k);
    if (negate_n)
        n = fp_neg(t, size, n, 1);
    if (negate_k)
        k = fp_neg(t, size, k, 1);
    set_scalar(t, a->d, size, fp_op(t, IR_fmuladd16, size, k, n, m, 1), a->k);
}

#define THREE_SOURCES(id, o1, o0, negate_n, negate_k)                        \
    A64_INSN(id##_f, "000 11111 0y " o1 " mmmmm " o0 " kkkkk nnnnn ddddd",   \
             #id " {Fd}, {Fn}, {Fm}, {Fk}", FEAT_FP)                         \
    {                                                                        \
        multiply_add(t, a, fp_size(a->y), negate_n, negate_k);               \
    }                                                                        \
    A64_INSN(id##_f16, "000 11111 11 " o1 " mmmmm " o0 " kkkkk nnnnn ddddd", \
             #id " {Hd}, {Hn}, {Hm}, {Hk}", FEAT_FP16)                       \
    {                                                                        \
        multiply_add(t, a, FP_H, negate_n, negate_k);                        \
    }

THREE_SOURCES(fmadd, "0", "0", false, false)
THREE_SOURCES(fmsub, "0", "1", true, false)
THREE_SOURCES(fnmadd, "1", "0", true, true)
THREE_SOURCES(fnmsub, "1", "1", false, true)
