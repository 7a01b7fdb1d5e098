// SPDX-License-Identifier: MIT
// Greatest common divisors: divisions with remainder, 32 and 64 bits wide.
#include "bench.h"

static uint64_t gcd64(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

static int32_t gcd32(int32_t a, int32_t b)
{
    while (b) {
        int32_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 3500000);
    uint64_t sum = 0;
    uint32_t seed = 1;
    for (unsigned r = 0; r < rounds; r++) {
        uint64_t a = bench_random(&seed), b = bench_random(&seed);
        sum += gcd64(a * a, b * (a | 1));
        sum += (uint64_t)gcd32(-(int32_t)a, (int32_t)b);
    }
    return bench_done(sum);
}
