// SPDX-License-Identifier: MIT
// Cryptographic AES (Arm ARM C4.1).
#include "a64/simd.h"

A64_INSN(aese, "0100 1110 00 10100 00100 10 nnnnn ddddd", "aese {Vd.16b}, {Vn.16b}", FEAT_AES)
{
    set_v(t, a->d, ir_aese(ir, get_v(t, a->d), get_v(t, a->n)));
}

A64_INSN(aesd, "0100 1110 00 10100 00101 10 nnnnn ddddd", "aesd {Vd.16b}, {Vn.16b}", FEAT_AES)
{
    set_v(t, a->d, ir_aesd(ir, get_v(t, a->d), get_v(t, a->n)));
}

A64_INSN(aesmc, "0100 1110 00 10100 00110 10 nnnnn ddddd", "aesmc {Vd.16b}, {Vn.16b}", FEAT_AES)
{
    set_v(t, a->d, ir_aesmc(ir, get_v(t, a->n)));
}

A64_INSN(aesimc, "0100 1110 00 10100 00111 10 nnnnn ddddd", "aesimc {Vd.16b}, {Vn.16b}", FEAT_AES)
{
    set_v(t, a->d, ir_aesimc(ir, get_v(t, a->n)));
}
