// SPDX-License-Identifier: MIT
// variants: O2-static
// Vector instructions that have parts in common, beside and with a change of a register in between: rotations of two shifts,
// long products of both halves, absolute differences of both halves, widening of the upper half.
#include <arm_neon.h>
#include <stdint.h>
#include <stdio.h>

static uint32_t seed = 1;

static uint32_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    return seed ^= seed << 5;
}

static int wrong;

static void check(const char *what, int n, const void *got, const void *want, unsigned bytes)
{
    const uint8_t *g = got, *w = want;
    for (unsigned i = 0; i < bytes; i++)
        if (g[i] != w[i] && ++wrong < 20)
            printf("%s %d: byte %u is %02x, not %02x\n", what, n, i, g[i], w[i]);
}

#define ROTATION(n)                                                                                             \
    {                                                                                                           \
        uint32x4_t sli = v, other = v, orr, usra, apart;                                                        \
        __asm__("ushr %0.4s, %3.4s, #" #n "\n sli %0.4s, %3.4s, #32-" #n "\n"                                   \
                "ushr %1.4s, %3.4s, #" #n "\n shl v31.4s, %3.4s, #32-" #n "\n orr %1.16b, v31.16b, %1.16b\n"    \
                "shl %2.4s, %3.4s, #32-" #n "\n usra %2.4s, %3.4s, #" #n                                        \
                : "=&w"(sli), "=&w"(orr), "=&w"(usra) : "w"(v) : "v31");                                        \
        __asm__("ushr %0.4s, %1.4s, #" #n "\n add %1.4s, %1.4s, %1.4s\n sli %0.4s, %1.4s, #32-" #n              \
                : "=&w"(apart), "+w"(other));                                                                   \
        uint32_t want[4], want_apart[4];                                                                        \
        for (int i = 0; i < 4; i++) {                                                                           \
            want[i] = in[i] >> n | in[i] << (32 - n);                                                           \
            want_apart[i] = in[i] >> n | 2 * in[i] << (32 - n);                                                 \
        }                                                                                                       \
        check("sli", n, &sli, want, 16);                                                                        \
        check("orr", n, &orr, want, 16);                                                                        \
        check("usra", n, &usra, want, 16);                                                                      \
        check("apart", n, &apart, want_apart, 16);                                                              \
        uint64x2_t d = vreinterpretq_u64_u32(v);                                                                \
        uint64x2_t r = vsliq_n_u64(vshrq_n_u64(d, n), d, 64 - n);                                               \
        uint64_t want_d[2];                                                                                     \
        for (int i = 0; i < 2; i++)                                                                             \
            want_d[i] = vgetq_lane_u64(d, 0) * (i == 0) + vgetq_lane_u64(d, 1) * (i == 1);                      \
        for (int i = 0; i < 2; i++)                                                                             \
            want_d[i] = want_d[i] >> n | want_d[i] << (64 - n);                                                 \
        check("sli.2d", n, &r, want_d, 16);                                                                     \
    }

static void rotations(void)
{
    uint32_t in[4] = {next(), next(), next(), next()};
    uint32x4_t v = vld1q_u32(in);
    ROTATION(1) ROTATION(7) ROTATION(8) ROTATION(16) ROTATION(20) ROTATION(24) ROTATION(31)
}

static void products(void)
{
    union {
        uint32_t w[4];
        int16_t s[8];
        uint16_t u[8];
        uint8_t b[16];
    } x = {{next(), next(), next(), next()}}, y = {{next(), next(), next(), next()}};
    int16x8_t s = vld1q_s16(x.s), t = vld1q_s16(y.s);
    uint16x8_t u = vld1q_u16(x.u), v = vld1q_u16(y.u);
    uint8x16_t b = vld1q_u8(x.b), c = vld1q_u8(y.b);
    int32x4_t low, high, changed, by_lane;
    uint32x4_t ulow, uhigh;
    uint16x8_t difference, wide;
    __asm__("mov v30.16b, %6.16b\n smull %0.4s, v30.4h, %7.4h\n smull2 %1.4s, v30.8h, %7.8h\n"
            "smull %2.4s, v30.4h, %7.4h\n smlal2 %2.4s, v30.8h, %7.8h\n"
            "add v30.8h, v30.8h, v30.8h\n smull2 %3.4s, v30.8h, %7.8h\n"
            "umull2 %5.4s, %8.8h, %9.8h\n umull %4.4s, %8.4h, %9.4h"
            : "=&w"(low), "=&w"(high), "=&w"(by_lane), "=&w"(changed), "=&w"(ulow), "=&w"(uhigh)
            : "w"(s), "w"(t), "w"(u), "w"(v)
            : "v30");
    int32_t want_low[4], want_high[4], want_both[4], want_changed[4];
    uint32_t want_ulow[4], want_uhigh[4];
    for (int i = 0; i < 4; i++) {
        want_low[i] = x.s[i] * y.s[i];
        want_high[i] = x.s[i + 4] * y.s[i + 4];
        want_both[i] = (int32_t)((uint32_t)want_low[i] + (uint32_t)want_high[i]);
        want_changed[i] = (int16_t)(2 * x.s[i + 4]) * y.s[i + 4];
        want_ulow[i] = (uint32_t)x.u[i] * y.u[i];
        want_uhigh[i] = (uint32_t)x.u[i + 4] * y.u[i + 4];
    }
    check("smull", 0, &low, want_low, 16);
    check("smull2", 0, &high, want_high, 16);
    check("smlal2", 0, &by_lane, want_both, 16);
    check("smull2 of another", 0, &changed, want_changed, 16);
    check("umull", 0, &ulow, want_ulow, 16);
    check("umull2", 0, &uhigh, want_uhigh, 16);
    by_lane = vmlsl_high_lane_s16(vmull_lane_s16(vget_low_s16(s), vget_low_s16(t), 3), s, vget_low_s16(t), 3);
    for (int i = 0; i < 4; i++)
        want_both[i] = (int32_t)((uint32_t)(x.s[i] * y.s[3]) - (uint32_t)(x.s[i + 4] * y.s[3]));
    check("by lane", 3, &by_lane, want_both, 16);
    __asm__("uabdl2 %0.8h, %2.16b, %3.16b\n uabal %0.8h, %2.8b, %3.8b\n uxtl2 %1.8h, %2.16b\n uaddw2 %1.8h, %1.8h, %3.16b"
            : "=&w"(difference), "=&w"(wide)
            : "w"(b), "w"(c));
    uint16_t want_difference[8], want_wide[8];
    for (int i = 0; i < 8; i++) {
        int d = x.b[i] - y.b[i], e = x.b[i + 8] - y.b[i + 8];
        want_difference[i] = (uint16_t)((d < 0 ? -d : d) + (e < 0 ? -e : e));
        want_wide[i] = (uint16_t)(x.b[i + 8] + y.b[i + 8]);
    }
    check("uabdl2, uabal", 0, &difference, want_difference, 16);
    check("uxtl2, uaddw2", 0, &wide, want_wide, 16);
}

int main(void)
{
    for (int i = 0; i < 400; i++) {
        rotations();
        products();
    }
    puts(wrong ? "wrong" : "vector parts ok");
    return wrong != 0;
}
