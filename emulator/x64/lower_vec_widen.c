// SPDX-License-Identifier: MIT
// Lanes that become wider or narrower, and sums within one vector.
#include "x64/vec.h"

// ---- wider ----

X64_LOWER3(vuxtl)
{
    unsigned d = vec_def(x, p);
    v3b(x, VPMOVZX[width_of(p)], d, 0, p->a);
    vec_done(x, p, d);
}

// What stands above the lanes is zeros from a register.
X64_LOWER3(vuxtl2)
{
    static const unsigned unpack_high[3] = {VPUNPCKHBW, VPUNPCKHWD, VPUNPCKHDQ};
    unsigned a = vec_use(x, p->a), zero = lend_xmm(x), d = vec_def(x, p);
    v3(x, VPXOR, zero, zero, zero);
    v3(x, unpack_high[width_of(p)], d, a, zero);
    vec_done(x, p, d);
}

X64_LOWER3(vsxtl)
{
    unsigned d = vec_def(x, p);
    v3b(x, VPMOVSX[width_of(p)], d, 0, p->a);
    vec_done(x, p, d);
}

// Products of the low halves.
static void multiply_long(struct x64 *x, const struct ir_placed *p, bool is_signed)
{
    unsigned w = width_of(p);
    unsigned t = lend_xmm(x), u = lend_xmm(x), d = vec_def(x, p);
    const unsigned *widen = is_signed ? VPMOVSX : VPMOVZX;
    v3b(x, widen[w], t, 0, p->a);
    v3b(x, widen[w], u, 0, p->b);
    v3(x, w == 0 ? VPMULLW : is_signed ? VPMULDQ : VPMULUDQ, d, t, u);
    vec_done(x, p, d);
}

X64_LOWER(vumull8)
{
    multiply_long(x, p, false);
}

X64_LOWER(vumull32)
{
    multiply_long(x, p, false);
}

X64_LOWER(vsmull8)
{
    multiply_long(x, p, true);
}

X64_LOWER(vsmull32)
{
    multiply_long(x, p, true);
}

// Bytes: even and odd ones apart.
X64_LOWER(vmul8)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), u = lend_xmm(x),
             v = lend_xmm(x), d = vec_def(x, p);
    vshr(x, 1, t, a, 8);
    vshr(x, 1, u, b, 8);
    v3(x, VPMULLW, t, t, u);
    vshl(x, 1, t, t, 8);
    v3(x, VPMULLW, v, a, b);
    v3k(x, VPAND, v, v, K(low_half[0]));
    v3(x, VPOR, d, t, v);
    vec_done(x, p, d);
}

// ---- narrower, zeros above ----

// d = the low halves of the lanes of t, whose high halves are zeros if they are bytes or halfwords.
static void pack(struct x64 *x, unsigned w, unsigned d, unsigned t)
{
    if (w == 2)
        v3ki(x, VSHUFPS, d, t, K(zero), 0x88);
    else
        v3k(x, w ? VPACKUSDW : VPACKUSWB, d, t, K(zero));
}

X64_LOWER3(vxtn)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p), w = width_of(p);
    if (w < 2)
        v3k(x, VPSHUFB, d, a, K(narrow[w]));
    else
        pack(x, w, d, a);
    vec_done(x, p, d);
}

// t = a with ones below where the high half is not 0; ok = ones in the lanes where it is.
static void limit_dwords(struct x64 *x, unsigned t, unsigned ok, unsigned a)
{
    vshr(x, 3, ok, a, 32);
    v3k(x, VPCMPEQ[3], ok, ok, K(zero));
    v3k(x, VPXOR, t, ok, K(ones));
    v3(x, VPOR, t, t, a);
}

X64_LOWER3(vuqxtn)
{
    unsigned w = width_of(p);
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), ok = lend_xmm(x), d = vec_def(x, p);
    if (w == 2) {
        limit_dwords(x, t, ok, a);
    } else {
        v3k(x, VPMINU[w + 1], t, a, K(low_half[w]));
        v3(x, VPCMPEQ[w + 1], ok, t, a);
    }
    qc_unless_ones(x, ok);
    pack(x, w, d, t);
    vec_done(x, p, d);
}

// The host's own saturation, which has happened where the result widened is not what there was.
static void pack_checked(struct x64 *x, const struct ir_placed *p, unsigned op,
                         const unsigned widen[3])
{
    unsigned w = width_of(p), a = vec_use(x, p->a), t = lend_xmm(x), ok = lend_xmm(x),
             d = vec_def(x, p);
    v3k(x, op, t, a, K(zero));
    v2(x, widen[w], ok, t);
    v3(x, VPCMPEQ[w + 1], ok, ok, a);
    qc_unless_ones(x, ok);
    vmove(x, d, t);
    vec_done(x, p, d);
}

