// SPDX-License-Identifier: MIT
//
// Square root, by the schoolbook recursion: the root of the upper half gives the upper half of
// the root, one division gives the rest, and the guess is at most one too large.
#include "ir/fp_core.h"

struct root32 {
    uint32_t root;
    uint64_t rest; // n - root * root, up to 2 * root
};

static uint32_t root_of_32(uint32_t n)
{
    uint32_t root = 0;

    for (uint32_t bit = 1u << 15; bit; bit >>= 1) {
        if ((root | bit) * (root | bit) <= n)
            root |= bit;
    }
    return root;
}

// n >= 2^62
static struct root32 root_of_64(uint64_t n)
{
    const uint32_t high = (uint32_t)(n >> 32);
    const uint32_t s = root_of_32(high);
    const uint64_t rest = (uint64_t)(high - s * s) << 16 | (n >> 16 & 0xffff);
    const uint64_t q = rest / (2 * s);
    uint64_t root = ((uint64_t)s << 16) + q;
    int64_t r = (int64_t)((rest % (2 * s)) << 16 | (n & 0xffff)) - (int64_t)(q * q);

    if (r < 0) {
        r += 2 * (int64_t)root - 1;
        root--;
    }
    return (struct root32){(uint32_t)root, (uint64_t)r};
}

// n >= 2^126; *inexact tells whether a rest was left.
static uint64_t root_of_128(unsigned __int128 n, bool *inexact)
{
    const struct root32 s = root_of_64((uint64_t)(n >> 64));
    const unsigned __int128 rest = (unsigned __int128)s.rest << 32 | (uint32_t)(n >> 32);
    const uint64_t twice = 2ull * s.root;
    const uint64_t q = (uint64_t)(rest / twice);
    const uint64_t left = (uint64_t)(rest - (unsigned __int128)q * twice);
    const unsigned __int128 root = ((unsigned __int128)s.root << 32) + q;
    const __int128 r =
        (__int128)((unsigned __int128)left << 32 | (uint32_t)n) - (__int128)q * (__int128)q;

    if (r < 0) {
        *inexact = r + 2 * (__int128)root - 1 != 0;
        return (uint64_t)(root - 1);
    }
    *inexact = r != 0;
    return (uint64_t)root;
}

// The radicand is scaled so that the root's leading bit becomes bit 63 (or 31, where 32 bits of
// root are enough for the format).
FP_INLINE uint64_t sqrt_finite(struct fp_format f, struct fp_num x, struct fp_env *env)
{
    const unsigned odd = x.exp & 1;
    struct fp_num y = {.exp = (x.exp - (int)odd) / 2};

    if (f.frac_bits < 30) {
        const struct root32 s = root_of_64(x.sig >> (1 - odd));

        y.sig = (uint64_t)s.root << 32 | (s.rest != 0);
    } else {
        bool inexact;

        y.sig = root_of_128((unsigned __int128)x.sig << (63 + odd), &inexact);
        y.sig |= inexact;
    }
    return fp_round(f, y, env);
}

FP_RARE static uint64_t sqrt_any(struct fp_format f, uint64_t a, struct fp_env *env)
{
    const struct fp_num x = fp_unpack(f, a, env);

    if (fp_is_nan(x.type))
        return fp_process_nan(f, x.type, a, env);
    if (x.type == FP_ZERO)
        return fp_zero(f, x.sign);
    if (x.sign)
        return fp_invalid(f, env);
    if (x.type == FP_INFINITY)
        return fp_infinity(f, false);
    fp_took_denormal(f, x.type == FP_DENORMAL, env);
    return sqrt_finite(f, x, env);
}

FP_INLINE uint64_t do_sqrt(struct fp_format f, uint64_t a, struct fp_env *env)
{
    if (FP_UNLIKELY(!fp_is_normal(f, a) || fp_sign(f, a)))
        return sqrt_any(f, a, env);
    return sqrt_finite(f, fp_unpack_normal(f, a), env);
}

FP_DEFINE_UNARY(sqrt)
