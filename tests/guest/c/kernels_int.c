// SPDX-License-Identifier: MIT
// variants: O0-static O2-static O3-static O3-dynamic
// flags: -fno-strict-aliasing
/*
 * Loops that gcc turns into Advanced SIMD at -O3, for every integer element type. Each kernel is
 * compiled twice, once with vectorisation off, and both results must agree and hash the same on
 * every machine.
 */
#include "guest.h"

#include <stdint.h>
#include <string.h>

enum { N = 203 };
#define SCALAR __attribute__((noinline, optimize("no-tree-vectorize", "no-tree-slp-vectorize")))
#define VECTOR __attribute__((noinline))

#define KERNELS(T, W, U, tag, how)                                                             \
    how static void arith_##tag##how(T *restrict d, const T *a, const T *b)                    \
    {                                                                                          \
        for (int i = 0; i < N; i++)                                                            \
            d[i] = (T)((U)a[i] * (U)b[i] + ((U)a[i] ^ (U)b[i]) - ((U)a[i] & (U) ~(U)b[i]));    \
    }                                                                                          \
    how static void shift_##tag##how(T *restrict d, const T *a, const T *b)                    \
    {                                                                                          \
        for (int i = 0; i < N; i++)                                                            \
            d[i] = (T)((U)((U)a[i] << (b[i] & 7)) ^ (U)(a[i] >> 3) ^ (U)(a[i] >> (b[i] & 7))); \
    }                                                                                          \
    how static void minmax_##tag##how(T *restrict d, const T *a, const T *b)                   \
    {                                                                                          \
        for (int i = 0; i < N; i++) {                                                          \
            T lo = a[i] < b[i] ? a[i] : b[i], hi = a[i] > b[i] ? a[i] : b[i];                  \
            d[i] = (T)((U)hi - (U)lo + (a[i] == b[i]) + (a[i] > 5 ? (U)lo : (U)hi));           \
        }                                                                                      \
    }                                                                                          \
    how static long reduce_##tag##how(T *restrict d, const T *a, const T *b)                   \
    {                                                                                          \
        U s = 0, x = 0, o = 0, n = (U) ~(U)0;                                                  \
        T lo = a[0], hi = a[0];                                                                \
        long dot = 0, count = 0;                                                               \
        for (int i = 0; i < N; i++) {                                                          \
            s += (U)a[i];                                                                      \
            x ^= (U)b[i];                                                                      \
            o |= (U)a[i];                                                                      \
            n &= (U)b[i];                                                                      \
            lo = a[i] < lo ? a[i] : lo;                                                        \
            hi = a[i] > hi ? a[i] : hi;                                                        \
            dot += (long)((uint64_t)(W)a[i] * (uint64_t)(W)b[i]);                              \
            count += a[i] > b[i];                                                              \
        }                                                                                      \
        d[0] = (T)(s ^ x ^ o ^ n);                                                             \
        return dot + lo * 3 + hi * 5 + count;                                                  \
    }                                                                                          \
    how static void widen_##tag##how(W *restrict d, const T *a, const T *b)                    \
    {                                                                                          \
        for (int i = 0; i < N; i++)                                                            \
            d[i] = (W)((uint64_t)(W)a[i] * (uint64_t)(W)b[i] + (uint64_t)(W)a[i] -             \
                       (uint64_t)(W)b[i]);                                                     \
    }                                                                                          \
    how static void narrow_##tag##how(T *restrict d, const W *a)                               \
    {                                                                                          \
        for (int i = 0; i < N; i++)                                                            \
            d[i] = (T)((a[i] >> 2) + 1);                                                       \
    }                                                                                          \
    how static void stride_##tag##how(T *restrict d, const T *a, const T *b)                   \
    {                                                                                          \
        for (int i = 0; i < N / 4; i++) {                                                      \
            d[4 * i] = a[2 * i];                                                               \
            d[4 * i + 1] = b[2 * i + 1];                                                       \
            d[4 * i + 2] = (T)((U)a[2 * i + 1] + (U)b[2 * i]);                                 \
            d[4 * i + 3] = a[N - 1 - i];                                                       \
        }                                                                                      \
        for (int i = 0; i < N / 3; i++)                                                        \
            d[i] = (T)((U)d[i] + (U)a[3 * i] - (U)a[3 * i + 1] * (U)a[3 * i + 2]);             \
    }                                                                                          \
    how static void clamp_##tag##how(T *restrict d, const T *a, const T *b)                    \
    {                                                                                          \
        for (int i = 0; i < N; i++) {                                                          \
            T v = a[i] < 0 ? (T)(0 - (U)a[i]) : a[i];                                          \
            T avg = (T)(((W)a[i] + (W)b[i] + 1) >> 1);                                         \
            d[i] = v > 100 ? 100 : (T)((U)v + (U)avg);                                         \
        }                                                                                      \
    }

