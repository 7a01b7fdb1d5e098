// SPDX-License-Identifier: MIT
// Conversion of numbers: formats, integers, rounding to integers. What does not fit is Invalid
// Operation to the host as well; what the host has no instruction for is looked at first, since
// what it raises must be right.
#include "x64/lower_fp.h"

#define VCVTSI2S              0x2a
#define VCVTTS2SI             0x2c
#define VCVTUSI2S             0x7b // from here on AVX-512
#define VCVTTS2USI            0x78
#define VCVTTPS2UDQ           (X64_EVEX | X64_0F | 0x78)
#define VCVTTPD2QQ            (X64_EVEX | X64_P66 | X64_0F | 0x7a)
#define VCVTTPD2UQQ           (X64_EVEX | X64_P66 | X64_0F | 0x78)
#define VCVTUDQ2PS            (X64_EVEX | X64_PF2 | X64_0F | 0x7a)
#define VCVTQQ2PD             (X64_EVEX | X64_PF3 | X64_0F | 0xe6)
#define VCVTUQQ2PD            (X64_EVEX | X64_PF3 | X64_0F | 0x7a)
#define VROUNDS(wide, scalar) (X64_P66 | X64_0F3A | (scalar ? 0x0a : 0x08) | (wide ? 1 : 0))

enum { NO_INEXACT = 8, CURRENT = 4 };

static void zero(struct x64 *x, unsigned r)
{
    v_rr(x, VPXOR, false, r, r, r);
}

static unsigned scalar_opcode(bool wide, unsigned byte)
{
    return (wide ? X64_PF2 : X64_PF3) | X64_0F | byte;
}

// ---- formats ----

X64_LOWER(fcvt32_64)
{
    if (!x->fp) {
        call_evaluator(x, p);
        return;
    }
    unsigned d = xmm_def(x, p->d);
    if (fp_lit_lanes(p->imm) == 1) {
        zero(x, X64_XSCRATCH);
        may_trap(x);
        vex_b(x, X64_PF3 | X64_0F | 0x5a, false, d, X64_XSCRATCH, p->a);
    } else {
        may_trap(x);
        vex_b(x, X64_0F | 0x5a, false, d, 0, p->a);
    }
    fp_done(x, p, d, true);
}

X64_LOWER(fcvt64_32)
{
    if (!x->fp) {
        call_evaluator(x, p);
        return;
    }
    unsigned r = X64_XSCRATCH;
    if (fp_lit_lanes(p->imm) == 1) {
        zero(x, r);
        may_trap(x);
        vex_b(x, X64_PF2 | X64_0F | 0x5a, false, r, r, p->a);
    } else {
        may_trap(x);
        vex_b(x, X64_P66 | X64_0F | 0x5a, false, r, 0, p->a);
    }
    fp_check_tiny(x, p, r);
    fp_done(x, p, r, true);
}

// ---- rounding to an integer that stays a number ----

// The host's number of a rounding mode.
static unsigned host_round(unsigned round)
{
    static const uint8_t mode[4] = {0, 2, 1, 3};
    return round == FP_LIT_CURRENT ? CURRENT : mode[round];
}

static unsigned round_of(const struct ir_placed *p)
{
    return p->imm >> 24 & 7;
}

static void round_to(struct x64 *x, const struct ir_placed *p, unsigned d, unsigned how)
{
    bool scalar = fp_lit_lanes(p->imm) == 1;
    unsigned a = X64_XSCRATCH2, v = scalar ? X64_XSCRATCH : 0;
    if (fp_is_half(p))
        fp_twice(x, a, p->a);
    else
        a = xmm_use(x, p->a, a);
    if (scalar)
        zero(x, v);
    may_trap(x);
    v_rri(x, VROUNDS(is_wide(p), scalar), false, d, v, a, how);
}

