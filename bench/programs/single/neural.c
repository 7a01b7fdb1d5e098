// SPDX-License-Identifier: MIT
// A small neural network with clamped activations, sums kept in order.
#include "bench.h"

enum { IN = 64, HIDDEN = 96, OUT = 10 };
static float w1[HIDDEN][IN], w2[OUT][HIDDEN], input[IN], hidden[HIDDEN];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 70000);
    uint32_t seed = 53;
    uint64_t sum = 0;
    for (int i = 0; i < HIDDEN * IN; i++)
        w1[i / IN][i % IN] = (float)(bench_random(&seed) % 2001) * 0.001f - 1;
    for (int i = 0; i < OUT * HIDDEN; i++)
        w2[i / HIDDEN][i % HIDDEN] = (float)(bench_random(&seed) % 2001) * 0.001f - 1;
    for (unsigned r = 0; r < rounds; r++) {
        for (int i = 0; i < IN; i++)
            input[i] = (float)((r + (unsigned)i * 37) % 256) / 255.0f;
        for (int h = 0; h < HIDDEN; h++) {
            float x = 0;
            for (int i = 0; i < IN; i++)
                x += w1[h][i] * input[i];
            hidden[h] = x < 0 ? 0 : x > 6 ? 6 : x;
        }
        int best = 0;
        float most = -1e30f;
        for (int o = 0; o < OUT; o++) {
            float x = 0;
            for (int h = 0; h < HIDDEN; h++)
                x += w2[o][h] * hidden[h];
            if (x > most) {
                most = x;
                best = o;
            }
        }
        sum = bench_mix(sum, (uint64_t)best);
    }
    return bench_done(sum);
}