#define TEST(T, W, U, tag)                                                                    \
    KERNELS(T, W, U, tag, VECTOR)                                                             \
    KERNELS(T, W, U, tag, SCALAR)                                                             \
    static void test_##tag(void)                                                              \
    {                                                                                         \
        static T a[N], b[N], v[N], s[N];                                                      \
        static W wv[N], ws[N];                                                                \
        for (int i = 0; i < N; i++) {                                                         \
            a[i] = (T)guest_random();                                                         \
            b[i] = i % 5 ? (T)guest_random() : a[i];                                          \
            if (i % 11 == 0)                                                                  \
                a[i] = (T)((U)1 << (sizeof(T) * 8 - 1));                                      \
        }                                                                                     \
        unsigned long h = 0;                                                                  \
        COMPARE(arith_##tag, T)                                                               \
        COMPARE(shift_##tag, T) COMPARE(minmax_##tag, T) COMPARE(stride_##tag, T)             \
            COMPARE(clamp_##tag, T) long rv = reduce_##tag##VECTOR(v, a, b),                  \
                                         rs = reduce_##tag##SCALAR(s, a, b);                  \
        CHECK(rv == rs && v[0] == s[0]);                                                      \
        widen_##tag##VECTOR(wv, a, b);                                                        \
        widen_##tag##SCALAR(ws, a, b);                                                        \
        CHECK(memcmp(wv, ws, sizeof wv) == 0);                                                \
        narrow_##tag##VECTOR(v, wv);                                                          \
        narrow_##tag##SCALAR(s, ws);                                                          \
        CHECK(memcmp(v, s, sizeof v) == 0);                                                   \
        h = h * 31 + guest_hash(wv, sizeof wv) + guest_hash(v, sizeof v) + (unsigned long)rv; \
        printf("%-4s %016lx\n", #tag, h);                                                     \
    }

#define COMPARE(f, T)                   \
    memset(v, 1, sizeof v);             \
    memset(s, 1, sizeof s);             \
    CONCAT(f, VECTOR)(v, a, b);         \
    CONCAT(f, SCALAR)(s, a, b);         \
    CHECK(memcmp(v, s, sizeof v) == 0); \
    h = h * 31 + guest_hash(v, sizeof v);
#define CONCAT(a, b) a##b

TEST(int8_t, int16_t, uint8_t, s8)
TEST(uint8_t, uint16_t, uint8_t, u8)
TEST(int16_t, int32_t, uint16_t, s16)
TEST(uint16_t, uint32_t, uint16_t, u16)
TEST(int32_t, int64_t, uint32_t, s32)
TEST(uint32_t, uint64_t, uint32_t, u32)
TEST(int64_t, int64_t, uint64_t, s64)
TEST(uint64_t, uint64_t, uint64_t, u64)

int main(void)
{
    test_s8();
    test_u8();
    test_s16();
    test_u16();
    test_s32();
    test_u32();
    test_s64();
    test_u64();
    return guest_done();
}
