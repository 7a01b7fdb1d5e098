// SPDX-License-Identifier: MIT
// Shifts of lanes by a constant, and by each lane's own count.
#include "x64/vec.h"

// ---- by a constant ----

X64_LOWER4(vshl)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    vshl(x, width_of(p), d, a, (unsigned)p->imm);
    vec_done(x, p, d);
}

X64_LOWER4(vushr)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    vshr(x, width_of(p), d, a, (unsigned)p->imm);
    vec_done(x, p, d);
}

X64_LOWER4(vsshr)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p);
    bool plain = width_of(p) == 1 || width_of(p) == 2 || (width_of(p) == 3 && is_wide_host(x));
    vsar(x, width_of(p), plain ? d : t, a, (unsigned)p->imm);
    if (!plain)
        vmove(x, d, t);
    vec_done(x, p, d);
}

// Half of t, rounded up, is t less its half rounded down: t is shifted by one bit less.
X64_LOWER4(vurshr)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), u = lend_xmm(x), d = vec_def(x, p),
             w = width_of(p), n = (unsigned)p->imm;
    if (n > 1) {
        vshr(x, w, t, a, n - 1);
        a = t;
    }
    if (w < 2) {
        v3k(x, w ? VPAVGW : VPAVGB, d, a, K(zero));
    } else {
        vshr(x, w, u, a, 1);
        v3(x, VPSUB[w], d, a, u);
    }
    vec_done(x, p, d);
}

X64_LOWER4(vsrshr)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), u = lend_xmm(x), d = vec_def(x, p),
             w = width_of(p), n = (unsigned)p->imm;
    if (w == 3) { // the last bit shifted out is added
        vsar(x, w, t, a, n);
        vshr(x, w, u, a, n - 1);
        v3k(x, VPAND, u, u, K(one[3]));
        v3(x, VPADD[w], d, t, u);
    } else {
        if (n > 1) {
            vsar(x, w, t, a, n - 1);
            a = t;
        }
        vsar(x, w, u, a, 1);
        v3(x, VPSUB[w], d, a, u);
    }
    vec_done(x, p, d);
}

X64_LOWER_(vror, IR_vror32, 2)
{
    unsigned a = vec_use(x, p->a), r = lend_xmm(x), d = vec_def(x, p);
    if (is_wide_host(x))
        r = d;
    vror(x, width_of(p), r, a, (unsigned)p->imm);
    vmove(x, d, r);
    vec_done(x, p, d);
}

// ---- saturating, by a constant: the shift back must give what there was ----

X64_LOWER4(vuqshli)
{
    unsigned w = width_of(p), n = (unsigned)p->imm;
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), u = lend_xmm(x), d = vec_def(x, p);
    vshl(x, w, t, a, n);
    vshr(x, w, u, t, n);
    v3(x, VPCMPEQ[w], u, u, a);
    qc_unless_ones(x, u);
    v3k(x, VPXOR, u, u, K(ones));
    v3(x, VPOR, d, t, u);
    vec_done(x, p, d);
}

X64_LOWER4(vsqshli)
{
    unsigned w = width_of(p), n = (unsigned)p->imm;
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), u = lend_xmm(x), limit = lend_xmm(x),
             d = vec_def(x, p);
    vshl(x, w, t, a, n);
    vsar(x, w, u, t, n);
    v3(x, VPCMPEQ[w], u, u, a);
    qc_unless_ones(x, u);
    vnegative(x, w, limit, a);
    v3k(x, VPXOR, limit, limit, K(max[w]));
    vblend(x, VPBLENDVB, d, limit, t, u);
    vec_done(x, p, d);
}

// From signed to unsigned: negative ones become 0.
X64_LOWER4(vsqshlui)
{
    unsigned w = width_of(p), n = (unsigned)p->imm;
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), u = lend_xmm(x), negative = lend_xmm(x),
             d = vec_def(x, p);
    vshl(x, w, t, a, n);
    vshr(x, w, u, t, n);
    v3(x, VPCMPEQ[w], u, u, a);
    v3k(x, VPXOR, u, u, K(ones));
    v3(x, VPOR, t, t, u);
    vnegative(x, w, negative, a);
    v3(x, VPOR, u, u, negative);
    qc_unless_zero(x, u);
    v3(x, VPANDN, d, negative, t);
    vec_done(x, p, d);
}

