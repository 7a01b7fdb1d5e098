// SPDX-License-Identifier: MIT
// Random cases from the emulator's rows, with states in which something happens.
#ifndef DIFF_GENERATE_H
#define DIFF_GENERATE_H

#include "guest/case.h"
#include "a64/lists.h"

#include <stdbool.h>

struct a64_insn;

struct generator {
    const unsigned *rows; // what to take words of; none: words without a row
    unsigned n_rows;
    const bool *should_be_zero;  // by row: its ignored bits are mostly 0, else mostly 1
    const struct list *excluded[2];
    bool faults;    // each case ends in an access, mostly to where there is no memory
    unsigned times; // that a case is run
    bool tags;      // a fault's address is compared with its tag
    bool fpcr_last; // MSR FPCR only ends a case: one side has modes that the other lacks
    uint32_t fpcr, fpsr, pstate; // the bits that may be set
    unsigned next_row;           // of generate, with `faults`
    unsigned values;             // the first of this case's registers for values
    uint64_t random;             // state of random_next
};

// Whether the row's instructions access memory, or may: prefetches are among them.
bool generate_is_access(const struct a64_insn *row);

void generate(struct generator *g, unsigned slot, struct diff_case *c);

// What the lists have as text of a word without a row: its bits.
void generate_binary(uint32_t word, char text[33]);

// What a register holds where nothing is said about it, as in tests/a64/insn_test.c.
struct diff_state generate_default(void);

#endif
