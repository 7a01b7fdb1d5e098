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

// The operands of an instruction that reads one half of its source and writes all of its
// destination: the half that field q selects, moved down.
static inline ir_ref get_half(struct a64_tr *t, unsigned n, unsigned q)
{
    ir_ref v = get_v(t, n);
    return q ? ir_vhigh(&t->ir, v) : v;
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
