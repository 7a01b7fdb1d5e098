// SPDX-License-Identifier: MIT
// A fast Fourier transform there and back, conversions from and to integers at both ends.
#include "bench.h"

#include <math.h>

enum { N = 4096 };
static double re[N], im[N], cosine[N / 2], sine[N / 2];

static void transform(double sign)
{
    for (unsigned i = 1, j = 0; i < N; i++) {
        unsigned bit = N >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            double t = re[i];
            re[i] = re[j];
            re[j] = t;
            t = im[i];
            im[i] = im[j];
            im[j] = t;
        }
    }
    for (unsigned half = 1; half < N; half *= 2)
        for (unsigned start = 0; start < N; start += 2 * half)
            for (unsigned k = 0; k < half; k++) {
                double wr = cosine[k * (N / 2 / half)], wi = sign * sine[k * (N / 2 / half)];
                unsigned a = start + k, b = a + half;
                double xr = re[b] * wr - im[b] * wi, xi = re[b] * wi + im[b] * wr;
                re[b] = re[a] - xr;
                im[b] = im[a] - xi;
                re[a] += xr;
                im[a] += xi;
            }
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 2800);
    uint32_t seed = 41;
    uint64_t sum = 0;
    // By recurrence and not from the C library, whose last bits may differ between machines.
    double c = 1, s = 0, step = 0.0015339801862847655, cs = 1 - step * step / 2, sn = step;
    for (int i = 0; i < N / 2; i++) {
        cosine[i] = c;
        sine[i] = s;
        double t = c * cs - s * sn;
        s = s * cs + c * sn;
        c = t;
        double norm = sqrt(c * c + s * s);
        c /= norm;
        s /= norm;
    }
    for (unsigned r = 0; r < rounds; r++) {
        for (int i = 0; i < N; i++) {
            re[i] = (int32_t)(bench_random(&seed) & 0xffff) - 32768;
            im[i] = 0;
        }
        transform(1);
        for (int i = N / 4; i < N / 2; i++)
            re[i] = im[i] = 0;
        transform(-1);
        sum = bench_mix(sum, (uint64_t)(int64_t)(re[r % N] / N * 16));
    }
    return bench_done(sum);
}
