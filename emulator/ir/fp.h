// SPDX-License-Identifier: MIT
//
// Arm floating point as plain C on bit patterns: what the IR's floating-point ops mean. The
// evaluator calls these directly; compiled code uses them to complete the rare cases in which
// the host's unit would answer differently. No host floating point is involved anywhere.
//
// A value is its bit pattern in uint16_t, uint32_t or uint64_t. Every operation reads the modes
// it needs from env->fpcr and ORs the cumulative exception bits into env->fpsr; there is no
// other state, so any thread may call anything on its own env.
#ifndef EMU_IR_FP_H
#define EMU_IR_FP_H

#include <stdbool.h>
#include <stdint.h>

struct fp_env {
    uint32_t fpcr; // Arm layout, FPCR_* below
    uint32_t fpsr; // Arm layout, FPSR_* below; operations only ever set bits
};

#define FPCR_FIZ         (1u << 0)
#define FPCR_AH          (1u << 1)
#define FPCR_NEP         (1u << 2)
#define FPCR_EBF         (1u << 13)
#define FPCR_FZ16        (1u << 19)
#define FPCR_RMODE_SHIFT 22
#define FPCR_FZ          (1u << 24)
#define FPCR_DN          (1u << 25)
#define FPCR_AHP         (1u << 26)

#define FPSR_IOC (1u << 0)
#define FPSR_DZC (1u << 1)
#define FPSR_OFC (1u << 2)
#define FPSR_UFC (1u << 3)
#define FPSR_IXC (1u << 4)
#define FPSR_IDC (1u << 7)
#define FPSR_QC  (1u << 27)

// The first four are FPCR.RMode's own encoding.
enum fp_round {
    FP_ROUND_TIEEVEN,
    FP_ROUND_POSINF,
    FP_ROUND_NEGINF,
    FP_ROUND_ZERO,
    FP_ROUND_TIEAWAY,
    FP_ROUND_ODD,
};

static inline enum fp_round fp_round_mode(uint32_t fpcr)
{
    return (enum fp_round)(fpcr >> FPCR_RMODE_SHIFT & 3);
}

// The operations that exist alike for N = 16, 32 and 64: fp16_add, fp32_add, fp64_add ...
//   muladd     addend + a * b, rounded once; FMSUB and its kin negate operands by the sign bit
//   compare    NZCV as N=8 Z=4 C=2 V=1; signal_nans: a quiet NaN is Invalid Operation too
//   eq ge gt   the vector compares: a quiet NaN is Invalid Operation for ge and gt, not for eq
//   round_int  FRINT*: exact raises Inexact (FRINTX)
//   to_int     saturating; the integer is in the low intsize (16, 32, 64) bits, zero-extended
//   from_int   v's low intsize bits as a fixed-point number with fbits fraction bits
//   recps      2 - a * b, rsqrts (3 - a * b) / 2: fused Newton steps
//   amax amin  the larger (smaller) magnitude; no mode flushes
//   scale      a * 2^b, b a signed integer
#define FP_DECLARE(N)                                                                              \
    uint##N##_t fp##N##_add(uint##N##_t a, uint##N##_t b, struct fp_env *env);                     \
    uint##N##_t fp##N##_sub(uint##N##_t a, uint##N##_t b, struct fp_env *env);                     \
    uint##N##_t fp##N##_mul(uint##N##_t a, uint##N##_t b, struct fp_env *env);                     \
    uint##N##_t fp##N##_mulx(uint##N##_t a, uint##N##_t b, struct fp_env *env);                    \
    uint##N##_t fp##N##_div(uint##N##_t a, uint##N##_t b, struct fp_env *env);                     \
    uint##N##_t fp##N##_sqrt(uint##N##_t a, struct fp_env *env);                                   \
    uint##N##_t fp##N##_muladd(uint##N##_t addend, uint##N##_t a, uint##N##_t b,                   \
                               struct fp_env *env);                                                \
    uint##N##_t fp##N##_max(uint##N##_t a, uint##N##_t b, struct fp_env *env);                     \
    uint##N##_t fp##N##_min(uint##N##_t a, uint##N##_t b, struct fp_env *env);                     \
    uint##N##_t fp##N##_maxnm(uint##N##_t a, uint##N##_t b, struct fp_env *env);                   \
    uint##N##_t fp##N##_minnm(uint##N##_t a, uint##N##_t b, struct fp_env *env);                   \
    uint##N##_t fp##N##_amax(uint##N##_t a, uint##N##_t b, struct fp_env *env);                    \
    uint##N##_t fp##N##_amin(uint##N##_t a, uint##N##_t b, struct fp_env *env);                    \
    uint##N##_t fp##N##_scale(uint##N##_t a, uint##N##_t b, struct fp_env *env);                   \
    uint32_t fp##N##_compare(uint##N##_t a, uint##N##_t b, bool signal_nans, struct fp_env *env);  \
    bool fp##N##_eq(uint##N##_t a, uint##N##_t b, struct fp_env *env);                             \
    bool fp##N##_ge(uint##N##_t a, uint##N##_t b, struct fp_env *env);                             \
    bool fp##N##_gt(uint##N##_t a, uint##N##_t b, struct fp_env *env);                             \
    uint##N##_t fp##N##_round_int(uint##N##_t a, enum fp_round r, bool exact, struct fp_env *env); \
    uint64_t fp##N##_to_int(uint##N##_t a, unsigned fbits, bool is_unsigned, enum fp_round r,      \
                            unsigned intsize, struct fp_env *env);                                 \
    uint##N##_t fp##N##_from_int(uint64_t v, unsigned fbits, bool is_unsigned, unsigned intsize,   \
                                 struct fp_env *env);                                              \
    uint##N##_t fp##N##_recpe(uint##N##_t a, struct fp_env *env);                                  \
    uint##N##_t fp##N##_rsqrte(uint##N##_t a, struct fp_env *env);                                 \
    uint##N##_t fp##N##_recpx(uint##N##_t a, struct fp_env *env);                                  \
    uint##N##_t fp##N##_recps(uint##N##_t a, uint##N##_t b, struct fp_env *env);                   \
    uint##N##_t fp##N##_rsqrts(uint##N##_t a, uint##N##_t b, struct fp_env *env);

