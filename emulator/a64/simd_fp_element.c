// SPDX-License-Identifier: MIT
// Advanced SIMD vector by indexed element, and scalar by indexed element: floating point (Arm ARM
// C4.1). The index is h:l for single, h for double (l must be 0), h:l:k for half precision.
#include "a64/disasm.h"
#include "a64/fp.h"

A64_DIRECTIVE(fpelement)
{
    if (a->z)
        out_printf(o, "v%u.d[%u]", a->m, a->h);
    else
        out_printf(o, "v%u.s[%u]", a->m, a->h << 1 | a->l);
}

A64_DIRECTIVE(helement)
{
    out_printf(o, "v%u.h[%u]", a->m, a->h << 2 | a->l << 1 | a->k);
}

// The indexed element of m in every lane.
static ir_ref element(struct a64_tr *t, const struct a64_args *a, unsigned size)
{
    unsigned index = size == FP_H   ? a->h << 2 | a->l << 1 | a->k
                     : size == FP_S ? a->h << 1 | a->l
                                    : a->h;
    return ir_vdupl(&t->ir, size, get_v(t, a->m), index);
}

// Five rows: vectors of single or double and of half, scalars of each. `expr` is the result in
// terms of size, lanes, n, m; `keep` the register whose upper elements NEP keeps.
#define ELEMENT(id, u, opcode, keep, expr)                                                  \
    static void id##_element(struct a64_tr *t, const struct a64_args *a, unsigned size,     \
                             unsigned lanes)                                                \
    {                                                                                       \
        ir_ref n = get_v(t, a->n), m = element(t, a, size);                                 \
        set_lanes(t, a->d, size, lanes, expr, keep);                                        \
    }                                                                                       \
    A64_INSN(id##_ve, "0q " u " 01111 1z l mmmmm " opcode " h 0 nnnnn ddddd zq!=10 zl!=11", \
             #id " {Vd:f}, {Vn:f}, {fpelement}", FEAT_ASIMD)                                \
    {                                                                                       \
        id##_element(t, a, fp_size(a->z), fp_lanes(fp_size(a->z), a->q));                   \
    }                                                                                       \
    A64_INSN(id##_ve16, "0q " u " 01111 00 l k mmmm " opcode " h 0 nnnnn ddddd",            \
             #id " {Vd:h}, {Vn:h}, {helement}", FEAT_FP16_SIMD)                             \
    {                                                                                       \
        id##_element(t, a, FP_H, fp_lanes(FP_H, a->q));                                     \
    }                                                                                       \
    A64_INSN(id##_sse, "01 " u " 11111 10 l mmmmm " opcode " h 0 nnnnn ddddd",              \
             #id " {Sd}, {Sn}, {fpelement}", FEAT_ASIMD)                                    \
    {                                                                                       \
        id##_element(t, a, FP_S, 1);                                                        \
    }                                                                                       \
    A64_INSN(id##_sde, "01 " u " 11111 1z 0 mmmmm " opcode " h 0 nnnnn ddddd z!=0",         \
             #id " {Dd}, {Dn}, {fpelement}", FEAT_ASIMD)                                    \
    {                                                                                       \
        id##_element(t, a, FP_D, 1);                                                        \
    }                                                                                       \
    A64_INSN(id##_she, "01 " u " 11111 00 l k mmmm " opcode " h 0 nnnnn ddddd",             \
             #id " {Hd}, {Hn}, {helement}", FEAT_FP16_SIMD)                                 \
    {                                                                                       \
        id##_element(t, a, FP_H, 1);                                                        \
    }

ELEMENT(fmla, "0", "0001", a->d, fp_op(t, IR_fmuladd16, size, get_v(t, a->d), n, m, lanes))
ELEMENT(fmls, "0", "0101", a->d,
        fp_op(t, IR_fmuladd16, size, get_v(t, a->d), fp_neg(t, size, n, lanes), m, lanes))
ELEMENT(fmul, "0", "1001", a->n, fp_op(t, IR_fmul16, size, n, m, 0, lanes))
ELEMENT(fmulx, "1", "1001", a->n, fp_op(t, IR_fmulx16, size, n, m, 0, lanes))
