// SPDX-License-Identifier: MIT
//
// Between floating point and integers, and rounding to an integer in floating point.
#include "ir/fp_core.h"

FP_INLINE uint64_t round_fixed(struct fp_fixed x, bool sign, enum fp_round mode)
{
    return x.units + fp_rounds_up(mode, sign, x.units & 1, x.rest, 1ull << 63);
}

// units fits the format's significand, or is a power of two just above it.
FP_INLINE uint64_t pack_integer(struct fp_format f, uint64_t units, bool sign, struct fp_env *env)
{
    return units ? fp_round_to(f, fp_from_units(units, sign, 0), FP_ROUND_ZERO, env)
                 : fp_zero(f, sign);
}

FP_INLINE uint64_t do_round_int(struct fp_format f, uint64_t a, enum fp_round mode, bool exact,
                                struct fp_env *env)
{
    const struct fp_num x = fp_unpack(f, a, env);

    if (fp_is_nan(x.type))
        return fp_process_nan(f, x.type, a, env);
    if (x.type == FP_ZERO)
        return fp_zero(f, x.sign);
    if (x.type == FP_INFINITY || x.exp >= f.frac_bits)
        return a;

    const struct fp_fixed split = fp_split(x, 0);

    if (exact && split.rest)
        env->fpsr |= FPSR_IXC;
    return pack_integer(f, round_fixed(split, x.sign, mode), x.sign, env);
}

FP_INLINE uint64_t do_round_int_n(struct fp_format f, uint64_t a, enum fp_round mode, int intsize,
                                  struct fp_env *env)
{
    const struct fp_num x = fp_unpack(f, a, env);

    if (x.type == FP_ZERO)
        return fp_zero(f, x.sign);
    if (fp_is_finite_nonzero(x.type) && x.exp < intsize) {
        const struct fp_fixed split = fp_split(x, 0);
        const uint64_t units = round_fixed(split, x.sign, mode);

        if (units < (1ull << (intsize - 1)) + x.sign) {
            if (split.rest)
                env->fpsr |= FPSR_IXC;
            return pack_integer(f, units, x.sign, env);
        }
    }
    env->fpsr |= FPSR_IOC;
    return fp_constant(f, true, intsize - 1, false);
}

uint32_t fp32_round_int_n(uint32_t a, enum fp_round r, unsigned intsize, struct fp_env *env)
{
    return (uint32_t)do_round_int_n(FP_FORMAT_32, a, r, (int)intsize, env);
}

uint64_t fp64_round_int_n(uint64_t a, enum fp_round r, unsigned intsize, struct fp_env *env)
{
    return do_round_int_n(FP_FORMAT_64, a, r, (int)intsize, env);
}

// The largest magnitude of that sign.
FP_INLINE uint64_t integer_limit(bool is_unsigned, bool sign, unsigned intsize)
{
    if (is_unsigned)
        return sign ? 0 : ~0ull >> (64 - intsize);
    return (1ull << (intsize - 1)) - !sign;
}

FP_INLINE uint64_t do_to_int(struct fp_format f, uint64_t a, int fbits, bool is_unsigned,
                             enum fp_round mode, unsigned intsize, struct fp_env *env)
{
    const struct fp_num x = fp_is_normal(f, a) ? fp_unpack_normal(f, a) : fp_unpack(f, a, env);
    uint64_t units = integer_limit(is_unsigned, x.sign, intsize);

    if (x.type == FP_ZERO)
        return 0;
    if (fp_is_nan(x.type)) {
        env->fpsr |= FPSR_IOC;
        return 0;
    }
    if (x.type == FP_INFINITY || x.exp + fbits > 63) {
        env->fpsr |= FPSR_IOC;
    } else {
        const struct fp_fixed split = fp_split(x, fbits);
        const uint64_t rounded = round_fixed(split, x.sign, mode);

        if (rounded > units) {
            env->fpsr |= FPSR_IOC;
        } else {
            units = rounded;
            if (split.rest)
                env->fpsr |= FPSR_IXC;
        }
    }
    return (x.sign ? -units : units) & ~0ull >> (64 - intsize);
}

FP_INLINE uint64_t do_from_int(struct fp_format f, uint64_t v, int fbits, bool is_unsigned,
                               unsigned intsize, struct fp_env *env)
{
    const uint64_t left = v << (64 - intsize); // the sign where the host's is
    const bool sign = !is_unsigned && left >> 63;
    const uint64_t units = (sign ? -left : left) >> (64 - intsize);

    return units ? fp_round(f, fp_from_units(units, sign, -fbits), env) : 0;
}

#define DEFINE_INTEGER(N)                                                                         \
    uint##N##_t fp##N##_round_int(uint##N##_t a, enum fp_round r, bool exact, struct fp_env *env) \
    {                                                                                             \
        return (uint##N##_t)do_round_int(FP_FORMAT_##N, a, r, exact, env);                        \
    }                                                                                             \
    uint64_t fp##N##_to_int(uint##N##_t a, unsigned fbits, bool is_unsigned, enum fp_round r,     \
                            unsigned intsize, struct fp_env *env)                                 \
    {                                                                                             \
        return do_to_int(FP_FORMAT_##N, a, (int)fbits, is_unsigned, r, intsize, env);             \
    }                                                                                             \
    uint##N##_t fp##N##_from_int(uint64_t v, unsigned fbits, bool is_unsigned, unsigned intsize,  \
                                 struct fp_env *env)                                              \
    {                                                                                             \
        return (uint##N##_t)do_from_int(FP_FORMAT_##N, v, (int)fbits, is_unsigned, intsize, env); \
    }

DEFINE_INTEGER(16)
DEFINE_INTEGER(32)
DEFINE_INTEGER(64)

// The low 32 bits of x rounded to zero. Above 2^84 they are all zero.
static uint32_t low_word(struct fp_num x)
{
    uint32_t units;

    if (x.exp > 63)
        units = x.exp > 63 + 31 ? 0 : (uint32_t)(x.sig << (x.exp - 63));
    else
        units = (uint32_t)fp_split(x, 0).units;
    return x.sign ? -units : units;
}

uint32_t fp64_to_int32_js(uint64_t a, bool *z, struct fp_env *env)
{
    const struct fp_num x = fp_unpack(FP_FORMAT_64, a, env);

    *z = false;
    if (x.type == FP_ZERO) {
        *z = a == 0; // neither -0 nor a denormal that was flushed
        return 0;
    }
    if (!fp_is_finite_nonzero(x.type)) {
        env->fpsr |= FPSR_IOC;
        return 0;
    }
    if (x.exp > 63) {
        env->fpsr |= FPSR_IOC;
        return low_word(x);
    }

    const struct fp_fixed split = fp_split(x, 0);

    if (split.units > integer_limit(false, x.sign, 32))
        env->fpsr |= FPSR_IOC;
    else if (split.rest)
        env->fpsr |= FPSR_IXC;
    else
        *z = true;
    return low_word(x);
}
