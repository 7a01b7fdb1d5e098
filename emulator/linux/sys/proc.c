// SPDX-License-Identifier: MIT
// Processes: making them, waiting for them, ending, tracing.
#include "linux/clone.h"
#include "linux/core_left.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/ptracer.h"
#include "linux/sys.h"
#include "linux/sys/procfs.h"
#include "linux/thread.h"

#include <linux/kcmp.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

SYSCALL1(93, exit, none, int, status)
{
    thread_exit(t, status);
}

SYSCALL1(94, exit_group, none, int, status)
{
    thread_exit_group(t, status);
}

SYSCALL5(220, clone, pid, cloneflags, flags, addr, stack, addr, parent_tid, kept, tls, addr,
         child_tid)
{
    struct clone_wish w = {
        .flags = (uint32_t)flags & ~(uint64_t)CSIGNAL,
        .exit_signal = flags & CSIGNAL,
        .stack = stack,
        .parent_tid = parent_tid,
        .tls = tls,
        .child_tid = child_tid,
        .pidfd = parent_tid,
    };
    if (w.flags & CLONE_PIDFD && w.flags & CLONE_PARENT_SETTID) // they would share a place
        return -EINVAL;
    return thread_clone(t, &w);
}

// Version 2 of the kernel's struct clone_args; versions 0 and 1 end earlier.
struct clone3_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    uint64_t set_tid, set_tid_size, cgroup;
};
enum { CLONE3_SIZE_VER0 = 64, CLONE3_SIZE_VER2 = sizeof(struct clone3_args), MAX_PID_LEVEL = 32 };

static bool valid_clone3(const struct clone3_args *a, uint64_t size)
{
    const uint64_t all = UINT32_MAX | WISH_CLEAR_SIGHAND | WISH_INTO_CGROUP;
    if (a->set_tid_size > MAX_PID_LEVEL || !a->set_tid != !a->set_tid_size)
        return false;
    if (a->exit_signal > 64 || (a->flags & (CLONE_THREAD | CLONE_PARENT) && a->exit_signal))
        return false;
    if (a->flags & WISH_INTO_CGROUP && (a->cgroup > INT32_MAX || size < CLONE3_SIZE_VER2))
        return false;
    if (a->flags & ~all || a->flags & (CLONE_DETACHED | (CSIGNAL & ~WISH_NEWTIME)))
        return false;
    if (a->flags & CLONE_PIDFD && a->flags & CLONE_PARENT_SETTID && a->pidfd == a->parent_tid)
        return false;
    return !a->stack == !a->stack_size;
}

SYSCALL2(435, clone3, pid, addr, args, size, size)
{
    struct clone3_args a;
    if (size < CLONE3_SIZE_VER0)
        return -EINVAL;
    int64_t r = guest_read_longer(&a, sizeof a, args, size);
    if (r < 0)
        return r;
    if (!valid_clone3(&a, size))
        return -EINVAL;
    struct clone_wish w = {
        .flags = a.flags,
        .exit_signal = a.exit_signal,
        .stack = a.stack + a.stack_size,
        .parent_tid = a.parent_tid,
        .tls = a.tls,
        .child_tid = a.child_tid,
        .pidfd = host_pointer(a.pidfd),
        .set_tid = host_pointer(a.set_tid),
        .set_tid_size = a.set_tid_size,
        .cgroup = a.cgroup,
    };
    return thread_clone(t, &w);
}

// Whom wait4 means by `pid`, in waitid's words.
static idtype_t which_of(int pid)
{
    return pid > 0 ? P_PID : pid == -1 ? P_ALL : P_PGID;
}

static int number_of(int pid)
{
    return pid > 0 ? pid : pid ? -pid : getpgrp();
}

// Waits for what *info then tells of, in waitid's form; the child is still there, so that it can be
// seen whether it has left a core file.
static int64_t look_first(struct thread *t, int which, int id, siginfo_t *info, int options)
{
    *info = (siginfo_t){0};
    int64_t r = host_call_blocking(t, SYS_waitid, which, id, info, options | WNOWAIT, NULL);
    if (r == 0 && info->si_pid)
        core_left_tell(info);
    return r;
}

enum { CORE_DUMPED = 0x80 }; // WCOREDUMP

