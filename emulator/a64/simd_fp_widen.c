// SPDX-License-Identifier: MIT
// Advanced SIMD widening multiply-accumulate into single precision: from half precision (FMLAL,
// FMLSL) and from BFloat16 (BFDOT, BFMLAL, BFMMLA); vector and by indexed element (Arm ARM C4.1).
#include "a64/disasm.h"
#include "a64/fp.h"

// ---- half precision ----

// The half-precision source, 2 or 4 lanes of which are used.
A64_DIRECTIVE(fhm_n)
{
    out_printf(o, "v%u.%s", a->n, a->q ? "4h" : "2h");
}

A64_DIRECTIVE(fhm_m)
{
    out_printf(o, "v%u.%s", a->m, a->q ? "4h" : "2h");
}

// d + n * m, or d - n * m, of the lower or upper lanes of the sources.
static void multiply_half(struct a64_tr *t, const struct a64_args *a, ir_ref m, bool subtract,
                          bool upper)
{
    unsigned lanes = fp_lanes(FP_S, a->q);
    ir_ref n = get_v(t, a->n);
    if (subtract)
        n = fp_neg(t, FP_H, n, 2 * lanes);
    uint64_t lit = fp_lit(lanes, 0, false, upper ? lanes : 0);
    set_v(t, a->d, ir_fmlal(&t->ir, get_v(t, a->d), n, m, lit));
}

static ir_ref half_element(struct a64_tr *t, const struct a64_args *a)
{
    return ir_vdupl16(&t->ir, get_v(t, a->m), a->h << 2 | a->l << 1 | a->k);
}

#define MULTIPLY_HALF(id, u, size, opcode, element_opcode, subtract, upper)           \
    A64_INSN(id, "0q " u " 01110 " size " 1 mmmmm " opcode " 1 nnnnn ddddd",          \
             #id " {single_d}, {fhm_n}, {fhm_m}", FEAT_FHM)                           \
    {                                                                                 \
        multiply_half(t, a, get_v(t, a->m), subtract, upper);                         \
    }                                                                                 \
    A64_INSN(id##_e, "0q " u " 01111 10 l k mmmm " element_opcode " h 0 nnnnn ddddd", \
             #id " {single_d}, {fhm_n}, {helement}", FEAT_FHM)                        \
    {                                                                                 \
        multiply_half(t, a, half_element(t, a), subtract, upper);                     \
    }

MULTIPLY_HALF(fmlal, "0", "00", "11101", "0000", false, false)
MULTIPLY_HALF(fmlsl, "0", "10", "11101", "0100", true, false)
MULTIPLY_HALF(fmlal2, "1", "00", "11001", "1000", false, true)
MULTIPLY_HALF(fmlsl2, "1", "10", "11001", "1100", true, true)

// ---- BFloat16 ----

A64_INSN(bfdot, "0q 1 01110 01 0 mmmmm 111111 nnnnn ddddd", "bfdot {single_d}, {Vn:h}, {Vm:h}",
         FEAT_BF16)
{
    set_v(t, a->d,
          ir_bfdot(ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m), fp_lanes(FP_S, a->q)));
}

A64_DIRECTIVE(bfpair)
{
    out_printf(o, "v%u.2h[%u]", a->m, a->h << 1 | a->l);
}

A64_INSN(bfdot_e, "0q 0 01111 01 l mmmmm 1111 h 0 nnnnn ddddd",
         "bfdot {single_d}, {Vn:h}, {bfpair}", FEAT_BF16)
{
    unsigned lanes = fp_lanes(FP_S, a->q);
    ir_ref m = ir_vdupl32(ir, get_v(t, a->m), a->h << 1 | a->l);
    set_v(t, a->d, ir_bfdot(ir, get_v(t, a->d), get_v(t, a->n), m, lanes));
}

// q: 0 takes the even (bottom), 1 the odd (top) lanes.
A64_DIRECTIVE(bt)
{
    out_printf(o, a->q ? "t" : "b");
}

A64_INSN(bfmlal, "0q 1 01110 11 0 mmmmm 111111 nnnnn ddddd", "bfmlal{bt} {Vd.4s}, {Vn.8h}, {Vm.8h}",
         FEAT_BF16)
{
    set_v(t, a->d,
          ir_bfmlal(ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m), fp_lit(4, 0, false, a->q)));
}

A64_INSN(bfmlal_e, "0q 0 01111 11 l k mmmm 1111 h 0 nnnnn ddddd",
         "bfmlal{bt} {Vd.4s}, {Vn.8h}, {helement}", FEAT_BF16)
{
    ir_ref m = half_element(t, a);
    set_v(t, a->d, ir_bfmlal(ir, get_v(t, a->d), get_v(t, a->n), m, fp_lit(4, 0, false, a->q)));
}

A64_INSN(bfmmla, "01 1 01110 01 0 mmmmm 111011 nnnnn ddddd", "bfmmla {Vd.4s}, {Vn.8h}, {Vm.8h}",
         FEAT_BF16)
{
    set_v(t, a->d, ir_bfmmla(ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m)));
}
