// SPDX-License-Identifier: MIT
// Cryptographic SM3 and SM4 (Arm ARM C4.1).
#include "a64/disasm.h"
#include "a64/simd.h"

A64_INSN(sm3ss1, "1100 1110 010 mmmmm 0 ooooo nnnnn ddddd",
         "sm3ss1 {Vd.4s}, {Vn.4s}, {Vm.4s}, {Vo.4s}", FEAT_SM3)
{
    set_v(t, a->d, ir_sm3ss1(ir, get_v(t, a->n), get_v(t, a->m), get_v(t, a->o)));
}

// One of the four words of Vm.
A64_DIRECTIVE(sm3_word)
{
    out_printf(o, "v%u.s[%u]", a->m, a->i);
}

// clang-format off
#define SM3TT(id, opcode)                                                                          \
    A64_INSN(id, "1100 1110 010 mmmmm 10 ii " opcode " nnnnn ddddd", #id " {Vd.4s}, {Vn.4s}, {sm3_word}", FEAT_SM3) \
    {                                                                                              \
        set_v(t, a->d, ir_##id(ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m), a->i));         \
    }
SM3TT(sm3tt1a, "00")
SM3TT(sm3tt1b, "01")
SM3TT(sm3tt2a, "10")
SM3TT(sm3tt2b, "11")
// clang-format on

A64_INSN(sm3partw1, "1100 1110 011 mmmmm 1100 00 nnnnn ddddd",
         "sm3partw1 {Vd.4s}, {Vn.4s}, {Vm.4s}", FEAT_SM3)
{
    set_v(t, a->d, ir_sm3partw1(ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m)));
}

A64_INSN(sm3partw2, "1100 1110 011 mmmmm 1100 01 nnnnn ddddd",
         "sm3partw2 {Vd.4s}, {Vn.4s}, {Vm.4s}", FEAT_SM3)
{
    set_v(t, a->d, ir_sm3partw2(ir, get_v(t, a->d), get_v(t, a->n), get_v(t, a->m)));
}

A64_INSN(sm4e, "1100 1110 110 00000 1000 01 nnnnn ddddd", "sm4e {Vd.4s}, {Vn.4s}", FEAT_SM4)
{
    set_v(t, a->d, ir_sm4e(ir, get_v(t, a->d), get_v(t, a->n)));
}

A64_INSN(sm4ekey, "1100 1110 011 mmmmm 1100 10 nnnnn ddddd", "sm4ekey {Vd.4s}, {Vn.4s}, {Vm.4s}",
         FEAT_SM4)
{
    set_v(t, a->d, ir_sm4ekey(ir, get_v(t, a->n), get_v(t, a->m)));
}
