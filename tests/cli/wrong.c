// SPDX-License-Identifier: MIT
// Wrong lowerings, for the tests of what finds them: rbit64 reverses nothing, vst8 stores nothing.
#include "x64/emit.h"

void __real_x64_lower_init(void);
void __wrap_x64_lower_init(void);

static void lower_rbit(struct x64 *x, const struct ir_placed *p)
{
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, p->a, true, d);
    gpr_done(x, p->d, d);
}

static void lower_vst8(struct x64 *x, const struct ir_placed *p)
{
    (void)p;
    x->has_address = false;
}

void __wrap_x64_lower_init(void)
{
    __real_x64_lower_init();
    x64_lower_table[IR_rbit64] = lower_rbit;
    x64_lower_table[IR_vst8] = lower_vst8;
}
