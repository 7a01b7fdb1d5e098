// SPDX-License-Identifier: MIT
#include "a64/tree.h"
#include "base/bits.h"

static bool leaf_matches(const struct a64_leaf *leaf, uint32_t word)
{
    if ((word & leaf->mask) != leaf->value)
        return false;
    for (unsigned i = 0; i < leaf->n_excepts; i++) {
        const struct a64_except *e = &a64_excepts[leaf->except + i];
        if ((word & e->mask) == e->value)
            return false;
    }
    return true;
}

bool a64_decode(uint32_t word, struct a64_decoded *out)
{
    int at = 0;
    while (at >= 0) {
        const struct a64_node *n = &a64_nodes[at];
        at = a64_children[n->first + bits_get(word, n->shift, n->width)];
    }
    for (const uint16_t *list = &a64_lists[~at]; *list != 0xffff; list++) {
        const struct a64_leaf *leaf = &a64_leaves[*list];
        if (leaf_matches(leaf, word)) {
            out->insn = a64_rows[leaf->row];
            leaf->extract(word, &out->args);
            return true;
        }
    }
    return false;
}
