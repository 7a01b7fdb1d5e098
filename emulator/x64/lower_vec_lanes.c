// SPDX-License-Identifier: MIT
// Operations that move lanes and compute nothing.
#include "x64/vec.h"

#define VPBROADCASTB P2(0x78)
#define VPBROADCASTW P2(0x79)

X64_LOWER_(vdupl8, IR_vdupl8, 2)
{
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p), w = width_of(p);
    if (p->imm) {
        vbytes_right(x, t, a, (unsigned)p->imm << w);
        a = t;
    }
    v2(x, w ? VPBROADCASTW : VPBROADCASTB, d, a);
    vec_done(x, p, d);
}

// imm: to | from << 8.
X64_LOWER_(vins8, IR_vins8, 2)
{
    unsigned to = p->imm & 255, from = (unsigned)(p->imm >> 8), w = width_of(p);
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), d = vec_def(x, p);
    if (w == 0)
        v2i(x, P3(0x14), b, X64_SCRATCH, from); // vpextrb
    else
        v2i(x, P1(0xc5), X64_SCRATCH, b, from);                  // vpextrw
    v3i(x, w == 0 ? P3(0x20) : P1(0xc4), d, a, X64_SCRATCH, to); // vpinsrb, vpinsrw
    vec_done(x, p, d);
}

X64_LOWER(vins32)
{
    unsigned to = p->imm & 255, from = (unsigned)(p->imm >> 8);
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), d = vec_def(x, p);
    v3i(x, VINSERTPS, d, a, b, from << 6 | to << 4);
    vec_done(x, p, d);
}

X64_LOWER(vins64)
{
    unsigned to = p->imm & 255, from = (unsigned)(p->imm >> 8);
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), d = vec_def(x, p);
    if (to == from)
        v3i(x, VPBLENDD, d, a, b, to ? 0xc : 0x3);
    else if (to)
        v3(x, VPUNPCKLQDQ, d, a, b);
    else
        v3(x, VPUNPCKHQDQ, d, b, a);
    vec_done(x, p, d);
}

// Lane i from lane i ^ imm.
X64_LOWER(vrev8)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    v3k(x, VPSHUFB, d, a, p->imm == 1 ? K(swap16) : p->imm == 3 ? K(swap32) : K(swap64));
    vec_done(x, p, d);
}

X64_LOWER(vrev16)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    v3k(x, VPSHUFB, d, a, p->imm == 1 ? K(halves32) : K(halves64));
    vec_done(x, p, d);
}

X64_LOWER(vrev32)
{
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    v2i(x, VPSHUFD, d, a, 0xb1);
    vec_done(x, p, d);
}

// ---- even and odd lanes of a pair ----

// Bytes and halfwords: the wanted half of each lane twice as wide is packed.
static void unzip_narrow(struct x64 *x, const struct ir_placed *p, bool odd)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), u = lend_xmm(x),
             d = vec_def(x, p), w = width_of(p);
    if (odd) {
        vshr(x, w + 1, t, a, 8u << w);
        vshr(x, w + 1, u, b, 8u << w);
    } else {
        v3k(x, VPAND, t, a, K(low_half[w]));
        v3k(x, VPAND, u, b, K(low_half[w]));
    }
    v3(x, w ? VPACKUSDW : VPACKUSWB, d, t, u);
    vec_done(x, p, d);
}

static void unzip_wide(struct x64 *x, const struct ir_placed *p, bool odd)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), d = vec_def(x, p);
    if (is_wide(p))
        v3(x, odd ? VPUNPCKHQDQ : VPUNPCKLQDQ, d, a, b);
    else
        v3i(x, VSHUFPS, d, a, b, odd ? 0xdd : 0x88);
    vec_done(x, p, d);
}

X64_LOWER_(vuzp18, IR_vuzp18, 2)
{
    unzip_narrow(x, p, false);
}

X64_LOWER_(vuzp132, IR_vuzp132, 2)
{
    unzip_wide(x, p, false);
}

X64_LOWER_(vuzp28, IR_vuzp28, 2)
{
    unzip_narrow(x, p, true);
}

X64_LOWER_(vuzp232, IR_vuzp232, 2)
{
    unzip_wide(x, p, true);
}

// d = the low halves of lanes twice as wide from a, the high ones from b.
static void halves(struct x64 *x, unsigned w, unsigned d, unsigned a, unsigned b)
{
    if (w == 2) {
        v3i(x, VPBLENDD, d, a, b, 0xaa);
    } else if (w == 1) {
        v3i(x, VPBLENDW, d, a, b, 0xaa);
    } else { // both have zeros in the other halves
        v3(x, VPOR, d, a, b);
    }
}

X64_LOWER_(vtrn1, IR_vtrn18, 3)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), d = vec_def(x, p),
             w = width_of(p);
    vshl(x, w + 1, t, b, 8u << w);
    if (w == 0) {
        unsigned u = lend_xmm(x);
        v3k(x, VPAND, u, a, K(low_half[0]));
        a = u;
    }
    halves(x, w, d, a, t);
    vec_done(x, p, d);
}

X64_LOWER_(vtrn2, IR_vtrn28, 3)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), d = vec_def(x, p),
             w = width_of(p);
    vshr(x, w + 1, t, a, 8u << w);
    if (w == 0) {
        unsigned u = lend_xmm(x);
        v3k(x, VPAND, u, b, K(high_half[0]));
        b = u;
    }
    halves(x, w, d, t, b);
    vec_done(x, p, d);
}

X64_LOWER(vtrn164)
{
    unzip_wide(x, p, false);
}

X64_LOWER(vtrn264)
{
    unzip_wide(x, p, true);
}

// ---- tables: vpshufb takes the low four bits of an index and gives 0 where the top bit is set
// ----

X64_LOWER(vtbl)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), d = vec_def(x, p);
    v3k(x, VPADDUSB, t, b, K(index_limit));
    v3(x, VPSHUFB, d, a, t);
    vec_done(x, p, d);
}

X64_LOWER(vtbl2)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), c = vec_use(x, p->c), t = lend_xmm(x),
             u = lend_xmm(x), d = vec_def(x, p);
    v3k(x, VPADDUSB, t, c, K(index_limit));
    v3(x, VPSHUFB, t, a, t);
    v3k(x, VPSUB[0], u, c, K(sixteens));
    v3k(x, VPADDUSB, u, u, K(index_limit));
    v3(x, VPSHUFB, u, b, u);
    v3(x, VPOR, d, t, u);
    vec_done(x, p, d);
}

X64_LOWER(vtbx)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), c = vec_use(x, p->c), t = lend_xmm(x),
             u = lend_xmm(x), d = vec_def(x, p);
    if (is_wide_host(x)) {
        vmove(x, t, c);
        v_rmi(x, VPCMPUB, false, X64_K1, b, mem_rip(K(sixteens)), CMP_LT);
        v3(x, X64_MASK | VPSHUFB, t, a, b);
        vmove(x, d, t);
    } else {
        v3k(x, VPADDUSB, t, b, K(index_limit));
        v3(x, VPSHUFB, u, a, t);
        vblend(x, VPBLENDVB, d, u, c, t);
    }
    vec_done(x, p, d);
}
