// SPDX-License-Identifier: MIT
//
// What every floating-point operation is made of: a format, a number taken apart, rounding and
// the choice of a NaN. Private to emulator/ir/fp*.c.
//
// One body serves all widths. An operation is an always-inline function whose first parameter is
// a struct fp_format; the public fpN_ functions pass a constant, so the common case (normal
// operands) compiles to straight code for that width. Everything rarer (zeros, denormals,
// infinities, NaNs) sits in noinline functions that take the format as an ordinary value and exist
// once.
//
// The modes and the cumulative flags travel together in struct fp_env. An operation that the
// architecture defines under other modes, or without flags, works on a local copy of it.
//
// FPCR.AH and FIZ are looked at in the rare halves only: normal operands with a normal result are
// the same under all modes but the rounding mode.
#ifndef EMU_IR_FP_CORE_H
#define EMU_IR_FP_CORE_H

#include "ir/fp.h"

#define FP_INLINE      static inline __attribute__((always_inline))
#define FP_RARE        __attribute__((noinline))
#define FP_LIKELY(c)   __builtin_expect(!!(c), 1)
#define FP_UNLIKELY(c) __builtin_expect(!!(c), 0)

struct fp_format {
    int exp_bits;
    int frac_bits;
    bool alternative; // half precision under FPCR.AHP: no infinities, no NaNs
};

static const struct fp_format FP_FORMAT_16 = {5, 10, false};
static const struct fp_format FP_FORMAT_16_ALT = {5, 10, true};
static const struct fp_format FP_FORMAT_BF16 = {8, 7, false};
static const struct fp_format FP_FORMAT_32 = {8, 23, false};
static const struct fp_format FP_FORMAT_64 = {11, 52, false};

// ORDER: finite non-zero classes first, NaNs last; the predicates below depend on it.
enum fp_class {
    FP_NORMAL,
    FP_DENORMAL,
    FP_ZERO,
    FP_INFINITY,
    FP_QNAN,
    FP_SNAN,
};

// A finite non-zero number is sig * 2^(exp - 63) with bit 63 of sig set, whatever its format.
// Wherever bits had to be dropped below sig, bit 0 is sticky: it says that some were not zero.
struct fp_num {
    uint64_t sig;
    int exp;
    bool sign;
    enum fp_class type;
};

FP_INLINE bool fp_is_finite_nonzero(enum fp_class type)
{
    return type <= FP_DENORMAL;
}

FP_INLINE bool fp_is_nan(enum fp_class type)
{
    return type >= FP_QNAN;
}

// Fields and constants of a format.

FP_INLINE int fp_bias(struct fp_format f)
{
    return (1 << (f.exp_bits - 1)) - 1;
}

FP_INLINE int fp_min_exp(struct fp_format f)
{
    return 1 - fp_bias(f);
}

FP_INLINE uint64_t fp_exp_mask(struct fp_format f)
{
    return (1ull << f.exp_bits) - 1;
}

FP_INLINE uint64_t fp_frac_mask(struct fp_format f)
{
    return (1ull << f.frac_bits) - 1;
}

FP_INLINE uint64_t fp_sign_bit(struct fp_format f)
{
    return 1ull << (f.exp_bits + f.frac_bits);
}

FP_INLINE bool fp_sign(struct fp_format f, uint64_t bits)
{
    return bits >> (f.exp_bits + f.frac_bits) & 1;
}

FP_INLINE uint64_t fp_biased_exp(struct fp_format f, uint64_t bits)
{
    return bits >> f.frac_bits & fp_exp_mask(f);
}

FP_INLINE uint64_t fp_zero(struct fp_format f, bool sign)
{
    return sign ? fp_sign_bit(f) : 0;
}

FP_INLINE uint64_t fp_infinity(struct fp_format f, bool sign)
{
    return fp_zero(f, sign) | fp_exp_mask(f) << f.frac_bits;
}

FP_INLINE uint64_t fp_max_normal(struct fp_format f, bool sign)
{
    return fp_infinity(f, sign) - 1;
}

// A power of two times 1.0 or 1.5, for the constants of the Newton steps and FMULX.
FP_INLINE uint64_t fp_constant(struct fp_format f, bool sign, int exp, bool plus_half)
{
    return fp_zero(f, sign) | (uint64_t)(exp + fp_bias(f)) << f.frac_bits |
           (uint64_t)plus_half << (f.frac_bits - 1);
}

FP_INLINE uint32_t fp_flush_mode(struct fp_format f)
{
    return f.exp_bits == 5 ? FPCR_FZ16 : FPCR_FZ;
}

