// SPDX-License-Identifier: MIT
//
// Comparisons, maxima and minima.
#include "ir/fp_core.h"

struct operands {
    uint64_t a;
    uint64_t b;
};

// Operands after flushing, and what is among them.
struct pair {
    uint64_t a;
    uint64_t b;
    bool any_nan;
    bool any_snan;
};

FP_INLINE bool is_nan(struct fp_format f, uint64_t bits)
{
    return (bits & ~fp_sign_bit(f)) > fp_infinity(f, false);
}

FP_INLINE bool is_snan(struct fp_format f, uint64_t bits)
{
    return is_nan(f, bits) && !(bits >> (f.frac_bits - 1) & 1);
}

FP_INLINE bool is_denormal(struct fp_format f, uint64_t bits)
{
    return fp_biased_exp(f, bits) == 0 && bits & fp_frac_mask(f);
}

// Modes under which denormal operands are not simply numbers.
FP_RARE static struct operands modal_operands(struct fp_format f, uint64_t a, uint64_t b,
                                              struct fp_env *env)
{
    a = fp_flush_input(f, a, env);
    b = fp_flush_input(f, b, env);
    if (!is_nan(f, a) && !is_nan(f, b))
        fp_took_denormal(f, is_denormal(f, a) || is_denormal(f, b), env);
    return (struct operands){a, b};
}

FP_INLINE struct pair take_pair(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const uint32_t modes = f.exp_bits == 5 ? FPCR_FZ16 : FPCR_FZ | FPCR_FIZ | FPCR_AH;
    struct operands taken = {a, b};

    if (FP_UNLIKELY(env->fpcr & modes))
        taken = modal_operands(f, a, b, env);
    return (struct pair){
        .a = taken.a,
        .b = taken.b,
        .any_nan = is_nan(f, a) || is_nan(f, b),
        .any_snan = is_snan(f, a) || is_snan(f, b),
    };
}

// Numbers in their order as signed integers; both zeros are 0.
FP_INLINE int64_t rank(struct fp_format f, uint64_t bits)
{
    const int64_t magnitude = (int64_t)(bits & ~fp_sign_bit(f));

    return fp_sign(f, bits) ? -magnitude : magnitude;
}

FP_INLINE uint32_t do_compare(struct fp_format f, uint64_t a, uint64_t b, bool signal_nans,
                              struct fp_env *env)
{
    const struct pair p = take_pair(f, a, b, env);

    if (FP_UNLIKELY(p.any_nan)) {
        if (p.any_snan || signal_nans)
            env->fpsr |= FPSR_IOC;
        return 3;
    }
    if (rank(f, p.a) == rank(f, p.b))
        return 6;
    return rank(f, p.a) < rank(f, p.b) ? 8 : 2;
}