FP_DECLARE(16)
FP_DECLARE(32)
FP_DECLARE(64)

// FRINT32Z/X, FRINT64Z/X: round to an integer that fits intsize (32, 64) bits, signed; anything
// else becomes the most negative such integer with Invalid Operation.
uint32_t fp32_round_int_n(uint32_t a, enum fp_round r, unsigned intsize, struct fp_env *env);
uint64_t fp64_round_int_n(uint64_t a, enum fp_round r, unsigned intsize, struct fp_env *env);

// FJCVTZS: round to zero modulo 2^32; *z tells whether a was exactly that integer (and not -0).
uint32_t fp64_to_int32_js(uint64_t a, bool *z, struct fp_env *env);

// Between formats. Half precision obeys FPCR.AHP on both sides.
uint32_t fp16_to_fp32(uint16_t a, struct fp_env *env);
uint64_t fp16_to_fp64(uint16_t a, struct fp_env *env);
uint16_t fp32_to_fp16(uint32_t a, struct fp_env *env);
uint64_t fp32_to_fp64(uint32_t a, struct fp_env *env);
uint16_t fp64_to_fp16(uint64_t a, struct fp_env *env);
uint32_t fp64_to_fp32(uint64_t a, struct fp_env *env);
uint32_t fp64_to_fp32_odd(uint64_t a, struct fp_env *env); // FCVTXN: round to odd
uint16_t fp32_to_bf16(uint32_t a, struct fp_env *env);     // BFCVT

// The 8-bit formats E5M2 and E4M3, as FPMR says: which format, how to scale, and whether what is
// too large becomes the largest number. Always to nearest, nothing is flushed, every NaN is the
// default one. second: of the two formats and scales for operands, the second.
#define FPMR_BITS       UINT64_C(0x3fff7fc1ff) // those that exist
#define FPMR_F8S1(v)    ((unsigned)((v)&7))
#define FPMR_F8S2(v)    ((unsigned)((v) >> 3 & 7))
#define FPMR_F8D(v)     ((unsigned)((v) >> 6 & 7))
#define FPMR_OSC        (UINT64_C(1) << 15)
#define FPMR_LSCALE(v)  ((int)((v) >> 16 & 0x7f))
#define FPMR_NSCALE(v)  ((int)(int8_t)((v) >> 24))
#define FPMR_LSCALE2(v) ((int)((v) >> 32 & 0x3f))
uint16_t fp8_to_fp16(uint8_t a, bool second, uint64_t fpmr, struct fp_env *env); // F1CVTL, F2CVTL
uint16_t fp8_to_bf16(uint8_t a, bool second, uint64_t fpmr, struct fp_env *env); // BF1CVTL, BF2CVTL
uint8_t fp16_to_fp8(uint16_t a, uint64_t fpmr, struct fp_env *env);              // FCVTN
uint8_t fp32_to_fp8(uint32_t a, uint64_t fpmr, struct fp_env *env);              // FCVTN, FCVTN2

// The integer estimates: no modes, no flags.
uint32_t fp_urecpe(uint32_t a);
uint32_t fp_ursqrte(uint32_t a);

// Widening accumulations, each one step on one 32-bit element.
//   muladd_h   FMLAL, FMLSL: addend + a * b with half-precision a, b, rounded once
//   bfmlal     BFMLALB, BFMLALT: the same with BFloat16 a, b
//   bfdot      BFDOT: acc + (a1 * b1 + a2 * b2); BFMMLA is two of these in sequence per element
uint32_t fp32_muladd_h(uint32_t addend, uint16_t a, uint16_t b, struct fp_env *env);
uint32_t fp32_bfmlal(uint32_t addend, uint16_t a, uint16_t b, struct fp_env *env);
uint32_t fp32_bfdot(uint32_t acc, uint16_t a1, uint16_t b1, uint16_t a2, uint16_t b2,
                    struct fp_env *env);

#endif
