// SPDX-License-Identifier: MIT
// From a case that differs to the one instruction that does, the few registers that matter, and a
// text about it.
#ifndef DIFF_REDUCE_H
#define DIFF_REDUCE_H

#include "batch.h"

struct reduced {
    struct diff_case c;
    struct diff_result result[2];
    unsigned kinds;  // what differs; 0: no more when run alone
    uint32_t culprit; // the instruction
};

// The shortest prefix that differs, from the state before its last instruction if that suffices.
struct reduced reduce_to_instruction(struct diff_pair *pair, const struct diff_case *c);

// Sets what does not matter to what it is where nothing is said.
void reduce_state(struct diff_pair *pair, struct reduced *r);

void reduce_print(const struct diff_pair *pair, const struct reduced *r);

// The names of the kinds, and "SEGV/none" of the signals.
void reduce_describe(const struct reduced *r, char *kinds, char *signals);

#endif