X64_LOWER_(vsqxtn, IR_vsqxtn8, 2)
{
    clobber_flags(x);
    pack_checked(x, p, width_of(p) ? VPACKSSDW : VPACKSSWB, VPMOVSX);
}

X64_LOWER(vsqxtn32)
{
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), ok = lend_xmm(x), d = vec_def(x, p);
    v2i(x, VPSHUFD, t, a, 0x08);
    v2(x, VPMOVSX[2], ok, t);
    v3(x, VPCMPEQ[3], ok, ok, a);
    qc_unless_ones(x, ok);
    vsar(x, 2, t, a, 31);
    v2i(x, VPSHUFD, t, t, 0xf5);
    v3k(x, VPXOR, t, t, K(max[2]));
    vblend(x, VPBLENDVB, t, t, a, ok);
    pack(x, 2, d, t);
    vec_done(x, p, d);
}

X64_LOWER_(vsqxtun, IR_vsqxtun8, 2)
{
    clobber_flags(x);
    pack_checked(x, p, width_of(p) ? VPACKUSDW : VPACKUSWB, VPMOVZX);
}

X64_LOWER(vsqxtun32)
{
    clobber_flags(x);
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), u = lend_xmm(x), d = vec_def(x, p);
    limit_dwords(x, t, u, a);
    qc_unless_ones(x, u);
    vnegative(x, 3, u, a);
    v3(x, VPANDN, t, u, t);
    pack(x, 2, d, t);
    vec_done(x, p, d);
}

// ---- neighbours added ----

// d = sums of the pairs of lanes of a; d is not a.
static void add_pairs(struct x64 *x, unsigned w, bool is_signed, unsigned d, unsigned a)
{
    if (w == 0 && is_signed) {
        v2k(x, VMOVDQA, d, K(one[0]));
        v3(x, VPMADDUBSW, d, d, a);
    } else if (w == 0) {
        v3k(x, VPMADDUBSW, d, a, K(one[0]));
    } else if (w == 1 && is_signed) {
        v3k(x, VPMADDWD, d, a, K(one[1]));
    } else if (is_signed) {
        unsigned t = lend_xmm(x);
        v2i(x, VPSHUFD, t, a, 0x08);
        v2(x, VPMOVSX[2], t, t);
        v2i(x, VPSHUFD, d, a, 0x0d);
        v2(x, VPMOVSX[2], d, d);
        v3(x, VPADD[3], d, d, t);
    } else {
        unsigned t = lend_xmm(x);
        v3k(x, VPAND, t, a, K(low_half[w]));
        vshr(x, w + 1, d, a, 8u << w);
        v3(x, VPADD[w + 1], d, d, t);
    }
}

static void pairs(struct x64 *x, const struct ir_placed *p, bool is_signed)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x);
    add_pairs(x, width_of(p), is_signed, t, a);
    unsigned d = vec_def(x, p);
    vmove(x, d, t);
    vec_done(x, p, d);
}

X64_LOWER3(vuaddlp)
{
    pairs(x, p, false);
}

X64_LOWER3(vsaddlp)
{
    pairs(x, p, true);
}

// ---- all lanes to one ----

// Lane 0 of t = all lanes from a on folded by `op`, the lanes above rubbish; t may be a.
static void fold(struct x64 *x, unsigned op, unsigned w, unsigned t, unsigned a)
{
    unsigned u = lend_xmm(x);
    for (unsigned n = 8; n >= 1u << w; n /= 2) {
        vbytes_right(x, u, a, n);
        v3(x, op, t, a, u);
        a = t;
    }
}

// d = lane 0 of t, zeros above.
static void only_first(struct x64 *x, unsigned w, unsigned d, unsigned t)
{
    if (w == 3)
        v2(x, VMOVQ, d, t);
    else
        v3k(x, VPAND, d, t, K(first[w]));
}

X64_LOWER3(vaddv)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p), w = width_of(p);
    if (w == 0) { // the two sums of eight bytes
        v3k(x, VPSADBW, t, a, K(zero));
        fold(x, VPADD[0], 3, t, t);
    } else {
        fold(x, VPADD[w], w, t, a);
    }
    only_first(x, w, d, t);
    vec_done(x, p, d);
}

// Bytes and halfwords by the smallest of eight unsigned halfwords, which the host finds; `turn`
// makes it the one that is looked for and back.
static void extreme(struct x64 *x, const struct ir_placed *p, const unsigned op[3],
                    const union ir_val *turn)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p), w = width_of(p);
    if (w == 2) {
        fold(x, op[2], 2, t, a);
    } else {
        if (turn) {
            v3k(x, VPXOR, t, a, turn);
            a = t;
        }
        if (w == 0) {
            unsigned u = lend_xmm(x);
            vshr(x, 1, u, a, 8);
            v3(x, VPMINU[0], t, a, u);
            a = t;
        }
        v2(x, P2(0x41), t, a); // vphminposuw
        if (turn)
            v3k(x, VPXOR, t, t, turn);
    }
    only_first(x, w, d, t);
    vec_done(x, p, d);
}

