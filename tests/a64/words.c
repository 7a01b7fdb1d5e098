// SPDX-License-Identifier: MIT
#include "words.h"

#include "a64/translate.h"
#include "base/bits.h"

#include <stdio.h>
#include <stdlib.h>

uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

bool row_matches(unsigned row, uint32_t word)
{
    const struct a64_leaf *leaf = &a64_leaves[row];
    if ((word & leaf->mask) != leaf->value)
        return false;
    for (unsigned i = 0; i < leaf->n_excepts; i++) {
        const struct a64_except *e = &a64_excepts[leaf->except + i];
        if ((word & e->mask) == e->value)
            return false;
    }
    return true;
}

uint32_t row_field_bits(unsigned row)
{
    const struct a64_leaf *leaf = &a64_leaves[row];
    uint32_t bits = 0;
    for (unsigned i = 0; i < leaf->n_pieces; i++) {
        const struct a64_piece *p = &a64_pieces[leaf->piece + i];
        bits |= (uint32_t)(bits_mask(p->width) << p->shift);
    }
    return bits;
}

uint32_t row_ignored_bits(unsigned row)
{
    return ~(row_field_bits(row) | a64_leaves[row].mask);
}

uint32_t row_random_word(unsigned row, uint64_t *state)
{
    const struct a64_leaf *leaf = &a64_leaves[row];
    uint32_t fields = row_field_bits(row);
    for (unsigned tries = 0; tries < 100000; tries++) {
        uint32_t word = leaf->value | ((uint32_t)(random_next(state) >> 32) & fields);
        struct a64_decoded d;
        // A row that is a special case of this one takes some of its words.
        if (row_matches(row, word) && a64_decode(word, &d) && d.insn == a64_rows[row])
            return word;
    }
    fprintf(stderr, "row %s: no word matches its pattern \"%s\"\n", a64_rows[row]->name,
            a64_rows[row]->bits);
    exit(1);
}

bool word_is_undefined(uint32_t word)
{
    static struct ir_inst storage[2048];
    struct a64_tr t;
    a64_translate_block(&t, storage, ARRAY_LEN(storage),
                        &(struct a64_code){0x400000, &word, 1, 0, false, false, NULL});
    const struct ir_inst *last = &t.ir.inst[t.ir.count - 1];
    return last->op == IR_exit && last->c == IR_EXIT_UNDEF;
}

unsigned row_index(const struct a64_insn *insn)
{
    unsigned i = 0;
    while (a64_rows[i] != insn)
        i++;
    return i;
}
