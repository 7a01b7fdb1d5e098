// SPDX-License-Identifier: MIT
#include "opt/opt.h"

#include "base/die.h"

#include <string.h>

const struct opt_pass opt_passes[] = {
    {"fold", opt_fold,
     "operations on constants become constants, also through guest registers; identities their operand"},
    {"dead", opt_dead,
     "values nobody uses and writes that are overwritten before anyone could see them go away"},
};
const unsigned opt_pass_count = ARRAY_LEN(opt_passes);

const struct opt_pass *opt_find(const char *name)
{
    for (unsigned i = 0; i < opt_pass_count; i++)
        if (!strcmp(opt_passes[i].name, name))
            return &opt_passes[i];
    return NULL;
}

void opt_run(struct ir_block *ir)
{
    for (unsigned i = 0; i < opt_pass_count; i++)
        opt_passes[i].run(ir);
    opt_compact(ir);
}

void opt_compact(struct ir_block *ir)
{
    ir_ref now[OPT_MAX_INSTS]; // where each operation has gone
    unsigned n = 1;
    assert_msg(ir->count <= OPT_MAX_INSTS, "opt: block at %#llx has %u operations",
               (unsigned long long)ir->pc, ir->count);
    for (unsigned i = 1; i < ir->count; i++) {
        struct ir_inst in = ir->inst[i];
        now[i] = 0;
        if (in.op == IR_nop)
            continue;
        in.a = in.a ? now[in.a] : 0;
        in.b = in.b ? now[in.b] : 0;
        if (!(ir_op_info[in.op].flags & IR_CLIT))
            in.c = in.c ? now[in.c] : 0;
        now[i] = (ir_ref)n;
        ir->inst[n++] = in;
    }
    ir->count = n;
}
