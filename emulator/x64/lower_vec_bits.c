// SPDX-License-Identifier: MIT
// Bits within lanes: counted, reversed, and multiplied as polynomials.
#include "x64/vec.h"

// d = table_low[low nibble] `op` table_high[high nibble] of each byte.
static void by_nibbles(struct x64 *x, unsigned op, unsigned d, unsigned a,
                       const union ir_val *table_low, const union ir_val *table_high)
{
    unsigned low = lend_xmm(x), high = lend_xmm(x), table = lend_xmm(x);
    v3k(x, VPAND, low, a, K(low_nibbles));
    vshr(x, 1, high, a, 4);
    v3k(x, VPAND, high, high, K(low_nibbles));
    v2k(x, VMOVDQA, table, table_low);
    v3(x, VPSHUFB, low, table, low);
    if (table_high != table_low)
        v2k(x, VMOVDQA, table, table_high);
    v3(x, VPSHUFB, high, table, high);
    v3(x, op, d, low, high);
}

X64_LOWER(vcnt8)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    if (x64_host_has(X64_HAS_BITALG))
        v2(x, VPOPCNTB, d, a);
    else
        by_nibbles(x, VPADD[0], d, a, K(popcount), K(popcount));
    vec_done(x, p, d);
}

X64_LOWER(vrbit8)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    if (x64_host_has(X64_HAS_GFNI))
        vbytes_times(x, d, a, K(matrix_reverse));
    else
        by_nibbles(x, VPOR, d, a, K(bit_reverse_low), K(bit_reverse_high));
    vec_done(x, p, d);
}

// c: leading zeros of the lanes of a, of their halves first. Where the high half is all zeros, the
// low one's count is added.
static void leading_zeros(struct x64 *x, unsigned w, unsigned c, unsigned a)
{
    by_nibbles(x, VPMINU[0], c, a, K(clz_low), K(clz_high));
    if (w == 0)
        return;
    unsigned high = lend_xmm(x), all = lend_xmm(x);
    for (unsigned k = 0; k < w; k++) {
        unsigned bits = 8u << k;
        vshr(x, k + 1, high, c, bits);
        v3k(x, VPCMPEQ[k + 1], all, high, K(clz_full[k]));
        vshr(x, k + 1, all, all, bits);
        v3(x, VPAND, all, all, c);
        v3(x, VPADD[k + 1], c, high, all);
    }
}

X64_LOWER3(vclz)
{
    unsigned a = vec_use(x, p->a), c = lend_xmm(x), d = vec_def(x, p);
    if (width_of(p) == 2 && is_wide_host(x)) {
        v2(x, VPLZCNTD, d, a);
    } else {
        leading_zeros(x, width_of(p), c, a);
        vmove(x, d, c);
    }
    vec_done(x, p, d);
}

X64_LOWER3(vcls)
{
    unsigned a = vec_use(x, p->a), c = lend_xmm(x), d = vec_def(x, p), w = width_of(p);
    if (w == 2 && is_wide_host(x)) {
        vsar(x, w, c, a, 31);
        v3(x, VPXOR, c, c, a);
        v2(x, VPLZCNTD, c, c);
    } else {
        vnegative(x, w, c, a);
        v3(x, VPXOR, c, c, a);
        leading_zeros(x, w, c, c);
    }
    v3k(x, VPADD[w], d, c, K(ones));
    vec_done(x, p, d);
}

// ---- polynomials ----

// r = a * b in each lane, without carries, for the `bits` bits at the top of a, which is shifted
// out.
static void multiply_bits(struct x64 *x, unsigned w, unsigned bits, unsigned r, unsigned a,
                          unsigned b)
{
    unsigned m = lend_xmm(x);
    v3(x, VPXOR, r, r, r);
    for (unsigned i = 0; i < bits; i++) {
        vnegative(x, w, m, a);
        v3(x, VPAND, m, m, b);
        if (i)
            v3(x, VPADD[w], r, r, r);
        v3(x, VPXOR, r, r, m);
        v3(x, VPADD[w], a, a, a);
    }
}

X64_LOWER(vpmul8)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), r = lend_xmm(x);
    vmove(x, t, a);
    multiply_bits(x, 0, 8, r, t, b);
    unsigned d = vec_def(x, p);
    vmove(x, d, r);
    vec_done(x, p, d);
}

X64_LOWER(vpmull8)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), u = lend_xmm(x),
             r = lend_xmm(x);
    v2(x, VPMOVZX[0], t, a);
    vshl(x, 1, t, t, 8);
    v2(x, VPMOVZX[0], u, b);
    multiply_bits(x, 1, 8, r, t, u);
    unsigned d = vec_def(x, p);
    vmove(x, d, r);
    vec_done(x, p, d);
}

X64_LOWER(vpmull64)
{
    if (!x64_host_has(X64_HAS_PCLMULQDQ)) {
        call_evaluator(x, p);
        return;
    }
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), d = vec_def(x, p);
    v3i(x, P3(0x44), d, a, b, 0); // vpclmulqdq
    vec_done(x, p, d);
}
