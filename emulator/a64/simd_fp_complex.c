// SPDX-License-Identifier: MIT
// Advanced SIMD complex arithmetic: FCADD, FCMLA (Arm ARM C4.1, three same extra and by indexed
// element). A complex number is a pair of lanes, real part first; r rotates by multiples of 90
// degrees.
#include "a64/disasm.h"
#include "a64/fp.h"
#include "a64/translate.h"
#include "base/bits.h"

A64_DIRECTIVE(rotate)
{
    out_printf(o, "#%u", a->r * 90);
}

A64_DIRECTIVE(rotate_add)
{
    out_printf(o, "#%u", a->r * 180 + 90);
}

// The pairs of v with their parts exchanged.
static ir_ref swap_parts(struct a64_tr *t, unsigned size, ir_ref v)
{
    return size == FP_D ? ir_vext(&t->ir, v, v, 8) : ir_vrev(&t->ir, size, v, 1);
}

// v with the real and the imaginary parts negated as told: by their sign bits, or with FPCR.AH not
// if they are NaNs.
static ir_ref negate_parts(struct a64_tr *t, unsigned size, ir_ref v, bool real, bool imaginary)
{
    unsigned bits = 8u << size;
    uint64_t sign = UINT64_C(1) << (bits - 1), lo, hi;
    if (size == FP_D) {
        lo = real ? sign : 0;
        hi = imaginary ? sign : 0;
    } else {
        lo = bits_replicate((real ? sign : 0) | (imaginary ? sign << bits : 0), 2 * bits);
        hi = lo;
    }
    ir_ref mask = ir_pair(&t->ir, ir_const64(&t->ir, lo), ir_const64(&t->ir, hi));
    if (!(t->mode & A64_MODE_AH))
        return ir_vxor(&t->ir, v, mask);
    return ir_vbsl(&t->ir, mask, fp_neg(t, size, v, fp_lanes(size, 1)), v);
}

// Half precision takes more than complex arithmetic.
static bool exists(struct a64_tr *t, unsigned size)
{
    return size != FP_H || needs(t, FEAT_FP16_SIMD);
}

A64_INSN(fcadd, "0q 1 01110 zz 0 mmmmm 111 r 01 nnnnn ddddd z!=00 zq!=110",
         "fcadd {Vd}, {Vn}, {Vm}, {rotate_add}", FEAT_FCMA)
{
    if (!exists(t, a->z))
        return;
    unsigned lanes = fp_lanes(a->z, a->q);
    ir_ref m = swap_parts(t, a->z, get_v(t, a->m));
    m = negate_parts(t, a->z, m, !a->r, a->r);
    set_v(t, a->d, fp_op(t, IR_fadd16, a->z, get_v(t, a->n), m, 0, lanes));
}

// d + part of n * m turned: an even rotation takes the real part of n, an odd one the imaginary
// part.
static void multiply_add(struct a64_tr *t, const struct a64_args *a, unsigned size, unsigned lanes,
                         ir_ref m)
{
    if (!exists(t, size))
        return;
    ir_ref n = get_v(t, a->n);
    n = a->r & 1 ? ir_vtrn2(&t->ir, size, n, n) : ir_vtrn1(&t->ir, size, n, n);
    if (a->r & 1)
        m = swap_parts(t, size, m);
    if (a->r)
        m = negate_parts(t, size, m, a->r<3, a->r> 1);
    set_v(t, a->d, fp_op(t, IR_fmuladd16, size, get_v(t, a->d), n, m, lanes));
}

A64_INSN(fcmla, "0q 1 01110 zz 0 mmmmm 110 rr 1 nnnnn ddddd z!=00 zq!=110",
         "fcmla {Vd}, {Vn}, {Vm}, {rotate}", FEAT_FCMA)
{
    multiply_add(t, a, a->z, fp_lanes(a->z, a->q), get_v(t, a->m));
}

A64_DIRECTIVE(complex_h)
{
    out_printf(o, "v%u.h[%u]", a->m, a->h << 1 | a->l);
}

A64_DIRECTIVE(complex_s)
{
    out_printf(o, "v%u.s[%u]", a->m, a->h);
}

// The indexed complex number of m in every pair is a lane of twice the size.
A64_INSN(fcmla_h, "0q 1 01111 01 l mmmmm 0 rr 1 h 0 nnnnn ddddd qh!=01",
         "fcmla {Vd:h}, {Vn:h}, {complex_h}, {rotate}", FEAT_FCMA)
{
    unsigned lanes = fp_lanes(FP_H, a->q), index = a->h << 1 | a->l;
    multiply_add(t, a, FP_H, lanes, ir_vdupl32(ir, get_v(t, a->m), index));
}

A64_INSN(fcmla_s, "01 1 01111 10 0 mmmmm 0 rr 1 h 0 nnnnn ddddd",
         "fcmla {Vd.4s}, {Vn.4s}, {complex_s}, {rotate}", FEAT_FCMA)
{
    ir_ref m = ir_vdupl64(ir, get_v(t, a->m), a->h);
    multiply_add(t, a, FP_S, 4, m);
}
