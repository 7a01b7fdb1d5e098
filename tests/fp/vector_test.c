// SPDX-License-Identifier: MIT
//
// Runs golden vectors of the floating-point instructions against the fp functions. The fields of
// an instruction are decoded here by hand, independently of the emulator's decoder.
//
//     fp_vector_test FILE      (- is standard input)
#include "by_width.h"
#include "vector_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row;

// One vector under execution. out receives the destination's lanes; untouched ones are zero.
struct run {
    const struct row *row;
    uint32_t insn;
    const char *name;
    const struct machine *in;
    struct machine *got;
    struct fp_env *env;
    struct vreg out;
};

struct row {
    const char *name; // the decode clause's name up to "_aarch64_"
    void (*shape)(struct run *r);
    union {
        unary_fn *unary;
        binary_fn *binary;
        ternary_fn *ternary;
        int rounding; // an enum fp_round for conversions to integers, else unused
    };
    bool flag; // is_unsigned, signal_nans, or subtract
    unsigned long vectors;
};

// Instruction fields

static unsigned field(const struct run *r, unsigned low, unsigned count)
{
    return r->insn >> low & ((1u << count) - 1);
}

static unsigned rd(const struct run *r)
{
    return field(r, 0, 5);
}

static unsigned rn(const struct run *r)
{
    return field(r, 5, 5);
}

static unsigned rm(const struct run *r)
{
    return field(r, 16, 5);
}

// Scalar instructions name their width in ftype; 0 for what is not one.
static unsigned scalar_width(unsigned ftype)
{
    return (const unsigned[]){32, 64, 0, 16}[ftype];
}

// Vector instructions: FP16 has its own decode clauses; the others have one size bit.
static unsigned vector_width(const struct run *r)
{
    if (strstr(r->name, "fp16"))
        return 16;
    return field(r, 22, 1) ? 64 : 32;
}

static unsigned vector_lanes(const struct run *r, unsigned width)
{
    if (field(r, 28, 1)) // scalar form
        return 1;
    return (field(r, 30, 1) ? 128 : 64) / width;
}

static uint64_t lane(struct vreg v, unsigned width, unsigned i)
{
    const unsigned bit = width * i;

    return v.d[bit / 64] >> bit % 64 & all_ones(width);
}

static void set_lane(struct vreg *v, unsigned width, unsigned i, uint64_t value)
{
    const unsigned bit = width * i;

    v->d[bit / 64] &= ~(all_ones(width) << bit % 64);
    v->d[bit / 64] |= (value & all_ones(width)) << bit % 64;
}

static void finish_v(struct run *r)
{
    r->got->v[rd(r)] = r->out;
}

static void finish_x(struct run *r, uint64_t value)
{
    if (rd(r) != 31)
        r->got->x[rd(r)] = value;
}

// Scalar shapes

static uint64_t scalar_source(const struct run *r, unsigned reg, unsigned width)
{
    return lane(r->in->v[reg], width, 0);
}

static void scalar_unary(struct run *r)
{
    const unsigned n = scalar_width(field(r, 22, 2));

    set_lane(&r->out, n, 0, r->row->unary(n, scalar_source(r, rn(r), n), r->env));
    finish_v(r);
}

static void scalar_binary(struct run *r)
{
    const unsigned n = scalar_width(field(r, 22, 2));

    set_lane(&r->out, n, 0,
             r->row->binary(n, scalar_source(r, rn(r), n), scalar_source(r, rm(r), n), r->env));
    finish_v(r);
}

static void scalar_ternary(struct run *r)
{
    const unsigned n = scalar_width(field(r, 22, 2));

    set_lane(&r->out, n, 0,
             r->row->ternary(n, scalar_source(r, field(r, 10, 5), n), scalar_source(r, rn(r), n),
                             scalar_source(r, rm(r), n), r->env));
    finish_v(r);
}

static void scalar_compare(struct run *r)
{
    const unsigned n = scalar_width(field(r, 22, 2));
    const uint64_t b = field(r, 3, 1) ? 0 : scalar_source(r, rm(r), n);

    r->got->nzcv = compare(n, scalar_source(r, rn(r), n), b, r->row->flag, r->env);
}

