// SPDX-License-Identifier: MIT
// AES and SHA by the host's instructions for them, where it has them. The host's rounds are cut
// otherwise than Arm's, and its SHA instructions want words in another order.
#include "x64/vec.h"

#define VAESENC     P2(0xdc)
#define VAESENCLAST P2(0xdd)
#define VAESDEC     P2(0xde)
#define VAESDECLAST P2(0xdf)
#define VAESIMC     P2(0xdb)
#define SHA1RNDS4   (X64_0F3A | 0xcc)
#define SHA256RNDS2 (X64_0F38 | 0xcb)
#define SHA256MSG1  (X64_0F38 | 0xcc)
#define SHA256MSG2  (X64_0F38 | 0xcd)

// ---- AES: Arm adds the round key first, the host last ----

// The operation behind p, if all it does is `op` on p's result, which nobody else looks at.
static bool followed_by(const struct x64 *x, const struct ir_placed *p, unsigned op)
{
    const struct ir_placed *q = p + 1;
    if (x->i + 1 >= x->places->n_ops || q->op != op || q->a != p->d)
        return false;
    return q->d == p->d || (is_temp(x, p->d) && !(x->live[x->i + 1] >> temp_index(x, p->d) & 1));
}

// One round without the mixing of columns (`last`), or with it if that is the next operation.
static void aes_round(struct x64 *x, const struct ir_placed *p, unsigned last, unsigned whole,
                      unsigned mix)
{
    if (!x64_host_has(X64_HAS_AES)) {
        call_evaluator(x, p);
        return;
    }
    bool both = followed_by(x, p, mix);
    unsigned a = vec_use(x, p->a), t = lend_xmm(x);
    v3b(x, VPXOR, t, a, p->b);
    if (both) {
        p = &x->places->ops[++x->i];
        flags_before(x, p);
    }
    unsigned d = xmm_at(x, p->d) == X64_NONE ? t : xmm_at(x, p->d);
    v3k(x, both ? whole : last, d, t, K(zero));
    vec_done(x, p, d);
    if (both)
        note_result(x, p);
}

X64_LOWER(aese)
{
    aes_round(x, p, VAESENCLAST, VAESENC, IR_aesmc);
}

X64_LOWER(aesd)
{
    aes_round(x, p, VAESDECLAST, VAESDEC, IR_aesimc);
}

// Columns mixed: a round whose other steps are undone before.
X64_LOWER(aesmc)
{
    if (!x64_host_has(X64_HAS_AES)) {
        call_evaluator(x, p);
        return;
    }
    unsigned a = vec_use(x, p->a), t = lend_xmm(x), d = vec_def(x, p);
    v3k(x, VAESDECLAST, t, a, K(zero));
    v3k(x, VAESENC, d, t, K(zero));
    vec_done(x, p, d);
}

X64_LOWER(aesimc)
{
    if (!x64_host_has(X64_HAS_AES)) {
        call_evaluator(x, p);
        return;
    }
    unsigned a = vec_use(x, p->a), d = vec_def(x, p);
    v2(x, VAESIMC, d, a);
    vec_done(x, p, d);
}

// ---- SHA-1 ----

// Arm's key constants are in the schedule already, the host adds them.
static void sha1_rounds(struct x64 *x, const struct ir_placed *p, unsigned function)
{
    if (!x64_host_has(X64_HAS_SHA)) {
        call_evaluator(x, p);
        return;
    }
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), c = vec_use(x, p->c), t = lend_low_xmm(x),
             u = lend_low_xmm(x), d = vec_def(x, p);
    v3k(x, VPSUB[2], t, c, K(sha1_key[function]));
    v2i(x, VPSHUFD, t, t, 0x1b);
    vbytes_left(x, u, b, 12);
    v3(x, VPADD[2], t, t, u);
    v2i(x, VPSHUFD, u, a, 0x1b);
    x64_rri(&x->a, SHA1RNDS4, false, u, t, function);
    v2i(x, VPSHUFD, d, u, 0x1b);
    vec_done(x, p, d);
}

