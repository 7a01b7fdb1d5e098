// SPDX-License-Identifier: MIT
// variants: O2-static
// Floating-point instructions whose result replaces one of their sources, in a case that the host leaves to the evaluator, behind
// instructions with a part in common (the negated source, a lane in all lanes): they begin again, and must find their sources.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef union {
    double d[2];
    float f[4];
    uint64_t x[2];
    uint32_t w[4];
} vector;

static int wrong;

static void check(const char *what, int round, const vector *got, uint64_t low, uint64_t high)
{
    if ((got->x[0] != low || got->x[1] != high) && ++wrong < 10)
        printf("%s, round %d: %016lx %016lx, not %016lx %016lx\n", what, round, (long)got->x[0], (long)got->x[1], (long)low, (long)high);
}

#define LOOP(text) \
    __asm__ volatile("mov x9, #3\n1: ldp q0, q1, [%0]\n ldp q2, q3, [%0, #32]\n" text "\n subs x9, x9, #1\n b.ne 1b\n str q0, [%1]" \
                     : : "r"(in), "r"(&out) : "x9", "v0", "v1", "v2", "v3", "v4", "v5", "cc", "memory")

static const uint64_t default_nan = UINT64_C(0x7ff8000000000000), default_nan_32 = 0x7fc00000;

// Infinity minus infinity.
static void multiplies_and_adds(int round)
{
    vector in[4] = {{.d = {-__builtin_inf()}}, {.d = {2}}, {.d = {-2}}, {.d = {__builtin_inf()}}};
    const vector single[4] = {{.f = {-__builtin_inff()}}, {.f = {2}}, {.f = {-2}}, {.f = {__builtin_inff()}}};
    vector out;
    LOOP("fmsub d5, d0, d1, d4\n fmsub d0, d0, d2, d3");
    check("fmsub after fmsub", round, &out, default_nan, 0);
    LOOP("fneg d4, d0\n fmsub d0, d0, d2, d3");
    check("fmsub after fneg", round, &out, default_nan, 0);
    LOOP("fneg d4, d0\n fnmadd d0, d0, d1, d3");
    check("fnmadd after fneg", round, &out, default_nan, 0);
    memcpy(in, single, sizeof in);
    LOOP("fneg s4, s0\n fmsub s0, s0, s2, s3");
    check("fmsub of single precision", round, &out, default_nan_32, 0);
}

// The least normal number, which may have been less before it was rounded: exact once FPSR has been read.
static void lanes(int round)
{
    const vector in[4] = {{.w = {0x40000000, 0x3f000000, 0x40400000, 0x40800000}},
                          {.w = {0x01000000, 0x40400000, 0x40000000, 0x41000000}},
                          {.f = {1, 2, 3, 4}}};
    vector out;
    LOOP("fmul v4.4s, v2.4s, v0.s[1]\n fmul v0.4s, v1.4s, v0.s[1]");
    check("fmul by a lane", round, &out, UINT64_C(0x3fc0000000800000), UINT64_C(0x408000003f800000));
    LOOP("dup v4.4s, v0.s[1]\n fmul v0.4s, v1.4s, v0.s[1]");
    check("fmul after dup", round, &out, UINT64_C(0x3fc0000000800000), UINT64_C(0x408000003f800000));
    LOOP("fmulx v4.4s, v2.4s, v0.s[1]\n fmulx v0.4s, v1.4s, v0.s[1]");
    check("fmulx by a lane", round, &out, UINT64_C(0x3fc0000000800000), UINT64_C(0x408000003f800000));
}

int main(void)
{
    uint64_t fpsr;
    for (int round = 0; round < 200; round++)
        multiplies_and_adds(round);
    for (int round = 0; round < 100; round++)
        lanes(round);
    __asm__ volatile("mrs %0, fpsr" : "=r"(fpsr));
    for (int round = 0; round < 200; round++)
        lanes(round);
    puts(wrong ? "wrong" : "begun again ok");
    return wrong != 0;
}
