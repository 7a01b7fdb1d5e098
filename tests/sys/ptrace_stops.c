// SPDX-License-Identifier: MIT
// beyond: ptrace
// One process traces another: PTRACE_TRACEME and PTRACE_ATTACH, stops for signals, registers,
// memory, what waitpid says, going on with and without the signal, the errors of requests.
#define _GNU_SOURCE
#include "guest.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __aarch64__
struct regs {
    uint64_t x[31], sp, pc, pstate;
};
#    define SP(r) ((r).sp)
#    define PC(r) ((r).pc)
#else
#    define regs  user_regs_struct
#    define SP(r) ((r).rsp)
#    define PC(r) ((r).rip)
#endif

static volatile long word = 0x1122334455667788;
static volatile sig_atomic_t handled;

static void handler(int sig)
{
    handled = sig;
}

static int get_regs(pid_t pid, struct regs *r)
{
    struct iovec v = {r, sizeof *r};
    return (int)ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &v) || v.iov_len != sizeof *r;
}

static int status_of(pid_t pid)
{
    int status = -1;
    CHECK(waitpid(pid, &status, __WALL) == pid);
    return status;
}

// The line "name:\tvalue" of the process's status.
static int status_value(pid_t pid, const char *name)
{
    char path[64], line[256];
    int value = -1;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, name, strlen(name)))
            value = atoi(line + strlen(name) + 1);
    if (f)
        fclose(f);
    return value;
}

static void traceme(void)
{
    siginfo_t info;
    struct regs r;
    pid_t child = fork();
    if (!child) {
        signal(SIGUSR1, handler);
        CHECK(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0);
        CHECK(ptrace(PTRACE_TRACEME, 0, 0, 0) == -1 && errno == EPERM);
        raise(SIGSTOP);
        raise(SIGUSR1);
        CHECK(handled == SIGUSR1);
        handled = 0;
        raise(SIGUSR1); // the tracer takes it away
        CHECK(handled == 0);
        raise(SIGWINCH); // that is ignored, but told
        raise(SIGUSR1);  // becomes SIGCHLD
        CHECK(handled == 0);
        signal(SIGUSR1, SIG_IGN);
        raise(SIGUSR1);
        raise(SIGUSR1); // is taken away
        signal(SIGUSR2, handler);
        raise(SIGUSR1); // becomes SIGUSR2
        CHECK(handled == SIGUSR2);
        _exit(word == 77 ? 7 : 8);
    }
    CHECK(status_of(child) == (SIGSTOP << 8 | 0x7f));
    CHECK(status_value(child, "TracerPid") == getpid());
    CHECK(ptrace(PTRACE_GETSIGINFO, child, 0, &info) == 0 && info.si_signo == SIGSTOP);
    CHECK(get_regs(child, &r) == 0 && SP(r) && PC(r));
    errno = 0;
    CHECK(ptrace(PTRACE_PEEKDATA, child, &word, 0) == word && !errno);
    CHECK(ptrace(PTRACE_PEEKDATA, child, 16, 0) == -1 && errno == EIO);
    CHECK(ptrace(PTRACE_POKEDATA, child, &word, 77) == 0);
    CHECK(ptrace(PTRACE_CONT, child, 0, 1000) == -1 && errno == EIO);
    CHECK(ptrace(PTRACE_CONT, child, 0, 0) == 0);
    CHECK(status_of(child) == (SIGUSR1 << 8 | 0x7f));
    CHECK(ptrace(PTRACE_GETSIGINFO, child, 0, &info) == 0 && info.si_signo == SIGUSR1 &&
          info.si_pid == child);
    CHECK(ptrace(PTRACE_CONT, child, 0, SIGUSR1) == 0);
    CHECK(status_of(child) == (SIGUSR1 << 8 | 0x7f));
    CHECK(ptrace(PTRACE_CONT, child, 0, 0) == 0);
    CHECK(status_of(child) == (SIGWINCH << 8 | 0x7f));
    CHECK(ptrace(PTRACE_CONT, child, 0, SIGWINCH) == 0);
    CHECK(status_of(child) == (SIGUSR1 << 8 | 0x7f));
    CHECK(ptrace(PTRACE_CONT, child, 0, SIGCHLD) == 0);
    for (int i = 0; i < 3; i++) {
        CHECK(status_of(child) == (SIGUSR1 << 8 | 0x7f));
        CHECK(ptrace(PTRACE_GETSIGINFO, child, 0, &info) == 0 && info.si_signo == SIGUSR1 &&
              info.si_pid == child);
        CHECK(ptrace(PTRACE_CONT, child, 0, i == 2 ? SIGUSR2 : i == 1 ? 0 : SIGUSR1) == 0);
    }
    CHECK(status_of(child) == 7 << 8);
    CHECK(ptrace(PTRACE_CONT, child, 0, 0) == -1 && errno == ESRCH);
}

