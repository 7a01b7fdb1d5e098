// SPDX-License-Identifier: MIT
// Private to x64/: what the lowerings of integer operations share.
#ifndef EMU_X64_INT_H
#define EMU_X64_INT_H

#include "x64/emit.h"

// clang-format off
#define IMUL    (X64_0F | 0xaf)
#define MULX    (X64_PF2 | X64_0F38 | 0xf6)
#define LZCNT   (X64_PF3 | X64_0F | 0xbd)
#define TZCNT   (X64_PF3 | X64_0F | 0xbc)
#define POPCNT  (X64_PF3 | X64_0F | 0xb8)
#define ANDN    (X64_0F38 | 0xf2)
#define SHLX    (X64_P66 | X64_0F38 | 0xf7)
#define SHRX    (X64_PF2 | X64_0F38 | 0xf7)
#define SARX    (X64_PF3 | X64_0F38 | 0xf7)
#define RORX    (X64_PF2 | X64_0F3A | 0xf0)
#define SHLD    (X64_0F | 0xa4)
#define SHRD    (X64_0F | 0xac)
#define CRC32   (X64_PF2 | X64_0F38 | 0xf1)
#define MOVZX8  (X64_0F | 0xb6)
#define MOVZX16 (X64_0F | 0xb7)
#define MOVSX8  (X64_0F | 0xbe)
#define MOVSX16 (X64_0F | 0xbf)
#define MOVSXD  0x63
// clang-format on

// The operation after this one, if it belongs to the block.
static inline const struct ir_placed *next_op(const struct x64 *x)
{
    return x->i + 1 < x->places->n_ops ? &x->places->ops[x->i + 1] : NULL;
}

// Whether what p (the operation being lowered) computes is read by q, the one behind it, alone.
static inline bool is_only_for(const struct x64 *x, const struct ir_placed *p,
                               const struct ir_placed *q)
{
    return q->d == p->d || (is_temp(x, p->d) && !(x->live[x->i + 1] >> temp_index(x, p->d) & 1));
}

// Goes on to q, the operation behind the one being lowered, which becomes one with it.
static inline void join_next(struct x64 *x, const struct ir_placed *q)
{
    flags_before(x, q);
    x->i++;
    note_result(x, q);
}

// A constant p and the operation behind it are one instruction: 0 - b, and a field of bits.
bool negation_ahead(struct x64 *x, const struct ir_placed *p);
bool field_ahead(struct x64 *x, const struct ir_placed *p);

// The host's flags of a - b or a + b; a stays. No constant that wants more than 32 bits.
void compare_operands(struct x64 *x, const struct ir_placed *p);

// The operations at x->i are a conditional comparison.
bool conditional_compare(struct x64 *x);

// An operand b register equal to d that must be read before d is written.
static inline bool b_is(const struct x64 *x, const struct ir_placed *p, unsigned d)
{
    return !p->imm_b && gpr_at(x, p->b) == d;
}

// Operand b, a constant, as an immediate would be extended.
static inline uint64_t imm_of(const struct ir_placed *p)
{
    return is_wide(p) ? p->imm : (uint64_t)(int64_t)(int32_t)p->imm;
}

#endif
