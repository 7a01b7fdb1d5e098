// SPDX-License-Identifier: MIT
//
// Comparisons, maxima and minima.
#include "ir/fp_core.h"

// Flushes both operands as the modes ask, and classifies them.
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

FP_INLINE struct pair take_pair(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    return (struct pair){
        .a = fp_flush_input(f, a, env),
        .b = fp_flush_input(f, b, env),
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

FP_INLINE uint64_t do_max(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const struct pair p = take_pair(f, a, b, env);

    if (FP_UNLIKELY(p.any_nan))
        return choose_nan(f, a, b, env);
    if (rank(f, p.a) == rank(f, p.b))
        return p.a & p.b; // equal, or zeros of which the positive one is larger
    return rank(f, p.a) > rank(f, p.b) ? p.a : p.b;
}

FP_INLINE uint64_t do_min(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const struct pair p = take_pair(f, a, b, env);

    if (FP_UNLIKELY(p.any_nan))
        return choose_nan(f, a, b, env);
    if (rank(f, p.a) == rank(f, p.b))
        return p.a | p.b;
    return rank(f, p.a) < rank(f, p.b) ? p.a : p.b;
}

// FMAXNM, FMINNM: against a quiet NaN any other operand wins; bottom is what loses to anything.
FP_INLINE uint64_t without_quiet_nan(struct fp_format f, uint64_t x, uint64_t other,
                                     uint64_t bottom)
{
    const bool x_quiet = is_nan(f, x) && !is_snan(f, x);
    const bool other_quiet = is_nan(f, other) && !is_snan(f, other);

    return x_quiet && !other_quiet ? bottom : x;
}

FP_INLINE uint64_t do_maxnm(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const uint64_t bottom = fp_infinity(f, true);

    return do_max(f, without_quiet_nan(f, a, b, bottom), without_quiet_nan(f, b, a, bottom), env);
}

FP_INLINE uint64_t do_minnm(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const uint64_t bottom = fp_infinity(f, false);

    return do_min(f, without_quiet_nan(f, a, b, bottom), without_quiet_nan(f, b, a, bottom), env);
}

FP_DEFINE_BINARY(max)
FP_DEFINE_BINARY(min)
FP_DEFINE_BINARY(maxnm)
FP_DEFINE_BINARY(minnm)
