// SPDX-License-Identifier: MIT
#include "a64/state.h"

#include <stdio.h>

bool cpu_memory_shared;

const char *a64_slot_name(uint64_t offset)
{
    static __thread char name[8];
    uint64_t x = offset - offsetof(struct cpu, x), v = offset - offsetof(struct cpu, v);
    if (x < 31 * 8 && x % 4 == 0)
        snprintf(name, sizeof name, "x%u%s", (unsigned)(x / 8), x % 8 ? "h" : "");
    else if (v < 32 * 16 && v % 16 == 0)
        snprintf(name, sizeof name, "v%u", (unsigned)(v / 16));
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
