// SPDX-License-Identifier: MIT
// Vector instructions on hosts with 32 vector registers. Where a register from 16 up is an operand
// the encoder takes EVEX; what has no such encoding gets its operands, and gives its result, in
// registers that are free for that.
#include "x64/vec.h"

#define VPMOV_TO_MASK(w) (X64_EVEX | X64_PF3 | X64_0F38 | ((w) < 2 ? 0x29 : 0x39))
#define VPBLENDM(w)      (X64_MASK | P2((w) < 2 ? 0x66 : 0x64))

// Encodings that a host with AVX-512 may lack.
static bool host_has_evex(unsigned op)
{
    switch (op) {
    case P2(0xdc):
    case P2(0xdd):
    case P2(0xde):
    case P2(0xdf): return x64_host_has(X64_HAS_VAES);
    case P3(0x44): return x64_host_has(X64_HAS_VPCLMULQDQ);
    default: return x64_has_evex(op);
    }
}

// Whether the instruction can be written as it is.
static bool is_plain(unsigned op, unsigned regs)
{
    return !(regs & 16) || op & X64_EVEX || host_has_evex(op);
}

// Instructions whose result is condition flags.
static bool is_test(unsigned op)
{
    return op == VPTEST || op == VTESTPS || op == VTESTPD;
}

// Both halves of registers (x64/twins.c).
static unsigned width(const struct x64 *x, unsigned op)
{
    return x->doubled ? op | X64_256 : op;
}

unsigned low_xmm(struct x64 *x, unsigned r, unsigned copy)
{
    if (r < 16)
        return r;
    x64_vrr(&x->a, width(x, VMOVDQA), false, copy, 0, r);
    return copy;
}

// The register in its place, and the result's way from there.
static unsigned low_reg(struct x64 *x, unsigned op, unsigned reg)
{
    return is_test(op) ? low_xmm(x, reg, X64_XLOW) : reg < 16 ? reg : X64_XLOW;
}

static void from_low(struct x64 *x, unsigned op, unsigned reg)
{
    if (!is_test(op) && reg >= 16)
        x64_vrr(&x->a, width(x, VMOVDQA), false, reg, 0, X64_XLOW);
}

void v_rr(struct x64 *x, unsigned op, bool w, unsigned reg, unsigned v, unsigned rm)
{
    op = width(x, op);
    if (is_plain(op, reg | v | rm)) {
        x64_vrr(&x->a, op, w, reg, v, rm);
        return;
    }
    unsigned b = rm == reg && is_test(op) ? X64_NONE : low_xmm(x, rm, X64_XLOW2);
    v = low_xmm(x, v, X64_XLOW);
    unsigned d = low_reg(x, op, reg);
    x64_vrr(&x->a, op, w, d, v, b == X64_NONE ? d : b);
    from_low(x, op, reg);
}

void v_rm(struct x64 *x, unsigned op, bool w, unsigned reg, unsigned v, struct x64_mem m)
{
    if (x->doubled) {
        v_rr(x, op, w, reg, v, both_halves(x, m));
        return;
    }
    if (is_plain(op, reg | v)) {
        x64_vrm(&x->a, op, w, reg, v, m);
        return;
    }
    v = low_xmm(x, v, X64_XLOW);
    x64_vrm(&x->a, op, w, low_reg(x, op, reg), v, m);
    from_low(x, op, reg);
}

void v_rri(struct x64 *x, unsigned op, bool w, unsigned reg, unsigned v, unsigned rm, unsigned imm8)
{
    op = width(x, op);
    if (is_plain(op, reg | v | rm)) {
        x64_vrri(&x->a, op, w, reg, v, rm, imm8);
        return;
    }
    rm = low_xmm(x, rm, X64_XLOW2);
    v = low_xmm(x, v, X64_XLOW);
    x64_vrri(&x->a, op, w, low_reg(x, op, reg), v, rm, imm8);
    from_low(x, op, reg);
}

void v_rmi(struct x64 *x, unsigned op, bool w, unsigned reg, unsigned v, struct x64_mem m,
           unsigned imm8)
{
    if (x->doubled) {
        v_rri(x, op, w, reg, v, both_halves(x, m), imm8);
        return;
    }
    if (is_plain(op, reg | v)) {
        x64_vrmi(&x->a, op, w, reg, v, m, imm8);
        return;
    }
    v = low_xmm(x, v, X64_XLOW);
    x64_vrmi(&x->a, op, w, low_reg(x, op, reg), v, m, imm8);
    from_low(x, op, reg);
}

// The mask of VEX stands in the immediate. EVEX blends by a mask register.
void vblend(struct x64 *x, unsigned op, unsigned d, unsigned a, unsigned b, unsigned mask)
{
    if (!((d | a | b | mask) & 16)) {
        x64_vrri(&x->a, op, false, d, a, b, mask << 4);
        return;
    }
    unsigned w = op == VPBLENDVB ? 0 : op == VBLENDVPS ? 2 : 3;
    x64_vrr(&x->a, VPMOV_TO_MASK(w), w == 3, X64_K1, 0, mask);
    x64_vrr(&x->a, VPBLENDM(w), w == 3, d, a, b);
}
