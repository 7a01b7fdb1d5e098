// SPDX-License-Identifier: MIT
// The decode tree, generated at build time by tools/a64gen from the rows. Inner nodes look at a
// window of bits; a leaf lists the few rows left, the one with most fixed bits first.
#ifndef EMU_A64_TREE_H
#define EMU_A64_TREE_H

#include "a64/insn.h"

// A piece of a field: bits [shift + width - 1 : shift] of the word, appended to what the field has
// so far.
struct a64_piece {
    uint8_t letter; // 0 is 'a'
    uint8_t shift;
    uint8_t width;
    uint8_t first; // begins the field
};

typedef void a64_extract_fn(uint32_t word, struct a64_args *args);

struct a64_leaf {
    a64_extract_fn *extract;    // sets the fields; those that the row lacks to zero
    uint32_t mask, value;       // the fixed bits
    uint16_t row;               // index into a64_rows
    uint16_t piece, n_pieces;   // in a64_pieces
    uint16_t except, n_excepts; // in a64_excepts
};

struct a64_except {
    uint32_t mask, value; // words that match are not of this row
};

// Inner node: window (shift, width) and 2^width children from `first`.
struct a64_node {
    uint8_t shift, width;
    uint16_t first;
};

// A child: an inner node (>= 0) or ~index of a list of leaves in a64_lists, ended by 0xffff.
extern const struct a64_node a64_nodes[];
extern const int16_t a64_children[];
extern const uint16_t a64_lists[];
extern const struct a64_leaf a64_leaves[];
extern const struct a64_piece a64_pieces[];
extern const struct a64_except a64_excepts[];

#endif
