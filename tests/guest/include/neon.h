// SPDX-License-Identifier: MIT
/*
 * One line of output per intrinsic: its name and a hash of its results over a table of inputs that
 * holds random bits, small numbers, all ones, sign bits and, for floats, every special value.
 * The macros try the 64-bit and the 128-bit form of an operation for one element type.
 */
#ifndef GUEST_NEON_H
#define GUEST_NEON_H

#include "guest.h"
#include <arm_neon.h>
#include <string.h>

enum { NEON_SETS = 24, NEON_BYTES = 16 * NEON_SETS };
static unsigned char in_a[NEON_BYTES + 64], in_b[NEON_BYTES + 64], in_c[NEON_BYTES + 64];
static unsigned long neon_hash;

static inline void neon_fill_int(void)
{
    static const unsigned char edges[] = {0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x81, 8};
    unsigned char *tables[] = {in_a, in_b, in_c};
    for (int t = 0; t < 3; t++) {
        for (int i = 0; i < NEON_BYTES; i++)
            tables[t][i] = (unsigned char)(guest_random() >> 11);
        for (int i = 0; i < 128; i++)
            tables[t][i] = edges[(guest_random() >> 9) % 8];
        for (int i = 128; i < 192; i++)
            tables[t][i] = i % 8 == t ? (unsigned char)(guest_random() % 40) : 0;
    }
}

static inline void neon_fill_float(int is_double)
{
    static const float singles[] = {0, -0.0f, 1, -1.5f, 2.5f, 0.5f, 1e-45f, -1e-40f, 3.4e38f, 1e10f, -7.25f,
                                    __builtin_inff(), -__builtin_inff(), 123456.7f, 0.3333333f, -2147483648.0f};
    static const double doubles[] = {0, -0.0, 1, -1.5, 2.5, 0.5, 5e-324, -1e-310, 1.7e308, 1e10, -7.25,
                                     __builtin_inf(), -__builtin_inf(), 1e19, 0.3333333333333333, -9223372036854775808.0};
    unsigned char *tables[] = {in_a, in_b, in_c};
    for (int t = 0; t < 3; t++) {
        for (int i = 0; i < NEON_BYTES; i += is_double ? 8 : 4) {
            int pick = (int)(guest_random() >> 7) % 22;
            if (is_double) {
                double v = pick < 16 ? doubles[pick] : (double)(long)guest_random() / 1e15;
                memcpy(tables[t] + i, &v, 8);
            } else {
                float v = pick < 16 ? singles[pick] : (float)(int)guest_random() / 65536.0f;
                memcpy(tables[t] + i, &v, 4);
            }
        }
    }
    /* Quiet and signalling NaNs with payloads. */
    static const unsigned nan32[] = {0x7fc12345, 0xffc00001, 0x7f812345, 0xff800001};
    static const unsigned long nan64[] = {0x7ff8123456789abc, 0xfff8000000000001, 0x7ff0123456789abc, 0xfff0000000000001};
    for (int t = 0; t < 3; t++) {
        for (int i = 0; i < 4; i++) {
            if (is_double)
                memcpy(tables[t] + NEON_BYTES - 64 + ((t * 3 + i * 2) & 7) * 8, &nan64[i], 8);
            else
                memcpy(tables[t] + NEON_BYTES - 64 + ((t * 5 + i * 3) & 15) * 4, &nan32[i], 4);
        }
    }
}

static __attribute__((noinline)) void neon_add(const void *r, unsigned long size)
{
    const unsigned char *p = r;
    for (unsigned long i = 0; i < size; i++)
        neon_hash = (neon_hash ^ p[i]) * 0x100000001b3ul;
}

static __attribute__((noinline)) void neon_put(const char *name, const char *type)
{
    printf("%s_%s %016lx\n", name, type, neon_hash);
    neon_hash = 0xcbf29ce484222325ul;
}

#define EACH for (int k = 0; k < NEON_SETS; k++)
#define D(t, in) vld1_##t((const void *)(in + 16 * k))
#define Q(t, in) vld1q_##t((const void *)(in + 16 * k))
#define ADD(e)                                                                                     \
    do {                                                                                           \
        __auto_type r_ = (e);                                                                      \
        neon_add(&r_, sizeof r_);                                                                  \
    } while (0);

