// SPDX-License-Identifier: MIT
// Processes: making them, waiting for them, ending.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/sys.h"
#include "linux/thread.h"

#include <sched.h>
#include <unistd.h>

SYSCALL1(93, exit, none, int, status)
{
    thread_exit(t, status);
}

SYSCALL1(94, exit_group, none, int, status)
{
    thread_exit_group(t, status);
}

SYSCALL5(220, clone, pid, cloneflags, flags, addr, stack, addr, parent_tid, addr, tls, addr,
         child_tid)
{
    return thread_clone(t, flags, stack, parent_tid, tls, child_tid);
}

// Version 2 of the kernel's struct clone_args.
struct clone3_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    uint64_t set_tid, set_tid_size, cgroup;
};
enum { CLONE3_SIZE_VER0 = 64 };

SYSCALL2(435, clone3, pid, addr, args, size, size)
{
    struct clone3_args a = {0};
    if (size < CLONE3_SIZE_VER0)
        return -EINVAL;
    if (size > sizeof a)
        return -E2BIG;
    if (!guest_read(&a, args, size))
        return -EFAULT;
    if (a.exit_signal & ~(uint64_t)CSIGNAL || a.flags & (CLONE_DETACHED | CSIGNAL) ||
        !a.stack != !a.stack_size)
        return -EINVAL;
    // What clone cannot say is for callers that can do without.
    if (a.set_tid_size || a.flags >> 32 || a.flags & CLONE_PIDFD)
        return -ENOSYS;
    return thread_clone(t, a.flags | a.exit_signal, a.stack + a.stack_size, a.parent_tid, a.tls,
                        a.child_tid);
}

SYSCALL4(260, wait4, pid, pid, pid, out_wstatus, status, waitflags, options, ptr, usage)
{
    return host_call_blocking(t, SYS_wait4, pid, status, options, usage);
}

SYSCALL5(95, waitid, int, int, which, pid, pid, out_siginfo, info, waitflags, options, ptr, usage)
{
    return host_call_blocking(t, SYS_waitid, which, pid, info, options, usage);
}

SYSCALL2(434, pidfd_open, fd, pid, pid, hex, flags)
{
    return host_call(SYS_pidfd_open, pid, flags);
}

SYSCALL4(424, pidfd_send_signal, int, fd, fd, signal, signal, ptr, info, hex, flags)
{
    return host_call(SYS_pidfd_send_signal, fd, signal, info, flags);
}

SYSCALL3(438, pidfd_getfd, fd, fd, fd, fd, target, hex, flags)
{
    return host_call(SYS_pidfd_getfd, fd, target, flags);
}

// Another process's addresses are its host addresses too.
SYSCALL6(270, process_vm_readv, ssize, pid, pid, in_iovec, local, ulong, local_count, ptr, remote,
         ulong, remote_count, hex, flags)
{
    return host_call(SYS_process_vm_readv, pid, local, local_count, remote, remote_count, flags);
}

SYSCALL6(271, process_vm_writev, ssize, pid, pid, in_iovec, local, ulong, local_count, ptr, remote,
         ulong, remote_count, hex, flags)
{
    return host_call(SYS_process_vm_writev, pid, local, local_count, remote, remote_count, flags);
}

SYSCALL5(272, kcmp, int, pid, pid1, pid, pid2, int, type, hex, index1, hex, index2)
{
    return host_call(SYS_kcmp, pid1, pid2, type, index1, index2);
}

SYS_REFUSE(117, ptrace, EPERM, "the registers of an emulated process are not the host's");
