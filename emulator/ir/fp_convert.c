// SPDX-License-Identifier: MIT
//
// Conversions between floating-point formats.
#include "ir/fp_core.h"

// Sign and the upper part of the payload, quietened.
static uint64_t convert_nan(struct fp_format from, uint64_t bits, struct fp_format to)
{
    const uint64_t payload = (bits & fp_frac_mask(from)) << (63 - from.frac_bits) |
                             1ull << 62; // the quiet bit, just below where a leading one would be

    return fp_infinity(to, fp_sign(from, bits)) | payload >> (63 - to.frac_bits);
}

FP_RARE static uint64_t convert_special(struct fp_format from, uint64_t bits, enum fp_class type,
                                        struct fp_format to, struct fp_env *env)
{
    const bool sign = fp_sign(from, bits);

    if (type == FP_ZERO)
        return fp_zero(to, sign);
    if (type == FP_SNAN || to.alternative)
        env->fpsr |= FPSR_IOC;
    if (to.alternative) // no infinity: the largest number; no NaN: a zero
        return fp_zero(to, sign) + (type == FP_INFINITY ? fp_sign_bit(to) - 1 : 0);
    if (type == FP_INFINITY)
        return fp_infinity(to, sign);
    return env->fpcr & FPCR_DN ? fp_default_nan(to, env) : convert_nan(from, bits, to);
}

// Conversions know FPCR.FZ but not FZ16.
FP_INLINE uint64_t convert(struct fp_format from, uint64_t bits, struct fp_format to,
                           enum fp_round mode, struct fp_env *env)
{
    struct fp_env local = {env->fpcr & ~FPCR_FZ16, 0};
    const struct fp_num x =
        fp_is_normal(from, bits) ? fp_unpack_normal(from, bits) : fp_unpack(from, bits, &local);
    const uint64_t result = FP_LIKELY(fp_is_finite_nonzero(x.type))
                                ? fp_round_to(to, x, mode, &local)
                                : convert_special(from, bits, x.type, to, &local);

    if (FP_UNLIKELY(x.type == FP_DENORMAL))
        fp_took_denormal(from, true, &local);
    env->fpsr |= local.fpsr;
    return result;
}

FP_INLINE uint64_t from_half(uint16_t a, struct fp_format to, struct fp_env *env)
{
    if (env->fpcr & FPCR_AHP)
        return convert(FP_FORMAT_16_ALT, a, to, FP_ROUND_TIEEVEN, env);
    return convert(FP_FORMAT_16, a, to, FP_ROUND_TIEEVEN, env);
}

FP_INLINE uint16_t to_half(struct fp_format from, uint64_t a, struct fp_env *env)
{
    const enum fp_round mode = fp_round_mode(env->fpcr);

    if (env->fpcr & FPCR_AHP)
        return (uint16_t)convert(from, a, FP_FORMAT_16_ALT, mode, env);
    return (uint16_t)convert(from, a, FP_FORMAT_16, mode, env);
}

uint32_t fp16_to_fp32(uint16_t a, struct fp_env *env)
{
    return (uint32_t)from_half(a, FP_FORMAT_32, env);
}

uint64_t fp16_to_fp64(uint16_t a, struct fp_env *env)
{
    return from_half(a, FP_FORMAT_64, env);
}

uint16_t fp32_to_fp16(uint32_t a, struct fp_env *env)
{
    return to_half(FP_FORMAT_32, a, env);
}

uint16_t fp64_to_fp16(uint64_t a, struct fp_env *env)
{
    return to_half(FP_FORMAT_64, a, env);
}

uint64_t fp32_to_fp64(uint32_t a, struct fp_env *env)
{
    return convert(FP_FORMAT_32, a, FP_FORMAT_64, FP_ROUND_TIEEVEN, env);
}

uint32_t fp64_to_fp32(uint64_t a, struct fp_env *env)
{
    return (uint32_t)convert(FP_FORMAT_64, a, FP_FORMAT_32, fp_round_mode(env->fpcr), env);
}

uint32_t fp64_to_fp32_odd(uint64_t a, struct fp_env *env)
{
    return (uint32_t)convert(FP_FORMAT_64, a, FP_FORMAT_32, FP_ROUND_ODD, env);
}

uint16_t fp32_to_bf16(uint32_t a, struct fp_env *env)
{
    struct fp_env local = fp_ah_quiet(env);
    const uint64_t result =
        convert(FP_FORMAT_32, a, FP_FORMAT_BF16, fp_round_mode(local.fpcr), &local);

    fp_raise_unless_ah(env, &local);
    return (uint16_t)result;
}
