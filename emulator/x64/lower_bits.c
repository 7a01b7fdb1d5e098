// SPDX-License-Identifier: MIT
// Bits and bytes turned round and counted.
#include "x64/int.h"
#include "x64/vec.h"

static void unary(struct x64 *x, const struct ir_placed *p, unsigned op)
{
    unsigned d = gpr_def(x, p->d);
    clobber_flags(x);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_rm(&x->a, op, is_wide(p), d, mem_of(x, p->a));
    else
        x64_rr(&x->a, op, is_wide(p), d, gpr_at(x, p->a));
    gpr_done(x, p->d, d);
}

X64_LOWER2(clz)
{
    unary(x, p, LZCNT);
}

X64_LOWER2(ctz)
{
    unary(x, p, TZCNT);
}

X64_LOWER2(cnt)
{
    unary(x, p, POPCNT);
}

// Leading zeros of where neighbouring bits differ.
X64_LOWER2(cls)
{
    bool w = is_wide(p);
    clobber_flags(x);
    gpr_get(x, p->a, true, X64_RAX);
    x64_alu_rr(&x->a, X64_ADD, w, X64_RAX, X64_RAX);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_alu_rm(&x->a, X64_XOR, w, X64_RAX, mem_of(x, p->a));
    else
        x64_alu_rr(&x->a, X64_XOR, w, X64_RAX, gpr_at(x, p->a));
    x64_alu_ri(&x->a, X64_OR, w, X64_RAX, 1);
    x64_rr(&x->a, LZCNT, w, X64_RAX, X64_RAX);
    gpr_done(x, p->d, X64_RAX);
}

static void bswap(struct x64 *x, bool w, unsigned r)
{
    x64_byte(&x->a, 0x40 | (unsigned)w << 3 | r >> 3);
    x64_byte(&x->a, 0x0f);
    x64_byte(&x->a, 0xc8 | (r & 7));
}

X64_LOWER2(rev)
{
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, p->a, true, d); // whole, so that it need not move to lose its upper half
    bswap(x, is_wide(p), d);
    gpr_done(x, p->d, d);
}

X64_LOWER(rev1632)
{
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, p->a, true, d);
    bswap(x, false, d);
    x64_vrri(&x->a, RORX, false, d, 0, d, 16);
    gpr_done(x, p->d, d);
}

X64_LOWER(rev32_64)
{
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, p->a, true, d);
    bswap(x, true, d);
    x64_vrri(&x->a, RORX, true, d, 0, d, 32);
    gpr_done(x, p->d, d);
}

// Exchanges neighbouring lanes of n bits in rax; `low`: the lower lane of every two. t is free.
static void swap_lanes(struct x64 *x, bool w, unsigned n, const union ir_val *low, unsigned t)
{
    struct x64_asm *a = &x->a;
    x64_mov_rr(a, w, t, X64_RAX);
    x64_shift_ri(a, X64_SHR, w, X64_RAX, n);
    x64_alu_rm(a, X64_AND, w, X64_RAX, mem_rip(low));
    x64_alu_rm(a, X64_AND, w, t, mem_rip(low));
    x64_shift_ri(a, X64_SHL, w, t, n);
    x64_alu_rr(a, X64_OR, w, X64_RAX, t);
}

// The bits of each byte, and the bytes.
static void reverse_by_matrix(struct x64 *x, const struct ir_placed *p)
{
    bool w = is_wide(p);
    unsigned d = gpr_def(x, p->d), v = X64_XSCRATCH;
    if (gpr_at(x, p->a) == X64_NONE)
        v_rm(x, VMOVD_TO, w, v, 0, mem_of(x, p->a));
    else
        v_rr(x, VMOVD_TO, w, v, 0, gpr_at(x, p->a));
    vbytes_times(x, v, v, K(matrix_reverse));
    v_rr(x, VMOVD_FROM, w, v, 0, d);
    bswap(x, w, d);
    gpr_done(x, p->d, d);
}

X64_LOWER2(rbit)
{
    if (x64_host_has(X64_HAS_GFNI)) {
        reverse_by_matrix(x, p);
        return;
    }
    const struct x64_constants *c = x->cache->constants;
    struct x64_loans loans = {.n = 0};
    bool w = is_wide(p);
    settle_flags(x);
    unsigned t = borrow(x, &loans, reg_bit(x, p->a));
    gpr_get(x, p->a, w, X64_RAX);
    x64_byte(&x->a, w ? 0x48 : 0x40);
    x64_byte(&x->a, 0x0f);
    x64_byte(&x->a, 0xc8); // bswap rax
    swap_lanes(x, w, 4, &c->low_nibbles, t);
    swap_lanes(x, w, 2, &c->odd_pairs, t);
    swap_lanes(x, w, 1, &c->odd_bits, t);
    pay_back(x, &loans);
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(rev1664)
{
    struct x64_loans loans = {.n = 0};
    settle_flags(x);
    unsigned t = borrow(x, &loans, reg_bit(x, p->a));
    gpr_get(x, p->a, true, X64_RAX);
    swap_lanes(x, true, 8, &x->cache->constants->odd_bytes, t);
    pay_back(x, &loans);
    gpr_done(x, p->d, X64_RAX);
}
