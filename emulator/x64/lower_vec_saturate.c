// SPDX-License-Identifier: MIT
// Saturating sums and products. FPSR.QC is set where the result is not the exact one.
#include "x64/vec.h"

static const unsigned VPADDS[2] = {P1(0xec), P1(0xed)}, VPADDUS[2] = {P1(0xdc), P1(0xdd)},
                      VPSUBS[2] = {P1(0xe8), P1(0xe9)}, VPSUBUS[2] = {P1(0xd8), P1(0xd9)};

// Lanes of 32 and 64 bits: s where the top bit of `over` is clear, else `limit`.
static void choose(struct x64 *x, unsigned w, unsigned d, unsigned s, unsigned limit, unsigned over)
{
    vblend(x, w == 3 ? VBLENDVPD : VBLENDVPS, d, s, limit, over);
}

// r = a op b as the host saturates bytes and halfwords; `plain` is the same without saturation.
static void host_saturates(struct x64 *x, unsigned w, unsigned op, unsigned plain, unsigned r,
                           unsigned a, unsigned b)
{
    unsigned t = lend_xmm(x);
    v3(x, plain, t, a, b);
    v3(x, op, r, a, b);
    v3(x, VPCMPEQ[w], t, t, r);
    qc_unless_ones(x, t);
}

// r = a + b or a - b of signed lanes of 32 or 64 bits: it overflows where its sign is not a's and
// the operands' signs are the same (sum) or not (difference).
static void signed_sum(struct x64 *x, unsigned w, bool sub, unsigned r, unsigned a, unsigned b)
{
    unsigned s = lend_xmm(x), over = lend_xmm(x), limit = lend_xmm(x);
    v3(x, sub ? VPSUB[w] : VPADD[w], s, a, b);
    v3(x, VPXOR, over, s, a);
    v3(x, VPXOR, limit, sub ? a : s, b);
    v3(x, VPAND, over, over, limit);
    qc_if_negative(x, w, over);
    vsar(x, 2, limit, a, 31);
    if (w == 3)
        v2i(x, VPSHUFD, limit, limit, 0xf5);
    v3k(x, VPXOR, limit, limit, K(max[w]));
    choose(x, w, r, s, limit, over);
}

// The top bit of `over` is the carry out: of both, or of one where the sum has a 0.
static void unsigned_sum(struct x64 *x, unsigned w, unsigned r, unsigned a, unsigned b)
{
    unsigned s = lend_xmm(x), over = lend_xmm(x), t = lend_xmm(x);
    v3(x, VPADD[w], s, a, b);
    v3(x, VPOR, t, a, b);
    v3(x, VPANDN, t, s, t);
    v3(x, VPAND, over, a, b);
    v3(x, VPOR, over, over, t);
    qc_if_negative(x, w, over);
    v3(x, VPCMPEQ[0], t, t, t);
    choose(x, w, r, s, t, over);
}

static void unsigned_difference(struct x64 *x, unsigned w, unsigned r, unsigned a, unsigned b)
{
    unsigned s = lend_xmm(x), over = lend_xmm(x), t = lend_xmm(x);
    if (w == 2) {
        v3(x, VPMAXU[2], t, a, b);
        v3(x, VPCMPEQ[2], over, t, a);
        qc_unless_ones(x, over);
        v3(x, VPSUB[2], r, t, b);
        return;
    }
    v3(x, VPSUB[w], s, a, b);
    v3(x, VPXOR, t, a, b);
    v3(x, VPANDN, t, t, s);
    v3(x, VPANDN, over, a, b);
    v3(x, VPOR, over, over, t);
    qc_if_negative(x, w, over);
    v3(x, VPXOR, t, t, t);
    choose(x, w, r, s, t, over);
}

static void signed_add(struct x64 *x, unsigned w, unsigned r, unsigned a, unsigned b)
{
    if (w < 2)
        host_saturates(x, w, VPADDS[w], VPADD[w], r, a, b);
    else
        signed_sum(x, w, false, r, a, b);
}

static void signed_sub(struct x64 *x, unsigned w, unsigned r, unsigned a, unsigned b)
{
    if (w < 2)
        host_saturates(x, w, VPSUBS[w], VPSUB[w], r, a, b);
    else
        signed_sum(x, w, true, r, a, b);
}

