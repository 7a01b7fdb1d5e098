// SPDX-License-Identifier: MIT
// variants: O1-static
// clang-format off
/* Advanced SIMD floating point with every special value, NaN payloads included. */
#include "neon.h"

#define BOTH(M, op) M(op, f32)
#define ARITH(t, st, ut) \
    BIN(vadd, t) BIN(vsub, t) BIN(vmul, t) BIN(vdiv, t) BIN(vmulx, t) BIN(vabd, t) BIN(vmax, t) BIN(vmin, t) BIN(vmaxnm, t) BIN(vminnm, t) \
    BIN(vrecps, t) BIN(vrsqrts, t) TRI(vfma, t) TRI(vfms, t) \
    UN(vabs, t) UN(vneg, t) UN(vsqrt, t) UN(vrecpe, t) UN(vrsqrte, t) \
    UN(vrnd, t) UN(vrnda, t) UN(vrndi, t) UN(vrndm, t) UN(vrndn, t) UN(vrndp, t) UN(vrndx, t) \
    BIN(vceq, t) BIN(vcge, t) BIN(vcgt, t) BIN(vcle, t) BIN(vclt, t) BIN(vcage, t) BIN(vcagt, t) BIN(vcale, t) BIN(vcalt, t) \
    UN(vceqz, t) UN(vcgez, t) UN(vcgtz, t) UN(vclez, t) UN(vcltz, t) \
    BINQ(vpadd, t) BINQ(vpmax, t) BINQ(vpmin, t) BINQ(vpmaxnm, t) BINQ(vpminnm, t) UNQ(vmaxv, t) UNQ(vminv, t) UNQ(vmaxnmv, t) UNQ(vminnmv, t)
#define TOINT(t, it) EACH { ADD(vcvt_##it##_##t(D(t, in_a))) ADD(vcvtq_##it##_##t(Q(t, in_a))) ADD(vcvtaq_##it##_##t(Q(t, in_a))) ADD(vcvtmq_##it##_##t(Q(t, in_a))) \
    ADD(vcvtnq_##it##_##t(Q(t, in_a))) ADD(vcvtpq_##it##_##t(Q(t, in_a))) ADD(vcvtq_n_##it##_##t(Q(t, in_a), 7)) ADD(vcvt_n_##it##_##t(D(t, in_b), 31)) } neon_put("vcvt_" #it, #t);
#define FROMINT(t, it) EACH { ADD(vcvt_##t##_##it(D(it, in_a))) ADD(vcvtq_##t##_##it(Q(it, in_a))) ADD(vcvtq_n_##t##_##it(Q(it, in_a), 5)) ADD(vcvt_n_##t##_##it(D(it, in_b), 32)) } neon_put("vcvt_" #t, #it);

static void __attribute__((noinline)) singles(void)
{
    ARITH(f32, s32, u32)
    TRI(vmla, f32)
    TOINT(f32, s32) TOINT(f32, u32)
    BIND(vpadd, f32) BIND(vpmax, f32) BIND(vpmin, f32)
    EACH { ADD(vmul_lane_f32(D(f32, in_a), D(f32, in_b), 1)) ADD(vmulq_laneq_f32(Q(f32, in_a), Q(f32, in_b), 3)) ADD(vfmaq_lane_f32(Q(f32, in_c), Q(f32, in_a), D(f32, in_b), 0))
           ADD(vfmsq_laneq_f32(Q(f32, in_c), Q(f32, in_a), Q(f32, in_b), 2)) ADD(vmulxq_laneq_f32(Q(f32, in_a), Q(f32, in_b), 1)) ADD(vmulq_n_f32(Q(f32, in_a), 2.5f)) } neon_put("lane", "f32");
    EACH { ADD(vcvt_f64_f32(D(f32, in_a))) ADD(vcvt_high_f64_f32(Q(f32, in_a))) } neon_put("vcvt_f64", "f32");
    EACH { ADD(vcvt_f16_f32(Q(f32, in_a))) ADD(vcvt_high_f16_f32(vcvt_f16_f32(Q(f32, in_b)), Q(f32, in_a))) } neon_put("vcvt_f16", "f32");
    EACH { float x, y; memcpy(&x, in_a + 16 * k, 4); memcpy(&y, in_b + 16 * k, 4); ADD(vabds_f32(x, y)) ADD(vmulxs_f32(x, y)) ADD(vrecpes_f32(x)) ADD(vrecpxs_f32(x)) ADD(vrsqrtes_f32(x)) ADD(vrsqrtss_f32(x, y)) ADD(vrecpss_f32(x, y))
           ADD(vceqs_f32(x, y)) ADD(vcages_f32(x, y)) ADD(vcvtas_s32_f32(x)) ADD(vcvts_n_u32_f32(x, 3)) ADD(vcvts_n_s32_f32(y, 12)) } neon_put("scalar", "f32");
}

static void __attribute__((noinline)) doubles(void)
{
    ARITH(f64, s64, u64)
    TOINT(f64, s64) TOINT(f64, u64)
    EACH { ADD(vmulq_laneq_f64(Q(f64, in_a), Q(f64, in_b), 1)) ADD(vfmaq_laneq_f64(Q(f64, in_c), Q(f64, in_a), Q(f64, in_b), 0)) ADD(vfmad_laneq_f64(1.5, 2.5, Q(f64, in_a), 1)) } neon_put("lane", "f64");
    EACH { ADD(vcvt_f32_f64(Q(f64, in_a))) ADD(vcvt_high_f32_f64(D(f32, in_b), Q(f64, in_a))) ADD(vcvtx_f32_f64(Q(f64, in_a))) ADD(vcvtx_high_f32_f64(D(f32, in_b), Q(f64, in_a))) } neon_put("vcvt_f32", "f64");
    EACH { double x, y; memcpy(&x, in_a + 16 * k, 8); memcpy(&y, in_b + 16 * k, 8); ADD(vabdd_f64(x, y)) ADD(vmulxd_f64(x, y)) ADD(vrecped_f64(x)) ADD(vrecpxd_f64(x)) ADD(vrsqrted_f64(x)) ADD(vrsqrtsd_f64(x, y)) ADD(vrecpsd_f64(x, y))
           ADD(vcgtd_f64(x, y)) ADD(vcagtd_f64(x, y)) ADD(vcvtad_s64_f64(x)) ADD(vcvtd_n_u64_f64(x, 33)) ADD(vpaddd_f64(Q(f64, in_a))) ADD(vpmaxqd_f64(Q(f64, in_a))) ADD(vpminnmqd_f64(Q(f64, in_a))) ADD(vcvtxd_f32_f64(x)) } neon_put("scalar", "f64");
}

int main(void)
{
    neon_fill_float(0);
    singles();
    neon_fill_float(1);
    doubles();
    neon_fill_int();
    FROMINT(f32, s32) FROMINT(f32, u32) FROMINT(f64, s64) FROMINT(f64, u64)
    EACH { ADD(vcvt_f32_f16(vreinterpret_f16_u16(D(u16, in_a)))) ADD(vcvt_high_f32_f16(vreinterpretq_f16_u16(Q(u16, in_b)))) } neon_put("vcvt_f32", "f16");
    return 0;
}
