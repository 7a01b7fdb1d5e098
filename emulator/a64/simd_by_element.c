// SPDX-License-Identifier: MIT
// Advanced SIMD vector, and scalar, by indexed element: integer (Arm ARM C4.1). A halfword's index
// is h:l:k and its register 0 to 15; a word's index is h:l and its register k:m.
#include "a64/disasm.h"
#include "a64/simd.h"

static unsigned element_reg(const struct a64_args *a)
{
    return a->z == 1 ? a->m : a->k << 4 | a->m;
}

static unsigned element_index(const struct a64_args *a)
{
    return a->z == 1 ? a->h << 2 | a->l << 1 | a->k : a->h << 1 | a->l;
}

// The element in every lane.
static ir_ref element(struct a64_tr *t, const struct a64_args *a)
{
    return ir_vdupl(&t->ir, a->z, get_v(t, element_reg(a)), element_index(a));
}

A64_DIRECTIVE(element)
{
    out_printf(o, "v%u.%c[%u]", element_reg(a), "bhsd"[a->z], element_index(a));
}

// Four bytes together, of the rows that have no size field.
A64_DIRECTIVE(element_4b)
{
    out_printf(o, "v%u.4b[%u]", a->m, a->h << 1 | a->l);
}

// ---- lanes of one width ----

static void multiply(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    set_vq(t, a->d, a->q, op(&t->ir, a->z, get_v(t, a->n), element(t, a)));
}

static void accumulate(struct a64_tr *t, const struct a64_args *a, simd_op3 *op)
{
    set_vq(t, a->d, a->q, op(&t->ir, a->z, get_v(t, a->d), get_v(t, a->n), element(t, a)));
}

// Zero times the element does not saturate.
static void multiply_sat(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    set_v(t, a->d, op(&t->ir, a->z, get_vq(t, a->n, a->q), element(t, a)));
}

static void accumulate_sat(struct a64_tr *t, const struct a64_args *a, simd_op3 *op)
{
    set_v(t, a->d, op(&t->ir, a->z, get_vq(t, a->d, a->q), get_vq(t, a->n, a->q), element(t, a)));
}

// ---- lanes twice as wide ----

static ir_ref product(struct a64_tr *t, const struct a64_args *a, simd_mull *multiply_long)
{
    return multiply_long(&t->ir, a->z, get_v(t, a->n), element(t, a), a->q);
}

static void mull(struct a64_tr *t, const struct a64_args *a, simd_mull *multiply_long)
{
    set_v(t, a->d, product(t, a, multiply_long));
}

static void mlal(struct a64_tr *t, const struct a64_args *a, simd_mull *multiply_long, simd_op2 *op)
{
    set_v(t, a->d, op(&t->ir, a->z + 1, get_v(t, a->d), product(t, a, multiply_long)));
}

// ---- scalars ----

static void scalar_multiply(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    set_v(t, a->d, op(&t->ir, a->z, get_e(t, a->n, a->z), element(t, a)));
}

static void scalar_accumulate(struct a64_tr *t, const struct a64_args *a, simd_op3 *op)
{
    set_v(t, a->d, op(&t->ir, a->z, get_e(t, a->d, a->z), get_e(t, a->n, a->z), element(t, a)));
}

static void scalar_mlal(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    unsigned wide = a->z + 1;
    ir_ref product = simd_sqdmull(&t->ir, a->z, get_e(t, a->n, a->z), element(t, a));
    set_v(t, a->d, op(&t->ir, wide, get_e(t, a->d, wide), product));
}

// clang-format off
#define ROW(id, name, u, opcode, feature, syntax, ...)                                             \
    A64_INSN(id, "0q " u " 01111 zz lk mmmm " opcode " h 0 nnnnn ddddd z!=00 z!=11", name syntax ", {element}", feature) \
    {                                                                                              \
        __VA_ARGS__;                                                                               \
    }
