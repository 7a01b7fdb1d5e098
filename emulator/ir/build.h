// SPDX-License-Identifier: MIT
// One builder function per IR operation, generated from ir/ops.def:
//   ir_ref ir_<op>(struct ir_block *ir, operands..., literals...)
// Families take the width first: ir_add(ir, wide, a, b) with wide 0 for 32 and 1 for 64 bits;
// ir_vadd(ir, size, a, b) with size 0 to 3 for lanes of 8 to 64 bits.
#ifndef EMU_IR_BUILD_H
#define EMU_IR_BUILD_H

#include "ir/ir.h"

#define IR_PARAM_N(x)
#define IR_PARAM_W(x) , ir_ref x
#define IR_PARAM_X(x) , ir_ref x
#define IR_PARAM_V(x) , ir_ref x
#define IR_PARAM_F(x) , ir_ref x
#define IR_PARAM_T(x) , ir_ref x
#define IR_ARG_N(x)   0
#define IR_ARG_W(x)   x
#define IR_ARG_X(x)   x
#define IR_ARG_V(x)   x
#define IR_ARG_F(x)   x
#define IR_ARG_T(x)   x

#define IR_LITPARAM_N
#define IR_LITPARAM_I , uint64_t imm
#define IR_LITPARAM_C , unsigned lit
#define IR_LITPARAM_L , unsigned lit, uint64_t imm
#define IR_LITC_N(c)  c
#define IR_LITC_I(c)  c
#define IR_LITC_C(c)  (ir_ref) lit
#define IR_LITC_L(c)  (ir_ref) lit
#define IR_LITI_N     0
#define IR_LITI_I     imm
#define IR_LITI_C     0
#define IR_LITI_L     imm

#define IR_BUILDER(name, first, op, a, b, c, lit)                                         \
    static inline ir_ref name(struct ir_block *ir first IR_PARAM_##a(va) IR_PARAM_##b(vb) \
                                  IR_PARAM_##c(vc) IR_LITPARAM_##lit)                     \
    {                                                                                     \
        return ir_emit(ir, (enum ir_op)(op), IR_ARG_##a(va), IR_ARG_##b(vb),              \
                       IR_LITC_##lit(IR_ARG_##c(vc)), IR_LITI_##lit);                     \
    }
#define IR_NO_FIRST
#define IR_FIRST_WIDE , unsigned wide
#define IR_FIRST_SIZE , unsigned size

#define IR_OP(name, r, a, b, c, lit, flags, bits, ...) \
    IR_BUILDER(ir_##name, IR_NO_FIRST, IR_##name, a, b, c, lit)
#define IR_FAMILY2(name, r, a, b, c, lit) \
    IR_BUILDER(ir_##name, IR_FIRST_WIDE, IR_##name##32 + wide, a, b, c, lit)
#define IR_FAMILY4(name, r, a, b, c, lit) \
    IR_BUILDER(ir_##name, IR_FIRST_SIZE, IR_##name##8 + size, a, b, c, lit)
#include "ir/ops.def"
#undef IR_OP

#endif
