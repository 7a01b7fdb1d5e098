// SPDX-License-Identifier: MIT
// Private to x64/lower_fp*.c. A number alone is lane 0 of a vector whose other lanes are zero, also
// here: results are made so unless they are known to be.
//
// Invalid Operation ends in the evaluator (may_trap), so that NaNs need no thought but where the
// host is silent about them.
#ifndef EMU_X64_LOWER_FP_H
#define EMU_X64_LOWER_FP_H

#include "ir/fp_lit.h"
#include "x64/vec.h"

#define VFMADD231  (X64_P66 | X64_0F38 | 0xb8) // | 1: scalar
#define VFNMADD231 (X64_P66 | X64_0F38 | 0xbc)

// The host's opcode for the operation's format: scalar or packed.
static inline unsigned fp_opcode(const struct ir_placed *p, unsigned byte)
{
    bool scalar = fp_lit_lanes(p->imm) == 1;
    unsigned prefix = scalar ? is_wide(p) ? X64_PF2 : X64_PF3 : is_wide(p) ? X64_P66 : 0;
    return prefix | X64_0F | byte;
}

// Two lanes of 32 bits are half of what the packed instructions work on.
static inline bool fp_is_half(const struct ir_placed *p)
{
    return !is_wide(p) && fp_lit_lanes(p->imm) == 2;
}

// Whether the guest instruction looked at `place`, so that it cannot begin again once that has
// changed.
bool fp_is_source(const struct x64 *x, unsigned place);
// The register of a temporary that holds nothing, and no operand, for this operation; or X64_NONE.
unsigned fp_spare(struct x64 *x);
// Copies register s to d, all but the low `bytes` (4, 8, 16) zero.
void fp_copy_low(struct x64 *x, unsigned d, unsigned s, unsigned bytes);
// Invalid Operation if one of the operation's lanes in register a or b is a NaN, be it a quiet one.
// Register t changes.
void fp_trap_nans(struct x64 *x, const struct ir_placed *p, unsigned t, unsigned a, unsigned b);
// Ends with the result in r, of which only the low lanes of the operation are right.
void fp_done(struct x64 *x, const struct ir_placed *p, unsigned r, bool upper_is_zero);
// Both halves of xmm`d` become the low half of what is at `place`.
void fp_twice(struct x64 *x, unsigned d, unsigned place);
// Arm finds tiny results before rounding, the host after it. They differ in one result: the least
// normal number, rounded up to, and only in FPSR.UFC. The evaluator knows whether it was. Clobbers
// rax and, for vectors, xmm14.
void fp_check_tiny(struct x64 *x, const struct ir_placed *p, unsigned r);

#endif