static bool condition_holds(unsigned cond, uint32_t nzcv)
{
    const bool n = nzcv & 8, z = nzcv & 4, c = nzcv & 2, v = nzcv & 1;
    const bool holds[] = {z, c, n, v, c && !z, n == v, n == v && !z, true};

    return holds[cond >> 1] != ((cond & 1) && cond != 15);
}

static void scalar_conditional_compare(struct run *r)
{
    const unsigned n = scalar_width(field(r, 22, 2));

    if (condition_holds(field(r, 12, 4), r->in->nzcv))
        r->got->nzcv = compare(n, scalar_source(r, rn(r), n), scalar_source(r, rm(r), n),
                               r->row->flag, r->env);
    else
        r->got->nzcv = field(r, 0, 4);
}

static void scalar_convert(struct run *r)
{
    const unsigned from = scalar_width(field(r, 22, 2));
    const unsigned to = scalar_width(field(r, 15, 2));

    set_lane(&r->out, to, 0, convert(from, to, scalar_source(r, rn(r), from), r->env));
    finish_v(r);
}

static void scalar_to_bf16(struct run *r)
{
    set_lane(&r->out, 16, 0, fp32_to_bf16((uint32_t)scalar_source(r, rn(r), 32), r->env));
    finish_v(r);
}

// The fixed-point forms hold 64 - fbits where the integer forms hold zeros.
static unsigned scalar_fbits(const struct run *r)
{
    return strstr(r->name, "_fix_") ? 64 - field(r, 10, 6) : 0;
}

static void scalar_to_int(struct run *r)
{
    const unsigned n = scalar_width(field(r, 22, 2));

    finish_x(r, to_int(n, scalar_source(r, rn(r), n), scalar_fbits(r), r->row->flag,
                       (enum fp_round)r->row->rounding, field(r, 31, 1) ? 64 : 32, r->env));
}

static void scalar_from_int(struct run *r)
{
    const unsigned n = scalar_width(field(r, 22, 2));

    set_lane(&r->out, n, 0,
             from_int(n, r->in->x[rn(r)], scalar_fbits(r), r->row->flag, field(r, 31, 1) ? 64 : 32,
                      r->env));
    finish_v(r);
}

static void scalar_javascript(struct run *r)
{
    bool z;

    finish_x(r, fp64_to_int32_js(scalar_source(r, rn(r), 64), &z, r->env));
    r->got->nzcv = z ? 4 : 0;
}

// Vector shapes

static void vector_unary(struct run *r)
{
    const unsigned n = vector_width(r);

    for (unsigned i = 0; i < vector_lanes(r, n); i++)
        set_lane(&r->out, n, i, r->row->unary(n, lane(r->in->v[rn(r)], n, i), r->env));
    finish_v(r);
}

static void vector_binary(struct run *r)
{
    const unsigned n = vector_width(r);

    for (unsigned i = 0; i < vector_lanes(r, n); i++)
        set_lane(
            &r->out, n, i,
            r->row->binary(n, lane(r->in->v[rn(r)], n, i), lane(r->in->v[rm(r)], n, i), r->env));
    finish_v(r);
}

static void vector_ternary(struct run *r)
{
    const unsigned n = vector_width(r);

    for (unsigned i = 0; i < vector_lanes(r, n); i++)
        set_lane(&r->out, n, i,
                 r->row->ternary(n, lane(r->in->v[rd(r)], n, i), lane(r->in->v[rn(r)], n, i),
                                 lane(r->in->v[rm(r)], n, i), r->env));
    finish_v(r);
}

// The by-element forms: the index's bits are H (11), L (21), M (20), the wider the fewer.
static uint64_t indexed_source(const struct run *r, unsigned n)
{
    const unsigned h = field(r, 11, 1), l = field(r, 21, 1), m = field(r, 20, 1);

    if (n == 16)
        return lane(r->in->v[field(r, 16, 4)], 16, h << 2 | l << 1 | m);
    return lane(r->in->v[rm(r)], n, n == 32 ? h << 1 | l : h);
}

static void element_binary(struct run *r)
{
    const unsigned n = vector_width(r);

    for (unsigned i = 0; i < vector_lanes(r, n); i++)
        set_lane(&r->out, n, i,
                 r->row->binary(n, lane(r->in->v[rn(r)], n, i), indexed_source(r, n), r->env));
    finish_v(r);
}

