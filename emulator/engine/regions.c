// SPDX-License-Identifier: MIT
#include "engine/regions.h"

#include "engine/engine.h"
#include "engine/safepoint.h"

void regions_init(struct regions *r, void *at, size_t bytes_each)
{
    struct arena all;
    arena_init_at(&all, at, REGIONS * bytes_each);
    for (unsigned i = 0; i < REGIONS; i++) {
        struct region *one = &r->at[i];
        one->end = all.base + (i + 1) * bytes_each;
        one->memory = (struct arena){.base = all.base + i * bytes_each, .size = bytes_each};
    }
}

// ORDER: who is killed here leaves nothing behind, or an item.
bool region_note(struct region *r, const void *start, void *item)
{
    struct region_item *at = (struct region_item *)r->end - 1 - r->count;
    if ((uint8_t *)at < r->memory.base + r->memory.used)
        return false;
    *at = (struct region_item){start, item};
    r->memory.size = (size_t)((uint8_t *)at - r->memory.base);
    __atomic_store_n(&r->count, r->count + 1, __ATOMIC_RELEASE);
    return true;
}

void *region_find(const struct region *r, const void *at)
{
    const struct region_item *first = (const struct region_item *)r->end - 1;
    unsigned lo = 0, hi = __atomic_load_n(&r->count, __ATOMIC_ACQUIRE);
    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (first[-(int)mid].start <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo ? first[-(int)(lo - 1)].item : NULL;
}

void region_clear(struct region *r)
{
    r->memory.used = 0;
    r->memory.size = (size_t)(r->end - r->memory.base);
    r->emptied = 0;
    __atomic_store_n(&r->count, 0, __ATOMIC_RELEASE);
}

bool regions_may_be_kept(const struct regions *r)
{
    return !r->anew && r->current <= REGIONS / 2;
}

size_t regions_bytes(const struct regions *r)
{
    size_t n = 0;
    for (unsigned i = 0; i < REGIONS; i++)
        n += r->at[i].memory.used + r->at[i].count * sizeof(struct region_item);
    return n;
}

bool regions_advance(struct regions *r, void (*remove)(void *item))
{
    unsigned next = (r->current + 1) % REGIONS;
    struct region *behind = &r->at[(next + 1) % REGIONS];
    if (r->at[next].emptied && !safepoint_reached(r->at[next].emptied))
        return false;
    engine_stats.emptied += r->at[next].count != 0;
    region_clear(&r->at[next]);
    r->current = next;
    r->anew |= behind->count != 0;
    for (unsigned i = 0; i < behind->count; i++)
        remove(region_item(behind, i));
    behind->emptied = safepoint_removed();
    return true;
}

void regions_give_up(struct regions *r)
{
    uint64_t removal = safepoint_removed();
    for (unsigned i = 0; i < REGIONS; i++)
        if (i != r->current && r->at[i].count)
            r->at[i].emptied = removal;
}
