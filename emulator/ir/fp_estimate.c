// SPDX-License-Identifier: MIT
//
// The reciprocal and reciprocal square root estimates, which the architecture defines to the bit.
#include "ir/fp_core.h"

// a is a value in [0.5, 1) in 1/512; the result one in [1, 2) in 1/256.
static uint32_t reciprocal(uint32_t a)
{
    return ((1u << 19) / (2 * a + 1) + 1) / 2;
}

// a is a value in [0.25, 1) in 1/512; the result one in [1, 2) in 1/256: half of the largest b
// with a * b * b < 2^28, rounded up.
static uint32_t reciprocal_root(uint32_t a)
{
    const uint32_t middle = a < 256 ? 2 * a + 1 : 2 * (a | 1);
    uint32_t b = 512;

    for (uint32_t bit = 256; bit; bit >>= 1) {
        const uint64_t next = b | bit;

        if (middle * next * next < 1u << 28)
            b |= bit;
    }
    return (b + 1) / 2;
}

// The same with 1/4096 for 1/512 and 1/256, FEAT_RPRES: a result in [1, 2) in 1/4096.
static uint32_t precise_reciprocal(uint32_t a)
{
    return ((1u << 26) / (2 * a + 1) + 1) / 2;
}

// The same for roots: a in [0.25, 1), of which the upper half loses its last bit, gets half a unit
// more; the result is the nearest to 2^18 / sqrt(a), where ties do not occur.
static uint32_t precise_reciprocal_root(uint32_t a)
{
    const uint64_t twice = a < 2048 ? 2 * a + 1 : 2 * (a | 1);
    uint64_t b = 4096;

    for (uint64_t bit = 2048; bit; bit >>= 1) {
        const uint64_t edge = 2 * (b | bit) - 1;

        if (twice * edge * edge <= 1ull << 39)
            b |= bit;
    }
    return (uint32_t)b;
}

uint32_t fp_urecpe(uint32_t a)
{
    return a >> 31 ? reciprocal(a >> 23) << 23 : UINT32_MAX;
}

uint32_t fp_ursqrte(uint32_t a)
{
    return a >> 30 ? reciprocal_root(a >> 23) << 23 : UINT32_MAX;
}

// An estimate of bits + 1 bits as a significand with its leading one at bit 63.
static uint64_t estimate_sig(uint32_t estimate, int bits)
{
    return (uint64_t)estimate << (63 - bits);
}

// With AH single precision has 12 bits instead of 8.
static bool is_precise(struct fp_format f, const struct fp_env *env)
{
    return env->fpcr & FPCR_AH && f.frac_bits == 23;
}

static uint64_t recpe_sig(struct fp_format f, uint64_t sig, const struct fp_env *env)
{
    return is_precise(f, env) ? estimate_sig(precise_reciprocal((uint32_t)(sig >> 52)), 12)
                              : estimate_sig(reciprocal((uint32_t)(sig >> 55)), 8);
}

static uint64_t rsqrte_sig(struct fp_format f, uint64_t sig, int odd, const struct fp_env *env)
{
    return is_precise(f, env)
               ? estimate_sig(precise_reciprocal_root((uint32_t)(sig >> (53 - odd))), 12)
               : estimate_sig(reciprocal_root((uint32_t)(sig >> (56 - odd))), 8);
}

static uint64_t recpe(struct fp_format f, uint64_t a, struct fp_env *env)
{
    const struct fp_num x = fp_unpack(f, a, env);

    if (fp_is_nan(x.type))
        return fp_process_nan(f, x.type, a, env);
    if (x.type == FP_INFINITY)
        return fp_zero(f, x.sign);
    if (x.type == FP_ZERO) {
        env->fpsr |= FPSR_DZC;
        return fp_infinity(f, x.sign);
    }

    const struct fp_num y = {
        .sig = recpe_sig(f, x.sig, env),
        .exp = -1 - x.exp,
        .sign = x.sign,
    };

    // Exact unless it overflows: a denormal result has room for the estimate's few bits.
    return fp_round(f, y, env);
}

static uint64_t rsqrte(struct fp_format f, uint64_t a, struct fp_env *env)
{
    const struct fp_num x = fp_unpack(f, a, env);

    if (fp_is_nan(x.type))
        return fp_process_nan(f, x.type, a, env);
    if (x.type == FP_ZERO) {
        env->fpsr |= FPSR_DZC;
        return fp_infinity(f, x.sign);
    }
    if (x.sign)
        return fp_invalid(f, env);
    if (x.type == FP_INFINITY)
        return fp_zero(f, false);

    // a = fraction * 2^even, the fraction in [0.25, 1).
    const int odd = x.exp & 1;
    const struct fp_num y = {
        .sig = rsqrte_sig(f, x.sig, odd, env),
        .exp = (-2 - (x.exp - odd)) / 2,
    };

    return fp_round(f, y, env);
}

// The exponent's complement; a zero or denormal gives the largest exponent of a number.
static uint64_t recpx(struct fp_format f, uint64_t a, struct fp_env *env)
{
    const struct fp_num x = fp_unpack(f, a, env);
    const uint64_t exp = fp_biased_exp(f, a);

    if (fp_is_nan(x.type))
        return fp_process_nan(f, x.type, a, env);
    return fp_zero(f, x.sign) | (exp ? exp ^ fp_exp_mask(f) : fp_exp_mask(f) - 1) << f.frac_bits;
}

#define QUIET_WITH_AH(name)                                                       \
    static uint64_t do_##name(struct fp_format f, uint64_t a, struct fp_env *env) \
    {                                                                             \
        struct fp_env local = fp_ah_quiet(env);                                   \
        const uint64_t result = name(f, a, &local);                               \
        fp_raise_unless_ah(env, &local);                                          \
        return result;                                                            \
    }

QUIET_WITH_AH(recpe)
QUIET_WITH_AH(rsqrte)
QUIET_WITH_AH(recpx)

FP_DEFINE_UNARY(recpe)
FP_DEFINE_UNARY(rsqrte)
FP_DEFINE_UNARY(recpx)