// To nearest in xmm15, ties away from zero: one more if at least a half was cut off. Nothing is
// raised: the difference is exact.
static void round_away(struct x64 *x, const struct ir_placed *p)
{
    const struct x64_constants *c = x->cache->constants;
    bool w = is_wide(p);
    unsigned cut = X64_XSCRATCH, t = X64_XSCRATCH2, n = xmm_use(x, p->a, t);
    round_to(x, p, cut, 3 | NO_INEXACT);
    may_trap(x);
    v_rr(x, fp_opcode(p, 0x5c), false, t, n, cut);
    v_rm(x, VPAND, false, t, t, mem_rip(w ? &c->abs64 : &c->abs32));
    v_rmi(x, fp_opcode(p, 0xc2), false, t, t, mem_rip(w ? &c->half64 : &c->half32), 0x1d);
    v_rm(x, VPAND, false, t, t, mem_rip(w ? &c->one64 : &c->one32));
    v_rm(x, VPAND, false, cut, cut, mem_rip(w ? &c->abs64 : &c->abs32));
    v_rr(x, fp_opcode(p, 0x58), false, cut, cut, t);
    v_rm(x, VMOVDQA, false, t, 0, mem_rip(w ? &c->sign64 : &c->sign32));
    vex_b(x, VPAND, false, t, t, p->a);
    v_rr(x, VPOR, false, cut, cut, t);
}

X64_LOWER_(frint, IR_frint16, 3)
{
    unsigned round = round_of(p);
    if (!x->fp || bits_of(p) == 16 || round == FP_ROUND_ODD ||
        (round == FP_ROUND_TIEAWAY && fp_is_half(p))) {
        call_evaluator(x, p);
        return;
    }
    if (round == FP_ROUND_TIEAWAY) {
        round_away(x, p);
        fp_done(x, p, X64_XSCRATCH, fp_lit_lanes(p->imm) * bits_of(p) == 128);
        return;
    }
    unsigned d = xmm_def(x, p->d);
    round_to(x, p, d, host_round(round) | (fp_lit_flag(p->imm) ? 0 : NO_INEXACT));
    fp_done(x, p, d, !fp_is_half(p));
}

// ---- to integers ----

// 2 to the power n in lane 0 of xmm14.
static void power_of_two(struct x64 *x, const struct ir_placed *p, int n)
{
    bool w = is_wide(p);
    uint64_t bits = w ? (uint64_t)(1023 + n) << 52 : (uint64_t)(127 + n) << 23;
    x64_mov_ri(&x->a, X64_RAX, bits);
    v_rr(x, VMOVD_TO, w, X64_XSCRATCH2, 0, X64_RAX);
}

// xmm15 = the number in xmm a times 2^n, which is exact: what could overflow is the evaluator's.
static void scale_up(struct x64 *x, const struct ir_placed *p, unsigned a, unsigned n)
{
    bool w = is_wide(p);
    clobber_flags(x);
    v_rr(x, VMOVD_FROM, w, a, 0, X64_RAX);
    x64_alu_rr(&x->a, X64_ADD, w, X64_RAX, X64_RAX); // without its sign
    x64_alu_rm(&x->a, X64_CMP, w, X64_RAX, mem_rip(&x->cache->constants->two_to_63[w]));
    evaluate_if(x, X64_AE);
    power_of_two(x, p, (int)n);
    v_rr(x, scalar_opcode(w, 0x59), false, X64_XSCRATCH, a, X64_XSCRATCH2);
}

// xmm15 = the integers in it, converted, times 2^-n: exact as well.
static void scale_down(struct x64 *x, const struct ir_placed *p, unsigned n)
{
    unsigned r = X64_XSCRATCH, scale = X64_XSCRATCH2;
    if (n == 0)
        return;
    power_of_two(x, p, -(int)n);
    if (fp_lit_lanes(p->imm) > 1)
        v_rri(x, VPSHUFD, false, scale, 0, scale, is_wide(p) ? 0x44 : 0);
    v_rr(x, fp_opcode(p, 0x59), false, r, r, scale);
}

