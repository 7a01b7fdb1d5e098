// SPDX-License-Identifier: MIT
// Advanced SIMD modified immediate: MOVI, MVNI, ORR, BIC (Arm ARM C4.1, AdvSIMDExpandImm). i is the
// 8-bit number; s is the shift in bytes, or the number of ones shifted in.
#include "a64/disasm.h"
#include "a64/simd.h"
#include "base/bits.h"

// The number shifted left by s bytes, or shifted left with ones coming in from the right (MSL), in
// every lane.
static uint64_t lsl(const struct a64_args *a, unsigned bits)
{
    return bits_replicate((uint64_t)a->i << (8 * a->s), bits);
}

static uint64_t msl(const struct a64_args *a)
{
    unsigned n = a->s ? 16 : 8;
    return bits_replicate((uint64_t)a->i << n | bits_mask(n), 32);
}

// Each bit of the number fills a byte.
static uint64_t byte_mask(const struct a64_args *a)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < 8; i++)
        v |= (a->i >> i & 1) * (UINT64_C(0xff) << (8 * i));
    return v;
}

static void move(struct a64_tr *t, const struct a64_args *a, uint64_t v)
{
    set_v(t, a->d, ir_vconst(&t->ir, a->q, v));
}

static void change(struct a64_tr *t, const struct a64_args *a, simd_whole2 *op, uint64_t v)
{
    set_vq(t, a->d, a->q, op(&t->ir, get_v(t, a->d), ir_vconst(&t->ir, 1, v)));
}

// ---- syntax ----

A64_DIRECTIVE(imm_halves_d)
{
    out_printf(o, "v%u.%s", a->d, a->q ? "8h" : "4h");
}

A64_DIRECTIVE(imm_lsl)
{
    out_printf(o, "#0x%x", a->i);
    if (a->s)
        out_printf(o, ", lsl #%u", 8 * a->s);
}

A64_DIRECTIVE(imm_msl)
{
    out_printf(o, "#0x%x, msl #%u", a->i, a->s ? 16 : 8);
}

A64_DIRECTIVE(imm_mask)
{
    out_printf(o, "#0x%llx", (unsigned long long)byte_mask(a));
}

// ---- rows ----

// clang-format off
#define IMMEDIATE(id, op, opcode, syntax, body)                                                    \
    A64_INSN(id, "0q " op " 0111100000 iii " opcode " 01 iiiii ddddd", syntax, FEAT_ASIMD)          \
    {                                                                                              \
        body;                                                                                      \
    }
IMMEDIATE(movi_v8,      "0", "1110", "movi {bytes_d}, {#0xi}", move(t, a, bits_replicate(a->i, 8)))
IMMEDIATE(movi_v16,     "0", "10s0", "movi {imm_halves_d}, {imm_lsl}", move(t, a, lsl(a, 16)))
IMMEDIATE(mvni_v16,     "1", "10s0", "mvni {imm_halves_d}, {imm_lsl}", move(t, a, ~lsl(a, 16)))
IMMEDIATE(movi_v32,     "0", "0ss0", "movi {words_d}, {imm_lsl}", move(t, a, lsl(a, 32)))
IMMEDIATE(mvni_v32,     "1", "0ss0", "mvni {words_d}, {imm_lsl}", move(t, a, ~lsl(a, 32)))
IMMEDIATE(movi_v32_msl, "0", "110s", "movi {words_d}, {imm_msl}", move(t, a, msl(a)))
IMMEDIATE(mvni_v32_msl, "1", "110s", "mvni {words_d}, {imm_msl}", move(t, a, ~msl(a)))
IMMEDIATE(orr_v16_imm,  "0", "10s1", "orr {imm_halves_d}, {imm_lsl}", change(t, a, ir_vor, lsl(a, 16)))
IMMEDIATE(bic_v16_imm,  "1", "10s1", "bic {imm_halves_d}, {imm_lsl}", change(t, a, ir_vandn, lsl(a, 16)))
IMMEDIATE(orr_v32_imm,  "0", "0ss1", "orr {words_d}, {imm_lsl}", change(t, a, ir_vor, lsl(a, 32)))
IMMEDIATE(bic_v32_imm,  "1", "0ss1", "bic {words_d}, {imm_lsl}", change(t, a, ir_vandn, lsl(a, 32)))
// clang-format on

A64_INSN(movi_d, "00 1 0111100000 iii 1110 01 iiiii ddddd", "movi {Dd}, {imm_mask}", FEAT_ASIMD)
{
    set_v(t, a->d, ir_vconst(ir, 0, byte_mask(a)));
}

A64_INSN(movi_v64, "01 1 0111100000 iii 1110 01 iiiii ddddd", "movi {Vd.2d}, {imm_mask}",
         FEAT_ASIMD)
{
    set_v(t, a->d, ir_vconst(ir, 1, byte_mask(a)));
}
