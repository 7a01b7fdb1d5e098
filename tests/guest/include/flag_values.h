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

#endif
