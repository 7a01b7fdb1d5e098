// SPDX-License-Identifier: MIT
// Floating-point arithmetic.
#include "x64/lower_fp.h"

#define VRANGE (X64_EVEX | X64_P66 | X64_0F3A | 0x50) // | 1: scalar
enum { RANGE_MIN = 4, RANGE_MAX };                    // with the sign of the result

bool fp_is_source(const struct x64 *x, unsigned place)
{
    if (is_temp(x, place))
        return false;
    for (unsigned i = x->places->insn_start[x->insn]; i <= x->i; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        const struct ir_op_info *info = &ir_op_info[p->op];
        const uint16_t at[3] = {p->a, p->b, p->c};
        for (unsigned k = 0; k < 3; k++)
            if (info->operand[k] == IR_TYPE_V && at[k] == place)
                return true;
        if (p->op == IR_getv && p->imm == place)
            return true;
    }
    return false;
}

unsigned fp_spare(struct x64 *x)
{
    if (x->cache->wide)
        return X64_XSCRATCH3;
    for (unsigned t = 0; t < XMM_TEMPS; t++)
        if (is_free_xmm(x, t)) {
            forget_there(x, 1u << xmm_at(x, x->guest->temps + 16 * t));
            return xmm_at(x, x->guest->temps + 16 * t);
        }
    return X64_NONE;
}

void fp_copy_low(struct x64 *x, unsigned d, unsigned s, unsigned bytes)
{
    if (bytes == 4)
        v_rri(x, VINSERTPS, false, d, s, s, 0x0e);
    else if (bytes == 8)
        v_rr(x, VMOVQ, false, d, 0, s);
    else if (d != s)
        v_rr(x, VMOVDQA, false, d, 0, s);
}

void fp_done(struct x64 *x, const struct ir_placed *p, unsigned r, bool upper_is_zero)
{
    unsigned d = xmm_def(x, p->d), bytes = fp_lit_lanes(p->imm) * bits_of(p) / 8;
    if (!upper_is_zero) {
        fp_copy_low(x, d, r, bytes);
        r = d;
    }
    xmm_done(x, p->d, r);
}

void fp_twice(struct x64 *x, unsigned d, unsigned place)
{
    unsigned s = xmm_use(x, place, d);
    v_rr(x, VPUNPCKLQDQ, false, d, s, s);
}

void fp_check_tiny(struct x64 *x, const struct ir_placed *p, unsigned r)
{
    if (!x->tiny)
        return;
    struct x64_asm *a = &x->a;
    const uint64_t *least = &x->cache->constants->least_normal[is_wide(p)];
    clobber_flags(x);
    if (fp_lit_lanes(p->imm) == 1) {
        v_rr(x, VMOVD_FROM, is_wide(p), r, 0, X64_RAX);
        x64_alu_rr(a, X64_ADD, is_wide(p), X64_RAX, X64_RAX); // without its sign
        x64_alu_rm(a, X64_CMP, is_wide(p), X64_RAX, mem_rip(least));
        evaluate_if(x, X64_E);
        return;
    }
    unsigned t = X64_XSCRATCH2, w = width_of(p);
    v3(x, VPADD[w], t, r, r);
    v3k(x, VPCMPEQ[w], t, t, &x->cache->constants->least_normals[is_wide(p)]);
    v2(x, VPTEST, t, t);
    evaluate_if(x, X64_NE);
}

// Where to compute: its own register, unless the instruction may have to begin again after that.
static unsigned result_register(const struct x64 *x, const struct ir_placed *p, bool checked)
{
    unsigned d = xmm_at(x, p->d);
    return d == X64_NONE || (checked && x->tiny && fp_is_source(x, p->d)) ? X64_XSCRATCH : d;
}

// d = a op b. The host computes with the upper lanes of a too, which a scalar takes over.
static void binary(struct x64 *x, const struct ir_placed *p, unsigned byte, bool checked)
{
    if (!x->fp || bits_of(p) == 16) {
        call_evaluator(x, p);
        return;
    }
    unsigned d = result_register(x, p, checked);
    unsigned bytes = fp_lit_lanes(p->imm) * bits_of(p) / 8;
    if (fp_is_half(p)) {
        fp_twice(x, X64_XSCRATCH, p->a);
        fp_twice(x, X64_XSCRATCH2, p->b);
        may_trap(x);
        v_rr(x, fp_opcode(p, byte), false, d, X64_XSCRATCH, X64_XSCRATCH2);
    } else {
        unsigned a = xmm_use(x, p->a, X64_XSCRATCH);
        may_trap(x);
        vex_b(x, fp_opcode(p, byte), false, d, a, p->b);
    }
    if (checked)
        fp_check_tiny(x, p, d);
    fp_done(x, p, d, bytes == 16 || (bytes == bits_of(p) / 8u && low_of(x, p->a) <= bytes));
}