#define UN(op, t) EACH { ADD(op##_##t(D(t, in_a))) ADD(op##q_##t(Q(t, in_a))) } neon_put(#op, #t);
#define UNQ(op, t) EACH { ADD(op##q_##t(Q(t, in_a))) } neon_put(#op "q", #t);
#define BIN(op, t) EACH { ADD(op##_##t(D(t, in_a), D(t, in_b))) ADD(op##q_##t(Q(t, in_a), Q(t, in_b))) } neon_put(#op, #t);
#define BINQ(op, t) EACH { ADD(op##q_##t(Q(t, in_a), Q(t, in_b))) } neon_put(#op "q", #t);
#define BIND(op, t) EACH { ADD(op##_##t(D(t, in_a), D(t, in_b))) } neon_put(#op "_d", #t);
#define TRI(op, t)                                                                                 \
    EACH                                                                                           \
    {                                                                                              \
        ADD(op##_##t(D(t, in_a), D(t, in_b), D(t, in_c)))                                          \
        ADD(op##q_##t(Q(t, in_a), Q(t, in_b), Q(t, in_c)))                                         \
    }                                                                                              \
    neon_put(#op, #t);
/* Shifts by register take signed counts whatever the element type. */
#define SHIFT(op, t, st) EACH { ADD(op##_##t(D(t, in_a), D(st, in_b))) ADD(op##q_##t(Q(t, in_a), Q(st, in_b))) } neon_put(#op, #t);
#define IMM(op, t, n) EACH { ADD(op##_n_##t(D(t, in_a), n)) ADD(op##q_n_##t(Q(t, in_a), n)) } neon_put(#op "_n" #n, #t);
#define IMM2(op, t, n) EACH { ADD(op##_n_##t(D(t, in_a), D(t, in_b), n)) ADD(op##q_n_##t(Q(t, in_a), Q(t, in_b), n)) } neon_put(#op "_n" #n, #t);
#define LONG2(op, t) EACH { ADD(op##_##t(D(t, in_a), D(t, in_b))) ADD(op##_high_##t(Q(t, in_a), Q(t, in_b))) } neon_put(#op, #t);
#define LONG3(op, t, w)                                                                            \
    EACH                                                                                           \
    {                                                                                              \
        ADD(op##_##t(Q(w, in_c), D(t, in_a), D(t, in_b)))                                          \
        ADD(op##_high_##t(Q(w, in_c), Q(t, in_a), Q(t, in_b)))                                     \
    }                                                                                              \
    neon_put(#op, #t);
#define WIDE(op, t, w) EACH { ADD(op##_##t(Q(w, in_a), D(t, in_b))) ADD(op##_high_##t(Q(w, in_a), Q(t, in_b))) } neon_put(#op, #t);
#define NARROW(op, w, n) EACH { ADD(op##_##w(Q(w, in_a))) ADD(op##_high_##w(D(n, in_b), Q(w, in_a))) } neon_put(#op, #w);
#define NARROW2(op, w, n)                                                                          \
    EACH                                                                                           \
    {                                                                                              \
        ADD(op##_##w(Q(w, in_a), Q(w, in_b)))                                                      \
        ADD(op##_high_##w(D(n, in_c), Q(w, in_a), Q(w, in_b)))                                     \
    }                                                                                              \
    neon_put(#op, #w);
#define NARROWI(op, w, n, i) EACH { ADD(op##_n_##w(Q(w, in_a), i)) ADD(op##_high_n_##w(D(n, in_b), Q(w, in_a), i)) } neon_put(#op #i, #w);
#define LONGI(op, t, i) EACH { ADD(op##_n_##t(D(t, in_a), i)) ADD(op##_high_n_##t(Q(t, in_a), i)) } neon_put(#op #i, #t);

#define S3(M, op) M(op, s8) M(op, s16) M(op, s32)
#define U3(M, op) M(op, u8) M(op, u16) M(op, u32)
#define I6(M, op) S3(M, op) U3(M, op)
#define I8(M, op) I6(M, op) M(op, s64) M(op, u64)
#define F2(M, op) M(op, f32) M(op, f64)

#endif
