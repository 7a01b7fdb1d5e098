// SPDX-License-Identifier: MIT
#include "linux/tracer.h"

#include <stddef.h>

const struct tracer *tracer;
bool tracer_calls;

void (*tracer_wanted)(struct thread *t);

void tracer_knocked(struct thread *t)
{
    if (!tracer && tracer_wanted)
        tracer_wanted(t);
}
