// SPDX-License-Identifier: MIT
// beyond: ptrace
// What a tracer is told besides signals: system calls, new processes and threads, programs that are
// executed, ends, single steps; PTRACE_SEIZE with PTRACE_INTERRUPT and PTRACE_LISTEN.
#define _GNU_SOURCE
#include "guest.h"

#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __aarch64__
struct regs {
    uint64_t x[31], sp, pc, pstate;
};
#    define PC(r)     ((r).pc)
#    define RESULT(r) ((r).x[0])
#    define ARCH      AUDIT_ARCH_AARCH64
#else
#    define regs      user_regs_struct
#    define PC(r)     ((r).rip)
#    define RESULT(r) ((r).rax)
#    define ARCH      AUDIT_ARCH_X86_64
#endif

#define STOP(sig)         ((sig) << 8 | 0x7f)
#define EVENT(event)      STOP(SIGTRAP | (event) << 8)
#define EVENT_OF(sig, ev) STOP((sig) | (ev) << 8)
#define CALL_STOP         STOP(SIGTRAP | 0x80)

static int status_of(pid_t pid)
{
    int status = -1;
    CHECK(waitpid(pid, &status, __WALL) == pid);
    return status;
}

static void go(int request, pid_t pid, long sig)
{
    CHECK(ptrace(request, pid, 0, sig) == 0);
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

static unsigned long message_of(pid_t pid)
{
    unsigned long m = 0;
    CHECK(ptrace(PTRACE_GETEVENTMSG, pid, 0, &m) == 0);
    return m;
}

// A child that is traced and stands; it goes on into `body`.
static pid_t child_of(void (*body)(void), long options)
{
    pid_t child = fork();
    if (!child) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        body();
        _exit(0);
    }
    CHECK(status_of(child) == STOP(SIGSTOP));
    CHECK(ptrace(PTRACE_SETOPTIONS, child, 0, options) == 0);
    return child;
}

static struct __ptrace_syscall_info info_of(pid_t pid)
{
    struct __ptrace_syscall_info i;
    memset(&i, 0, sizeof i);
    CHECK(ptrace((int)PTRACE_GET_SYSCALL_INFO, pid, sizeof i, &i) >= 24);
    CHECK(i.arch == ARCH);
    return i;
}

static void makes_calls(void)
{
    CHECK(syscall(SYS_close, 998) == -1 && errno == EBADF);
    CHECK(syscall(SYS_getppid) == 4242);        // the tracer writes the result
    CHECK(syscall(SYS_close, 997) == 55);       // and takes the call away
    CHECK(syscall(SYS_close, 996) == getpid()); // and puts another in its place
    _exit(guest_failures ? 1 : 9);
}

static void change_call(pid_t child, int nr)
{
#ifdef __aarch64__
    struct iovec v = {&nr, sizeof nr};
    int was = 0;
    v.iov_base = &was;
    CHECK(ptrace(PTRACE_GETREGSET, child, NT_ARM_SYSTEM_CALL, &v) == 0 && was == SYS_close);
    v.iov_base = &nr;
    CHECK(ptrace(PTRACE_SETREGSET, child, NT_ARM_SYSTEM_CALL, &v) == 0);
#else
    struct regs r = regs_of(child);
    r.orig_rax = (unsigned long)(long)nr;
    set_regs(child, r);
#endif
}

static void calls(void)
{
    pid_t child = child_of(makes_calls, PTRACE_O_TRACESYSGOOD);
    struct __ptrace_syscall_info i = info_of(child);
    CHECK(i.op == PTRACE_SYSCALL_INFO_NONE);
    int status, entered = 0;
    go(PTRACE_SYSCALL, child, 0);
    while ((status = status_of(child)) == CALL_STOP) {
        i = info_of(child);
        siginfo_t told;
        CHECK(ptrace(PTRACE_GETSIGINFO, child, 0, &told) == 0 && told.si_code == (SIGTRAP | 0x80));
        struct regs r = regs_of(child);
        CHECK(i.instruction_pointer == PC(r));
        static unsigned long nr, first;
        if (i.op == PTRACE_SYSCALL_INFO_ENTRY) {
            entered++;
            nr = i.entry.nr;
            first = i.entry.args[0];
#ifdef __aarch64__
            CHECK(r.x[7] == 0 && r.x[8] == nr);
#endif
            if (nr == SYS_close && first == 997)
                change_call(child, -1);
            if (nr == SYS_close && first == 996)
                change_call(child, SYS_getpid);
        } else {
            CHECK(i.op == PTRACE_SYSCALL_INFO_EXIT && i.exit.rval == (long)RESULT(r));
#ifdef __aarch64__
            CHECK(r.x[7] == 1);
#endif
            if (nr == SYS_close && first == 998)
                CHECK(i.exit.is_error && i.exit.rval == -EBADF);
            if (nr == SYS_getppid)
                RESULT(r) = 4242, set_regs(child, r);
            if (nr == SYS_close && first == 997)
                RESULT(r) = 55, set_regs(child, r);
        }
        go(PTRACE_SYSCALL, child, 0);
    }
    CHECK(status == 9 << 8);
    CHECK(entered >= 5);
}

