// SPDX-License-Identifier: MIT
// beyond: the stack is mapped whole at the start
// The first thread's stack grows when it is touched, as far as RLIMIT_STACK allows at that time; what lies beyond is a
// fault at its very address, told on another stack.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1ul << 20)

static sigjmp_buf back;
static siginfo_t seen;
static volatile char *handler_frame;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    char here;
    (void)sig;
    (void)context;
    seen = *info;
    handler_frame = &here;
    siglongjmp(back, 1);
}

// The signal of a write there, or 0.
static int poke(volatile char *p)
{
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        *p = 1;
    return seen.si_signo;
}

// The line of the stack: where it begins and ends.
static unsigned long stack_start(unsigned long *end)
{
    char line[4400];
    unsigned long start = 0, at = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        if (strstr(line, "[stack]") && sscanf(line, "%lx-%lx rw-p", &at, end) == 2)
            start = at;
    fclose(maps);
    return start;
}

static void allow(rlim_t bytes)
{
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_STACK, &limit) == 0);
    limit.rlim_cur = bytes;
    CHECK(setrlimit(RLIMIT_STACK, &limit) == 0);
}

static int depth(int n)
{
    volatile char frame[1024];
    frame[0] = (char)n;
    return n ? depth(n - 1) + frame[0] - (char)n : 0;
}

static int sum(volatile char *from, int n)
{
    return n ? *from + sum(from, n - 1) + 1 : 0;
}

// All of it in a child, which the limits stay with.
static void overflow(void)
{
    volatile int n = 0;
    allow(2 * MIB);
    unsigned long end, start = stack_start(&end);
    char *low = (char *)(end - 2 * MIB);
    CHECK((unsigned long)low < start);
    CHECK(poke(low - 1) == SIGSEGV && seen.si_code == SEGV_MAPERR && seen.si_addr == low - 1);
    CHECK(poke(low) == 0 && stack_start(&end) == (unsigned long)low);
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        n = sum((volatile char *)&n, 1 << 24);
    CHECK(seen.si_signo == SIGSEGV && seen.si_code == SEGV_MAPERR && (char *)seen.si_addr < low &&
          (char *)seen.si_addr > low - 4096);
    CHECK((char *)handler_frame < low || (unsigned long)handler_frame > end); // the other stack
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur == 2 * MIB);
    if (limit.rlim_max >= 64 * MIB) {
        allow(64 * MIB);
        CHECK(poke((char *)end - 60 * MIB) == 0 && stack_start(&end) == end - 60 * MIB);
    }
}

static void grow(void)
{
    unsigned long end, start = stack_start(&end), before = end - start;
    CHECK(start && before <= MIB);
    CHECK(depth(3000) == 0 && stack_start(&end) <= end - 3000 * 1024);
    int pipes[2];
    CHECK(pipe(pipes) == 0 && write(pipes[1], "abc", 3) == 3 &&
          read(pipes[0], (char *)end - 5 * MIB, 3) == 3); // in a system call, too
    CHECK(!memcmp((char *)end - 5 * MIB, "abc", 3) && stack_start(&end) == end - 5 * MIB);
    // A gap below it stays free unless somebody insists.
    start = stack_start(&end);
    char *hint = (char *)start - 16 * 4096;
    char *p = mmap(hint, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED && p != hint && munmap(p, 4096) == 0);
    CHECK(mmap(hint, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) ==
          hint);
    CHECK(poke((char *)start - 1) == SIGSEGV && seen.si_code == SEGV_MAPERR);
    CHECK(munmap(hint, 4096) == 0 && poke((char *)start - 1) == 0);
}

int main(int argc, char **argv)
{
    static char alternate[65536];
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    int status = -1;
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_STACK, &limit) == 0);
    if (argc > 1)
        return limit.rlim_cur != 3 * MIB;
    CHECK(sigaltstack(&stack, NULL) == 0 && sigaction(SIGSEGV, &action, NULL) == 0);
    if (limit.rlim_cur < 6 * MIB)
        allow(6 * MIB);
    pid_t pid = fork();
    if (!pid) {
        overflow();
        fflush(stdout);
        _exit(guest_done());
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    // A new program begins with the limit of the old one.
    pid = fork();
    if (!pid) {
        allow(3 * MIB);
        execv("/proc/self/exe", (char *[]){argv[0], "limit", NULL});
        _exit(1);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    grow();
    fflush(stdout);
    // Without a handler, and without room for one, it is the end.
    pid = fork();
    if (!pid) {
        signal(SIGSEGV, SIG_DFL);
        allow(6 * MIB);
        _exit(sum((volatile char *)&status, 1 << 24));
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    return guest_done();
}
