// SPDX-License-Identifier: MIT
// Loads and stores of a pair of registers.
#include "a64/disasm.h"
#include "a64/ldst.h"
#include "base/bits.h"

static void print_offset(struct out *o, const struct a64_args *a, unsigned log2, bool always)
{
    long long offset = (long long)((uint64_t)bits_sext(a->i, 7) << log2);
    if (offset || always)
        out_printf(o, ", #%lld", offset);
}

// The 7-bit offset scaled by the size of the register: by field z W or X, or S, D, Q; _wb: with
// write-back.
A64_DIRECTIVE(pair_r)
{
    print_offset(o, a, 2 + a->z, false);
}

A64_DIRECTIVE(pair_r_wb)
{
    print_offset(o, a, 2 + a->z, true);
}

A64_DIRECTIVE(pair_w)
{
    print_offset(o, a, 2, false);
}

A64_DIRECTIVE(pair_w_wb)
{
    print_offset(o, a, 2, true);
}

// "s0, s1" of field z
A64_DIRECTIVE(pair_v)
{
    char kind = "sdq?"[a->z & 3];
    out_printf(o, "%c%u, %c%u", kind, a->t, kind, a->u);
}

static int64_t pair_offset(const struct a64_args *a, unsigned log2)
{
    return (int64_t)((uint64_t)bits_sext(a->i, 7) << log2);
}

static void load_pair_sw(struct a64_tr *t, const struct a64_args *a, ir_ref base, int64_t offset)
{
    ir_ref v = load(t, 3, base, offset);
    set_x(t, a->t, ir_sbfx(&t->ir, 1, v, 32 << 8));
    set_x(t, a->u, ir_sbfx(&t->ir, 1, v, 32 | 32 << 8));
}

static void load_pair_v(struct a64_tr *t, const struct a64_args *a, ir_ref base, int64_t offset)
{
    unsigned size = 2 + a->z;
    ir_ref first = load_v(t, size, base, offset),
           second = load_v(t, size, base, offset + (1 << size));
    set_v(t, a->t, first);
    set_v(t, a->u, second);
}

static void store_pair_v(struct a64_tr *t, const struct a64_args *a, ir_ref base, int64_t offset)
{
    unsigned size = 2 + a->z;
    store_v(t, size, base, offset, get_v(t, a->t));
    store_v(t, size, base, offset + (1 << size), get_v(t, a->u));
}

// One instruction in its addressing modes. bits: opc, 101, V; l: the load bit.
#define OFFSET(id, bits, mode, l, text, offset_text, feature, log2, access)          \
    A64_INSN(id, bits " " mode " " l " iiiiiii uuuuu nnnnn ttttt " EXCEPT_##feature, \
             text ", [{Xn|sp}{" offset_text "}]", feature)                           \
    {                                                                                \
        access(t, a, get_base(t, a->n), pair_offset(a, log2));                       \
    }
#define POST(id, bits, l, text, offset_text, feature, log2, access)             \
    A64_INSN(id, bits " 001 " l " iiiiiii uuuuu nnnnn ttttt " EXCEPT_##feature, \
             text ", [{Xn|sp}]{" offset_text "_wb}", feature)                   \
    {                                                                           \
        ir_ref base = get_base_wb(t, a->n);                                     \
        access(t, a, base, 0);                                                  \
        write_back(t, a->n, base, pair_offset(a, log2));                        \
    }
#define PRE(id, bits, l, text, offset_text, feature, log2, access)              \
    A64_INSN(id, bits " 011 " l " iiiiiii uuuuu nnnnn ttttt " EXCEPT_##feature, \
             text ", [{Xn|sp}{" offset_text "_wb}]!", feature)                  \
    {                                                                           \
        ir_ref base = get_base_wb(t, a->n);                                     \
        access(t, a, base, pair_offset(a, log2));                               \
        write_back(t, a->n, base, pair_offset(a, log2));                        \
    }
#define EXCEPT_FEAT_BASE ""
#define EXCEPT_FEAT_FP   "z!=11" // of S, D, Q
#define ROWS(op, suffix, bits, l, regs, offset_text, feature, log2, access)                    \
    POST(op##suffix##_post, bits, l, #op " " regs, offset_text, feature, log2, access)         \
    OFFSET(op##suffix##_imm, bits, "010", l, #op " " regs, offset_text, feature, log2, access) \
    PRE(op##suffix##_pre, bits, l, #op " " regs, offset_text, feature, log2, access)

// clang-format off
ROWS(stp,   ,   "z0 101 0", "0", "{Rt}, {Ru}", "pair_r", FEAT_BASE, 2 + a->z, store_pair)
ROWS(ldp,   ,   "z0 101 0", "1", "{Rt}, {Ru}", "pair_r", FEAT_BASE, 2 + a->z, load_pair)
ROWS(ldpsw, ,   "01 101 0", "1", "{Xt}, {Xu}", "pair_w", FEAT_BASE, 2,        load_pair_sw)
ROWS(stp,   _v, "zz 101 1", "0", "{pair_v}",   "pair_r", FEAT_FP,   2 + a->z, store_pair_v)
ROWS(ldp,   _v, "zz 101 1", "1", "{pair_v}",   "pair_r", FEAT_FP,   2 + a->z, load_pair_v)
OFFSET(stnp,   "z0 101 0", "000", "0", "stnp {Rt}, {Ru}", "pair_r", FEAT_BASE, 2 + a->z, store_pair)
OFFSET(ldnp,   "z0 101 0", "000", "1", "ldnp {Rt}, {Ru}", "pair_r", FEAT_BASE, 2 + a->z, load_pair)
OFFSET(stnp_v, "zz 101 1", "000", "0", "stnp {pair_v}",   "pair_r", FEAT_FP,   2 + a->z, store_pair_v)
OFFSET(ldnp_v, "zz 101 1", "000", "1", "ldnp {pair_v}",   "pair_r", FEAT_FP,   2 + a->z, load_pair_v)
