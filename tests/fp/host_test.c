// SPDX-License-Identifier: MIT
//
// Compares the fp functions with the host's SSE unit on random operands in all rounding modes.
// The host is allowed two differences: which NaN comes out, and the underflow flag of a result
// that rounds up to the smallest normal number (the host decides tininess after rounding). With
// FPCR.AH there are none: it stands for the host's own ways, FZ and FIZ for its FTZ and DAZ.
//
//     fp_host_test [ROUNDS [SEED]]      ROUNDS operand sets per operation and rounding mode
#include "ir/fp.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state;

static uint64_t random64(void)
{
    uint64_t z = random_state += 0x9E3779B97F4A7C15;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

struct width {
    unsigned bits;
    unsigned frac_bits;
};

static uint64_t exp_mask(struct width w)
{
    return (1ull << (w.bits - 1 - w.frac_bits)) - 1;
}

// Exponents: any, the two ends, or the middle, where operands meet each other.
static uint64_t random_exponent(struct width w)
{
    const uint64_t max = exp_mask(w);

    switch (random64() % 4) {
    case 0: return random64() & max;
    case 1: return random64() % 2 ? random64() % 3 : max - random64() % 3;
    default: return max / 2 + random64() % 8 - 4;
    }
}

// Fractions: any, few leading bits (ties, exact results), or a run of ones or zeros.
static uint64_t random_fraction(struct width w)
{
    const uint64_t mask = (1ull << w.frac_bits) - 1;
    const unsigned shift = (unsigned)(random64() % w.frac_bits);

    switch (random64() % 4) {
    case 0: return random64() & mask;
    case 1: return random64() << shift & mask;
    case 2: return mask << shift & mask;
    default: return (random64() % 3 - 1) & mask;
    }
}

static uint64_t random_number(struct width w)
{
    return random64() % 2 << (w.bits - 1) | random_exponent(w) << w.frac_bits | random_fraction(w);
}

// MXCSR as an fp_env sees it.

enum { MXCSR_ALL_MASKED = 0x1f80, MXCSR_DAZ = 0x40, MXCSR_FTZ = 0x8000 };

static uint32_t mxcsr_rounding(uint32_t fpcr)
{
    // Arm counts to nearest, up, down, to zero; the host to nearest, down, up, to zero.
    return (const uint32_t[]){0, 2, 1, 3}[fp_round_mode(fpcr)] << 13;
}

static void enter_host(uint32_t fpcr)
{
    const uint32_t mxcsr = MXCSR_ALL_MASKED | mxcsr_rounding(fpcr) |
                           (fpcr & FPCR_FIZ ? MXCSR_DAZ : 0) | (fpcr & FPCR_FZ ? MXCSR_FTZ : 0);

    __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
}

static uint32_t leave_host(uint32_t fpcr)
{
    const uint32_t plain = MXCSR_ALL_MASKED;
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    __asm__ volatile("ldmxcsr %0" ::"m"(plain));
    return (mxcsr & 2 && fpcr & FPCR_AH ? FPSR_IDC : 0) | (mxcsr & 1 ? FPSR_IOC : 0) |
           (mxcsr & 4 ? FPSR_DZC : 0) | (mxcsr & 8 ? FPSR_OFC : 0) | (mxcsr & 16 ? FPSR_UFC : 0) |
           (mxcsr & 32 ? FPSR_IXC : 0);
}

static double as_double(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

static uint64_t double_bits(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static float as_float(uint64_t bits)
{
    const uint32_t low = (uint32_t)bits;
    float f;

    memcpy(&f, &low, sizeof f);
    return f;
}

static uint64_t float_bits(float f)
{
    uint32_t bits;

    memcpy(&bits, &f, sizeof bits);
    return bits;
}

// Each operation twice: on the host, as one instruction the compiler cannot move or fold, and
// through the fp functions. Unused operands are ignored.
struct operation {
    const char *name;
    struct width from;
    struct width to; // of the result; 0 fraction bits: an integer
    uint64_t (*host)(const uint64_t *x);
    uint64_t (*ours)(const uint64_t *x, struct fp_env *env);
};

#define HOST_BINARY(name, insn)                                              \
    static uint64_t host64_##name(const uint64_t *x)                         \
    {                                                                        \
        double a = as_double(x[0]);                                          \
        __asm__ volatile(insn "sd %1, %0" : "+x"(a) : "x"(as_double(x[1]))); \
        return double_bits(a);                                               \
    }                                                                        \
    static uint64_t ours64_##name(const uint64_t *x, struct fp_env *env)     \
    {                                                                        \
        return fp64_##name(x[0], x[1], env);                                 \
    }                                                                        \
    static uint64_t host32_##name(const uint64_t *x)                         \
    {                                                                        \
        float a = as_float(x[0]);                                            \
        __asm__ volatile(insn "ss %1, %0" : "+x"(a) : "x"(as_float(x[1])));  \
        return float_bits(a);                                                \
    }                                                                        \
    static uint64_t ours32_##name(const uint64_t *x, struct fp_env *env)     \
    {                                                                        \
        return fp32_##name((uint32_t)x[0], (uint32_t)x[1], env);             \
    }

HOST_BINARY(add, "add")
HOST_BINARY(sub, "sub")
HOST_BINARY(mul, "mul")
HOST_BINARY(div, "div")
HOST_BINARY(max, "max")
HOST_BINARY(min, "min")

static uint64_t host64_sqrt(const uint64_t *x)
{
    double a;

    __asm__ volatile("sqrtsd %1, %0" : "=x"(a) : "x"(as_double(x[0])));
    return double_bits(a);
}

static uint64_t ours64_sqrt(const uint64_t *x, struct fp_env *env)
{
    return fp64_sqrt(x[0], env);
}

static uint64_t host32_sqrt(const uint64_t *x)
{
    float a;

    __asm__ volatile("sqrtss %1, %0" : "=x"(a) : "x"(as_float(x[0])));
    return float_bits(a);
}

static uint64_t ours32_sqrt(const uint64_t *x, struct fp_env *env)
{
    return fp32_sqrt((uint32_t)x[0], env);
}

// The C library's own fma uses the instruction where there is one and is exact where not.
static double (*volatile library_fma)(double, double, double) = fma;
static float (*volatile library_fmaf)(float, float, float) = fmaf;

static uint64_t host64_muladd(const uint64_t *x)
{
    return double_bits(library_fma(as_double(x[1]), as_double(x[2]), as_double(x[0])));
}

static uint64_t ours64_muladd(const uint64_t *x, struct fp_env *env)
{
    return fp64_muladd(x[0], x[1], x[2], env);
}

static uint64_t host32_muladd(const uint64_t *x)
{
    return float_bits(library_fmaf(as_float(x[1]), as_float(x[2]), as_float(x[0])));
}

static uint64_t ours32_muladd(const uint64_t *x, struct fp_env *env)
{
    return fp32_muladd((uint32_t)x[0], (uint32_t)x[1], (uint32_t)x[2], env);
}

static uint64_t host_narrow(const uint64_t *x)
{
    float a;

    __asm__ volatile("cvtsd2ss %1, %0" : "=x"(a) : "x"(as_double(x[0])));
    return float_bits(a);
}

static uint64_t ours_narrow(const uint64_t *x, struct fp_env *env)
{
    return fp64_to_fp32(x[0], env);
}

static uint64_t host_widen(const uint64_t *x)
{
    double a;

    __asm__ volatile("cvtss2sd %1, %0" : "=x"(a) : "x"(as_float(x[0])));
    return double_bits(a);
}

static uint64_t ours_widen(const uint64_t *x, struct fp_env *env)
{
    return fp32_to_fp64((uint32_t)x[0], env);
}

// 64-bit integers, in both directions. The host's indefinite integer is what Arm saturates.
static uint64_t host64_to_int(const uint64_t *x)
{
    uint64_t a;

    __asm__ volatile("cvtsd2si %1, %0" : "=r"(a) : "x"(as_double(x[0])));
    return a;
}

static uint64_t saturated_as_host(uint64_t result, const struct fp_env *env)
{
    return env->fpsr & FPSR_IOC ? 1ull << 63 : result;
}

static uint64_t ours64_to_int(const uint64_t *x, struct fp_env *env)
{
    const enum fp_round r = fp_round_mode(env->fpcr);

    return saturated_as_host(fp64_to_int(x[0], 0, false, r, 64, env), env);
}

static uint64_t host32_to_int(const uint64_t *x)
{
    uint64_t a;

    __asm__ volatile("cvtss2si %1, %0" : "=r"(a) : "x"(as_float(x[0])));
    return a;
}

static uint64_t ours32_to_int(const uint64_t *x, struct fp_env *env)
{
    const enum fp_round r = fp_round_mode(env->fpcr);

    return saturated_as_host(fp32_to_int((uint32_t)x[0], 0, false, r, 64, env), env);
}

static uint64_t host64_from_int(const uint64_t *x)
{
    double a;

    __asm__ volatile("cvtsi2sd %1, %0" : "=x"(a) : "r"(x[0]));
    return double_bits(a);
}

static uint64_t ours64_from_int(const uint64_t *x, struct fp_env *env)
{
    return fp64_from_int(x[0], 0, false, 64, env);
}

static uint64_t host32_from_int(const uint64_t *x)
{
    float a;

    __asm__ volatile("cvtsi2ss %1, %0" : "=x"(a) : "r"(x[0]));
    return float_bits(a);
}

static uint64_t ours32_from_int(const uint64_t *x, struct fp_env *env)
{
    return fp32_from_int(x[0], 0, false, 64, env);
}

static uint64_t host64_round_int(const uint64_t *x)
{
    double a;

    __asm__ volatile("roundsd $4, %1, %0" : "=x"(a) : "x"(as_double(x[0])));
    return double_bits(a);
}

static uint64_t ours64_round_int(const uint64_t *x, struct fp_env *env)
{
    return fp64_round_int(x[0], fp_round_mode(env->fpcr), true, env);
}

static uint64_t host32_round_int(const uint64_t *x)
{
    float a;

    __asm__ volatile("roundss $4, %1, %0" : "=x"(a) : "x"(as_float(x[0])));
    return float_bits(a);
}

static uint64_t ours32_round_int(const uint64_t *x, struct fp_env *env)
{
    return fp32_round_int((uint32_t)x[0], fp_round_mode(env->fpcr), true, env);
}

// ucomisd's ZF, PF, CF as NZCV.
static uint64_t nzcv_of_host(bool zero, bool parity, bool carry)
{
    return parity ? 3 : zero ? 6 : carry ? 8 : 2;
}

static uint64_t host64_compare(const uint64_t *x)
{
    bool z, p, c;

    __asm__ volatile("ucomisd %4, %3"
                     : "=@ccz"(z), "=@ccp"(p), "=@ccc"(c)
                     : "x"(as_double(x[0])), "x"(as_double(x[1])));
    return nzcv_of_host(z, p, c);
}

static uint64_t ours64_compare(const uint64_t *x, struct fp_env *env)
{
    return fp64_compare(x[0], x[1], false, env);
}

static uint64_t host32_compare(const uint64_t *x)
{
    bool z, p, c;

    __asm__ volatile("comiss %4, %3"
                     : "=@ccz"(z), "=@ccp"(p), "=@ccc"(c)
                     : "x"(as_float(x[0])), "x"(as_float(x[1])));
    return nzcv_of_host(z, p, c);
}

static uint64_t ours32_compare(const uint64_t *x, struct fp_env *env)
{
    return fp32_compare((uint32_t)x[0], (uint32_t)x[1], true, env);
}

#define F32    \
    {          \
        32, 23 \
    }
#define F64    \
    {          \
        64, 52 \
    }
#define I64   \
    {         \
        64, 0 \
    }
#define NZCV \
    {        \
        4, 0 \
    }
#define BOTH(name)                                              \
    {#name " single", F32, F32, host32_##name, ours32_##name},  \
    {                                                           \
#        name " double", F64, F64, host64_##name, ours64_##name \
    }

static const struct operation operations[] = {
    BOTH(add),
    BOTH(sub),
    BOTH(mul),
    BOTH(div),
    BOTH(max),
    BOTH(min),
    BOTH(sqrt),
    BOTH(muladd),
    BOTH(round_int),
    {"double to single", F64, F32, host_narrow, ours_narrow},
    {"single to double", F32, F64, host_widen, ours_widen},
    {"double to integer", F64, I64, host64_to_int, ours64_to_int},
    {"single to integer", F32, I64, host32_to_int, ours32_to_int},
    {"integer to double", I64, F64, host64_from_int, ours64_from_int},
    {"integer to single", I64, F32, host32_from_int, ours32_from_int},
    {"compare double", F64, NZCV, host64_compare, ours64_compare},
    {"compare single, signalling", F32, NZCV, host32_compare, ours32_compare},
};

static bool is_nan(struct width w, uint64_t bits)
{
    return w.frac_bits && (bits & ((1ull << (w.bits - 1)) - 1)) > exp_mask(w) << w.frac_bits;
}

static bool is_smallest_normal(struct width w, uint64_t bits)
{
    return w.frac_bits && (bits & ((1ull << (w.bits - 1)) - 1)) == 1ull << w.frac_bits;
}

static bool is_muladd(const struct operation *op)
{
    return op->host == host64_muladd || op->host == host32_muladd;
}

// The host's maximum and minimum are those with AH. Its choice among three NaNs is never Arm's, and
// without the instruction the library does not follow DAZ.
static bool is_comparable(const struct operation *op, uint32_t fpcr)
{
    if (op->host == host64_max || op->host == host32_max || op->host == host64_min ||
        op->host == host32_min)
        return fpcr & FPCR_AH;
    return !(fpcr & FPCR_AH) || !is_muladd(op) || __builtin_cpu_supports("fma");
}

static bool agrees(const struct operation *op, uint64_t ours, uint64_t host, uint32_t fpsr,
                   uint32_t host_fpsr, const uint64_t *x, uint32_t fpcr)
{
    if (fpcr & FPCR_AH)
        return (ours == host && fpsr == host_fpsr) ||
               (is_muladd(op) && is_nan(op->to, ours) && is_nan(op->to, host));
    if (is_nan(op->to, ours) && is_nan(op->to, host)) {
        // Infinity times zero plus a quiet NaN: whether that is invalid is the machine's choice.
        return fpsr == host_fpsr || (is_muladd(op) && is_nan(op->from, x[0]));
    }
    if (is_smallest_normal(op->to, ours))
        host_fpsr |= fpsr & FPSR_UFC;
    return ours == host && fpsr == host_fpsr;
}

static bool check(const struct operation *op, uint32_t fpcr)
{
    struct fp_env env = {fpcr, 0};
    uint64_t x[3];

    for (unsigned i = 0; i < 3; i++)
        x[i] = op->from.frac_bits ? random_number(op->from)
                                  : (uint64_t)((int64_t)random64() >> random64() % 64);

    enter_host(env.fpcr);
    const uint64_t host = op->host(x);
    const uint32_t host_fpsr = leave_host(env.fpcr);
    const uint64_t ours = op->ours(x, &env);

    if (agrees(op, ours, host, env.fpsr, host_fpsr, x, fpcr))
        return true;
    printf("%s, FPCR %x: %" PRIx64 " %" PRIx64 " %" PRIx64 ": %" PRIx64 " flags %x, host %" PRIx64
           " flags %x\n",
           op->name, fpcr, x[0], x[1], x[2], ours, env.fpsr, host, host_fpsr);
    return false;
}

// Half precision has no host unit, but one operation in single precision followed by rounding to
// half is exact: 24 bits are enough for two roundings to act as one.
static bool check_half(uint32_t rmode)
{
    const struct width half = {16, 10};
    const uint16_t a = (uint16_t)random_number(half), b = (uint16_t)random_number(half);
    struct fp_env env = {rmode << FPCR_RMODE_SHIFT, 0}, wide = env;
    const uint64_t x[2] = {fp16_to_fp32(a, &wide), fp16_to_fp32(b, &wide)};
    uint64_t (*const host[])(const uint64_t *) = {host32_add, host32_sub, host32_mul, host32_div,
                                                  host32_sqrt};
    uint16_t (*const ours[])(uint16_t, uint16_t, struct fp_env *) = {fp16_add, fp16_sub, fp16_mul,
                                                                     fp16_div};
    const unsigned i = (unsigned)(random64() % 5);

    enter_host(env.fpcr);
    const uint32_t single = (uint32_t)host[i](x);
    leave_host(env.fpcr);

    const uint16_t want = fp32_to_fp16(single, &wide);
    const uint16_t got = i < 4 ? ours[i](a, b, &env) : fp16_sqrt(a, &env);

    if (got == want || (is_nan(half, got) && is_nan(half, want)))
        return true;
    printf("half operation %u, RMode %u: %x %x: %x, by way of single %x\n", i, rmode, a, b, got,
           want);
    return false;
}

int main(int argc, char **argv)
{
    const unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 100000;
    unsigned long failed = 0, ran = 0;

    random_state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    if (!rounds) {
        fprintf(stderr, "fp_host_test: %s is not a number of rounds\n", argv[1]);
        return 2;
    }
    static const uint32_t modes[] = {0, FPCR_AH, FPCR_AH | FPCR_FZ, FPCR_AH | FPCR_FIZ,
                                     FPCR_AH | FPCR_FIZ | FPCR_FZ};
    for (uint32_t rmode = 0; rmode < 4; rmode++) {
        for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
            for (unsigned long n = 0; n < rounds && failed < 20; n++) {
                const uint32_t fpcr = modes[n % 5] | rmode << FPCR_RMODE_SHIFT;
                if (!is_comparable(&operations[i], fpcr))
                    continue;
                failed += !check(&operations[i], fpcr);
                ran++;
            }
        }
        for (unsigned long n = 0; n < rounds && failed < 20; n++, ran++)
            failed += !check_half(rmode);
    }
    printf("%lu comparisons, %lu differ\n", ran, failed);
    return failed != 0;
}