static void element_ternary(struct run *r)
{
    const unsigned n = vector_width(r);

    for (unsigned i = 0; i < vector_lanes(r, n); i++)
        set_lane(&r->out, n, i,
                 r->row->ternary(n, lane(r->in->v[rd(r)], n, i), lane(r->in->v[rn(r)], n, i),
                                 indexed_source(r, n), r->env));
    finish_v(r);
}

static void vector_pairwise(struct run *r)
{
    const unsigned n = vector_width(r);
    const unsigned half = vector_lanes(r, n) / 2;

    for (unsigned i = 0; i < 2 * half; i++) {
        const struct vreg v = r->in->v[i < half ? rn(r) : rm(r)];
        const unsigned first = 2 * (i % half);

        set_lane(&r->out, n, i,
                 r->row->binary(n, lane(v, n, first), lane(v, n, first + 1), r->env));
    }
    finish_v(r);
}

static uint64_t reduce(const struct run *r, unsigned n, unsigned first, unsigned count)
{
    if (count == 1)
        return lane(r->in->v[rn(r)], n, first);

    const uint64_t low = reduce(r, n, first, count / 2);

    return r->row->binary(n, low, reduce(r, n, first + count / 2, count / 2), r->env);
}

static void vector_reduce(struct run *r)
{
    const unsigned n = vector_width(r);

    set_lane(&r->out, n, 0, reduce(r, n, 0, field(r, 28, 1) ? 2 : vector_lanes(r, n)));
    finish_v(r);
}

static void vector_to_int(struct run *r)
{
    const unsigned n = vector_width(r);

    for (unsigned i = 0; i < vector_lanes(r, n); i++)
        set_lane(&r->out, n, i,
                 to_int(n, lane(r->in->v[rn(r)], n, i), 0, r->row->flag,
                        (enum fp_round)r->row->rounding, n, r->env));
    finish_v(r);
}

static void vector_from_int(struct run *r)
{
    const unsigned n = vector_width(r);

    for (unsigned i = 0; i < vector_lanes(r, n); i++)
        set_lane(&r->out, n, i,
                 from_int(n, lane(r->in->v[rn(r)], n, i), 0, r->row->flag, n, r->env));
    finish_v(r);
}

// The fixed-point forms give width and fbits in immh:immb, as the right shifts do.
static unsigned shift_width(const struct run *r)
{
    const unsigned immh = field(r, 19, 4);

    return immh & 8 ? 64 : immh & 4 ? 32 : 16;
}

static void vector_to_fixed(struct run *r)
{
    const unsigned n = shift_width(r);

    for (unsigned i = 0; i < vector_lanes(r, n); i++)
        set_lane(&r->out, n, i,
                 to_int(n, lane(r->in->v[rn(r)], n, i), 2 * n - field(r, 16, 7), r->row->flag,
                        FP_ROUND_ZERO, n, r->env));
    finish_v(r);
}

static void vector_from_fixed(struct run *r)
{
    const unsigned n = shift_width(r);

    for (unsigned i = 0; i < vector_lanes(r, n); i++)
        set_lane(&r->out, n, i,
                 from_int(n, lane(r->in->v[rn(r)], n, i), 2 * n - field(r, 16, 7), r->row->flag, n,
                          r->env));
    finish_v(r);
}

static void vector_widen(struct run *r)
{
    const unsigned from = field(r, 22, 1) ? 32 : 16;
    const unsigned lanes = 64 / from;
    const unsigned first = field(r, 30, 1) ? lanes : 0;

    for (unsigned i = 0; i < lanes; i++)
        set_lane(&r->out, 2 * from, i,
                 convert(from, 2 * from, lane(r->in->v[rn(r)], from, first + i), r->env));
    finish_v(r);
}

// unary: the conversion, given the wider width; the scalar form has one lane.
static void vector_narrow(struct run *r)
{
    const unsigned to = strstr(r->name, "bf16") ? 16 : field(r, 22, 1) ? 32 : 16;
    const bool scalar = field(r, 28, 1);
    const unsigned lanes = scalar ? 1 : 64 / to;
    const unsigned first = !scalar && field(r, 30, 1) ? lanes : 0;

    if (first)
        r->out.d[0] = r->in->v[rd(r)].d[0];
    for (unsigned i = 0; i < lanes; i++)
        set_lane(&r->out, to, first + i,
                 r->row->unary(2 * to, lane(r->in->v[rn(r)], 2 * to, i), r->env));
    finish_v(r);
}

