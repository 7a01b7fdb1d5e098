// SPDX-License-Identifier: MIT
// Blocks of all sizes allocated, grown and freed in random order.
#include "bench.h"

#include <string.h>

enum { BLOCKS = 2048 };
static struct {
    uint8_t *p;
    size_t size;
} block[BLOCKS];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 8000000);
    uint32_t seed = 79;
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        uint32_t x = bench_random(&seed);
        unsigned i = x % BLOCKS;
        size_t size = 8 + (x >> 11) % (x & 0x800 ? 120 : 1500);
        if (!block[i].p) {
            block[i].p = malloc(size);
        } else if (x & 0x1000) {
            sum += block[i].p[0];
            block[i].p = realloc(block[i].p, size);
        } else {
            sum += block[i].p[block[i].size - 1];
            free(block[i].p);
            block[i].p = NULL;
            continue;
        }
        if (!block[i].p)
            abort();
        block[i].size = size;
        block[i].p[0] = (uint8_t)x;
        block[i].p[size - 1] = (uint8_t)(x >> 8);
    }
    return bench_done(sum);
}
