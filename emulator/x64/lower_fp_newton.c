// SPDX-License-Identifier: MIT
// The steps of Newton's method for reciprocals and roots: one multiplication and addition, rounded
// once. Neither result is tiny unless it is exact. Infinity times zero, which is no exception here,
// is one to the host; of NaNs the host takes another.
#include "x64/lower_fp.h"

// Copies of the operands of p in xmm14 and in the register that is returned, or X64_NONE: the step
// is the evaluator's. There are no NaNs among them.
static unsigned take_operands(struct x64 *x, const struct ir_placed *p)
{
    bool half = fp_is_half(p);
    unsigned a = X64_XSCRATCH2, b = fp_spare(x);
    if (!x->fp || b == X64_NONE)
        return X64_NONE;
    fp_copy_low(x, a, xmm_use(x, p->a, a), half ? 8 : 16);
    fp_copy_low(x, b, xmm_use(x, p->b, b), half ? 8 : 16);
    fp_trap_nans(x, p, X64_XSCRATCH, a, b);
    return b;
}

// The result is `from` - xmm14 * b.
static void step(struct x64 *x, const struct ir_placed *p, const union ir_val *from, unsigned b)
{
    unsigned scalar = fp_lit_lanes(p->imm) == 1, r = X64_XSCRATCH;
    v2k(x, VMOVDQA, r, from);
    may_trap(x);
    v_rr(x, VFNMADD231 | scalar, is_wide(p), r, X64_XSCRATCH2, b);
    fp_done(x, p, r, fp_lit_lanes(p->imm) * bits_of(p) == 128);
}

// 2 - a * b
X64_LOWER_(frecps, IR_frecps32, 2)
{
    const struct x64_constants *c = x->cache->constants;
    unsigned b = take_operands(x, p);
    if (b == X64_NONE)
        call_evaluator(x, p);
    else
        step(x, p, is_wide(p) ? &c->two64 : &c->two32, b);
}

// (3 - a * b) / 2 is 3/2 - a/2 * b, where a/2 is exact: but of the smallest numbers, whose lowest
// bit may be lost.
X64_LOWER_(frsqrts, IR_frsqrts32, 2)
{
    const struct x64_constants *c = x->cache->constants;
    unsigned a = X64_XSCRATCH2, t = X64_XSCRATCH, b = take_operands(x, p), w = width_of(p);
    if (b == X64_NONE) {
        call_evaluator(x, p);
        return;
    }
    clobber_flags(x);
    if (fp_lit_lanes(p->imm) == 1)
        fp_copy_low(x, a, a, bits_of(p) / 8);
    v3(x, VPADD[w], t, a, a); // without its sign
    v3k(x, VPADD[w], t, t, K(ones));
    vshr(x, w, t, t, is_wide(p) ? 54 : 25); // 0: not zero, and the exponent at most 1
    v3k(x, VPCMPEQ[w], t, t, K(zero));
    v2(x, VPTEST, t, t);
    evaluate_if(x, X64_NE);
    v_rm(x, fp_opcode(p, 0x59), false, a, a, mem_rip(is_wide(p) ? &c->half64 : &c->half32));
    step(x, p, is_wide(p) ? &c->three_halves64 : &c->three_halves32, b);
}
