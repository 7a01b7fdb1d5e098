// SPDX-License-Identifier: MIT
// variants: O1-static
// clang-format off
/* Advanced SIMD integer arithmetic through arm_neon.h. */
#include "neon.h"

static void __attribute__((noinline)) same_width(void)
{
    I8(BIN, vadd) I8(BIN, vsub) I6(BIN, vmul) I6(TRI, vmla) I6(TRI, vmls)
    I6(BIN, vhadd) I6(BIN, vhsub) I6(BIN, vrhadd) I8(BIN, vqadd) I8(BIN, vqsub)
    I6(BIN, vmax) I6(BIN, vmin) I6(BIN, vabd) I6(TRI, vaba) I6(BIN, vpadd) I6(BIN, vpmax) I6(BIN, vpmin)
    BINQ(vpadd, s64) BINQ(vpadd, u64)
    I8(BIN, vand) I8(BIN, vorr) I8(BIN, veor) I8(BIN, vbic) I8(BIN, vorn) I6(UN, vmvn)
    S3(UN, vabs) S3(UN, vneg) S3(UN, vqabs) S3(UN, vqneg) UN(vabs, s64) UN(vneg, s64) UN(vqabs, s64) UN(vqneg, s64)
    I6(UN, vclz) S3(UN, vcls) U3(UN, vcls) UN(vcnt, s8) UN(vcnt, u8) UN(vrbit, s8) UN(vrbit, u8)
    UN(vrev16, s8) UN(vrev32, u8) UN(vrev64, u8) UN(vrev32, s16) UN(vrev64, s16) UN(vrev64, u32)
    UN(vrecpe, u32) UN(vrsqrte, u32)
    BIN(vqdmulh, s16) BIN(vqdmulh, s32) BIN(vqrdmulh, s16) BIN(vqrdmulh, s32)
    BIN(vmul, p8)
    SHIFT(vuqadd, s8, u8) SHIFT(vuqadd, s16, u16) SHIFT(vuqadd, s32, u32) SHIFT(vuqadd, s64, u64)
    SHIFT(vsqadd, u8, s8) SHIFT(vsqadd, u16, s16) SHIFT(vsqadd, u32, s32) SHIFT(vsqadd, u64, s64)
}

static void __attribute__((noinline)) compares(void)
{
    I8(BIN, vceq) I8(BIN, vcge) I8(BIN, vcgt) I8(BIN, vcle) I8(BIN, vclt) I8(BIN, vtst)
    S3(UN, vceqz) S3(UN, vcgez) S3(UN, vcgtz) S3(UN, vclez) S3(UN, vcltz) U3(UN, vceqz)
    UN(vceqz, s64) UN(vcgez, s64) UN(vcgtz, s64) UN(vclez, s64) UN(vcltz, s64)
    EACH { ADD(vbsl_u8(D(u8, in_a), D(u8, in_b), D(u8, in_c))) ADD(vbslq_u32(Q(u32, in_a), Q(u32, in_b), Q(u32, in_c))) }
    neon_put("vbsl", "u");
}

static void __attribute__((noinline)) across(void)
{
    UN(vaddv, s8) UN(vaddv, u8) UN(vaddv, s16) UN(vaddv, u16) UN(vaddv, s32) UN(vaddv, u32) UNQ(vaddv, s64) UNQ(vaddv, u64)
    I6(UN, vmaxv) I6(UN, vminv) UN(vaddlv, s8) UN(vaddlv, u8) UN(vaddlv, s16) UN(vaddlv, u16) UN(vaddlv, s32) UN(vaddlv, u32)
    I6(UN, vpaddl)
#define PADAL(t, w) EACH { ADD(vpadal_##t(D(w, in_b), D(t, in_a))) ADD(vpadalq_##t(Q(w, in_b), Q(t, in_a))) } neon_put("vpadal", #t);
    PADAL(s8, s16) PADAL(u8, u16) PADAL(s16, s32) PADAL(u16, u32) PADAL(s32, s64) PADAL(u32, u64)
    EACH { ADD(vpaddd_s64(Q(s64, in_a))) ADD(vpaddd_u64(Q(u64, in_b))) } neon_put("vpaddd", "64");
}

