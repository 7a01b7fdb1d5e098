// SPDX-License-Identifier: MIT
//
// The rare halves of unpacking and rounding, and NaNs (see fp_core.h).
#include "ir/fp_core.h"

uint64_t fp_default_nan(struct fp_format f, const struct fp_env *env)
{
    return fp_infinity(f, env->fpcr & FPCR_AH) | 1ull << (f.frac_bits - 1);
}

uint64_t fp_invalid(struct fp_format f, struct fp_env *env)
{
    env->fpsr |= FPSR_IOC;
    return fp_default_nan(f, env);
}

uint64_t fp_process_nan(struct fp_format f, enum fp_class type, uint64_t bits, struct fp_env *env)
{
    if (type == FP_SNAN) {
        env->fpsr |= FPSR_IOC;
        bits |= 1ull << (f.frac_bits - 1);
    }
    return env->fpcr & FPCR_DN ? fp_default_nan(f, env) : bits;
}

uint64_t fp_negate(struct fp_format f, uint64_t bits, const struct fp_env *env)
{
    return env->fpcr & FPCR_AH && fp_is_nan(fp_classify(f, bits)) ? bits : bits ^ fp_sign_bit(f);
}

// A signalling NaN goes before a quiet one, then the first operand before the second; of two NaNs
// AH takes the first.
uint64_t fp_process_nans(struct fp_format f, enum fp_class type_a, uint64_t a, enum fp_class type_b,
                         uint64_t b, struct fp_env *env)
{
    const bool first = type_a == FP_SNAN || (type_a == FP_QNAN && type_b != FP_SNAN);

    if (env->fpcr & FPCR_AH && fp_is_nan(type_a) && type_b == FP_SNAN)
        type_a = FP_SNAN;
    else if (!first)
        return fp_process_nan(f, type_b, b, env);
    return fp_process_nan(f, type_a, a, env);
}

uint64_t fp_flush_input(struct fp_format f, uint64_t bits, struct fp_env *env)
{
    const uint32_t fpcr = env->fpcr;
    const bool loud = f.exp_bits != 5 && (fpcr & (FPCR_FZ | FPCR_AH)) == FPCR_FZ;

    if (fp_biased_exp(f, bits) != 0 || !(bits & fp_frac_mask(f)))
        return bits;
    if (!loud && !(fpcr & (f.exp_bits == 5 ? FPCR_FZ16 : FPCR_FIZ)))
        return bits;
    if (loud)
        env->fpsr |= FPSR_IDC;
    return bits & fp_sign_bit(f);
}

void fp_took_denormal(struct fp_format f, bool denormal, struct fp_env *env)
{
    if (denormal && env->fpcr & FPCR_AH && f.exp_bits != 5)
        env->fpsr |= FPSR_IDC;
}

enum fp_class fp_classify(struct fp_format f, uint64_t bits)
{
    const uint64_t exp = fp_biased_exp(f, bits);
    const uint64_t frac = bits & fp_frac_mask(f);

    if (exp == 0)
        return frac ? FP_DENORMAL : FP_ZERO;
    if (exp < fp_exp_mask(f) || f.alternative)
        return FP_NORMAL;
    if (!frac)
        return FP_INFINITY;
    return frac >> (f.frac_bits - 1) ? FP_QNAN : FP_SNAN;
}

struct fp_num fp_unpack(struct fp_format f, uint64_t bits, struct fp_env *env)
{
    bits = fp_flush_input(f, bits, env);

    const enum fp_class type = fp_classify(f, bits);

    if (type == FP_NORMAL)
        return fp_unpack_normal(f, bits);
    if (type != FP_DENORMAL)
        return (struct fp_num){.sign = fp_sign(f, bits), .type = type};

    struct fp_num x =
        fp_from_units(bits & fp_frac_mask(f), fp_sign(f, bits), fp_min_exp(f) - f.frac_bits);
    x.type = FP_DENORMAL;
    return x;
}

static uint64_t overflow(struct fp_format f, bool sign, enum fp_round mode, struct fp_env *env)
{
    if (f.alternative) {
        env->fpsr |= FPSR_IOC;
        return fp_sign_bit(f) - 1 + fp_zero(f, sign);
    }
    env->fpsr |= FPSR_OFC | FPSR_IXC;
    if (mode == FP_ROUND_TIEEVEN || mode == (sign ? FP_ROUND_NEGINF : FP_ROUND_POSINF))
        return fp_infinity(f, sign);
    return fp_max_normal(f, sign);
}

// Whether a number below the normal ones rounds to one of them if the exponent has no bounds.
static bool rounds_to_normal(struct fp_format f, struct fp_num x, enum fp_round mode)
{
    const int drop = 63 - f.frac_bits;
    const uint64_t rest = x.sig & ((1ull << drop) - 1);
    const uint64_t sig = x.sig >> drop;

    return x.exp == fp_min_exp(f) - 1 &&
           (sig + fp_rounds_up(mode, x.sign, sig & 1, rest, 1ull << (drop - 1))) >>
               (f.frac_bits + 1);
}

FP_RARE uint64_t fp_round_edge(struct fp_format f, struct fp_num x, enum fp_round mode,
                               struct fp_env *env)
{
    const int drop = 63 - f.frac_bits;
    const uint64_t limit = fp_exp_mask(f) + f.alternative;
    uint64_t biased = (uint64_t)(x.exp + fp_bias(f));
    uint32_t tiny = 0;

    // Tininess is decided before rounding, with AH after it.
    if (x.exp < fp_min_exp(f)) {
        const bool ah = env->fpcr & FPCR_AH;

        if (!ah || !rounds_to_normal(f, x, mode))
            tiny = FPSR_UFC;
        if (tiny && env->fpcr & fp_flush_mode(f)) {
            env->fpsr |= FPSR_UFC | (ah ? FPSR_IXC : 0);
            return fp_zero(f, x.sign);
        }
        x.sig = fp_shift_right_sticky(x.sig, (unsigned)(fp_min_exp(f) - x.exp));
        biased = 1;
    }

    const uint64_t rest = x.sig & ((1ull << drop) - 1);
    uint64_t sig = x.sig >> drop;

    sig += fp_rounds_up(mode, x.sign, sig & 1, rest, 1ull << (drop - 1));
    sig |= mode == FP_ROUND_ODD && rest != 0;

    const uint64_t magnitude = ((biased - 1) << f.frac_bits) + sig;

    if (magnitude >> f.frac_bits >= limit)
        return overflow(f, x.sign, mode, env);
    if (rest != 0)
        env->fpsr |= tiny | FPSR_IXC;
    return fp_zero(f, x.sign) | magnitude;
}
