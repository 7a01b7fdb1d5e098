// SPDX-License-Identifier: MIT
// The condition flags that a handler sees at a load in the middle of a round, where they are those of the round before
// and a constant was added since to what they come from; what an instruction reads of them there; and that the loop
// comes to its end.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { PAGE = 65536, MOST = 600 };

static uint64_t safe[MOST + 8];
static unsigned seen, faults, line;

static void handle(int sig, siginfo_t *info, void *context)
{
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    (void)sig;
    (void)info;
    seen = (unsigned)(m->pstate >> 28 & 15);
    faults++;
    m->regs[2] = (uint64_t)safe; // the load is made again
}

struct loop {
    uint64_t a, b;      // compared, at the beginning
    const uint64_t *at; // loaded from, a word in each round
    uint64_t read, rounds;
    uint64_t out; // the round that a way out is taken in
};

// A loop over registers A and B (names without their first letter): `before` the load, `behind` it, what it compares.
#define LOOP(name, A, B, before, behind, compare) ENDED(name, A, B, before, behind, compare, "b.ne 1b")
#define ENDED(name, A, B, before, behind, compare, branch) LOADED(name, A, B, before, "ldr", behind, compare, branch)
#define LOADED(name, A, B, before, load, behind, compare, branch)                                                             \
    static void name(struct loop *l)                                                                                   \
    {                                                                                                                  \
        register uint64_t a __asm__("x" #A) = l->a, b __asm__("x" #B) = l->b;                                          \
        register const uint64_t *at __asm__("x2") = l->at;                                                             \
        register uint64_t read __asm__("x3") = 0, rounds __asm__("x4") = 0, out __asm__("x7") = l->out;                \
        __asm__ volatile("cmp xzr, xzr\n"                                                                              \
                         "1:\n" before "\n"                                                                            \
                         load " x5, [x2]\n"                                                                            \
                         "add x2, x2, #8\n" behind "\n"                                                                \
                         "add x4, x4, #1\n" compare "\n"                                                               \
                         branch "\n"                                                                                   \
                         "9: cset x6, hi\n"                                                                            \
                         "add x3, x3, x6\n"                                                                            \
                         : "+r"(a), "+r"(b), "+r"(at), "+r"(read), "+r"(rounds)                                        \
                         : "r"(out)                                                                                    \
                         : "x5", "x6", "cc", "memory");                                                                \
        l->a = a;                                                                                                      \
        l->read = read;                                                                                                \
        l->rounds = rounds;                                                                                            \
    }

LOOP(plain, 0, 1, "add x0, x0, #8", "", "cmp x0, x1")
LOOP(turned, 0, 1, "add x0, x0, #8", "", "cmp x1, x0")
LOOP(down, 0, 1, "sub x0, x0, #8", "", "cmp x0, x1")
LOOP(twice, 0, 1, "add x0, x0, #4080\nsub x0, x0, #4064\nadd x0, x0, #-8", "", "cmp x0, x1")
LOOP(split, 0, 1, "add x0, x0, #24", "sub x0, x0, #16", "cmp x0, x1")
LOOP(words, 0, 1, "add w0, w0, #8", "", "cmp w0, w1")
LOOP(words_turned, 0, 1, "add w0, w0, #8", "", "cmp w1, w0")
LOOP(low_words, 0, 1, "add x0, x0, #8", "", "cmp w0, w1")
LOOP(in_memory, 10, 11, "add x10, x10, #8", "", "cmp x10, x11")
LOOP(turned_in_memory, 10, 11, "add x10, x10, #8", "", "cmp x11, x10")
LOOP(one_in_memory, 0, 11, "add x0, x0, #8", "", "cmp x11, x0")
LOOP(other_in_memory, 10, 1, "add x10, x10, #8", "", "cmp x1, x10")
LOOP(constant, 0, 1, "add x0, x0, #8", "", "cmp x0, #2048")
LOOP(constant_word, 0, 1, "add w0, w0, #8", "", "cmp w0, #2048")
LOOP(read_there, 0, 1, "add x0, x0, #8\ncset x6, hi\nadd x3, x3, x6", "", "cmp x0, x1")
LOOP(read_turned, 0, 1, "add x0, x0, #8\ncset x6, hi\nadd x3, x3, x6", "", "cmp x1, x0")
LOOP(read_behind, 0, 1, "add x0, x0, #8", "adc x3, x3, xzr", "cmp x1, x0")
LOOP(read_in_memory, 10, 11, "add x10, x10, #8", "cset x6, lo\nadd x3, x3, x6", "cmp x10, x11")
LOOP(branch, 0, 1, "add x0, x0, #8\ntbz x0, #3, 2f\nadd x3, x3, #1\n2:", "", "cmp x0, x1")
LOOP(both, 0, 1, "add x0, x0, #16\nadd x1, x1, #8", "", "cmp x0, x1")
LOOP(moved_otherwise, 0, 1, "add x0, x0, #8\nlsl x0, x0, #1\nlsr x0, x0, #1", "", "cmp x0, x1")
ENDED(carry, 0, 1, "add x0, x0, #8", "adc x3, x3, xzr", "cmp x0, x1\nsub x6, x1, x0", "cbnz x6, 1b")
ENDED(carry_turned, 0, 1, "add x0, x0, #8", "adc x3, x3, xzr", "cmp x1, x0\nsub x6, x1, x0", "cbnz x6, 1b")
ENDED(carry_at_once, 0, 1, "add x0, x0, #8\nadc x3, x3, xzr", "", "cmp x1, x0\nsub x6, x1, x0", "cbnz x6, 1b")
ENDED(carry_in_memory, 10, 11, "add x10, x10, #8", "adc x3, x3, xzr", "cmp x11, x10\nsub x6, x11, x10", "cbnz x6, 1b")
ENDED(carry_and_more, 0, 1, "add x0, x0, #8", "adc x3, x3, xzr\ncset x6, hi\nadd x3, x3, x6", "cmp x1, x0\nsub x6, x1, x0",
      "cbnz x6, 1b")
#define LEAVES "sub x6, x7, x4\ncbz x6, 9f"
LOOP(left, 0, 1, "add x0, x0, #8\n" LEAVES, "", "cmp x0, x1")
LOOP(left_turned, 0, 1, "add x0, x0, #8\n" LEAVES, "", "cmp x1, x0")
LOOP(left_in_memory, 10, 11, "add x10, x10, #8\n" LEAVES, "", "cmp x11, x10")
LOOP(left_words, 0, 1, "add w0, w0, #8\n" LEAVES, "", "cmp w1, w0")
// Loads that compiled code leaves to a function.
LOADED(called, 0, 1, "add x0, x0, #8", "ldxr", "", "cmp x0, x1", "b.ne 1b")
LOADED(called_turned, 0, 1, "add x0, x0, #8", "ldaxr", "", "cmp x1, x0", "b.ne 1b")
LOADED(called_in_memory, 10, 11, "add x10, x10, #8", "ldxr", "", "cmp x11, x10", "b.ne 1b")

static unsigned flags(uint64_t a, uint64_t b, int wide)
{
    uint64_t nzcv;
    if (wide)
        __asm__("cmp %1, %2\nmrs %0, nzcv" : "=r"(nzcv) : "r"(a), "r"(b) : "cc");
    else
        __asm__("cmp %w1, %w2\nmrs %0, nzcv" : "=r"(nzcv) : "r"(a), "r"(b) : "cc");
    return (unsigned)(nzcv >> 28);
}

enum { TURNED = 1, WORDS = 2, HI = 4, LO = 8, CARRY = 16, ODD = 32, OUT = 64 };

static int reads(unsigned nzcv, int how)
{
    int c = nzcv >> 1 & 1, z = nzcv >> 2 & 1;
    return (how & HI ? c && !z : 0) + (how & LO ? !c : 0) + (how & CARRY ? c : 0);
}

// `rounds` of it, in number `fault` of which the load faults (from 0).
static void check(const char *name, void (*run)(struct loop *), uint64_t a, int64_t step, int64_t step_b, uint64_t b,
                  unsigned fault, unsigned rounds, int how)
{
    static char *page;
    if (!page) {
        page = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        mprotect(page + PAGE, PAGE, PROT_NONE);
    }
    unsigned out = how & OUT ? rounds - 1 : rounds;
    struct loop l = {a, b, (uint64_t *)(page + PAGE) - fault, 0, 0, how & OUT ? out : ~UINT64_C(0)};
    unsigned want = 6, read = 0, at_fault = 0; // of cmp xzr, xzr
    uint64_t x = a, y = b;
    for (unsigned i = 0; i < out; i++) {
        read += (unsigned)reads(want, how);
        if (i == fault)
            at_fault = want;
        x += (uint64_t)step;
        y += (uint64_t)step_b;
        read += how & ODD ? x >> 3 & 1 : 0;
        want = how & TURNED ? flags(y, x, !(how & WORDS)) : flags(x, y, !(how & WORDS));
    }
    read += (unsigned)reads(want, HI);
    seen = 16;
    faults = 0;
    run(&l);
    line++;
    if (faults != (fault < out) || (faults && seen != at_fault) || l.rounds != out || l.read != read)
        printf("%s, %u of %u: flags %x, expected %x; %u faults; %u rounds; read %u, expected %u\n", name, fault, rounds, seen,
               at_fault, faults, (unsigned)l.rounds, (unsigned)l.read, read);
}

int main(void)
{
    static const unsigned at[] = {0, 1, 2, 5, 60, 250};
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, 0);
    for (unsigned again = 0; again < 12; again++)
        for (unsigned k = 0; k < sizeof at / sizeof *at; k++) {
            unsigned n = at[k], m = n + 1 + again % 3;
            uint64_t a = UINT64_C(0x7ffffffffffffff0) - 8 * n, w = 0x7ffffff0u - 8 * n, half = 8ull * m;
#define CHECK(name, a, step, step_b, b, how) check(#name, name, a, step, step_b, b, n, m, how)
            CHECK(plain, a, 8, 0, a + half, 0);
            CHECK(turned, a, 8, 0, a + half, TURNED);
            CHECK(down, a, -8, 0, a - half, 0);
            CHECK(split, a, 8, 0, a + half, 0);
            CHECK(words, w, 8, 0, (uint32_t)(w + half), WORDS);
            CHECK(words_turned, w, 8, 0, (uint32_t)(w + half), WORDS | TURNED);
            CHECK(low_words, w, 8, 0, (uint32_t)(w + half), WORDS);
            CHECK(in_memory, a, 8, 0, a + half, 0);
            CHECK(turned_in_memory, a, 8, 0, a + half, TURNED);
            CHECK(one_in_memory, a, 8, 0, a + half, TURNED);
            CHECK(other_in_memory, a, 8, 0, a + half, TURNED);
            CHECK(constant, 2048 - half, 8, 0, 2048, 0);
            CHECK(constant_word, (uint32_t)(2048 - half), 8, 0, 2048, WORDS);
            CHECK(read_there, a, 8, 0, a + half, HI);
            CHECK(read_turned, a, 8, 0, a + half, HI | TURNED);
            CHECK(read_behind, a, 8, 0, a + half, CARRY | TURNED);
            CHECK(read_in_memory, a, 8, 0, a + half, LO);
            CHECK(branch, a, 8, 0, a + half, ODD);
            CHECK(both, a, 16, 8, a + half, 0);
            CHECK(moved_otherwise, (a >> 8) - half, 8, 0, a >> 8, 0);
            CHECK(twice, a, 8, 0, a + half, 0);
            CHECK(left, a, 8, 0, a + half, OUT);
            CHECK(left_turned, a, 8, 0, a + half, OUT | TURNED);
            CHECK(left_in_memory, a, 8, 0, a + half, OUT | TURNED);
            CHECK(left_words, w, 8, 0, (uint32_t)(w + half), OUT | TURNED | WORDS);
            CHECK(called, a, 8, 0, a + half, 0);
            CHECK(called_turned, a, 8, 0, a + half, TURNED);
            CHECK(called_in_memory, a, 8, 0, a + half, TURNED);
            CHECK(carry, a, 8, 0, a + half, CARRY);
            CHECK(carry_turned, a, 8, 0, a + half, CARRY | TURNED);
            CHECK(carry_at_once, a, 8, 0, a + half, CARRY | TURNED);
            CHECK(carry_in_memory, a, 8, 0, a + half, CARRY | TURNED);
            CHECK(carry_and_more, a, 8, 0, a + half, CARRY | HI | TURNED);
        }
    printf("%u loops\n", line);
    return 0;
}
