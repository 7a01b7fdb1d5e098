// SPDX-License-Identifier: MIT
// bench-flags: -fno-tree-vectorize -fno-tree-slp-vectorize
// ChaCha20's rounds in plain C: sixteen words that want sixteen registers.
#include "bench.h"

#define QUARTER(a, b, c, d)                                                                        \
    a += b, d ^= a, d = d << 16 | d >> 16, c += d, b ^= c, b = b << 12 | b >> 20, a += b, d ^= a,  \
        d = d << 8 | d >> 24, c += d, b ^= c, b = b << 7 | b >> 25

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 3000000);
    uint32_t key[16], seed = 31, x[16];
    uint64_t sum = 0;
    for (int i = 0; i < 16; i++)
        key[i] = bench_random(&seed);
    for (unsigned r = 0; r < rounds; r++) {
        key[12] = r;
        for (int i = 0; i < 16; i++)
            x[i] = key[i];
        for (int i = 0; i < 10; i++) {
            QUARTER(x[0], x[4], x[8], x[12]);
            QUARTER(x[1], x[5], x[9], x[13]);
            QUARTER(x[2], x[6], x[10], x[14]);
            QUARTER(x[3], x[7], x[11], x[15]);
            QUARTER(x[0], x[5], x[10], x[15]);
            QUARTER(x[1], x[6], x[11], x[12]);
            QUARTER(x[2], x[7], x[8], x[13]);
            QUARTER(x[3], x[4], x[9], x[14]);
        }
        for (int i = 0; i < 16; i++)
            sum += (uint64_t)(x[i] + key[i]) << (i & 7);
    }
    return bench_done(sum);
}
