// SPDX-License-Identifier: MIT
// Private to x64/: how the lowerings of vector operations are written. A lowering takes its
// operands with vec_use, computes in registers from lend_xmm and writes the result with its last
// instruction into vec_def, which vec_done stores:
//
//   unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), d = vec_def(x, p);
//   v3(x, VPXOR, t, a, b);
//   v3k(x, VPAND, d, t, K(ones));
//   vec_done(x, p, d);
//
// Operands are never written. Everything lent is taken back when the lowering returns.
#ifndef EMU_X64_VEC_H
#define EMU_X64_VEC_H

#include "x64/emit.h"

#define P1(byte) (X64_P66 | X64_0F | (byte))
#define P2(byte) (X64_P66 | X64_0F38 | (byte))
#define P3(byte) (X64_P66 | X64_0F3A | (byte))

// clang-format off
#define VMOVDQA     P1(0x6f)
#define VMOVD_TO    P1(0x6e)
#define VMOVD_FROM  P1(0x7e)
#define VMOVQ       (X64_PF3 | X64_0F | 0x7e)
#define VMOVQ_STORE P1(0xd6)
#define VPXOR       P1(0xef)
#define VPOR        P1(0xeb)
#define VPAND       P1(0xdb)
#define VPANDN      P1(0xdf)
#define VPUNPCKLBW  P1(0x60)
#define VPUNPCKLWD  P1(0x61)
#define VPUNPCKLQDQ P1(0x6c)
#define VPUNPCKHBW  P1(0x68)
#define VPUNPCKHWD  P1(0x69)
#define VPUNPCKHDQ  P1(0x6a)
#define VPUNPCKHQDQ P1(0x6d)
#define VPACKSSWB   P1(0x63)
#define VPACKUSWB   P1(0x67)
#define VPACKSSDW   P1(0x6b)
#define VPACKUSDW   P2(0x2b)
#define VINSERTPS   P3(0x21)
#define VPSHUFB     P2(0x00)
#define VPSHUFD     P1(0x70)
#define VPSHUFHW    (X64_PF3 | X64_0F | 0x70)
#define VPSHUFLW    (X64_PF2 | X64_0F | 0x70)
#define VSHUFPS     (X64_0F | 0xc6)
#define VPBLENDW    P3(0x0e)
#define VPBLENDD    P3(0x02)
#define VPBLENDVB   P3(0x4c)
#define VBLENDVPS   P3(0x4a)
#define VBLENDVPD   P3(0x4b)
#define VPALIGNR    P3(0x0f)
#define VPTEST      P2(0x17)
#define VTESTPS     P2(0x0e)
#define VTESTPD     P2(0x0f)
#define VPEXTRQ     P3(0x16)
#define VPINSRQ     P3(0x22)
#define VPSADBW     P1(0xf6)
#define VPAVGB      P1(0xe0)
#define VPAVGW      P1(0xe3)
#define VPMADDUBSW  P2(0x04)
#define VPMADDWD    P1(0xf5)
#define VPMULLW     P1(0xd5)
#define VPMULHW     P1(0xe5)
#define VPMULHUW    P1(0xe4)
#define VPMULHRSW   P2(0x0b)
#define VPMULUDQ    P1(0xf4)
#define VPMULDQ     P2(0x28)
#define VPSLLV      P2(0x47)
#define VPSRLV      P2(0x45)
#define VPSRAV      P2(0x46)
#define VPADDUSB    P1(0xdc)
#define VPHADDD     P2(0x02)
// By the width of lanes; 0 where there is none.
static const unsigned VPADD[4] = {P1(0xfc), P1(0xfd), P1(0xfe), P1(0xd4)};
static const unsigned VPSUB[4] = {P1(0xf8), P1(0xf9), P1(0xfa), P1(0xfb)};
static const unsigned VPCMPEQ[4] = {P1(0x74), P1(0x75), P1(0x76), P2(0x29)};
static const unsigned VPCMPGT[4] = {P1(0x64), P1(0x65), P1(0x66), P2(0x37)};
static const unsigned VPMAXS[3] = {P2(0x3c), P1(0xee), P2(0x3d)};
static const unsigned VPMINS[3] = {P2(0x38), P1(0xea), P2(0x39)};
static const unsigned VPMAXU[3] = {P1(0xde), P2(0x3e), P2(0x3f)};
static const unsigned VPMINU[3] = {P1(0xda), P2(0x3a), P2(0x3b)};
static const unsigned VPABS[3] = {P2(0x1c), P2(0x1d), P2(0x1e)};
static const unsigned VPMOVZX[3] = {P2(0x30), P2(0x33), P2(0x35)}; // to lanes twice as wide
static const unsigned VPMOVSX[3] = {P2(0x20), P2(0x23), P2(0x25)};
// clang-format on

// ---- AVX-512 (struct x64_cache.wide) ----
// clang-format off
#define E1(byte)    (X64_EVEX | P1(byte))
#define E2(byte)    (X64_EVEX | P2(byte))
#define E3(byte)    (X64_EVEX | P3(byte))
#define VPTERNLOG   E3(0x25) // also reads what it writes
// By their own counts, lanes of 16, 32 and 64 bits; with W those of 16 and 64.
#define VPSLLV_BY(w) E2((w) == 1 ? 0x12 : 0x47)
#define VPSRLV_BY(w) E2((w) == 1 ? 0x10 : 0x45)
#define VPSRAV_BY(w) E2((w) == 1 ? 0x11 : 0x46)
#define VPLZCNTD    E2(0x44)
#define VPOPCNTB    E2(0x54) // BITALG
#define VPABSQ      E2(0x1f)
#define VGF2P8AFFINEQB P3(0xce) // GFNI, also without AVX-512
#define VPCMPUB     E3(0x3e) // a mask from lanes
#define VPTESTM(w)  E2((w) < 2 ? 0x26 : 0x27) // a mask from lanes, with W those of 16 and 64 bits
// clang-format on
enum { CMP_LT = 1 }; // of VPCMPUB

