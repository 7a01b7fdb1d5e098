// SPDX-License-Identifier: MIT
// SHA-512. The host has no instruction for it: the two rounds of SHA512H and SHA512H2 depend on
// each other and are done in general registers, the schedule in vectors.
#include "x64/int.h"
#include "x64/vec.h"

static void low_to(struct x64 *x, unsigned r, unsigned v)
{
    v_rr(x, VMOVD_FROM, true, v, 0, r);
}

static void high_to(struct x64 *x, unsigned r, unsigned v)
{
    v_rri(x, VPEXTRQ, true, v, 0, r, 1);
}

static void rotate_right(struct x64 *x, unsigned d, unsigned a, unsigned n)
{
    x64_vrri(&x->a, RORX, true, d, 0, a, n);
}

static void alu(struct x64 *x, enum x64_alu op, unsigned d, unsigned s)
{
    x64_alu_rr(&x->a, op, true, d, s);
}

// d = a rotated right by n, n + m and n + k, added without carry. t may be a.
static void big_sigma(struct x64 *x, unsigned d, unsigned a, unsigned t, unsigned n, unsigned m,
                      unsigned k)
{
    rotate_right(x, d, a, m);
    alu(x, X64_XOR, d, a);
    rotate_right(x, t, a, k);
    alu(x, X64_XOR, d, t);
    rotate_right(x, d, d, n);
}

static void join(struct x64 *x, const struct ir_placed *p, unsigned low, unsigned high)
{
    unsigned d = vec_def(x, p);
    v_rr(x, VMOVD_TO, true, d, 0, low);
    v_rri(x, VPINSRQ, true, d, d, high, 1);
    vec_done(x, p, d);
}

// high = a1 + sigma1(c1) + choose(c1; b0, b1), t = high + c0, low = a0 + sigma1(t) + choose(t; c1,
// b0).
X64_LOWER(sha512h)
{
    struct x64_loans loans = {.n = 0};
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), c = vec_use(x, p->c);
    settle_flags(x);
    unsigned rax = X64_RAX, c1 = borrow(x, &loans, 0), high = borrow(x, &loans, 0),
             t = borrow(x, &loans, 0);
    high_to(x, c1, c);
    big_sigma(x, high, c1, t, 14, 4, 27);
    low_to(x, rax, b);
    high_to(x, t, b);
    alu(x, X64_XOR, rax, t);
    alu(x, X64_AND, rax, c1);
    alu(x, X64_XOR, rax, t);
    alu(x, X64_ADD, high, rax);
    high_to(x, rax, a);
    alu(x, X64_ADD, high, rax);
    low_to(x, t, c);
    alu(x, X64_ADD, t, high);
    low_to(x, rax, b);
    alu(x, X64_XOR, c1, rax);
    alu(x, X64_AND, c1, t);
    alu(x, X64_XOR, c1, rax);
    big_sigma(x, rax, t, t, 14, 4, 27);
    alu(x, X64_ADD, rax, c1);
    low_to(x, c1, a);
    alu(x, X64_ADD, rax, c1);
    join(x, p, rax, high);
    pay_back(x, &loans);
}

// high = a1 + sigma0(c0) + majority(b0, c1, c0), low = a0 + sigma0(high) + majority(high, c0, c1).
// The majority is b & (c0 ^ c1) ^ (c0 & c1).
X64_LOWER(sha512h2)
{
    struct x64_loans loans = {.n = 0};
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), c = vec_use(x, p->c);
    settle_flags(x);
    unsigned high = X64_RAX, differ = borrow(x, &loans, 0), same = borrow(x, &loans, 0),
             t = borrow(x, &loans, 0);
    low_to(x, differ, c);
    high_to(x, same, c);
    big_sigma(x, high, differ, t, 28, 6, 11);
    high_to(x, t, a);
    alu(x, X64_ADD, high, t);
    alu(x, X64_XOR, differ, same);
    x64_vrr(&x->a, ANDN, true, same, differ, same);
    low_to(x, t, b);
    alu(x, X64_AND, t, differ);
    alu(x, X64_XOR, t, same);
    alu(x, X64_ADD, high, t);
    x64_mov_rr(&x->a, true, t, high);
    alu(x, X64_AND, t, differ);
    alu(x, X64_XOR, t, same);
    big_sigma(x, differ, high, same, 28, 6, 11);
    alu(x, X64_ADD, t, differ);
    low_to(x, differ, a);
    alu(x, X64_ADD, t, differ);
    join(x, p, t, high);
    pay_back(x, &loans);
}

// d = lanes of a rotated right by n and m, and shifted by k, added without carry. d is not a.
static void small_sigma(struct x64 *x, unsigned d, unsigned a, unsigned t, unsigned n, unsigned m,
                        unsigned k)
{
    vshr(x, 3, d, a, k);
    if (is_wide_host(x)) {
        unsigned u = lend_xmm(x);
        vror(x, 3, t, a, n);
        vror(x, 3, u, a, m);
        v3i(x, VPTERNLOG, d, t, u, TERN_D ^ TERN_B ^ TERN_C);
        return;
    }
    vshr(x, 3, t, a, n);
    v3(x, VPXOR, d, d, t);
    vshl(x, 3, t, a, 64 - n);
    v3(x, VPXOR, d, d, t);
    vshr(x, 3, t, a, m);
    v3(x, VPXOR, d, d, t);
    vshl(x, 3, t, a, 64 - m);
    v3(x, VPXOR, d, d, t);
}

X64_LOWER(sha512su0)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), next = lend_xmm(x), sum = lend_xmm(x),
             t = lend_xmm(x), d = vec_def(x, p);
    v3i(x, VPALIGNR, next, b, a, 8);
    small_sigma(x, sum, next, t, 1, 8, 7);
    v3(x, VPADD[3], d, sum, a);
    vec_done(x, p, d);
}

X64_LOWER(sha512su1)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), c = vec_use(x, p->c), sum = lend_xmm(x),
             t = lend_xmm(x), d = vec_def(x, p);
    small_sigma(x, sum, b, t, 19, 61, 6);
    v3(x, VPADD[3], sum, sum, c);
    v3(x, VPADD[3], d, sum, a);
    vec_done(x, p, d);
}
