// SPDX-License-Identifier: MIT
// Advanced SIMD copy (Arm ARM C4.1). The lowest bit set in imm5 (field i) is the lane's size, the
// bits above it are the index.
#include "a64/disasm.h"
#include "a64/simd.h"

static unsigned lane_size(const struct a64_args *a)
{
    return (unsigned)__builtin_ctz(a->i);
}

static unsigned lane_index(const struct a64_args *a)
{
    return a->i >> (lane_size(a) + 1);
}

// ---- syntax ----

// {copy_d}: the whole vector Vd; {copy_n}, {copy_d_lane}: one lane; {copy_n_lane}: the lane that
// imm4 (field j) tells; {copy_e}: scalar Vd; {copy_r}: the general register Rn that is put into a
// lane.
A64_DIRECTIVE(copy_d)
{
    static const char *const arrangement[4][2] = {
        {"8b", "16b"}, {"4h", "8h"}, {"2s", "4s"}, {"1d", "2d"}};
    out_printf(o, "v%u.%s", a->d, arrangement[lane_size(a)][a->q]);
}

static char letter(unsigned size)
{
    return "bhsd"[size];
}

static void lane(struct out *o, unsigned n, unsigned size, unsigned index)
{
    out_printf(o, "v%u.%c[%u]", n, letter(size), index);
}

A64_DIRECTIVE(copy_d_lane)
{
    lane(o, a->d, lane_size(a), lane_index(a));
}

A64_DIRECTIVE(copy_n)
{
    lane(o, a->n, lane_size(a), lane_index(a));
}

A64_DIRECTIVE(copy_n_lane)
{
    lane(o, a->n, lane_size(a), a->j >> lane_size(a));
}

// Where imm5 is fixed but for the index.
A64_DIRECTIVE(copy_d64)
{
    lane(o, a->n, 3, a->i);
}

A64_DIRECTIVE(copy_e)
{
    out_printf(o, "%c%u", letter(lane_size(a)), a->d);
}

A64_DIRECTIVE(copy_r)
{
    char width = lane_size(a) == 3 ? 'x' : 'w';
    if (a->n == A64_ZR)
        out_printf(o, "%czr", width);
    else
        out_printf(o, "%c%u", width, a->n);
}

// ---- rows ----

A64_INSN(dup_element, "0q 0 01110000 iiiii 0 0000 1 nnnnn ddddd i!=x0000 iq!=x10000",
         "dup {copy_d}, {copy_n}", FEAT_ASIMD)
{
    set_vq(t, a->d, a->q, ir_vdupl(ir, lane_size(a), get_v(t, a->n), lane_index(a)));
}

A64_INSN(dup_element_s, "01 0 11110000 iiiii 0 0000 1 nnnnn ddddd i!=x0000",
         "dup {copy_e}, {copy_n}", FEAT_ASIMD)
{
    set_e(t, a->d, lane_size(a), ir_vdupl(ir, lane_size(a), get_v(t, a->n), lane_index(a)));
}

static ir_ref dup(struct ir_block *ir, unsigned size, ir_ref v)
{
    switch (size) {
    case 0: return ir_dup8(ir, v);
    case 1: return ir_dup16(ir, v);
    case 2: return ir_dup32(ir, v);
    default: return ir_dup64(ir, v);
    }
}

A64_INSN(dup_general, "0q 0 01110000 iiiii 0 0001 1 nnnnn ddddd i!=x0000 iq!=x10000",
         "dup {copy_d}, {copy_r}", FEAT_ASIMD)
{
    unsigned size = lane_size(a);
    set_vq(t, a->d, a->q, dup(ir, size, get_r(t, a->n, size == 3)));
}

static ir_ref get_lane(struct a64_tr *t, const struct a64_args *a)
{
    ir_ref v = get_v(t, a->n);
    switch (lane_size(a)) {
    case 0: return ir_vget8(&t->ir, v, lane_index(a));
    case 1: return ir_vget16(&t->ir, v, lane_index(a));
    case 2: return ir_vget32(&t->ir, v, lane_index(a));
    default: return ir_vget64(&t->ir, v, lane_index(a));
    }
}

A64_INSN(smov_w, "00 0 01110000 iiiii 0 0101 1 nnnnn ddddd i!=xxx00", "smov {Wd}, {copy_n}",
         FEAT_ASIMD)
{
    set_w(t, a->d, ir_sbfx(ir, 0, get_lane(t, a), (8u << lane_size(a)) << 8));
}

A64_INSN(smov_x, "01 0 01110000 iiiii 0 0101 1 nnnnn ddddd i!=xx000", "smov {Xd}, {copy_n}",
         FEAT_ASIMD)
{
    set_x(t, a->d, ir_sbfx(ir, 1, ir_zext(ir, get_lane(t, a)), (8u << lane_size(a)) << 8));
}

A64_INSN(umov_w, "00 0 01110000 iiiii 0 0111 1 nnnnn ddddd i!=xx000", "umov {Wd}, {copy_n}",
         FEAT_ASIMD)
{
    set_w(t, a->d, get_lane(t, a));
}

A64_INSN(umov_x, "01 0 01110000 i 1000 0 0111 1 nnnnn ddddd", "umov {Xd}, {copy_d64}", FEAT_ASIMD)
{
    set_x(t, a->d, ir_vget64(ir, get_v(t, a->n), a->i));
}

static ir_ref set_lane(struct a64_tr *t, const struct a64_args *a, ir_ref r)
{
    ir_ref v = get_v(t, a->d);
    switch (lane_size(a)) {
    case 0: return ir_vset8(&t->ir, v, r, lane_index(a));
    case 1: return ir_vset16(&t->ir, v, r, lane_index(a));
    case 2: return ir_vset32(&t->ir, v, r, lane_index(a));
    default: return ir_vset64(&t->ir, v, r, lane_index(a));
    }
}

A64_INSN(ins_general, "01 0 01110000 iiiii 0 0011 1 nnnnn ddddd i!=x0000",
         "ins {copy_d_lane}, {copy_r}", FEAT_ASIMD)
{
    set_v(t, a->d, set_lane(t, a, get_r(t, a->n, lane_size(a) == 3)));
}

A64_INSN(ins_element, "01 1 01110000 iiiii 0 jjjj 1 nnnnn ddddd i!=x0000",
         "ins {copy_d_lane}, {copy_n_lane}", FEAT_ASIMD)
{
    unsigned size = lane_size(a);
    uint64_t lanes = lane_index(a) | (uint64_t)(a->j >> size) << 8;
    set_v(t, a->d, ir_vins(ir, size, get_v(t, a->d), get_v(t, a->n), lanes));
}
