// SPDX-License-Identifier: MIT
#include "linux/mm_gone.h"

#include "linux/lock.h"
#include "linux/thread.h"
#include "linux/vma.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
    struct mm_gone at[MM_GONE];
    unsigned count; // ever
} gone;

// Only code is worth a look: a library that is unloaded.
void mm_file_going(uint64_t addr, char file[MM_GONE_FILE])
{
    const struct vma *v = vma_find(&process.mm.vmas, addr);
    char name[64], path[PATH_MAX];
    *file = 0;
    if (!v || v->anonymous || !(v->prot & PROT_EXEC))
        return;
    snprintf(name, sizeof name, "/proc/self/map_files/%" PRIx64 "-%" PRIx64, v->start, v->end);
    ssize_t n = readlink(name, path, sizeof path);
    size_t left = n > 0 ? (size_t)n : 0, kept = left < MM_GONE_FILE ? left : MM_GONE_FILE - 1;
    memcpy(file, path + left - kept, kept);
    file[kept] = 0;
}

void mm_note_gone(const struct thread *t, uint64_t start, uint64_t end, const char *file)
{
    struct mm_gone *g = &gone.at[gone.count++ % MM_GONE];
    *g = (struct mm_gone){.start = start, .end = end, .caller = t->cpu.x[30], .tid = t->tid};
    memcpy(g->file, file, strlen(file));
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
