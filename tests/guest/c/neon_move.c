// SPDX-License-Identifier: MIT
// variants: O1-static O3-dynamic
// clang-format off
/* Advanced SIMD permutes, tables, lane moves and structure loads and stores. */
#include "neon.h"

static void __attribute__((noinline)) permutes(void)
{
    I6(BIN, vzip1) I6(BIN, vzip2) I6(BIN, vuzp1) I6(BIN, vuzp2) I6(BIN, vtrn1) I6(BIN, vtrn2)
    BINQ(vzip1, u64) BINQ(vzip2, s64) BINQ(vuzp1, u64) BINQ(vuzp2, u64) BINQ(vtrn1, u64) BINQ(vtrn2, s64)
#define EXT(t, n, m) EACH { ADD(vext_##t(D(t, in_a), D(t, in_b), n)) ADD(vextq_##t(Q(t, in_a), Q(t, in_b), m)) } neon_put("vext", #t);
    EXT(u8, 3, 13) EXT(s8, 7, 1) EXT(u16, 1, 5) EXT(s32, 1, 3) EXT(u64, 0, 1) EXT(u8, 0, 8)
    EACH { ADD(vzipq_u8(Q(u8, in_a), Q(u8, in_b))) ADD(vuzpq_s16(Q(s16, in_a), Q(s16, in_b))) ADD(vtrnq_u32(Q(u32, in_a), Q(u32, in_b))) } neon_put("pairs", "mixed");
    EACH { ADD(vcombine_u8(D(u8, in_a), D(u8, in_b))) ADD(vget_low_u16(Q(u16, in_a))) ADD(vget_high_s32(Q(s32, in_a))) } neon_put("combine", "mixed");
}

static void __attribute__((noinline)) tables(void)
{
    static unsigned char index[16 * NEON_SETS];
    for (int i = 0; i < 16 * NEON_SETS; i++)
        index[i] = (unsigned char)(guest_random() % 80);
#define IX vld1q_u8(index + 16 * k)
#define IXD vld1_u8(index + 16 * k)
    EACH {
        uint8x16x2_t t2 = {{Q(u8, in_a), Q(u8, in_b)}};
        uint8x16x3_t t3 = {{Q(u8, in_a), Q(u8, in_b), Q(u8, in_c)}};
        uint8x16x4_t t4 = {{Q(u8, in_a), Q(u8, in_b), Q(u8, in_c), vmvnq_u8(Q(u8, in_a))}};
        ADD(vqtbl1q_u8(Q(u8, in_a), IX)) ADD(vqtbl2q_u8(t2, IX)) ADD(vqtbl3q_u8(t3, IX)) ADD(vqtbl4q_u8(t4, IX))
        ADD(vqtbl1_u8(Q(u8, in_a), IXD)) ADD(vqtbl2_u8(t2, IXD)) ADD(vqtbl3_u8(t3, IXD)) ADD(vqtbl4_u8(t4, IXD))
        ADD(vqtbx1q_u8(Q(u8, in_c), Q(u8, in_a), IX)) ADD(vqtbx2q_u8(Q(u8, in_c), t2, IX)) ADD(vqtbx3q_u8(Q(u8, in_c), t3, IX)) ADD(vqtbx4q_u8(Q(u8, in_b), t4, IX))
        ADD(vqtbx4_u8(D(u8, in_b), t4, IXD)) ADD(vtbl1_u8(D(u8, in_a), IXD))
    }
    neon_put("vqtbl", "u8");
}

