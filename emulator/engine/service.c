// SPDX-License-Identifier: MIT
// System calls made from within compiled code, which goes on behind them: most do not concern it,
// and a trip through the driver costs as much as a short call itself. No function returns on the
// way back, where the compiler makes tail calls: hosts whose kernels overwrite the processor's
// predictions of returns would mispredict each. The host's floating-point unit keeps the modes that
// compiled code gave it.
#include "engine/engine_internal.h"
#include "engine/native.h"

void native_service(struct ir_state *s)
{
    struct cpu *c = (struct cpu *)s;
    struct engine_thread *e = c->engine;
    if (unlikely(!engine_os->service || !engine_chains())) {
        native_serviced(s, false);
        return;
    }
    s->branch = IR_BRANCH_RETURN;
    e->running = false; // faults now are not the guest's
    e->safepoint.before = e->safepoint.seen;
    safepoint_leave(e);
    engine_os->service(c);
}

void engine_serviced(struct cpu *c, bool goes_on)
{
    struct engine_thread *e = c->engine;
    safepoint_enter(e, c);
    e->running = true;
    // What else could have changed is that code was removed, perhaps this one, or the mode.
    if (goes_on && unlikely(e->safepoint.seen != e->safepoint.before || e->mode != cpu_mode(c))) {
        c->s.exit = IR_EXIT_LOOKUP;
        goes_on = false;
    }
    native_serviced(&c->s, goes_on);
}
