// SPDX-License-Identifier: MIT
//
// Conversion from and to the 8-bit formats of FEAT_FP8. E5M2 is a small half precision. E4M3 has no
// infinities and one NaN of each sign, which counts as signalling; otherwise it is like half
// precision under AHP.
#include "ir/fp_core.h"

static const struct fp_format FP_FORMAT_E5M2 = {5, 2, false};
static const struct fp_format FP_FORMAT_E4M3 = {4, 3, true};

// The fields of FPMR that name a format; other values name none.
enum { E5M2 = 0, E4M3 = 1 };

enum { E4M3_NAN = 0x7f, E4M3_MAX = 0x7e, FP8_SIGN = 0x80, FP8_NO_FORMAT = 0xff };

// Of FPCR only AH takes part.
static struct fp_env local_env(const struct fp_env *env)
{
    return (struct fp_env){env->fpcr & FPCR_AH, env->fpsr};
}

static struct fp_num unpack_fp8(unsigned format, uint8_t bits, struct fp_env *env)
{
    if (format > E4M3 || (format == E4M3 && (bits & E4M3_NAN) == E4M3_NAN))
        return (struct fp_num){.type = FP_SNAN};
    return fp_unpack(format == E5M2 ? FP_FORMAT_E5M2 : FP_FORMAT_E4M3, bits, env);
}

// a / 2^scale in the format `to`.
static uint16_t widen(unsigned format, uint8_t a, int scale, struct fp_format to,
                      struct fp_env *env)
{
    struct fp_env local = local_env(env);
    struct fp_num x = unpack_fp8(format, a, &local);
    uint64_t result;

    x.exp -= scale;
    if (x.type == FP_SNAN)
        result = fp_invalid(to, &local);
    else if (x.type == FP_QNAN)
        result = fp_default_nan(to, &local);
    else if (x.type == FP_INFINITY)
        result = fp_infinity(to, x.sign);
    else
        result =
            x.type == FP_ZERO ? fp_zero(to, x.sign) : fp_round_to(to, x, FP_ROUND_TIEEVEN, &local);
    env->fpsr = local.fpsr;
    return (uint16_t)result;
}

static unsigned source_format(bool second, uint64_t fpmr)
{
    return second ? FPMR_F8S2(fpmr) : FPMR_F8S1(fpmr);
}

static int source_scale(bool second, uint64_t fpmr)
{
    return second ? FPMR_LSCALE2(fpmr) : FPMR_LSCALE(fpmr);
}

uint16_t fp8_to_fp16(uint8_t a, bool second, uint64_t fpmr, struct fp_env *env)
{
    const int scale = source_scale(second, fpmr) & 15;

    return widen(source_format(second, fpmr), a, scale, FP_FORMAT_16, env);
}

uint16_t fp8_to_bf16(uint8_t a, bool second, uint64_t fpmr, struct fp_env *env)
{
    const int scale = source_scale(second, fpmr) & 63;

    return widen(source_format(second, fpmr), a, scale, FP_FORMAT_BF16, env);
}

// Rounding may also end at the place of the NaN, which is too large as well.
static uint64_t round_e4m3(struct fp_num x, bool saturate, struct fp_env *env)
{
    struct fp_env local = {env->fpcr, 0};
    const uint64_t bits = fp_round_to(FP_FORMAT_E4M3, x, FP_ROUND_TIEEVEN, &local);

    if ((bits & E4M3_NAN) != E4M3_NAN) {
        env->fpsr |= local.fpsr;
        return bits;
    }
    env->fpsr |= FPSR_OFC | FPSR_IXC;
    return saturate ? bits - E4M3_NAN + E4M3_MAX : bits;
}

static uint64_t round_e5m2(struct fp_num x, bool saturate, struct fp_env *env)
{
    const uint64_t bits = fp_round_to(FP_FORMAT_E5M2, x, FP_ROUND_TIEEVEN, env);

    return saturate && bits == fp_infinity(FP_FORMAT_E5M2, x.sign) ? bits - 1 : bits;
}

// a * 2^scale in the format that FPMR names.
static uint8_t narrow(struct fp_format from, uint64_t a, int scale, uint64_t fpmr,
                      struct fp_env *env)
{
    struct fp_env local = local_env(env);
    struct fp_num x = fp_unpack(from, a, &local);
    const bool e4m3 = FPMR_F8D(fpmr) == E4M3, saturate = fpmr & FPMR_OSC;
    uint64_t result;

    x.exp += scale;
    if (FPMR_F8D(fpmr) > E4M3) {
        local.fpsr |= FPSR_IOC;
        result = FP8_NO_FORMAT;
    } else if (fp_is_nan(x.type)) {
        if (x.type == FP_SNAN)
            local.fpsr |= FPSR_IOC;
        result = e4m3 ? E4M3_NAN | (local.fpcr & FPCR_AH ? FP8_SIGN : 0)
                      : fp_default_nan(FP_FORMAT_E5M2, &local);
    } else if (x.type == FP_INFINITY) {
        result = (e4m3 ? E4M3_NAN | fp_zero(FP_FORMAT_E4M3, x.sign)
                       : fp_infinity(FP_FORMAT_E5M2, x.sign)) -
                 saturate;
    } else if (x.type == FP_ZERO) {
        result = x.sign ? FP8_SIGN : 0;
    } else {
        result = e4m3 ? round_e4m3(x, saturate, &local) : round_e5m2(x, saturate, &local);
    }
    env->fpsr = local.fpsr;
    return (uint8_t)result;
}

// NSCALE has five bits for half precision.
uint8_t fp16_to_fp8(uint16_t a, uint64_t fpmr, struct fp_env *env)
{
    const unsigned scale = (unsigned)FPMR_NSCALE(fpmr) & 31;

    return narrow(FP_FORMAT_16, a, (int)(scale ^ 16) - 16, fpmr, env);
}

uint8_t fp32_to_fp8(uint32_t a, uint64_t fpmr, struct fp_env *env)
{
    return narrow(FP_FORMAT_32, a, FPMR_NSCALE(fpmr), fpmr, env);
}
