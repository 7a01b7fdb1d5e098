// SPDX-License-Identifier: MIT
// Advanced SIMD conversion between floating-point formats: lengthen from and narrow to one half of
// a vector (Arm ARM C4.1, two-register miscellaneous).
#include "a64/disasm.h"
#include "a64/fp.h"

// The "2" of instructions that use the upper half of the narrower vector.
A64_DIRECTIVE(half2)
{
    if (a->q)
        out_printf(o, "2");
}

// The narrower vector, by register n or d: half precision (z 0) or single.
static void narrower(struct out *o, const struct a64_args *a, unsigned reg)
{
    out_printf(o, "v%u.%s", reg, a->z ? a->q ? "4s" : "2s" : a->q ? "8h" : "4h");
}

A64_DIRECTIVE(narrow_n)
{
    narrower(o, a, a->n);
}

A64_DIRECTIVE(narrow_d)
{
    narrower(o, a, a->d);
}

A64_DIRECTIVE(wide_n)
{
    out_printf(o, "v%u.%s", a->n, a->z ? "2d" : "4s");
}

A64_DIRECTIVE(wide_d)
{
    out_printf(o, "v%u.%s", a->d, a->z ? "2d" : "4s");
}

A64_INSN(fcvtl, "0q 0 01110 0z 10000 10111 10 nnnnn ddddd", "fcvtl{half2} {wide_d}, {narrow_n}",
         FEAT_ASIMD)
{
    ir_ref n = get_v(t, a->n);
    if (a->q)
        n = ir_vhigh(ir, n);
    set_v(t, a->d, a->z ? ir_fcvt32_64(ir, n, 2) : ir_fcvt16_32(ir, n, 4));
}

// Writes the narrow result to the low half, zeros above, or to the upper half (q 1), which keeps
// the low one.
static void set_half(struct a64_tr *t, const struct a64_args *a, ir_ref v)
{
    set_v(t, a->d, a->q ? ir_vcombine(&t->ir, get_v(t, a->d), v) : v);
}

A64_INSN(fcvtn, "0q 0 01110 0z 10000 10110 10 nnnnn ddddd", "fcvtn{half2} {narrow_d}, {wide_n}",
         FEAT_ASIMD)
{
    ir_ref n = get_v(t, a->n);
    set_half(t, a, a->z ? ir_fcvt64_32(ir, n, 2) : ir_fcvt32_16(ir, n, 4));
}

A64_INSN(fcvtxn, "0q 1 01110 01 10000 10110 10 nnnnn ddddd", "fcvtxn{half2} {single_d}, {Vn.2d}",
         FEAT_ASIMD)
{
    set_half(t, a, ir_fcvtxn(ir, get_v(t, a->n), 2));
}

A64_INSN(fcvtxn_s, "01 1 11110 01 10000 10110 10 nnnnn ddddd", "fcvtxn {Sd}, {Dn}", FEAT_ASIMD)
{
    set_scalar(t, a->d, FP_S, ir_fcvtxn(ir, get_v(t, a->n), 1), a->d);
}

A64_INSN(bfcvtn, "0q 0 01110 10 10000 10110 10 nnnnn ddddd", "bfcvtn{half2} {Vd:h}, {Vn.4s}",
         FEAT_BF16)
{
    set_half(t, a, ir_fcvt32_bf16(ir, get_v(t, a->n), 4));
}
