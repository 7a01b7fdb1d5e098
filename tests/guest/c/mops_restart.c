// SPDX-License-Identifier: MIT
// flags: -Wa,--no-warn
// variants: O1-static
// beyond: Linux restarts at the prologue what qemu-aarch64 ends with SIGILL
// Memory copy and set entered in the middle: with registers that no prologue of this processor has left
// (Option B, or too much for an epilogue), the kernel puts them back and goes on at the prologue. And where
// exactly a chunk faults, what a size is limited to, and a signal while a long one runs.
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

enum { PAGE = 4096, SIZE = 16 * PAGE };
#define C (UINT64_C(1) << 29)
#define N (UINT64_C(1) << 31)

struct regs {
    uint64_t d, s, n, nzcv;
};

// The three instructions, entered at the first, second or third.
#define SEQUENCE(name, p, m, e)                                                 \
    static struct regs name(unsigned at, struct regs r)                                \
    {                                                                                  \
        register uint64_t d __asm__("x0") = r.d, s __asm__("x1") = r.s;                \
        register uint64_t n __asm__("x2") = r.n, f __asm__("x3") = r.nzcv;             \
        register uint64_t a __asm__("x4") = at;                                        \
        __asm__ volatile(".arch armv8.8-a+mops\n\t"                                    \
                         "msr nzcv, x3\n\tcbz x4, 1f\n\ttbz x4, #0, 3f\n\tb 2f\n"       \
                         "1: " p "\n2: " m "\n3: " e "\n\tmrs x3, nzcv"                 \
                         : "+r"(d), "+r"(s), "+r"(n), "+r"(f)                          \
                         : "r"(a)                                                      \
                         : "memory");                                                  \
        return (struct regs){d, s, n, f};                                              \
    }
SEQUENCE(cpy, "cpyp [x0]!, [x1]!, x2!", "cpym [x0]!, [x1]!, x2!", "cpye [x0]!, [x1]!, x2!")
SEQUENCE(cpyf, "cpyfp [x0]!, [x1]!, x2!", "cpyfm [x0]!, [x1]!, x2!", "cpyfe [x0]!, [x1]!, x2!")
SEQUENCE(set, "setp [x0]!, x2!, x1", "setm [x0]!, x2!, x1", "sete [x0]!, x2!, x1")

static unsigned char *memory, model[SIZE];
static volatile uint64_t fault_address, fault_d, fault_s, fault_n, ticks;

static void fill(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        memory[i] = model[i] = (unsigned char)(i * 13 + i / 255);
}

static int same(void)
{
    return memcmp(memory, model, SIZE) == 0;
}

static void restarts(unsigned at)
{
    uint64_t to = (uint64_t)memory + 100, from = (uint64_t)memory + 5 * PAGE + 7, n = 9000;
    struct regs r;
    // Option B, forward.
    fill();
    memmove(model + 100, model + 5 * PAGE + 7, n);
    r = cpy(at, (struct regs){to, from, n, C});
    CHECK(same() && r.n == 0 && r.d == to + n && r.s == from + n && r.nzcv == 0);
    fill();
    memmove(model + 100, model + 5 * PAGE + 7, n);
    r = cpyf(at, (struct regs){to, from, n, C});
    CHECK(same() && r.n == 0 && r.d == to + n && r.s == from + n && r.nzcv == 0);
    // Option B, backward: the addresses are those of the end.
    fill();
    memmove(model + 100, model + 5 * PAGE + 7, n);
    r = cpy(at, (struct regs){to + n, from + n, n, C | N});
    CHECK(same() && r.n == 0 && r.d == to + n && r.s == from + n && r.nzcv == 0);
    fill();
    memset(model + 100, 0x5a, n);
    r = set(at, (struct regs){to, 0x115a, n, C});
    CHECK(same() && r.n == 0 && r.d == to + n && r.s == 0x115a && r.nzcv == 0);
    // Nothing left to do: nothing is checked.
    r = cpy(at, (struct regs){1, 2, 0, C | N});
    CHECK(r.d == 1 && r.s == 2 && r.n == 0 && r.nzcv == (C | N));
    r = set(at, (struct regs){1, 2, 0, C});
    CHECK(r.d == 1 && r.n == 0 && r.nzcv == C);
}

