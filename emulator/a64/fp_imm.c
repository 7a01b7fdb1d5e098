// SPDX-License-Identifier: MIT
// Floating-point immediate (Arm ARM C4.1): i is the 8-bit number.
#include "a64/disasm.h"
#include "a64/fp.h"

#include <string.h>

A64_DIRECTIVE(fpimm)
{
    uint64_t bits = a64_fp_imm(a->i, 64);
    double v;
    memcpy(&v, &bits, sizeof v);
    out_printf(o, "#%.18e", v);
}

A64_INSN(fmov_f_imm, "000 11110 0y 1 iiiiiiii 100 00000 ddddd", "fmov {Fd}, {fpimm}", FEAT_FP)
{
    set_v(t, a->d, ir_x2v(ir, ir_const64(ir, a64_fp_imm(a->i, a->y ? 64 : 32))));
}

A64_INSN(fmov_f16_imm, "000 11110 11 1 iiiiiiii 100 00000 ddddd", "fmov {Hd}, {fpimm}", FEAT_FP16)
{
    set_v(t, a->d, ir_x2v(ir, ir_const64(ir, a64_fp_imm(a->i, 16))));
}
