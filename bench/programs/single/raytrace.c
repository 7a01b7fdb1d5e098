// SPDX-License-Identifier: MIT
// Rays against spheres in single precision: dot products, square roots, comparisons, selects.
#include "bench.h"

#include <math.h>

enum { SPHERES = 24 };
static struct {
    float x, y, z, r2;
} sphere[SPHERES];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 700);
    uint32_t seed = 43;
    uint64_t sum = 0;
    for (int i = 0; i < SPHERES; i++) {
        sphere[i].x = (float)(bench_random(&seed) % 200) * 0.05f - 5;
        sphere[i].y = (float)(bench_random(&seed) % 200) * 0.05f - 5;
        sphere[i].z = 5 + (float)(bench_random(&seed) % 100) * 0.1f;
        sphere[i].r2 = 0.2f + (float)(bench_random(&seed) % 100) * 0.01f;
    }
    for (unsigned r = 0; r < rounds; r++)
        for (int py = 0; py < 100; py++)
            for (int px = 0; px < 100; px++) {
                float dx = (float)(px - 50) * 0.012f, dy = (float)(py - 50) * 0.012f + (float)r * 1e-4f, dz = 1;
                float inverse = 1 / sqrtf(dx * dx + dy * dy + dz * dz);
                dx *= inverse, dy *= inverse, dz *= inverse;
                float nearest = 1e9f;
                for (int i = 0; i < SPHERES; i++) {
                    float b = dx * sphere[i].x + dy * sphere[i].y + dz * sphere[i].z;
                    float c = sphere[i].x * sphere[i].x + sphere[i].y * sphere[i].y +
                              sphere[i].z * sphere[i].z - sphere[i].r2;
                    float d = b * b - c;
                    if (d > 0) {
                        float t = b - sqrtf(d);
                        nearest = t > 0 && t < nearest ? t : nearest;
                    }
                }
                sum += nearest < 1e8f ? (uint64_t)(nearest * 1000) : 7;
            }
    return bench_done(sum);
}
