// SPDX-License-Identifier: MIT
//
// Multiplication by a power of two.
#include "ir/fp_core.h"

enum { LIMIT = 2048 }; // further than the exponents of any format reach

FP_INLINE int clamp(int64_t exp)
{
    return exp > LIMIT ? LIMIT : exp < -LIMIT ? -LIMIT : (int)exp;
}

FP_INLINE uint64_t do_scale(struct fp_format f, uint64_t a, uint64_t b, struct fp_env *env)
{
    const unsigned unused = 63 - (unsigned)(f.exp_bits + f.frac_bits);
    const int64_t scale = (int64_t)(b << unused) >> unused;
    struct fp_num x = fp_unpack(f, a, env);

    if (fp_is_nan(x.type))
        return fp_process_nan(f, x.type, a, env);
    if (x.type == FP_INFINITY)
        return a;
    if (x.type == FP_ZERO)
        return fp_zero(f, x.sign);
    fp_took_denormal(f, x.type == FP_DENORMAL, env);
    x.exp = clamp(x.exp + (scale > 2 * LIMIT    ? 2 * LIMIT
                           : scale < -2 * LIMIT ? -2 * LIMIT
                                                : scale));
    return fp_round(f, x, env);
}

FP_DEFINE_BINARY(scale)
