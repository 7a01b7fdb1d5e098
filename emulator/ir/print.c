// SPDX-License-Identifier: MIT
// IR as text.
#include "ir/ir.h"

#include <inttypes.h>

void ir_print(FILE *out, const struct ir_block *ir, ir_slot_name_fn *slot_name)
{
    fprintf(out, "block 0x%" PRIx64 "\n", ir->pc);
    for (unsigned i = 1; i < ir->count; i++) {
        const struct ir_inst *in = &ir->inst[i];
        const struct ir_op_info *info = &ir_op_info[in->op];
        fprintf(out, "  ");
        if (info->result != IR_TYPE_N)
            fprintf(out, "%%%u = ", i);
        fprintf(out, "%s", info->name);
        const ir_ref operand[3] = {in->a, in->b, in->c};
        for (unsigned k = 0; k < 3; k++)
            if (info->operand[k] != IR_TYPE_N)
                fprintf(out, " %%%u", operand[k]);
        if (info->flags & IR_CLIT)
            fprintf(out, " $%u", in->c);
        const char *name = info->flags & IR_STATE && slot_name ? slot_name(in->imm) : NULL;
        if (name)
            fprintf(out, " %s", name);
        else if (info->flags & IR_IMM)
            fprintf(out, " 0x%" PRIx64, in->imm);
        fputc('\n', out);
    }
}
