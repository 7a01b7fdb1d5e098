// SPDX-License-Identifier: MIT
// Data processing, register: logical and add/subtract (shifted, extended, with carry), conditional
// compare and select, one, two and three sources.
#include "a64/disasm.h"
#include "a64/translate.h"
#include "base/bits.h"

// ---- logical, shifted register: shift type s, amount i; the W forms have amounts below 32 ----

static ir_ref shifted(struct a64_tr *t, const struct a64_args *a, bool invert)
{
    ir_ref v = shift_reg(t, a->m, a->z, a->s, a->i);
    return invert ? ir_not(&t->ir, a->z, v) : v;
}

A64_INSN(and_shift, "z 00 01010 ss 0 mmmmm iiiiii nnnnn ddddd zi!=01xxxxx",
         "and {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    set_r(t, a->d, a->z, ir_and(ir, a->z, get_r(t, a->n, a->z), shifted(t, a, false)));
}

A64_INSN(bic_shift, "z 00 01010 ss 1 mmmmm iiiiii nnnnn ddddd zi!=01xxxxx",
         "bic {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    set_r(t, a->d, a->z, ir_andn(ir, a->z, get_r(t, a->n, a->z), shifted(t, a, false)));
}

A64_INSN(orr_shift, "z 01 01010 ss 0 mmmmm iiiiii nnnnn ddddd zi!=01xxxxx",
         "orr {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    ir_ref v = shifted(t, a, false);
    set_r(t, a->d, a->z, a->n == A64_ZR ? v : ir_or(ir, a->z, get_r(t, a->n, a->z), v));
}

A64_INSN(orn_shift, "z 01 01010 ss 1 mmmmm iiiiii nnnnn ddddd zi!=01xxxxx",
         "orn {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    ir_ref v = shifted(t, a, true);
    set_r(t, a->d, a->z, a->n == A64_ZR ? v : ir_or(ir, a->z, get_r(t, a->n, a->z), v));
}

A64_INSN(eor_shift, "z 10 01010 ss 0 mmmmm iiiiii nnnnn ddddd zi!=01xxxxx",
         "eor {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    set_r(t, a->d, a->z, ir_xor(ir, a->z, get_r(t, a->n, a->z), shifted(t, a, false)));
}

A64_INSN(eon_shift, "z 10 01010 ss 1 mmmmm iiiiii nnnnn ddddd zi!=01xxxxx",
         "eon {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    set_r(t, a->d, a->z, ir_xor(ir, a->z, get_r(t, a->n, a->z), shifted(t, a, true)));
}

static void set_logical(struct a64_tr *t, const struct a64_args *a, ir_ref v)
{
    set_flags(t, ir_logf(&t->ir, a->z, v));
    set_r(t, a->d, a->z, v);
}

A64_INSN(ands_shift, "z 11 01010 ss 0 mmmmm iiiiii nnnnn ddddd zi!=01xxxxx",
         "ands {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    set_logical(t, a, ir_and(ir, a->z, get_r(t, a->n, a->z), shifted(t, a, false)));
}

A64_INSN(bics_shift, "z 11 01010 ss 1 mmmmm iiiiii nnnnn ddddd zi!=01xxxxx",
         "bics {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    set_logical(t, a, ir_andn(ir, a->z, get_r(t, a->n, a->z), shifted(t, a, false)));
}

// ---- add and subtract ----

static void adds(struct a64_tr *t, const struct a64_args *a, ir_ref x, ir_ref y)
{
    set_flags(t, ir_addf(&t->ir, a->z, x, y));
    set_r(t, a->d, a->z, ir_add(&t->ir, a->z, x, y));
}

static void subs(struct a64_tr *t, const struct a64_args *a, ir_ref x, ir_ref y)
{
    set_flags(t, ir_subf(&t->ir, a->z, x, y));
    set_r(t, a->d, a->z, ir_sub(&t->ir, a->z, x, y));
}