static uint64_t narrow(unsigned n, uint64_t a, struct fp_env *env)
{
    return convert(n, n / 2, a, env);
}

static uint64_t narrow_odd(unsigned n, uint64_t a, struct fp_env *env)
{
    (void)n;
    return fp64_to_fp32_odd(a, env);
}

static uint64_t narrow_bf16(unsigned n, uint64_t a, struct fp_env *env)
{
    (void)n;
    return fp32_to_bf16((uint32_t)a, env);
}

static uint64_t urecpe(unsigned n, uint64_t a, struct fp_env *env)
{
    (void)n, (void)env;
    return fp_urecpe((uint32_t)a);
}

static uint64_t ursqrte(unsigned n, uint64_t a, struct fp_env *env)
{
    (void)n, (void)env;
    return fp_ursqrte((uint32_t)a);
}

// Complex arithmetic: pairs of (real, imaginary) lanes, the second operand turned by rot * 90
// degrees.

static unsigned complex_width(const struct run *r)
{
    return (const unsigned[]){0, 16, 32, 64}[field(r, 22, 2)];
}

static void vector_complex_add(struct run *r)
{
    const unsigned n = complex_width(r);
    const bool back = field(r, 12, 1);
    const struct vreg a = r->in->v[rn(r)], b = r->in->v[rm(r)];

    for (unsigned i = 0; i < vector_lanes(r, n); i += 2) {
        const uint64_t real = lane(b, n, i + 1), imaginary = lane(b, n, i);

        set_lane(&r->out, n, i, add(n, lane(a, n, i), back ? real : neg(n, real), r->env));
        set_lane(&r->out, n, i + 1,
                 add(n, lane(a, n, i + 1), back ? neg(n, imaginary) : imaginary, r->env));
    }
    finish_v(r);
}

static void complex_muladd(struct run *r, unsigned n, unsigned i, unsigned rot, uint64_t real,
                           uint64_t imaginary)
{
    const struct vreg acc = r->in->v[rd(r)];
    const uint64_t a = lane(r->in->v[rn(r)], n, i + (rot & 1));
    uint64_t to_real = rot & 1 ? imaginary : real;
    uint64_t to_imaginary = rot & 1 ? real : imaginary;

    if (rot == 1 || rot == 2)
        to_real = neg(n, to_real);
    if (rot >= 2)
        to_imaginary = neg(n, to_imaginary);
    set_lane(&r->out, n, i, madd(n, lane(acc, n, i), a, to_real, r->env));
    set_lane(&r->out, n, i + 1, madd(n, lane(acc, n, i + 1), a, to_imaginary, r->env));
}

static void vector_complex_muladd(struct run *r)
{
    const unsigned n = complex_width(r);
    const struct vreg b = r->in->v[rm(r)];

    for (unsigned i = 0; i < vector_lanes(r, n); i += 2)
        complex_muladd(r, n, i, field(r, 11, 2), lane(b, n, i), lane(b, n, i + 1));
    finish_v(r);
}

static void element_complex_muladd(struct run *r)
{
    const unsigned n = complex_width(r);
    const unsigned h = field(r, 11, 1), l = field(r, 21, 1);
    const unsigned index = 2 * (n == 16 ? h << 1 | l : h);
    const struct vreg b = r->in->v[rm(r)];

    for (unsigned i = 0; i < vector_lanes(r, n); i += 2)
        complex_muladd(r, n, i, field(r, 13, 2), lane(b, n, index), lane(b, n, index + 1));
    finish_v(r);
}

// Widening accumulations into 32-bit lanes

static void half_muladd(struct run *r)
{
    const unsigned lanes = vector_lanes(r, 32);
    const unsigned first = strstr(r->name, "_upper") ? lanes : 0;
    const bool by_element = strstr(r->name, "_elt_");

    for (unsigned i = 0; i < lanes; i++) {
        const uint64_t a = lane(r->in->v[rn(r)], 16, first + i);
        const uint64_t b =
            by_element ? indexed_source(r, 16) : lane(r->in->v[rm(r)], 16, first + i);

        set_lane(&r->out, 32, i,
                 fp32_muladd_h((uint32_t)lane(r->in->v[rd(r)], 32, i),
                               (uint16_t)(r->row->flag ? neg(16, a) : a), (uint16_t)b, r->env));
    }
    finish_v(r);
}