// What vpternlog computes: a bit for each three of what is in d, b and c, in the order of a table.
enum { TERN_D = 0xf0, TERN_B = 0xcc, TERN_C = 0xaa };

static inline bool is_wide_host(const struct x64 *x)
{
    return x->cache->wide;
}

// Instructions of W for the lanes of 16 and 64 bits.
static inline bool odd_width(unsigned w)
{
    return w & 1;
}

// A constant of 16 bytes.
#define K(name) (&x->cache->constants->name)

static inline void v3(struct x64 *x, unsigned op, unsigned d, unsigned a, unsigned b)
{
    v_rr(x, op, false, d, a, b);
}

static inline void v3i(struct x64 *x, unsigned op, unsigned d, unsigned a, unsigned b, unsigned imm)
{
    v_rri(x, op, false, d, a, b, imm);
}

static inline void v3k(struct x64 *x, unsigned op, unsigned d, unsigned a, const union ir_val *k)
{
    v_rm(x, op, false, d, a, mem_rip(k));
}

static inline void v3ki(struct x64 *x, unsigned op, unsigned d, unsigned a, const union ir_val *k,
                        unsigned imm)
{
    v_rmi(x, op, false, d, a, mem_rip(k), imm);
}

// Instructions with one source.
static inline void v2(struct x64 *x, unsigned op, unsigned d, unsigned a)
{
    v_rr(x, op, false, d, 0, a);
}

static inline void v2i(struct x64 *x, unsigned op, unsigned d, unsigned a, unsigned imm)
{
    v_rri(x, op, false, d, 0, a, imm);
}

static inline void v2k(struct x64 *x, unsigned op, unsigned d, const union ir_val *k)
{
    v_rm(x, op, false, d, 0, mem_rip(k));
}

// d: mask ? b : a, by the top bits of the lanes that `op` (VPBLENDVB, VBLENDVPS, VBLENDVPD) has.
void vblend(struct x64 *x, unsigned op, unsigned d, unsigned a, unsigned b, unsigned mask);

static inline void vmove(struct x64 *x, unsigned d, unsigned a)
{
    if (d != a)
        v2(x, VMOVDQA, d, a);
}

// Index of a lane's width: 8, 16, 32, 64 bits.
static inline unsigned width_of(const struct ir_placed *p)
{
    return (unsigned)__builtin_ctz(bits_of(p)) - 3;
}

static inline unsigned vec_use(struct x64 *x, unsigned place)
{
    unsigned r = xmm_at(x, place);
    return r == X64_NONE ? xmm_use(x, place, lend_xmm(x)) : r;
}

static inline unsigned vec_def(struct x64 *x, const struct ir_placed *p)
{
    unsigned r = xmm_at(x, p->d);
    return r == X64_NONE ? lend_xmm(x) : r;
}

static inline void vec_done(struct x64 *x, const struct ir_placed *p, unsigned r)
{
    xmm_done(x, p->d, r);
}

// Instruction d, a, b with b from its register or memory.
static inline void v3b(struct x64 *x, unsigned op, unsigned d, unsigned a, unsigned place_b)
{
    vex_b(x, op, false, d, a, place_b);
}

// d = a shifted by n bits, lanes of any width (index w); all of them gone where n is the width.
void vshl(struct x64 *x, unsigned w, unsigned d, unsigned a, unsigned n);
void vshr(struct x64 *x, unsigned w, unsigned d, unsigned a, unsigned n);
void vsar(struct x64 *x, unsigned w, unsigned d, unsigned a, unsigned n); // d is not a

// d = a rotated right by n bits, lanes of 32 and 64 bits; d is not a.
void vror(struct x64 *x, unsigned w, unsigned d, unsigned a, unsigned n);

// d = each byte of a times the matrix of 8 * 8 bits, where the host has GFNI.
void vbytes_times(struct x64 *x, unsigned d, unsigned a, const union ir_val *matrix);

// d = a shifted by whole bytes.
static inline void vbytes_left(struct x64 *x, unsigned d, unsigned a, unsigned n)
{
    v3i(x, P1(0x73), 7, d, a, n);
}

static inline void vbytes_right(struct x64 *x, unsigned d, unsigned a, unsigned n)
{
    v3i(x, P1(0x73), 3, d, a, n);
}

// d = ones in the lanes of a that are negative; d is not a.
static inline void vnegative(struct x64 *x, unsigned w, unsigned d, unsigned a)
{
    v3(x, VPXOR, d, d, d);
    v3(x, VPCMPGT[w], d, d, a);
}

// FPSR.QC is set unless r is all ones / all zeros / has no lane (of 32 or 64 bits) with its top bit
// set. The lowering has called clobber_flags before its first instruction.
void qc_unless_ones(struct x64 *x, unsigned r);
void qc_unless_zero(struct x64 *x, unsigned r);
void qc_if_negative(struct x64 *x, unsigned w, unsigned r);

#endif
