// SPDX-License-Identifier: MIT
// bench-flags: -O3
// Colour to grey and back in bytes: structure loads, widening products, narrowing and table look-ups.
#include "bench.h"

enum { PIXELS = 16384 };
static uint8_t rgb[3 * PIXELS], out[3 * PIXELS];
static const uint8_t curve[16] = {0, 3, 9, 19, 33, 50, 70, 92, 116, 140, 164, 187, 208, 227, 243, 255};

#ifdef __aarch64__
#include <arm_neon.h>
static void convert(unsigned bias)
{
    uint8x16_t table = vld1q_u8(curve);
    for (int i = 0; i < PIXELS; i += 16) {
        uint8x16x3_t p = vld3q_u8(rgb + 3 * i);
        uint16x8_t low = vmull_u8(vget_low_u8(p.val[0]), vdup_n_u8(77));
        uint16x8_t high = vmull_u8(vget_high_u8(p.val[0]), vdup_n_u8(77));
        low = vmlal_u8(low, vget_low_u8(p.val[1]), vdup_n_u8(150));
        high = vmlal_u8(high, vget_high_u8(p.val[1]), vdup_n_u8(150));
        low = vmlal_u8(low, vget_low_u8(p.val[2]), vdup_n_u8(29));
        high = vmlal_u8(high, vget_high_u8(p.val[2]), vdup_n_u8(29));
        uint8x16_t grey = vcombine_u8(vshrn_n_u16(low, 8), vshrn_n_u16(high, 8));
        uint8x16_t step = vqtbl1q_u8(table, vshrq_n_u8(grey, 4));
        p.val[0] = vqaddq_u8(grey, vdupq_n_u8((uint8_t)bias));
        p.val[1] = vrhaddq_u8(grey, step);
        p.val[2] = vabdq_u8(step, grey);
        vst3q_u8(out + 3 * i, p);
    }
}
#else
static void convert(unsigned bias)
{
    for (int i = 0; i < PIXELS; i++) {
        const uint8_t *p = rgb + 3 * i;
        int grey = (p[0] * 77 + p[1] * 150 + p[2] * 29) >> 8, step = curve[grey >> 4], sum = grey + (int)(bias & 0xff);
        out[3 * i] = (uint8_t)(sum > 255 ? 255 : sum);
        out[3 * i + 1] = (uint8_t)((grey + step + 1) >> 1);
        out[3 * i + 2] = (uint8_t)(step > grey ? step - grey : grey - step);
    }
}
#endif

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 12000);
    uint32_t seed = 67;
    uint64_t sum = 0;
    for (int i = 0; i < 3 * PIXELS; i++)
        rgb[i] = (uint8_t)bench_random(&seed);
    for (unsigned r = 0; r < rounds; r++) {
        convert(r & 0x7f);
        rgb[r * 11 % (3 * PIXELS)] = out[r * 7 % (3 * PIXELS)];
        sum += out[r * 5 % (3 * PIXELS)];
    }
    return bench_done(sum);
}