X64_LOWER_(fadd, IR_fadd16, 3)
{
    binary(x, p, 0x58, false);
}

X64_LOWER_(fsub, IR_fsub16, 3)
{
    binary(x, p, 0x5c, false);
}

X64_LOWER_(fmul, IR_fmul16, 3)
{
    binary(x, p, 0x59, true);
}

// Zero times infinity, in which it differs, is Invalid Operation to the host.
X64_LOWER_(fmulx, IR_fmulx16, 3)
{
    binary(x, p, 0x59, true);
}

X64_LOWER_(fdiv, IR_fdiv16, 3)
{
    binary(x, p, 0x5e, true);
}

X64_LOWER_(fsqrt, IR_fsqrt16, 3)
{
    if (!x->fp || bits_of(p) == 16) {
        call_evaluator(x, p);
        return;
    }
    unsigned d = result_register(x, p, false);
    if (fp_lit_lanes(p->imm) == 1) {
        v_rr(x, VPXOR, false, X64_XSCRATCH2, X64_XSCRATCH2, X64_XSCRATCH2);
        may_trap(x);
        vex_b(x, fp_opcode(p, 0x51), false, d, X64_XSCRATCH2, p->a);
        fp_done(x, p, d, true);
        return;
    }
    unsigned a = X64_XSCRATCH;
    if (fp_is_half(p))
        fp_twice(x, a, p->a);
    else
        a = xmm_use(x, p->a, a);
    may_trap(x);
    v_rr(x, fp_opcode(p, 0x51), false, d, 0, a);
    fp_done(x, p, d, !fp_is_half(p));
}

// The larger (smaller) one by the host, both ways round: they differ in zeros of different signs,
// for which and (or) gives the right one. NaNs are Invalid Operation to the host.
static void extreme(struct x64 *x, const struct ir_placed *p, unsigned byte, unsigned join)
{
    if (!x->fp || bits_of(p) == 16) {
        call_evaluator(x, p);
        return;
    }
    unsigned op = fp_opcode(p, byte), t = X64_XSCRATCH, u = X64_XSCRATCH2;
    unsigned a = xmm_use(x, p->a, t);
    may_trap(x);
    vex_b(x, op, false, t, a, p->b);
    vex_b(x, op, false, u, xmm_use(x, p->b, u), p->a);
    unsigned d = xmm_def(x, p->d);
    v_rr(x, join, false, d, t, u);
    fp_done(x, p, d, fp_lit_lanes(p->imm) * bits_of(p) == 128);
}

X64_LOWER_(fmax, IR_fmax16, 3)
{
    extreme(x, p, 0x5f, VPAND);
}

X64_LOWER_(fmin, IR_fmin16, 3)
{
    extreme(x, p, 0x5d, VPOR);
}

// vrange orders zeros and prefers numbers to quiet NaNs, as Arm does here. Of two quiet NaNs it
// takes the first, and a signalling one is Invalid Operation.
static void extreme_number(struct x64 *x, const struct ir_placed *p, unsigned byte, unsigned join,
                           unsigned how)
{
    if (!x->fp || bits_of(p) == 16 || !is_wide_host(x)) {
        extreme(x, p, byte, join);
        return;
    }
    unsigned d = xmm_def(x, p->d), a = xmm_use(x, p->a, X64_XSCRATCH2);
    bool scalar = fp_lit_lanes(p->imm) == 1;
    may_trap(x);
    if (xmm_at(x, p->b) == X64_NONE)
        v_rmi(x, VRANGE | scalar, is_wide(p), d, a, mem_of(x, p->b), how);
    else
        v_rri(x, VRANGE | scalar, is_wide(p), d, a, xmm_at(x, p->b), how);
    unsigned bytes = fp_lit_lanes(p->imm) * bits_of(p) / 8;
    fp_done(x, p, d, bytes == 16 || (scalar && low_of(x, p->a) <= bytes));
}

