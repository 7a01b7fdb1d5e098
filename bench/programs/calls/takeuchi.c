// SPDX-License-Identifier: MIT
// Deep recursion with four calls a level, and one chain of 10000 frames.
#include "bench.h"

__attribute__((noinline)) static int tak(int x, int y, int z)
{
    return y >= x ? z : tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

__attribute__((noinline)) static uint64_t deep(unsigned n, uint64_t x)
{
    return n ? deep(n - 1, x * 3 + n) ^ n : x;
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 4500);
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        sum = bench_mix(sum, (uint64_t)tak(18, 12 - (int)(r & 1), 6));
        sum = bench_mix(sum, deep(10000, r));
    }
    return bench_done(sum);
}