static void sleeps(void)
{
    struct timespec t = {2, 0}; // is asleep when the signal comes
    CHECK(nanosleep(&t, NULL) == 0);
    _exit(guest_failures ? 1 : 4);
}

// A signal that is ignored ends the call only for the tracer.
static void interrupted_call(void)
{
    pid_t child = child_of(sleeps, PTRACE_O_TRACESYSGOOD);
    go(PTRACE_SYSCALL, child, 0);
    CHECK(status_of(child) == CALL_STOP && info_of(child).op == PTRACE_SYSCALL_INFO_ENTRY);
    go(PTRACE_SYSCALL, child, 0);
    usleep(50000);
    kill(child, SIGWINCH);
    CHECK(status_of(child) == CALL_STOP);
    struct __ptrace_syscall_info i = info_of(child);
    CHECK(i.op == PTRACE_SYSCALL_INFO_EXIT && i.exit.is_error && i.exit.rval <= -512);
    go(PTRACE_SYSCALL, child, 0);
    CHECK(status_of(child) == STOP(SIGWINCH));
    go(PTRACE_CONT, child, SIGWINCH);
    CHECK(status_of(child) == 4 << 8);
}

static void *thread(void *p)
{
    return p;
}

static void makes_others(void)
{
    pid_t pid = fork();
    if (!pid)
        _exit(31);
    waitpid(pid, NULL, 0);
    pid = vfork();
    if (!pid)
        _exit(32);
    waitpid(pid, NULL, 0);
    pthread_t t;
    pthread_create(&t, NULL, thread, NULL);
    pthread_join(t, NULL);
    _exit(33);
}

// All that happens to `child` and what it makes, in the order that is certain.
static void families(void)
{
    pid_t child =
        child_of(makes_others, PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                                   PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXIT);
    pid_t forked = 0, vforked = 0, cloned = 0;
    int ends = 0, exits = 0, codes = 0, born = 0, done = 0, status, others = 0;
    go(PTRACE_CONT, child, 0);
    for (int last = 0; !last;) {
        pid_t pid = waitpid(-1, &status, __WALL);
        CHECK(pid > 0);
        if (pid <= 0)
            break;
        long sig = 0;
        if (status == EVENT(PTRACE_EVENT_FORK))
            forked = (pid_t)message_of(pid);
        else if (status == EVENT(PTRACE_EVENT_VFORK))
            vforked = (pid_t)message_of(pid);
        else if (status == EVENT(PTRACE_EVENT_VFORK_DONE))
            done += (pid_t)message_of(pid) == vforked && pid == child;
        else if (status == EVENT(PTRACE_EVENT_CLONE))
            cloned = (pid_t)message_of(pid);
        else if (status == EVENT(PTRACE_EVENT_EXIT))
            exits++;
        else if (status == STOP(SIGSTOP))
            born++;
        else if (status == STOP(SIGCHLD))
            sig = SIGCHLD;
        else if (WIFEXITED(status)) {
            ends++;
            last = pid == child;
            // A thread that is still on its way out has the process's status.
            if (pid != child && WEXITSTATUS(status) != 33)
                codes += WEXITSTATUS(status);
            continue;
        } else
            others++;
        go(PTRACE_CONT, pid, sig);
    }
    CHECK(forked && vforked && cloned && done == 1 && born == 3 && ends == 4 && exits == 4 &&
          codes == 31 + 32 && !others);
    CHECK(waitpid(-1, &status, __WALL) == -1 && errno == ECHILD);
}

static void forks(void)
{
    pid_t pid = fork();
    if (!pid)
        _exit(17);
    _exit(waitpid(pid, NULL, 0) == pid ? 18 : 19);
}