A64_INSN(add_shift, "z 0 0 01011 ss 0 mmmmm iiiiii nnnnn ddddd s!=11 zi!=01xxxxx",
         "add {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    set_r(t, a->d, a->z, ir_add(ir, a->z, get_r(t, a->n, a->z), shifted(t, a, false)));
}

A64_INSN(adds_shift, "z 0 1 01011 ss 0 mmmmm iiiiii nnnnn ddddd s!=11 zi!=01xxxxx",
         "adds {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    adds(t, a, get_r(t, a->n, a->z), shifted(t, a, false));
}

A64_INSN(sub_shift, "z 1 0 01011 ss 0 mmmmm iiiiii nnnnn ddddd s!=11 zi!=01xxxxx",
         "sub {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    set_r(t, a->d, a->z, ir_sub(ir, a->z, get_r(t, a->n, a->z), shifted(t, a, false)));
}

A64_INSN(subs_shift, "z 1 1 01011 ss 0 mmmmm iiiiii nnnnn ddddd s!=11 zi!=01xxxxx",
         "subs {Rd}, {Rn}, {Rm}{shift}", FEAT_BASE)
{
    subs(t, a, get_r(t, a->n, a->z), shifted(t, a, false));
}

#define EXTENDED_OPERAND "mmmmm ooo iii nnnnn ddddd i!=101 i!=110 i!=111"

A64_INSN(add_ext, "z 0 0 01011 00 1 " EXTENDED_OPERAND, "add {Rd|sp}, {Rn|sp}, {extend}", FEAT_BASE)
{
    set_rsp(t, a->d, a->z,
            ir_add(ir, a->z, get_rsp(t, a->n, a->z), extend_reg(t, a->m, a->z, a->o, a->i)));
}

A64_INSN(adds_ext, "z 0 1 01011 00 1 " EXTENDED_OPERAND, "adds {Rd}, {Rn|sp}, {extend_s}",
         FEAT_BASE)
{
    adds(t, a, get_rsp(t, a->n, a->z), extend_reg(t, a->m, a->z, a->o, a->i));
}

A64_INSN(sub_ext, "z 1 0 01011 00 1 " EXTENDED_OPERAND, "sub {Rd|sp}, {Rn|sp}, {extend}", FEAT_BASE)
{
    set_rsp(t, a->d, a->z,
            ir_sub(ir, a->z, get_rsp(t, a->n, a->z), extend_reg(t, a->m, a->z, a->o, a->i)));
}

A64_INSN(subs_ext, "z 1 1 01011 00 1 " EXTENDED_OPERAND, "subs {Rd}, {Rn|sp}, {extend_s}",
         FEAT_BASE)
{
    subs(t, a, get_rsp(t, a->n, a->z), extend_reg(t, a->m, a->z, a->o, a->i));
}

A64_INSN(adc, "z 0 0 11010000 mmmmm 000000 nnnnn ddddd", "adc {Rd}, {Rn}, {Rm}", FEAT_BASE)
{
    set_r(t, a->d, a->z,
          ir_adc(ir, a->z, get_r(t, a->n, a->z), get_r(t, a->m, a->z), get_flags(t)));
}

A64_INSN(adcs, "z 0 1 11010000 mmmmm 000000 nnnnn ddddd", "adcs {Rd}, {Rn}, {Rm}", FEAT_BASE)
{
    ir_ref x = get_r(t, a->n, a->z), y = get_r(t, a->m, a->z), c = get_flags(t);
    ir_ref v = ir_adc(ir, a->z, x, y, c);
    set_flags(t, ir_adcf(ir, a->z, x, y, c));
    set_r(t, a->d, a->z, v);
}

A64_INSN(sbc, "z 1 0 11010000 mmmmm 000000 nnnnn ddddd", "sbc {Rd}, {Rn}, {Rm}", FEAT_BASE)
{
    set_r(t, a->d, a->z,
          ir_sbc(ir, a->z, get_r(t, a->n, a->z), get_r(t, a->m, a->z), get_flags(t)));
}

