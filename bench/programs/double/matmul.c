// SPDX-License-Identifier: MIT
// A product of matrices of doubles, rows times rows of the transposed, scalar.
#include "bench.h"

enum { N = 160 };
static double a[N][N], b[N][N], c[N][N];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 120);
    uint64_t sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = 1.0 / (i + j + 1);
            b[i][j] = (i * 3 + j * 7) % 11 - 5.5;
        }
    for (unsigned r = 0; r < rounds; r++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double dot = 0;
                for (int k = 0; k < N; k++)
                    dot += a[i][k] * b[j][k];
                c[i][j] = dot;
            }
        a[r % N][r * 7 % N] = c[r * 3 % N][r % N] * 0.01;
        sum = bench_mix_double(sum, c[r % N][r * 5 % N]);
    }
    return bench_done(sum);
}
