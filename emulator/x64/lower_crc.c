// SPDX-License-Identifier: MIT
// Checksums: CRC-32 by carryless multiplication, CRC-32C by the host's instruction.
#include "x64/int.h"

#define VMOVQ_TO_X (X64_P66 | X64_0F | 0x6e)
#define VPCLMULQDQ (X64_P66 | X64_0F3A | 0x44)
#define VPEXTRQ    (X64_P66 | X64_0F3A | 0x16)

// The remainder of n bits at once (the lowest bit is the highest power): let v be these bits of crc
// ^ data and P the polynomial. v / P is the product of v and the inverse of P; adding the quotient
// times P to v clears v, and what stands above it is the remainder. v is put at the top of 64 bits,
// so that the remainder is in the upper half of the product for every n.
static void crc32(struct x64 *x, const struct ir_placed *p, unsigned n)
{
    if (!x64_host_has(X64_HAS_PCLMULQDQ)) {
        call_evaluator(x, p);
        return;
    }
    const struct x64_constants *c = x->cache->constants;
    struct x64_asm *a = &x->a;
    struct x64_loans loans = {.n = 0};
    settle_flags(x);
    unsigned crc = borrow(x, &loans, reg_bit(x, p->a) | (p->imm_b ? 0 : reg_bit(x, p->b)));
    if (p->imm_b)
        x64_mov_ri(a, X64_RAX, p->imm);
    else
        gpr_get(x, p->b, n == 64, X64_RAX);
    gpr_get(x, p->a, false, crc);
    x64_alu_rr(a, X64_XOR, true, X64_RAX, crc);
    if (n < 64)
        x64_shift_ri(a, X64_SHL, true, X64_RAX, 64 - n);
    x64_vrr(a, VMOVQ_TO_X, true, X64_XSCRATCH, 0, X64_RAX);
    x64_vrmi(a, VPCLMULQDQ, false, X64_XSCRATCH, X64_XSCRATCH, mem_rip(&c->crc32_inverse), 0);
    x64_vrmi(a, VPCLMULQDQ, false, X64_XSCRATCH, X64_XSCRATCH, mem_rip(&c->crc32_poly), 0);
    x64_vrri(a, VPEXTRQ, true, X64_XSCRATCH, 0, X64_RAX, 1);
    if (n < 32) {
        x64_shift_ri(a, X64_SHR, false, crc, n);
        x64_alu_rr(a, X64_XOR, false, X64_RAX, crc);
    }
    pay_back(x, &loans);
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(crc32b)
{
    crc32(x, p, 8);
}

X64_LOWER(crc32h)
{
    crc32(x, p, 16);
}

X64_LOWER(crc32w)
{
    crc32(x, p, 32);
}

X64_LOWER(crc32x)
{
    crc32(x, p, 64);
}

X64_LOWER(crc32ch)
{
    struct x64_loans loans = {.n = 0};
    settle_flags(x);
    unsigned b = p->imm_b || gpr_at(x, p->b) == X64_NONE ? borrow(x, &loans, reg_bit(x, p->a))
                                                         : gpr_at(x, p->b);
    if (p->imm_b)
        x64_mov_ri(&x->a, b, p->imm);
    else
        gpr_get(x, p->b, true, b);
    gpr_get(x, p->a, false, X64_RAX);
    x64_byte(&x->a, 0x66); // 16 bits
    x64_rr(&x->a, CRC32, false, X64_RAX, b);
    pay_back(x, &loans);
    gpr_done(x, p->d, X64_RAX);
}

// The operand is read whole.
static void crc32c(struct x64 *x, const struct ir_placed *p, unsigned bits)
{
    gpr_get(x, p->a, false, X64_RAX);
    if (p->imm_b) {
        struct x64_mem spill = MEM_FIELD(native_spill[0]);
        x64_store(&x->a, true, spill, X64_RCX);
        x64_mov_ri(&x->a, X64_RCX, p->imm);
        x64_rr(&x->a, X64_PF2 | X64_0F38 | (bits == 8 ? 0xf0 : 0xf1), bits == 64, X64_RAX, X64_RCX);
        x64_load(&x->a, true, X64_RCX, spill);
    } else if (gpr_at(x, p->b) == X64_NONE) {
        x64_rm(&x->a, X64_PF2 | X64_0F38 | (bits == 8 ? 0xf0 : 0xf1), bits == 64, X64_RAX,
               mem_of(x, p->b));
    } else if (bits == 8) {
        x64_rr8(&x->a, X64_PF2 | X64_0F38 | 0xf0, X64_RAX, gpr_at(x, p->b));
    } else {
        x64_rr(&x->a, X64_PF2 | X64_0F38 | 0xf1, bits == 64, X64_RAX, gpr_at(x, p->b));
    }
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(crc32cb)
{
    crc32c(x, p, 8);
}

X64_LOWER(crc32cw)
{
    crc32c(x, p, 32);
}

X64_LOWER(crc32cx)
{
    crc32c(x, p, 64);
}