// The number in xmm a, at p's operand, as an integer of `wide` bits in rax.
static void to_integer(struct x64 *x, const struct ir_placed *p, unsigned a, bool wide)
{
    struct x64_asm *s = &x->a;
    bool from_wide = is_wide(p);
    unsigned cut = scalar_opcode(from_wide, VCVTTS2SI), round = round_of(p);
    if (fp_lit_fbits(p->imm)) {
        scale_up(x, p, a, fp_lit_fbits(p->imm));
        a = X64_XSCRATCH;
    }
    if (fp_lit_flag(p->imm) && is_wide_host(x)) {
        cut = X64_EVEX | scalar_opcode(from_wide, VCVTTS2USI);
    } else if (fp_lit_flag(p->imm)) {
        // Negative numbers and what the signed conversion would not fit.
        clobber_flags(x);
        v_rr(x, VMOVD_FROM, from_wide, a, 0, X64_RAX);
        x64_test_rr(s, from_wide, X64_RAX, X64_RAX);
        evaluate_if(x, X64_S);
        if (!wide) {
            may_trap(x);
            v_rm(x, X64_0F | 0x2f | (from_wide ? X64_P66 : 0), false, a, 0,
                 mem_rip(&x->cache->constants->two_to_32[from_wide]));
            evaluate_if(x, X64_AE);
        }
        wide = true;
    }
    if (round == FP_ROUND_ZERO) {
        may_trap(x);
        v_rr(x, cut, wide, X64_RAX, 0, a);
        return;
    }
    // Inexact is raised once it is known to fit.
    unsigned how = host_round(round), t = X64_XSCRATCH2;
    if (round == FP_ROUND_TIEAWAY) {
        round_away(x, p);
        may_trap(x);
        v_rr(x, cut, wide, X64_RAX, 0, X64_XSCRATCH);
        a = xmm_use(x, p->a, t);
        v_rri(x, VROUNDS(from_wide, true), false, t, a, a, 0);
        return;
    }
    may_trap(x);
    v_rri(x, VROUNDS(from_wide, true), false, t, a, a, how | NO_INEXACT);
    may_trap(x);
    v_rr(x, cut, wide, X64_RAX, 0, t);
    v_rri(x, VROUNDS(from_wide, true), false, t, a, a, how);
}

static bool can_cut(const struct x64 *x, const struct ir_placed *p, bool wide)
{
    unsigned round = round_of(p);
    return x->fp && bits_of(p) != 16 && (!fp_lit_fbits(p->imm) || round == FP_ROUND_ZERO) &&
           round <= FP_ROUND_TIEAWAY &&
           (round == FP_ROUND_ZERO || wide || !fp_lit_flag(p->imm) || is_wide_host(x));
}

