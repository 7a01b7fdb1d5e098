// SPDX-License-Identifier: MIT
// bench-flags: -O3
// Sums of absolute differences of bytes, the heart of motion search, vectorised by the compiler.
#include "bench.h"

enum { W = 320, H = 80 };
static uint8_t one[H][W], two[H][W];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 35000);
    uint32_t seed = 61;
    uint64_t sum = 0;
    for (int i = 0; i < W * H; i++) {
        one[i / W][i % W] = (uint8_t)bench_random(&seed);
        two[i / W][i % W] = (uint8_t)(one[i / W][i % W] + bench_random(&seed) % 7);
    }
    for (unsigned r = 0; r < rounds; r++)
        for (unsigned dx = 0; dx < 16; dx++) {
            uint32_t sad = 0;
            for (unsigned y = 0; y < H - 16; y++)
                for (unsigned x = 0; x < W - 32; x++) {
                    int d = one[y + r % 16][x] - two[y][x + dx];
                    sad += (uint32_t)(d < 0 ? -d : d);
                }
            sum = bench_mix(sum, sad);
        }
    return bench_done(sum);
}
