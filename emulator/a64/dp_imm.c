// SPDX-License-Identifier: MIT
// Data processing, immediate (Arm ARM C4.1: PC-relative, add/subtract, logical, move wide,
// bitfield, extract).
#include "a64/translate.h"
#include "base/bits.h"

// ---- PC-relative addressing ----

A64_INSN(adr, "0 ll 10000 hhhhhhhhhhhhhhhhhhh ddddd", "adr {Xd}, {adr}", FEAT_BASE)
{
    set_x(t, a->d, ir_const64(ir, t->pc + (uint64_t)bits_sext(a->h << 2 | a->l, 21)));
}

A64_INSN(adrp, "1 ll 10000 hhhhhhhhhhhhhhhhhhh ddddd", "adrp {Xd}, {adrp}", FEAT_BASE)
{
    uint64_t page = t->pc & ~UINT64_C(4095);
    set_x(t, a->d, ir_const64(ir, page + ((uint64_t)bits_sext(a->h << 2 | a->l, 21) << 12)));
}

// ---- add and subtract ----

static uint64_t imm12(const struct a64_args *a)
{
    return a->s ? (uint64_t)a->i << 12 : a->i;
}

A64_INSN(add_imm, "z 0 0 100010 s iiiiiiiiiiii nnnnn ddddd", "add {Rd|sp}, {Rn|sp}, {#0xi}{sh12}",
         FEAT_BASE)
{
    ir_ref v = ir_add(ir, a->z, get_rsp(t, a->n, a->z), const_r(t, a->z, imm12(a)));
    if (a->z && a->n == A64_SP && a->d == A64_SP)
        set_base(t, a->d, v, (int64_t)imm12(a));
    else
        set_rsp(t, a->d, a->z, v);
}

A64_INSN(sub_imm, "z 1 0 100010 s iiiiiiiiiiii nnnnn ddddd", "sub {Rd|sp}, {Rn|sp}, {#0xi}{sh12}",
         FEAT_BASE)
{
    ir_ref v = ir_sub(ir, a->z, get_rsp(t, a->n, a->z), const_r(t, a->z, imm12(a)));
    if (a->z && a->n == A64_SP && a->d == A64_SP)
        set_base(t, a->d, v, -(int64_t)imm12(a));
    else
        set_rsp(t, a->d, a->z, v);
}

A64_INSN(adds_imm, "z 0 1 100010 s iiiiiiiiiiii nnnnn ddddd", "adds {Rd}, {Rn|sp}, {#0xi}{sh12}",
         FEAT_BASE)
{
    ir_ref x = get_rsp(t, a->n, a->z), y = const_r(t, a->z, imm12(a));
    set_flags(t, ir_addf(ir, a->z, x, y));
    set_r(t, a->d, a->z, ir_add(ir, a->z, x, y));
}

A64_INSN(subs_imm, "z 1 1 100010 s iiiiiiiiiiii nnnnn ddddd", "subs {Rd}, {Rn|sp}, {#0xi}{sh12}",
         FEAT_BASE)
{
    ir_ref x = get_rsp(t, a->n, a->z), y = const_r(t, a->z, imm12(a));
    set_flags(t, ir_subf(ir, a->z, x, y));
    set_r(t, a->d, a->z, ir_sub(ir, a->z, x, y));
}

// ---- add and subtract with a tag (FEAT_MTE): the tag becomes one that follows it ----

static void add_tag(struct a64_tr *t, const struct a64_args *a, uint64_t bytes)
{
    struct ir_block *ir = &t->ir;
    ir_ref base = get_rsp(t, a->n, 1);
    ir_ref tag = ir_nexttag(ir, base, ir_getx(ir, CPU_FIELD(s.tagging.exclude)), a->j);
    ir_ref sum = ir_add(ir, 1, base, ir_const64(ir, bytes));
    set_rsp(t, a->d, 1, ir_bfi(ir, 1, sum, tag, 56 | 4 << 8));
}

A64_INSN(addg, "1 0 0 100011 0 iiiiii 00 jjjj nnnnn ddddd",
         "addg {Xd|sp}, {Xn|sp}, {#0xi*16}, {#0xj}", FEAT_MTE)
{
    add_tag(t, a, (uint64_t)a->i * IR_TAG_GRANULE);
}

A64_INSN(subg, "1 1 0 100011 0 iiiiii 00 jjjj nnnnn ddddd",
         "subg {Xd|sp}, {Xn|sp}, {#0xi*16}, {#0xj}", FEAT_MTE)
{
    add_tag(t, a, -(uint64_t)a->i * IR_TAG_GRANULE);
}

// ---- logical; the bitmask is k:r:s (N:immr:imms) ----

static ir_ref bitmask(struct a64_tr *t, const struct a64_args *a)
{
    uint64_t mask = 0;
    if (!a64_bitmask(a->k, a->s, a->r, a->z, &mask)) {
        undefined(t);
        return 0;
    }
    return const_r(t, a->z, mask);
}

A64_INSN(and_imm, "z 00 100100 k rrrrrr ssssss nnnnn ddddd zk!=01", "and {Rd|sp}, {Rn}, {bitmask}",
         FEAT_BASE)
{
    ir_ref mask = bitmask(t, a);
    if (mask)
        set_rsp(t, a->d, a->z, ir_and(ir, a->z, get_r(t, a->n, a->z), mask));
}