// NaNs

uint64_t fp_default_nan(struct fp_format f, const struct fp_env *env);
uint64_t fp_invalid(struct fp_format f, struct fp_env *env); // the default NaN, with IOC
uint64_t fp_process_nan(struct fp_format f, enum fp_class type, uint64_t bits, struct fp_env *env);
// Arm ARM FPNeg: AH keeps the sign of a NaN.
uint64_t fp_negate(struct fp_format f, uint64_t bits, const struct fp_env *env);
// At least one operand is a NaN; the architecture's choice among them.
uint64_t fp_process_nans(struct fp_format f, enum fp_class type_a, uint64_t a, enum fp_class type_b,
                         uint64_t b, struct fp_env *env);

// Taking apart

enum fp_class fp_classify(struct fp_format f, uint64_t bits);
struct fp_num fp_unpack(struct fp_format f, uint64_t bits, struct fp_env *env);

// A denormal operand becomes a zero: in half precision by FZ16, else by FIZ, or by FZ without AH,
// which says so in IDC.
uint64_t fp_flush_input(struct fp_format f, uint64_t bits, struct fp_env *env);

// With AH, IDC tells that a denormal operand took part (there was no NaN, and it was not made a
// zero); not for half precision.
void fp_took_denormal(struct fp_format f, bool denormal, struct fp_env *env);

FP_INLINE bool fp_is_normal(struct fp_format f, uint64_t bits)
{
    return fp_biased_exp(f, bits) - 1 < fp_exp_mask(f) - 1;
}

FP_INLINE struct fp_num fp_unpack_normal(struct fp_format f, uint64_t bits)
{
    return (struct fp_num){
        .sig = 1ull << 63 | (bits & fp_frac_mask(f)) << (63 - f.frac_bits),
        .exp = (int)fp_biased_exp(f, bits) - fp_bias(f),
        .sign = fp_sign(f, bits),
        .type = FP_NORMAL,
    };
}

// What AH makes of the estimates, the Newton steps and BFloat16: to nearest, with zeros for
// denormals on both sides and without flags. Without AH these are ordinary operations.
FP_INLINE struct fp_env fp_ah_quiet(const struct fp_env *env)
{
    const uint32_t fpcr = env->fpcr;

    if (FP_LIKELY(!(fpcr & FPCR_AH)))
        return (struct fp_env){fpcr, 0};
    return (struct fp_env){(fpcr | FPCR_FIZ | FPCR_FZ) & ~(3u << FPCR_RMODE_SHIFT), 0};
}

FP_INLINE void fp_raise_unless_ah(struct fp_env *env, const struct fp_env *local)
{
    if (!(env->fpcr & FPCR_AH))
        env->fpsr |= local->fpsr;
}

// Rounding

FP_INLINE uint64_t fp_shift_right_sticky(uint64_t x, unsigned n)
{
    return FP_LIKELY(n < 64) ? x >> n | ((x & ((1ull << n) - 1)) != 0) : x != 0;
}

// Whether a magnitude goes up to the next unit, rest being what lies below it and half the value
// of rest on the tie.
FP_INLINE bool fp_rounds_up(enum fp_round mode, bool sign, bool odd, uint64_t rest, uint64_t half)
{
    switch (mode) {
    case FP_ROUND_TIEEVEN: return rest > half || (rest == half && odd);
    case FP_ROUND_POSINF: return rest != 0 && !sign;
    case FP_ROUND_NEGINF: return rest != 0 && sign;
    case FP_ROUND_TIEAWAY: return rest >= half;
    case FP_ROUND_ZERO:
    case FP_ROUND_ODD: break;
    }
    return false;
}

// Results that may be denormal or too large, and round to odd.
uint64_t fp_round_edge(struct fp_format f, struct fp_num x, enum fp_round mode, struct fp_env *env);

// x finite and non-zero, possibly with a sticky bit.
FP_INLINE uint64_t fp_round_to(struct fp_format f, struct fp_num x, enum fp_round mode,
                               struct fp_env *env)
{
    const int drop = 63 - f.frac_bits;
    const uint64_t rest = x.sig & ((1ull << drop) - 1);
    const uint64_t biased = (uint64_t)(x.exp + fp_bias(f));

    if (FP_UNLIKELY(biased - 1 >= fp_exp_mask(f) - 2 || mode == FP_ROUND_ODD))
        return fp_round_edge(f, x, mode, env);