A64_INSN(sbcs, "z 1 1 11010000 mmmmm 000000 nnnnn ddddd", "sbcs {Rd}, {Rn}, {Rm}", FEAT_BASE)
{
    ir_ref x = get_r(t, a->n, a->z), y = get_r(t, a->m, a->z), c = get_flags(t);
    ir_ref v = ir_sbc(ir, a->z, x, y, c);
    set_flags(t, ir_sbcf(ir, a->z, x, y, c));
    set_r(t, a->d, a->z, v);
}

// ---- conditional compare: y is a register or an immediate; f the flags if the condition fails
// ----

static void ccmp(struct a64_tr *t, const struct a64_args *a, bool negative, ir_ref y)
{
    ir_ref x = get_r(t, a->n, a->z);
    ir_ref compared = negative ? ir_addf(&t->ir, a->z, x, y) : ir_subf(&t->ir, a->z, x, y);
    set_flags(t, ir_self(&t->ir, get_flags(t), compared, ir_constf(&t->ir, a->f), a->c));
}

A64_INSN(ccmn_reg, "z 0 1 11010010 mmmmm cccc 0 0 nnnnn 0 ffff", "ccmn {Rn}, {Rm}, {#0xf}, {cond}",
         FEAT_BASE)
{
    ccmp(t, a, true, get_r(t, a->m, a->z));
}

A64_INSN(ccmp_reg, "z 1 1 11010010 mmmmm cccc 0 0 nnnnn 0 ffff", "ccmp {Rn}, {Rm}, {#0xf}, {cond}",
         FEAT_BASE)
{
    ccmp(t, a, false, get_r(t, a->m, a->z));
}

A64_INSN(ccmn_imm, "z 0 1 11010010 iiiii cccc 1 0 nnnnn 0 ffff",
         "ccmn {Rn}, {#0xi}, {#0xf}, {cond}", FEAT_BASE)
{
    ccmp(t, a, true, const_r(t, a->z, a->i));
}

A64_INSN(ccmp_imm, "z 1 1 11010010 iiiii cccc 1 0 nnnnn 0 ffff",
         "ccmp {Rn}, {#0xi}, {#0xf}, {cond}", FEAT_BASE)
{
    ccmp(t, a, false, const_r(t, a->z, a->i));
}

// ---- conditional select ----

A64_INSN(csel, "z 0 0 11010100 mmmmm cccc 0 0 nnnnn ddddd", "csel {Rd}, {Rn}, {Rm}, {cond}",
         FEAT_BASE)
{
    set_r(t, a->d, a->z,
          ir_sel(ir, a->z, get_flags(t), get_r(t, a->n, a->z), get_r(t, a->m, a->z), a->c));
}

// CSINC Rd, ZR, ZR is CSET with the condition inverted.
A64_INSN(csinc, "z 0 0 11010100 mmmmm cccc 0 1 nnnnn ddddd", "csinc {Rd}, {Rn}, {Rm}, {cond}",
         FEAT_BASE)
{
    if (a->n == A64_ZR && a->m == A64_ZR && a->c < 14) {
        ir_ref bit = ir_setc(ir, get_flags(t), a->c ^ 1);
        set_r(t, a->d, 0, bit);
        return;
    }
    ir_ref other = ir_add(ir, a->z, get_r(t, a->m, a->z), const_r(t, a->z, 1));
    set_r(t, a->d, a->z, ir_sel(ir, a->z, get_flags(t), get_r(t, a->n, a->z), other, a->c));
}

