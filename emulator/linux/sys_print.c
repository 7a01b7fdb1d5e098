// SPDX-License-Identifier: MIT
// How the trace shows arguments that are values.
#include "linux/sys_abi.h"
#include "linux/sys_internal.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/prctl.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define C(id)              \
    {                      \
        (uint64_t) id, #id \
    }
#define G(id)                      \
    {                              \
        (uint64_t) GUEST_##id, #id \
    }
#define CONST(t, v)       line_const(l, t, ARRAY_LEN(t), (uint64_t)(v))
#define FLAGS(t, v, zero) line_flags(l, t, ARRAY_LEN(t), (uint64_t)(v), zero)
#define PRINTER(id)                                                           \
    void print_##id(MAYBE_UNUSED struct sys_line *l, MAYBE_UNUSED uint64_t v, \
                    MAYBE_UNUSED const struct sys_seen *s)

void line_const(struct sys_line *l, const struct sys_const *c, size_t n, uint64_t v)
{
    for (size_t i = 0; i < n; i++)
        if (c[i].value == v) {
            line_printf(l, "%s", c[i].name);
            return;
        }
    if ((int64_t)v < 0 || v < 4096)
        line_printf(l, "%lld", (long long)v);
    else
        line_printf(l, "%#llx", (unsigned long long)v);
}

void line_flags(struct sys_line *l, const struct sys_const *c, size_t n, uint64_t v,
                const char *zero)
{
    const char *bar = "";
    if (!v)
        line_printf(l, "%s", zero);
    for (size_t i = 0; i < n; i++)
        if ((v & c[i].value) == c[i].value) {
            line_printf(l, "%s%s", bar, c[i].name);
            v &= ~c[i].value;
            bar = "|";
        }
    if (v)
        line_printf(l, "%s%#llx", bar, (unsigned long long)v);
}

PRINTER(dec)
{
    line_printf(l, "%d", (int)v);
}
PRINTER(udec)
{
    line_printf(l, "%u", (unsigned)v);
}
PRINTER(long)
{
    line_printf(l, "%lld", (long long)v);
}
PRINTER(ulong)
{
    line_printf(l, "%llu", (unsigned long long)v);
}
PRINTER(hex)
{
    line_printf(l, "%#llx", (unsigned long long)v);
}
PRINTER(octal)
{
    line_printf(l, "0%o", (unsigned)v & 07777777);
}

PRINTER(openmode)
{
    uint64_t flags = s->index ? s->args[s->index - 1] : 0;
    if (flags & (O_CREAT | 020000000))
        print_octal(l, v, s);
}

PRINTER(addr)
{
    if (v)
        line_printf(l, "%#llx", (unsigned long long)v);
    else
        line_printf(l, "NULL");
}

PRINTER(dirfd)
{
    if ((int)v == AT_FDCWD)
        line_printf(l, "AT_FDCWD");
    else
        line_printf(l, "%d", (int)v);
}

PRINTER(fdflags)
{
    static const struct sys_const bits[] = {
        C(O_CREAT),     C(O_EXCL),     C(O_NOCTTY),    C(O_TRUNC),
        C(O_APPEND),    C(O_NONBLOCK), C(O_SYNC),      C(O_DSYNC),
        C(O_ASYNC),     G(O_DIRECT),   G(O_LARGEFILE), {020000000 | GUEST_O_DIRECTORY, "O_TMPFILE"},
        G(O_DIRECTORY), G(O_NOFOLLOW), C(O_NOATIME),   C(O_CLOEXEC),
        C(O_PATH),
    };
    FLAGS(bits, (uint32_t)v, "0");
}

PRINTER(oflags)
{
    static const struct sys_const mode[] = {C(O_RDONLY), C(O_WRONLY), C(O_RDWR), {3, "O_ACCMODE"}};
    CONST(mode, v & 3);
    if ((uint32_t)v & ~3u) {
        line_printf(l, "|");
        print_fdflags(l, v & ~UINT64_C(3), s);
    }
}

PRINTER(atflags)
{
    static const struct sys_const bits[] = {
        C(AT_SYMLINK_NOFOLLOW), C(AT_REMOVEDIR),        C(AT_SYMLINK_FOLLOW), C(AT_NO_AUTOMOUNT),
        C(AT_EMPTY_PATH),       C(AT_STATX_FORCE_SYNC), C(AT_STATX_DONT_SYNC)};
    FLAGS(bits, (uint32_t)v, "0");
}

PRINTER(accmode)
{
    static const struct sys_const bits[] = {C(R_OK), C(W_OK), C(X_OK)};
    FLAGS(bits, (uint32_t)v, "F_OK");
}

