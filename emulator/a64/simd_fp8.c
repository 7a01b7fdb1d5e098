// SPDX-License-Identifier: MIT
// Advanced SIMD conversion from and to 8-bit floating point (Arm ARM C4.1). FPMR names the formats
// and the scales.
#include "a64/disasm.h"
#include "a64/fp.h"
#include "a64/simd.h"

static ir_ref get_fpmr(struct a64_tr *t)
{
    return ir_getx(&t->ir, CPU_FIELD(fpmr));
}

// ---- one half of a vector lengthened; s is the source stream ----

A64_DIRECTIVE(stream)
{
    out_printf(o, "%u", a->s + 1);
}

#define LENGTHEN(id, name, to, op)                                                           \
    A64_INSN(id, "0q 1 01110 " to "s 10000 10111 10 nnnnn ddddd",                            \
             name "{stream}cvtl{half2} {Vd.8h}, {bytes_n}", FEAT_FP8)                        \
    {                                                                                        \
        set_v(t, a->d, op(ir, get_half(t, a->n, a->q), get_fpmr(t), fp_lit(8, 0, a->s, 0))); \
    }

LENGTHEN(fp8_cvtl, "f", "0", ir_fcvt8_16)
LENGTHEN(fp8_bcvtl, "bf", "1", ir_fcvt8_bf16)

// ---- two vectors narrowed to one, n below m ----

A64_INSN(fcvtn_hb, "0q 0 01110 01 0 mmmmm 111101 nnnnn ddddd", "fcvtn {bytes_d}, {Vn:h}, {Vm:h}",
         FEAT_FP8)
{
    unsigned lanes = fp_lanes(FP_H, a->q);
    ir_ref fpmr = get_fpmr(t);
    ir_ref n = ir_fcvt16_8(ir, get_v(t, a->n), fpmr, lanes);
    ir_ref m = ir_fcvt16_8(ir, get_v(t, a->m), fpmr, lanes);
    set_v(t, a->d, a->q ? ir_vcombine(ir, n, m) : ir_vlow(ir, ir_vzip1(ir, 2, n, m), 8));
}

A64_INSN(fcvtn_sb, "0q 0 01110 00 0 mmmmm 111101 nnnnn ddddd",
         "fcvtn{half2} {bytes_d}, {Vn.4s}, {Vm.4s}", FEAT_FP8)
{
    ir_ref fpmr = get_fpmr(t);
    ir_ref n = ir_fcvt32_8(ir, get_v(t, a->n), fpmr, 4);
    ir_ref m = ir_fcvt32_8(ir, get_v(t, a->m), fpmr, 4);
    set_half(t, a->d, a->q, ir_vlow(ir, ir_vzip1(ir, 2, n, m), 8));
}
