// SPDX-License-Identifier: MIT
// A 16-bit integer matrix product with narrow loads and multiply-adds, vectorised in part by the compiler.
#include "bench.h"

enum { N = 96 };
static int16_t a[N][N], b[N][N];
static int32_t c[N][N];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 2500);
    uint32_t seed = 7;
    uint64_t sum = 0;
    for (int i = 0; i < N * N; i++) {
        a[i / N][i % N] = (int16_t)bench_random(&seed);
        b[i / N][i % N] = (int16_t)bench_random(&seed);
    }
    for (unsigned r = 0; r < rounds; r++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                int32_t dot = 0;
                for (int k = 0; k < N; k++)
                    dot += a[i][k] * b[k][j] >> 3;
                c[i][j] = dot;
            }
        for (int i = 0; i < N; i++)
            a[i][r % N] = (int16_t)c[r % N][i];
        sum = bench_mix(sum, (uint32_t)c[r % N][(r * 7) % N]);
    }
    return bench_done(sum);
}