#define SAME(id, u, opcode, feature, ...) ROW(id##_ve, #id, u, opcode, feature, " {Vd}, {Vn}", __VA_ARGS__)
#define LONG(id, u, opcode, ...) ROW(id##_ve, #id, u, opcode, FEAT_ASIMD, "{half2} {Vd+}, {Vn}", __VA_ARGS__)
#define SCALAR(id, u, opcode, feature, dest, ...)                                                  \
    A64_INSN(id##_se, "01 " u " 11111 zz lk mmmm " opcode " h 0 nnnnn ddddd z!=00 z!=11",           \
             #id " {" dest "}, {En}, {element}", feature)                                          \
    {                                                                                              \
        __VA_ARGS__;                                                                               \
    }
SAME(mla,      "1", "0000", FEAT_ASIMD, accumulate(t, a, simd_mla))
SAME(mls,      "1", "0100", FEAT_ASIMD, accumulate(t, a, simd_mls))
SAME(mul,      "0", "1000", FEAT_ASIMD, multiply(t, a, ir_vmul))
SAME(sqdmulh,  "0", "1100", FEAT_ASIMD, multiply_sat(t, a, simd_sqdmulh))
SAME(sqrdmulh, "0", "1101", FEAT_ASIMD, multiply_sat(t, a, simd_sqrdmulh))
SAME(sqrdmlah, "1", "1101", FEAT_RDM, accumulate_sat(t, a, simd_sqrdmlah))
SAME(sqrdmlsh, "1", "1111", FEAT_RDM, accumulate_sat(t, a, simd_sqrdmlsh))
LONG(smlal,    "0", "0010", mlal(t, a, simd_smull, ir_vadd))
LONG(umlal,    "1", "0010", mlal(t, a, simd_umull, ir_vadd))
LONG(sqdmlal,  "0", "0011", mlal(t, a, simd_sqdmull_half, ir_vsqadd))
LONG(smlsl,    "0", "0110", mlal(t, a, simd_smull, ir_vsub))
LONG(umlsl,    "1", "0110", mlal(t, a, simd_umull, ir_vsub))
LONG(sqdmlsl,  "0", "0111", mlal(t, a, simd_sqdmull_half, ir_vsqsub))
LONG(smull,    "0", "1010", mull(t, a, simd_smull))
LONG(umull,    "1", "1010", mull(t, a, simd_umull))
LONG(sqdmull,  "0", "1011", mull(t, a, simd_sqdmull_half))
SCALAR(sqdmlal,  "0", "0011", FEAT_ASIMD, "E+d", scalar_mlal(t, a, ir_vsqadd))
SCALAR(sqdmlsl,  "0", "0111", FEAT_ASIMD, "E+d", scalar_mlal(t, a, ir_vsqsub))
SCALAR(sqdmull,  "0", "1011", FEAT_ASIMD, "E+d", scalar_multiply(t, a, simd_sqdmull))
SCALAR(sqdmulh,  "0", "1100", FEAT_ASIMD, "Ed", scalar_multiply(t, a, simd_sqdmulh))
SCALAR(sqrdmulh, "0", "1101", FEAT_ASIMD, "Ed", scalar_multiply(t, a, simd_sqrdmulh))
SCALAR(sqrdmlah, "1", "1101", FEAT_RDM, "Ed", scalar_accumulate(t, a, simd_sqrdmlah))
SCALAR(sqrdmlsh, "1", "1111", FEAT_RDM, "Ed", scalar_accumulate(t, a, simd_sqrdmlsh))
// clang-format on

// ---- dot products: Vd plus bytes of n times four bytes of m ----

static ir_ref four_bytes(struct a64_tr *t, const struct a64_args *a)
{
    return ir_vdupl(&t->ir, 2, get_v(t, a->m), a->h << 1 | a->l);
}

// clang-format off
#define DOT(id, u, size, opcode, feature, op, x, y)                                                \
    A64_INSN(id##_ve, "0q " u " 01111 " size " l mmmmm " opcode " h 0 nnnnn ddddd",                 \
             #id " {words_d}, {bytes_n}, {element_4b}", feature)                                   \
    {                                                                                              \
        ir_ref n = get_v(t, a->n), m = four_bytes(t, a);                                           \
        set_vq(t, a->d, a->q, op(ir, get_v(t, a->d), x, y));                                       \
    }
DOT(sdot,  "0", "10", "1110", FEAT_DotProd, ir_vsdot, n, m)
DOT(udot,  "1", "10", "1110", FEAT_DotProd, ir_vudot, n, m)
DOT(usdot, "0", "10", "1111", FEAT_I8MM, ir_vusdot, n, m)
DOT(sudot, "0", "00", "1111", FEAT_I8MM, ir_vusdot, m, n)
// clang-format on
