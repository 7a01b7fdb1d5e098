// SPDX-License-Identifier: MIT
// Signals: the rows of linux/signal.h, and those the host does alone, since numbers and siginfo are
// the same.
#include "linux/signal.h"

#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/signal_host.h"
#include "linux/sys.h"
#include "linux/thread.h"

#include <unistd.h>

SYSCALL4(134, rt_sigaction, int, signal, sig, in_sigaction, action, out_sigaction, old, size,
         set_size)
{
    return signal_sigaction(t, sig, action, old, set_size);
}

SYSCALL4(135, rt_sigprocmask, int, sighow, how, in_sigset, set, out_sigset, old, size, set_size)
{
    return signal_sigprocmask(t, how, set, old, set_size);
}

SYSCALL2(136, rt_sigpending, int, out_sigset, set, size, set_size)
{
    return signal_sigpending(t, set, set_size);
}

SYSCALL2(133, rt_sigsuspend, int, in_sigset, set, size, set_size)
{
    return signal_sigsuspend(t, set, set_size);
}

SYSCALL4(137, rt_sigtimedwait, int, in_sigset, set, out_siginfo, info, in_timespec, timeout, size,
         set_size)
{
    return signal_sigtimedwait(t, set, info, timeout, set_size);
}

SYSCALL2(132, sigaltstack, int, in_stack, stack, out_stack, old)
{
    return signal_sigaltstack(t, stack, old);
}

SYSCALL0(139, rt_sigreturn, none)
{
    return signal_sigreturn(t);
}

// The host blocks a fault signal in no thread, and so would give one that is for the whole process
// to the first. The thread that is to have it instead; 0 if the host is to choose.
static int taker(int pid, int sig)
{
    if (likely(!host_is_fault(sig)) || pid != process.pid || pid != (int)host_call(SYS_getpid))
        return 0;
    return signal_taker(sig);
}

// Sends `sig` to thread t, whose it is. False if the host is to do that.
static bool send_self(struct thread *t, int pid, int sig, int code)
{
    if (sig < 1 || sig > 64 || pid != process.pid || thread_is_neighbour())
        return false;
    siginfo_t info = {.si_signo = sig, .si_code = code};
    info.si_pid = pid;
    info.si_uid = (uid_t)host_call(SYS_getuid);
    return signal_send_self(t, &info);
}

SYSCALL2(129, kill, int, pid, pid, signal, sig)
{
    if (thread_is_alone() && send_self(t, pid, sig, SI_USER))
        return 0;
    int tid = taker(pid, sig);
    if (!tid)
        return host_call(SYS_kill, pid, sig);
    return host_kill_thread(pid, tid, sig);
}

SYSCALL2(130, tkill, int, pid, tid, signal, sig)
{
    if (tid == t->tid && send_self(t, process.pid, sig, SI_TKILL))
        return 0;
    return host_call(SYS_tkill, tid, sig);
}

SYSCALL3(131, tgkill, int, pid, tgid, pid, tid, signal, sig)
{
    if (tid == t->tid && send_self(t, tgid, sig, SI_TKILL))
        return 0;
    return host_call(SYS_tgkill, tgid, tid, sig);
}

// A program that sends itself a fault, as crash reporters do, must not be taken for one that has
// it. False if this is something else.
static bool send_fault(struct thread *t, int sig, uint64_t info)
{
    siginfo_t own;
    if (!host_is_fault(sig) || !guest_read(&own, info, sizeof own) || own.si_code <= 0)
        return false;
    own.si_signo = sig;
    signal_send(t, &own);
    return true;
}

SYSCALL3(138, rt_sigqueueinfo, int, pid, tgid, signal, sig, addr, info)
{
    if (tgid == getpid() && send_fault(t, sig, info))
        return 0;
    int tid = taker(tgid, sig);
    return tid ? host_call(SYS_rt_tgsigqueueinfo, tgid, tid, sig, info)
               : host_call(SYS_rt_sigqueueinfo, tgid, sig, info);
}

SYSCALL4(240, rt_tgsigqueueinfo, int, pid, tgid, pid, tid, signal, sig, addr, info)
{
    if (tgid == getpid() && tid == t->tid && send_fault(t, sig, info))
        return 0;
    siginfo_t own;
    if (host_is_fault(sig) && tgid == getpid() && guest_read(&own, info, sizeof own))
        return host_queue_to_thread(tgid, tid, sig, &own);
    return host_call(SYS_rt_tgsigqueueinfo, tgid, tid, sig, info);
}

SYSCALL3(103, setitimer, int, int, which, in_itimerval, value, out_itimerval, old)
{
    return host_call(SYS_setitimer, which, value, old);
}

SYSCALL2(102, getitimer, int, int, which, out_itimerval, value)
{
    return host_call(SYS_getitimer, which, value);
}

// Calls are made again as they were: there is never one that waits to be resumed.
SYSCALL0(128, restart_syscall, long)
{
    return -EINTR;
}