#define LONGS(M, op) M(op, s8) M(op, u8) M(op, s16) M(op, u16) M(op, s32) M(op, u32)
#define LONGW(M, op) M(op, s8, s16) M(op, u8, u16) M(op, s16, s32) M(op, u16, u32) M(op, s32, s64) M(op, u32, u64)
#define NARROWS(M, op) M(op, s16, s8) M(op, u16, u8) M(op, s32, s16) M(op, u32, u16) M(op, s64, s32) M(op, u64, u32)

static void __attribute__((noinline)) widths(void)
{
    LONGS(LONG2, vaddl) LONGS(LONG2, vsubl) LONGS(LONG2, vmull) LONGS(LONG2, vabdl) LONG2(vmull, p8)
    LONGW(LONG3, vmlal) LONGW(LONG3, vmlsl) LONGW(LONG3, vabal) LONGW(WIDE, vaddw) LONGW(WIDE, vsubw)
    LONG2(vqdmull, s16) LONG2(vqdmull, s32) LONG3(vqdmlal, s16, s32) LONG3(vqdmlal, s32, s64)
    LONG3(vqdmlsl, s16, s32) LONG3(vqdmlsl, s32, s64)
    NARROWS(NARROW, vmovn) NARROWS(NARROW, vqmovn) NARROW(vqmovun, s16, u8) NARROW(vqmovun, s32, u16) NARROW(vqmovun, s64, u32)
    NARROWS(NARROW2, vaddhn) NARROWS(NARROW2, vsubhn) NARROWS(NARROW2, vraddhn) NARROWS(NARROW2, vrsubhn)
    EACH { ADD(vmovl_s8(D(s8, in_a))) ADD(vmovl_high_u8(Q(u8, in_a))) ADD(vmovl_s16(D(s16, in_a))) ADD(vmovl_high_u16(Q(u16, in_a)))
           ADD(vmovl_high_s32(Q(s32, in_a))) ADD(vmovl_u32(D(u32, in_a))) } neon_put("vmovl", "all");
}

static void __attribute__((noinline)) shifts(void)
{
#define SH8(op) SHIFT(op, s8, s8) SHIFT(op, u8, s8) SHIFT(op, s16, s16) SHIFT(op, u16, s16) SHIFT(op, s32, s32) \
    SHIFT(op, u32, s32) SHIFT(op, s64, s64) SHIFT(op, u64, s64)
    SH8(vshl) SH8(vqshl) SH8(vrshl) SH8(vqrshl)
#define ALLI(M, op, a, b, c, d) M(op, s8, a) M(op, u8, a) M(op, s16, b) M(op, u16, b) M(op, s32, c) M(op, u32, c) M(op, s64, d) M(op, u64, d)
    ALLI(IMM, vshl, 3, 15, 17, 33) ALLI(IMM, vshl, 0, 1, 31, 63) ALLI(IMM, vqshl, 2, 5, 9, 20) ALLI(IMM, vqshl, 7, 0, 1, 1)
    ALLI(IMM, vshr, 3, 15, 17, 33) ALLI(IMM, vshr, 8, 16, 32, 64) ALLI(IMM, vrshr, 1, 7, 20, 45) ALLI(IMM, vrshr, 8, 16, 32, 64)
    ALLI(IMM2, vsra, 2, 9, 11, 60) ALLI(IMM2, vrsra, 5, 16, 1, 64) ALLI(IMM2, vsri, 4, 3, 31, 17) ALLI(IMM2, vsli, 4, 3, 31, 17)
    IMM(vqshlu, s8, 3) IMM(vqshlu, s16, 5) IMM(vqshlu, s32, 7) IMM(vqshlu, s64, 9)
#define NI(op) NARROWI(op, s16, s8, 3) NARROWI(op, u16, u8, 8) NARROWI(op, s32, s16, 16) NARROWI(op, u32, u16, 1) \
    NARROWI(op, s64, s32, 29) NARROWI(op, u64, u32, 32)
    NI(vshrn) NI(vrshrn) NI(vqshrn) NI(vqrshrn)
#define NU(op) NARROWI(op, s16, u8, 4) NARROWI(op, s32, u16, 9) NARROWI(op, s64, u32, 31)
    NU(vqshrun) NU(vqrshrun)
    LONGI(vshll, s8, 3) LONGI(vshll, u8, 7) LONGI(vshll, s8, 8) LONGI(vshll, u16, 16) LONGI(vshll, s16, 5) LONGI(vshll, u32, 32) LONGI(vshll, s32, 31)
}