PRINTER(whence)
{
    static const struct sys_const c[] = {C(SEEK_SET), C(SEEK_CUR), C(SEEK_END), C(SEEK_DATA),
                                         C(SEEK_HOLE)};
    CONST(c, (int)v);
}

PRINTER(prot)
{
    static const struct sys_const bits[] = {
        C(PROT_READ),       C(PROT_WRITE),     C(PROT_EXEC),   {0x10, "PROT_BTI"},
        {0x20, "PROT_MTE"}, C(PROT_GROWSDOWN), C(PROT_GROWSUP)};
    FLAGS(bits, (uint32_t)v, "PROT_NONE");
}

PRINTER(mapflags)
{
    static const struct sys_const bits[] = {
        C(MAP_SHARED_VALIDATE), C(MAP_SHARED),    C(MAP_PRIVATE),   C(MAP_FIXED_NOREPLACE),
        C(MAP_FIXED),           C(MAP_ANONYMOUS), C(MAP_GROWSDOWN), C(MAP_DENYWRITE),
        C(MAP_LOCKED),          C(MAP_NORESERVE), C(MAP_POPULATE),  C(MAP_NONBLOCK),
        C(MAP_STACK),           C(MAP_HUGETLB),   C(MAP_SYNC)};
    FLAGS(bits, (uint32_t)v, "0");
}

PRINTER(mremapflags)
{
    static const struct sys_const bits[] = {C(MREMAP_MAYMOVE), C(MREMAP_FIXED),
                                            C(MREMAP_DONTUNMAP)};
    FLAGS(bits, (uint32_t)v, "0");
}

PRINTER(advice)
{
    static const struct sys_const c[] = {C(MADV_NORMAL),     C(MADV_RANDOM),   C(MADV_SEQUENTIAL),
                                         C(MADV_WILLNEED),   C(MADV_DONTNEED), C(MADV_FREE),
                                         C(MADV_REMOVE),     C(MADV_DONTFORK), C(MADV_DOFORK),
                                         C(MADV_MERGEABLE),  C(MADV_HUGEPAGE), C(MADV_NOHUGEPAGE),
                                         C(MADV_DONTDUMP),   C(MADV_DODUMP),   C(MADV_WIPEONFORK),
                                         C(MADV_KEEPONFORK), C(MADV_COLD),     C(MADV_PAGEOUT)};
    CONST(c, (int)v);
}

PRINTER(fcntlcmd)
{
    static const struct sys_const c[] = {
        C(F_DUPFD),         C(F_GETFD),      C(F_SETFD),      C(F_GETFL),     C(F_SETFL),
        C(F_GETLK),         C(F_SETLK),      C(F_SETLKW),     C(F_SETOWN),    C(F_GETOWN),
        C(F_SETSIG),        C(F_GETSIG),     C(F_SETOWN_EX),  C(F_GETOWN_EX), C(F_OFD_GETLK),
        C(F_OFD_SETLK),     C(F_OFD_SETLKW), C(F_SETLEASE),   C(F_GETLEASE),  C(F_NOTIFY),
        C(F_DUPFD_CLOEXEC), C(F_SETPIPE_SZ), C(F_GETPIPE_SZ), C(F_ADD_SEALS), C(F_GET_SEALS)};
    CONST(c, (int)v);
}

PRINTER(fcntlarg)
{
    switch ((int)s->args[s->index - 1]) {
    case F_GETFD:
    case F_GETFL:
    case F_GETOWN:
    case F_GETSIG:
    case F_GETLEASE:
    case F_GETPIPE_SZ:
    case F_GET_SEALS: return; // it is not used
    case F_SETFD: line_printf(l, v == FD_CLOEXEC ? "FD_CLOEXEC" : "%d", (int)v); return;
    case F_SETFL: print_oflags(l, v, s); return;
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
    case F_SETOWN:
    case F_SETPIPE_SZ: line_printf(l, "%d", (int)v); return;
    default: print_hex(l, v, s);
    }
}

PRINTER(lockop)
{
    static const struct sys_const bits[] = {C(LOCK_SH), C(LOCK_EX), C(LOCK_UN), C(LOCK_NB)};
    FLAGS(bits, (uint32_t)v, "0");
}

PRINTER(memfdflags)
{
    static const struct sys_const bits[] = {C(MFD_CLOEXEC), C(MFD_ALLOW_SEALING), C(MFD_HUGETLB)};
    FLAGS(bits, (uint32_t)v, "0");
}

