// SPDX-License-Identifier: MIT
// A ring of bytes of fixed size: the oldest bytes make room for new ones.
#ifndef RING_H
#define RING_H

#include <stddef.h>

struct ring {
    unsigned char *bytes;
    size_t size;  // how many fit
    size_t first; // where the oldest is
    size_t count; // how many there are
};

// Returns 0, or -1 when there is no memory.
int ring_init(struct ring *ring, size_t size);
void ring_free(struct ring *ring);

void ring_put(struct ring *ring, const void *bytes, size_t count);

// Takes up to `count` of the oldest bytes and returns how many there were.
size_t ring_get(struct ring *ring, void *bytes, size_t count);

#endif
