// SPDX-License-Identifier: MIT
// Bit tricks: counts, leading and trailing zeros, rotations, bit fields, byte reversal.
#include "bench.h"

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 75000000);
    uint64_t sum = 0, x = 88172645463325252;
    for (unsigned r = 0; r < rounds; r++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        sum += (uint64_t)__builtin_clzll(x) + (uint64_t)__builtin_ctz((uint32_t)x | 1u << 31);
        sum ^= __builtin_bswap64(x) >> (x & 15);
        sum += (x >> 11 & 0x1ff) * (uint64_t)((int64_t)(x << 20) >> 52);
        sum = sum << 23 | sum >> 41;
        if (x & 0x100)
            sum = ~sum;
    }
    return bench_done(sum);
}
