// SPDX-License-Identifier: MIT
#ifndef A64REPORT_EXPRESSION_H
#define A64REPORT_EXPRESSION_H

#include "image.h"

// A place in a stack: x[31] is sp. `called`: pc is where a call goes on, else an instruction that
// has been reached but not done.
struct place {
    uint64_t x[32], pc;
    bool called;
};

// What the DWARF expression of a register's or CFA's rule comes to: a value, or what is in memory
// or a register where it leads. False if it cannot be known.
bool expression(const struct image *i, const struct place *p, uint64_t cfa, const Dwarf_Op *op,
                size_t n, uint64_t *value);

#endif