// ---- by each lane's count ----
// AVX2 shifts lanes of 32 and 64 bits by counts of their own, and a count beyond the width shifts
// all out. So the low byte of a count and that of its complement shift left and right, and of the
// two one is a shift by nothing or by far too much. Narrower lanes are shifted at the top of lanes
// of 32 bits, where what is shifted out to the right is still there to round by.

struct by_count {
    bool is_signed, round, saturate;
    unsigned w;               // lanes that are shifted: 2 or 3
    unsigned spare;           // bits below the value
    const union ir_val *half; // of the unit of the value
};

// r = x shifted by the low byte of the lanes of n. ok: its lanes are cleared where r is saturated.
static void shift_lanes(struct x64 *x, const struct by_count *s, unsigned r, unsigned v, unsigned n,
                        unsigned ok, const unsigned free[3])
{
    bool wide = s->w == 3;
    unsigned left = r, right = free[0], t = free[1], m = free[2];
    const union ir_val *byte = wide ? K(count64) : K(count32);
    // Right, in `right`.
    v3(x, VPXOR, t, t, t);
    v3(x, VPSUB[s->w], t, t, n);
    v3k(x, VPAND, t, t, byte);
    unsigned from = v;
    if (s->is_signed && wide) { // complemented where negative
        vnegative(x, 3, m, v);
        v3(x, VPXOR, left, v, m);
        from = left;
    }
    unsigned op = s->is_signed && !wide ? VPSRAV : VPSRLV;
    v_rr(x, op, wide, right, from, t);
    if (s->round && s->spare) {
        v3k(x, VPADD[s->w], right, right, s->half);
    } else if (s->round) {
        v3k(x, VPADD[s->w], t, t, K(ones));
        v_rr(x, op, wide, t, from, t);
        if (from != v) {
            v3(x, VPXOR, right, right, m);
            v3(x, VPXOR, t, t, m);
        }
        v3k(x, VPAND, t, t, K(one[s->w]));
        v3(x, VPADD[s->w], right, right, t);
    }
    if (from != v && !s->round)
        v3(x, VPXOR, right, right, m);
    // Left, in `left`.
    v3k(x, VPAND, t, n, byte);
    v_rr(x, VPSLLV, wide, left, v, t);
    if (!s->saturate && !s->is_signed) {
        v3(x, VPOR, r, left, right);
        return;
    }
    if (s->saturate) {
        if (s->is_signed && wide) {
            unsigned back = m;
            vnegative(x, 3, back, left); // shifted back with its own sign
            v3(x, VPXOR, back, back, left);
            v_rr(x, VPSRLV, true, back, back, t);
            vnegative(x, 3, t, left);
            v3(x, VPXOR, t, t, back);
        } else {
            v_rr(x, s->is_signed ? VPSRAV : VPSRLV, wide, t, left, t);
        }
        v3(x, VPCMPEQ[s->w], t, t, v); // left is right
        if (s->is_signed) {
            vnegative(x, s->w, m, v);
            v3k(x, VPXOR, m, m, K(max[s->w]));
            vblend(x, VPBLENDVB, left, m, left, t);
        } else {
            v3k(x, VPXOR, m, t, K(ones));
            v3(x, VPOR, left, left, m);
        }
    }
    // The sign of the count chooses.
    vshl(x, s->w, m, n, 8u * ((1u << s->w) - 1));
    vblend(x, wide ? VBLENDVPD : VBLENDVPS, r, left, right, m);
    if (s->saturate) {
        vsar(x, s->w == 3 ? 2 : s->w, m, m, 31);
        if (wide)
            v2i(x, VPSHUFD, m, m, 0xf5);
        v3(x, VPOR, t, t, m);
        v3(x, VPAND, ok, ok, t);
    }
}

// ---- the same with AVX-512, which shifts lanes of 16 bits as well, and of 64 with their sign ----

// d = lanes of v, of 16 bits or more, shifted by the low bytes of those of n. d is neither.
static void shift_lanes_512(struct x64 *x, unsigned w, bool is_signed, unsigned d, unsigned v,
                            unsigned n, unsigned t)
{
    const union ir_val *byte = w == 1 ? K(low_half[0]) : w == 2 ? K(count32) : K(count64);
    bool odd = odd_width(w);
    v3(x, VPXOR, t, t, t);
    v3(x, VPSUB[w], t, t, n);
    v3k(x, VPAND, t, t, byte);
    v3k(x, VPAND, d, n, byte);
    v_rr(x, VPSLLV_BY(w), odd, d, v, d);
    if (is_signed) {
        v_rm(x, VPTESTM(w), odd, X64_K1, n, mem_rip(K(count_sign[w - 1])));
        v_rr(x, X64_MASK | VPSRAV_BY(w), odd, d, v, t);
    } else {
        v_rr(x, VPSRLV_BY(w), odd, t, v, t);
        v3(x, VPOR, d, d, t);
    }
}