X64_LOWER(sha1c)
{
    sha1_rounds(x, p, 0);
}

X64_LOWER(sha1p)
{
    sha1_rounds(x, p, 1);
}

X64_LOWER(sha1m)
{
    sha1_rounds(x, p, 2);
}

X64_LOWER(sha1su0)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), d = vec_def(x, p);
    v3i(x, VPALIGNR, t, b, a, 8);
    v3(x, VPXOR, t, t, a);
    v3b(x, VPXOR, d, t, p->c);
    vec_done(x, p, d);
}

static void rotate_left(struct x64 *x, unsigned d, unsigned a, unsigned t, unsigned n)
{
    if (is_wide_host(x)) {
        vror(x, 2, d, a, 32 - n);
        return;
    }
    vshr(x, 2, t, a, 32 - n);
    vshl(x, 2, d, a, n);
    v3(x, VPOR, d, d, t);
}

// The last word takes in the first one's result.
X64_LOWER(sha1su1)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_xmm(x), u = lend_xmm(x),
             v = lend_xmm(x), d = vec_def(x, p);
    vbytes_right(x, t, b, 4);
    v3(x, VPXOR, t, t, a);
    vbytes_left(x, u, t, 12);
    rotate_left(x, t, t, v, 1);
    rotate_left(x, u, u, v, 2);
    v3(x, VPXOR, d, t, u);
    vec_done(x, p, d);
}

// ---- SHA-256 ----

// With the high half, where that may be a vector of its own.
static void move_whole(struct x64 *x, unsigned d, unsigned a)
{
    v_rr(x, x->has_twins ? VMOVDQA | X64_256 : VMOVDQA, false, d, 0, a);
}

// The host takes the words of the schedule from xmm0, which is a pinned register.
X64_LOWER(sha256rounds)
{
    if (!x64_host_has(X64_HAS_SHA)) {
        call_evaluator(x, p);
        return;
    }
    unsigned hgdc = vec_use(x, p->a), feba = vec_use(x, p->b), w = vec_use(x, p->c);
    bool keep = xmm_at(x, p->d) != 0 && !(x->lent & 1);
    x->lent |= 1;
    unsigned t = lend_low_xmm(x), u = feba, own = lend_xmm(x), d = vec_def(x, p);
    vmove(x, t, hgdc);
    if (feba == 0 || feba >= 16)
        vmove(x, u = lend_low_xmm(x), feba);
    if (keep)
        move_whole(x, own, 0);
    if (p->imm)
        v2i(x, VPSHUFD, 0, w, 0x0e);
    else
        vmove(x, 0, w);
    x64_rr(&x->a, SHA256RNDS2, false, t, u);
    if (keep)
        move_whole(x, 0, own);
    vmove(x, d, t);
    vec_done(x, p, d);
}

X64_LOWER(sha256su0)
{
    if (!x64_host_has(X64_HAS_SHA)) {
        call_evaluator(x, p);
        return;
    }
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), t = lend_low_xmm(x), d = vec_def(x, p);
    vmove(x, t, a);
    x64_rr(&x->a, SHA256MSG1, false, t, low_xmm(x, b, X64_XLOW));
    vmove(x, d, t);
    vec_done(x, p, d);
}

X64_LOWER(sha256su1)
{
    if (!x64_host_has(X64_HAS_SHA)) {
        call_evaluator(x, p);
        return;
    }
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), c = vec_use(x, p->c), t = lend_low_xmm(x),
             d = vec_def(x, p);
    v3i(x, VPALIGNR, t, c, b, 4);
    v3(x, VPADD[2], t, t, a);
    x64_rr(&x->a, SHA256MSG2, false, t, low_xmm(x, c, X64_XLOW));
    vmove(x, d, t);
    vec_done(x, p, d);
}