// CSINV Rd, ZR, ZR is CSETM with the condition inverted.
A64_INSN(csinv, "z 1 0 11010100 mmmmm cccc 0 0 nnnnn ddddd", "csinv {Rd}, {Rn}, {Rm}, {cond}",
         FEAT_BASE)
{
    if (a->n == A64_ZR && a->m == A64_ZR && a->c < 14) {
        ir_ref bit = ir_setc(ir, get_flags(t), a->c ^ 1);
        set_r(t, a->d, a->z, ir_sub(ir, a->z, const_r(t, a->z, 0), a->z ? ir_zext(ir, bit) : bit));
        return;
    }
    ir_ref other = ir_not(ir, a->z, get_r(t, a->m, a->z));
    set_r(t, a->d, a->z, ir_sel(ir, a->z, get_flags(t), get_r(t, a->n, a->z), other, a->c));
}

A64_INSN(csneg, "z 1 0 11010100 mmmmm cccc 0 1 nnnnn ddddd", "csneg {Rd}, {Rn}, {Rm}, {cond}",
         FEAT_BASE)
{
    ir_ref other = ir_sub(ir, a->z, const_r(t, a->z, 0), get_r(t, a->m, a->z));
    set_r(t, a->d, a->z, ir_sel(ir, a->z, get_flags(t), get_r(t, a->n, a->z), other, a->c));
}

// ---- one source ----

