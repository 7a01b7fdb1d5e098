// SPDX-License-Identifier: MIT
//
// Fused multiply-add and its relatives: the Newton steps and the widening accumulations.
#include "ir/fp_core.h"

FP_INLINE unsigned __int128 shift_right_sticky_128(unsigned __int128 x, unsigned n)
{
    if (n >= 128)
        return x != 0;
    return x >> n | ((x & (((unsigned __int128)1 << n) - 1)) != 0);
}

// addend + a * b, all finite and non-zero, times 2^scale. The exact product and the addend are
// lined up in 128 bits, where the same argument about guard bits holds as for addition.
FP_INLINE uint64_t muladd_finite(struct fp_format f, struct fp_num addend, struct fp_num a,
                                 struct fp_num b, int scale, struct fp_env *env)
{
    // Both are wide * 2^(exp - 126), with the leading bit of wide at 126 or, the product's, 125.
    const unsigned __int128 product = (unsigned __int128)a.sig * b.sig >> 1;
    const unsigned __int128 wide_addend = (unsigned __int128)addend.sig << 63;
    const int product_exp = a.exp + b.exp + 1;
    const bool product_sign = a.sign != b.sign;
    const int distance = product_exp - addend.exp;
    unsigned __int128 big = product;
    unsigned __int128 small = wide_addend;
    struct fp_num sum = {.exp = product_exp, .sign = product_sign};

    if (distance >= 0) {
        small = shift_right_sticky_128(small, (unsigned)distance);
    } else {
        big = wide_addend;
        small = shift_right_sticky_128(product, (unsigned)-distance);
        sum.exp = addend.exp;
        sum.sign = addend.sign;
    }

    unsigned __int128 total = big + small;

    if (product_sign != addend.sign) {
        total = big - small;
        if (total >> 127) {
            total = -total;
            sum.sign = !sum.sign;
        }
        if (FP_UNLIKELY(total == 0))
            return fp_cancelled(f, env);
    }

    const uint64_t high = (uint64_t)(total >> 64);
    const int shift = high ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)total);

    total <<= shift;
    sum.sig = (uint64_t)(total >> 64) | ((uint64_t)total != 0);
    sum.exp += 1 - shift + scale;
    return fp_round(f, sum, env);
}

// The cases without NaNs; any operand may be zero or infinite. denormal: one that AH tells of is
// among them, which an invalid operation hides.
static uint64_t muladd_number(struct fp_format f, struct fp_num addend, struct fp_num a,
                              struct fp_num b, bool denormal, struct fp_env *env)
{
    const bool product_sign = a.sign != b.sign;
    const bool product_inf = a.type == FP_INFINITY || b.type == FP_INFINITY;
    const bool product_zero = a.type == FP_ZERO || b.type == FP_ZERO;

    if ((product_inf && product_zero) ||
        (product_inf && addend.type == FP_INFINITY && addend.sign != product_sign))
        return fp_invalid(f, env);
    fp_took_denormal(f, denormal, env);
    if (product_inf || addend.type == FP_INFINITY)
        return fp_infinity(f, product_inf ? product_sign : addend.sign);
    if (addend.type == FP_ZERO && product_zero)
        return addend.sign == product_sign ? fp_zero(f, product_sign) : fp_cancelled(f, env);
    if (product_zero)
        return fp_round(f, addend, env);
    if (addend.type == FP_ZERO)
        return fp_round(f, fp_product(a, b), env);
    return muladd_finite(f, addend, a, b, 0, env);
}

// A signalling NaN goes before a quiet one, then the addend first. Infinity times zero turns a
// quiet NaN in the addend into an invalid operation. With AH the addend comes last, whatever kind
// of NaN each is, and infinity times zero is nothing special.
static uint64_t muladd_nan(struct fp_format f, enum fp_class type, uint64_t addend,
                           enum fp_class type_a, uint64_t a, enum fp_class type_b, uint64_t b,
                           struct fp_env *env)
{
    if (env->fpcr & FPCR_AH) {
        if (type == FP_SNAN && (fp_is_nan(type_a) || fp_is_nan(type_b)))
            env->fpsr |= FPSR_IOC;
        return fp_is_nan(type_a) || fp_is_nan(type_b)
                   ? fp_process_nans(f, type_a, a, type_b, b, env)
                   : fp_process_nan(f, type, addend, env);
    }
    if (type == FP_QNAN && ((type_a == FP_INFINITY && type_b == FP_ZERO) ||
                            (type_a == FP_ZERO && type_b == FP_INFINITY)))
        return fp_invalid(f, env);
    if (type == FP_SNAN || (type == FP_QNAN && type_a != FP_SNAN && type_b != FP_SNAN))
        return fp_process_nan(f, type, addend, env);
    return fp_process_nans(f, type_a, a, type_b, b, env);
}

