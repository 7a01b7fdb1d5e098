// SPDX-License-Identifier: MIT
// variants: O2-static
/*
 * Loops that begin with the carry of the last round's sum or difference, as sums of big numbers do,
 * and meet memory that is not there until a handler has made it so: the flags that it sees, and the
 * results.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { PAGE = 4096, PAGES = 20, WORDS = PAGES * PAGE / 8 };

static unsigned long *memory;
static unsigned long seen; // by the handler, of flags and registers

/* x0: where x6 to x14 and the flags go at last, x1: words, x2: how many, x3: the flags at first. */
#define LOOP(name, body)                                                                                           \
    void name(unsigned long *end, const unsigned long *from, long n, unsigned long nzcv);                          \
    __asm__(                                                                                                       \
        ".pushsection .text\n" #name                                                                               \
        ": mov x6, #0x9e37\n movk x6, #0x79b9, lsl #48\n mov x7, #0\n mov x8, #0\n"                                \
        "mov x9, #0\n mov x10, #1\n mov x11, #-1\n mov x12, #-1\n mov x13, #5\n mov x14, #0\n msr nzcv, x3\n" body \
        "\n mrs x4, nzcv\n stp x6, x7, [x0]\n stp x8, x9, [x0, #16]\n stp x10, x11, [x0, #32]\n"                   \
        "stp x12, x13, [x0, #48]\n stp x14, x4, [x0, #64]\n ret\n .popsection");

#define ROUND "add x2, x2, #-1\n cbnz x2, 1b"
LOOP(
    sum,
    "1: ldr x8, [x1], #8\n adc x13, x13, xzr\n add x6, x6, x8, lsl #1\n adds x12, x8, x13\n adds x12, x12, x6\n"
    "eor x7, x7, x12, ror #7\n " ROUND)
LOOP(
    difference,
    "1: ldr x8, [x1], #8\n sbc x13, x13, xzr\n eor x6, x6, x8\n subs x12, x8, x13\n subs x12, x12, x6\n"
    "eor x7, x7, x12, ror #7\n " ROUND)
LOOP(
    elsewhere,
    "1: ldr x8, [x1], #8\n adc x13, x13, x8\n add x6, x6, x8, lsl #1\n adds x11, x13, x6\n eor x7, x7, x11\n " ROUND)
LOOP(
    constant,
    "1: ldr x8, [x1], #8\n adcs x12, x12, x8\n adds x12, x12, #4095\n eor x7, x7, x12, ror #3\n " ROUND)
LOOP(
    compared,
    "1: ldr x8, [x1], #8\n sbc x13, x13, x10\n mov x6, x8\n add x12, x12, x8, lsl #2\n cmp x12, x6\n " ROUND)
LOOP(
    twice,
    "1: ldr x8, [x1], #8\n adc x13, x13, xzr\n adc x14, x14, x8\n adds x12, x14, x13\n adds x12, x12, x6\n " ROUND)
LOOP(
    late,
    "1: ldr x8, [x1], #8\n eor x9, x9, x8\n and x9, x9, #0xffffffffffff\n adc x13, x13, x9\n adds x12, x8, x13\n"
    "adds x12, x12, x9\n " ROUND)
LOOP(
    narrow,
    "1: ldr w8, [x1], #8\n adc w13, w13, w8\n add w6, w6, w8\n adds w12, w12, w6\n eor x7, x7, x12\n " ROUND)
LOOP(
    more,
    "1: ldr x8, [x1], #8\n adc x13, x13, xzr\n cinc x14, x14, mi\n csel x9, x8, x9, vs\n adds x12, x8, x13\n"
    "adds x12, x12, x6\n " ROUND)
LOOP(
    sign,
    "1: ldr x8, [x1], #8\n cinc x14, x14, mi\n adc x13, x13, xzr\n adds x12, x8, x13\n adds x12, x12, x6\n " ROUND)
LOOP(
    shorter,
    "1: ldr x8, [x1], #8\n adc x13, x13, xzr\n adds x12, x8, x13\n adds x12, x12, x6\n sub x2, x2, #1\n"
    "cbz x2, 2f\n tbnz x8, #5, 1b\n eor x7, x7, x12\n tst x8, #8\n b.ne 1b\n cmn x8, x6\n cbnz x2, 1b\n 2:")
