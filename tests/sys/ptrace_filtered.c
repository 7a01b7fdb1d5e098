// SPDX-License-Identifier: MIT
// beyond: ptrace
// A tracer and the system calls that a seccomp filter leaves to it (PTRACE_O_TRACESECCOMP); calls that are not made (PTRACE_SYSEMU); and
// what a tracer is told of a call and may set at once (PTRACE_GET_SYSCALL_INFO, PTRACE_SET_SYSCALL_INFO).
#define _GNU_SOURCE
#include "guest.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define STOP(sig)    ((sig) << 8 | 0x7f)
#define CALL_STOP    STOP(SIGTRAP | 0x80)
#define EVENT(event) STOP(SIGTRAP | (event) << 8)

enum { SYSEMU = 31, SYSEMU_SINGLESTEP = 32, SET_SYSCALL_INFO = 0x4212, DATA = 1234 };

#ifdef __aarch64__
struct regs {
    uint64_t x[31], sp, pc, pstate;
};
#    define RESULT(r) ((r).x[0])
#    define FIRST(r)  ((r).x[0])
#    define ARCH      AUDIT_ARCH_AARCH64
#else
#    define regs      user_regs_struct
#    define RESULT(r) ((r).rax)
#    define FIRST(r)  ((r).rdi)
#    define ARCH      AUDIT_ARCH_X86_64
#endif

static int status_of(pid_t pid)
{
    int status = -1;
    CHECK(waitpid(pid, &status, __WALL) == pid);
    return status;
}

static void go(int request, pid_t pid)
{
    CHECK(ptrace(request, pid, 0, 0) == 0);
}

static struct regs regs_of(pid_t pid)
{
    struct regs r;
    struct iovec v = {&r, sizeof r};
    memset(&r, 0, sizeof r);
    CHECK(ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &v) == 0);
    return r;
}

static void set_regs(pid_t pid, struct regs r)
{
    struct iovec v = {&r, sizeof r};
    CHECK(ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &v) == 0);
}

static void set_result(pid_t pid, long result)
{
    struct regs r = regs_of(pid);
    RESULT(r) = (unsigned long)result;
    set_regs(pid, r);
}

static void set_call(pid_t pid, int nr)
{
#ifdef __aarch64__
    struct iovec v = {&nr, sizeof nr};
    CHECK(ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &v) == 0);
#else
    struct regs r = regs_of(pid);
    r.orig_rax = (unsigned long)(long)nr;
    set_regs(pid, r);
#endif
}

static unsigned long message_of(pid_t pid)
{
    unsigned long m = 99;
    CHECK(ptrace(PTRACE_GETEVENTMSG, pid, 0, &m) == 0);
    return m;
}

struct info {
    uint8_t op, reserved;
    uint16_t flags;
    uint32_t arch;
    uint64_t pc, sp, nr, args[6];
    uint32_t data, reserved2;
};

static struct info info_of(pid_t pid, long size)
{
    struct info i;
    memset(&i, 0, sizeof i);
    CHECK(ptrace((int)PTRACE_GET_SYSCALL_INFO, pid, sizeof i, &i) == size && i.arch == ARCH);
    return i;
}

enum { NONE = 24, ENTRY = 80, EXIT = 33, FILTERED = 84 };

// close() is left to a tracer, getppid() is an error.
static void filter(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | DATA),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static pid_t child_of(void (*body)(void), long options)
{
    pid_t child = fork();
    if (!child) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        body();
        _exit(guest_failures ? 1 : 9);
    }
    CHECK(status_of(child) == STOP(SIGSTOP));
    CHECK(ptrace(PTRACE_SETOPTIONS, child, 0, options) == 0);
    return child;
}

static void is_filtered(void)
{
    dup2(1, 8), dup2(1, 9);
    filter();
    CHECK(syscall(SYS_close, 8) == 0 && fcntl(8, F_GETFD) == -1);   // as it is
    CHECK(syscall(SYS_close, 996) == 77);                           // not made
    CHECK(syscall(SYS_close, 995) == getpid());                     // another
    CHECK(syscall(SYS_close, 994) == -1 && errno == EDOM);          // another, about which there is a rule
    CHECK(syscall(SYS_close, 993) == 0 && fcntl(9, F_GETFD) == -1); // another argument
}

static void filtered(int request)
{
    pid_t child = child_of(is_filtered, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD);
    int status, n = 0, entries = 0, exits = 0;
    go(request, child);
    while (status = status_of(child), WIFSTOPPED(status)) {
        if (status == CALL_STOP) {
            unsigned long m = message_of(child);
            CHECK(m == 1 || m == 2);
            struct info i = info_of(child, m == 1 ? ENTRY : EXIT);
            CHECK(i.op == m);
            m == 1 ? entries++ : exits++;
        } else {
            CHECK(status == EVENT(PTRACE_EVENT_SECCOMP) && message_of(child) == DATA);
            struct info i = info_of(child, FILTERED);
            CHECK(i.op == 3 && i.nr == SYS_close && i.data == DATA && i.args[0] == FIRST(regs_of(child)));
            siginfo_t told;
            CHECK(ptrace(PTRACE_GETSIGINFO, child, 0, &told) == 0 && told.si_signo == SIGTRAP &&
                  told.si_code == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8));
            n++;
            switch (i.args[0]) {
            case 996: set_call(child, -1), set_result(child, 77); break;
            case 995: set_call(child, SYS_getpid); break;
            case 994: set_call(child, SYS_getppid); break;
            case 993: {
                struct regs r = regs_of(child);
                FIRST(r) = 9;
                set_regs(child, r);
                break;
            }
            }
        }
        go(request, child);
    }
    CHECK(status == 9 << 8 && n == 5);
    CHECK(request == PTRACE_CONT ? !entries && !exits : entries > 8 && exits >= entries - 1);
}