FP_RARE static uint64_t muladd_any(struct fp_format f, uint64_t addend, uint64_t a, uint64_t b,
                                   struct fp_env *env)
{
    const struct fp_num z = fp_unpack(f, addend, env);
    const struct fp_num x = fp_unpack(f, a, env);
    const struct fp_num y = fp_unpack(f, b, env);

    if (fp_is_nan(z.type) || fp_is_nan(x.type) || fp_is_nan(y.type))
        return muladd_nan(f, z.type, addend, x.type, a, y.type, b, env);

    const bool denormal = z.type == FP_DENORMAL || x.type == FP_DENORMAL || y.type == FP_DENORMAL;

    return muladd_number(f, z, x, y, denormal, env);
}

FP_INLINE uint64_t do_muladd(struct fp_format f, uint64_t addend, uint64_t a, uint64_t b,
                             struct fp_env *env)
{
    if (FP_UNLIKELY(!fp_is_normal(f, addend) || !fp_is_normal(f, a) || !fp_is_normal(f, b)))
        return muladd_any(f, addend, a, b, env);
    return muladd_finite(f, fp_unpack_normal(f, addend), fp_unpack_normal(f, a),
                         fp_unpack_normal(f, b), 0, env);
}

#define DEFINE_MULADD(N)                                                         \
    uint##N##_t fp##N##_muladd(uint##N##_t addend, uint##N##_t a, uint##N##_t b, \
                               struct fp_env *env)                               \
    {                                                                            \
        return (uint##N##_t)do_muladd(FP_FORMAT_##N, addend, a, b, env);         \
    }

DEFINE_MULADD(16)
DEFINE_MULADD(32)
DEFINE_MULADD(64)

// (constant - a * b) * 2^scale. a is negated before anything else, so the sign of a NaN in a
// changes too. Infinity times zero counts as zero.
static uint64_t newton_step_under(struct fp_format f, uint64_t constant, int scale, uint64_t a,
                                  uint64_t b, struct fp_env *env)
{
    a = fp_negate(f, a, env);

    const struct fp_num x = fp_unpack(f, a, env);
    const struct fp_num y = fp_unpack(f, b, env);
    struct fp_num c = fp_unpack_normal(f, constant);

    if (fp_is_nan(x.type) || fp_is_nan(y.type))
        return fp_process_nans(f, x.type, a, y.type, b, env);
    if (x.type == FP_ZERO || y.type == FP_ZERO) {
        c.exp += scale;
        return fp_round(f, c, env);
    }
    if (x.type == FP_INFINITY || y.type == FP_INFINITY)
        return fp_infinity(f, x.sign != y.sign);
    return muladd_finite(f, c, x, y, scale, env);
}

// FRECPS and FRSQRTS.
static uint64_t newton_step(struct fp_format f, uint64_t constant, int scale, uint64_t a,
                            uint64_t b, struct fp_env *env)
{
    struct fp_env local = fp_ah_quiet(env);
    const uint64_t result = newton_step_under(f, constant, scale, a, b, &local);

    fp_raise_unless_ah(env, &local);
    return result;
}

FP_INLINE uint64_t do_recps(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return newton_step(f, fp_constant(f, false, 1, false), 0, a, b, env);
}

FP_INLINE uint64_t do_rsqrts(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return newton_step(f, fp_constant(f, false, 1, true), -1, a, b, env);
}

FP_DEFINE_BINARY(recps)
FP_DEFINE_BINARY(rsqrts)

// A NaN that fp_process_nan chose, in the wider format.
static uint64_t widen_half_nan(uint64_t bits)
{
    return fp_infinity(FP_FORMAT_32, fp_sign(FP_FORMAT_16, bits)) |
           (bits & fp_frac_mask(FP_FORMAT_16)) << 13;
}

uint32_t fp32_muladd_h(uint32_t addend, uint16_t a, uint16_t b, struct fp_env *env)
{
    const struct fp_num z = fp_unpack(FP_FORMAT_32, addend, env);
    const struct fp_num x = fp_unpack(FP_FORMAT_16, a, env);
    const struct fp_num y = fp_unpack(FP_FORMAT_16, b, env);

    // Widening keeps the class, the payload and its order, so the choice is made in 32 bits.
    if (fp_is_nan(z.type) || fp_is_nan(x.type) || fp_is_nan(y.type))
        return (uint32_t)muladd_nan(FP_FORMAT_32, z.type, addend, x.type, widen_half_nan(a), y.type,
                                    widen_half_nan(b), env);
    return (uint32_t)muladd_number(FP_FORMAT_32, z, x, y, z.type == FP_DENORMAL, env);
}

uint32_t fp32_bfmlal(uint32_t addend, uint16_t a, uint16_t b, struct fp_env *env)
{
    struct fp_env local = fp_ah_quiet(env);
    const uint32_t result = fp32_muladd(addend, (uint32_t)a << 16, (uint32_t)b << 16, &local);

    fp_raise_unless_ah(env, &local);
    return result;
}
