// SPDX-License-Identifier: MIT
// Descriptors: making, copying, configuring and closing them.
#include "base/log.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/sys.h"
#include "linux/sys/exec_self.h"
#include "linux/sys/lookup.h"
#include "linux/sys/procfs.h"
#include "linux/sys_abi.h"
#include "linux/sys_trace.h"
#include "linux/thread.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

uint32_t host_open_flags(uint32_t guest)
{
    uint32_t host = guest & ~(uint32_t)O_ARCH_BITS;
    host |= guest & GUEST_O_DIRECTORY ? HOST_O_DIRECTORY : 0;
    host |= guest & GUEST_O_NOFOLLOW ? HOST_O_NOFOLLOW : 0;
    host |= guest & GUEST_O_DIRECT ? HOST_O_DIRECT : 0;
    host |= guest & GUEST_O_LARGEFILE ? HOST_O_LARGEFILE : 0;
    return host;
}

uint32_t guest_open_flags(uint32_t host)
{
    uint32_t guest = host & ~(uint32_t)O_ARCH_BITS;
    guest |= host & HOST_O_DIRECTORY ? GUEST_O_DIRECTORY : 0;
    guest |= host & HOST_O_NOFOLLOW ? GUEST_O_NOFOLLOW : 0;
    guest |= host & HOST_O_DIRECT ? GUEST_O_DIRECT : 0;
    guest |= host & HOST_O_LARGEFILE ? GUEST_O_LARGEFILE : 0;
    return guest;
}

// Whether open flags make a file where there is none.
static bool creates(uint64_t flags)
{
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

// The path of an open: what exists is looked up in the sysroot, what is created belongs to the
// host.
static int64_t lookup_open(struct lookup *l, uint64_t addr, uint32_t host_flags)
{
    return creates(host_flags) ? lookup_new(l, addr)
                               : lookup_path(l, addr, !(host_flags & HOST_O_NOFOLLOW));
}

SYSCALL4(56, openat, fd, dirfd, dir, path, path, oflags, flags, openmode, mode)
{
    struct lookup l;
    uint32_t host = host_open_flags(flags);
    int64_t err = lookup_open(&l, path, host);
    if (err)
        return err;
    return procfs_opened(host_call_blocking(t, SYS_openat, dir, l.path, host, mode), l.guest, host);
}

SYSCALL4(437, openat2, fd, dirfd, dir, path, path, ptr, how, size, size)
{
    struct lookup l;
    struct open_how h;
    if (size < sizeof h)
        return -EINVAL;
    int64_t err = guest_read_longer(&h, sizeof h, how, size);
    if (err)
        return err;
    h.flags = (h.flags & ~UINT64_C(0xffffffff)) | host_open_flags((uint32_t)h.flags);
    // A lookup that must stay beneath `dir` is not the sysroot's.
    err = h.resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)
              ? lookup_new(&l, path)
              : lookup_open(&l, path, (uint32_t)h.flags);
    if (err)
        return err;
    return procfs_opened(host_call_blocking(t, SYS_openat2, dir, l.path, &h, sizeof h), l.guest,
                         (unsigned)h.flags);
}

unsigned sys_next_own(unsigned from)
{
    const int own[] = {log_fd(), trace_fd(), process.exe_fd, exec_self_fd()};
    unsigned next = UINT_MAX;
    for (unsigned i = 0; i < ARRAY_LEN(own); i++)
        if (own[i] >= 0 && (unsigned)own[i] >= from && (unsigned)own[i] < next)
            next = (unsigned)own[i];
    return next;
}

bool sys_is_own(int fd)
{
    return fd > STDERR_FILENO && sys_next_own((unsigned)fd) == (unsigned)fd;
}

void sys_hide_own(void)
{
    if (sys_next_own(0) != UINT_MAX)
        sys_judge_all(thread_self, JUDGED_OWN);
}

SYSCALL1(57, close, int, fd, fd)
{
    return host_call(SYS_close, fd);
}

SYSCALL3(436, close_range, int, uint, first, uint, last, uint, flags)
{
    for (;;) {
        unsigned own = sys_next_own(first);
        if (own > last || own == UINT_MAX)
            return host_call(SYS_close_range, first, last, flags);
        int64_t err = own > first ? host_call(SYS_close_range, first, own - 1, flags) : 0;
        if (err || own == last)
            return err;
        first = own + 1;
    }
}

SYSCALL1(23, dup, fd, fd, fd)
{
    return host_call(SYS_dup, fd);
}

SYSCALL3(24, dup3, fd, fd, from, fd, to, fdflags, flags)
{
    return host_call(SYS_dup3, from, to, host_open_flags(flags));
}

SYSCALL2(59, pipe2, int, out_fds, fds, fdflags, flags)
{
    return host_call(SYS_pipe2, fds, host_open_flags(flags));
}

SYSCALL3(25, fcntl, int, fd, fd, fcntlcmd, cmd, fcntlarg, arg)
{
    int64_t ret;
    switch (cmd) {
    case F_GETFL:
        ret = host_call(SYS_fcntl, fd, cmd, arg);
        return ret < 0 ? ret : (int64_t)guest_open_flags((uint32_t)ret);
    case F_SETFL: return host_call(SYS_fcntl, fd, cmd, host_open_flags((uint32_t)arg));
    case F_SETLKW:
    case F_OFD_SETLKW: return host_call_blocking(t, SYS_fcntl, fd, cmd, host_pointer(arg));
    default: return host_call(SYS_fcntl, fd, cmd, host_pointer(arg));
    }
}

SYSCALL2(32, flock, int, fd, fd, lockop, operation)
{
    return host_call_blocking(t, SYS_flock, fd, operation);
}

SYSCALL2(279, memfd_create, fd, str, name, memfdflags, flags)
{
    return host_call(SYS_memfd_create, name, flags);
}

SYSCALL2(19, eventfd2, fd, uint, initial, fdflags, flags)
{
    return host_call(SYS_eventfd2, initial, flags);
}

SYSCALL4(74, signalfd4, fd, fd, fd, in_sigset, set, size, size, fdflags, flags)
{
    return host_call(SYS_signalfd4, fd, set, size, flags);
}

SYSCALL1(26, inotify_init1, fd, fdflags, flags)
{
    return host_call(SYS_inotify_init1, flags);
}

SYSCALL3(27, inotify_add_watch, int, fd, fd, path, path, hex, mask)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, true);
    return err ? err : host_call(SYS_inotify_add_watch, fd, l.path, mask);
}

SYSCALL2(28, inotify_rm_watch, int, fd, fd, int, watch)
{
    return host_call(SYS_inotify_rm_watch, fd, watch);
}

SYSCALL5(264, name_to_handle_at, int, dirfd, dir, path, path, ptr, handle, ptr, mount_id, atflags,
         flags)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, flags & AT_SYMLINK_FOLLOW);
    return err ? err : host_call(SYS_name_to_handle_at, dir, l.path, handle, mount_id, flags);
}

SYSCALL3(265, open_by_handle_at, fd, fd, mount, ptr, handle, oflags, flags)
{
    return host_call(SYS_open_by_handle_at, mount, handle, host_open_flags(flags));
}