// An epilogue that is given a page or more.
static void too_much(void)
{
    uint64_t to = (uint64_t)memory + 100, from = (uint64_t)memory + 5 * PAGE + 7, n = 9000;
    fill();
    memmove(model + 100, model + 5 * PAGE + 7, n);
    struct regs r = cpy(2, (struct regs){to + n, from + n, -n, 0});
    CHECK(same() && r.n == 0 && r.d == to + n && r.s == from + n);
    fill();
    memmove(model + 5 * PAGE + 7, model + 5 * PAGE, n);
    r = cpy(2, (struct regs){from, from - 7, n, 0}); // backward, as it stays
    CHECK(same() && r.n == 0 && r.d == from && r.s == from - 7);
    fill();
    memset(model + 100, 1, PAGE);
    r = set(2, (struct regs){to + PAGE, 1, -(uint64_t)PAGE, 0});
    CHECK(same() && r.n == 0 && r.d == to + PAGE);
    // One byte less is its own.
    fill();
    memset(model + 100, 1, PAGE - 1);
    r = set(2, (struct regs){to + PAGE - 1, 1, -(uint64_t)(PAGE - 1), N});
    CHECK(same() && r.n == 0 && r.nzcv == N);
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    (void)sig;
    fault_address = (uint64_t)info->si_addr;
    fault_d = m->regs[0], fault_s = m->regs[1], fault_n = m->regs[2];
    m->regs[2] = 0; // gives up: all three have nothing to do
}

static void faults(void)
{
    uint64_t base = (uint64_t)memory;
    fill();
    mprotect(memory + 4 * PAGE, PAGE, PROT_READ);
    mprotect(memory + 8 * PAGE, PAGE, PROT_NONE);
    // The destination ends first, then the source; forward.
    set(0, (struct regs){base + 3 * PAGE + 5, 0, 3 * PAGE, 0});
    CHECK(fault_address == base + 4 * PAGE && fault_d == base + 6 * PAGE + 5);
    CHECK(fault_n == (uint64_t)-(2 * PAGE + 5));
    cpy(0, (struct regs){base, base + 7 * PAGE + 9, 3 * PAGE, 0});
    CHECK(fault_address == base + 8 * PAGE && fault_n == (uint64_t)-(2 * PAGE + 9));
    // Reading comes first.
    cpyf(0, (struct regs){base + 4 * PAGE + 50, base + 8 * PAGE + 9, 10, 0});
    CHECK(fault_address == base + 8 * PAGE + 9 && fault_d == base + 4 * PAGE + 50);
    cpyf(0, (struct regs){base + 4 * PAGE + 50, base + 9, 100, 0});
    CHECK(fault_address == base + 4 * PAGE + 50);
    // Backward: the lowest byte of the chunk.
    cpy(0, (struct regs){base + 8 * PAGE - 20, base + 8 * PAGE - 100, 300, 0});
    CHECK(fault_address == base + 8 * PAGE && fault_d == base + 8 * PAGE - 20);
    // Nowhere at all.
    cpy(0, (struct regs){base, UINT64_C(0x0020000000000010), 8, 0});
    CHECK(fault_address == UINT64_C(0x0020000000000010));
    cpy(0, (struct regs){UINT64_C(0x0020000000000010), base, 8, 0});
    CHECK(fault_address == UINT64_C(0x0020000000000010));
    // Sizes are limited: what is left tells to what.
    set(0, (struct regs){base + 7 * PAGE, 0, UINT64_C(0xf000000000000000), 0});
    CHECK(fault_address == base + 8 * PAGE && fault_n == -(uint64_t)INT64_MAX + PAGE);
    cpyf(0, (struct regs){base + 7 * PAGE, base, UINT64_C(0x8000000000000000), 0});
    CHECK(fault_address == base + 8 * PAGE && fault_n == -(uint64_t)INT64_MAX + PAGE);
    cpy(0, (struct regs){base + 7 * PAGE, base + 12 * PAGE, UINT64_C(0x0080000000000000), 0});
    CHECK(fault_address == base + 8 * PAGE && fault_n == -UINT64_C(0x007fffffffffffff) + PAGE);
    mprotect(memory, SIZE, PROT_READ | PROT_WRITE);
}

static void on_tick(int sig)
{
    (void)sig;
    ticks++;
}

static void interrupted(void)
{
    enum { LONG = 64 << 20 };
    unsigned char *p = mmap(NULL, LONG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    for (unsigned i = 1; i < 200 && (i < 4 || ticks < 20); i++) {
        set(0, (struct regs){(uint64_t)p, i, LONG / 2, 0});
        cpy(0, (struct regs){(uint64_t)p + 1, (uint64_t)p, LONG / 2, 0});
        CHECK(p[0] == i && p[LONG / 4] == i && p[LONG / 2] == i && p[LONG / 2 + 1] == 0);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK(ticks >= 20);
}

int main(void)
{
    struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    struct sigaction tick = {.sa_handler = on_tick};
    sigaction(SIGSEGV, &fault, NULL);
    sigaction(SIGALRM, &tick, NULL);
    memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    restarts(1);
    restarts(2);
    too_much();
    faults();
    interrupted();
    return guest_failures ? guest_done() : (puts("ok"), 0);
}
