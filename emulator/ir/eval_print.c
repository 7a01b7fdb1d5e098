// SPDX-License-Identifier: MIT
// What the evaluator runs, as text: one operation a line.
#include "ir/eval_ops.h"

// The operation whose meaning `op` is; false if it is none.
static bool find(const struct eval_op *op, struct ir_placed *p)
{
    for (unsigned i = 0; i < IR_OP_COUNT; i++) {
        bool constant = op->fn == eval_handler_imm[i];
        if (op->fn != eval_handler[i] && !constant)
            continue;
        uint64_t imm = ir_is_direct(i) ? ((const struct eval_link *)op->imm)->stub.imm : op->imm;
        *p = (struct ir_placed){.op = (uint16_t)i,
                                .imm_b = constant,
                                .d = op->d,
                                .operand = {op->a, op->b, op->c},
                                .imm = imm};
        return true;
    }
    return false;
}

void eval_print(FILE *out, const struct eval_code *code, unsigned temps, ir_slot_name_fn *slot_name)
{
    unsigned insn = 0;
    for (unsigned i = 0; i < code->n_ops; i++) {
        struct ir_placed p;
        for (; insn < code->n_insns && code->insn_start[insn] == i; insn++)
            fprintf(out, " %u:\n", insn);
        fputs("  ", out);
        if (find(&code->ops[i], &p))
            ir_print_placed(out, &p, temps, slot_name);
        else
            fputs("?\n", out);
    }
}
