// SPDX-License-Identifier: MIT
// Prefetch hints: no effect, no fault, no check of the stack pointer's alignment. The register form
// also is RPRFM.
#include "a64/disasm.h"
#include "base/bits.h"

// "pldl1keep" of field t, reserved ones as a number.
A64_DIRECTIVE(prfop)
{
    static const char *const what[] = {"pld", "pli", "pst"};
    unsigned type = a->t >> 3, target = a->t >> 1 & 3;
    if (type == 3 || target == 3)
        out_printf(o, "#0x%02x", a->t);
    else
        out_printf(o, "%sl%u%s", what[type], target + 1, a->t & 1 ? "strm" : "keep");
}

A64_INSN(prfm_imm, "11 111 0 01 10 iiiiiiiiiiii nnnnn ttttt", "prfm {prfop}, [{Xn|sp}{,#i*8}]",
         FEAT_BASE)
{
}

A64_INSN(prfm_lit, "11 011 0 00 iiiiiiiiiiiiiiiiiii ttttt", "prfm {prfop}, {label19}", FEAT_BASE)
{
}

A64_INSN(prfum, "11 111 0 00 10 0 iiiiiiiii 00 nnnnn ttttt", "prfum {prfop}, [{Xn|sp}{,#i:9}]",
         FEAT_BASE)
{
}

A64_INSN(prfm_reg, "11 111 0 00 10 1 mmmmm ooo s 10 nnnnn ttttt o!=x0x",
         "prfm {prfop}, [{Xn|sp}, {index3}]", FEAT_BASE)
{
}
