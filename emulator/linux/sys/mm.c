// SPDX-License-Identifier: MIT
// Memory: the rows of linux/mm.h.
#include "linux/mm.h"

#include "linux/lock.h"
#include "linux/sys.h"
#include "linux/thread.h"

SYSCALL1(214, brk, addr, addr, addr)
{
    process_lock();
    return process_unlocked(mm_brk(t, addr));
}

SYSCALL6(222, mmap, addr, addr, addr, size, size, prot, prot, mapflags, flags, fd, fd, hex, offset)
{
    process_lock();
    return process_unlocked(mm_mmap(t, addr, size, (int)prot, (int)flags, fd, offset));
}

SYSCALL2(215, munmap, int, addr, addr, size, size)
{
    process_lock();
    return process_unlocked(mm_munmap(t, addr, size));
}

SYSCALL3(226, mprotect, int, addr, addr, size, size, prot, prot)
{
    process_lock();
    return process_unlocked(mm_mprotect(t, addr, size, prot <= INT32_MAX ? (int)prot : INT32_MIN));
}

SYSCALL5(216, mremap, addr, addr, old, size, old_size, size, new_size, mremapflags, flags, addr, to)
{
    process_lock();
    return process_unlocked(mm_mremap(t, old, old_size, new_size, (int)flags, to));
}

SYSCALL3(233, madvise, int, addr, addr, size, size, advice, advice)
{
    return mm_madvise(t, addr, size, (int)advice);
}

SYSCALL3(232, mincore, int, addr, addr, size, size, addr, vec)
{
    return mm_mincore(t, addr, size, vec);
}

SYSCALL3(227, msync, int, addr, addr, size, size, msyncflags, flags)
{
    return mm_msync(t, addr, size, flags);
}

SYSCALL2(228, mlock, int, addr, addr, size, size)
{
    return mm_mlock(t, addr, size, 0);
}

SYSCALL3(284, mlock2, int, addr, addr, size, size, hex, flags)
{
    return mm_mlock(t, addr, size, (int)flags);
}

SYSCALL2(229, munlock, int, addr, addr, size, size)
{
    return mm_munlock(t, addr, size);
}

SYSCALL1(230, mlockall, int, hex, flags)
{
    process_lock();
    return process_unlocked(mm_mlockall(t, (int)flags));
}

SYSCALL0(231, munlockall, int)
{
    process_lock();
    return process_unlocked(mm_munlockall(t));
}

SYSCALL3(462, mseal, int, addr, addr, size, size, hex, flags)
{
    if (flags)
        return -EINVAL;
    process_lock();
    return process_unlocked(mm_mseal(t, addr, size));
}

SYSCALL5(234, remap_file_pages, int, addr, addr, size, size, hex, prot, ulong, page, hex, flags)
{
    process_lock();
    return process_unlocked(mm_remap_file_pages(addr, size, prot, page, flags));
}

// Facilities of the machine or of the kernel's own tables that stay beyond an emulator.
SYS_REFUSE(288, pkey_mprotect, ENOSYS, "no protection keys (FEAT_S1POE)");
SYS_REFUSE(289, pkey_alloc, ENOSYS, "no protection keys (FEAT_S1POE)");
SYS_REFUSE(290, pkey_free, ENOSYS, "no protection keys (FEAT_S1POE)");
SYS_REFUSE(447, memfd_secret, ENOSYS,
           "memory that the kernel does not read cannot be handed to it");
SYS_REFUSE(453, map_shadow_stack, EOPNOTSUPP, "no guarded control stack (FEAT_GCS)");
