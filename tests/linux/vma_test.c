// SPDX-License-Identifier: MIT
// The table of mappings against the simplest thing that could be right: one entry per page. Random
// operations on both, then every question is put to both.
#include "linux/vma.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES = 64, ROUNDS = 300000 };

static const uint64_t base = 0x10000;

// What page i is mapped as; attributes 0: not at all.
static struct {
    uint8_t mapped, prot, kind;
    bool shared, sealed;
} model[PAGES];

static uint64_t state = 1;

static unsigned below(unsigned n)
{
    state = state * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(state >> 33) % n;
}

static uint64_t address(unsigned page)
{
    return base + page * MM_PAGE;
}

#define REQUIRE(cond)                                                                   \
    do {                                                                                \
        if (!(cond)) {                                                                  \
            printf("%s:%d: wrong in round %u: %s\n", __FILE__, __LINE__, round, #cond); \
            exit(1);                                                                    \
        }                                                                               \
    } while (0)

static void change(struct vma_table *t)
{
    unsigned first = below(PAGES), last = first + 1 + below(PAGES - first);
    struct vma v = {.start = address(first),
                    .end = address(last),
                    .prot = (uint8_t)below(8),
                    .kind = (uint8_t)below(2),
                    .shared = below(2)};
    switch (below(4)) {
    case 0:
        vma_set(t, &v);
        for (unsigned i = first; i < last; i++) {
            model[i].mapped = 1;
            model[i].prot = v.prot;
            model[i].kind = v.kind;
            model[i].shared = v.shared;
            model[i].sealed = false;
        }
        break;
    case 1:
        vma_clear(t, v.start, v.end);
        memset(&model[first], 0, (last - first) * sizeof model[0]);
        break;
    case 2:
        vma_seal(t, v.start, v.end);
        for (unsigned i = first; i < last; i++)
            model[i].sealed = model[i].mapped;
        break;
    default:
        for (unsigned i = first; i < last; i++)
            if (!model[i].mapped)
                return; // only what is mapped throughout may be protected
        vma_protect(t, v.start, v.end, v.prot);
        for (unsigned i = first; i < last; i++)
            model[i].prot = v.prot;
    }
}

// Sorted, not empty, not overlapping, and neighbours that are equal are one.
static void check_shape(const struct vma_table *t, unsigned round)
{
    uint64_t bytes = 0;
    for (unsigned i = 0; i < t->count; i++)
        bytes += t->at[i].end - t->at[i].start;
    REQUIRE(t->bytes == bytes && t->peak >= bytes && t->changes % 2 == 0);
    for (unsigned i = 0; i < t->count; i++) {
        const struct vma *v = &t->at[i], *next = v + 1;
        REQUIRE(v->start < v->end);
        if (i + 1 == t->count)
            break;
        REQUIRE(v->end <= next->start);
        REQUIRE(v->end < next->start || v->prot != next->prot || v->kind != next->kind ||
                v->shared != next->shared || v->sealed != next->sealed);
    }
}

static void check_answers(const struct vma_table *t, unsigned round)
{
    for (unsigned i = 0; i < PAGES; i++) {
        const struct vma *v = vma_find(t, address(i) + below(MM_PAGE));
        REQUIRE(!v == !model[i].mapped);
        REQUIRE(!v || (v->prot == model[i].prot && v->kind == model[i].kind &&
                       v->shared == model[i].shared && v->sealed == model[i].sealed));
    }
    unsigned first = below(PAGES), last = first + 1 + below(PAGES - first);
    bool all = true, any = false, exec = false, sealed = false;
    for (unsigned i = first; i < last; i++) {
        all &= model[i].mapped;
        any |= model[i].mapped;
        exec |= model[i].mapped && model[i].prot & 4;
        sealed |= model[i].sealed;
    }
    REQUIRE(vma_covers(t, address(first), address(last)) == all);
    REQUIRE(vma_any(t, address(first), address(last)) == any);
    REQUIRE(vma_any_exec(t, address(first), address(last)) == exec);
    REQUIRE(vma_any_sealed(t, address(first), address(last)) == sealed);
}

static void check_room(const struct vma_table *t, unsigned round)
{
    unsigned low = below(PAGES), high = low + 1 + below(PAGES - low), n = 1 + below(8);
    uint64_t expected = 0;
    for (unsigned i = low; i + n <= high; i++) {
        bool free = true;
        for (unsigned k = i; k < i + n; k++)
            free &= !model[k].mapped;
        if (free)
            expected = address(i); // the highest wins
    }
    REQUIRE(vma_room(t, n * MM_PAGE, address(low), address(high)) == expected);
}

// A change whose maker was killed before its last act, or anywhere in what can be in disorder then.
static void change_half(struct vma_table *t, unsigned round)
{
    struct vma before[2 * PAGES], v = {.start = address(below(PAGES)), .prot = 4};
    unsigned count = t->count;
    uint64_t bytes = t->bytes;
    memcpy(before, t->at, count * sizeof *before);
    v.end = v.start + MM_PAGE * (1 + below(8));
    vma_set(t, &v);
    t->changing = true;
    t->changes--;
    if (below(2))
        memset(t->at, 0xff, count * sizeof *before);
    vma_take_back(t);
    REQUIRE(t->count == count && t->bytes == bytes);
    REQUIRE(!memcmp(before, t->at, count * sizeof *before));
    vma_take_back(t); // there is nothing left to be taken back
    REQUIRE(t->count == count && !memcmp(before, t->at, count * sizeof *before));
}

int main(void)
{
    struct vma_table t = {0};
    for (unsigned round = 0; round < ROUNDS; round++) {
        change(&t);
        if (round == ROUNDS / 2)
            vma_share(&t);
        if (round > ROUNDS / 2)
            change_half(&t, round);
        check_shape(&t, round);
        if (round % 8 == 0)
            check_answers(&t, round);
        check_room(&t, round);
    }
    printf("%d rounds, %u mappings at the end\n", ROUNDS, t.count);
    return 0;
}
