// SPDX-License-Identifier: MIT
// Compiled code as text that is the same on every machine: memory of the thread state by the names
// of its slots ([x9], [nzcv], [t4]), constants by their value, ways out of the block by where they
// lead (pc+8, exit:align), functions of the evaluator by their operation.
#ifndef TESTS_X64_GOLDEN_LISTING_H
#define TESTS_X64_GOLDEN_LISTING_H

#include "x64/compile.h"

#include <stdio.h>

struct listing {
    const struct x64_cache *cache;
    const struct x64_code *code;
    uint64_t pc;   // of the first guest instruction
    uint64_t next; // a jump there at the body's end is left out: the block was not to end there
    bool glue;     // all there is, not just the body
    unsigned count; // of the host instructions in the text
};

// Appends the code's text to `out` and counts it.
void listing_print(FILE *out, struct listing *l);

#endif
