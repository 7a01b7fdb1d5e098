// SPDX-License-Identifier: MIT
// bench-flags: -O3
// Audio mixing with saturation: NEON intrinsics on the guest, the same in C on the host.
#include "bench.h"

#ifdef __aarch64__
#include <arm_neon.h>
static void mix(int16_t *out, const int16_t *a, const int16_t *b, int n, int16_t gain)
{
    int16x8_t g = vdupq_n_s16(gain);
    for (int i = 0; i < n; i += 8) {
        int16x8_t x = vqrdmulhq_s16(vld1q_s16(a + i), g);
        int16x8_t y = vqaddq_s16(x, vld1q_s16(b + i));
        vst1q_s16(out + i, vqsubq_s16(y, vshrq_n_s16(x, 3)));
    }
}
#else
static int16_t clamp(int32_t x)
{
    return (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : x);
}

static void mix(int16_t *out, const int16_t *a, const int16_t *b, int n, int16_t gain)
{
    for (int i = 0; i < n; i++) {
        int16_t x = clamp((a[i] * gain * 2 + (1 << 15)) >> 16);
        int16_t y = clamp(x + b[i]);
        out[i] = clamp(y - (x >> 3));
    }
}
#endif

enum { N = 8192 };
static int16_t a[N], b[N], out[N];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 30000);
    uint32_t seed = 59;
    uint64_t sum = 0;
    for (int i = 0; i < N; i++) {
        a[i] = (int16_t)bench_random(&seed);
        b[i] = (int16_t)bench_random(&seed);
    }
    for (unsigned r = 0; r < rounds; r++) {
        mix(out, a, b, N, (int16_t)(r * 13 % 32767));
        a[r % N] = out[r * 7 % N];
        sum += (uint16_t)out[r * 3 % N];
    }
    return bench_done(sum);
}