LOOP(
    within,
    "mov x9, #3\n 3: and x2, x2, #0xffff\n 1: ldr x8, [x1], #8\n adc x13, x13, xzr\n adds x12, x8, x13\n adds x12, x12, x6\n"
    "sub x2, x2, #1\n tst x2, #15\n b.eq 4f\n adds x12, x12, x6\n cbnz x2, 1b\n 4: adds x14, x14, x12\n cbnz x2, 3b")
LOOP(
    overwritten,
    "1: ldr x8, [x1], #8\n mov x6, x8\n adc x13, x13, xzr\n adds x12, x8, x13\n adds x12, x12, x6\n " ROUND)
LOOP(chain,
     "1: ldr x8, [x1], #8\n adcs x12, x12, x8\n adcs x13, x13, x6\n eor x7, x7, x13\n " ROUND)
LOOP(
    stored,
    "1: ldr x8, [x1]\n adc x13, x13, x8\n str x13, [x1], #8\n adds x12, x8, x13\n adds x12, x12, x6\n " ROUND)

// Behind what the evaluator does, and for a conditional comparison. (The tag is that of memory that
// has none: 0.)
LOOP(
    evaluated,
    ".arch armv8.5-a+memtag\n 1: ldr x8, [x1], #8\n ldg x14, [x0]\n adc x13, x13, xzr\n adds x12, x8, x13\n"
    "adds x12, x12, x6\n " ROUND)
LOOP(
    chained,
    "1: ldr x8, [x1], #8\n sbc x13, x13, xzr\n ccmp x13, x8, #8, cs\n cinc x14, x14, eq\n cinc x14, x14, lt\n"
    "subs x12, x8, x6\n " ROUND)
LOOP(
    chained_first,
    "1: ldr x8, [x1], #8\n adc x13, x13, xzr\n ccmp x13, x13, #4, cc\n cinc x14, x14, eq\n adds x12, x8, x13\n"
    "adds x12, x12, x6\n " ROUND)
LOOP(
    negated,
    "1: ldr x8, [x1], #8\n ngc x13, x13\n csinv x9, x8, x13, hi\n fcmp d0, d1\n adds x12, x8, x13\n adds x12, x12, x9\n " ROUND)

static void mix(unsigned long x)
{
    seen = (seen ^ x) * 0x9e3779b97f4a7c15;
    seen ^= seen >> 29;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    mix(m->pstate >> 28);
    for (unsigned i = 6; i < 15; i++)
        mix(m->regs[i]);
    unsigned long page = ((unsigned long)info->si_addr - (unsigned long)memory) / PAGE;
    unsigned long *words = memory + page * (PAGE / 8);
    mprotect(words, PAGE, PROT_READ | PROT_WRITE);
    for (unsigned i = 0; i < PAGE / 8;
         i++) { // long runs of ones and of zeros, as carries like them
        unsigned long n = page * (PAGE / 8) + i, w = n * 0x9e3779b97f4a7c15;
        words[i] = (w >> 60 & 3) == 0 ? ~0ul : (w >> 60 & 3) == 1 ? 0 : w ^ w >> 31;
    }
}

#define RUN(name)                                                              \
    for (unsigned nzcv = 0; nzcv < 16; nzcv += 5) {                            \
        unsigned long end[10];                                                 \
        mprotect(memory, PAGES *PAGE, PROT_NONE);                              \
        seen = 0;                                                              \
        name(end, memory, nzcv == 5 ? 100 : WORDS, (unsigned long)nzcv << 28); \
        for (unsigned i = 0; i < 10; i++)                                      \
            mix(end[i]);                                                       \
        printf("%s %x %lx %016lx\n", #name, nzcv, end[9] >> 28, seen);         \
    }

int main(void)
{
    memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    sigaction(SIGSEGV, &(struct sigaction){.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO}, NULL);
    RUN(sum)
    RUN(difference)
    RUN(elsewhere)
    RUN(constant)
    RUN(compared)
    RUN(twice)
    RUN(late) RUN(narrow) RUN(more) RUN(sign) RUN(shorter) RUN(within) RUN(overwritten) RUN(chain)
        RUN(stored) RUN(evaluated) RUN(chained) RUN(chained_first) RUN(negated) return guest_done();
}
