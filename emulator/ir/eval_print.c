// SPDX-License-Identifier: MIT
// What the evaluator runs, as text: one operation a line, operands where they are read (guest slots
// by name, temporaries as t0 ...). For dumps only; nothing reads it back.
#include "ir/eval_ops.h"

#include <inttypes.h>

struct printer {
    FILE *out;
    unsigned temps;
    ir_slot_name_fn *slot_name;
};

static void print_slot(const struct printer *p, uint64_t offset)
{
    const char *name = p->slot_name ? p->slot_name(offset) : NULL;
    if (offset >= p->temps && offset < p->temps + 16 * IR_TEMPS)
        fprintf(p->out, " t%u", (unsigned)(offset - p->temps) / 16);
    else if (name)
        fprintf(p->out, " %s", name);
    else
        fprintf(p->out, " [0x%" PRIx64 "]", offset);
}

// The operation whose meaning `fn` is; `constant` tells whether operand b stands in imm.
static unsigned find(eval_fn *fn, bool *constant)
{
    for (unsigned i = 0; i < IR_OP_COUNT; i++) {
        *constant = fn == eval_handler_imm[i];
        if (fn == eval_handler[i] || *constant)
            return i;
    }
    return IR_OP_COUNT;
}

static void print_op(const struct printer *p, const struct eval_op *op)
{
    bool constant;
    unsigned i = find(op->fn, &constant);
    if (i == IR_OP_COUNT) {
        fprintf(p->out, "  ?\n");
        return;
    }
    const struct ir_op_info *info = &ir_op_info[i];
    const uint16_t operand[3] = {op->a, op->b, op->c};
    bool leaves_by_link = info->flags & IR_EXIT && i != IR_br_reg && i != IR_exit;
    fprintf(p->out, "  %s", info->name);
    if (info->result != IR_TYPE_N) {
        print_slot(p, op->d);
        fprintf(p->out, " =");
    }
    for (unsigned k = 0; k < 3; k++) {
        if (info->operand[k] == IR_TYPE_N)
            continue;
        if (k == 1 && constant)
            fprintf(p->out, " 0x%" PRIx64, op->imm);
        else
            print_slot(p, operand[k]);
    }
    if (info->flags & IR_CLIT)
        fprintf(p->out, " $%u", op->c);
    if (leaves_by_link)
        fprintf(p->out, " -> 0x%" PRIx64, ((const struct eval_link *)op->imm)->target);
    else if (info->flags & IR_STATE)
        print_slot(p, op->imm);
    else if (info->flags & IR_IMM)
        fprintf(p->out, " 0x%" PRIx64, op->imm);
    fputc('\n', p->out);
}

void eval_print(FILE *out, const struct eval_code *code, unsigned temps, ir_slot_name_fn *slot_name)
{
    const struct printer p = {out, temps, slot_name};
    unsigned insn = 0;
    for (unsigned i = 0; i < code->n_ops; i++) {
        for (; insn < code->n_insns && code->insn_start[insn] == i; insn++)
            fprintf(out, " %u:\n", insn);
        print_op(&p, &code->ops[i]);
    }
}