A64_INSN(orr_imm, "z 01 100100 k rrrrrr ssssss nnnnn ddddd zk!=01", "orr {Rd|sp}, {Rn}, {bitmask}",
         FEAT_BASE)
{
    ir_ref mask = bitmask(t, a);
    if (mask)
        set_rsp(t, a->d, a->z, ir_or(ir, a->z, get_r(t, a->n, a->z), mask));
}

A64_INSN(eor_imm, "z 10 100100 k rrrrrr ssssss nnnnn ddddd zk!=01", "eor {Rd|sp}, {Rn}, {bitmask}",
         FEAT_BASE)
{
    ir_ref mask = bitmask(t, a);
    if (mask)
        set_rsp(t, a->d, a->z, ir_xor(ir, a->z, get_r(t, a->n, a->z), mask));
}

A64_INSN(ands_imm, "z 11 100100 k rrrrrr ssssss nnnnn ddddd zk!=01", "ands {Rd}, {Rn}, {bitmask}",
         FEAT_BASE)
{
    ir_ref mask = bitmask(t, a);
    if (!mask)
        return;
    ir_ref v = ir_and(ir, a->z, get_r(t, a->n, a->z), mask);
    set_flags(t, ir_logf(ir, a->z, v));
    set_r(t, a->d, a->z, v);
}

// ---- move wide ----

A64_INSN(movn, "z 00 100101 ss iiiiiiiiiiiiiiii ddddd zs!=01x", "movn {Rd}, {#0xi}{hw}", FEAT_BASE)
{
    set_r(t, a->d, a->z, const_r(t, a->z, ~((uint64_t)a->i << (16 * a->s))));
}

A64_INSN(movz, "z 10 100101 ss iiiiiiiiiiiiiiii ddddd zs!=01x", "movz {Rd}, {#0xi}{hw}", FEAT_BASE)
{
    set_r(t, a->d, a->z, const_r(t, a->z, (uint64_t)a->i << (16 * a->s)));
}

A64_INSN(movk, "z 11 100101 ss iiiiiiiiiiiiiiii ddddd zs!=01x", "movk {Rd}, {#0xi}{hw}", FEAT_BASE)
{
    ir_ref old = get_r(t, a->d, a->z);
    set_r(t, a->d, a->z, ir_bfi(ir, a->z, old, const_r(t, a->z, a->i), 16 * a->s | 16 << 8));
}

// ---- bitfield: r is immr, s is imms ----

// The field that (S|U)BFM moves: taken from bit `from`, put at bit `to`, `width` bits.
struct bitfield {
    unsigned from, to, width;
};

static struct bitfield bitfield(const struct a64_args *a)
{
    unsigned bits = a->z ? 64 : 32;
    if (a->s >= a->r)
        return (struct bitfield){a->r, 0, a->s - a->r + 1};
    return (struct bitfield){0, bits - a->r, a->s + 1};
}

A64_INSN(sbfm, "z 00 100110 k rrrrrr ssssss nnnnn ddddd zk!=01 zk!=10 zr!=01xxxxx zs!=01xxxxx",
         "sbfm {Rd}, {Rn}, {#r}, {#s}", FEAT_BASE)
{
    struct bitfield f = bitfield(a);
    ir_ref v = ir_sbfx(ir, a->z, get_r(t, a->n, a->z), f.from | f.width << 8);
    set_r(t, a->d, a->z, f.to ? ir_lsl(ir, a->z, v, const_r(t, a->z, f.to)) : v);
}

A64_INSN(bfm, "z 01 100110 k rrrrrr ssssss nnnnn ddddd zk!=01 zk!=10 zr!=01xxxxx zs!=01xxxxx",
         "bfm {Rd}, {Rn}, {#r}, {#s}", FEAT_BASE)
{
    struct bitfield f = bitfield(a);
    ir_ref v = get_r(t, a->n, a->z);
    if (f.from)
        v = ir_lsr(ir, a->z, v, const_r(t, a->z, f.from));
    set_r(t, a->d, a->z, ir_bfi(ir, a->z, get_r(t, a->d, a->z), v, f.to | f.width << 8));
}

A64_INSN(ubfm, "z 10 100110 k rrrrrr ssssss nnnnn ddddd zk!=01 zk!=10 zr!=01xxxxx zs!=01xxxxx",
         "ubfm {Rd}, {Rn}, {#r}, {#s}", FEAT_BASE)
{
    struct bitfield f = bitfield(a);
    unsigned bits = a->z ? 64 : 32;
    ir_ref v = get_r(t, a->n, a->z);
    if (f.to + f.width < bits || f.from)
        v = f.from + f.width == bits ? ir_lsr(ir, a->z, v, const_r(t, a->z, f.from))
                                     : ir_ubfx(ir, a->z, v, f.from | f.width << 8);
    set_r(t, a->d, a->z, f.to ? ir_lsl(ir, a->z, v, const_r(t, a->z, f.to)) : v);
}

A64_INSN(extr, "z 00 100111 k 0 mmmmm ssssss nnnnn ddddd zk!=01 zk!=10 zs!=01xxxxx",
         "extr {Rd}, {Rn}, {Rm}, {#s}", FEAT_BASE)
{
    set_r(t, a->d, a->z, ir_extr(ir, a->z, get_r(t, a->n, a->z), get_r(t, a->m, a->z), a->s));
}
