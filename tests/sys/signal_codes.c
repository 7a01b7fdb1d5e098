// SPDX-License-Identifier: MIT
// beyond: the codes of faults, stacks that disarm themselves
// native: instructions and frames of arm64
// What a handler is told of each kind of fault; stacks, masks and actions while handlers nest; returns from frames that
// are none.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE 4096ul
enum { ANON = MAP_PRIVATE | MAP_ANONYMOUS, RW = PROT_READ | PROT_WRITE };
#ifndef SS_AUTODISARM
#    define SS_AUTODISARM (1u << 31)
#endif

static sigjmp_buf back;
static siginfo_t seen;
static uint64_t seen_address, seen_pc;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)sig;
    seen = *info;
    seen_address = uc->uc_mcontext.fault_address;
    seen_pc = uc->uc_mcontext.pc;
    siglongjmp(back, 1);
}

static void handle(int sig, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    CHECK(sigaction(sig, &action, NULL) == 0);
}

// Whether `what` raises `sig` with `code` and the address `at`.
static bool raises(void (*what)(char *), char *argument, int sig, int code, const void *at)
{
    memset(&seen, 0, sizeof seen);
    if (!sigsetjmp(back, 1))
        what(argument);
    return seen.si_signo == sig && seen.si_code == code && seen.si_addr == at && !seen.si_errno;
}

static void load(char *p)
{
    (void)*(volatile char *)p;
}
static void store(char *p)
{
    *(volatile char *)p = 1;
}
static void exclusive(char *p)
{
    uint32_t v;
    __asm__ volatile("ldaxr %w0, [%1]" : "=r"(v) : "r"(p) : "memory");
}
static void call(char *p)
{
    ((void (*)(void))p)();
}
static void brk7(char *p)
{
    (void)p;
    __asm__ volatile(".global at_brk\nat_brk: brk #7" ::: "memory");
}
static void undefined(char *p)
{
    (void)p;
    __asm__ volatile(".global at_udf\nat_udf: .inst 0x00000001" ::: "memory");
}
static void bad_sp(char *p)
{
    __asm__ volatile("mov x9, sp\n mov sp, %0\n ldr x10, [sp]\n mov sp, x9"
                     :
                     : "r"(p)
                     : "x9", "x10", "memory");
}
static void return_from(char *p)
{
    __asm__ volatile("mov sp, %0\n mov x8, #139\n svc #0" : : "r"(p) : "x8", "memory");
}
extern char at_brk[], at_udf[];

static void codes(void)
{
    char *misaligned = (char *)handle + 2;
    char *p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0), *none = p + PAGE, *no_write = p + 2 * PAGE;
    int fd = memfd_create("short", 0);
    CHECK(mprotect(none, PAGE, PROT_NONE) == 0 && mprotect(no_write, PAGE, PROT_READ) == 0);
    CHECK(munmap(p + 3 * PAGE, PAGE) == 0 && ftruncate(fd, 100) == 0);
    char *file = mmap(NULL, 2 * PAGE, RW | PROT_EXEC, MAP_SHARED, fd, 0);
    CHECK(raises(load, none + 5, SIGSEGV, SEGV_ACCERR, none + 5) &&
          seen_address == (uint64_t)none + 5);
    CHECK(raises(store, no_write, SIGSEGV, SEGV_ACCERR, no_write));
    CHECK(raises(load, p + 3 * PAGE, SIGSEGV, SEGV_MAPERR, p + 3 * PAGE));
    CHECK(raises(store, NULL, SIGSEGV, SEGV_MAPERR, NULL));
    CHECK(raises(load, file + PAGE, SIGBUS, BUS_ADRERR, file + PAGE));
    CHECK(raises(store, file + PAGE + 9, SIGBUS, BUS_ADRERR, file + PAGE + 9));
    CHECK(raises(exclusive, p + 14, SIGBUS, BUS_ADRALN, p + 14)); // across 16 bytes
    CHECK(raises(call, p + 4, SIGSEGV, SEGV_ACCERR, p + 4) && seen_pc == (uint64_t)p + 4);
    CHECK(raises(call, p + 3 * PAGE, SIGSEGV, SEGV_MAPERR, p + 3 * PAGE));
    CHECK(raises(call, file + PAGE, SIGBUS, BUS_ADRERR, file + PAGE));
    CHECK(raises(call, misaligned, SIGBUS, BUS_ADRALN, misaligned));
    CHECK(raises(brk7, NULL, SIGTRAP, TRAP_BRKPT, at_brk) && seen_pc == (uint64_t)at_brk);
    CHECK(raises(undefined, NULL, SIGILL, ILL_ILLOPC, at_udf));
    char *odd = p + 1024 + 8;
    CHECK(raises(bad_sp, odd, SIGBUS, BUS_ADRALN, odd));
    // In a system call it is only an error.
    int pipes[2];
    CHECK(pipe(pipes) == 0 && write(pipes[1], file + PAGE, 1) == -1 && errno == EFAULT);
    CHECK(write(pipes[1], "ab", 2) == 2 && read(pipes[0], file + PAGE, 2) == -1 && errno == EFAULT);
    CHECK(read(pipes[0], no_write, 2) == -1 && errno == EFAULT);
    CHECK(clock_gettime(CLOCK_REALTIME, (void *)p) == 0 &&
          syscall(SYS_clock_gettime, CLOCK_REALTIME, file + PAGE) == -1 && errno == EFAULT);
    // A frame that is none: whether anything is mapped there or above tells which code it has.
    memset(p, 0xff, PAGE);
    CHECK(raises(return_from, p, SIGSEGV, SEGV_ACCERR, p));
    CHECK(raises(return_from, p + 3 * PAGE, SIGSEGV, SEGV_ACCERR, p + 3 * PAGE));
    char *beyond = (char *)(1ul << 55);
    CHECK(raises(return_from, beyond, SIGSEGV, SEGV_MAPERR, beyond));
}

