// SPDX-License-Identifier: MIT
// Where the values of a block live: what both the evaluator and compiled code are made from. Each
// operation names its operands and its result by byte offset from the thread state: a guest slot or
// one of the temporaries.
#ifndef EMU_IR_PLACE_H
#define EMU_IR_PLACE_H

#include "ir/ir.h"

enum {
    IR_PLACE_MAX = 4096, // operations of a block
    IR_TEMPS = 64,       // temporaries (16 bytes each) that the guest's state must provide
};

struct ir_placed {
    uint16_t op;    // enum ir_op
    uint16_t imm_b; // operand b is imm
    uint16_t d;     // places (c may be a literal)
    union {
        struct {
            uint16_t a, b, c;
        };
        uint16_t operand[3];
    };
    uint64_t imm;
};

struct ir_places {
    struct ir_placed ops[2 * IR_PLACE_MAX];
    uint16_t insn_start[IR_PLACE_MAX]; // for guest instruction i of the block, the index of its
                                       // first operation
    unsigned n_ops, n_insns;
};

// Whether operand b may be a constant: such an operation has no other literal.
static inline bool ir_takes_imm_b(unsigned op)
{
    const struct ir_op_info *info = &ir_op_info[op];
    return !(info->flags & (IR_IMM | IR_CLIT)) &&
           (info->operand[1] == IR_TYPE_W || info->operand[1] == IR_TYPE_X);
}

// Which of the operands are places that are read: a bit each.
static inline unsigned ir_reads(const struct ir_placed *p)
{
    return ir_op_info[p->op].reads & 7u & ~(unsigned)(p->imm_b << 1);
}

// Places the values of `ir`; the temporaries begin at byte offset `temps` of the state. One thread
// at a time.
void ir_place(const struct ir_block *ir, unsigned temps, struct ir_places *out);

// One operation as text, for dumps. slot_name may be NULL.
void ir_print_placed(FILE *out, const struct ir_placed *op, unsigned temps,
                     ir_slot_name_fn *slot_name);

#endif
