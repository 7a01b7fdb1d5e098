// SPDX-License-Identifier: MIT
#include "ir/ir.h"

#define IR_IMM_N 0
#define IR_IMM_I IR_IMM
#define IR_IMM_C IR_CLIT
#define IR_IMM_L (IR_IMM | IR_CLIT)

enum {
    NONE = IR_NONE,
    PURE = IR_PURE,
    COMM = IR_COMM,
    STATE = IR_STATE,
    MEM = IR_MEM,
    ENV = IR_ENV,
    EXIT = IR_EXIT
};

#define KIND(op, flags)                                                              \
    ((op) == IR_nop || (op) == IR_insn || (op) == IR_label           ? IR_KIND_MARK  \
     : (op) == IR_const32 || (op) == IR_const64 || (op) == IR_constf ? IR_KIND_CONST \
     : (op) >= IR_getw && (op) <= IR_getf                            ? IR_KIND_GET   \
     : (op) >= IR_setx && (op) <= IR_setf                            ? IR_KIND_SET   \
     : (op) == IR_zext || (op) == IR_trunc                           ? IR_KIND_VIEW  \
     : (flags)&IR_PURE                                               ? IR_KIND_PURE  \
                                                                     : IR_KIND_EFFECT)

#define READS(a, b, c, lit)                                                               \
    ((IR_TYPE_##a != IR_TYPE_N) | (IR_TYPE_##b != IR_TYPE_N) << 1 |                       \
     (IR_TYPE_##c != IR_TYPE_N && !(IR_IMM_##lit & IR_CLIT)) << 2 |                       \
     (IR_TYPE_##a == IR_TYPE_F || IR_TYPE_##b == IR_TYPE_F || IR_TYPE_##c == IR_TYPE_F) * \
         IR_READS_FLAGS)

const struct ir_op_info ir_op_info[IR_OP_COUNT] = {
#define IR_OP(name, r, a, b, c, lit, flags, bits, ...)      \
    [IR_##name] = {#name,                                   \
                   IR_TYPE_##r,                             \
                   {IR_TYPE_##a, IR_TYPE_##b, IR_TYPE_##c}, \
                   (flags) | IR_IMM_##lit,                  \
                   bits,                                    \
                   KIND(IR_##name, flags),                  \
                   READS(a, b, c, lit)},
#include "ir/ops.def"
#undef IR_OP
};

void ir_block_init(struct ir_block *ir, struct ir_inst *storage, unsigned capacity, uint64_t pc)
{
    *ir = (struct ir_block){storage, 1, capacity, pc};
    storage[0] = (struct ir_inst){.op = IR_nop};
}
