// SPDX-License-Identifier: MIT
// Shared by the rows of scalar and vector floating point. `size` is the format everywhere: 1 half,
// 2 single, 3 double.
#ifndef EMU_A64_FP_H
#define EMU_A64_FP_H

#include "a64/translate.h"
#include "ir/fp_lit.h"

enum { FP_H = 1, FP_S = 2, FP_D = 3 };

// The format of rows whose field y or z is 0 for single and 1 for double.
static inline unsigned fp_size(unsigned field)
{
    return FP_S + (field & 1);
}

// Lanes of this format in a vector of 64 (q 0) or 128 bits.
static inline unsigned fp_lanes(unsigned size, unsigned q)
{
    return (q ? 16u : 8u) >> size;
}

// The operation of this format from a family of ir/ops_fp.def, named by its half-precision member.
static inline ir_ref fp_op(struct a64_tr *t, enum ir_op family, unsigned size, ir_ref a, ir_ref b,
                           ir_ref c, uint64_t lit)
{
    return ir_emit(&t->ir, (enum ir_op)(family + size - FP_H), a, b, c, lit);
}

static inline ir_ref fp_neg(struct a64_tr *t, unsigned size, ir_ref v, unsigned lanes)
{
    return fp_op(t, t->mode & A64_MODE_AH ? IR_fnegnum16 : IR_fneg16, size, v, 0, 0, lanes);
}

static inline ir_ref fp_abs(struct a64_tr *t, unsigned size, ir_ref v, unsigned lanes)
{
    return fp_op(t, t->mode & A64_MODE_AH ? IR_fabsnum16 : IR_fabs16, size, v, 0, 0, lanes);
}

// A pairwise operation: neighbouring lanes of m:n, where each holds `lanes` of them.
static inline ir_ref fp_pairs(struct a64_tr *t, enum ir_op family, unsigned size, ir_ref n,
                              ir_ref m, unsigned lanes)
{
    if (lanes << size == 8)
        n = m = ir_vcombine(&t->ir, n, m);
    return fp_op(t, family, size, ir_vuzp1(&t->ir, size, n, m), ir_vuzp2(&t->ir, size, n, m), 0,
                 lanes);
}

static inline ir_ref fp_zero(struct a64_tr *t)
{
    return ir_x2v(&t->ir, ir_const64(&t->ir, 0));
}

// Writes a scalar result, which has zeros above, to V register n. With FPCR.NEP the elements above
// are those of register `keep`.
static inline void set_scalar(struct a64_tr *t, unsigned n, unsigned size, ir_ref v, unsigned keep)
{
    if (t->mode & A64_MODE_NEP)
        v = ir_vins(&t->ir, size, get_v(t, keep), v, 0);
    set_v(t, n, v);
}

// The same for rows that are vectors too: one lane is a scalar.
static inline void set_lanes(struct a64_tr *t, unsigned n, unsigned size, unsigned lanes, ir_ref v,
                             unsigned keep)
{
    if (lanes == 1)
        set_scalar(t, n, size, v, keep);
    else
        set_v(t, n, v);
}

// The number in V register n with zeros above.
static inline ir_ref fp_get(struct a64_tr *t, unsigned n, unsigned size)
{
    return ir_vlow(&t->ir, get_v(t, n), 1u << size);
}

#endif