X64_LOWER3(vumaxv)
{
    extreme(x, p, VPMAXU, K(ones));
}

X64_LOWER3(vuminv)
{
    extreme(x, p, VPMINU, NULL);
}

X64_LOWER3(vsmaxv)
{
    extreme(x, p, VPMAXS, K(max[width_of(p) & 1]));
}

X64_LOWER3(vsminv)
{
    extreme(x, p, VPMINS, K(sign[width_of(p) & 1]));
}

// Sums of neighbours, wide enough for the sum of all.
static void add_long(struct x64 *x, const struct ir_placed *p, bool is_signed)
{
    unsigned w = width_of(p), a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p);
    if (w == 0 && !is_signed)
        v3k(x, VPSADBW, t, a, K(zero));
    else
        add_pairs(x, w, is_signed, t, a);
    fold(x, VPADD[w + 1], w == 0 && !is_signed ? 3 : w + 1, t, t);
    only_first(x, w + 1, d, t);
    vec_done(x, p, d);
}

X64_LOWER3(vuaddlv)
{
    add_long(x, p, false);
}

X64_LOWER3(vsaddlv)
{
    add_long(x, p, true);
}

// ---- dot products ----

// d = halfwords from the even / odd bytes of a.
static void even_bytes(struct x64 *x, bool is_signed, unsigned d, unsigned a)
{
    if (!is_signed) {
        v3k(x, VPAND, d, a, K(low_half[0]));
        return;
    }
    vshl(x, 1, d, a, 8);
    vsar(x, 1, d, d, 8);
}

static void odd_bytes(struct x64 *x, bool is_signed, unsigned d, unsigned a)
{
    if (is_signed)
        vsar(x, 1, d, a, 8);
    else
        vshr(x, 1, d, a, 8);
}

static void dot(struct x64 *x, const struct ir_placed *p, bool b_signed, bool c_signed)
{
    unsigned b = vec_use(x, p->b), c = vec_use(x, p->c), t = lend_xmm(x), u = lend_xmm(x),
             v = lend_xmm(x), d = vec_def(x, p);
    even_bytes(x, b_signed, t, b);
    even_bytes(x, c_signed, u, c);
    v3(x, VPMADDWD, t, t, u);
    odd_bytes(x, b_signed, u, b);
    odd_bytes(x, c_signed, v, c);
    v3(x, VPMADDWD, u, u, v);
    v3(x, VPADD[2], t, t, u);
    v3b(x, VPADD[2], d, t, p->a);
    vec_done(x, p, d);
}

X64_LOWER(vudot)
{
    dot(x, p, false, false);
}

X64_LOWER(vsdot)
{
    dot(x, p, true, true);
}

X64_LOWER(vusdot)
{
    dot(x, p, false, true);
}

// Rows of eight bytes of b and c, as halfwords: four products, whose sums are the four results.
static void matrix(struct x64 *x, const struct ir_placed *p, bool b_signed, bool c_signed)
{
    unsigned b = vec_use(x, p->b), c = vec_use(x, p->c), b0 = lend_xmm(x), b1 = lend_xmm(x),
             c0 = lend_xmm(x), c1 = lend_xmm(x), t = lend_xmm(x), d = vec_def(x, p);
    const unsigned widen_b = b_signed ? VPMOVSX[0] : VPMOVZX[0],
                   widen_c = c_signed ? VPMOVSX[0] : VPMOVZX[0];
    v2(x, widen_b, b0, b);
    vbytes_right(x, b1, b, 8);
    v2(x, widen_b, b1, b1);
    v2(x, widen_c, c0, c);
    vbytes_right(x, c1, c, 8);
    v2(x, widen_c, c1, c1);
    v3(x, VPMADDWD, t, b0, c0);
    v3(x, VPMADDWD, b0, b0, c1);
    v3(x, VPHADDD, t, t, b0);
    v3(x, VPMADDWD, c0, b1, c0);
    v3(x, VPMADDWD, c1, b1, c1);
    v3(x, VPHADDD, c0, c0, c1);
    v3(x, VPHADDD, t, t, c0);
    v3b(x, VPADD[2], d, t, p->a);
    vec_done(x, p, d);
}

X64_LOWER(vummla)
{
    matrix(x, p, false, false);
}

X64_LOWER(vsmmla)
{
    matrix(x, p, true, true);
}

X64_LOWER(vusmmla)
{
    matrix(x, p, false, true);
}
