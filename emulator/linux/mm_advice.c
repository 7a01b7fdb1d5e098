// SPDX-License-Identifier: MIT
// The memory calls that leave the table of mappings as it is: the host does them, on the guest's
// ranges only.
#include "base/bits.h"
#include "linux/lock.h"
#include "linux/mm_internal.h"
#include "linux/tags.h"
#include "linux/thread.h"
#include "linux/uring.h"
#include "linux/vma.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// Younger than some C libraries.
enum { ADVISE_DONTNEED_LOCKED = 24, ADVISE_SOFT_OFFLINE = 101, ADVISE_GUARD_INSTALL = 102 };

static int64_t result(long r)
{
    return r < 0 ? -errno : r;
}

// Pages that are given back lose their tags; those of shared memory stay where they are, unless
// they are removed.
static void tags_after_advice(uint64_t start, uint64_t end, int advice)
{
    const struct vma_table *vmas = &process.mm.vmas;
    bool dropped = advice == MADV_DONTNEED || advice == ADVISE_DONTNEED_LOCKED;
    if (!dropped && advice != MADV_REMOVE)
        return;
    for (unsigned i = vma_lower(vmas, start); i < vmas->count && vmas->at[i].start < end; i++) {
        const struct vma *v = &vmas->at[i];
        if (v->prot & GUEST_PROT_MTE && v->shared != dropped)
            tags_clear(v->start > start ? v->start : start, v->end < end ? v->end : end);
    }
}

// Whether the advice would change what a program reads where it may not write: sealed memory keeps
// its contents.
static bool breaks_seal(uint64_t start, uint64_t end, int advice)
{
    const struct vma_table *vmas = &process.mm.vmas;
    switch (advice) {
    case MADV_DONTNEED:
    case MADV_FREE:
    case MADV_REMOVE:
    case MADV_DONTFORK:
    case MADV_WIPEONFORK:
    case ADVISE_DONTNEED_LOCKED:
    case ADVISE_GUARD_INSTALL: break;
    default: return false;
    }
    for (unsigned i = vma_lower(vmas, start); i < vmas->count && vmas->at[i].start < end; i++)
        if (vmas->at[i].sealed && !vmas->at[i].shared && !(vmas->at[i].prot & PROT_WRITE))
            return true;
    return false;
}

bool mm_takes_from_host(int advice)
{
    return advice == MADV_HWPOISON || advice == ADVISE_SOFT_OFFLINE;
}

void mm_after_advice(uint64_t addr, uint64_t size, int advice)
{
    switch (advice) {
    case MADV_DONTNEED:
    case MADV_REMOVE:
    case MADV_FREE:
    case ADVISE_DONTNEED_LOCKED:
    case ADVISE_GUARD_INSTALL: mm_forget_code(addr, addr + round_up(size, MM_PAGE)); break;
    default: break;
    }
}

int64_t mm_madvise(struct thread *t, uint64_t addr, uint64_t size, int advice)
{
    (void)t;
    if (addr & (MM_PAGE - 1) || (size && !round_up(size, MM_PAGE)))
        return -EINVAL;
    if (!mm_in_range(addr, size))
        return -ENOMEM;
    if (mm_takes_from_host(advice))
        return -EPERM;
    process_lock();
    if (breaks_seal(addr, addr + round_up(size, MM_PAGE), advice))
        return process_unlocked(-EPERM);
    process_unlock();
    int64_t r = result(madvise((void *)addr, size, advice));
    process_lock();
    if (r == 0 || r == -ENOMEM) // done except for holes
        tags_after_advice(addr, addr + round_up(size, MM_PAGE), advice);
    if (r == 0 && (advice == MADV_DONTFORK || advice == MADV_DOFORK))
        vma_keep_from_child(&process.mm.vmas, addr, addr + round_up(size, MM_PAGE),
                            advice == MADV_DONTFORK);
    mm_after_advice(addr, size, advice);
    return process_unlocked(r);
}

void mm_after_fork(void)
{
    struct vma_table *vmas = &process.mm.vmas;
    vmas->sharers = 0;
    for (unsigned i = 0; i < vmas->count; i++)
        if (vmas->at[i].unforked)
            mm_forget_code(vmas->at[i].start, vmas->at[i].end);
    vma_clear_unforked(vmas);
    uring_after_fork();
}

int64_t mm_mincore(struct thread *t, uint64_t addr, uint64_t size, uint64_t vec)
{
    (void)t;
    if (addr & (MM_PAGE - 1))
        return -EINVAL;
    if (!mm_in_range(addr, size))
        return -ENOMEM;
    return result(syscall(SYS_mincore, addr, size, vec));
}

int64_t mm_msync(struct thread *t, uint64_t addr, uint64_t size, int flags)
{
    size = round_up(size, MM_PAGE);
    bool there = mm_in_range(addr, size); // if not, the host looks at all but that
    int64_t r = host_syscall(t, SYS_msync, addr, there ? size : 0, (uint64_t)flags, 0, 0, 0);
    return r || there ? r : -ENOMEM;
}

// The range in whole pages, as the kernel makes it: a size close to the greatest becomes none.
// False if the guest has no such range.
static bool whole_pages(uint64_t *addr, uint64_t *size)
{
    *size = round_up(*size + *addr % MM_PAGE, MM_PAGE);
    *addr = round_down(*addr, MM_PAGE);
    return !*size || mm_in_range(*addr, *size);
}

int64_t mm_mlock(struct thread *t, uint64_t addr, uint64_t size, int flags)
{
    (void)t;
    if (flags & ~MLOCK_ONFAULT)
        return -EINVAL;
    if (!whole_pages(&addr, &size))
        return -ENOMEM;
    return result(flags ? syscall(SYS_mlock2, addr, size, flags) : syscall(SYS_mlock, addr, size));
}

int64_t mm_munlock(struct thread *t, uint64_t addr, uint64_t size)
{
    (void)t;
    if (!whole_pages(&addr, &size))
        return -ENOMEM;
    return result(syscall(SYS_munlock, addr, size));
}

// The host's mlockall would lock the emulator's own reserves too: lock what is the guest's.
int64_t mm_mlockall(struct thread *t, int flags)
{
    (void)t;
    struct mm *mm = &process.mm;
    if (!flags || flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) || flags == MCL_ONFAULT)
        return -EINVAL;
    for (unsigned i = 0; flags & MCL_CURRENT && i < mm->vmas.count; i++) {
        const struct vma *v = &mm->vmas.at[i];
        if (v->prot & ~GUEST_PROT_MTE && mlock((void *)v->start, v->end - v->start) < 0 &&
            errno != EAGAIN)
            return -errno;
    }
    mm->lock_future = flags & MCL_FUTURE;
    return 0;
}

int64_t mm_munlockall(struct thread *t)
{
    (void)t;
    struct mm *mm = &process.mm;
    mm->lock_future = false;
    for (unsigned i = 0; i < mm->vmas.count; i++)
        munlock((void *)mm->vmas.at[i].start, mm->vmas.at[i].end - mm->vmas.at[i].start);
    return 0;
}

int64_t mm_remap_file_pages(uint64_t addr, uint64_t size, uint64_t prot, uint64_t page,
                            uint64_t flags)
{
    addr = round_down(addr, MM_PAGE);
    size = round_down(size, MM_PAGE);
    if (!mm_in_range(addr, size))
        return -EINVAL;
    if (vma_any_sealed(&process.mm.vmas, addr, addr + size))
        return -EPERM;
    mm_forget_code(addr, addr + size);
    return result(syscall(SYS_remap_file_pages, addr, size, prot, page, flags));
}
