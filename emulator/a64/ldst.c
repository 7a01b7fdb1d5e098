// SPDX-License-Identifier: MIT
#include "a64/ldst.h"

ir_ref extend_loaded(struct a64_tr *t, enum a64_access kind, unsigned size, ir_ref v)
{
    uint64_t field = (uint64_t)(8u << size) << 8; // of sbfx: from bit 0 on
    if (kind == A64_LOAD_SX)
        return ir_sbfx(&t->ir, 1, ir_zext(&t->ir, v), field);
    return kind == A64_LOAD_SW ? ir_sbfx(&t->ir, 0, v, field) : v;
}

void set_loaded(struct a64_tr *t, enum a64_access kind, unsigned size, unsigned rt, ir_ref v)
{
    set_r(t, rt, kind == A64_LOAD_SX || size == 3, v);
}

void transfer(struct a64_tr *t, enum a64_access kind, unsigned size, unsigned rt, ir_ref addr, int64_t offset)
{
    switch (kind) {
    case A64_STORE: store(t, size, addr, offset, get_r(t, rt, size == 3)); break;
    case A64_STORE_V: store_v(t, size, addr, offset, get_v(t, rt)); break;
    case A64_LOAD_V: set_v(t, rt, load_v(t, size, addr, offset)); break;
    case A64_LOAD:
    case A64_LOAD_SW:
    case A64_LOAD_SX:
        set_loaded(t, kind, size, rt, extend_loaded(t, kind, size, load(t, size, addr, offset)));
        break;
    }
}

void write_back(struct a64_tr *t, unsigned n, ir_ref base, int64_t offset)
{
    set_base(t, n, ir_add(&t->ir, 1, base, ir_const64(&t->ir, (uint64_t)offset)), offset);
}

ir_ref indexed(struct a64_tr *t, const struct a64_args *a, unsigned shift)
{
    ir_ref base = get_base(t, a->n);
    return ir_add(&t->ir, 1, base, extend_reg(t, a->m, 1, a->o, shift));
}

void check_quad(struct a64_tr *t, unsigned bytes, ir_ref addr, int64_t offset)
{
    if (bytes == 1)
        return;
    if (offset)
        addr = ir_add(&t->ir, 1, addr, ir_const64(&t->ir, (uint64_t)offset));
    ir_quad_check(&t->ir, addr, bytes);
}

ir_ref get_pair(struct a64_tr *t, unsigned z, unsigned lo, unsigned hi)
{
    if (z)
        return ir_pair(&t->ir, get_x(t, lo), get_x(t, hi));
    return ir_bfi(&t->ir, 1, ir_zext(&t->ir, get_w(t, lo)), ir_zext(&t->ir, get_w(t, hi)), 32 | 32 << 8);
}

void set_pair(struct a64_tr *t, unsigned z, unsigned lo, unsigned hi, ir_ref v)
{
    if (z) {
        set_x(t, lo, ir_vget64(&t->ir, v, 0));
        set_x(t, hi, ir_vget64(&t->ir, v, 1));
    } else {
        set_w(t, lo, ir_trunc(&t->ir, v));
        set_x(t, hi, ir_lsr(&t->ir, 1, v, ir_const64(&t->ir, 32)));
    }
}
