// SPDX-License-Identifier: MIT
// Operands, of integers and of double precision, whose comparisons, sums and bitwise ands set the
// condition flags in all ways.
#ifndef FLAG_VALUES_H
#define FLAG_VALUES_H

#include <stdint.h>

static const uint64_t value[] = {0,          1,          5,
                                 7,          0xfff000,   0x7fffffff,
                                 0x80000000, 0xffffffff, 0x3ff0000000000000,
                                 INT64_MAX,  1ULL << 63, 0x7ff8000000000001,
                                 UINT64_MAX};
enum { VALUES = sizeof value / sizeof *value };

// _(name, what sets the flags, the branch to 1 behind it), of registers 0 and 1 of both kinds.
// clang-format off
#define FLAG_BRANCHES(_) \
    _(sub, "cmp x0, x1", "b.hi 1b") \
    _(sub_word, "cmp w0, w1", "b.ge 1b") \
    _(sub_small, "cmp x0, #5", "b.ne 1b") \
    _(sub_large, "cmp x0, #0xfff000", "b.lo 1b") \
    _(sub_result, "subs x0, x0, x1", "b.mi 1b") \
    _(add, "cmn x0, x1", "b.cs 1b") \
    _(add_result, "adds w0, w0, w1", "b.vs 1b") \
    _(logic, "tst x0, x1", "b.eq 1b") \
    _(logic_large, "tst x0, #0x5555555555555555", "b.ne 1b") \
    _(logic_result, "ands x0, x0, x1", "b.pl 1b") \
    _(shifted, "cmp x0, x1, lsl #3", "b.lt 1b") \
    _(carry, "cmp x0, x1\nsbcs x0, x0, x1", "b.le 1b") \
    _(floating, "fcmp d0, d1", "b.mi 1b") \
    _(floating_zero, "fcmp d0, #0.0", "b.ls 1b") \
    _(conditional, "cmp x0, #3\nccmp x1, #7, #4, ne", "b.eq 1b") \
    _(zero, "cmp x0, x1", "cbz x1, 1b") \
    _(not_zero, "cmp w0, #9", "cbnz w0, 1b") \
    _(bit, "adds x2, x0, x1", "tbz x0, #63, 1b") \
    _(overwritten, "cmp x0, x1\nmov x0, x1\nmov x1, #12", "b.gt 1b")
// clang-format on

#endif
