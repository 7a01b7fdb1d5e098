// SPDX-License-Identifier: MIT
// Empty tables so that the decoder links into the tool that makes them.
#include "a64/tree.h"

const struct a64_node a64_nodes[1];
const int16_t a64_children[1];
const uint16_t a64_lists[1] = {0xffff};
const struct a64_leaf a64_leaves[1];
const struct a64_piece a64_pieces[1];
const struct a64_except a64_excepts[1];
const struct a64_insn *const a64_rows[1] = {0};
const unsigned a64_row_count = 0;
