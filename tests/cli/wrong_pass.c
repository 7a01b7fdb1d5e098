// SPDX-License-Identifier: MIT
// Wrong passes, for the tests of what finds them: `dead` takes clz64 for ctz64, `fold` gives rbit32
// an operand too many.
#include "opt/opt.h"

void __real_opt_dead(struct ir_block *ir);
void __wrap_opt_dead(struct ir_block *ir);
void __real_opt_fold(struct ir_block *ir);
void __wrap_opt_fold(struct ir_block *ir);

void __wrap_opt_dead(struct ir_block *ir)
{
    __real_opt_dead(ir);
    for (unsigned i = 1; i < ir->count; i++)
        if (ir->inst[i].op == IR_clz64)
            ir->inst[i].op = IR_ctz64;
}

void __wrap_opt_fold(struct ir_block *ir)
{
    __real_opt_fold(ir);
    for (unsigned i = 1; i < ir->count; i++)
        if (ir->inst[i].op == IR_rbit32)
            ir->inst[i].b = ir->inst[i].a;
}
