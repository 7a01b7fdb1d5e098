// SPDX-License-Identifier: MIT
// Shared by the rows of Advanced SIMD on integers. `size` is the lane everywhere: 0 for 8 bits to 3
// for 64.
//
// A 64-bit vector (q 0) is computed on all 128 bits and the upper half of the result dropped. Only
// where a lane that does not exist could be noticed (saturation sets FPSR.QC) the inputs are cut
// instead: operations of zeros never saturate and give zero.
#ifndef EMU_A64_SIMD_H
#define EMU_A64_SIMD_H

#include "a64/translate.h"

// Builders of ir/build.h by their operands.
typedef ir_ref simd_op1(struct ir_block *ir, unsigned size, ir_ref a);
typedef ir_ref simd_op2(struct ir_block *ir, unsigned size, ir_ref a, ir_ref b);
typedef ir_ref simd_op3(struct ir_block *ir, unsigned size, ir_ref a, ir_ref b, ir_ref c);
typedef ir_ref simd_whole1(struct ir_block *ir, ir_ref a);
typedef ir_ref simd_whole2(struct ir_block *ir, ir_ref a, ir_ref b);
typedef ir_ref simd_whole3(struct ir_block *ir, ir_ref a, ir_ref b, ir_ref c);
typedef ir_ref simd_shift(struct ir_block *ir, unsigned size, ir_ref a, uint64_t amount);

// The element in V register n with zeros above, and the register set to an element.
static inline ir_ref get_e(struct a64_tr *t, unsigned n, unsigned size)
{
    return ir_vlow(&t->ir, get_v(t, n), 1u << size);
}

static inline void set_e(struct a64_tr *t, unsigned n, unsigned size, ir_ref v)
{
    set_v(t, n, ir_vlow(&t->ir, v, 1u << size));
}

static inline ir_ref simd_zero(struct a64_tr *t)
{
    return ir_vconst(&t->ir, 1, 0);
}

static inline ir_ref simd_half(struct ir_block *ir, ir_ref v, bool upper)
{
    return upper ? ir_vhigh(ir, v) : v;
}

// The operands of an instruction that reads one half of its source and writes all of its
// destination: the half that field q selects, moved down.
static inline ir_ref get_half(struct a64_tr *t, unsigned n, unsigned q)
{
    return simd_half(&t->ir, get_v(t, n), q);
}

// A narrowed result, which has zeros above: to the lower half with zeros above, or (q 1) to the
// upper half, which keeps the lower one.
static inline void set_half(struct a64_tr *t, unsigned n, unsigned q, ir_ref v)
{
    set_v(t, n, q ? ir_vcombine(&t->ir, get_v(t, n), v) : v);
}

// The families that exist for lanes of 16 and 32 bits only.
static inline ir_ref simd_sqdmulh(struct ir_block *ir, unsigned size, ir_ref a, ir_ref b)
{
    return size == 1 ? ir_vsqdmulh16(ir, a, b) : ir_vsqdmulh32(ir, a, b);
}

static inline ir_ref simd_sqrdmulh(struct ir_block *ir, unsigned size, ir_ref a, ir_ref b)
{
    return size == 1 ? ir_vsqrdmulh16(ir, a, b) : ir_vsqrdmulh32(ir, a, b);
}

static inline ir_ref simd_sqrdmlah(struct ir_block *ir, unsigned size, ir_ref a, ir_ref b, ir_ref c)
{
    return size == 1 ? ir_vsqrdmlah16(ir, a, b, c) : ir_vsqrdmlah32(ir, a, b, c);
}

static inline ir_ref simd_sqrdmlsh(struct ir_block *ir, unsigned size, ir_ref a, ir_ref b, ir_ref c)
{
    return size == 1 ? ir_vsqrdmlsh16(ir, a, b, c) : ir_vsqrdmlsh32(ir, a, b, c);
}

static inline ir_ref simd_sqdmull(struct ir_block *ir, unsigned size, ir_ref a, ir_ref b)
{
    return size == 1 ? ir_vsqdmull16(ir, a, b) : ir_vsqdmull32(ir, a, b);
}

// Products in lanes twice as wide, of the upper lanes of n and m or of the lower ones.
typedef ir_ref simd_mull(struct ir_block *ir, unsigned size, ir_ref n, ir_ref m, bool upper);

// The products of halfwords by their halves: both are the same for the upper lanes and the lower,
// which programs mostly want one after the other (opt/number.c).
static inline ir_ref simd_mull_by_halves(struct ir_block *ir, ir_ref low, ir_ref high, bool upper)
{
    return upper ? ir_vzip2(ir, 1, low, high) : ir_vzip1(ir, 1, low, high);
}

#define SIMD_MULL(sign)                                                                            \
    static inline ir_ref simd_##sign##mull(struct ir_block *ir, unsigned size, ir_ref n, ir_ref m, \
                                           bool upper)                                             \
    {                                                                                              \
        if (size == 1) {                                                                           \
            ir_ref low = ir_vmul(ir, 1, n, m);                                                     \
            return simd_mull_by_halves(ir, low, ir_v##sign##mulh16(ir, n, m), upper);              \
        }                                                                                          \
        n = simd_half(ir, n, upper);                                                               \
        m = simd_half(ir, m, upper);                                                               \
        return size ? ir_v##sign##mull32(ir, n, m) : ir_v##sign##mull8(ir, n, m);                  \
    }
SIMD_MULL(s)
SIMD_MULL(u)
#undef SIMD_MULL

static inline ir_ref simd_sqdmull_half(struct ir_block *ir, unsigned size, ir_ref n, ir_ref m,
                                       bool upper)
{
    return simd_sqdmull(ir, size, simd_half(ir, n, upper), simd_half(ir, m, upper));
}

// Multiply-accumulate in lanes of one width.
static inline ir_ref simd_mla(struct ir_block *ir, unsigned size, ir_ref a, ir_ref b, ir_ref c)
{
    return ir_vadd(ir, size, a, ir_vmul(ir, size, b, c));
}

static inline ir_ref simd_mls(struct ir_block *ir, unsigned size, ir_ref a, ir_ref b, ir_ref c)
{
    return ir_vsub(ir, size, a, ir_vmul(ir, size, b, c));
}

#endif
