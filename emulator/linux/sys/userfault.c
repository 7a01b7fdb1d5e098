// SPDX-License-Identifier: MIT
// userfaultfd: the host's kernel stops who touches a page until the guest has given it contents. It
// makes no difference to it whether the guest's code, a system call, or the emulator touches: the
// emulator does so outside of its locks, with the one exception of code, which is read with the
// engine's. So ranges of code are not to be had.
//
// Nor are events of the address space (a fork, munmap ...): who causes one waits until it is read,
// and would have the lock of the table of mappings meanwhile. The guest is told that the kernel
// does not have these, as kernels before 4.11 had not.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/sys.h"
#include "linux/sys/ioctl.h"
#include "linux/thread.h"
#include "linux/vma.h"

#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>

SYSCALL1(282, userfaultfd, fd, fdflags, flags)
{
    guest_pages_are_brought();
    return host_call(SYS_userfaultfd, flags);
}

// The same from a device.
int64_t userfault_new(struct thread *t, int fd, unsigned cmd, uint64_t arg)
{
    guest_pages_are_brought();
    return host_call_blocking(t, SYS_ioctl, fd, cmd, host_pointer(arg));
}

#define EVENTS                                                                                  \
    (uint64_t)(UFFD_FEATURE_EVENT_FORK | UFFD_FEATURE_EVENT_REMAP | UFFD_FEATURE_EVENT_REMOVE | \
               UFFD_FEATURE_EVENT_UNMAP)

int64_t userfault_api(struct thread *t, int fd, unsigned cmd, uint64_t arg)
{
    struct uffdio_api api;
    if (!guest_read(&api, arg, sizeof api))
        return host_call_blocking(t, SYS_ioctl, fd, cmd, host_pointer(arg));
    if (api.features & EVENTS)
        api.features = ~UINT64_C(0); // which no kernel has
    int64_t r = host_call_blocking(t, SYS_ioctl, fd, cmd, &api);
    api.features &= ~EVENTS;
    if (r < 0 && r != -EINVAL) // in which case the kernel gives back zeros
        return r;
    return guest_write(arg, &api, sizeof api) ? r : -EFAULT;
}

// Moves a range that is not the guest's to where nothing is.
static void keep_within_guest(uint64_t *start, uint64_t size)
{
    *start = host_pointer(*start);
    if (*start < MM_LIMIT && size > MM_LIMIT - *start)
        *start = GUEST_NOWHERE;
}

static bool has_code(uint64_t start, uint64_t size)
{
    process_lock();
    bool has = vma_any_exec(&process.mm.vmas, start, start + size);
    process_unlock();
    return has;
}

// What these commands are given: one or two addresses, the length of what is there, and more.
enum { COPY_MOST = 5 };
_Static_assert(sizeof(struct uffdio_copy) == COPY_MOST * 8, "the longest of them");

int64_t userfault_range(struct thread *t, int fd, unsigned cmd, uint64_t arg)
{
    uint64_t was[COPY_MOST], is[COPY_MOST];
    size_t size = _IOC_SIZE(cmd), last = size / 8 - 1;
    // The longest are those with two addresses: UFFDIO_COPY, UFFDIO_MOVE.
    size_t addresses = size == sizeof was ? 2 : 1;
    if (!guest_read(was, arg, size))
        return host_call_blocking(t, SYS_ioctl, fd, cmd, host_pointer(arg));
    memcpy(is, was, size);
    for (size_t i = 0; i < addresses; i++)
        keep_within_guest(&is[i], is[addresses]);
    if (cmd == UFFDIO_REGISTER && is[0] < GUEST_NOWHERE && has_code(is[0], is[1]))
        return -EINVAL;
    int64_t r = host_call_blocking(t, SYS_ioctl, fd, cmd, is);
    // The kernel's answer is the last word, also where it has done only a part.
    if (is[last] != was[last] && last >= addresses && !guest_write64(arg + last * 8, is[last]))
        return -EFAULT;
    return r;
}