#define ONE_SOURCE(id, opcode, feature, op)                                                 \
    A64_INSN(id, "z 1 0 11010110 00000 " opcode " nnnnn ddddd", #id " {Rd}, {Rn}", feature) \
    {                                                                                       \
        set_r(t, a->d, a->z, op(ir, a->z, get_r(t, a->n, a->z)));                           \
    }

ONE_SOURCE(rbit, "000000", FEAT_BASE, ir_rbit)
ONE_SOURCE(rev16, "000001", FEAT_BASE, ir_rev16)
ONE_SOURCE(clz, "000100", FEAT_BASE, ir_clz)
ONE_SOURCE(cls, "000101", FEAT_BASE, ir_cls)
ONE_SOURCE(ctz, "000110", FEAT_CSSC, ir_ctz)
ONE_SOURCE(cnt, "000111", FEAT_CSSC, ir_cnt)
ONE_SOURCE(abs, "001000", FEAT_CSSC, ir_abs)

A64_INSN(rev_w, "0 1 0 11010110 00000 000010 nnnnn ddddd", "rev {Wd}, {Wn}", FEAT_BASE)
{
    set_w(t, a->d, ir_rev(ir, 0, get_w(t, a->n)));
}

A64_INSN(rev32, "1 1 0 11010110 00000 000010 nnnnn ddddd", "rev32 {Xd}, {Xn}", FEAT_BASE)
{
    set_x(t, a->d, ir_rev32_64(ir, get_x(t, a->n)));
}

A64_INSN(rev_x, "1 1 0 11010110 00000 000011 nnnnn ddddd", "rev {Xd}, {Xn}", FEAT_BASE)
{
    set_x(t, a->d, ir_rev(ir, 1, get_x(t, a->n)));
}

// ---- two sources ----

#define TWO_SOURCES(id, opcode, feature, op)                                                   \
    A64_INSN(id##_reg, "z 0 0 11010110 mmmmm " opcode " nnnnn ddddd", #id " {Rd}, {Rn}, {Rm}", \
             feature)                                                                          \
    {                                                                                          \
        set_r(t, a->d, a->z, op(ir, a->z, get_r(t, a->n, a->z), get_r(t, a->m, a->z)));        \
    }

TWO_SOURCES(udiv, "000010", FEAT_BASE, ir_udiv)
TWO_SOURCES(sdiv, "000011", FEAT_BASE, ir_sdiv)
TWO_SOURCES(lslv, "001000", FEAT_BASE, ir_lsl)
TWO_SOURCES(lsrv, "001001", FEAT_BASE, ir_lsr)
TWO_SOURCES(asrv, "001010", FEAT_BASE, ir_asr)
TWO_SOURCES(rorv, "001011", FEAT_BASE, ir_ror)
TWO_SOURCES(smax, "011000", FEAT_CSSC, ir_smax)
TWO_SOURCES(umax, "011001", FEAT_CSSC, ir_umax)
TWO_SOURCES(smin, "011010", FEAT_CSSC, ir_smin)
TWO_SOURCES(umin, "011011", FEAT_CSSC, ir_umin)

#define MIN_MAX_IMM(id, opcode, op, value, syntax)                                      \
    A64_INSN(id##_imm, "z 0 0 1000111 " opcode " iiiiiiii nnnnn ddddd",                 \
             #id " {Rd}, {Rn}, " syntax, FEAT_CSSC)                                     \
    {                                                                                   \
        set_r(t, a->d, a->z,                                                            \
              op(ir, a->z, get_r(t, a->n, a->z), const_r(t, a->z, (uint64_t)(value)))); \
    }

MIN_MAX_IMM(smax, "0000", ir_smax, (int8_t)a->i, "{#i:8}")
MIN_MAX_IMM(umax, "0001", ir_umax, a->i, "{#i}")
MIN_MAX_IMM(smin, "0010", ir_smin, (int8_t)a->i, "{#i:8}")
MIN_MAX_IMM(umin, "0011", ir_umin, a->i, "{#i}")

#define CRC(id, opcode, op)                                                                  \
    A64_INSN(id, "0 0 0 11010110 mmmmm 010 " opcode " nnnnn ddddd", #id " {Wd}, {Wn}, {Wm}", \
             FEAT_CRC32)                                                                     \
    {                                                                                        \
        set_w(t, a->d, op(ir, get_w(t, a->n), get_w(t, a->m)));                              \
    }
#define CRC_X(id, opcode, op)                                                                \
    A64_INSN(id, "1 0 0 11010110 mmmmm 010 " opcode " nnnnn ddddd", #id " {Wd}, {Wn}, {Xm}", \
             FEAT_CRC32)                                                                     \
    {                                                                                        \
        set_w(t, a->d, op(ir, get_w(t, a->n), get_x(t, a->m)));                              \
    }

CRC(crc32b, "000", ir_crc32b)
CRC(crc32h, "001", ir_crc32h)
CRC(crc32w, "010", ir_crc32w)
CRC_X(crc32x, "011", ir_crc32x)
CRC(crc32cb, "100", ir_crc32cb)
CRC(crc32ch, "101", ir_crc32ch)
CRC(crc32cw, "110", ir_crc32cw)
CRC_X(crc32cx, "111", ir_crc32cx)

// ---- pointers with tags (FEAT_MTE) ----

// A tag of chance, but none of the mask Xm and none that the thread excludes.
A64_INSN(irg, "1 0 0 11010110 mmmmm 000100 nnnnn ddddd", "irg {Xd|sp}, {Xn|sp}{irg_mask}", FEAT_MTE)
{
    ir_ref exclude = ir_or(ir, 1, get_x(t, a->m), ir_getx(ir, CPU_FIELD(s.tagging.exclude)));
    set_rsp(t, a->d, 1, ir_bfi(ir, 1, get_rsp(t, a->n, 1), ir_randtag(ir, exclude), 56 | 4 << 8));
}

A64_DIRECTIVE(irg_mask)
{
    if (a->m != A64_ZR)
        out_printf(o, ", x%u", a->m);
}

// The tag of Xn (bits 59:56) as a bit to be added to the mask Xm.
A64_INSN(gmi, "1 0 0 11010110 mmmmm 000101 nnnnn ddddd", "gmi {Xd}, {Xn|sp}, {Xm}", FEAT_MTE)
{
    ir_ref tag = ir_ubfx(ir, 1, get_rsp(t, a->n, 1), 56 | 4 << 8);
    set_x(t, a->d, ir_or(ir, 1, get_x(t, a->m), ir_lsl(ir, 1, ir_const64(ir, 1), tag)));
}

// The address of a pointer: bits 55:0, sign-extended.
static ir_ref address_of(struct a64_tr *t, unsigned n)
{
    return ir_sbfx(&t->ir, 1, get_rsp(t, n, 1), 56 << 8);
}

A64_INSN(subp, "1 0 0 11010110 mmmmm 000000 nnnnn ddddd", "subp {Xd}, {Xn|sp}, {Xm|sp}", FEAT_MTE)
{
    set_x(t, a->d, ir_sub(ir, 1, address_of(t, a->n), address_of(t, a->m)));
}

A64_INSN(subps, "1 0 1 11010110 mmmmm 000000 nnnnn ddddd", "subps {Xd}, {Xn|sp}, {Xm|sp}", FEAT_MTE)
{
    ir_ref x = address_of(t, a->n), y = address_of(t, a->m), v = ir_sub(ir, 1, x, y);
    set_flags(t, ir_subf(ir, 1, x, y));
    set_x(t, a->d, v);
}

// ---- three sources; e is Ra ----

A64_INSN(madd, "z 00 11011 000 mmmmm 0 eeeee nnnnn ddddd", "madd {Rd}, {Rn}, {Rm}, {Re}", FEAT_BASE)
{
    ir_ref v = ir_mul(ir, a->z, get_r(t, a->n, a->z), get_r(t, a->m, a->z));
    set_r(t, a->d, a->z, a->e == A64_ZR ? v : ir_add(ir, a->z, get_r(t, a->e, a->z), v));
}

A64_INSN(msub, "z 00 11011 000 mmmmm 1 eeeee nnnnn ddddd", "msub {Rd}, {Rn}, {Rm}, {Re}", FEAT_BASE)
{
    ir_ref v = ir_mul(ir, a->z, get_r(t, a->n, a->z), get_r(t, a->m, a->z));
    set_r(t, a->d, a->z, ir_sub(ir, a->z, get_r(t, a->e, a->z), v));
}

static ir_ref long_product(struct a64_tr *t, const struct a64_args *a, bool is_signed)
{
    struct ir_block *ir = &t->ir;
    if (!is_signed)
        return ir_mul(ir, 1, ir_zext(ir, get_w(t, a->n)), ir_zext(ir, get_w(t, a->m)));
    return ir_mul(ir, 1, ir_sbfx(ir, 1, get_x(t, a->n), 32 << 8),
                  ir_sbfx(ir, 1, get_x(t, a->m), 32 << 8));
}

#define LONG_MULTIPLY(id, bits, negate, is_signed, op)                            \
    A64_INSN(id, "1 00 11011 " bits " mmmmm " negate " eeeee nnnnn ddddd",        \
             #id " {Xd}, {Wn}, {Wm}, {Xe}", FEAT_BASE)                            \
    {                                                                             \
        set_x(t, a->d, op(ir, 1, get_x(t, a->e), long_product(t, a, is_signed))); \
    }

LONG_MULTIPLY(smaddl, "001", "0", true, ir_add)
LONG_MULTIPLY(smsubl, "001", "1", true, ir_sub)
LONG_MULTIPLY(umaddl, "101", "0", false, ir_add)
LONG_MULTIPLY(umsubl, "101", "1", false, ir_sub)

A64_INSN(smulh, "1 00 11011 010 mmmmm 0 ----- nnnnn ddddd", "smulh {Xd}, {Xn}, {Xm}", FEAT_BASE)
{
    set_x(t, a->d, ir_smulh64(ir, get_x(t, a->n), get_x(t, a->m)));
}

A64_INSN(umulh, "1 00 11011 110 mmmmm 0 ----- nnnnn ddddd", "umulh {Xd}, {Xn}, {Xm}", FEAT_BASE)
{
    set_x(t, a->d, ir_umulh64(ir, get_x(t, a->n), get_x(t, a->m)));
}