// The first call that is told of a child is one that it makes.
static void calls_of_child(void)
{
    int status, seen = 0, ends = 0;
    pid_t child = child_of(forks, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK), made = 0;
    go(PTRACE_SYSCALL, child, 0);
    while (ends < 2) {
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0)
            break;
        if (WIFEXITED(status)) {
            ends++;
            continue;
        }
        if (pid != child && status == CALL_STOP && !seen++) {
            CHECK(info_of(pid).op == PTRACE_SYSCALL_INFO_ENTRY);
            made = pid;
        }
        go(PTRACE_SYSCALL, pid, status == STOP(SIGCHLD) ? SIGCHLD : 0);
    }
    CHECK(made && ends == 2);
}

static char self[] = "/proc/self/exe";

static void executes(void)
{
    execl(self, "program", "ends", NULL);
    _exit(1);
}

static void programs(void)
{
    for (int asked = 0; asked < 2; asked++) {
        pid_t child = child_of(executes, PTRACE_O_TRACESYSGOOD | (asked ? PTRACE_O_TRACEEXEC : 0));
        go(PTRACE_CONT, child, 0);
        CHECK(status_of(child) == (asked ? EVENT(PTRACE_EVENT_EXEC) : STOP(SIGTRAP)));
        if (asked) {
            CHECK(message_of(child) == (unsigned long)child);
            struct __ptrace_syscall_info i;
            go(PTRACE_SYSCALL, child, 0);
            CHECK(status_of(child) == CALL_STOP);
            i = info_of(child);
            CHECK(i.op == PTRACE_SYSCALL_INFO_EXIT && i.exit.rval == 0 && !i.exit.is_error);
        }
        CHECK(PC(regs_of(child)) != 0);
        go(PTRACE_CONT, child, 0);
        CHECK(status_of(child) == 42 << 8);
    }
}

static void steps_code(void)
{
    static volatile int n;
    raise(SIGUSR2);
    for (int i = 0; i < 10; i++)
        n += i;
    getppid();
    _exit(n == 45 ? 6 : 7);
}

static void steps(void)
{
    pid_t child = child_of(steps_code, 0);
    int status, n = 0, moved = 0;
    go(PTRACE_CONT, child, 0);
    CHECK(status_of(child) == STOP(SIGUSR2));
    uint64_t pc = PC(regs_of(child));
    go(PTRACE_SINGLESTEP, child, 0);
    while ((status = status_of(child)) == STOP(SIGTRAP) && n < 5000) {
        siginfo_t info;
        if (n == 3)
            CHECK(ptrace(PTRACE_GETSIGINFO, child, 0, &info) == 0 && info.si_signo == SIGTRAP &&
                  info.si_code == TRAP_TRACE);
        uint64_t now = PC(regs_of(child));
        moved += now != pc;
        pc = now;
        n++;
        go(PTRACE_SINGLESTEP, child, 0);
    }
    CHECK(status == 6 << 8);
    CHECK(n > 50 && moved == n);
}

static volatile sig_atomic_t handled;

static void handler(int sig)
{
    handled = sig;
}

static void is_hit(void)
{
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    _exit(handled == SIGUSR1 ? 0 : 1);
}

// With a signal, the step ends at the handler's first instruction.
static void step_into_handler(void)
{
    pid_t child = child_of(is_hit, 0);
    go(PTRACE_CONT, child, 0);
    CHECK(status_of(child) == STOP(SIGUSR1));
    go(PTRACE_SINGLESTEP, child, SIGUSR1);
    CHECK(status_of(child) == STOP(SIGTRAP));
    CHECK(PC(regs_of(child)) == (uint64_t)handler);
    go(PTRACE_CONT, child, 0);
    CHECK(status_of(child) == 0);
}

static int breaks_at(int v);
__attribute__((noinline)) static int breaks_at(int v)
{
    __asm__ volatile("" : "+r"(v));
    return v + 1;
}

static void breaks_code(void)
{
    int v = 0;
    for (int i = 0; i < 1000; i++)
        v += breaks_at(i);
    raise(SIGUSR1);
    for (int i = 0; i < 3; i++)
        v += breaks_at(i);
    _exit(v == 500500 + 6 ? 13 : 14);
}

