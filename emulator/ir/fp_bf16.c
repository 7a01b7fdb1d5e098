// SPDX-License-Identifier: MIT
//
// BFDOT's arithmetic. Without FPCR.EBF denormals are zeros on both sides, results round to odd, and
// of FPCR only AH takes part, as the sign of the default NaN. With EBF the two products are added
// in one rounding and FPCR has its usual meaning. Either way every NaN is the default one and FPSR
// stays as it is.
#include "ir/fp_core.h"

static struct fp_num bf_unpack(uint32_t bits)
{
    const enum fp_class type = fp_classify(FP_FORMAT_32, bits);

    if (type == FP_NORMAL)
        return fp_unpack_normal(FP_FORMAT_32, bits);
    return (struct fp_num){
        .sign = bits >> 31,
        .type = type == FP_DENORMAL ? FP_ZERO : type,
    };
}

// Unlike the general round to odd, too large a result becomes an infinity.
static uint32_t bf_round(struct fp_num x)
{
    const struct fp_format f = FP_FORMAT_32;

    if (x.exp < fp_min_exp(f))
        return (uint32_t)fp_zero(f, x.sign);
    if (x.exp > fp_bias(f))
        return (uint32_t)fp_infinity(f, x.sign);

    struct fp_env scratch = {0, 0};
    return (uint32_t)fp_round_to(f, x, FP_ROUND_ODD, &scratch);
}

static uint32_t bf_mul(uint16_t a, uint16_t b, const struct fp_env *env)
{
    const struct fp_format f = FP_FORMAT_32;
    const struct fp_num x = bf_unpack((uint32_t)a << 16);
    const struct fp_num y = bf_unpack((uint32_t)b << 16);
    const bool sign = x.sign != y.sign;

    if (fp_is_finite_nonzero(x.type) && fp_is_finite_nonzero(y.type))
        return bf_round(fp_product(x, y));
    if (fp_is_nan(x.type) || fp_is_nan(y.type) || (x.type == FP_INFINITY && y.type == FP_ZERO) ||
        (x.type == FP_ZERO && y.type == FP_INFINITY))
        return (uint32_t)fp_default_nan(f, env);
    return (uint32_t)(x.type == FP_ZERO || y.type == FP_ZERO ? fp_zero(f, sign)
                                                             : fp_infinity(f, sign));
}

static uint32_t bf_add(uint32_t a, uint32_t b, const struct fp_env *env)
{
    const struct fp_format f = FP_FORMAT_32;
    const struct fp_num x = bf_unpack(a);
    const struct fp_num y = bf_unpack(b);

    if (fp_is_nan(x.type) || fp_is_nan(y.type) ||
        (x.type == FP_INFINITY && y.type == FP_INFINITY && x.sign != y.sign))
        return (uint32_t)fp_default_nan(f, env);
    if (x.type == FP_INFINITY || y.type == FP_INFINITY)
        return (uint32_t)fp_infinity(f, x.type == FP_INFINITY ? x.sign : y.sign);
    if (x.type == FP_ZERO && y.type == FP_ZERO)
        return (uint32_t)fp_zero(f, x.sign && y.sign);
    if (x.type == FP_ZERO || y.type == FP_ZERO)
        return x.type == FP_ZERO ? b : a;

    const struct fp_num sum = fp_sum(x, y);

    return sum.sig ? bf_round(sum) : 0;
}

// a1 * b1 + a2 * b2 with one rounding.
static uint32_t fused_products(uint16_t a1, uint16_t b1, uint16_t a2, uint16_t b2,
                               struct fp_env *env)
{
    const struct fp_format f = FP_FORMAT_32;
    const struct fp_num x1 = fp_unpack(FP_FORMAT_BF16, a1, env);
    const struct fp_num y1 = fp_unpack(FP_FORMAT_BF16, b1, env);
    const struct fp_num x2 = fp_unpack(FP_FORMAT_BF16, a2, env);
    const struct fp_num y2 = fp_unpack(FP_FORMAT_BF16, b2, env);
    const bool sign1 = x1.sign != y1.sign, sign2 = x2.sign != y2.sign;
    const bool inf1 = x1.type == FP_INFINITY || y1.type == FP_INFINITY;
    const bool inf2 = x2.type == FP_INFINITY || y2.type == FP_INFINITY;
    const bool zero1 = x1.type == FP_ZERO || y1.type == FP_ZERO;
    const bool zero2 = x2.type == FP_ZERO || y2.type == FP_ZERO;

    if (fp_is_nan(x1.type) || fp_is_nan(y1.type) || fp_is_nan(x2.type) || fp_is_nan(y2.type) ||
        (inf1 && zero1) || (inf2 && zero2) || (inf1 && inf2 && sign1 != sign2))
        return (uint32_t)fp_default_nan(f, env);
    if (inf1 || inf2)
        return (uint32_t)fp_infinity(f, inf1 ? sign1 : sign2);
    if (zero1 && zero2)
        return (uint32_t)(sign1 == sign2 ? fp_zero(f, sign1) : fp_cancelled(f, env));
    if (zero1 || zero2)
        return (uint32_t)fp_round(f, zero1 ? fp_product(x2, y2) : fp_product(x1, y1), env);

    const struct fp_num sum = fp_sum(fp_product(x1, y1), fp_product(x2, y2));

    return (uint32_t)(sum.sig ? fp_round(f, sum, env) : fp_cancelled(f, env));
}

uint32_t fp32_bfdot(uint32_t acc, uint16_t a1, uint16_t b1, uint16_t a2, uint16_t b2,
                    struct fp_env *env)
{
    if (env->fpcr & FPCR_EBF) {
        struct fp_env local = {env->fpcr | FPCR_DN, 0};

        return fp32_add(acc, fused_products(a1, b1, a2, b2, &local), &local);
    }
    return bf_add(acc, bf_add(bf_mul(a1, b1, env), bf_mul(a2, b2, env), env), env);
}