static void shift_by_lanes_512(struct x64 *x, const struct ir_placed *p, bool is_signed)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), r = lend_xmm(x), t = lend_xmm(x);
    if (width_of(p) > 0) {
        shift_lanes_512(x, width_of(p), is_signed, r, a, b, t);
    } else { // as halfwords
        unsigned v = lend_xmm(x), n = lend_xmm(x), high = lend_xmm(x);
        for (unsigned k = 0; k < 2; k++) {
            if (k) {
                vbytes_right(x, v, a, 8);
                vbytes_right(x, n, b, 8);
            }
            v2(x, is_signed ? VPMOVSX[0] : VPMOVZX[0], v, k ? v : a);
            v2(x, VPMOVSX[0], n, k ? n : b);
            shift_lanes_512(x, 1, is_signed, k ? high : r, v, n, t);
            v3k(x, VPAND, k ? high : r, k ? high : r, K(low_half[0]));
        }
        v3(x, VPACKUSWB, r, r, high);
    }
    unsigned d = vec_def(x, p);
    vmove(x, d, r);
    vec_done(x, p, d);
}

static void shift_by_lanes(struct x64 *x, const struct ir_placed *p, bool is_signed, bool round,
                           bool saturate)
{
    if (is_wide_host(x) && !round && !saturate) {
        shift_by_lanes_512(x, p, is_signed);
        return;
    }
    unsigned w = width_of(p);
    struct by_count s = {is_signed, round, saturate, w < 2 ? 2 : w, 0, NULL};
    if (saturate)
        clobber_flags(x);
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), r = lend_xmm(x), free[3],
             ok = saturate ? lend_xmm(x) : 0;
    for (unsigned k = 0; k < 3; k++)
        free[k] = lend_xmm(x);
    if (saturate)
        v3(x, VPCMPEQ[0], ok, ok, ok);
    if (w >= 2) {
        shift_lanes(x, &s, r, a, b, ok, free);
    } else {
        // By groups of four lanes; the results go to the bottom and are packed.
        unsigned groups = 4u >> w, v = lend_xmm(x), n = lend_xmm(x), part[4];
        s.spare = 32 - (8u << w);
        s.half = w ? K(half_word) : K(half_byte);
        for (unsigned g = 0; g < groups; g++) {
            part[g] = g + 1 < groups ? lend_xmm(x) : r;
            unsigned widen = w ? VPMOVZX[1] : P2(0x31); // vpmovzxwd, vpmovzxbd
            if (g)
                vbytes_right(x, v, a, 16 / groups * g);
            v2(x, widen, v, g ? v : a);
            vshl(x, 2, v, v, s.spare);
            if (g)
                vbytes_right(x, n, b, 16 / groups * g);
            v2(x, widen, n, g ? n : b);
            shift_lanes(x, &s, part[g], v, n, ok, free);
            vshr(x, 2, part[g], part[g], s.spare);
        }
        for (unsigned g = 0; g < groups; g += 2)
            v3(x, VPACKUSDW, part[g + 1 == groups - 1 ? g + 1 : g], part[g], part[g + 1]);
        if (groups == 4)
            v3(x, VPACKUSWB, r, part[0], r);
    }
    if (saturate)
        qc_unless_ones(x, ok);
    unsigned d = vec_def(x, p);
    vmove(x, d, r);
    vec_done(x, p, d);
}

#define BY_LANES(name, ...)                \
    X64_LOWER4(name)                       \
    {                                      \
        shift_by_lanes(x, p, __VA_ARGS__); \
    }
BY_LANES(vushl, false, false, false)
BY_LANES(vsshl, true, false, false)
BY_LANES(vurshl, false, true, false)
BY_LANES(vsrshl, true, true, false)
BY_LANES(vuqshl, false, false, true)
BY_LANES(vsqshl, true, false, true)
BY_LANES(vuqrshl, false, true, true)
BY_LANES(vsqrshl, true, true, true)