PRINTER(idtype)
{
    static const struct sys_const c[] = {C(P_ALL), C(P_PID), C(P_PGID), {3, "P_PIDFD"}};
    CONST(c, (int)v);
}

PRINTER(prio)
{
    static const struct sys_const c[] = {C(PRIO_PROCESS), C(PRIO_PGRP), C(PRIO_USER)};
    CONST(c, (int)v);
}

PRINTER(msyncflags)
{
    static const struct sys_const bits[] = {C(MS_ASYNC), C(MS_INVALIDATE), C(MS_SYNC)};
    FLAGS(bits, (uint32_t)v, "0");
}

PRINTER(shuthow)
{
    static const struct sys_const c[] = {C(SHUT_RD), C(SHUT_WR), C(SHUT_RDWR)};
    CONST(c, (int)v);
}

PRINTER(clockid)
{
    static const struct sys_const c[] = {C(CLOCK_REALTIME),
                                         C(CLOCK_MONOTONIC),
                                         C(CLOCK_PROCESS_CPUTIME_ID),
                                         C(CLOCK_THREAD_CPUTIME_ID),
                                         C(CLOCK_MONOTONIC_RAW),
                                         C(CLOCK_REALTIME_COARSE),
                                         C(CLOCK_MONOTONIC_COARSE),
                                         C(CLOCK_BOOTTIME),
                                         C(CLOCK_REALTIME_ALARM),
                                         C(CLOCK_BOOTTIME_ALARM),
                                         C(CLOCK_TAI)};
    CONST(c, (int)v);
}

PRINTER(signal)
{
    static const struct sys_const c[] = {
        C(SIGHUP),  C(SIGINT),    C(SIGQUIT), C(SIGILL),  C(SIGTRAP),   C(SIGABRT), C(SIGBUS),
        C(SIGFPE),  C(SIGKILL),   C(SIGUSR1), C(SIGSEGV), C(SIGUSR2),   C(SIGPIPE), C(SIGALRM),
        C(SIGTERM), C(SIGSTKFLT), C(SIGCHLD), C(SIGCONT), C(SIGSTOP),   C(SIGTSTP), C(SIGTTIN),
        C(SIGTTOU), C(SIGURG),    C(SIGXCPU), C(SIGXFSZ), C(SIGVTALRM), C(SIGPROF), C(SIGWINCH),
        C(SIGIO),   C(SIGPWR),    C(SIGSYS)};
    if ((int)v >= 32 && (int)v <= 64)
        line_printf(l, "SIGRT_%d", (int)v - 32);
    else
        CONST(c, (int)v);
}

PRINTER(sighow)
{
    static const struct sys_const c[] = {C(SIG_BLOCK), C(SIG_UNBLOCK), C(SIG_SETMASK)};
    CONST(c, (int)v);
}

PRINTER(waitflags)
{
    static const struct sys_const bits[] = {C(WNOHANG),
                                            C(WUNTRACED),
                                            C(WEXITED),
                                            C(WCONTINUED),
                                            C(WNOWAIT),
                                            {0x20000000, "__WNOTHREAD"},
                                            {0x40000000, "__WALL"},
                                            {0x80000000, "__WCLONE"}};
    FLAGS(bits, (uint32_t)v, "0");
}

PRINTER(resource)
{
    static const struct sys_const c[] = {
        C(RLIMIT_CPU),      C(RLIMIT_FSIZE), C(RLIMIT_DATA),   C(RLIMIT_STACK),
        C(RLIMIT_CORE),     C(RLIMIT_RSS),   C(RLIMIT_NPROC),  C(RLIMIT_NOFILE),
        C(RLIMIT_MEMLOCK),  C(RLIMIT_AS),    C(RLIMIT_LOCKS),  C(RLIMIT_SIGPENDING),
        C(RLIMIT_MSGQUEUE), C(RLIMIT_NICE),  C(RLIMIT_RTPRIO), C(RLIMIT_RTTIME)};
    CONST(c, (int)v);
}

PRINTER(futexop)
{
    static const struct sys_const c[] = {
        C(FUTEX_WAIT),           C(FUTEX_WAKE),        C(FUTEX_FD),
        C(FUTEX_REQUEUE),        C(FUTEX_CMP_REQUEUE), C(FUTEX_WAKE_OP),
        C(FUTEX_LOCK_PI),        C(FUTEX_UNLOCK_PI),   C(FUTEX_TRYLOCK_PI),
        C(FUTEX_WAIT_BITSET),    C(FUTEX_WAKE_BITSET), C(FUTEX_WAIT_REQUEUE_PI),
        C(FUTEX_CMP_REQUEUE_PI), C(FUTEX_LOCK_PI2)};
    CONST(c, (int)v & FUTEX_CMD_MASK);
    line_printf(l, "%s%s", v & FUTEX_PRIVATE_FLAG ? "|FUTEX_PRIVATE_FLAG" : "",
                v & FUTEX_CLOCK_REALTIME ? "|FUTEX_CLOCK_REALTIME" : "");
}