static void is_refused(void)
{
    filter();
    CHECK(syscall(SYS_close, 996) == -1 && errno == ENOSYS);
}

// A tracer that has not asked for it, and none.
static void not_asked_for(void)
{
    pid_t child = child_of(is_refused, PTRACE_O_TRACESYSGOOD);
    go(PTRACE_CONT, child);
    CHECK(status_of(child) == 9 << 8);
    child = fork();
    if (!child) {
        is_refused();
        _exit(guest_failures ? 1 : 9);
    }
    CHECK(status_of(child) == 9 << 8);
}

static void is_emulated(void)
{
    CHECK(syscall(SYS_close, 1) == 71);
    CHECK(syscall(SYS_getppid) == 72);
    CHECK(syscall(SYS_close, 996) == -1 && errno == EBADF);
    CHECK(fcntl(1, F_GETFD) == 0);
}

// The calls are not made, and there is one stop for each.
static void emulated(void)
{
    pid_t child = child_of(is_emulated, PTRACE_O_TRACESYSGOOD);
    static const long expected[] = {SYS_close, SYS_getppid};
    go(SYSEMU, child);
    for (int i = 0; i < 2; i++) {
        CHECK(status_of(child) == CALL_STOP && message_of(child) == 1);
        CHECK((long)info_of(child, ENTRY).nr == expected[i]);
        set_result(child, 71 + i);
        go(i ? PTRACE_CONT : SYSEMU, child);
    }
    CHECK(status_of(child) == 9 << 8);
}

// Without PTRACE_O_TRACESYSGOOD the stops are told by nothing.
static void not_told(void)
{
    pid_t child = child_of(is_refused, 0);
    go(PTRACE_SYSCALL, child);
    CHECK(status_of(child) == STOP(SIGTRAP) && info_of(child, NONE).op == 0 && message_of(child) == 1);
    CHECK(ptrace(PTRACE_CONT, child, 0, SIGKILL) == 0 && status_of(child) == SIGKILL);
}

static void has_calls_set(void)
{
    CHECK(syscall(SYS_close, 990) == 0 && fcntl(7, F_GETFD) == -1);
    CHECK(syscall(SYS_getppid) == 4711);
    CHECK(syscall(SYS_getpid) == -1 && errno == EXDEV);
}

// Linux 6.16 has it.
static void set_at_once(void)
{
    pid_t child = child_of(has_calls_set, PTRACE_O_TRACESYSGOOD);
    struct info i;
    int has = -1, status, sets = 0;
    dup2(1, 7);
    go(PTRACE_SYSCALL, child);
    while ((status = status_of(child)) == CALL_STOP) {
        static uint64_t nr;
        memset(&i, 0, sizeof i);
        CHECK(ptrace((int)PTRACE_GET_SYSCALL_INFO, child, sizeof i, &i) > 24);
        if (i.op == 1)
            nr = i.nr;
        struct info wrong = i;
        wrong.op = 3;
        if (has < 0)
            has = ptrace(SET_SYSCALL_INFO, child, sizeof i, &i) == 0 || errno != EIO;
        if (has) {
            CHECK(ptrace(SET_SYSCALL_INFO, child, sizeof i, &wrong) == -1 && errno == EINVAL);
            CHECK(ptrace(SET_SYSCALL_INFO, child, sizeof i - 1, &i) == -1 && errno == EINVAL);
            CHECK(ptrace(SET_SYSCALL_INFO, child, sizeof i, (void *)8) == -1 && errno == EFAULT);
        }
        if (!has) {
            kill(child, SIGKILL);
        } else if (i.op == 1 && nr == SYS_close && i.args[0] == 990) {
            i.args[0] = 7;
            CHECK(ptrace(SET_SYSCALL_INFO, child, sizeof i, &i) == 0);
            sets++;
        } else if (i.op == 2 && (nr == SYS_getppid || nr == SYS_getpid)) {
            i.nr = nr == SYS_getppid ? 4711 : (uint64_t)-EXDEV; // the result
            i.args[0] = nr != SYS_getppid;                     // is an error
            CHECK(ptrace(SET_SYSCALL_INFO, child, sizeof i, &i) == 0);
            sets++;
        }
        ptrace(PTRACE_SYSCALL, child, 0, 0);
    }
    CHECK(has ? status == 9 << 8 && sets == 3 : status == SIGKILL);
}

int main(void)
{
    dup2(1, 7); // of set_at_once, in the child too
    filtered(PTRACE_CONT);
    filtered(PTRACE_SYSCALL);
    not_asked_for();
    emulated();
    not_told();
    set_at_once();
    return guest_done();
}
