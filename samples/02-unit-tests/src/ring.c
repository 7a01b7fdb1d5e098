// SPDX-License-Identifier: MIT
#include "ring.h"

#include <stdlib.h>

int ring_init(struct ring *ring, size_t size)
{
    *ring = (struct ring){.bytes = malloc(size ? size : 1), .size = size};
    return ring->bytes ? 0 : -1;
}

void ring_free(struct ring *ring)
{
    free(ring->bytes);
    *ring = (struct ring){0};
}

void ring_put(struct ring *ring, const void *bytes, size_t count)
{
    const unsigned char *from = bytes;

    if (ring->size == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        ring->bytes[(ring->first + ring->count) % ring->size] = from[i];
        if (ring->count < ring->size)
            ring->count++;
        else
            ring->first = (ring->first + 1) % ring->size;
    }
}

size_t ring_get(struct ring *ring, void *bytes, size_t count)
{
    unsigned char *to = bytes;
    size_t taken = 0;

    while (taken < count && ring->count > 0) {
        to[taken++] = ring->bytes[ring->first];
        ring->first = (ring->first + 1) % ring->size;
        ring->count--;
    }
    return taken;
}
