// SPDX-License-Identifier: MIT
#include "x64/tally.h"

#include "x64/emit.h"

static bool ends_piece(const struct x64 *x, unsigned i)
{
    return ir_op_info[x->places->ops[i].op].flags & IR_EXIT;
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
    if (x->i && !ends_piece(x, x->i - 1))
        return;
    unsigned end = x->i;
    while (end < x->places->n_ops && !ends_piece(x, end))
        end++;
    end += end < x->places->n_ops;
    size_t size = sizeof(struct x64_tally) + (end - x->i) * sizeof(uint16_t);
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