static void bf16_muladd(struct run *r)
{
    const unsigned odd = field(r, 30, 1);
    const bool by_element = strstr(r->name, "_elt_");

    for (unsigned i = 0; i < 4; i++) {
        const uint64_t b =
            by_element ? indexed_source(r, 16) : lane(r->in->v[rm(r)], 16, 2 * i + odd);

        set_lane(&r->out, 32, i,
                 fp32_bfmlal((uint32_t)lane(r->in->v[rd(r)], 32, i),
                             (uint16_t)lane(r->in->v[rn(r)], 16, 2 * i + odd), (uint16_t)b,
                             r->env));
    }
    finish_v(r);
}

// acc + the dot product of the pairs of lanes that start at i and j.
static uint32_t dot(struct run *r, uint64_t acc, unsigned i, unsigned j)
{
    const struct vreg a = r->in->v[rn(r)], b = r->in->v[rm(r)];

    return fp32_bfdot((uint32_t)acc, (uint16_t)lane(a, 16, i), (uint16_t)lane(b, 16, j),
                      (uint16_t)lane(a, 16, i + 1), (uint16_t)lane(b, 16, j + 1), r->env);
}

static void bf16_dot(struct run *r)
{
    const unsigned index = 2 * (field(r, 11, 1) << 1 | field(r, 21, 1));
    const bool by_element = strstr(r->name, "_elt_");

    for (unsigned i = 0; i < vector_lanes(r, 32); i++)
        set_lane(&r->out, 32, i,
                 dot(r, lane(r->in->v[rd(r)], 32, i), 2 * i, by_element ? index : 2 * i));
    finish_v(r);
}

static void bf16_matrix(struct run *r)
{
    for (unsigned i = 0; i < 4; i++) {
        const unsigned row = 4 * (i / 2), column = 4 * (i % 2);
        const uint32_t sum = dot(r, lane(r->in->v[rd(r)], 32, i), row, column);

        set_lane(&r->out, 32, i, dot(r, sum, row + 2, column + 2));
    }
    finish_v(r);
}

#define U(f) .unary = f
#define B(f) .binary = f
#define T(f) .ternary = f