#define DEFINE_COMPARE(N)                                                                        \
    uint32_t fp##N##_compare(uint##N##_t a, uint##N##_t b, bool signal_nans, struct fp_env *env) \
    {                                                                                            \
        return do_compare(FP_FORMAT_##N, a, b, signal_nans, env);                                \
    }

DEFINE_COMPARE(16)
DEFINE_COMPARE(32)
DEFINE_COMPARE(64)

FP_INLINE bool do_eq(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return do_compare(f, a, b, false, env) == 6;
}

FP_INLINE bool do_ge(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const uint32_t nzcv = do_compare(f, a, b, true, env);

    return nzcv == 6 || nzcv == 2;
}

FP_INLINE bool do_gt(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return do_compare(f, a, b, true, env) == 2;
}

FP_DEFINE_RELATION(eq)
FP_DEFINE_RELATION(ge)
FP_DEFINE_RELATION(gt)

FP_RARE static uint64_t choose_nan(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return fp_process_nans(f, fp_classify(f, a), a, fp_classify(f, b), b, env);
}

FP_INLINE uint64_t larger(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const struct pair p = take_pair(f, a, b, env);

    if (FP_UNLIKELY(p.any_nan))
        return choose_nan(f, a, b, env);
    if (rank(f, p.a) == rank(f, p.b))
        return p.a & p.b; // equal, or zeros of which the positive one is larger
    return rank(f, p.a) > rank(f, p.b) ? p.a : p.b;
}

FP_INLINE uint64_t smaller(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const struct pair p = take_pair(f, a, b, env);

    if (FP_UNLIKELY(p.any_nan))
        return choose_nan(f, a, b, env);
    if (rank(f, p.a) == rank(f, p.b))
        return p.a | p.b;
    return rank(f, p.a) < rank(f, p.b) ? p.a : p.b;
}

// FMAX and FMIN with AH: the comparison a > b (a < b) decides, and b is the answer where it does
// not hold: of two zeros, and where there is a NaN, which is invalid.
FP_RARE static uint64_t first_if_beyond(struct fp_format f, uint64_t a, uint64_t b, bool above,
                                        struct fp_env *env)
{
    const struct pair p = take_pair(f, a, b, env);

    if (p.any_nan) {
        env->fpsr |= FPSR_IOC;
        return p.b;
    }
    return (above ? rank(f, p.a) > rank(f, p.b) : rank(f, p.a) < rank(f, p.b)) ? p.a : p.b;
}

FP_INLINE uint64_t do_max(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return FP_UNLIKELY(env->fpcr & FPCR_AH) ? first_if_beyond(f, a, b, true, env)
                                            : larger(f, a, b, env);
}

FP_INLINE uint64_t do_min(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return FP_UNLIKELY(env->fpcr & FPCR_AH) ? first_if_beyond(f, a, b, false, env)
                                            : smaller(f, a, b, env);
}

// FMAXNM, FMINNM: against a quiet NaN any number wins; bottom is what loses to anything. Of two
// NaNs the ordinary choice is made.
FP_INLINE uint64_t without_quiet_nan(struct fp_format f, uint64_t x, uint64_t other,
                                     uint64_t bottom)
{
    return is_nan(f, x) && !is_snan(f, x) && !is_nan(f, other) ? bottom : x;
}

// With AH and FZ a denormal comes this far as an operand, but not as a result.
FP_RARE static uint64_t flush_output(struct fp_format f, uint64_t bits, struct fp_env *env)
{
    if (!is_denormal(f, bits) || !(env->fpcr & fp_flush_mode(f)))
        return bits;
    env->fpsr |= FPSR_UFC | FPSR_IXC;
    return bits & fp_sign_bit(f);
}

FP_INLINE uint64_t do_maxnm(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const uint64_t bottom = fp_infinity(f, true);
    const uint64_t x = without_quiet_nan(f, a, b, bottom), y = without_quiet_nan(f, b, a, bottom);
    const uint64_t result = larger(f, x, y, env);

    return FP_UNLIKELY(env->fpcr & FPCR_AH) ? flush_output(f, result, env) : result;
}

FP_INLINE uint64_t do_minnm(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const uint64_t bottom = fp_infinity(f, false);
    const uint64_t x = without_quiet_nan(f, a, b, bottom), y = without_quiet_nan(f, b, a, bottom);
    const uint64_t result = smaller(f, x, y, env);

    return FP_UNLIKELY(env->fpcr & FPCR_AH) ? flush_output(f, result, env) : result;
}

// FAMAX, FAMIN: of the magnitudes of numbers, while a NaN keeps its sign. Denormals are numbers
// under every mode, and AH is not for these.
FP_INLINE uint64_t magnitude_of(struct fp_format f, uint64_t bits)
{
    return is_nan(f, bits) ? bits : bits & ~fp_sign_bit(f);
}

FP_INLINE struct fp_env without_flushing(const struct fp_env *env)
{
    return (struct fp_env){env->fpcr & ~(FPCR_AH | FPCR_FIZ | FPCR_FZ | FPCR_FZ16), env->fpsr};
}

FP_INLINE uint64_t do_amax(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    struct fp_env local = without_flushing(env);
    const uint64_t result = larger(f, magnitude_of(f, a), magnitude_of(f, b), &local);

    env->fpsr = local.fpsr;
    return result;
}

FP_INLINE uint64_t do_amin(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    struct fp_env local = without_flushing(env);
    const uint64_t result = smaller(f, magnitude_of(f, a), magnitude_of(f, b), &local);

    env->fpsr = local.fpsr;
    return result;
}

FP_DEFINE_BINARY(amax)
FP_DEFINE_BINARY(amin)
FP_DEFINE_BINARY(max)
FP_DEFINE_BINARY(min)
FP_DEFINE_BINARY(maxnm)
FP_DEFINE_BINARY(minnm)
