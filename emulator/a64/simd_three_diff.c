// SPDX-License-Identifier: MIT
// Advanced SIMD three different: one operand or the result has lanes twice as wide (Arm ARM C4.1).
// The "2" forms (q 1) use the upper half of the narrower vectors.
#include "a64/simd.h"

// ---- long: wide = narrow op narrow ----

static void lengthen(struct a64_tr *t, const struct a64_args *a, simd_op1 *widen, simd_op2 *op)
{
    ir_ref n = widen(&t->ir, a->z, get_half(t, a->n, a->q)),
           m = widen(&t->ir, a->z, get_half(t, a->m, a->q));
    set_v(t, a->d, op(&t->ir, a->z + 1, n, m));
}

// ---- wide: wide = wide op narrow ----

static void wide(struct a64_tr *t, const struct a64_args *a, simd_op1 *widen, simd_op2 *op)
{
    ir_ref m = widen(&t->ir, a->z, get_half(t, a->m, a->q));
    set_v(t, a->d, op(&t->ir, a->z + 1, get_v(t, a->n), m));
}

// ---- differences: absolute in the narrow lanes, then widened ----

static ir_ref difference(struct a64_tr *t, const struct a64_args *a, simd_op2 *abd)
{
    ir_ref narrow = abd(&t->ir, a->z, get_v(t, a->n), get_v(t, a->m));
    return ir_vuxtl(&t->ir, a->z, a->q ? ir_vhigh(&t->ir, narrow) : narrow);
}

static void abdl(struct a64_tr *t, const struct a64_args *a, simd_op2 *abd)
{
    set_v(t, a->d, difference(t, a, abd));
}

static void abal(struct a64_tr *t, const struct a64_args *a, simd_op2 *abd)
{
    set_v(t, a->d, ir_vadd(&t->ir, a->z + 1, get_v(t, a->d), difference(t, a, abd)));
}

// ---- high narrow: the upper halves of the lanes of wide op wide ----

static void high_narrow(struct a64_tr *t, const struct a64_args *a, simd_op2 *op, bool round)
{
    unsigned wider = a->z + 1, half = 8u << a->z;
    ir_ref v = op(&t->ir, wider, get_v(t, a->n), get_v(t, a->m));
    if (round) {
        uint64_t one = UINT64_C(1) << (half - 1);
        for (unsigned bits = 2 * half; bits < 64; bits *= 2)
            one |= one << bits;
        v = ir_vadd(&t->ir, wider, v, ir_vconst(&t->ir, 1, one));
    }
    set_half(t, a->d, a->q, ir_vxtn(&t->ir, a->z, ir_vushr(&t->ir, wider, v, half)));
}

// ---- products ----

static ir_ref product(struct a64_tr *t, const struct a64_args *a, simd_mull *multiply)
{
    return multiply(&t->ir, a->z, get_v(t, a->n), get_v(t, a->m), a->q);
}

static void mull(struct a64_tr *t, const struct a64_args *a, simd_mull *multiply)
{
    set_v(t, a->d, product(t, a, multiply));
}

// Adds the product to Vd or subtracts it.
static void mlal(struct a64_tr *t, const struct a64_args *a, simd_mull *multiply, simd_op2 *op)
{
    set_v(t, a->d, op(&t->ir, a->z + 1, get_v(t, a->d), product(t, a, multiply)));
}

// clang-format off
#define ROW(id, u, opcode, excepts, syntax, ...)                                                   \
    A64_INSN(id##_v, "0q " u " 01110 zz 1 mmmmm " opcode " 00 nnnnn ddddd " excepts, #id "{half2} " syntax, FEAT_ASIMD) \
    {                                                                                              \
        __VA_ARGS__;                                                                               \
    }
#define LONG(id, u, opcode, ...) ROW(id, u, opcode, "z!=11", "{Vd+}, {Vn}, {Vm}", __VA_ARGS__)
#define WIDE(id, u, opcode, ...) ROW(id, u, opcode, "z!=11", "{Vd+}, {Vn+}, {Vm}", __VA_ARGS__)
#define HIGH(id, u, opcode, ...) ROW(id, u, opcode, "z!=11", "{Vd}, {Vn+}, {Vm+}", __VA_ARGS__)
#define SQDM(id, u, opcode, ...) ROW(id, u, opcode, "z!=00 z!=11", "{Vd+}, {Vn}, {Vm}", __VA_ARGS__)
LONG(saddl,   "0", "0000", lengthen(t, a, ir_vsxtl, ir_vadd))
LONG(uaddl,   "1", "0000", lengthen(t, a, ir_vuxtl, ir_vadd))
WIDE(saddw,   "0", "0001", wide(t, a, ir_vsxtl, ir_vadd))
WIDE(uaddw,   "1", "0001", wide(t, a, ir_vuxtl, ir_vadd))
LONG(ssubl,   "0", "0010", lengthen(t, a, ir_vsxtl, ir_vsub))
LONG(usubl,   "1", "0010", lengthen(t, a, ir_vuxtl, ir_vsub))
WIDE(ssubw,   "0", "0011", wide(t, a, ir_vsxtl, ir_vsub))
WIDE(usubw,   "1", "0011", wide(t, a, ir_vuxtl, ir_vsub))
HIGH(addhn,   "0", "0100", high_narrow(t, a, ir_vadd, false))
HIGH(raddhn,  "1", "0100", high_narrow(t, a, ir_vadd, true))
LONG(sabal,   "0", "0101", abal(t, a, ir_vsabd))
LONG(uabal,   "1", "0101", abal(t, a, ir_vuabd))
HIGH(subhn,   "0", "0110", high_narrow(t, a, ir_vsub, false))
HIGH(rsubhn,  "1", "0110", high_narrow(t, a, ir_vsub, true))
LONG(sabdl,   "0", "0111", abdl(t, a, ir_vsabd))
LONG(uabdl,   "1", "0111", abdl(t, a, ir_vuabd))
LONG(smlal,   "0", "1000", mlal(t, a, simd_smull, ir_vadd))
LONG(umlal,   "1", "1000", mlal(t, a, simd_umull, ir_vadd))
SQDM(sqdmlal, "0", "1001", mlal(t, a, simd_sqdmull_half, ir_vsqadd))
LONG(smlsl,   "0", "1010", mlal(t, a, simd_smull, ir_vsub))
LONG(umlsl,   "1", "1010", mlal(t, a, simd_umull, ir_vsub))
SQDM(sqdmlsl, "0", "1011", mlal(t, a, simd_sqdmull_half, ir_vsqsub))
LONG(smull,   "0", "1100", mull(t, a, simd_smull))
LONG(umull,   "1", "1100", mull(t, a, simd_umull))
SQDM(sqdmull, "0", "1101", mull(t, a, simd_sqdmull_half))
// clang-format on

A64_INSN(pmull8, "0q 0 01110 00 1 mmmmm 1110 00 nnnnn ddddd",
         "pmull{half2} {Vd.8h}, {bytes_n}, {bytes_m}", FEAT_ASIMD)
{
    set_v(t, a->d, ir_vpmull8(ir, get_half(t, a->n, a->q), get_half(t, a->m, a->q)));
}

A64_INSN(pmull64, "0q 0 01110 zz 1 mmmmm 1110 00 nnnnn ddddd z!=0x z!=10",
         "pmull{half2} {Vd.1q}, {Vn}, {Vm}", FEAT_PMULL)
{
    set_v(t, a->d, ir_vpmull64(ir, get_half(t, a->n, a->q), get_half(t, a->m, a->q)));
}
