// SPDX-License-Identifier: MIT
// The condition flags that a handler sees at a faulting load, where they were set in another block,
// which ended with two branches: to code that was there before, and loads first thing.
#include "flag_values.h"
#include "flags_seen.h"

#include <stdint.h>
#include <stdio.h>

enum { HOT = 200 }; // rounds, after which all of it is compiled

#define MORE "nop\n"
#define LONG MORE MORE MORE MORE MORE MORE MORE MORE MORE MORE MORE MORE MORE MORE MORE MORE

// Flags of `set` on x0 = a, x1 = b, d0 and d1 their bits, after which `branch` leads to 1 or does
// not, with p in x3. first: 1 or 2, to go there at once, or 0. A block so long ends where code
// begins that is compiled already.
#define ENDS(name, set, branch)                                                        \
    static void name(uint64_t a, uint64_t b, const uint64_t *p, unsigned first)        \
    {                                                                                  \
        register uint64_t x0 __asm__("x0") = a, x1 __asm__("x1") = b;                  \
        register const uint64_t *x3 __asm__("x3") = p;                                 \
        register uint64_t x6 __asm__("x6") = first;                                    \
        __asm__ volatile("fmov d0, x0\nfmov d1, x1\ncbz x6, 3f\ntbz x6, #0, 2f\n"     \
                         "1: ldr x4, [x3]\nmov x0, #1\nb 4f\n"                         \
                         "2: ldr x4, [x3, #8]\nmov x1, #2\nb 4f\n"                     \
                         "3: " LONG set "\n" branch "\nb 2b\n"                         \
                         "4:"                                                          \
                         : "+r"(x0), "+r"(x1)                                          \
                         : "r"(x3), "r"(x6)                                            \
                         : "x2", "x4", "v0", "v1", "cc", "memory");              \
    }

// clang-format off
#define CASES(_) \
    FLAG_BRANCHES(_) \
    _(always, "cmp x0, x1", "")
// clang-format on

CASES(ENDS)

#define ROW(name, set, branch) {#name, name},
static const struct {
    const char *name;
    void (*run)(uint64_t, uint64_t, const uint64_t *, unsigned first);
} cases[] = {CASES(ROW)};

int main(void)
{
    static const uint64_t there[2] = {1, 2};
    see_flags();
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned first = 3; first-- > 0;)
            for (unsigned k = 0; k < HOT; k++)
                cases[i].run(value[k % VALUES], value[k / 3 % VALUES], there, first);
        printf("%s", cases[i].name);
        for (unsigned a = 0; a < VALUES; a++) {
            printf(a ? "" : " ");
            for (unsigned b = 0; b < VALUES; b++) {
                seen = 16;
                if (!sigsetjmp(out, 1))
                    cases[i].run(value[a], value[b], NULL, 0);
                printf("%x", seen);
            }
        }
        printf("\n");
    }
    return 0;
}
