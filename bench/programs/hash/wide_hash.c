// SPDX-License-Identifier: MIT
// A 64-bit hash of the multiply-and-rotate kind over buffers of all lengths.
#include "bench.h"

#include <string.h>

static uint8_t data[1 << 14];

static uint64_t hash(const uint8_t *p, size_t n, uint64_t h)
{
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t v;
        memcpy(&v, p, 8);
        v *= 0xc2b2ae3d27d4eb4f;
        h ^= (v << 31 | v >> 33) * 0x9e3779b185ebca87;
        h = (h << 27 | h >> 37) * 5 + 0x52dce729;
    }
    for (; n; n--)
        h = (h ^ *p++) * 0x100000001b3;
    return h ^ h >> 32;
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 1500000);
    uint32_t seed = 37;
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)bench_random(&seed);
    for (unsigned r = 0; r < rounds; r++)
        sum = hash(data + r % 4096, r % 4001, sum);
    return bench_done(sum);
}