static void number_to_general(struct x64 *x, const struct ir_placed *p, bool wide)
{
    if (!can_cut(x, p, wide)) {
        call_evaluator(x, p);
        return;
    }
    to_integer(x, p, xmm_use(x, p->a, X64_XSCRATCH), wide);
    if (!wide) // the upper half is zero
        x64_mov_rr(&x->a, false, X64_RAX, X64_RAX);
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER_(ftow, IR_ftow16, 3)
{
    number_to_general(x, p, false);
}

X64_LOWER_(ftox, IR_ftox16, 3)
{
    number_to_general(x, p, true);
}

#define VCVTTPS2DQ (X64_PF3 | X64_0F | 0x5b)

// Lanes of 32 bits in xmm15.
static void to_integers_32(struct x64 *x, const struct ir_placed *p)
{
    const unsigned cut = fp_lit_flag(p->imm) ? VCVTTPS2UDQ : VCVTTPS2DQ;
    unsigned round = round_of(p), r = X64_XSCRATCH, t = X64_XSCRATCH2;
    if (round == FP_ROUND_TIEAWAY) {
        round_away(x, p);
        may_trap(x);
        v_rr(x, cut, false, r, 0, r);
        v_rri(x, VROUNDS(false, false), false, t, 0, xmm_use(x, p->a, t), 0);
        return;
    }
    unsigned a = xmm_use(x, p->a, r);
    if (fp_is_half(p)) {
        fp_copy_low(x, r, a, 8);
        a = r;
    }
    if (round != FP_ROUND_ZERO) {
        may_trap(x);
        v_rri(x, VROUNDS(false, false), false, t, 0, a, host_round(round) | NO_INEXACT);
    }
    may_trap(x);
    if (round == FP_ROUND_ZERO) {
        v_rr(x, cut, false, r, 0, a);
        return;
    }
    v_rr(x, cut, false, t, 0, t);
    v_rri(x, VROUNDS(false, false), false, r, 0, a, host_round(round));
    v_rr(x, VMOVDQA, false, r, 0, t);
}

// Two lanes of 64 bits in xmm15, cut.
static void to_integers_64(struct x64 *x, const struct ir_placed *p)
{
    unsigned cut = scalar_opcode(true, VCVTTS2SI), r = X64_XSCRATCH, high = X64_XSCRATCH2;
    unsigned a = xmm_use(x, p->a, r);
    if (is_wide_host(x)) {
        may_trap(x);
        v2(x, fp_lit_flag(p->imm) ? VCVTTPD2UQQ : VCVTTPD2QQ, r, a);
        return;
    }
    v_rr(x, VPUNPCKHQDQ, false, high, a, a);
    may_trap(x);
    v_rr(x, cut, true, X64_RAX, 0, a);
    v_rr(x, VMOVD_TO, true, r, 0, X64_RAX);
    may_trap(x);
    v_rr(x, cut, true, X64_RAX, 0, high);
    v_rri(x, VPINSRQ, true, r, r, X64_RAX, 1);
}

X64_LOWER_(ftoi, IR_ftoi16, 3)
{
    bool w = is_wide(p), scalar = fp_lit_lanes(p->imm) == 1;
    bool needs_avx512 = fp_lit_flag(p->imm) && !scalar;
    unsigned round = round_of(p);
    if (scalar && can_cut(x, p, w)) {
        to_integer(x, p, xmm_use(x, p->a, X64_XSCRATCH), w);
        v_rr(x, VMOVD_TO, w, X64_XSCRATCH, 0, X64_RAX);
        fp_done(x, p, X64_XSCRATCH, true);
        return;
    }
    if (!can_cut(x, p, w) || (needs_avx512 && !is_wide_host(x)) || fp_lit_fbits(p->imm) ||
        (w && round != FP_ROUND_ZERO) || (!w && fp_is_half(p) && round == FP_ROUND_TIEAWAY)) {
        call_evaluator(x, p);
        return;
    }
    if (w)
        to_integers_64(x, p);
    else
        to_integers_32(x, p);
    fp_done(x, p, X64_XSCRATCH, true);
}

// ---- from integers ----

// The integer in rax as a number in xmm15 with zeros above. Unsigned ones with the top bit set are
// halved, the bit that goes kept in the lowest: they round as they should, and doubling is exact.
static void from_integer(struct x64 *x, const struct ir_placed *p, bool wide, bool is_unsigned)
{
    struct x64_asm *a = &x->a;
    unsigned r = X64_XSCRATCH, convert = scalar_opcode(is_wide(p), VCVTSI2S);
    zero(x, r);
    if (is_unsigned && wide && is_wide_host(x)) {
        v_rr(x, X64_EVEX | scalar_opcode(is_wide(p), VCVTUSI2S), true, r, r, X64_RAX);
        return;
    }
    if (!is_unsigned || !wide) { // unsigned 32 bits are positive 64 bits
        v_rr(x, convert, wide || is_unsigned, r, r, X64_RAX);
        return;
    }
    x64_test_rr(a, true, X64_RAX, X64_RAX);
    uint8_t *small = x64_jcc(a, X64_NS, NULL, false);
    x64_shift_ri(a, X64_SHR, true, X64_RAX, 1);
    uint8_t *even = x64_jcc(a, X64_AE, NULL, false);
    x64_alu_ri(a, X64_OR, true, X64_RAX, 1);
    x64_patch(even, x->a.p);
    v_rr(x, convert, true, r, r, X64_RAX);
    v_rr(x, scalar_opcode(is_wide(p), 0x58), false, r, r, r);
    uint8_t *end = x64_jmp(a, NULL, false);
    x64_patch(small, x->a.p);
    v_rr(x, convert, true, r, r, X64_RAX);
    x64_patch(end, x->a.p);
}

static void general_to_number(struct x64 *x, const struct ir_placed *p, bool wide)
{
    if (!x->fp || bits_of(p) == 16) {
        call_evaluator(x, p);
        return;
    }
    clobber_flags(x);
    gpr_get(x, p->a, wide, X64_RAX);
    if (!wide)
        x64_mov_rr(&x->a, false, X64_RAX, X64_RAX);
    from_integer(x, p, wide, fp_lit_flag(p->imm));
    scale_down(x, p, fp_lit_fbits(p->imm));
    fp_done(x, p, X64_XSCRATCH, true);
}

X64_LOWER_(wtof, IR_wtof16, 3)
{
    general_to_number(x, p, false);
}

X64_LOWER_(xtof, IR_xtof16, 3)
{
    general_to_number(x, p, true);
}

#define VCVTDQ2PS (X64_0F | 0x5b)

// Lanes of 32 bits in xmm15. Unsigned ones are halves of 16 bits each: only their sum is rounded.
static void from_integers_32(struct x64 *x, const struct ir_placed *p, bool is_unsigned)
{
    const struct x64_constants *c = x->cache->constants;
    unsigned r = X64_XSCRATCH, t = X64_XSCRATCH2, a = xmm_use(x, p->a, r);
    if (fp_is_half(p)) {
        fp_copy_low(x, r, a, 8);
        a = r;
    }
    if (!is_unsigned || is_wide_host(x)) {
        v2(x, is_unsigned ? VCVTUDQ2PS : VCVTDQ2PS, r, a);
        return;
    }
    v_rri(x, X64_P66 | X64_0F | 0x72, false, 2, t, a, 16); // vpsrld
    v_rm(x, VPAND, false, r, a, mem_rip(&c->low_half[1]));
    v_rr(x, VCVTDQ2PS, false, t, 0, t);
    v_rr(x, VCVTDQ2PS, false, r, 0, r);
    v_rm(x, X64_0F | 0x59, false, t, t, mem_rip(&c->two_to_16)); // vmulps
    v_rr(x, X64_0F | 0x58, false, r, r, t);                      // vaddps
}

static void from_integers_64(struct x64 *x, const struct ir_placed *p, bool is_unsigned)
{
    unsigned high = X64_XSCRATCH2, low = X64_XSCRATCH, a = xmm_use(x, p->a, high);
    if (is_wide_host(x)) {
        v2(x, is_unsigned ? VCVTUQQ2PD : VCVTQQ2PD, low, a);
        return;
    }
    v_rr(x, VMOVD_FROM, true, a, 0, X64_RAX);
    zero(x, low);
    v_rr(x, scalar_opcode(true, VCVTSI2S), true, low, low, X64_RAX);
    v_rri(x, VPEXTRQ, true, a, 0, X64_RAX, 1);
    zero(x, high);
    v_rr(x, scalar_opcode(true, VCVTSI2S), true, high, high, X64_RAX);
    v_rr(x, VPUNPCKLQDQ, false, low, low, high);
}

X64_LOWER_(itof, IR_itof16, 3)
{
    bool w = is_wide(p), is_unsigned = fp_lit_flag(p->imm);
    unsigned lanes = fp_lit_lanes(p->imm);
    if (!x->fp || bits_of(p) == 16 || (lanes > 1 && w && is_unsigned && !is_wide_host(x))) {
        call_evaluator(x, p);
        return;
    }
    if (lanes > 1 && !w) {
        from_integers_32(x, p, is_unsigned);
    } else if (lanes > 1) {
        from_integers_64(x, p, is_unsigned);
    } else {
        clobber_flags(x);
        v_rr(x, VMOVD_FROM, w, xmm_use(x, p->a, X64_XSCRATCH2), 0, X64_RAX);
        from_integer(x, p, w, is_unsigned);
    }
    scale_down(x, p, fp_lit_fbits(p->imm));
    fp_done(x, p, X64_XSCRATCH, true);
}
