// SPDX-License-Identifier: MIT
// Comparison of numbers.
#include "x64/lower_fp.h"

#define VUCOMIS (X64_0F | 0x2e)
#define VCOMIS  (X64_0F | 0x2f) // a quiet NaN is invalid too
#define VCMP    0xc2

enum { EQ_QUIET = 0, GE_SIGNALLING = 0x0d, GT_SIGNALLING = 0x0e };

static void lanes(struct x64 *x, const struct ir_placed *p, unsigned how)
{
    if (!x->fp || bits_of(p) == 16) {
        call_evaluator(x, p);
        return;
    }
    unsigned d = xmm_def(x, p->d), a, b = xmm_at(x, p->b), op = fp_opcode(p, VCMP);
    if (fp_is_half(p)) {
        a = X64_XSCRATCH;
        b = X64_XSCRATCH2;
        fp_twice(x, a, p->a);
        fp_twice(x, b, p->b);
    } else {
        a = low_xmm(x, xmm_use(x, p->a, X64_XSCRATCH), X64_XLOW);
        b = b == X64_NONE ? b : low_xmm(x, b, X64_XLOW2);
    }
    may_trap(x);
    if (b == X64_NONE)
        v_rmi(x, op, false, d, a, mem_of(x, p->b), how);
    else
        v_rri(x, op, false, d, a, b, how);
    fp_done(x, p, d, fp_lit_lanes(p->imm) * bits_of(p) == 128);
}

X64_LOWER_(fcmeq, IR_fcmeq16, 3)
{
    lanes(x, p, EQ_QUIET);
}

X64_LOWER_(fcmge, IR_fcmge16, 3)
{
    lanes(x, p, GE_SIGNALLING);
}

X64_LOWER_(fcmgt, IR_fcmgt16, 3)
{
    lanes(x, p, GT_SIGNALLING);
}

// The host's flags of places a and b; imm as in fcmp.
static void compare(struct x64 *x, const struct ir_placed *p, unsigned a, unsigned b)
{
    unsigned r = xmm_use(x, a, X64_XSCRATCH);
    may_trap(x);
    vex_b(x, (p->imm & 1 ? VCOMIS : VUCOMIS) | (is_wide(p) ? X64_P66 : 0), false, r, 0, b);
}

X64_LOWER_(fcmp, IR_fcmp16, 3)
{
    if (!x->fp || bits_of(p) == 16) {
        call_evaluator(x, p);
        return;
    }
    store_other_flags(x, p->d);
    clobber_flags(x);
    compare(x, p, p->a, p->b);
    x->flags = (struct x64_flags){.kind = X64_FLAGS_FP,
                                  .wide = is_wide(p),
                                  .in_host = true,
                                  .in_ops = true,
                                  .place = p->d,
                                  .a = p->a,
                                  .b = p->b};
}

X64_LOWER_(fccmp, IR_fccmp16, 3)
{
    unsigned cond = p->imm >> 4 & 15;
    if (!x->fp || bits_of(p) == 16) {
        call_evaluator(x, p);
        return;
    }
    store_other_flags(x, p->a);
    uint8_t *otherwise = NULL, *end = NULL;
    if (cond < 14) {
        enum x64_cc cc = want_condition(x, p->a, cond);
        otherwise = x64_jcc(&x->a, cc ^ 1, NULL, false);
    }
    compare(x, p, p->b, p->c);
    host_to_nibble_of(x, false);
    if (otherwise) {
        end = x64_jmp(&x->a, NULL, false);
        x64_patch(otherwise, x->a.p);
        x64_mov_ri(&x->a, X64_RAX, p->imm >> 8 & 15);
        x64_patch(end, x->a.p);
    }
    gpr_done(x, p->d, X64_RAX);
    x->flags.kind = X64_FLAGS_NONE;
}