static void __attribute__((noinline)) lanes(void)
{
#define LANES(t, n, m) EACH { ADD(vdup_lane_##t(D(t, in_a), n)) ADD(vdupq_laneq_##t(Q(t, in_a), m)) ADD(vgetq_lane_##t(Q(t, in_a), m)) ADD(vget_lane_##t(D(t, in_a), n)) \
    ADD(vsetq_lane_##t(vget_lane_##t(D(t, in_b), 0), Q(t, in_a), m)) ADD(vcopyq_laneq_##t(Q(t, in_a), n, Q(t, in_b), m)) \
    ADD(vdupq_n_##t(vgetq_lane_##t(Q(t, in_b), 0))) ADD(vmov_n_##t(vgetq_lane_##t(Q(t, in_c), 1))) } neon_put("lanes", #t);
    LANES(s8, 3, 15) LANES(u8, 7, 9) LANES(s16, 2, 7) LANES(u16, 3, 4) LANES(s32, 1, 3) LANES(u32, 0, 2) LANES(s64, 0, 1) LANES(u64, 0, 1) LANES(f32, 1, 3) LANES(f64, 0, 1)
    EACH { ADD(vdupb_laneq_s8(Q(s8, in_a), 14)) ADD(vduph_laneq_u16(Q(u16, in_a), 6)) ADD(vdups_laneq_s32(Q(s32, in_a), 2)) ADD(vdupd_laneq_u64(Q(u64, in_a), 1)) } neon_put("dup", "scalar");
    /* Modified immediates of every kind. */
    uint8x16_t i8 = vdupq_n_u8(0xa5);
    uint16x8_t i16a = vdupq_n_u16(0x1200), i16b = vdupq_n_u16(0xff34);
    uint32x4_t i32a = vdupq_n_u32(0x12ff), i32b = vdupq_n_u32(0x560000), i32c = vdupq_n_u32(0xffff00ffu), i32d = vdupq_n_u32(0x78ffff);
    uint64x2_t i64 = vdupq_n_u64(0xff00ff0000ffff00ul);
    float32x4_t f = vdupq_n_f32(-1.9375f);
    float64x2_t d = vdupq_n_f64(0.1328125);
    ADD(i8) ADD(i16a) ADD(i16b) ADD(i32a) ADD(i32b) ADD(i32c) ADD(i32d) ADD(i64) ADD(f) ADD(d)
    EACH { ADD(vorrq_u32(Q(u32, in_a), vdupq_n_u32(0x3400))) ADD(vbicq_u16(Q(u16, in_a), vdupq_n_u16(0x5600))) ADD(vorr_u16(D(u16, in_b), vdup_n_u16(0x12))) }
    neon_put("immediates", "all");
}

static void __attribute__((noinline)) structures(void)
{
    static unsigned char out[128];
#define LDST(n, t) EACH { memset(out, 0xcc, sizeof out); __auto_type v = vld##n##q_##t((const void *)(in_a + k * 8)); vst##n##q_##t((void *)(out + (k & 7)), v); ADD(v) neon_add(out, sizeof out); } neon_put("ldst" #n, #t);
#define LDSTD(n, t) EACH { memset(out, 0xcc, sizeof out); __auto_type v = vld##n##_##t((const void *)(in_a + k * 8)); vst##n##_##t((void *)(out + (k & 7)), v); ADD(v) neon_add(out, sizeof out); } neon_put("ldst" #n "_d", #t);
#define X4(M, n) M(n, u8) M(n, s16) M(n, u32)
    X4(LDST, 2) X4(LDST, 3) X4(LDST, 4) LDST(2, u64) LDST(3, u64) LDST(4, s64) LDST(2, f64) LDST(1, u8) LDST(1, f32)
    X4(LDSTD, 2) X4(LDSTD, 3) X4(LDSTD, 4) LDSTD(1, u8) LDSTD(2, u64) LDSTD(3, u64) LDSTD(4, u64)
#define LANE(n, t, l) EACH { memset(out, 0xcc, sizeof out); __auto_type v = vld##n##q_##t((const void *)(in_b + k * 4)); v = vld##n##q_lane_##t((const void *)(in_a + k), v, l); vst##n##q_lane_##t((void *)(out + k), v, l); ADD(v) neon_add(out, sizeof out); } neon_put("lane" #n, #t);
    LANE(1, u8, 11) LANE(1, u16, 5) LANE(1, u32, 3) LANE(1, u64, 1) LANE(2, u8, 13) LANE(2, u16, 7) LANE(2, u32, 2) LANE(2, u64, 1) LANE(3, u8, 15) LANE(3, u16, 0) LANE(3, s32, 1) LANE(3, u64, 0)
    LANE(4, u8, 6) LANE(4, s16, 3) LANE(4, f32, 3) LANE(4, u64, 1)
#define DUP(n, t) EACH { ADD(vld##n##q_dup_##t((const void *)(in_a + k))) ADD(vld##n##_dup_##t((const void *)(in_b + k))) } neon_put("dup" #n, #t);
#define DUPS(n) DUP(n, u8) DUP(n, s16) DUP(n, u32) DUP(n, u64)
    DUPS(1) DUPS(2) DUPS(3) DUPS(4)
#define MULTI(n, t) EACH { memset(out, 0xcc, sizeof out); __auto_type v = vld1q_##t##_x##n((const void *)(in_a + k)); vst1q_##t##_x##n((void *)(out + k), v); ADD(v) neon_add(out, sizeof out); } neon_put("multi" #n, #t);
    MULTI(2, u8) MULTI(3, u16) MULTI(4, u32) MULTI(2, f64)
}

int main(void)
{
    neon_fill_int();
    permutes();
    tables();
    lanes();
    structures();
    return 0;
}
