// SPDX-License-Identifier: MIT
// Comparisons of lanes, and arithmetic made of them: differences, halves, absolute values.
#include "x64/vec.h"

// ---- comparisons: AVX2 has "equal" and the signed "greater" ----

static void cmge(struct x64 *x, const struct ir_placed *p, const unsigned max[3])
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p), w = width_of(p);
    v3b(x, max[w], t, a, p->b);
    v3(x, VPCMPEQ[w], d, t, a);
    vec_done(x, p, d);
}

// b > a or not, of 64-bit lanes; is_unsigned: with the top bits turned over.
static void compare64(struct x64 *x, const struct ir_placed *p, bool is_unsigned, bool swap,
                      bool invert)
{
    unsigned a = vec_use(x, swap ? p->b : p->a), b = vec_use(x, swap ? p->a : p->b),
             t = lend_xmm(x);
    if (is_unsigned) {
        unsigned u = lend_xmm(x);
        v3k(x, VPXOR, t, a, K(sign64));
        v3k(x, VPXOR, u, b, K(sign64));
        a = t;
        b = u;
    }
    unsigned d = vec_def(x, p);
    v3(x, VPCMPGT[3], invert ? t : d, a, b);
    if (invert)
        v3k(x, VPXOR, d, t, K(ones));
    vec_done(x, p, d);
}

X64_LOWER_(vcmge, IR_vcmge8, 3)
{
    cmge(x, p, VPMAXS);
}

X64_LOWER(vcmge64)
{
    compare64(x, p, false, true, true);
}

X64_LOWER_(vcmhs, IR_vcmhs8, 3)
{
    cmge(x, p, VPMAXU);
}

X64_LOWER(vcmhs64)
{
    compare64(x, p, true, true, true);
}

X64_LOWER_(vcmhi, IR_vcmhi8, 3)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p), w = width_of(p);
    v3b(x, VPMINU[w], t, a, p->b);
    v3(x, VPCMPEQ[w], t, t, a);
    v3k(x, VPXOR, d, t, K(ones));
    vec_done(x, p, d);
}

X64_LOWER(vcmhi64)
{
    compare64(x, p, true, false, false);
}

X64_LOWER4(vcmtst)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p);
    if (p->a != p->b) {
        v3b(x, VPAND, t, a, p->b);
        a = t;
    }
    v3k(x, VPCMPEQ[width_of(p)], t, a, K(zero));
    v3k(x, VPXOR, d, t, K(ones));
    vec_done(x, p, d);
}

// ---- negation and absolute values ----

X64_LOWER4(vneg)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p);
    v3(x, VPXOR, t, t, t);
    v3(x, VPSUB[width_of(p)], d, t, a);
    vec_done(x, p, d);
}

// d = |a|, and its complement is subtracted where negative.
static void absolute(struct x64 *x, unsigned w, unsigned d, unsigned a)
{
    if (w < 3 || is_wide_host(x)) {
        v2(x, w < 3 ? VPABS[w] : VPABSQ, d, a);
        return;
    }
    unsigned m = lend_xmm(x), t = lend_xmm(x);
    vnegative(x, w, m, a);
    v3(x, VPXOR, t, a, m);
    v3(x, VPSUB[w], d, t, m);
}

X64_LOWER4(vabs)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    absolute(x, width_of(p), d, a);
    vec_done(x, p, d);
}

// The one value that has no absolute value is still negative: one less is the largest.
X64_LOWER4(vsqabs)
{
    unsigned w = width_of(p);
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), m = lend_xmm(x), d = vec_def(x, p);
    absolute(x, w, t, a);
    vnegative(x, w, m, t);
    qc_unless_zero(x, m);
    v3(x, VPADD[w], d, t, m);
    vec_done(x, p, d);
}

X64_LOWER4(vsqneg)
{
    unsigned w = width_of(p);
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), m = lend_xmm(x), d = vec_def(x, p);
    v3k(x, VPCMPEQ[w], m, a, K(sign[w]));
    qc_unless_zero(x, m);
    v3(x, VPXOR, t, t, t);
    v3(x, VPSUB[w], t, t, a);
    v3(x, VPADD[w], d, t, m);
    vec_done(x, p, d);
}

