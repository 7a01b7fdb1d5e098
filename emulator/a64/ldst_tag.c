// SPDX-License-Identifier: MIT
// Loads and stores of allocation tags (Arm ARM C4.1: load/store memory tags). They are not tag
// checked themselves. Those of many tags at once (LDGM, STGM, STZGM) are undefined at EL0.
#include "a64/ldst.h"
#include "base/bits.h"

static int64_t bytes(const struct a64_args *a, unsigned width)
{
    return bits_sext(a->i, width) * IR_TAG_GRANULE;
}

static ir_ref plus(struct a64_tr *t, ir_ref base, int64_t offset)
{
    return offset ? ir_add(&t->ir, 1, base, ir_const64(&t->ir, (uint64_t)offset)) : base;
}

A64_INSN(ldg, "11011001 01 1 iiiiiiiii 00 nnnnn ttttt", "ldg {Xt}, [{Xn|sp}{,#i:9*16}]", FEAT_MTE)
{
    ir_ref addr = plus(t, get_base(t, a->n), bytes(a, 9));
    ir_ref tag = ir_ldg(ir, ir_and(ir, 1, addr, ir_const64(ir, ~(uint64_t)(IR_TAG_GRANULE - 1))));
    set_x(t, a->t, ir_bfi(ir, 1, get_x(t, a->t), tag, 56 | 4 << 8));
}

// Gives `count` granules the tag of register t, after zeroing them if `zero`.
static void store_tag(struct a64_tr *t, const struct a64_args *a, ir_ref addr, unsigned count,
                      bool zero)
{
    ir_ref tag = get_rsp(t, a->t, 1);
    ir_align_check(&t->ir, addr, IR_TAG_GRANULE);
    for (unsigned i = 0; zero && i < count; i++)
        ir_vst128(&t->ir, addr, ir_vconst(&t->ir, 0, 0), i * IR_TAG_GRANULE);
    ir_stg(&t->ir, addr, tag, count);
}

#define ROWS(id, opc, count, zero)                                             \
    A64_INSN(id##_post, "11011001 " opc " 1 iiiiiiiii 01 nnnnn ttttt",         \
             #id " {Xt|sp}, [{Xn|sp}], {#i:9*16}", FEAT_MTE)                   \
    {                                                                          \
        ir_ref base = get_base(t, a->n);                                       \
        store_tag(t, a, base, count, zero);                                    \
        write_back(t, a->n, base, bytes(a, 9));                                \
    }                                                                          \
    A64_INSN(id##_imm, "11011001 " opc " 1 iiiiiiiii 10 nnnnn ttttt",          \
             #id " {Xt|sp}, [{Xn|sp}{,#i:9*16}]", FEAT_MTE)                    \
    {                                                                          \
        store_tag(t, a, plus(t, get_base(t, a->n), bytes(a, 9)), count, zero); \
    }                                                                          \
    A64_INSN(id##_pre, "11011001 " opc " 1 iiiiiiiii 11 nnnnn ttttt",          \
             #id " {Xt|sp}, [{Xn|sp}, {#i:9*16}]!", FEAT_MTE)                  \
    {                                                                          \
        ir_ref base = get_base(t, a->n);                                       \
        store_tag(t, a, plus(t, base, bytes(a, 9)), count, zero);              \
        write_back(t, a->n, base, bytes(a, 9));                                \
    }

ROWS(stg, "00", 1, false)
ROWS(stzg, "01", 1, true)
ROWS(st2g, "10", 2, false)
ROWS(stz2g, "11", 2, true)

// A pair of registers to one granule, which gets the tag of its address.
static void store_tag_pair(struct a64_tr *t, const struct a64_args *a, ir_ref addr)
{
    ir_ref first = get_x(t, a->t), second = get_x(t, a->u);
    ir_align_check(&t->ir, addr, IR_TAG_GRANULE);
    ir_vst128(&t->ir, addr, ir_pair(&t->ir, first, second), 0);
    ir_stg(&t->ir, addr, addr, 1);
}

A64_INSN(stgp_post, "01 101 0 001 0 iiiiiii uuuuu nnnnn ttttt",
         "stgp {Xt}, {Xu}, [{Xn|sp}], {#i:7*16}", FEAT_MTE)
{
    ir_ref base = get_base(t, a->n);
    store_tag_pair(t, a, base);
    write_back(t, a->n, base, bytes(a, 7));
}

A64_INSN(stgp_imm, "01 101 0 010 0 iiiiiii uuuuu nnnnn ttttt",
         "stgp {Xt}, {Xu}, [{Xn|sp}{,#i:7*16}]", FEAT_MTE)
{
    store_tag_pair(t, a, plus(t, get_base(t, a->n), bytes(a, 7)));
}

A64_INSN(stgp_pre, "01 101 0 011 0 iiiiiii uuuuu nnnnn ttttt",
         "stgp {Xt}, {Xu}, [{Xn|sp}, {#i:7*16}]!", FEAT_MTE)
{
    ir_ref base = get_base(t, a->n);
    store_tag_pair(t, a, plus(t, base, bytes(a, 7)));
    write_back(t, a->n, base, bytes(a, 7));
}
