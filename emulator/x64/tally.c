// SPDX-License-Identifier: MIT
#include "x64/tally.h"

#include "x64/emit.h"

static bool is_label(const struct x64 *x, unsigned i)
{
    return x->places->ops[i].op == IR_label;
}

// Whether a piece begins at operation i: behind what may be the way out, and behind labels, where
// others may come from. ORDER: their jumps lead before the counter.
static bool begins_piece(const struct x64 *x, unsigned i)
{
    return i == 0 || is_label(x, i - 1) || ir_op_info[x->places->ops[i - 1].op].flags & IR_EXIT;
}

// The piece that begins at operation i ends before this one.
static unsigned end_of_piece(const struct x64 *x, unsigned i)
{
    do
        i++;
    while (i < x->places->n_ops && !begins_piece(x, i) && !is_label(x, i));
    return i;
}

// ++*n without the host's flags, which may hold the guest's.
static void emit_increment(struct x64 *x, uint64_t *n)
{
    struct x64_asm *a = &x->a;
    for (unsigned store = 0; store < 2; store++) {
        x64_byte(a, 0x48);
        x64_byte(a, store ? 0xa3 : 0xa1); // mov rax, [n]; mov [n], rax
        x64_word64(a, (uint64_t)n);
        if (!store)
            x64_lea(a, true, X64_RAX, mem(X64_RAX, 1));
    }
}

void tally_before(struct x64 *x)
{
    if (is_label(x, x->i)) { // executes nothing
        x->tally = NULL;
        return;
    }
    if (!begins_piece(x, x->i))
        return;
    size_t size = sizeof(struct x64_tally) + (end_of_piece(x, x->i) - x->i) * sizeof(uint16_t);
    struct x64_tally *t = arena_alloc(x->cache->data, size);
    if (!t) {
        x->full = true;
        x->tally = NULL;
        return;
    }
    t->runs = 0;
    t->n = 0;
    t->next = x->cache->tallies;
    x->cache->tallies = x->tally = t;
    uint8_t *start = x->a.p;
    emit_increment(x, &t->runs);
    assert_msg(x->a.p - start == X64_TALLY_BYTES, "x64: a counter's size");
}

void tally_after(struct x64 *x, unsigned first)
{
    struct x64_tally *t = x->tally;
    for (unsigned i = first; t && i <= x->i && i < x->places->n_ops; i++)
        t->ops[t->n++] = (uint16_t)(x->places->ops[i].op | (x->called ? X64_CALLED : 0));
    x->called = false;
}