static void unsigned_add(struct x64 *x, unsigned w, unsigned r, unsigned a, unsigned b)
{
    if (w < 2)
        host_saturates(x, w, VPADDUS[w], VPADD[w], r, a, b);
    else
        unsigned_sum(x, w, r, a, b);
}

static void unsigned_sub(struct x64 *x, unsigned w, unsigned r, unsigned a, unsigned b)
{
    if (w < 2)
        host_saturates(x, w, VPSUBUS[w], VPSUB[w], r, a, b);
    else
        unsigned_difference(x, w, r, a, b);
}

typedef void sum_fn(struct x64 *x, unsigned w, unsigned r, unsigned a, unsigned b);

// turn: a's top bits are turned over before and those of the result after.
static void saturating(struct x64 *x, const struct ir_placed *p, sum_fn *sum, bool turn)
{
    unsigned w = width_of(p);
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), r = lend_xmm(x);
    if (turn) {
        unsigned t = lend_xmm(x);
        v3k(x, VPXOR, t, a, K(sign[w]));
        a = t;
    }
    sum(x, w, r, a, b);
    unsigned d = vec_def(x, p);
    if (turn)
        v3k(x, VPXOR, d, r, K(sign[w]));
    else
        vmove(x, d, r);
    vec_done(x, p, d);
}

X64_LOWER4(vsqadd)
{
    saturating(x, p, signed_add, false);
}

X64_LOWER4(vsqsub)
{
    saturating(x, p, signed_sub, false);
}

X64_LOWER4(vuqadd)
{
    saturating(x, p, unsigned_add, false);
}

X64_LOWER4(vuqsub)
{
    saturating(x, p, unsigned_sub, false);
}

// A signed number with its top bit turned over is an unsigned one, from 0 up, and the other way
// round: the limits are then those of the other kind.
X64_LOWER4(vsuqadd)
{
    saturating(x, p, unsigned_add, true);
}

X64_LOWER4(vusqadd)
{
    saturating(x, p, signed_add, true);
}

// ---- doubling multiplies ----
// Only the product of the two least numbers is too large, and then the result is the least number,
// which no other product gives.

static void fix_product(struct x64 *x, const struct ir_placed *p, unsigned w, unsigned r)
{
    unsigned m = lend_xmm(x), d = vec_def(x, p);
    v3k(x, VPCMPEQ[w], m, r, K(sign[w]));
    qc_unless_zero(x, m);
    v3(x, VPXOR, d, r, m);
    vec_done(x, p, d);
}

// r = the high halves of the doubled products of dwords, rounded or not.
static void double_high(struct x64 *x, bool round, unsigned r, unsigned a, unsigned b)
{
    unsigned odd = lend_xmm(x), t = lend_xmm(x);
    vshr(x, 3, odd, a, 32);
    vshr(x, 3, t, b, 32);
    v3(x, VPMULDQ, odd, odd, t);
    v3(x, VPADD[3], odd, odd, odd);
    v3(x, VPMULDQ, r, a, b);
    v3(x, VPADD[3], r, r, r);
    if (round) {
        v3k(x, VPADD[3], odd, odd, K(half_dword));
        v3k(x, VPADD[3], r, r, K(half_dword));
    }
    vshr(x, 3, r, r, 32);
    v3i(x, VPBLENDD, r, r, odd, 0xa);
}

X64_LOWER_(vsqdmulh, IR_vsqdmulh16, 2)
{
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), r = lend_xmm(x);
    if (width_of(p) == 2) {
        double_high(x, false, r, a, b);
    } else {
        unsigned t = lend_xmm(x);
        v3(x, VPMULLW, t, a, b);
        vshr(x, 1, t, t, 15);
        v3(x, VPMULHW, r, a, b);
        v3(x, VPADD[1], r, r, r);
        v3(x, VPOR, r, r, t);
    }
    fix_product(x, p, width_of(p), r);
}

X64_LOWER_(vsqrdmulh, IR_vsqrdmulh16, 2)
{
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), r = lend_xmm(x);
    if (width_of(p) == 2)
        double_high(x, true, r, a, b);
    else
        v3(x, VPMULHRSW, r, a, b);
    fix_product(x, p, width_of(p), r);
}