static void __attribute__((noinline)) scalars(void)
{
#define SC2(op, T) EACH { T x, y; memcpy(&x, in_a + 16 * k, sizeof x); memcpy(&y, in_b + 16 * k, sizeof y); ADD(op(x, y)) } neon_put(#op, "scalar");
    SC2(vqaddb_s8, int8_t) SC2(vqaddh_u16, uint16_t) SC2(vqadds_s32, int32_t) SC2(vqaddd_u64, uint64_t)
    SC2(vqsubb_u8, uint8_t) SC2(vqsubh_s16, int16_t) SC2(vqsubs_u32, uint32_t) SC2(vqsubd_s64, int64_t)
    SC2(vaddd_s64, int64_t) SC2(vsubd_u64, uint64_t) SC2(vceqd_u64, uint64_t) SC2(vcgtd_s64, int64_t) SC2(vcged_u64, uint64_t) SC2(vtstd_u64, uint64_t)
    SC2(vshld_s64, int64_t) SC2(vshld_u64, uint64_t) SC2(vqshlb_s8, int8_t) SC2(vqshlh_s16, int16_t) SC2(vqrshls_s32, int32_t) SC2(vrshld_s64, int64_t)
    SC2(vqdmulhh_s16, int16_t) SC2(vqrdmulhs_s32, int32_t) SC2(vqdmullh_s16, int16_t) SC2(vqdmulls_s32, int32_t)
#define SC1(op, T) EACH { T x; memcpy(&x, in_a + 16 * k, sizeof x); ADD(op(x)) } neon_put(#op, "scalar");
    SC1(vqmovnh_s16, int16_t) SC1(vqmovns_u32, uint32_t) SC1(vqmovund_s64, int64_t) SC1(vabsd_s64, int64_t) SC1(vnegd_s64, int64_t) SC1(vqabsb_s8, int8_t) SC1(vqnegs_s32, int32_t)
    EACH { long x; memcpy(&x, in_a + 16 * k, 8); ADD(vshrd_n_s64(x, 7)) ADD(vrshrd_n_u64((unsigned long)x, 64)) ADD(vqshlud_n_s64(x, 5)) ADD(vqrshrnd_n_s64(x, 12)) ADD(vsrad_n_s64(x, k, 3)) ADD(vslid_n_u64((unsigned long)x, 77, 9)) }
    neon_put("scalar", "imm");
}

static void __attribute__((noinline)) by_element(void)
{
#define LANE(t, n) EACH { ADD(vmul_lane_##t(D(t, in_a), D(t, in_b), 1)) ADD(vmulq_laneq_##t(Q(t, in_a), Q(t, in_b), n)) \
    ADD(vmlaq_lane_##t(Q(t, in_c), Q(t, in_a), D(t, in_b), 0)) ADD(vmls_laneq_##t(D(t, in_c), D(t, in_a), Q(t, in_b), n)) } neon_put("lane", #t);
    LANE(s16, 7) LANE(u16, 5) LANE(s32, 3) LANE(u32, 2)
#define LLANE(t, w, n) EACH { ADD(vmull_lane_##t(D(t, in_a), D(t, in_b), 1)) ADD(vmull_high_laneq_##t(Q(t, in_a), Q(t, in_b), n)) \
    ADD(vmlal_laneq_##t(Q(w, in_c), D(t, in_a), Q(t, in_b), n)) ADD(vmlsl_high_lane_##t(Q(w, in_c), Q(t, in_a), D(t, in_b), 0)) } neon_put("longlane", #t);
    LLANE(s16, s32, 6) LLANE(u16, u32, 4) LLANE(s32, s64, 3) LLANE(u32, u64, 1)
#define DLANE(t, w, n) EACH { ADD(vqdmulh_lane_##t(D(t, in_a), D(t, in_b), 1)) ADD(vqrdmulhq_laneq_##t(Q(t, in_a), Q(t, in_b), n)) \
    ADD(vqdmull_lane_##t(D(t, in_a), D(t, in_b), 0)) ADD(vqdmlal_high_laneq_##t(Q(w, in_c), Q(t, in_a), Q(t, in_b), n)) ADD(vqdmlsl_lane_##t(Q(w, in_c), D(t, in_a), D(t, in_b), 1)) } neon_put("qdlane", #t);
    DLANE(s16, s32, 3) DLANE(s32, s64, 2)
}

int main(void)
{
    neon_fill_int();
    same_width();
    compares();
    across();
    widths();
    shifts();
    scalars();
    by_element();
    return 0;
}
