// SPDX-License-Identifier: MIT
// Private to the evaluator: the loops and helper functions of the meanings in ir/ops_simd.def. In
// the loops x, y, z are lanes (or pointers to all lanes) of a, b, c; U, S and BITS are the lane's
// types and width, UW and SW the types of lanes twice as wide.
#ifndef EMU_IR_EVAL_SIMD_H
#define EMU_IR_EVAL_SIMD_H

#include "base/bits.h"
#include "ir/state.h"

#define LANES (128 / BITS)

// Lane i of r from any lanes of the operands.
#define VPICK1(bits, ...)                \
    const U *x = a.l##bits;              \
    for (unsigned i = 0; i < LANES; i++) \
        r.l##bits[i] = (U)(__VA_ARGS__);
#define VPICK2(bits, ...)                   \
    const U *x = a.l##bits, *y = b.l##bits; \
    for (unsigned i = 0; i < LANES; i++)    \
        r.l##bits[i] = (U)(__VA_ARGS__);

#define VWIDE(wide)                          \
    typedef UNSIGNED_##wide UW MAYBE_UNUSED; \
    typedef SIGNED_##wide SW MAYBE_UNUSED;
#define VLONG1(bits, wide, ...)                 \
    VWIDE(wide)                                 \
    for (unsigned i = 0; i < 128 / wide; i++) { \
        U x = a.l##bits[i];                     \
        r.l##wide[i] = (UW)(__VA_ARGS__);       \
    }
#define VLONG1H(bits, wide, ...)                \
    VWIDE(wide)                                 \
    for (unsigned i = 0; i < 128 / wide; i++) { \
        U x = a.l##bits[128 / wide + i];        \
        r.l##wide[i] = (UW)(__VA_ARGS__);       \
    }
#define VLONG2(bits, wide, ...)                 \
    VWIDE(wide)                                 \
    for (unsigned i = 0; i < 128 / wide; i++) { \
        U x = a.l##bits[i], y = b.l##bits[i];   \
        r.l##wide[i] = (UW)(__VA_ARGS__);       \
    }
#define VNARROW(bits, wide, ...)                \
    VWIDE(wide)                                 \
    r = (union ir_val){.l64 = {0}};             \
    for (unsigned i = 0; i < 128 / wide; i++) { \
        UW x = a.l##wide[i];                    \
        r.l##bits[i] = (U)(__VA_ARGS__);        \
    }
#define VPAIRL(bits, wide, ...)                           \
    VWIDE(wide)                                           \
    for (unsigned i = 0; i < 128 / wide; i++) {           \
        U x = a.l##bits[2 * i], y = a.l##bits[2 * i + 1]; \
        r.l##wide[i] = (UW)(__VA_ARGS__);                 \
    }
// All lanes folded into t, which starts as `first`.
#define VACROSS(bits, first, ...)          \
    U t = (first);                         \
    for (unsigned i = 0; i < LANES; i++) { \
        U x = a.l##bits[i];                \
        t = (U)(__VA_ARGS__);              \
    }                                      \
    r = (union ir_val){.l64 = {t}};
#define VACROSSL(bits, wide, ...)          \
    VWIDE(wide)                            \
    UW t = 0;                              \
    for (unsigned i = 0; i < LANES; i++) { \
        U x = a.l##bits[i];                \
        t = (UW)(__VA_ARGS__);             \
    }                                      \
    r = (union ir_val){.l64 = {t}};
// 32-bit lane i of a plus the four products of bytes j.
#define VDOT(...)                     \
    r = a;                            \
    for (unsigned j = 0; j < 16; j++) \
        r.l32[j / 4] += (__VA_ARGS__);
// Row i / 2 of b times row i % 2 of c (its transpose's column).
#define VMMLA(...)                                         \
    r = a;                                                 \
    for (unsigned i = 0; i < 4; i++) {                     \
        for (unsigned e = 0; e < 8; e++) {                 \
            unsigned j = i / 2 * 8 + e, k = i % 2 * 8 + e; \
            r.l32[i] += (__VA_ARGS__);                     \
        }                                                  \
    }

// ---- saturation ----

typedef __int128 eval_wide; // holds every intermediate result of 64-bit lanes

static ALWAYS_INLINE uint64_t eval_sat(eval_wide v, eval_wide min, eval_wide max, int *qc)
{
    if (likely(v >= min && v <= max))
        return (uint64_t)v;
    *qc = 1;
    return (uint64_t)(v < min ? min : max);
}

static ALWAYS_INLINE uint64_t eval_sat_s(eval_wide v, unsigned bits, int *qc)
{
    eval_wide max = (eval_wide)bits_mask(bits - 1);
    return eval_sat(v, -max - 1, max, qc);
}

