// SPDX-License-Identifier: MIT
#include "linux/mm_gone.h"

#include "linux/lock.h"
#include "linux/thread.h"

static struct {
    struct mm_gone at[MM_GONE];
    unsigned count; // ever
} gone;

void mm_note_gone(const struct thread *t, uint64_t start, uint64_t end)
{
    gone.at[gone.count++ % MM_GONE] =
        (struct mm_gone){.start = start, .end = end, .caller = t->cpu.x[30], .tid = t->tid};
}

bool mm_find_gone(uint64_t addr, struct mm_gone *found)
{
    bool some = false;
    process_lock();
    for (unsigned ago = 0; ago < MM_GONE && ago < gone.count && !some; ago++) {
        *found = gone.at[(gone.count - 1 - ago) % MM_GONE];
        found->ago = ago;
        some = addr >= found->start && addr < found->end;
    }
    process_unlock();
    return some;
}