X64_LOWER_(fmaxnm, IR_fmaxnm16, 3)
{
    extreme_number(x, p, 0x5f, VPAND, RANGE_MAX);
}

X64_LOWER_(fminnm, IR_fminnm16, 3)
{
    extreme_number(x, p, 0x5d, VPOR, RANGE_MIN);
}

void fp_trap_nans(struct x64 *x, const struct ir_placed *p, unsigned t, unsigned a, unsigned b)
{
    enum { UNORDERED_SIGNALLING = 0x13 };
    bool same = a == b;
    a = low_xmm(x, a, X64_XLOW);
    b = same ? a : low_xmm(x, b, X64_XLOW2);
    may_trap(x);
    v3i(x, fp_opcode(p, 0xc2), t, a, b, UNORDERED_SIGNALLING);
}

// The register in which a sum is made, with the addend in it: the result's own where the
// instruction need not begin again once that is written.
static unsigned addend(struct x64 *x, const struct ir_placed *p)
{
    unsigned bytes = fp_lit_lanes(p->imm) * bits_of(p) / 8, d = xmm_at(x, p->d);
    bool whole = low_of(x, p->a) <= bytes;
    if (p->a == p->d && whole && d != X64_NONE && !x->tiny)
        return d;
    bool other =
        d != X64_NONE && !x->tiny && p->d != p->b && p->d != p->c && !fp_is_source(x, p->d);
    unsigned sum = other ? d : X64_XSCRATCH;
    fp_copy_low(x, sum, xmm_use(x, p->a, sum), whole ? 16 : bytes);
    return sum;
}

// a + b * c. The host is silent about a quiet NaN in a: it prefers one in b or c, and does not
// call infinity times zero invalid.
X64_LOWER_(fmuladd, IR_fmuladd16, 3)
{
    bool scalar = fp_lit_lanes(p->imm) == 1, half = fp_is_half(p);
    unsigned third = half ? fp_spare(x) : X64_NONE;
    if (!x->fp || bits_of(p) == 16 || (half && third == X64_NONE)) {
        call_evaluator(x, p);
        return;
    }
    unsigned sum = addend(x, p), t = X64_XSCRATCH2;
    fp_trap_nans(x, p, t, sum, sum);
    unsigned b = xmm_use(x, p->b, t);
    if (half) { // zeros above
        fp_copy_low(x, t, b, 8);
        fp_copy_low(x, third, xmm_use(x, p->c, third), 8);
        may_trap(x);
        v_rr(x, VFMADD231, false, sum, t, third);
    } else {
        may_trap(x);
        vex_b(x, VFMADD231 | (scalar ? 1 : 0), is_wide(p), sum, b, p->c);
    }
    fp_check_tiny(x, p, sum);
    fp_done(x, p, sum, true);
}

// ---- the sign bit ----

// A mask for all lanes of 128 bits, or of lane 0 alone.
static const union ir_val *sign_mask(const struct x64 *x, const struct ir_placed *p, bool abs)
{
    const struct x64_constants *c = x->cache->constants;
    unsigned w = (unsigned)__builtin_ctz(bits_of(p)) - 3;
    if (fp_lit_lanes(p->imm) > 1)
        return abs ? &c->max[w] : &c->sign[w];
    return abs ? &c->low_abs[w - 1] : &c->low_sign[w - 1];
}

static void change_sign(struct x64 *x, const struct ir_placed *p, bool abs)
{
    unsigned d = xmm_def(x, p->d), lanes = fp_lit_lanes(p->imm), bytes = lanes * bits_of(p) / 8;
    // No instruction has another number of lanes than a power of two.
    if (lanes & (lanes - 1) || (bytes == 2 && !abs && low_of(x, p->a) > 2)) {
        call_evaluator(x, p);
        return;
    }
    bool scalar = lanes == 1;
    unsigned a = xmm_use(x, p->a, X64_XSCRATCH);
    if (scalar && !abs && low_of(x, p->a) > bytes) { // those above stay
        fp_copy_low(x, d, a, bytes);
        a = d;
    }
    v_rm(x, abs ? VPAND : VPXOR, false, d, a, mem_rip(sign_mask(x, p, abs)));
    fp_done(x, p, d, scalar || bytes == 16);
}

X64_LOWER_(fneg, IR_fneg16, 3)
{
    change_sign(x, p, false);
}

X64_LOWER_(fabs, IR_fabs16, 3)
{
    change_sign(x, p, true);
}
