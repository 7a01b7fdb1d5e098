// SPDX-License-Identifier: MIT
// Points of the Mandelbrot set: a short loop that ends on a comparison of doubles.
#include "bench.h"

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 700);
    uint64_t sum = 0;
    for (unsigned y = 0; y < rounds; y++)
        for (unsigned x = 0; x < 400; x++) {
            double cr = x / 200.0 - 1.5, ci = (y % 300) / 150.0 - 1.0, zr = 0, zi = 0;
            unsigned n = 0;
            while (n < 1000 && zr * zr + zi * zi < 4) {
                double t = zr * zr - zi * zi + cr;
                zi = 2 * zr * zi + ci;
                zr = t;
                n++;
            }
            sum += n * (x + 1);
        }
    return bench_done(sum);
}
