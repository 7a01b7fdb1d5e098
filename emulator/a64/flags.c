// SPDX-License-Identifier: MIT
// Flag manipulation (FEAT_FlagM, FEAT_FlagM2). Flags are handled as a number N8 Z4 C2 V1.
#include "a64/translate.h"

static ir_ref flag_bits(struct a64_tr *t)
{
    return ir_trunc(&t->ir,
                    ir_lsr(&t->ir, 1, ir_f2x(&t->ir, get_flags(t)), ir_const64(&t->ir, 28)));
}

static void set_flag_bits(struct a64_tr *t, ir_ref w)
{
    set_flags(t, ir_x2f(&t->ir, ir_lsl(&t->ir, 1, ir_zext(&t->ir, w), ir_const64(&t->ir, 28))));
}

static ir_ref bit(struct a64_tr *t, ir_ref w, unsigned n)
{
    return ir_ubfx(&t->ir, 0, w, n | 1 << 8);
}

// A flag number from four bits (each 0 or 1).
static ir_ref join(struct a64_tr *t, ir_ref n, ir_ref z, ir_ref c, ir_ref v)
{
    struct ir_block *ir = &t->ir;
    ir_ref w = ir_bfi(ir, 0, v, c, 1 | 1 << 8);
    w = ir_bfi(ir, 0, w, z, 2 | 1 << 8);
    return ir_bfi(ir, 0, w, n, 3 | 1 << 8);
}

A64_INSN(cfinv, "1101010100 0 00 000 0100 ---- 000 11111", "cfinv", FEAT_FlagM)
{
    set_flag_bits(t, ir_xor(ir, 0, flag_bits(t), ir_const32(ir, 2)));
}

A64_INSN(xaflag, "1101010100 0 00 000 0100 ---- 001 11111", "xaflag", FEAT_FlagM2)
{
    ir_ref f = flag_bits(t), one = ir_const32(ir, 1);
    ir_ref z = bit(t, f, 2), c = bit(t, f, 1);
    ir_ref not_z = ir_xor(ir, 0, z, one), not_c = ir_xor(ir, 0, c, one);
    set_flag_bits(t, join(t, ir_and(ir, 0, not_c, not_z), ir_and(ir, 0, z, c), ir_or(ir, 0, c, z),
                          ir_and(ir, 0, not_c, z)));
}

A64_INSN(axflag, "1101010100 0 00 000 0100 ---- 010 11111", "axflag", FEAT_FlagM2)
{
    ir_ref f = flag_bits(t), zero = ir_const32(ir, 0);
    ir_ref v = bit(t, f, 0);
    set_flag_bits(
        t, join(t, zero, ir_or(ir, 0, bit(t, f, 2), v), ir_andn(ir, 0, bit(t, f, 1), v), zero));
}

// The flags selected by the mask f become bits i+3:i of Xn.
A64_INSN(rmif, "1 0 1 11010000 iiiiii 00001 nnnnn 0 ffff", "rmif {Xn}, {#i}, {#f}", FEAT_FlagM)
{
    ir_ref w = ir_trunc(ir, ir_ror(ir, 1, get_x(t, a->n), ir_const64(ir, a->i)));
    ir_ref mask = ir_const32(ir, a->f);
    set_flag_bits(t, ir_or(ir, 0, ir_andn(ir, 0, flag_bits(t), mask), ir_and(ir, 0, w, mask)));
}

// N, Z and V of the low 8 or 16 bits of Wn as the result of an addition; C is kept.
static void setf(struct a64_tr *t, unsigned n, unsigned width)
{
    struct ir_block *ir = &t->ir;
    ir_ref w = get_w(t, n);
    ir_ref top = bit(t, w, width - 1), over = bit(t, w, width);
    ir_ref z = ir_setc(ir, ir_logf(ir, 0, ir_ubfx(ir, 0, w, width << 8)), 0);
    set_flag_bits(t, join(t, top, z, bit(t, flag_bits(t), 1), ir_xor(ir, 0, top, over)));
}

A64_INSN(setf8, "0 0 1 11010000 000000 0 0010 nnnnn 0 1101", "setf8 {Wn}", FEAT_FlagM)
{
    setf(t, a->n, 8);
}

A64_INSN(setf16, "0 0 1 11010000 000000 1 0010 nnnnn 0 1101", "setf16 {Wn}", FEAT_FlagM)
{
    setf(t, a->n, 16);
}
