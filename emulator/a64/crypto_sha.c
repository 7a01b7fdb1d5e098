// SPDX-License-Identifier: MIT
// Cryptographic SHA: SHA-1, SHA-256, SHA-512 and SHA-3 (Arm ARM C4.1).
#include "a64/simd.h"

// ---- three registers: Vd is read and written ----

static void three(struct a64_tr *t, const struct a64_args *a, simd_whole3 *op)
{
    set_v(t, a->d, op(&t->ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m)));
}

static void two(struct a64_tr *t, const struct a64_args *a, simd_whole2 *op)
{
    set_v(t, a->d, op(&t->ir, get_v(t, a->d), get_v(t, a->n)));
}

// Four rounds of SHA-256 by two and two, on the words as one half of the rounds becomes the other:
// what SHA256H and SHA256H2 have in common, and what the next four begin with, is then the same
// (opt/number.c).
static void sha256(struct a64_tr *t, const struct a64_args *a, ir_ref abcd, ir_ref efgh,
                   simd_whole2 *half)
{
    struct ir_block *ir = &t->ir;
    ir_ref w = get_v(t, a->m), feba = ir_vflip1(ir, efgh, abcd), hgdc = ir_vflip2(ir, efgh, abcd);
    hgdc = ir_sha256rounds(ir, hgdc, feba, w, 0);
    feba = ir_sha256rounds(ir, feba, hgdc, w, 1);
    set_v(t, a->d, half(ir, feba, hgdc));
}

A64_INSN(sha256h, "0101 1110 000 mmmmm 0 100 00 nnnnn ddddd", "sha256h {Qd}, {Qn}, {Vm.4s}",
         FEAT_SHA256)
{
    sha256(t, a, get_v(t, a->d), get_v(t, a->n), ir_vflip2);
}

A64_INSN(sha256h2, "0101 1110 000 mmmmm 0 101 00 nnnnn ddddd", "sha256h2 {Qd}, {Qn}, {Vm.4s}",
         FEAT_SHA256)
{
    sha256(t, a, get_v(t, a->n), get_v(t, a->d), ir_vflip1);
}

// clang-format off
#define SHA1_HASH(id, opcode)                                                                      \
    A64_INSN(id, "0101 1110 000 mmmmm 0 " opcode " 00 nnnnn ddddd", #id " {Qd}, {Sn}, {Vm.4s}", FEAT_SHA1) \
    {                                                                                              \
        three(t, a, ir_##id);                                                                      \
    }
SHA1_HASH(sha1c, "000")
SHA1_HASH(sha1p, "001")
SHA1_HASH(sha1m, "010")

#define THREE(id, bits, syntax, feature)                                                           \
    A64_INSN(id, bits " nnnnn ddddd", #id " " syntax, feature)                                     \
    {                                                                                              \
        three(t, a, ir_##id);                                                                      \
    }
#define TWO(id, bits, syntax, feature)                                                             \
    A64_INSN(id, bits " nnnnn ddddd", #id " " syntax, feature)                                     \
    {                                                                                              \
        two(t, a, ir_##id);                                                                        \
    }
THREE(sha1su0,   "0101 1110 000 mmmmm 0 011 00", "{Vd.4s}, {Vn.4s}, {Vm.4s}", FEAT_SHA1)
TWO(sha1su1,     "0101 1110 00 10100 00001 10",  "{Vd.4s}, {Vn.4s}",          FEAT_SHA1)
TWO(sha256su0,   "0101 1110 00 10100 00010 10",  "{Vd.4s}, {Vn.4s}",          FEAT_SHA256)
THREE(sha256su1, "0101 1110 000 mmmmm 0 110 00", "{Vd.4s}, {Vn.4s}, {Vm.4s}", FEAT_SHA256)
THREE(sha512h,   "1100 1110 011 mmmmm 1000 00",  "{Qd}, {Qn}, {Vm.2d}",       FEAT_SHA512)
THREE(sha512h2,  "1100 1110 011 mmmmm 1000 01",  "{Qd}, {Qn}, {Vm.2d}",       FEAT_SHA512)
TWO(sha512su0,   "1100 1110 110 00000 1000 00",  "{Vd.2d}, {Vn.2d}",          FEAT_SHA512)
THREE(sha512su1, "1100 1110 011 mmmmm 1000 10",  "{Vd.2d}, {Vn.2d}, {Vm.2d}", FEAT_SHA512)
// clang-format on

A64_INSN(sha1h, "0101 1110 00 10100 00000 10 nnnnn ddddd", "sha1h {Sd}, {Sn}", FEAT_SHA1)
{
    ir_ref n = ir_vget32(ir, get_v(t, a->n), 0);
    set_v(t, a->d, ir_w2v(ir, ir_ror(ir, 0, n, ir_const32(ir, 2)))); // rotated left by 30
}

// ---- SHA-3 ----

A64_INSN(eor3, "1100 1110 000 mmmmm 0 ooooo nnnnn ddddd",
         "eor3 {Vd.16b}, {Vn.16b}, {Vm.16b}, {Vo.16b}", FEAT_SHA3)
{
    set_v(t, a->d, ir_vxor(ir, get_v(t, a->n), ir_vxor(ir, get_v(t, a->m), get_v(t, a->o))));
}

A64_INSN(bcax, "1100 1110 001 mmmmm 0 ooooo nnnnn ddddd",
         "bcax {Vd.16b}, {Vn.16b}, {Vm.16b}, {Vo.16b}", FEAT_SHA3)
{
    set_v(t, a->d, ir_vxor(ir, get_v(t, a->n), ir_vandn(ir, get_v(t, a->m), get_v(t, a->o))));
}

A64_INSN(rax1, "1100 1110 011 mmmmm 1000 11 nnnnn ddddd", "rax1 {Vd.2d}, {Vn.2d}, {Vm.2d}",
         FEAT_SHA3)
{
    set_v(t, a->d,
          ir_vxor(ir, get_v(t, a->n), ir_vror64(ir, get_v(t, a->m), 63))); // rotated left by 1
}

A64_INSN(xar, "1100 1110 100 mmmmm iiiiii nnnnn ddddd", "xar {Vd.2d}, {Vn.2d}, {Vm.2d}, {#i}",
         FEAT_SHA3)
{
    set_v(t, a->d, ir_vror64(ir, ir_vxor(ir, get_v(t, a->n), get_v(t, a->m)), a->i));
}
