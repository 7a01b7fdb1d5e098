// SPDX-License-Identifier: MIT
// Advanced SIMD table lookup by indices of two and four bits: LUTI2, LUTI4 (Arm ARM C4.1, table
// lookup). The indices are segment i of register m.
#include "a64/disasm.h"
#include "a64/fp.h"

A64_DIRECTIVE(segment)
{
    out_printf(o, "v%u[%u]", a->m, a->i);
}

A64_DIRECTIVE(lut_b)
{
    out_printf(o, "{v%u.16b}", a->n);
}

A64_DIRECTIVE(lut_h)
{
    out_printf(o, "{v%u.8h}", a->n);
}

A64_DIRECTIVE(lut_h2)
{
    out_printf(o, "{v%u.8h, v%u.8h}", a->n, (a->n + 1) % 32);
}

// Of elements of 8 (size 0) or 16 bits; bits is that of an index, and so the table's size.
static void look_up(struct a64_tr *t, const struct a64_args *a, unsigned size, unsigned bits)
{
    struct ir_block *ir = &t->ir;
    ir_ref m = get_v(t, a->m), table = get_v(t, a->n);
    if (size == 0) {
        set_v(t, a->d, ir_vtbl(ir, table, ir_vfields8(ir, m, bits | a->i << 8)));
        return;
    }
    // Element k is bytes 2k and 2k + 1.
    ir_ref index = ir_vfields16(ir, m, bits | a->i << 8);
    index = ir_vmul(ir, 1, index, ir_vconst(ir, 1, UINT64_C(0x0202020202020202)));
    index = ir_vadd(ir, 1, index, ir_vconst(ir, 1, UINT64_C(0x0100010001000100)));
    set_v(t, a->d,
          bits == 4 ? ir_vtbl2(ir, table, get_v(t, (a->n + 1) % 32), index)
                    : ir_vtbl(ir, table, index));
}

A64_INSN(luti2_b, "01 0 01110 10 0 mmmmm 0 ii 1 00 nnnnn ddddd",
         "luti2 {Vd.16b}, {lut_b}, {segment}", FEAT_LUT)
{
    look_up(t, a, 0, 2);
}

A64_INSN(luti2_h, "01 0 01110 11 0 mmmmm 0 iii 00 nnnnn ddddd", "luti2 {Vd.8h}, {lut_h}, {segment}",
         FEAT_LUT)
{
    look_up(t, a, 1, 2);
}

A64_INSN(luti4_b, "01 0 01110 01 0 mmmmm 0 i 1 0 00 nnnnn ddddd",
         "luti4 {Vd.16b}, {lut_b}, {segment}", FEAT_LUT)
{
    look_up(t, a, 0, 4);
}

A64_INSN(luti4_h, "01 0 01110 01 0 mmmmm 0 ii 1 00 nnnnn ddddd",
         "luti4 {Vd.8h}, {lut_h2}, {segment}", FEAT_LUT)
{
    look_up(t, a, 1, 4);
}
