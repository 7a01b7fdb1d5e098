// SPDX-License-Identifier: MIT
// Private to engine/: memory for translations as a ring of regions. They are filled one after the
// other; when the last one is full the oldest begins anew, after everything in it was removed and
// all threads have passed a safepoint (engine/safepoint.h). Changed with the engine's lock held.
#ifndef EMU_ENGINE_REGIONS_H
#define EMU_ENGINE_REGIONS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { REGIONS = 8 };

// Something in a region, found by address.
struct region_item {
    const void *start;
    void *item;
};

struct region {
    struct arena memory;
    uint8_t *end;     // of the memory: items stand there, the first one last
    unsigned count;   // of items
    uint64_t emptied; // the removal after which it may begin anew; 0: it is in use
};

struct regions {
    struct region at[REGIONS];
    unsigned current;
    bool anew; // one of them has begun anew, or is to be the next
};

// bytes_each: a multiple of 4096. at: from arena_address, for all of them.
void regions_init(struct regions *r, void *at, size_t bytes_each);

// Notes an item that begins at `start`, behind the others. False: the region is full.
bool region_note(struct region *r, const void *start, void *item);

static inline void *region_item(const struct region *r, unsigned i)
{
    return ((const struct region_item *)r->end - 1 - i)->item;
}

// The last item that begins at or before `at`, or NULL. Needs no lock if the region is in use, so
// that a signal handler may ask about where its thread is.
void *region_find(const struct region *r, const void *at);

// Forgets all that is in it: nobody may be there.
void region_clear(struct region *r);

// Whether all that was put there still is, and leaves room for more.
bool regions_may_be_kept(const struct regions *r);

// Bytes that are used.
size_t regions_bytes(const struct regions *r);

// Goes on to the next region. What is in the one behind it, which will be the next to begin anew,
// is given to `remove`. False: some thread may still be in the next region.
bool regions_advance(struct regions *r, void (*remove)(void *item));

// All that is in them was removed, at a time when any of them may have been about to begin anew.
void regions_give_up(struct regions *r);

#endif
