// SPDX-License-Identifier: MIT
// memcpy, memmove and memset of every size from one byte to some pages.
#include "bench.h"

#include <string.h>

enum { SIZE = 1 << 18 };
static uint8_t from[SIZE], to[SIZE];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 20000000);
    uint32_t seed = 13;
    uint64_t sum = 0;
    for (int i = 0; i < SIZE; i++)
        from[i] = (uint8_t)bench_random(&seed);
    for (unsigned r = 0; r < rounds; r++) {
        uint32_t x = bench_random(&seed);
        size_t n = 1 + x % (r % 64 ? 200 : 16000);
        size_t at = x >> 5 & 0x1ffff, other = bench_random(&seed) & 0x1ffff;
        switch (r % 4) {
        case 0: case 1: memcpy(to + at, from + other, n); break;
        case 2: memmove(to + at, to + at + (x & 63), n); break;
        default: memset(to + at, (int)x, n / 2); break;
        }
        sum += to[other];
    }
    return bench_done(sum);
}