// A breakpoint as debuggers make it: in code that has run.
static void breakpoint(void)
{
    pid_t child = child_of(breaks_code, 0);
    uint64_t at = (uint64_t)breaks_at;
    go(PTRACE_CONT, child, 0);
    CHECK(status_of(child) == STOP(SIGUSR1));
    errno = 0;
    long code = ptrace(PTRACE_PEEKTEXT, child, at, 0);
    CHECK(!errno);
#ifdef __aarch64__
    long trap = (code & ~0xffffffffl) | 0xd4200000;
    const uint64_t behind = 0;
#else
    long trap = (code & ~0xffl) | 0xcc;
    const uint64_t behind = 1;
#endif
    CHECK(ptrace(PTRACE_POKETEXT, child, at, trap) == 0);
    go(PTRACE_CONT, child, 0);
    for (int i = 0; i < 3; i++) {
        siginfo_t info;
        CHECK(status_of(child) == STOP(SIGTRAP));
        struct regs r = regs_of(child);
        CHECK(PC(r) == at + behind);
        CHECK(ptrace(PTRACE_GETSIGINFO, child, 0, &info) == 0 && info.si_signo == SIGTRAP);
        PC(r) = at;
        set_regs(child, r);
        CHECK(ptrace(PTRACE_POKETEXT, child, at, code) == 0);
        go(PTRACE_SINGLESTEP, child, 0);
        CHECK(status_of(child) == STOP(SIGTRAP) && PC(regs_of(child)) != at);
        CHECK(ptrace(PTRACE_POKETEXT, child, at, trap) == 0);
        go(PTRACE_CONT, child, 0);
    }
    CHECK(status_of(child) == 13 << 8);
}

static void seize(void)
{
    int status;
    signal(SIGUSR1, handler); // the child has it from the beginning
    pid_t child = fork();
    if (!child) {
        for (;;)
            usleep(1000);
    }
    usleep(20000);
    CHECK(ptrace(PTRACE_SEIZE, child, 0, 1l << 40) == -1 && errno == EIO);
    CHECK(ptrace(PTRACE_SEIZE, child, 0, PTRACE_O_TRACESYSGOOD) == 0);
    CHECK(ptrace(PTRACE_SEIZE, child, 0, 0) == -1 && errno == EPERM);
    CHECK(waitpid(child, &status, __WALL | WNOHANG) == 0);
    CHECK(ptrace(PTRACE_LISTEN, child, 0, 0) == -1 && errno == ESRCH);
    CHECK(ptrace(PTRACE_INTERRUPT, child, 0, 0) == 0);
    CHECK(status_of(child) == EVENT(PTRACE_EVENT_STOP));
    CHECK(PC(regs_of(child)));
    uint64_t mask = 0;
    CHECK(ptrace((int)PTRACE_GETSIGMASK, child, 8, &mask) == 0 && mask == 0);
    go(PTRACE_CONT, child, 0);
    kill(child, SIGUSR1);
    CHECK(status_of(child) == STOP(SIGUSR1));
    go(PTRACE_CONT, child, SIGUSR1);
    // A stop of the whole process.
    kill(child, SIGSTOP);
    CHECK(status_of(child) == STOP(SIGSTOP));
    go(PTRACE_CONT, child, SIGSTOP);
    CHECK(status_of(child) == EVENT_OF(SIGSTOP, PTRACE_EVENT_STOP));
    CHECK(ptrace(PTRACE_LISTEN, child, 0, 0) == 0);
    CHECK(waitpid(child, &status, __WALL | WNOHANG) == 0);
    kill(child, SIGCONT);
    CHECK(status_of(child) == EVENT(PTRACE_EVENT_STOP));
    go(PTRACE_CONT, child, 0);
    CHECK(status_of(child) == STOP(SIGCONT));
    CHECK(ptrace(PTRACE_DETACH, child, 0, 0) == 0);
    CHECK(waitpid(child, &status, __WALL | WNOHANG) == 0);
    kill(child, SIGKILL);
    CHECK(status_of(child) == SIGKILL);
}

static void dies(void)
{
    *(volatile int *)8 = 1;
}

// A fault is told before the process dies of it.
static void fault(void)
{
    siginfo_t info;
    pid_t child = child_of(dies, PTRACE_O_TRACEEXIT);
    go(PTRACE_CONT, child, 0);
    CHECK(status_of(child) == STOP(SIGSEGV));
    CHECK(ptrace(PTRACE_GETSIGINFO, child, 0, &info) == 0 && info.si_code == SEGV_MAPERR &&
          info.si_addr == (void *)8);
    go(PTRACE_CONT, child, SIGSEGV);
    CHECK(status_of(child) == EVENT(PTRACE_EVENT_EXIT));
    CHECK((message_of(child) & 0x7f) == SIGSEGV);
    go(PTRACE_CONT, child, 0);
    CHECK((status_of(child) & 0x7f) == SIGSEGV);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return 42;
    (void)argv;
    void (*const all[])(void) = {calls, interrupted_call,  families,   calls_of_child, programs,
                                 steps, step_into_handler, breakpoint, seize,          fault};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        all[i]();
    return guest_done();
}
