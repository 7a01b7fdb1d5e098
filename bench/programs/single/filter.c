// SPDX-License-Identifier: MIT
// Four recursive audio filters in a row: every sample waits for the one before.
#include "bench.h"

#include <string.h>

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 40000000);
    static const float b0[4] = {0.2f, 0.3f, 0.9f, 0.5f}, b1[4] = {0.4f, -0.2f, -0.8f, 0.1f},
                       a1[4] = {-0.6f, 0.3f, -0.5f, 0.2f}, a2[4] = {0.2f, -0.1f, 0.3f, 0.15f};
    float z1[4] = {0}, z2[4] = {0};
    uint32_t seed = 47, bits;
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        float x = (float)(int32_t)(bench_random(&seed) - (1 << 23)) * 0x1p-23f;
        for (int k = 0; k < 4; k++) {
            float y = b0[k] * x + z1[k];
            z1[k] = b1[k] * x - a1[k] * y + z2[k];
            z2[k] = 0.1f * x - a2[k] * y;
            x = y;
        }
        memcpy(&bits, &x, 4);
        sum += bits >> 4;
    }
    return bench_done(sum);
}
