// SPDX-License-Identifier: MIT
//
// The fp16_, fp32_ and fp64_ functions behind one signature with the width as a parameter, and
// the small combinations that instructions make of them.
#ifndef TESTS_FP_BY_WIDTH_H
#define TESTS_FP_BY_WIDTH_H

#include "ir/fp.h"

typedef uint64_t unary_fn(unsigned n, uint64_t a, struct fp_env *env);
typedef uint64_t binary_fn(unsigned n, uint64_t a, uint64_t b, struct fp_env *env);
typedef uint64_t ternary_fn(unsigned n, uint64_t addend, uint64_t a, uint64_t b,
                            struct fp_env *env);

#define BY_WIDTH(n, call16, call32, call64) ((n) == 16 ? (call16) : (n) == 32 ? (call32) : (call64))

#define UNARY(name)                                                                      \
    static inline uint64_t name(unsigned n, uint64_t a, struct fp_env *env)              \
    {                                                                                    \
        return BY_WIDTH(n, fp16_##name((uint16_t)a, env), fp32_##name((uint32_t)a, env), \
                        fp64_##name(a, env));                                            \
    }

#define BINARY(name)                                                                         \
    static inline uint64_t name(unsigned n, uint64_t a, uint64_t b, struct fp_env *env)      \
    {                                                                                        \
        return BY_WIDTH(n, fp16_##name((uint16_t)a, (uint16_t)b, env),                       \
                        fp32_##name((uint32_t)a, (uint32_t)b, env), fp64_##name(a, b, env)); \
    }

BINARY(add)
BINARY(sub)
BINARY(mul)
BINARY(mulx)
BINARY(max)
BINARY(min)
BINARY(maxnm)
BINARY(minnm)
BINARY(recps)
BINARY(rsqrts)
UNARY(recpe)
UNARY(rsqrte)
UNARY(recpx)

// Names the C library took.
#define fp16_quotient fp16_div
#define fp32_quotient fp32_div
#define fp64_quotient fp64_div
#define fp16_root     fp16_sqrt
#define fp32_root     fp32_sqrt
#define fp64_root     fp64_sqrt
BINARY(quotient)
UNARY(root)

static inline uint64_t sign_bit(unsigned n)
{
    return 1ull << (n - 1);
}

static inline uint64_t all_ones(unsigned n)
{
    return ~0ull >> (64 - n);
}

static inline uint64_t neg(unsigned n, uint64_t a)
{
    return a ^ sign_bit(n);
}

static inline uint64_t magnitude(unsigned n, uint64_t a)
{
    return a & ~sign_bit(n);
}

static inline uint64_t nmul(unsigned n, uint64_t a, uint64_t b, struct fp_env *env)
{
    return neg(n, mul(n, a, b, env));
}

static inline uint64_t abd(unsigned n, uint64_t a, uint64_t b, struct fp_env *env)
{
    return magnitude(n, sub(n, a, b, env));
}

static inline uint64_t madd(unsigned n, uint64_t addend, uint64_t a, uint64_t b, struct fp_env *env)
{
    return BY_WIDTH(n, fp16_muladd((uint16_t)addend, (uint16_t)a, (uint16_t)b, env),
                    fp32_muladd((uint32_t)addend, (uint32_t)a, (uint32_t)b, env),
                    fp64_muladd(addend, a, b, env));
}

static inline uint64_t msub(unsigned n, uint64_t addend, uint64_t a, uint64_t b, struct fp_env *env)
{
    return madd(n, addend, neg(n, a), b, env);
}

static inline uint64_t nmadd(unsigned n, uint64_t addend, uint64_t a, uint64_t b,
                             struct fp_env *env)
{
    return madd(n, neg(n, addend), neg(n, a), b, env);
}

static inline uint64_t nmsub(unsigned n, uint64_t addend, uint64_t a, uint64_t b,
                             struct fp_env *env)
{
    return madd(n, neg(n, addend), a, b, env);
}

// The vector compares: all ones or zero.

#define RELATION(name)                                                                      \
    static inline uint64_t cm##name(unsigned n, uint64_t a, uint64_t b, struct fp_env *env) \
    {                                                                                       \
        return BY_WIDTH(n, fp16_##name((uint16_t)a, (uint16_t)b, env),                      \
                        fp32_##name((uint32_t)a, (uint32_t)b, env), fp64_##name(a, b, env)) \
                   ? all_ones(n)                                                            \
                   : 0;                                                                     \
    }

RELATION(eq)
RELATION(ge)
RELATION(gt)

static inline uint64_t acge(unsigned n, uint64_t a, uint64_t b, struct fp_env *env)
{
    return cmge(n, magnitude(n, a), magnitude(n, b), env);
}

static inline uint64_t acgt(unsigned n, uint64_t a, uint64_t b, struct fp_env *env)
{
    return cmgt(n, magnitude(n, a), magnitude(n, b), env);
}

static inline uint64_t eq_zero(unsigned n, uint64_t a, struct fp_env *env)
{
    return cmeq(n, a, 0, env);
}

static inline uint64_t ge_zero(unsigned n, uint64_t a, struct fp_env *env)
{
    return cmge(n, a, 0, env);
}

static inline uint64_t gt_zero(unsigned n, uint64_t a, struct fp_env *env)
{
    return cmgt(n, a, 0, env);
}

static inline uint64_t le_zero(unsigned n, uint64_t a, struct fp_env *env)
{
    return cmge(n, 0, a, env);
}

static inline uint64_t lt_zero(unsigned n, uint64_t a, struct fp_env *env)
{
    return cmgt(n, 0, a, env);
}

static inline uint32_t compare(unsigned n, uint64_t a, uint64_t b, bool signal_nans,
                               struct fp_env *env)
{
    return BY_WIDTH(n, fp16_compare((uint16_t)a, (uint16_t)b, signal_nans, env),
                    fp32_compare((uint32_t)a, (uint32_t)b, signal_nans, env),
                    fp64_compare(a, b, signal_nans, env));
}

// Rounding and integers

static inline uint64_t round_int(unsigned n, uint64_t a, enum fp_round r, bool exact,
                                 struct fp_env *env)
{
    return BY_WIDTH(n, fp16_round_int((uint16_t)a, r, exact, env),
                    fp32_round_int((uint32_t)a, r, exact, env), fp64_round_int(a, r, exact, env));
}

#define ROUND_INT(name, mode, exact)                                        \
    static inline uint64_t name(unsigned n, uint64_t a, struct fp_env *env) \
    {                                                                       \
        return round_int(n, a, mode, exact, env);                           \
    }

ROUND_INT(rinta, FP_ROUND_TIEAWAY, false)
ROUND_INT(rinti, fp_round_mode(env->fpcr), false)
ROUND_INT(rintm, FP_ROUND_NEGINF, false)
ROUND_INT(rintn, FP_ROUND_TIEEVEN, false)
ROUND_INT(rintp, FP_ROUND_POSINF, false)
ROUND_INT(rintx, fp_round_mode(env->fpcr), true)
ROUND_INT(rintz, FP_ROUND_ZERO, false)

#define ROUND_INT_N(name, mode, intsize)                                    \
    static inline uint64_t name(unsigned n, uint64_t a, struct fp_env *env) \
    {                                                                       \
        return n == 32 ? fp32_round_int_n((uint32_t)a, mode, intsize, env)  \
                       : fp64_round_int_n(a, mode, intsize, env);           \
    }

ROUND_INT_N(rint32x, fp_round_mode(env->fpcr), 32)
ROUND_INT_N(rint32z, FP_ROUND_ZERO, 32)
ROUND_INT_N(rint64x, fp_round_mode(env->fpcr), 64)
ROUND_INT_N(rint64z, FP_ROUND_ZERO, 64)

static inline uint64_t to_int(unsigned n, uint64_t a, unsigned fbits, bool is_unsigned,
                              enum fp_round r, unsigned intsize, struct fp_env *env)
{
    return BY_WIDTH(n, fp16_to_int((uint16_t)a, fbits, is_unsigned, r, intsize, env),
                    fp32_to_int((uint32_t)a, fbits, is_unsigned, r, intsize, env),
                    fp64_to_int(a, fbits, is_unsigned, r, intsize, env));
}

static inline uint64_t from_int(unsigned n, uint64_t v, unsigned fbits, bool is_unsigned,
                                unsigned intsize, struct fp_env *env)
{
    return BY_WIDTH(n, fp16_from_int(v, fbits, is_unsigned, intsize, env),
                    fp32_from_int(v, fbits, is_unsigned, intsize, env),
                    fp64_from_int(v, fbits, is_unsigned, intsize, env));
}

// A value of width from as one of width to.
static inline uint64_t convert(unsigned from, unsigned to, uint64_t a, struct fp_env *env)
{
    if (from == 16)
        return to == 32 ? fp16_to_fp32((uint16_t)a, env) : fp16_to_fp64((uint16_t)a, env);
    if (from == 32)
        return to == 16 ? fp32_to_fp16((uint32_t)a, env) : fp32_to_fp64((uint32_t)a, env);
    return to == 16 ? fp64_to_fp16(a, env) : fp64_to_fp32(a, env);
}

#endif