PRINTER(cloneflags)
{
    static const struct sys_const bits[] = {C(CLONE_VM),
                                            C(CLONE_FS),
                                            C(CLONE_FILES),
                                            C(CLONE_SIGHAND),
                                            C(CLONE_PTRACE),
                                            C(CLONE_VFORK),
                                            C(CLONE_PARENT),
                                            C(CLONE_THREAD),
                                            C(CLONE_NEWNS),
                                            C(CLONE_SYSVSEM),
                                            C(CLONE_SETTLS),
                                            C(CLONE_PARENT_SETTID),
                                            C(CLONE_CHILD_CLEARTID),
                                            C(CLONE_DETACHED),
                                            C(CLONE_UNTRACED),
                                            C(CLONE_CHILD_SETTID),
                                            C(CLONE_NEWCGROUP),
                                            C(CLONE_NEWUTS),
                                            C(CLONE_NEWIPC),
                                            C(CLONE_NEWUSER),
                                            C(CLONE_NEWPID),
                                            C(CLONE_NEWNET),
                                            C(CLONE_IO)};
    if (v & ~UINT64_C(255)) {
        FLAGS(bits, v & ~UINT64_C(255), "");
        line_printf(l, "%s", v & 255 ? "|" : "");
    }
    if (v & 255 || !v)
        print_signal(l, v & 255, s);
}

PRINTER(sockdomain)
{
    static const struct sys_const c[] = {C(AF_UNSPEC),  C(AF_UNIX),   C(AF_INET),  C(AF_INET6),
                                         C(AF_NETLINK), C(AF_PACKET), C(AF_VSOCK), C(AF_ALG)};
    CONST(c, (int)v);
}

PRINTER(socktype)
{
    static const struct sys_const c[] = {C(SOCK_STREAM), C(SOCK_DGRAM), C(SOCK_RAW), C(SOCK_RDM),
                                         C(SOCK_SEQPACKET)};
    CONST(c, (int)v & 15);
    line_printf(l, "%s%s", v & SOCK_CLOEXEC ? "|SOCK_CLOEXEC" : "",
                v & SOCK_NONBLOCK ? "|SOCK_NONBLOCK" : "");
}

PRINTER(msgflags)
{
    static const struct sys_const bits[] = {
        C(MSG_OOB),      C(MSG_PEEK), C(MSG_DONTROUTE),  C(MSG_CTRUNC),   C(MSG_TRUNC),
        C(MSG_DONTWAIT), C(MSG_EOR),  C(MSG_WAITALL),    C(MSG_CONFIRM),  C(MSG_ERRQUEUE),
        C(MSG_NOSIGNAL), C(MSG_MORE), C(MSG_WAITFORONE), C(MSG_FASTOPEN), C(MSG_CMSG_CLOEXEC)};
    FLAGS(bits, (uint32_t)v, "0");
}

PRINTER(ptracereq)
{
    static const struct sys_const names[] = {
        C(PTRACE_TRACEME),     C(PTRACE_PEEKTEXT),        C(PTRACE_PEEKDATA),
        C(PTRACE_POKETEXT),    C(PTRACE_POKEDATA),        C(PTRACE_CONT),
        C(PTRACE_KILL),        C(PTRACE_SINGLESTEP),      C(PTRACE_ATTACH),
        C(PTRACE_DETACH),      C(PTRACE_SYSCALL),         C(PTRACE_SETOPTIONS),
        C(PTRACE_GETEVENTMSG), C(PTRACE_GETSIGINFO),      C(PTRACE_SETSIGINFO),
        C(PTRACE_GETREGSET),   C(PTRACE_SETREGSET),       C(PTRACE_SEIZE),
        C(PTRACE_INTERRUPT),   C(PTRACE_LISTEN),          C(PTRACE_GETSIGMASK),
        C(PTRACE_SETSIGMASK),  C(PTRACE_GET_SYSCALL_INFO)};
    CONST(names, v);
}

PRINTER(epollop)
{
    static const struct sys_const c[] = {C(EPOLL_CTL_ADD), C(EPOLL_CTL_DEL), C(EPOLL_CTL_MOD)};
    CONST(c, (int)v);
}
