// SPDX-License-Identifier: MIT
// Instruction words for the tests of the rows: random ones of a given row, from the same tables the
// decoder uses.
#ifndef TEST_A64_WORDS_H
#define TEST_A64_WORDS_H

#include "a64/tree.h"

#include <stdbool.h>
#include <stdint.h>

// A small seedable generator (xorshift64*); the state must not be 0.
uint64_t random_next(uint64_t *state);

// Whether `word` matches the pattern of row `row` (index into a64_rows) and none of its exclusions.
bool row_matches(unsigned row, uint32_t word);

// The bits that belong to a named field of the row: what its pattern neither fixes nor ignores.
uint32_t row_field_bits(unsigned row);

// The bits that the row's pattern ignores.
uint32_t row_ignored_bits(unsigned row);

// A random word of the row; ignored bits ('-') are 0. Dies if the exclusions leave none.
uint32_t row_random_word(unsigned row, uint64_t *state);

// Whether the row's body makes the word undefined, whatever the machine's state.
bool word_is_undefined(uint32_t word);

// The index of a decoded instruction's row in a64_rows.
unsigned row_index(const struct a64_insn *insn);

#endif