    uint64_t sig = x.sig >> drop;
    if (rest != 0) {
        env->fpsr |= FPSR_IXC;
        sig += fp_rounds_up(mode, x.sign, sig & 1, rest, 1ull << (drop - 1));
    }
    // sig's leading one adds the missing unit to the exponent; a carry adds one more.
    return fp_zero(f, x.sign) + ((biased - 1) << f.frac_bits) + sig;
}

FP_INLINE uint64_t fp_round(struct fp_format f, struct fp_num x, struct fp_env *env)
{
    return fp_round_to(f, x, fp_round_mode(env->fpcr), env);
}

// The zero that an exact cancellation gives.
FP_INLINE uint64_t fp_cancelled(struct fp_format f, const struct fp_env *env)
{
    return fp_zero(f, fp_round_mode(env->fpcr) == FP_ROUND_NEGINF);
}

// Product of two finite non-zero numbers, ready for rounding to any format.
FP_INLINE struct fp_num fp_product(struct fp_num a, struct fp_num b)
{
    const unsigned __int128 p = (unsigned __int128)a.sig * b.sig;
    const uint64_t high = (uint64_t)(p >> 64) | ((uint64_t)p != 0);
    const unsigned shift = !(high >> 63);

    return (struct fp_num){
        .sig = high << shift,
        .exp = a.exp + b.exp + 1 - (int)shift,
        .sign = a.sign != b.sign,
    };
}

// Sum of two finite non-zero numbers without bits below the guard bits, likewise; sig is 0 if they
// cancel. One guard bit and a sticky bit are enough: only operands whose exponents differ by one
// or less can lose more than one leading bit, and aligning those drops nothing.
FP_INLINE struct fp_num fp_sum(struct fp_num a, struct fp_num b)
{
    if (a.exp < b.exp || (a.exp == b.exp && a.sig < b.sig)) {
        const struct fp_num t = a;
        a = b;
        b = t;
    }

    const uint64_t big = a.sig >> 1;
    const uint64_t small = fp_shift_right_sticky(b.sig >> 1, (unsigned)(a.exp - b.exp));
    const uint64_t sum = a.sign == b.sign ? big + small : big - small;

    if (FP_UNLIKELY(sum == 0))
        return (struct fp_num){.sig = 0};

    const int shift = __builtin_clzll(sum);

    return (struct fp_num){.sig = sum << shift, .exp = a.exp + 1 - shift, .sign = a.sign};
}

// A magnitude and what lies below its unit, as a binary fraction in 64 bits.
struct fp_fixed {
    uint64_t units;
    uint64_t rest;
};

// x * 2^scale for a result below 2^64.
FP_INLINE struct fp_fixed fp_split(struct fp_num x, int scale)
{
    const int drop = 63 - (x.exp + scale);

    if (drop == 0)
        return (struct fp_fixed){x.sig, 0};
    if (drop < 64)
        return (struct fp_fixed){x.sig >> drop, x.sig << (64 - drop)};
    return (struct fp_fixed){0, fp_shift_right_sticky(x.sig, (unsigned)drop - 64)};
}

// A magnitude as a number; its exponent is that of units * 2^scale.
FP_INLINE struct fp_num fp_from_units(uint64_t units, bool sign, int scale)
{
    const int shift = __builtin_clzll(units);

    return (struct fp_num){.sig = units << shift, .exp = 63 - shift + scale, .sign = sign};
}

// The public functions of all three widths from one generic body, do_NAME.

#define FP_DEFINE_UNARY_N(N, name)                                \
    uint##N##_t fp##N##_##name(uint##N##_t a, struct fp_env *env) \
    {                                                             \
        return (uint##N##_t)do_##name(FP_FORMAT_##N, a, env);     \
    }

#define FP_DEFINE_BINARY_N(N, type, name)                                 \
    type fp##N##_##name(uint##N##_t a, uint##N##_t b, struct fp_env *env) \
    {                                                                     \
        return (type)do_##name(FP_FORMAT_##N, a, b, env);                 \
    }

#define FP_DEFINE_UNARY(name)   \
    FP_DEFINE_UNARY_N(16, name) \
    FP_DEFINE_UNARY_N(32, name) \
    FP_DEFINE_UNARY_N(64, name)

#define FP_DEFINE_BINARY(name)             \
    FP_DEFINE_BINARY_N(16, uint16_t, name) \
    FP_DEFINE_BINARY_N(32, uint32_t, name) \
    FP_DEFINE_BINARY_N(64, uint64_t, name)

#define FP_DEFINE_RELATION(name)       \
    FP_DEFINE_BINARY_N(16, bool, name) \
    FP_DEFINE_BINARY_N(32, bool, name) \
    FP_DEFINE_BINARY_N(64, bool, name)

#endif