static char first[65536], second[65536];
static int depth, deepest, runs; // runs: of the outer handler, since it was set
static bool on_first, disarmed, was_blocked;

static void nest(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    char here;
    stack_t now;
    (void)info;
    depth++;
    deepest = depth > deepest ? depth : deepest;
    if (depth == 1) {
        sigset_t set;
        sigprocmask(SIG_BLOCK, NULL, &set);
        was_blocked = sigismember(&set, sig);
        on_first = &here > first && &here < first + sizeof first;
        sigaltstack(NULL, &now);
        disarmed = now.ss_flags == (int)SS_DISABLE && uc->uc_stack.ss_sp == first;
        if (disarmed) { // and so another one can be set
            stack_t other = {.ss_sp = second, .ss_size = sizeof second};
            CHECK(sigaltstack(&other, NULL) == 0);
        }
        if (!runs++)
            raise(sig);
        if (disarmed)
            CHECK(deepest == 2);
    } else if (disarmed) {
        CHECK(&here > second && &here < second + sizeof second);
    }
    depth--;
}

static void nesting(void)
{
    stack_t stack = {.ss_sp = first, .ss_size = sizeof first, .ss_flags = (int)SS_AUTODISARM}, now;
    CHECK(sigaltstack(&stack, NULL) == 0);
    handle(SIGUSR1, nest, SA_ONSTACK | SA_NODEFER);
    raise(SIGUSR1);
    CHECK(on_first && disarmed && !was_blocked && deepest == 2 && depth == 0);
    // What the frame saved is set again.
    CHECK(sigaltstack(NULL, &now) == 0 && now.ss_sp == first &&
          (unsigned)now.ss_flags == SS_AUTODISARM);
    stack.ss_flags = 0;
    CHECK(sigaltstack(&stack, NULL) == 0);
    deepest = runs = 0;
    handle(SIGUSR1, nest, SA_ONSTACK);
    raise(SIGUSR1); // the second one waits for the end of the first
    CHECK(on_first && !disarmed && was_blocked && deepest == 1 && runs == 2);
    deepest = runs = 0;
    handle(SIGUSR2, nest, SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
    struct sigaction action;
    pid_t pid = fork();
    int status = -1;
    if (!pid) {
        raise(SIGUSR2); // inside of which the second is deadly
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR2);
    CHECK(sigaction(SIGUSR2, NULL, &action) == 0 && action.sa_sigaction == nest);
    stack = (stack_t){.ss_flags = 77};
    CHECK(sigaltstack(&stack, NULL) == -1 && errno == EINVAL);
    stack = (stack_t){.ss_sp = first, .ss_size = 5119};
    CHECK(sigaltstack(&stack, NULL) == -1 && errno == ENOMEM);
    stack = (stack_t){.ss_flags = SS_DISABLE};
    CHECK(sigaltstack(&stack, NULL) == 0);
}

// A stack that cannot take the frame: SIGSEGV, whose own handler may have another stack, or the end.
static void no_room(void)
{
    int status = -1;
    pid_t pid = fork();
    if (!pid) {
        char *p = mmap(NULL, 4 * PAGE, PROT_READ, ANON, -1, 0);
        stack_t stack = {.ss_sp = p, .ss_size = 4 * PAGE};
        sigaltstack(&stack, NULL);
        handle(SIGUSR1, nest, SA_ONSTACK);
        handle(SIGSEGV, on_fault, 0);
        if (!sigsetjmp(back, 1))
            raise(SIGUSR1);
        if (seen.si_signo != SIGSEGV || seen.si_code != SI_KERNEL || seen.si_addr)
            _exit(1);
        handle(SIGSEGV, on_fault, SA_ONSTACK);
        raise(SIGUSR1);
        _exit(2);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

// A fault whose signal is blocked or ignored is deadly all the same.
static void forced(void)
{
    for (int how = 0; how < 2; how++) {
        int status = -1;
        pid_t pid = fork();
        if (!pid) {
            sigset_t set;
            sigemptyset(&set);
            sigaddset(&set, SIGSEGV);
            if (how)
                signal(SIGSEGV, SIG_IGN);
            else
                sigprocmask(SIG_BLOCK, &set, NULL);
            store(NULL);
            _exit(0);
        }
        CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    }
}

int main(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP};
    static char alternate[65536];
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate}, none = {.ss_flags = SS_DISABLE};
    CHECK(sigaltstack(&stack, NULL) == 0);
    for (unsigned i = 0; i < 4; i++)
        handle(signals[i], on_fault, SA_ONSTACK);
    codes();
    CHECK(sigaltstack(&none, NULL) == 0);
    nesting();
    no_room();
    forced();
    return guest_done();
}