// An operation with its scalar and its vector instruction.
#define UNARY_PAIR(name, f)                  \
    {#name "_float", scalar_unary, U(f)},    \
    {                                        \
#        name "_advsimd", vector_unary, U(f) \
    }
#define COMPARE_PAIR(name, f, zero)                  \
    {#name "_advsimd_reg", vector_binary, B(f)},     \
    {                                                \
#        name "_advsimd_zero", vector_unary, U(zero) \
    }
#define REDUCTIONS(name, f)                                                         \
    {#name "_float", scalar_binary, B(f)}, {#name "_advsimd", vector_binary, B(f)}, \
        {#name "p_advsimd_vec", vector_pairwise, B(f)},                             \
        {#name "p_advsimd_pair", vector_reduce, B(f)},                              \
    {                                                                               \
#        name "v_advsimd", vector_reduce, B(f)                                      \
    }
#define TO_INT(name, mode)                                                \
    {#name "s_float", scalar_to_int, .rounding = mode},                   \
        {#name "u_float", scalar_to_int, .rounding = mode, .flag = true}, \
        {#name "s_advsimd", vector_to_int, .rounding = mode},             \
    {                                                                     \
#        name "u_advsimd", vector_to_int, .rounding = mode, .flag = true  \
    }

static struct row rows[] = {
    {"fadd_float", scalar_binary, B(add)},
    {"fadd_advsimd", vector_binary, B(add)},
    {"faddp_advsimd_vec", vector_pairwise, B(add)},
    {"faddp_advsimd_pair", vector_reduce, B(add)},
    {"fsub_float", scalar_binary, B(sub)},
    {"fsub_advsimd", vector_binary, B(sub)},
    {"fabd_advsimd", vector_binary, B(abd)},
    {"fmul_float", scalar_binary, B(mul)},
    {"fmul_advsimd_vec", vector_binary, B(mul)},
    {"fmul_advsimd_elt", element_binary, B(mul)},
    {"fmulx_advsimd_vec", vector_binary, B(mulx)},
    {"fmulx_advsimd_elt", element_binary, B(mulx)},
    {"fnmul_float", scalar_binary, B(nmul)},
    {"fdiv_float", scalar_binary, B(quotient)},
    {"fdiv_advsimd", vector_binary, B(quotient)},
    UNARY_PAIR(fsqrt, root),
    {"fmadd_float", scalar_ternary, T(madd)},
    {"fmsub_float", scalar_ternary, T(msub)},
    {"fnmadd_float", scalar_ternary, T(nmadd)},
    {"fnmsub_float", scalar_ternary, T(nmsub)},
    {"fmla_advsimd_vec", vector_ternary, T(madd)},
    {"fmla_advsimd_elt", element_ternary, T(madd)},
    {"fmls_advsimd_vec", vector_ternary, T(msub)},
    {"fmls_advsimd_elt", element_ternary, T(msub)},
    {"frecps_advsimd", vector_binary, B(recps)},
    {"frsqrts_advsimd", vector_binary, B(rsqrts)},
    {"fcadd_advsimd_vec", vector_complex_add, U(NULL)},
    {"fcmla_advsimd_vec", vector_complex_muladd, U(NULL)},
    {"fcmla_advsimd_elt", element_complex_muladd, U(NULL)},
    REDUCTIONS(fmax, max),
    REDUCTIONS(fmin, min),
    REDUCTIONS(fmaxnm, maxnm),
    REDUCTIONS(fminnm, minnm),
    {"fcmp_float", scalar_compare, U(NULL), .flag = false},
    {"fcmpe_float", scalar_compare, U(NULL), .flag = true},
    {"fccmp_float", scalar_conditional_compare, U(NULL), .flag = false},
    {"fccmpe_float", scalar_conditional_compare, U(NULL), .flag = true},
    COMPARE_PAIR(fcmeq, cmeq, eq_zero),
    COMPARE_PAIR(fcmge, cmge, ge_zero),
    COMPARE_PAIR(fcmgt, cmgt, gt_zero),
    {"fcmle_advsimd", vector_unary, U(le_zero)},
    {"fcmlt_advsimd", vector_unary, U(lt_zero)},
    {"facge_advsimd", vector_binary, B(acge)},
    {"facgt_advsimd", vector_binary, B(acgt)},
    UNARY_PAIR(frinta, rinta),
    UNARY_PAIR(frinti, rinti),
    UNARY_PAIR(frintm, rintm),
    UNARY_PAIR(frintn, rintn),
    UNARY_PAIR(frintp, rintp),
    UNARY_PAIR(frintx, rintx),
    UNARY_PAIR(frintz, rintz),
    UNARY_PAIR(frint32x, rint32x),
    UNARY_PAIR(frint32z, rint32z),
    UNARY_PAIR(frint64x, rint64x),
    UNARY_PAIR(frint64z, rint64z),
    TO_INT(fcvta, FP_ROUND_TIEAWAY),
    TO_INT(fcvtm, FP_ROUND_NEGINF),
    TO_INT(fcvtn, FP_ROUND_TIEEVEN),
    TO_INT(fcvtp, FP_ROUND_POSINF),
    {"fcvtzs_float_int", scalar_to_int, .rounding = FP_ROUND_ZERO},
    {"fcvtzu_float_int", scalar_to_int, .rounding = FP_ROUND_ZERO, .flag = true},
    {"fcvtzs_float_fix", scalar_to_int, .rounding = FP_ROUND_ZERO},
    {"fcvtzu_float_fix", scalar_to_int, .rounding = FP_ROUND_ZERO, .flag = true},
    {"fcvtzs_advsimd_int", vector_to_int, .rounding = FP_ROUND_ZERO},
    {"fcvtzu_advsimd_int", vector_to_int, .rounding = FP_ROUND_ZERO, .flag = true},
    {"fcvtzs_advsimd_fix", vector_to_fixed, U(NULL)},
    {"fcvtzu_advsimd_fix", vector_to_fixed, U(NULL), .flag = true},
    {"scvtf_float_int", scalar_from_int, U(NULL)},
    {"ucvtf_float_int", scalar_from_int, U(NULL), .flag = true},
    {"scvtf_float_fix", scalar_from_int, U(NULL)},
    {"ucvtf_float_fix", scalar_from_int, U(NULL), .flag = true},
    {"scvtf_advsimd_int", vector_from_int, U(NULL)},
    {"ucvtf_advsimd_int", vector_from_int, U(NULL), .flag = true},
    {"scvtf_advsimd_fix", vector_from_fixed, U(NULL)},
    {"ucvtf_advsimd_fix", vector_from_fixed, U(NULL), .flag = true},
    {"fjcvtzs", scalar_javascript, U(NULL)},
    {"fcvt_float", scalar_convert, U(NULL)},
    {"fcvtl_advsimd", vector_widen, U(NULL)},
    {"fcvtn_advsimd", vector_narrow, U(narrow)},
    {"fcvtxn_advsimd", vector_narrow, U(narrow_odd)},
    {"bfcvt_float", scalar_to_bf16, U(NULL)},
    {"bfcvtn_advsimd", vector_narrow, U(narrow_bf16)},
    {"frecpe_advsimd", vector_unary, U(recpe)},
    {"frsqrte_advsimd", vector_unary, U(rsqrte)},
    {"frecpx_advsimd", vector_unary, U(recpx)},
    {"urecpe_advsimd", vector_unary, U(urecpe)},
    {"ursqrte_advsimd", vector_unary, U(ursqrte)},
    {"fmlal_advsimd_vec", half_muladd, U(NULL)},
    {"fmlal_advsimd_elt", half_muladd, U(NULL)},
    {"fmlsl_advsimd_vec", half_muladd, U(NULL), .flag = true},
    {"fmlsl_advsimd_elt", half_muladd, U(NULL), .flag = true},
    {"bfmlal_advsimd_vec", bf16_muladd, U(NULL)},
    {"bfmlal_advsimd_elt", bf16_muladd, U(NULL)},
    {"bfdot_advsimd_vec", bf16_dot, U(NULL)},
    {"bfdot_advsimd_elt", bf16_dot, U(NULL)},
    {"bfmmla_advsimd", bf16_matrix, U(NULL)},
};

#define ROWS (sizeof rows / sizeof rows[0])

static struct row *find_row(const char *line)
{
    const char *end = strstr(line, "_aarch64_");

    for (size_t i = 0; end && i < ROWS; i++) {
        if (strlen(rows[i].name) == (size_t)(end - line) &&
            !memcmp(rows[i].name, line, (size_t)(end - line)))
            return &rows[i];
    }
    return NULL;
}

static bool passes(struct row *row, const struct vector *v)
{
    struct fp_env env = {v->in.fpcr, v->in.fpsr};
    struct machine got = v->in;
    struct run r = {
        .row = row, .insn = v->insn, .name = v->name, .in = &v->in, .got = &got, .env = &env};
    char text[2048];

    row->vectors++;
    row->shape(&r);
    got.fpsr = env.fpsr;
    vector_difference(v, &got, text, sizeof text);
    if (text[0])
        printf("%s %08x:%s\n", v->name, v->insn, text);
    return !text[0];
}

int main(int argc, char **argv)
{
    static char line[8192];
    static struct vector v;
    unsigned long ran = 0, failed = 0, undefined = 0;

    FILE *file = argc != 2 ? NULL : strcmp(argv[1], "-") ? fopen(argv[1], "r") : stdin;

    if (!file) {
        fprintf(stderr, "fp_vector_test: %s; usage: fp_vector_test FILE (- is standard input)\n",
                argc == 2 ? "cannot open the file" : "one argument is needed");
        return 2;
    }
    while (fgets(line, sizeof line, file)) {
        struct row *row = find_row(line);

        if (!row)
            continue;
        if (!vector_parse(line, &v)) {
            fprintf(stderr, "fp_vector_test: not a vector: %s", line);
            return 2;
        }
        if (v.undefined) {
            undefined++;
            continue;
        }
        ran++;
        failed += !passes(row, &v);
    }
    for (size_t i = 0; i < ROWS; i++) {
        if (!rows[i].vectors) {
            printf("%s: no vector of it in the file\n", rows[i].name);
            failed++;
        }
    }
    printf("%lu vectors ran, %lu failed, %lu undefined encodings skipped\n", ran, failed,
           undefined);
    return failed != 0;
}