SYSCALL4(260, wait4, pid, pid, pid, out_wstatus, status, waitflags, options, ptr, usage)
{
    static const int known = WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL;
    struct rusage used;
    siginfo_t info;
    int told = 0;
    int64_t r;
    if (options & ~known)
        return -EINVAL;
    if (pid == INT32_MIN)
        return -ESRCH;
    do {
        r = look_first(t, which_of(pid), number_of(pid), &info, options | WEXITED);
        if (r < 0 || !info.si_pid)
            return r;
        r = host_call(SYS_wait4, info.si_pid, &told, options | WNOHANG, usage ? &used : NULL);
        // Not there any more, or not so: another thread has waited for it.
    } while (r == 0 || r == -ECHILD || (r > 0 && !ptracer_waited((int)r, &told)));
    if (r < 0)
        return r;
    if (info.si_code == CLD_DUMPED && WIFSIGNALED(told))
        told |= CORE_DUMPED;
    if (status && !guest_write32(status, (uint32_t)told))
        return -EFAULT;
    return usage && !guest_write(usage, &used, sizeof used) ? -EFAULT : r;
}

// As wait4 has it.
static int status_of(const siginfo_t *info)
{
    switch (info->si_code) {
    case CLD_STOPPED:
    case CLD_TRAPPED: return info->si_status << 8 | 0x7f;
    case CLD_CONTINUED: return 0xffff;
    case CLD_EXITED: return (info->si_status & 0xff) << 8;
    default: return info->si_status & 0x7f;
    }
}

static bool shown(siginfo_t *info)
{
    int status = status_of(info);
    if (!ptracer_waited(info->si_pid, &status))
        return false;
    if (info->si_code == CLD_STOPPED || info->si_code == CLD_TRAPPED)
        info->si_status = status >> 8;
    return true;
}

// The kernel writes these members, and nothing else.
static bool put_info(uint64_t to, const siginfo_t *info)
{
    siginfo_t theirs;
    if (!guest_read(&theirs, to, sizeof theirs))
        return false;
    theirs.si_signo = info->si_signo;
    theirs.si_errno = info->si_errno;
    theirs.si_code = info->si_code;
    theirs.si_pid = info->si_pid;
    theirs.si_uid = info->si_uid;
    theirs.si_status = info->si_status;
    return guest_write(to, &theirs, sizeof theirs);
}

SYSCALL5(95, waitid, int, idtype, which, pid, pid, out_siginfo, info, waitflags, options, ptr,
         usage)
{
    struct rusage used;
    siginfo_t told;
    int64_t r;
    do {
        r = look_first(t, which, pid, &told, options);
        if (r < 0 || !told.si_pid)
            break;
        const siginfo_t seen = told;
        told = (siginfo_t){0};
        r = host_call(SYS_waitid, P_PID, seen.si_pid, &told, options | WNOHANG,
                      usage ? &used : NULL);
        if (told.si_code == CLD_KILLED)
            told.si_code = seen.si_code;
    } while (r == -ECHILD || (r == 0 && (!told.si_pid || !shown(&told))));
    if (signal_is_restart(r))
        return r;
    if (usage && told.si_pid && !guest_write(usage, &used, sizeof used))
        return -EFAULT;
    return info && !put_info(info, &told) ? -EFAULT : r;
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

// Another process's addresses are its host addresses too; a guest's end where this one's do.
static uint64_t remote_copy(struct vectors *v, int pid, uint64_t remote, uint64_t count)
{
    return procfs_is_guest(pid) ? vectors_copy(v, remote, count) : remote;
}

SYSCALL6(270, process_vm_readv, ssize, pid, pid, in_iovec, local, ulong, local_count, ptr, remote,
         ulong, remote_count, hex, flags)
{
    struct vectors l, r;
    return host_call(SYS_process_vm_readv, pid, vectors_copy(&l, local, local_count), local_count,
                     remote_copy(&r, pid, remote, remote_count), remote_count, flags);
}

SYSCALL6(271, process_vm_writev, ssize, pid, pid, in_iovec, local, ulong, local_count, ptr, remote,
         ulong, remote_count, hex, flags)
{
    struct vectors l, r;
    return host_call(SYS_process_vm_writev, pid, vectors_copy(&l, local, local_count), local_count,
                     remote_copy(&r, pid, remote, remote_count), remote_count, flags);
}

SYSCALL5(272, kcmp, int, pid, pid1, pid, pid2, int, type, hex, index1, hex, index2)
{
    return host_call(SYS_kcmp, pid1, pid2, type, index1,
                     type == KCMP_EPOLL_TFD ? host_pointer(index2) : index2);
}

SYSCALL4(117, ptrace, long, ptracereq, request, pid, pid, hex, addr, hex, data)
{
    return ptracer_request(t, request, pid, addr, data);
}

SYS_REFUSE(280, bpf, ENOSYS, "programs in the host's kernel see the host's registers and calls");