X64_LOWER_(vsqdmull, IR_vsqdmull16, 2)
{
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), r = lend_xmm(x), t = lend_xmm(x),
             w = width_of(p);
    if (w == 1) {
        v3(x, VPMULLW, r, a, b);
        v3(x, VPMULHW, t, a, b);
        v3(x, VPUNPCKLWD, r, r, t);
    } else {
        v2i(x, VPSHUFD, r, a, 0x10);
        v2i(x, VPSHUFD, t, b, 0x10);
        v3(x, VPMULDQ, r, r, t);
    }
    v3(x, VPADD[w + 1], r, r, r);
    fix_product(x, p, w + 1, r);
}

// ---- and accumulate: the sum is rounded and saturated once, of lanes twice as wide ----

static void accumulate16(struct x64 *x, const struct ir_placed *p, bool sub)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), c = vec_use(x, p->c), low = lend_xmm(x),
             high = lend_xmm(x), t = lend_xmm(x), u = lend_xmm(x), d = vec_def(x, p);
    v3(x, VPMULLW, t, b, c);
    v3(x, VPMULHW, u, b, c);
    v3(x, VPUNPCKLWD, low, t, u);
    v3(x, VPUNPCKHWD, high, t, u);
    // a << 15, from its place at the top of a lane of 32 bits.
    v3(x, VPXOR, u, u, u);
    for (unsigned k = 0; k < 2; k++) {
        unsigned r = k ? high : low;
        v3(x, k ? VPUNPCKHWD : VPUNPCKLWD, t, u, a);
        vsar(x, 2, t, t, 1);
        v3(x, sub ? VPSUB[2] : VPADD[2], r, t, r);
        v3k(x, VPADD[2], r, r, K(round15));
        vsar(x, 2, r, r, 15);
    }
    v3(x, VPACKSSDW, t, low, high);
    v2(x, VPMOVSX[1], u, t);
    v3(x, VPCMPEQ[2], low, low, u);
    vbytes_right(x, u, t, 8);
    v2(x, VPMOVSX[1], u, u);
    v3(x, VPCMPEQ[2], high, high, u);
    v3(x, VPAND, low, low, high);
    qc_unless_ones(x, low);
    vmove(x, d, t);
    vec_done(x, p, d);
}

// The sum of even or odd lanes is rounded at bit 31; bit 63 is its sign and bit 62 that of the
// result.
static void accumulate32(struct x64 *x, const struct ir_placed *p, bool sub)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), c = vec_use(x, p->c), even = lend_xmm(x),
             odd = lend_xmm(x), t = lend_xmm(x), u = lend_xmm(x), d = vec_def(x, p);
    for (unsigned k = 0; k < 2; k++) {
        unsigned r = k ? odd : even;
        if (k) {
            vshr(x, 3, t, b, 32);
            vshr(x, 3, u, c, 32);
            v3(x, VPMULDQ, t, t, u);
            vshr(x, 3, r, a, 32);
        } else {
            v3(x, VPMULDQ, t, b, c);
        }
        v3k(x, VPMULDQ, r, k ? r : a, K(dword_bit30));
        v3(x, VPADD[3], r, r, r);
        v3(x, sub ? VPSUB[3] : VPADD[3], r, r, t);
        v3k(x, VPADD[3], r, r, K(round31));
    }
    // Signs in t, results in u, dword by dword.
    vshr(x, 3, t, even, 32);
    v3i(x, VPBLENDD, t, t, odd, 0xa);
    v3(x, VPADD[3], even, even, even);
    v3(x, VPADD[3], odd, odd, odd);
    vshr(x, 3, u, even, 32);
    v3i(x, VPBLENDD, u, u, odd, 0xa);
    v3(x, VPXOR, even, t, u);
    qc_if_negative(x, 2, even);
    vsar(x, 2, t, t, 31);
    v3k(x, VPXOR, t, t, K(max[2]));
    choose(x, 2, d, u, t, even);
    vec_done(x, p, d);
}

static void accumulate(struct x64 *x, const struct ir_placed *p, bool sub)
{
    clobber_flags(x);
    if (width_of(p) == 1)
        accumulate16(x, p, sub);
    else
        accumulate32(x, p, sub);
}

X64_LOWER_(vsqrdmlah, IR_vsqrdmlah16, 2)
{
    accumulate(x, p, false);
}

X64_LOWER_(vsqrdmlsh, IR_vsqrdmlsh16, 2)
{
    accumulate(x, p, true);
}
