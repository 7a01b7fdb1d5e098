// SPDX-License-Identifier: MIT
// bench-flags: -O3
// Loops over arrays of floats that the compiler vectorises.
#include "bench.h"

enum { N = 4096 };
static float x[N], y[N], z[N];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 220000);
    for (int i = 0; i < N; i++) {
        x[i] = (float)(i % 97) * 0.125f;
        y[i] = (float)(i % 31) * 0.5f - 4;
    }
    for (unsigned r = 0; r < rounds; r++) {
        float a = (float)(r % 17) * 0.0625f;
        for (int i = 0; i < N; i++)
            z[i] = a * x[i] + y[i];
        for (int i = 0; i < N; i++)
            y[i] = z[i] * 0.5f - (z[i] > 3 ? 1.5f : -0.25f);
    }
    uint64_t sum = 0;
    for (int i = 0; i < N; i++)
        sum = bench_mix_double(sum, y[i]);
    return bench_done(sum);
}
