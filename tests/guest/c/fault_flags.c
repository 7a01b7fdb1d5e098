// SPDX-License-Identifier: MIT
// The condition flags that a handler sees at a faulting load, where what they come from was
// overwritten since: by a constant, by a move, by the load itself, in a loop, across a branch.
#include "flags_seen.h"

#include <stdint.h>
#include <stdio.h>

// Flags of `set` on x0 = a, x1 = b, after which `gone` and a load through a null pointer follow.
#define FAULT(name, set, gone)                                           \
    static void name(uint64_t a, uint64_t b)                             \
    {                                                                    \
        register uint64_t x0 __asm__("x0") = a, x1 __asm__("x1") = b;    \
        __asm__ volatile("mov x3, #0\n" set "\n" gone "\nldr x4, [x3]\n" \
                         : "+r"(x0), "+r"(x1)                            \
                         :                                               \
                         : "x2", "x3", "x4", "x5", "cc", "memory");      \
    }

FAULT(sub_a, "subs x2, x0, x1", "mov x0, #77")
FAULT(sub_b, "cmp x0, x1", "mov x1, x0")
FAULT(sub_both, "cmp x0, x1", "mov x0, #1\nmov x1, #1")
FAULT(sub_imm, "cmp w0, #5", "add x0, x0, #100\neor x5, x0, x1")
FAULT(sub_zext, "cmp w0, w1", "mov w0, w0")
FAULT(add, "cmn x0, x1", "mov x0, #0\nand x5, x0, x1")
FAULT(add_result, "adds x0, x0, x1", "mov x0, #3")
FAULT(sub_result, "subs x0, x0, x1", "mov x1, #3\nlsr x0, x0, #1")
FAULT(logic, "tst x0, x1", "mov x1, #0\nsub x0, x0, x1")
FAULT(logic_result, "ands x2, x0, x1", "mov x2, #9")
FAULT(load, "cmp x0, x1", "mov x5, x3\nmov x0, x5\nldr x0, [x0]")
FAULT(across, "cmp x0, x1\nb.vs 1f\n1: b 2f\n2:", "mov x0, #8\nmov x1, #2")
FAULT(loop, "mov x2, #3\n1: cmp x0, x1",
      "mov x5, x0\nmov x0, x1\nmov x1, x5\nsub x2, x2, #1\ncbnz x2, 1b")

static const struct {
    const char *name;
    void (*run)(uint64_t, uint64_t);
} cases[] = {{"sub_a", sub_a},
             {"sub_b", sub_b},
             {"sub_both", sub_both},
             {"sub_imm", sub_imm},
             {"sub_zext", sub_zext},
             {"add", add},
             {"add_result", add_result},
             {"sub_result", sub_result},
             {"logic", logic},
             {"logic_result", logic_result},
             {"load", load},
             {"across", across},
             {"loop", loop}};

static const uint64_t values[] = {0,          1,
                                  5,          6,
                                  INT64_MAX,  (uint64_t)INT64_MIN,
                                  UINT64_MAX, 0x80000000,
                                  0x7fffffff, 0xffffffff00000005};

int main(void)
{
    see_flags();
    enum { N = sizeof values / sizeof *values };
    for (unsigned c = 0; c < sizeof cases / sizeof *cases; c++) {
        printf("%-12s ", cases[c].name);
        for (volatile unsigned i = 0; i < N * N; i++) {
            seen = 16;
            if (!sigsetjmp(out, 1))
                cases[c].run(values[i / N], values[i % N]);
            printf("%c", "0123456789abcdef?"[seen]);
        }
        printf("\n");
    }
    return 0;
}
