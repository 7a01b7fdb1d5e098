// SPDX-License-Identifier: MIT
#include "engine/table.h"

static void set(struct table *t, unsigned i, struct bucket to)
{
    __atomic_store_n(&t->at[i].word, (union bucket_word){.bucket = to}.word, __ATOMIC_RELEASE);
}

void table_put(struct table *t, const struct block *b)
{
    unsigned i = table_first(t, b->pc);
    while (table_bucket(t, i).block)
        i = (i + 1) & (t->n - 1);
    set(t, i,
        (struct bucket){(uint32_t)(b->pc >> 2), (uint32_t)(((const uint8_t *)b - t->base) / 16)});
}

void table_put_all(struct table *t, const struct table *from)
{
    for (unsigned i = 0; i < from->n; i++)
        if (table_bucket(from, i).block)
            table_put(t, table_block(from, table_bucket(from, i)));
}

// What comes behind moves up, unless it is before its place then.
void table_take(struct table *t, const struct block *b)
{
    unsigned mask = t->n - 1, hole = table_first(t, b->pc);
    while (table_block(t, table_bucket(t, hole)) != b)
        hole = (hole + 1) & mask;
    for (unsigned i = (hole + 1) & mask;; i = (i + 1) & mask) {
        struct bucket at = table_bucket(t, i);
        if (!at.block)
            break;
        if (((i - table_first(t, (uint64_t)at.low_pc << 2)) & mask) >= ((i - hole) & mask)) {
            set(t, hole, at);
            hole = i;
        }
    }
    set(t, hole, (struct bucket){0, 0});
}

void table_clear(struct table *t)
{
    for (unsigned i = 0; i < t->n; i++)
        set(t, i, (struct bucket){0, 0});
}