// ---- absolute differences ----

static void difference(struct x64 *x, const struct ir_placed *p, const unsigned max[3],
                       const unsigned min[3])
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), u = lend_xmm(x), d = vec_def(x, p),
             w = width_of(p);
    v3b(x, max[w], t, a, p->b);
    v3b(x, min[w], u, a, p->b);
    v3(x, VPSUB[w], d, t, u);
    vec_done(x, p, d);
}

X64_LOWER3(vsabd)
{
    difference(x, p, VPMAXS, VPMINS);
}

X64_LOWER3(vuabd)
{
    difference(x, p, VPMAXU, VPMINU);
}

// ---- halves of sums and differences ----
// Bytes go by the average that AVX2 has of unsigned ones, rounded up; signed ones are moved to
// where unsigned ones are by turning their top bits over. Wider lanes: a + b is
// 2 * (a & b) + (a ^ b) and 2 * (a | b) - (a ^ b), a - b is (a ^ b) - 2 * (~a & b).

static void halve(struct x64 *x, unsigned w, bool is_signed, unsigned d, unsigned a)
{
    if (is_signed)
        vsar(x, w, d, a, 1);
    else
        vshr(x, w, d, a, 1);
}

static void half_add(struct x64 *x, const struct ir_placed *p, bool is_signed, bool up)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), u = lend_xmm(x),
             d = vec_def(x, p), w = width_of(p);
    if (w == 0) {
        unsigned a2 = a, b2 = b;
        if (is_signed) {
            v3k(x, VPXOR, t, a, K(sign[0]));
            v3k(x, VPXOR, u, b, K(sign[0]));
            a2 = t;
            b2 = u;
        }
        v3(x, VPAVGB, t, a2, b2);
        if (!up) {
            v3(x, VPXOR, u, a, b);
            v3k(x, VPAND, u, u, K(one[0]));
            v3(x, VPSUB[0], t, t, u);
        }
        if (is_signed)
            v3k(x, VPXOR, d, t, K(sign[0]));
        else
            vmove(x, d, t);
    } else {
        v3(x, VPXOR, t, a, b);
        halve(x, w, is_signed, t, t);
        v3(x, up ? VPOR : VPAND, u, a, b);
        v3(x, up ? VPSUB[w] : VPADD[w], d, u, t);
    }
    vec_done(x, p, d);
}

static void half_sub(struct x64 *x, const struct ir_placed *p, bool is_signed)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), u = lend_xmm(x),
             d = vec_def(x, p), w = width_of(p);
    if (w == 0) { // the average of a and ~b is 128 too much
        v3k(x, VPXOR, t, b, is_signed ? K(max[0]) : K(ones));
        if (is_signed)
            v3k(x, VPXOR, u, a, K(sign[0]));
        v3(x, VPAVGB, t, is_signed ? u : a, t);
        v3k(x, VPXOR, d, t, K(sign[0]));
    } else {
        v3(x, VPXOR, t, a, b);
        halve(x, w, is_signed, t, t);
        v3(x, VPANDN, u, a, b);
        v3(x, VPSUB[w], d, t, u);
    }
    vec_done(x, p, d);
}

X64_LOWER_(vurhadd8, IR_vurhadd8, 2)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    v3b(x, width_of(p) ? VPAVGW : VPAVGB, d, a, p->b);
    vec_done(x, p, d);
}

X64_LOWER(vurhadd32)
{
    half_add(x, p, false, true);
}

X64_LOWER3(vsrhadd)
{
    half_add(x, p, true, true);
}

X64_LOWER3(vuhadd)
{
    half_add(x, p, false, false);
}

X64_LOWER3(vshadd)
{
    half_add(x, p, true, false);
}

X64_LOWER3(vuhsub)
{
    half_sub(x, p, false);
}

X64_LOWER3(vshsub)
{
    half_sub(x, p, true);
}
