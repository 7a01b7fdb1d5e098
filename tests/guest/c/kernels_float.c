// SPDX-License-Identifier: MIT
// variants: O0-static O2-static O3-static O3-dynamic
// flags: -ffp-contract=off -fno-math-errno
// libs: m
/* Floating-point loops, vectorised and not; contraction is off so that both give the same bits. */
#include "guest.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { N = 205 };
#define SCALAR __attribute__((noinline, optimize("no-tree-vectorize", "no-tree-slp-vectorize")))
#define VECTOR __attribute__((noinline))

#define KERNELS(T, I, U, tag, how)                                                                \
    how static void arith_##tag##how(T *restrict d, const T *a, const T *b)                       \
    {                                                                                             \
        for (int i = 0; i < N; i++)                                                               \
            d[i] = a[i] * b[i] + a[i] / (b[i] + 3) - (b[i] - a[i]);                               \
    }                                                                                             \
    how static void roots_##tag##how(T *restrict d, const T *a, const T *b)                       \
    {                                                                                             \
        for (int i = 0; i < N; i++)                                                               \
            d[i] = (T)sqrt(a[i] < 0 ? -a[i] : a[i]) + (T)fabs(b[i]);                              \
    }                                                                                             \
    how static void select_##tag##how(T *restrict d, const T *a, const T *b)                      \
    {                                                                                             \
        for (int i = 0; i < N; i++)                                                               \
            d[i] =                                                                                \
                (a[i] > b[i] ? a[i] : b[i]) + (a[i] <= 0.5 ? 1 : 2) + (a[i] == b[i] ? 4 : -a[i]); \
    }                                                                                             \
    how static void tointeger_##tag##how(I *restrict d, const T *a, const T *b)                   \
    {                                                                                             \
        for (int i = 0; i < N; i++)                                                               \
            d[i] = (I)a[i] + (I)(U)(b[i] < 0 ? -b[i] : b[i]);                                     \
    }                                                                                             \
    how static void frominteger_##tag##how(T *restrict d, const I *a, const U *b)                 \
    {                                                                                             \
        for (int i = 0; i < N; i++)                                                               \
            d[i] = (T)a[i] + (T)b[i];                                                             \
    }                                                                                             \
    how static void round_##tag##how(T *restrict d, const T *a, const T *b)                       \
    {                                                                                             \
        for (int i = 0; i < N; i++)                                                               \
            d[i] = (T)(floor(a[i]) + 2 * ceil(b[i]) + 4 * trunc(a[i]) + 8 * rint(b[i]) +          \
                       16 * round(a[i]));                                                         \
    }                                                                                             \
    how static T horner_##tag##how(T *restrict d, const T *a, const T *b)                         \
    {                                                                                             \
        T s = 0;                                                                                  \
        for (int i = 0; i < N; i++) {                                                             \
            T x = a[i], y = (((x * 3 + 2) * x + 1) * x + b[i]) * x;                               \
            d[i] = y;                                                                             \
            s += y;                                                                               \
        }                                                                                         \
        return s;                                                                                 \
    }                                                                                             \
    how static void complex_##tag##how(T *restrict d, const T *a, const T *b)                     \
    {                                                                                             \
        for (int i = 0; i < N / 2; i++) {                                                         \
            d[2 * i] = a[2 * i] * b[2 * i] - a[2 * i + 1] * b[2 * i + 1];                         \
            d[2 * i + 1] = a[2 * i] * b[2 * i + 1] + a[2 * i + 1] * b[2 * i];                     \
        }                                                                                         \
    }                                                                                             \
    how static void other_##tag##how(OTHER_##tag *restrict d, const T *a)                         \
    {                                                                                             \
        for (int i = 0; i < N; i++)                                                               \
            d[i] = (OTHER_##tag)a[i];                                                             \
    }

#define OTHER_f32    double
#define OTHER_f64    float
#define CONCAT(a, b) a##b
#define COMPARE(f)                      \
    memset(v, 0, sizeof v);             \
    memset(s, 0, sizeof s);             \
    CONCAT(f, VECTOR)(v, a, b);         \
    CONCAT(f, SCALAR)(s, a, b);         \
    CHECK(memcmp(v, s, sizeof v) == 0); \
    h = h * 31 + guest_hash(v, sizeof v);

#define TEST(T, I, U, tag)                                                                    \
    KERNELS(T, I, U, tag, VECTOR)                                                             \
    KERNELS(T, I, U, tag, SCALAR)                                                             \
    static void test_##tag(void)                                                              \
    {                                                                                         \
        static T a[N], b[N], v[N], s[N];                                                      \
        static I iv[N], is[N];                                                                \
        static U u[N];                                                                        \
        static OTHER_##tag ov[N], os[N];                                                      \
        unsigned long h = 0;                                                                  \
        for (int i = 0; i < N; i++) {                                                         \
            a[i] = (T)(int)(guest_random() % 20001) / 16 - 625;                               \
            b[i] = i % 7 ? (T)(int)(guest_random() % 30001) / 64 - 234 : a[i];                \
        }                                                                                     \
        COMPARE(arith_##tag)                                                                  \
        COMPARE(roots_##tag) COMPARE(select_##tag) COMPARE(round_##tag) COMPARE(horner_##tag) \
            COMPARE(complex_##tag) T sv = horner_##tag##VECTOR(v, a, b),                      \
                                     ss = horner_##tag##SCALAR(s, a, b);                      \
        CHECK(sv == ss);                                                                      \
        tointeger_##tag##VECTOR(iv, a, b);                                                    \
        tointeger_##tag##SCALAR(is, a, b);                                                    \
        CHECK(memcmp(iv, is, sizeof iv) == 0);                                                \
        for (int i = 0; i < N; i++) {                                                         \
            iv[i] = (I)guest_random();                                                        \
            u[i] = (U)guest_random();                                                         \
        }                                                                                     \
        frominteger_##tag##VECTOR(v, iv, u);                                                  \
        frominteger_##tag##SCALAR(s, iv, u);                                                  \
        CHECK(memcmp(v, s, sizeof v) == 0);                                                   \
        other_##tag##VECTOR(ov, a);                                                           \
        other_##tag##SCALAR(os, a);                                                           \
        CHECK(memcmp(ov, os, sizeof ov) == 0);                                                \
        h = h * 31 + guest_hash(is, sizeof is) + guest_hash(v, sizeof v) +                    \
            guest_hash(ov, sizeof ov);                                                        \
        printf("%s %016lx %a\n", #tag, h, (double)sv);                                        \
    }

TEST(float, int32_t, uint32_t, f32)
TEST(double, int64_t, uint64_t, f64)

/* Matrix multiply and a stencil, the classic float loops. */
static VECTOR void matmul(float *restrict c, const float *a, const float *b, int n)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            for (int j = 0; j < n; j++)
                c[i * n + j] += a[i * n + k] * b[k * n + j];
}

static VECTOR void stencil(double *restrict d, const double *s, int n)
{
    for (int i = 1; i < n - 1; i++)
        d[i] = 0.25 * s[i - 1] + 0.5 * s[i] + 0.25 * s[i + 1];
}

int main(void)
{
    test_f32();
    test_f64();
    static float a[24 * 24], b[24 * 24], c[24 * 24];
    for (int i = 0; i < 24 * 24; i++) {
        a[i] = (float)(i % 17) / 4;
        b[i] = (float)(i % 13) / 8;
    }
    matmul(c, a, b, 24);
    static double x[300], y[300];
    for (int i = 0; i < 300; i++)
        x[i] = (double)(guest_random() % 1000) / 3;
    for (int k = 0; k < 4; k++) {
        stencil(y, x, 300);
        stencil(x, y, 300);
    }
    printf("%016lx %016lx\n", guest_hash(c, sizeof c), guest_hash(x, sizeof x));
    return guest_done();
}
