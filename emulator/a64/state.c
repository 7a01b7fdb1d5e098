// SPDX-License-Identifier: MIT
#include "a64/state.h"

#include <stdio.h>

bool cpu_memory_shared;

const char *a64_slot_name(uint64_t offset)
{
    static __thread char name[8];
    if (offset >= offsetof(struct cpu, x) && offset < offsetof(struct cpu, sp))
        snprintf(name, sizeof name, "x%u", (unsigned)((offset - offsetof(struct cpu, x)) / 8));
    else if (offset >= offsetof(struct cpu, v) && offset < offsetof(struct cpu, temps))
        snprintf(name, sizeof name, "v%u", (unsigned)((offset - offsetof(struct cpu, v)) / 16));
    else if (offset == offsetof(struct cpu, sp))
        return "sp";
    else if (offset == offsetof(struct cpu, nzcv))
        return "nzcv";
    else if (offset == offsetof(struct cpu, tpidr))
        return "tpidr";
    else if (offset == offsetof(struct cpu, fpmr))
        return "fpmr";
    else if (offset == offsetof(struct cpu, s.fp.fpcr))
        return "fpcr";
    else
        return NULL;
    return name;
}
