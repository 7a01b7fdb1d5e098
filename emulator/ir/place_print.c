// SPDX-License-Identifier: MIT
// Placed operations as text, operands where they are read: guest slots by name, temporaries as t0
// ... For dumps only; nothing reads it back.
#include "ir/place.h"

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

void ir_print_placed(FILE *out, const struct ir_placed *op, unsigned temps,
                     ir_slot_name_fn *slot_name)
{
    const struct printer printer = {out, temps, slot_name}, *p = &printer;
    const struct ir_op_info *info = &ir_op_info[op->op];
    const uint16_t operand[3] = {op->a, op->b, op->c};
    fprintf(p->out, "%s", info->name);
    if (info->result != IR_TYPE_N) {
        print_slot(p, op->d);
        fprintf(p->out, " =");
    }
    for (unsigned k = 0; k < 3; k++) {
        if (info->operand[k] == IR_TYPE_N)
            continue;
        if (k == 1 && op->imm_b)
            fprintf(p->out, " 0x%" PRIx64, op->imm);
        else
            print_slot(p, operand[k]);
    }
    if (info->flags & IR_CLIT)
        fprintf(p->out, " $%u", op->c);
    if (ir_is_direct(op->op))
        fprintf(p->out, " -> 0x%" PRIx64, op->imm);
    else if (info->flags & IR_STATE)
        print_slot(p, op->imm);
    else if (info->flags & IR_IMM)
        fprintf(p->out, " 0x%" PRIx64, op->imm);
    fputc('\n', p->out);
}
