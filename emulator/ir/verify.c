// SPDX-License-Identifier: MIT
// What every block must keep, whoever made it. Most of it comes from the rows of ops.def; the
// literals' ranges are in literals.c, the rules about guest instructions here. Each rule has its
// own words, so that a test can name the one it breaks.
#include "ir/ir.h"

#include <stdarg.h>

static __thread char message[160];

static const char *broken(const struct ir_block *ir, unsigned i, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

static const char *broken(const struct ir_block *ir, unsigned i, const char *fmt, ...)
{
    va_list args;
    int n = snprintf(message, sizeof message, "%%%u %s: ", i,
                     ir->inst[i].op < IR_OP_COUNT ? ir_op_info[ir->inst[i].op].name : "?");
    va_start(args, fmt);
    vsnprintf(message + n, sizeof message - (size_t)n, fmt, args);
    va_end(args);
    return message;
}

// label: the last one before i, or 0. What comes to it from elsewhere has none of the values
// before.
static const char *check_operands(const struct ir_block *ir, unsigned i, unsigned label)
{
    const struct ir_inst *in = &ir->inst[i];
    const struct ir_op_info *info = &ir_op_info[in->op];
    const ir_ref operand[3] = {in->a, in->b, in->c};
    for (unsigned k = 0; k < 3; k++) {
        if (k == 2 && info->flags & IR_CLIT)
            continue;
        char name = (char)('a' + k);
        if (info->operand[k] == IR_TYPE_N) {
            if (operand[k])
                return broken(ir, i, "operand %c is not used by this operation", name);
            continue;
        }
        if (!operand[k])
            return broken(ir, i, "operand %c is missing", name);
        if (operand[k] >= i)
            return broken(ir, i, "operand %c is used before it is defined", name);
        if (operand[k] < label)
            return broken(ir, i, "operand %c was made before the label at %%%u", name, label);
        if (ir_op_info[ir->inst[operand[k]].op].result != info->operand[k])
            return broken(ir, i, "operand %c has the wrong type", name);
    }
    return NULL;
}

// The evaluator follows a slot by its offset: 16 bytes are either one vector or scalars throughout
// a block.
static bool slot_changes_kind(uint8_t kind[IR_SLOTS / 2], const struct ir_inst *in)
{
    uint8_t now = in->op == IR_getv || in->op == IR_setv ? 'v' : 's', *was = &kind[in->imm / 16];
    if (!*was)
        *was = now;
    return *was != now;
}

static bool leaves_always(unsigned op)
{
    return op == IR_br || op == IR_call || (op >= IR_br_reg && op <= IR_exit);
}

// Where nothing comes from above: what follows must be what a branch may lead to.
static bool is_end_or_label(const struct ir_block *ir, unsigned i)
{
    while (i < ir->count && (ir->inst[i].op == IR_insn || ir->inst[i].op == IR_nop))
        i++;
    return i == ir->count || ir->inst[i].op == IR_label;
}

// Marked MEM for their order, but they touch no address.
static bool may_fault(const struct ir_inst *in)
{
    return ir_op_info[in->op].flags & IR_MEM && in->op != IR_fence && in->op != IR_clrex;
}

const char *ir_verify(const struct ir_block *ir)
{
    bool state_changed = false; // since the guest instruction began
    unsigned label = 0;
    uint8_t kind[IR_SLOTS / 2] = {0};
    if (ir->count > ir->capacity)
        return "the block is longer than its storage";
    if (ir->count < 2 || ir->inst[0].op != IR_nop || ir->inst[1].op != IR_insn)
        return "the block does not begin with a guest instruction";
    for (unsigned i = 1; i < ir->count; i++) {
        const struct ir_inst *in = &ir->inst[i];
        if (in->op >= IR_OP_COUNT)
            return broken(ir, i, "no such operation");
        const char *what = check_operands(ir, i, label);
        if (what)
            return what;
        if (!ir_literals_fit(in))
            return broken(ir, i, "literal out of range (ir/literals.c)");
        if (ir_op_info[in->op].flags & IR_STATE && slot_changes_kind(kind, in))
            return broken(ir, i, "slot is used as a vector and as a scalar");
        // A fault leaves the state as it was before the instruction, so all that can fault comes
        // before the changes.
        if (in->op == IR_label)
            label = i;
        else if (in->op == IR_insn)
            state_changed = false;
        else if (ir_is_set(in->op))
            state_changed = true;
        else if (state_changed && ir_op_info[in->op].flags & IR_ENV)
            return broken(ir, i,
                          "may be begun again after its guest instruction changed the state");
        else if (state_changed && may_fault(in))
            return broken(ir, i, "may fault after its guest instruction changed the state");
        if (leaves_always(in->op) && !is_end_or_label(ir, i + 1))
            return broken(ir, i, "operations follow the end of the block");
    }
    if (!leaves_always(ir->inst[ir->count - 1].op))
        return "the block does not end by leaving";
    return NULL;
}