static ALWAYS_INLINE uint64_t eval_sat_u(eval_wide v, unsigned bits, int *qc)
{
    return eval_sat(v, 0, (eval_wide)bits_mask(bits), qc);
}

#define SAT_S(...) eval_sat_s(__VA_ARGS__, BITS, &qc)
#define SAT_U(...) eval_sat_u(__VA_ARGS__, BITS, &qc)
#define ROUND_HIGH (INT64_C(1) << (BITS - 2))

static ALWAYS_INLINE uint64_t eval_sqdmull(int64_t x, int64_t y, unsigned wide_bits, int *qc)
{
    return eval_sat_s((eval_wide)x * y * 2, wide_bits, qc);
}

// ---- shifts ----

enum {
    SHIFT_SIGNED = 1, // x is signed
    SHIFT_ROUND = 2,  // a right shift rounds to nearest, half up
    SHIFT_SAT = 4,    // a left shift saturates to x's type
    SHIFT_SAT_U = 8,  // a left shift saturates to the unsigned type
};

// The low `bits` of x shifted left by n, or right by -n (n is at least -128).
static ALWAYS_INLINE uint64_t eval_shift(uint64_t x, int n, unsigned bits, unsigned how, int *qc)
{
    eval_wide v =
        how & SHIFT_SIGNED ? (eval_wide)bits_sext(x, bits) : (eval_wide)(x & bits_mask(bits));
    if (n < 0) {
        // Shifts beyond bits + 1 give what bits + 1 gives.
        unsigned right = -n > (int)bits ? bits + 1 : (unsigned)-n;
        return (uint64_t)((v + ((how & SHIFT_ROUND) ? (eval_wide)1 << (right - 1) : 0)) >> right);
    }
    if (!(how & (SHIFT_SAT | SHIFT_SAT_U)))
        return n >= (int)bits ? 0 : (uint64_t)v << n;
    // |v| < 2^64, so a shift by 63 fits; a larger one of a value other than 0 saturates at every
    // width.
    v *= (eval_wide)1 << (n < 63 ? n : 63);
    if (n > 63)
        v = v > 0 ? (eval_wide)1 << 65 : v < 0 ? -((eval_wide)1 << 65) : 0;
    return how & SHIFT_SAT && how & SHIFT_SIGNED ? eval_sat_s(v, bits, qc)
                                                 : eval_sat_u(v, bits, qc);
}

// ---- polynomials over {0, 1} ----

static ALWAYS_INLINE uint32_t eval_pmul(uint32_t x, uint32_t y)
{
    uint32_t r = 0;
    for (unsigned i = 0; i < 8; i++)
        r ^= (x >> i & 1) * (y << i);
    return r;
}

union ir_val eval_pmull64(uint64_t x, uint64_t y);

// ---- cryptography (ir/eval_crypto.c, ir/eval_sm.c) ----

enum sha1_function { SHA1_CHOOSE, SHA1_PARITY, SHA1_MAJORITY };

union ir_val eval_aese(union ir_val a, union ir_val b);
union ir_val eval_aesd(union ir_val a, union ir_val b);
union ir_val eval_aesmc(union ir_val a);
union ir_val eval_aesimc(union ir_val a);
union ir_val eval_sha1(union ir_val x, union ir_val y, union ir_val w, enum sha1_function f);
union ir_val eval_sha1su0(union ir_val d, union ir_val n, union ir_val m);
union ir_val eval_sha1su1(union ir_val d, union ir_val n);
union ir_val eval_sha256_rounds(union ir_val hgdc, union ir_val feba, uint64_t w);
union ir_val eval_sha256su0(union ir_val d, union ir_val n);
union ir_val eval_sha256su1(union ir_val d, union ir_val n, union ir_val m);
union ir_val eval_sha512h(union ir_val w, union ir_val x, union ir_val y);
union ir_val eval_sha512h2(union ir_val w, union ir_val x, union ir_val y);
union ir_val eval_sha512su0(union ir_val w, union ir_val x);
union ir_val eval_sha512su1(union ir_val w, union ir_val x, union ir_val y);
union ir_val eval_sm3ss1(union ir_val n, union ir_val m, union ir_val a);
union ir_val eval_sm3tt1(union ir_val d, union ir_val n, uint32_t w, bool majority);
union ir_val eval_sm3tt2(union ir_val d, union ir_val n, uint32_t w, bool choose);
union ir_val eval_sm3partw1(union ir_val d, union ir_val n, union ir_val m);
union ir_val eval_sm3partw2(union ir_val d, union ir_val n, union ir_val m);
union ir_val eval_sm4e(union ir_val d, union ir_val keys);
union ir_val eval_sm4ekey(union ir_val n, union ir_val constants);

#endif
