// SPDX-License-Identifier: MIT
// Bodies pulling at each other: multiplications, a square root and a division a pair.
#include "bench.h"

#include <math.h>

enum { BODIES = 6 };
static double p[BODIES][3], v[BODIES][3], mass[BODIES];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 3500000);
    for (int i = 0; i < BODIES; i++) {
        mass[i] = 1.0 + i * 0.25;
        for (int k = 0; k < 3; k++) {
            p[i][k] = (i * 5 + k * 3) % 7 - 3.0 + i * 0.1;
            v[i][k] = 0.01 * ((i + k) % 3 - 1);
        }
    }
    for (unsigned r = 0; r < rounds; r++) {
        for (int i = 0; i < BODIES; i++)
            for (int j = i + 1; j < BODIES; j++) {
                double dx = p[i][0] - p[j][0], dy = p[i][1] - p[j][1], dz = p[i][2] - p[j][2];
                double square = dx * dx + dy * dy + dz * dz + 0.01;
                double pull = 0.001 / (square * sqrt(square));
                v[i][0] -= dx * mass[j] * pull;
                v[i][1] -= dy * mass[j] * pull;
                v[i][2] -= dz * mass[j] * pull;
                v[j][0] += dx * mass[i] * pull;
                v[j][1] += dy * mass[i] * pull;
                v[j][2] += dz * mass[i] * pull;
            }
        for (int i = 0; i < BODIES; i++)
            for (int k = 0; k < 3; k++)
                p[i][k] += 0.001 * v[i][k];
    }
    uint64_t sum = 0;
    for (int i = 0; i < BODIES; i++)
        sum = bench_mix_double(sum, p[i][0] + p[i][1] + p[i][2]);
    return bench_done(sum);
}
