// SPDX-License-Identifier: MIT
// Advanced SIMD permute, extract and table lookup (Arm ARM C4.1).
#include "a64/disasm.h"
#include "a64/simd.h"

// ---- permute ----

static void transpose(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    set_vq(t, a->d, a->q, op(&t->ir, a->z, get_v(t, a->n), get_v(t, a->m)));
}

// Of 64-bit vectors, m:n is one 128-bit vector, of which the operation's lower half is wanted.
static void unzip(struct a64_tr *t, const struct a64_args *a, simd_op2 *op)
{
    ir_ref n = get_v(t, a->n), m = get_v(t, a->m);
    if (!a->q)
        n = m = ir_vcombine(&t->ir, n, m);
    set_vq(t, a->d, a->q, op(&t->ir, a->z, n, m));
}

A64_INSN(zip1, "0q 0 01110 zz 0 mmmmm 0 011 10 nnnnn ddddd zq!=110", "zip1 {Vd}, {Vn}, {Vm}",
         FEAT_ASIMD)
{
    transpose(t, a, ir_vzip1);
}

A64_INSN(zip2, "0q 0 01110 zz 0 mmmmm 0 111 10 nnnnn ddddd zq!=110", "zip2 {Vd}, {Vn}, {Vm}",
         FEAT_ASIMD)
{
    ir_ref n = get_v(t, a->n), m = get_v(t, a->m);
    // The upper lanes of 64-bit vectors are in the upper half of what their lower halves give.
    set_v(t, a->d, a->q ? ir_vzip2(ir, a->z, n, m) : ir_vhigh(ir, ir_vzip1(ir, a->z, n, m)));
}

A64_INSN(uzp1, "0q 0 01110 zz 0 mmmmm 0 001 10 nnnnn ddddd zq!=110", "uzp1 {Vd}, {Vn}, {Vm}",
         FEAT_ASIMD)
{
    unzip(t, a, ir_vuzp1);
}

A64_INSN(uzp2, "0q 0 01110 zz 0 mmmmm 0 101 10 nnnnn ddddd zq!=110", "uzp2 {Vd}, {Vn}, {Vm}",
         FEAT_ASIMD)
{
    unzip(t, a, ir_vuzp2);
}

A64_INSN(trn1, "0q 0 01110 zz 0 mmmmm 0 010 10 nnnnn ddddd zq!=110", "trn1 {Vd}, {Vn}, {Vm}",
         FEAT_ASIMD)
{
    transpose(t, a, ir_vtrn1);
}

A64_INSN(trn2, "0q 0 01110 zz 0 mmmmm 0 110 10 nnnnn ddddd zq!=110", "trn2 {Vd}, {Vn}, {Vm}",
         FEAT_ASIMD)
{
    transpose(t, a, ir_vtrn2);
}

// ---- extract: bytes of m:n from i on ----

A64_INSN(ext, "0q 1 01110 00 0 mmmmm 0 iiii 0 nnnnn ddddd qi!=01xxx",
         "ext {bytes_d}, {bytes_n}, {bytes_m}, {#i}", FEAT_ASIMD)
{
    ir_ref n = get_v(t, a->n), m = get_v(t, a->m);
    if (!a->q)
        n = m = ir_vcombine(ir, n, m);
    set_vq(t, a->d, a->q, ir_vext(ir, n, m, a->i));
}

// ---- table lookup: 1 + l registers from n on ----

// objdump's notation: three and four registers are a range unless they wrap around.
A64_DIRECTIVE(table)
{
    unsigned last = a->n + a->l;
    if (a->l >= 2 && last < 32) {
        out_printf(o, "{v%u.16b-v%u.16b}", a->n, last);
        return;
    }
    for (unsigned k = 0; k <= a->l; k++)
        out_printf(o, "%sv%u.16b", k ? ", " : "{", (a->n + k) % 32);
    out_printf(o, "}");
}

// The index into register k of the table: out of its range where the byte is of another register.
static ir_ref index_into(struct a64_tr *t, ir_ref index, unsigned k)
{
    uint64_t start = UINT64_C(0x1010101010101010) * k;
    return k ? ir_vsub(&t->ir, 0, index, ir_vconst(&t->ir, 1, start)) : index;
}

A64_INSN(tbl, "0q 0 01110 00 0 mmmmm 0 ll 0 00 nnnnn ddddd", "tbl {bytes_d}, {table}, {bytes_m}",
         FEAT_ASIMD)
{
    ir_ref index = get_v(t, a->m), r = 0;
    for (unsigned k = 0; k <= a->l; k += 2) {
        ir_ref first = get_v(t, (a->n + k) % 32), into = index_into(t, index, k);
        ir_ref found = k < a->l ? ir_vtbl2(ir, first, get_v(t, (a->n + k + 1) % 32), into)
                                : ir_vtbl(ir, first, into);
        r = k ? ir_vor(ir, r, found) : found;
    }
    set_vq(t, a->d, a->q, r);
}

A64_INSN(tbx, "0q 0 01110 00 0 mmmmm 0 ll 1 00 nnnnn ddddd", "tbx {bytes_d}, {table}, {bytes_m}",
         FEAT_ASIMD)
{
    ir_ref index = get_v(t, a->m), r = get_v(t, a->d);
    for (unsigned k = 0; k <= a->l; k++)
        r = ir_vtbx(ir, get_v(t, (a->n + k) % 32), index_into(t, index, k), r);
    set_vq(t, a->d, a->q, r);
}
