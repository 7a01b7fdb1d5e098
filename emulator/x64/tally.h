// SPDX-License-Identifier: MIT
// How often compiled code was where, for --stats: code that is counted has a counter at its
// beginning, behind every branch that may be taken out of it, and behind every label. What is not
// asked for costs nothing.
#ifndef EMU_X64_TALLY_H
#define EMU_X64_TALLY_H

#include <stdint.h>

struct x64;

// A piece of code that is come to at its beginning and left at its end (or by a fault).
struct x64_tally {
    uint64_t runs;
    struct x64_tally *next; // of the cache
    uint16_t n;
    uint16_t ops[]; // enum ir_op; with X64_CALLED what calls the evaluator's function
};
enum { X64_CALLED = 1 << 15, X64_TALLY_BYTES = 24 }; // of code for each piece

// Around the lowering of the operations from x->i on; `first` is what x->i was before.
void tally_before(struct x64 *x);
void tally_after(struct x64 *x, unsigned first);

#endif
