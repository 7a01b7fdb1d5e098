// SPDX-License-Identifier: MIT
// The condition flags that a handler sees at a load at the beginning of a loop, where they come
// from the last round, whose operands are gone by then.
#include "flag_values.h"
#include "flags_seen.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 40 }; // of each run that makes it hot

// Rounds of `set` on x0, x1, d0 and d1, which come from the next pair, and `branch`, which leads to
// 1 or does not. Each begins with a load from the next address of the list, where all operands are
// others.
#define LOOPS(name, set, branch)                                                                  \
    static void name(const uint64_t *pair, const uint64_t *const *list, uint64_t rounds)          \
    {                                                                                             \
        register const uint64_t *x7 __asm__("x7") = pair;                                         \
        register const uint64_t *const *x8 __asm__("x8") = list;                                  \
        register uint64_t x6 __asm__("x6") = rounds;                                              \
        __asm__ volatile("1: mov x0, #77\nmov x1, #88\nfmov d0, #3.0\nfmov d1, d0\n"              \
                         "ldr x3, [x8], #8\nldr x4, [x3]\nsub x6, x6, #1\ncbz x6, 2f\n"           \
                         "ldp x0, x1, [x7], #16\nfmov d0, x0\nfmov d1, x1\n" set "\n" branch "\n" \
                         "2:"                                                                     \
                         : "+r"(x8), "+r"(x7), "+r"(x6)                                           \
                         :                                                                        \
                         : "x0", "x1", "x2", "x3", "x4", "x5", "v0", "v1", "cc", "memory");       \
    }

// clang-format off
#define CASES(_) \
    FLAG_BRANCHES(_) \
    _(sub_not, "cmp x0, x1", "b.ls 1b") \
    _(sub_word_not, "cmp w0, w1", "b.lt 1b") \
    _(sub_large_not, "cmp x0, #0xfff000", "b.hs 1b") \
    _(sub_same, "cmp x0, x0", "b.eq 1b") \
    _(sub_result_not, "subs x0, x0, x1", "b.pl 1b") \
    _(sub_result_b, "subs w1, w0, w1", "b.cs 1b") \
    _(sub_result_small, "subs x0, x0, #1", "b.ne 1b") \
    _(sub_result_other, "subs x5, x0, x1", "b.gt 1b") \
    _(negated, "negs x0, x1", "b.le 1b") \
    _(add_not, "cmn w0, w1", "b.cc 1b") \
    _(add_small, "cmn w0, #7", "b.ls 1b") \
    _(add_result_not, "adds x0, x1, x0", "b.vc 1b") \
    _(add_twice, "adds x0, x0, x0", "b.ne 1b") \
    _(logic_not, "tst w0, w1", "b.ne 1b") \
    _(logic_complement, "bics x5, x0, x1", "b.mi 1b") \
    _(extended, "cmp x0, w1, sxth", "b.hi 1b") \
    _(floating_not, "fcmp d0, d1", "b.pl 1b") \
    _(moved, "cmp x0, x1\nadd x0, x0, #16", "b.hi 1b") \
    _(read, "cmp x0, x1", "b.hs 1b\ncset x5, lo\ncmp x5, #1\nb.eq 1b") \
    _(always, "cmp x0, x1", "b 1b") \
    _(left, "cmp x0, x1", "b.hi 2f\nb 1b") \
    _(left_result, "adds x0, x0, x1", "b.cs 2f\nb 1b") \
    _(left_zero, "subs w0, w0, w1", "cbz x1, 2f\nb 1b") \
    _(left_floating, "fcmp d1, d0", "b.gt 2f\nb 1b") \
    _(two_ways, "cmp x0, x1", "b.hi 1b\nb.eq 1b")
// clang-format on

CASES(LOOPS)

#define ROW(name, set, branch) {#name, name},
static const struct {
    const char *name;
    void (*run)(const uint64_t *pair, const uint64_t *const *list, uint64_t rounds);
} cases[] = {CASES(ROW)};

static const uint64_t there;
static const uint64_t *good[ROUNDS], *bad[] = {&there, &there, &there, NULL};

static void make_hot(void (*run)(const uint64_t *, const uint64_t *const *, uint64_t))
{
    uint64_t pair[ROUNDS][2];
    for (unsigned k = 0; k < VALUES * VALUES; k++) {
        for (unsigned i = 0; i < ROUNDS; i++)
            pair[i][0] = value[k % VALUES], pair[i][1] = value[k / VALUES];
        run(*pair, good, ROUNDS);
    }
}

// The flags at the fault behind n pairs, at most 3; 16: the loop was left before.
static unsigned flags_behind(unsigned i, const uint64_t *pair, unsigned n)
{
    seen = 16;
    if (!sigsetjmp(out, 1))
        cases[i].run(pair, &bad[3 - n], ROUNDS);
    return seen;
}

// The latest two pairs with which rounds go on, with different flags if there are such.
static uint64_t before[2][2];

static void find_before(unsigned i)
{
    unsigned latest = 16;
    for (unsigned n = 0; n < VALUES * VALUES; n++) {
        const uint64_t pair[2] = {value[n / VALUES], value[n % VALUES]};
        unsigned flags = flags_behind(i, pair, 1);
        if (flags == 16 || flags == latest)
            continue;
        memcpy(before[1], latest == 16 ? pair : before[0], sizeof pair);
        memcpy(before[0], pair, sizeof pair);
        latest = flags;
    }
}

int main(void)
{
    for (unsigned i = 0; i < ROUNDS; i++)
        good[i] = &there;
    see_flags();
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_hot(cases[i].run);
        find_before(i);
        printf("%s", cases[i].name);
        for (unsigned n = 0; n < VALUES * VALUES; n++) {
            printf(n % VALUES ? "" : " ");
            for (unsigned k = 0; k < 2; k++) {
                const uint64_t *b = before[k],
                               pair[] = {
                                   b[0], b[1], b[0], b[1], value[n / VALUES], value[n % VALUES]};
                unsigned flags = flags_behind(i, pair, 3);
                printf(flags < 16 ? "%x" : ".", flags);
            }
        }
        printf("\n");
    }
    return 0;
}
