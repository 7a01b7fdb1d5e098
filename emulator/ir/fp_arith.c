// SPDX-License-Identifier: MIT
//
// Addition, subtraction, multiplication and division.
#include "ir/fp_core.h"

FP_INLINE uint64_t add_finite(struct fp_format f, struct fp_num a, struct fp_num b,
                              struct fp_env *env)
{
    const struct fp_num sum = fp_sum(a, b);

    return FP_LIKELY(sum.sig) ? fp_round(f, sum, env) : fp_cancelled(f, env);
}

FP_RARE static uint64_t add_any(struct fp_format f, uint64_t a, uint64_t b, bool negate,
                                struct fp_env *env)
{
    const struct fp_num x = fp_unpack(f, a, env);
    struct fp_num y = fp_unpack(f, b, env);

    y.sign ^= negate;
    if (fp_is_nan(x.type) || fp_is_nan(y.type))
        return fp_process_nans(f, x.type, a, y.type, b, env);
    fp_took_denormal(f, x.type == FP_DENORMAL || y.type == FP_DENORMAL, env);
    if (fp_is_finite_nonzero(x.type) && fp_is_finite_nonzero(y.type))
        return add_finite(f, x, y, env);
    if (x.type == FP_INFINITY && y.type == FP_INFINITY && x.sign != y.sign)
        return fp_invalid(f, env);
    if (x.type == FP_INFINITY || y.type == FP_INFINITY)
        return fp_infinity(f, x.type == FP_INFINITY ? x.sign : y.sign);
    if (x.type == FP_ZERO && y.type == FP_ZERO)
        return x.sign == y.sign ? fp_zero(f, x.sign) : fp_cancelled(f, env);
    return fp_round(f, x.type == FP_ZERO ? y : x, env); // a denormal may have to become a zero
}

FP_INLINE uint64_t add_or_sub(struct fp_format f, uint64_t a, uint64_t b, bool negate,
                              struct fp_env *env)
{
    if (FP_UNLIKELY(!fp_is_normal(f, a) || !fp_is_normal(f, b)))
        return add_any(f, a, b, negate, env);

    struct fp_num y = fp_unpack_normal(f, b);

    y.sign ^= negate;
    return add_finite(f, fp_unpack_normal(f, a), y, env);
}

FP_INLINE uint64_t do_add(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return add_or_sub(f, a, b, false, env);
}

FP_INLINE uint64_t do_sub(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return add_or_sub(f, a, b, true, env);
}

// extended: FMULX, which defines infinity times zero as two.
FP_RARE static uint64_t mul_any(struct fp_format f, uint64_t a, uint64_t b, bool extended,
                                struct fp_env *env)
{
    const struct fp_num x = fp_unpack(f, a, env);
    const struct fp_num y = fp_unpack(f, b, env);
    const bool sign = x.sign != y.sign;

    if (fp_is_nan(x.type) || fp_is_nan(y.type))
        return fp_process_nans(f, x.type, a, y.type, b, env);
    fp_took_denormal(f, x.type == FP_DENORMAL || y.type == FP_DENORMAL, env);
    if (fp_is_finite_nonzero(x.type) && fp_is_finite_nonzero(y.type))
        return fp_round(f, fp_product(x, y), env);
    if (x.type != FP_INFINITY && y.type != FP_INFINITY)
        return fp_zero(f, sign);
    if (x.type != FP_ZERO && y.type != FP_ZERO)
        return fp_infinity(f, sign);
    return extended ? fp_constant(f, sign, 1, false) : fp_invalid(f, env);
}

FP_INLINE uint64_t mul_or_mulx(struct fp_format f, uint64_t a, uint64_t b, bool extended,
                               struct fp_env *env)
{
    if (FP_UNLIKELY(!fp_is_normal(f, a) || !fp_is_normal(f, b)))
        return mul_any(f, a, b, extended, env);
    return fp_round(f, fp_product(fp_unpack_normal(f, a), fp_unpack_normal(f, b)), env);
}

FP_INLINE uint64_t do_mul(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return mul_or_mulx(f, a, b, false, env);
}

FP_INLINE uint64_t do_mulx(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return mul_or_mulx(f, a, b, true, env);
}

// The quotient's leading bit is made bit 63 (bit 31 for the narrow formats, whose operands then
// fit one 64-bit division); the remainder only matters as a sticky bit.
FP_INLINE uint64_t div_finite(struct fp_format f, struct fp_num a, struct fp_num b,
                              struct fp_env *env)
{
    const unsigned below = a.sig < b.sig;
    struct fp_num q = {.exp = a.exp - b.exp - (int)below, .sign = a.sign != b.sign};

    if (f.frac_bits < 30) {
        const uint64_t n = (a.sig >> 32) << (31 + below);
        const uint64_t d = b.sig >> 32;

        q.sig = n / d << 32 | (n % d != 0);
    } else {
        const unsigned __int128 n = (unsigned __int128)a.sig << (63 + below);

        q.sig = (uint64_t)(n / b.sig);
        q.sig |= q.sig * b.sig != (uint64_t)n;
    }
    return fp_round(f, q, env);
}

FP_RARE static uint64_t div_any(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const struct fp_num x = fp_unpack(f, a, env);
    const struct fp_num y = fp_unpack(f, b, env);
    const bool sign = x.sign != y.sign;

    if (fp_is_nan(x.type) || fp_is_nan(y.type))
        return fp_process_nans(f, x.type, a, y.type, b, env);
    if (y.type != FP_ZERO)
        fp_took_denormal(f, x.type == FP_DENORMAL || y.type == FP_DENORMAL, env);
    if (fp_is_finite_nonzero(x.type) && fp_is_finite_nonzero(y.type))
        return div_finite(f, x, y, env);
    if (x.type == y.type) // two zeros or two infinities
        return fp_invalid(f, env);
    if (x.type == FP_ZERO || y.type == FP_INFINITY)
        return fp_zero(f, sign);
    if (x.type != FP_INFINITY)
        env->fpsr |= FPSR_DZC;
    return fp_infinity(f, sign);
}

FP_INLINE uint64_t do_div(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    if (FP_UNLIKELY(!fp_is_normal(f, a) || !fp_is_normal(f, b)))
        return div_any(f, a, b, env);
    return div_finite(f, fp_unpack_normal(f, a), fp_unpack_normal(f, b), env);
}

FP_DEFINE_BINARY(add)
FP_DEFINE_BINARY(sub)
FP_DEFINE_BINARY(mul)
FP_DEFINE_BINARY(mulx)
FP_DEFINE_BINARY(div)
