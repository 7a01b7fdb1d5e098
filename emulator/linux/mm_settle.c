// SPDX-License-Identifier: MIT
// A change of the address space is made twice, in the host's mappings and in the table of the
// guest's, and a process that shares this memory may be killed in between: nothing keeps SIGKILL
// out of here as the kernel keeps it out of its own. So it says first what it is about to do, and
// who finds its lock completes that, or finds that it was not begun: the host knows.
#include "base/bits.h"
#include "linux/mm_internal.h"
#include "linux/tags.h"
#include "linux/thread.h"
#include "linux/vma.h"

#include <sys/mman.h>

// ORDER: it is not noted before it is complete.
void mm_intend(const struct mm_intent *change)
{
    struct mm_intent *i = &process.mm.intent;
    __atomic_store_n(&i->noted, false, __ATOMIC_RELEASE);
    i->fresh = change->fresh;
    i->moves = change->moves;
    i->gone_start = change->gone_start;
    i->gone_end = change->gone_end;
    i->becomes = change->becomes;
    __atomic_store_n(&i->noted, true, __ATOMIC_RELEASE);
}

// Whether the host has something everywhere in [start, end).
static bool is_mapped(uint64_t start, uint64_t end)
{
    return msync((void *)start, end - start, MS_ASYNC) == 0;
}

// The protection is set once more: in the place of `v` there may have been another mapping, which
// the new one was to replace.
static void settle_mapped(struct mm *mm, const struct vma *v, bool fresh)
{
    if (!is_mapped(v->start, v->end) ||
        mprotect((void *)v->start, v->end - v->start, mm_host_prot(v->prot)) < 0)
        return;
    mm->growing |= v->grows;
    vma_set(&mm->vmas, v);
    if (fresh)
        tags_map(v->start, v->end, v->prot & GUEST_PROT_MTE);
}

// Whether what was to go away has gone, or goes now.
static bool settle_gone(struct mm *mm, const struct mm_intent *i)
{
    uint64_t start = i->gone_start, end = i->gone_end;
    if (i->moves ? is_mapped(start, end) : munmap((void *)start, end - start) < 0)
        return false;
    vma_clear(&mm->vmas, start, end);
    tags_map(start, end, false);
    return true;
}

static void settle_break(struct mm *mm, uint64_t brk)
{
    uint64_t old_end = round_up(mm->brk, MM_PAGE), new_end = round_up(brk, MM_PAGE);
    bool done = new_end >= old_end ? vma_covers(&mm->vmas, old_end, new_end)
                                   : !vma_any(&mm->vmas, new_end, old_end);
    if (done)
        mm->brk = brk;
}

void mm_settle(void)
{
    struct mm *mm = &process.mm;
    struct mm_intent *i = &mm->intent;
    vma_take_back(&mm->vmas);
    bool begun = i->noted;
    if (begun && i->gone_start != i->gone_end)
        begun = settle_gone(mm, i);
    if (begun && i->becomes.start != i->becomes.end)
        settle_mapped(mm, &i->becomes, i->fresh);
    if (mm->brk_intent)
        settle_break(mm, mm->brk_intent);
    i->noted = false;
    mm->brk_intent = 0;
    mm->last = 0;
}