// A process that runs and does not sleep, one that sleeps, and one that counts.
static void attach(void)
{
    volatile int *shared =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int sleeps = 0; sleeps < 2; sleeps++) {
        struct regs r;
        siginfo_t info;
        int status;
        *shared = 0;
        pid_t child = fork();
        if (!child) {
            while (*shared >= 0) {
                if (!*shared)
                    *shared = 1;
                if (sleeps)
                    usleep(2000);
            }
            _exit(3);
        }
        while (!*shared)
            usleep(100);
        CHECK(ptrace(PTRACE_CONT, child, 0, 0) == -1 && errno == ESRCH);
        for (int i = 0; i < 20; i++) {
            CHECK(ptrace(PTRACE_ATTACH, child, 0, 0) == 0);
            CHECK(waitid(P_PID, (id_t)child, &info, WSTOPPED | WEXITED | WNOWAIT) == 0);
            CHECK(info.si_pid == child && info.si_status == SIGSTOP && info.si_code == CLD_TRAPPED);
            CHECK(status_of(child) == (SIGSTOP << 8 | 0x7f));
            CHECK(ptrace(PTRACE_ATTACH, child, 0, 0) == -1 && errno == EPERM);
            CHECK(get_regs(child, &r) == 0 && SP(r) && PC(r));
            CHECK(waitpid(child, &status, __WALL | WNOHANG) == 0);
            CHECK(ptrace(PTRACE_DETACH, child, 0, 0) == 0);
            CHECK(ptrace(PTRACE_DETACH, child, 0, 0) == -1 && errno == ESRCH);
        }
        CHECK(status_value(child, "TracerPid") == 0);
        // It is killed while it stands.
        CHECK(ptrace(PTRACE_ATTACH, child, 0, 0) == 0 && status_of(child) == (SIGSTOP << 8 | 0x7f));
        CHECK(kill(child, SIGKILL) == 0 && status_of(child) == SIGKILL);
    }
    CHECK(ptrace(PTRACE_ATTACH, getpid(), 0, 0) == -1 && errno == EPERM);
    CHECK(ptrace(PTRACE_ATTACH, 0x3ffffff, 0, 0) == -1 && errno == ESRCH);
    CHECK(ptrace(PTRACE_GETREGSET, getppid(), NT_PRSTATUS, 0) == -1 && errno == ESRCH);
}

// Registers are set: a loop that never ends by itself.
static void set_registers(void)
{
    volatile int *loops =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();
    if (!child) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        long v = 5;
#ifdef __aarch64__
        register long x19 __asm__("x19") = 5;
        register double d8 __asm__("d8") = 1;
        __asm__ volatile("str w19, [%2]\n1: cbnz x19, 1b"
                         : "+r"(x19), "+w"(d8)
                         : "r"(loops)
                         : "memory");
        v = x19 + (d8 == 2.5 ? 0 : 1);
#else
        register long r12 __asm__("r12") = 5;
        __asm__ volatile("movl $5, (%1); 1: test %%r12, %%r12; jnz 1b"
                         : "+r"(r12)
                         : "r"(loops)
                         : "memory");
        v = r12;
#endif
        _exit(v == 0 ? 11 : 12);
    }
    while (!*loops)
        usleep(1000);
    struct regs r;
    struct iovec v = {&r, sizeof r};
    kill(child, SIGUSR2);
    CHECK(status_of(child) == (SIGUSR2 << 8 | 0x7f));
    CHECK(get_regs(child, &r) == 0);
#ifdef __aarch64__
    CHECK(r.x[19] == 5);
    r.x[19] = 0;
    struct user_fpsimd_struct f = {0};
    struct iovec fv = {&f, sizeof f};
    CHECK(ptrace(PTRACE_GETREGSET, child, NT_PRFPREG, &fv) == 0 && fv.iov_len == sizeof f);
    double d = 2.5;
    memcpy(&f.vregs[8], &d, 8);
    CHECK(ptrace(PTRACE_SETREGSET, child, NT_PRFPREG, &fv) == 0);
    uint64_t tls = 0;
    struct iovec tv = {&tls, sizeof tls};
    CHECK(ptrace(PTRACE_GETREGSET, child, NT_ARM_TLS, &tv) == 0 &&
          tls == (uint64_t)__builtin_thread_pointer());
#else
    CHECK(r.r12 == 5);
    r.r12 = 0;
#endif
    CHECK(ptrace(PTRACE_SETREGSET, child, NT_PRSTATUS, &v) == 0);
    v.iov_len = 3;
    CHECK(ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &v) == -1 && errno == EINVAL);
    v.iov_len = 16;
    CHECK(ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &v) == 0 && v.iov_len == 16);
    CHECK(ptrace(PTRACE_GETREGSET, child, 0x7777, &v) == -1 && errno == EINVAL);
    CHECK(ptrace(PTRACE_CONT, child, 0, 0) == 0);
    CHECK(status_of(child) == 11 << 8);
}

// The tracee goes on alone when its tracer ends, or ends with it.
static void tracer_ends(void)
{
    for (int kills = 0; kills < 2; kills++) {
        int pipes[2];
        char c;
        CHECK(pipe(pipes) == 0);
        pid_t child = fork();
        if (!child) {
            close(pipes[1]);
            CHECK(read(pipes[0], &c, 1) == 1);
            _exit(21);
        }
        close(pipes[0]);
        pid_t tracer = fork();
        if (!tracer) {
            CHECK(ptrace(PTRACE_ATTACH, child, 0, 0) == 0 &&
                  status_of(child) == (SIGSTOP << 8 | 0x7f));
            CHECK(ptrace(PTRACE_SETOPTIONS, child, 0, kills ? PTRACE_O_EXITKILL : 0) == 0);
            _exit(0);
        }
        CHECK(status_of(tracer) == 0);
        if (!kills)
            CHECK(write(pipes[1], "x", 1) == 1);
        CHECK(status_of(child) == (kills ? SIGKILL : 21 << 8));
        close(pipes[1]);
    }
}

int main(void)
{
    traceme();
    attach();
    set_registers();
    tracer_ends();
    return guest_done();
}
