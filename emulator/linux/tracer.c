// SPDX-License-Identifier: MIT
#include "linux/tracer.h"

#include "linux/sys.h"
#include "linux/thread.h"

#include <stddef.h>

const struct tracer *tracer;
bool tracer_calls;

void tracer_watch_calls(bool watch)
{
    if (watch)
        sys_look_at_all();
    tracer_calls = watch;
}

void (*tracer_wanted)(struct thread *t);

void tracer_knocked(struct thread *t, unsigned by)
{
    if (by & KNOCKED_BY_TRACER && t->ptraced.wishes && t->ptraced.wished == t->tid)
        ptraced_begin(t);
    if (by & KNOCKED_BY_DEBUGGER && (!tracer || ptraced_idle()) && tracer_wanted)
        tracer_wanted(t);
}
