// SPDX-License-Identifier: MIT
// Floating-point compare, conditional compare and conditional select (Arm ARM C4.1).
#include "a64/disasm.h"
#include "a64/fp.h"

// ---- FCMP, FCMPE (s: a quiet NaN is invalid too) ----

static void compare(struct a64_tr *t, const struct a64_args *a, unsigned size, ir_ref with)
{
    set_flags(t, fp_op(t, IR_fcmp16, size, get_v(t, a->n), with, 0, a->s));
}

A64_INSN(fcmp_f, "000 11110 0y 1 mmmmm 00 1000 nnnnn s0 000", "fcmp{fcmpe} {Fn}, {Fm}", FEAT_FP)
{
    compare(t, a, fp_size(a->y), get_v(t, a->m));
}

A64_INSN(fcmp_f16, "000 11110 11 1 mmmmm 00 1000 nnnnn s0 000", "fcmp{fcmpe} {Hn}, {Hm}", FEAT_FP16)
{
    compare(t, a, FP_H, get_v(t, a->m));
}

A64_INSN(fcmp_f_zero, "000 11110 0y 1 ----- 00 1000 nnnnn s1 000", "fcmp{fcmpe} {Fn}, #0.0",
         FEAT_FP)
{
    compare(t, a, fp_size(a->y), fp_zero(t));
}

A64_INSN(fcmp_f16_zero, "000 11110 11 1 ----- 00 1000 nnnnn s1 000", "fcmp{fcmpe} {Hn}, #0.0",
         FEAT_FP16)
{
    compare(t, a, FP_H, fp_zero(t));
}

A64_DIRECTIVE(fcmpe)
{
    if (a->s)
        out_printf(o, "e");
}

// ---- FCCMP, FCCMPE: compares if condition c holds, else the flags are i ----

static void compare_if(struct a64_tr *t, const struct a64_args *a, unsigned size)
{
    ir_ref flags = get_flags(t);
    set_flags(t, fp_op(t, IR_fccmp16, size, flags, get_v(t, a->n), get_v(t, a->m),
                       a->s | a->c << 4 | a->i << 8));
}

A64_INSN(fccmp_f, "000 11110 0y 1 mmmmm cccc 01 nnnnn s iiii",
         "fccmp{fcmpe} {Fn}, {Fm}, {#0xi}, {cond}", FEAT_FP)
{
    compare_if(t, a, fp_size(a->y));
}

A64_INSN(fccmp_f16, "000 11110 11 1 mmmmm cccc 01 nnnnn s iiii",
         "fccmp{fcmpe} {Hn}, {Hm}, {#0xi}, {cond}", FEAT_FP16)
{
    compare_if(t, a, FP_H);
}

// ---- FCSEL ----

static void select_if(struct a64_tr *t, const struct a64_args *a, unsigned size)
{
    set_v(t, a->d,
          ir_selv(&t->ir, get_flags(t), fp_get(t, a->n, size), fp_get(t, a->m, size), a->c));
}

A64_INSN(fcsel_f, "000 11110 0y 1 mmmmm cccc 11 nnnnn ddddd", "fcsel {Fd}, {Fn}, {Fm}, {cond}",
         FEAT_FP)
{
    select_if(t, a, fp_size(a->y));
}

A64_INSN(fcsel_f16, "000 11110 11 1 mmmmm cccc 11 nnnnn ddddd", "fcsel {Hd}, {Hn}, {Hm}, {cond}",
         FEAT_FP16)
{
    select_if(t, a, FP_H);
}
