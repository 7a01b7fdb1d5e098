// SPDX-License-Identifier: MIT
// variants: O2-static
/*
 * MUL and UMULH of the same registers, near each other, with all that may stand between them:
 * results, what is read of the second's register before it is written, flags, and what a handler
 * sees.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

typedef unsigned long word;

struct result {
    word low, high, other, flags;
};

static const volatile word at_first[] = {11, 13, 5}; // what no translation knows

/* Of a (A) and b (B), with 5 in the other register (O): to L, H and O. */
#define CASE(name, a_, b_, l, h, o, m, text)                                              \
    static struct result name(word a, word b, word *memory)                               \
    {                                                                                     \
        register word ra __asm__(a_) = a;                                                 \
        register word rb __asm__(b_) = b;                                                 \
        register word rl __asm__(l) = at_first[0];                                        \
        register word rh __asm__(h) = at_first[1];                                        \
        register word ro __asm__(o) = at_first[2];                                        \
        register word *rm __asm__(m) = memory;                                            \
        word flags;                                                                       \
        __asm__ volatile(text "\n mrs %5, nzcv"                                           \
                         : "+r"(ra), "+r"(rb), "+r"(rl), "+r"(rh), "+r"(ro), "=&r"(flags) \
                         : "r"(rm)                                                        \
                         : "memory", "cc");                                               \
        return (struct result){rl, rh, ro, flags >> 28};                                  \
    }
/* With registers that compiled code has in the host's, and with others. */
#define BOTH(name, text)                                        \
    CASE(name##_near, "x0", "x1", "x2", "x3", "x4", "x5", text) \
    CASE(name##_far, "x9", "x10", "x11", "x12", "x13", "x14", text)

BOTH(plain, "subs xzr, %4, #9\n mul %2, %0, %1\n umulh %3, %0, %1")
BOTH(swapped, "subs xzr, %4, #9\n umulh %3, %1, %0\n mul %2, %0, %1")
BOTH(read, "subs xzr, %4, #9\n mul %2, %0, %1\n add %4, %3, %4\n umulh %3, %0, %1")
BOTH(written, "subs xzr, %4, #9\n mul %2, %0, %1\n mov %3, #7\n add %4, %3, %4\n umulh %3, %0, %1")
BOTH(
    changed,
    "subs xzr, %4, #9\n mul %2, %0, %1\n eor %1, %1, %4\n umulh %3, %0, %1\n eor %1, %1, %4\n umulh %4, %0, %1")
BOTH(onto,
     "subs xzr, %4, #9\n mov %4, %0\n mul %2, %0, %1\n umulh %0, %0, %1\n mov %3, %0\n mov %0, %4")
BOTH(itself,
     "subs xzr, %4, #9\n mov %4, %0\n mul %0, %0, %1\n mov %2, %0\n umulh %3, %0, %1\n mov %0, %4")
BOTH(flags_of_high, "adds %3, %3, %1\n mul %2, %0, %1\n umulh %3, %0, %1\n cset %4, vs")
BOTH(flags_again,
     "adds %3, %3, %1\n eor %4, %4, %0\n mul %2, %0, %1\n umulh %3, %0, %1\n cset %4, vs")
BOTH(flags_of_low, "adds %2, %2, %1\n mul %2, %0, %1\n umulh %3, %0, %1\n cset %4, cs")
BOTH(between,
     "mul %2, %0, %1\n adds %4, %4, %0\n adc %4, %4, %1\n umulh %3, %0, %1\n adcs %4, %4, %3")
BOTH(
    chain,
    "mul %2, %0, %1\n umulh %3, %0, %1\n mul %4, %2, %1\n adds %3, %3, %4\n umulh %4, %2, %1\n adc %4, %4, xzr")
BOTH(faulting, "subs xzr, %4, #9\n mul %2, %0, %1\n ldr %4, [%6]\n umulh %3, %0, %1")
BOTH(faulting_first, "subs xzr, %4, #9\n umulh %3, %0, %1\n str %4, [%6]\n mul %2, %0, %1")
BOTH(
    within,
    "subs xzr, %4, #9\n umulh %3, %0, %1\n umulh %2, %1, %1\n mul %0, %0, %1\n mul %4, %1, %1\n eor %2, %2, %0")
BOTH(square, "subs xzr, %4, #9\n mul %2, %0, %0\n umulh %3, %0, %0")
BOTH(narrow, "subs xzr, %4, #9\n mul %w2, %w0, %w1\n umulh %3, %0, %1\n mul %4, %0, %1")

static word *memory;
static word seen;
static unsigned first; // register of the case

static void mix(word x)
{
    seen = (seen ^ x) * 0x9e3779b97f4a7c15;
    seen ^= seen >> 29;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    for (unsigned i = 0; i < 5; i++)
        mix(m->regs[first + i]);
    mix(m->pstate >> 28);
    mprotect(memory, 4096, PROT_READ | PROT_WRITE);
}

static void run(const char *name, struct result (*f)(word, word, word *))
{
    static const word numbers[] = {
        0, 1, ~0ul, 1ul << 63, 0x0123456789abcdef, 0xfedcba9876543210, 0x7fffffffffffffff};
    enum { N = sizeof numbers / sizeof *numbers };
    seen = 0;
    for (unsigned round = 0; round < 3; round++)
        for (unsigned i = 0; i < N * N; i++) {
            mprotect(memory, 4096, PROT_NONE);
            struct result r = f(numbers[i / N], numbers[i % N], memory);
            mix(r.low), mix(r.high), mix(r.other), mix(r.flags);
        }
    printf("%s %016lx\n", name, seen);
}

#define RUN(name) \
    first = 0, run(#name "_near", name##_near), first = 9, run(#name "_far", name##_far);

int main(void)
{
    memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    memory[0] = 77;
    sigaction(SIGSEGV, &(struct sigaction){.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO}, NULL);
    RUN(plain)
    RUN(swapped)
    RUN(read)
    RUN(written)
    RUN(changed)
    RUN(onto)
    RUN(itself)
    RUN(flags_of_high) RUN(flags_again) RUN(flags_of_low) RUN(between) RUN(chain) RUN(faulting)
        RUN(faulting_first) RUN(within) RUN(square) RUN(narrow) return guest_done();
}
