// SPDX-License-Identifier: MIT
#include "a64/ldst.h"

#include "a64/feature.h"

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

void transfer(struct a64_tr *t, enum a64_access kind, unsigned size, unsigned rt, ir_ref addr,
              int64_t offset)
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
    ir_ref base = get_base_wb(t, a->n);
    return ir_add(&t->ir, 1, base, extend_reg(t, a->m, 1, a->o, shift));
}

void check_quad(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset)
{
    if (!size)
        return;
    if (offset)
        addr = ir_add(&t->ir, 1, addr, ir_const64(&t->ir, (uint64_t)offset));
    if (a64_has(FEAT_LSE2))
        ir_quad_check(&t->ir, addr, 1u << size, UINT64_C(1) << size);
    else
        ir_align_check(&t->ir, addr, UINT64_C(1) << size);
}

void release_fence(struct a64_tr *t)
{
    enum { ISH = 11 }; // as the option of a barrier
    ir_fence(&t->ir, ISH);
}

void ordered_transfer(struct a64_tr *t, enum a64_access kind, unsigned size, unsigned rt,
                      ir_ref addr, int64_t offset)
{
    check_quad(t, size, addr, offset);
    transfer(t, kind, size, rt, addr, offset);
    if (kind == A64_STORE || kind == A64_STORE_V)
        release_fence(t);
}

ir_ref get_pair(struct a64_tr *t, unsigned z, unsigned lo, unsigned hi)
{
    if (z)
        return ir_pair(&t->ir, get_x(t, lo), get_x(t, hi));
    return ir_bfi(&t->ir, 1, ir_zext(&t->ir, get_w(t, lo)), ir_zext(&t->ir, get_w(t, hi)),
                  32 | 32 << 8);
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

static bool is_one_access(const struct a64_tr *t, const struct a64_args *a)
{
    return a->n != A64_SP && (!a->z || t->mode & A64_MODE_SHARED);
}

void load_pair(struct a64_tr *t, const struct a64_args *a, ir_ref addr, int64_t offset)
{
    if (is_one_access(t, a)) {
        ir_ref v = a->z ? load_v(t, 4, addr, offset) : load(t, 3, addr, offset);
        set_pair(t, a->z, a->t, a->u, v);
        return;
    }
    unsigned size = 2 + a->z;
    ir_ref first = load(t, size, addr, offset), second = load(t, size, addr, offset + (1 << size));
    set_r(t, a->t, a->z, first);
    set_r(t, a->u, a->z, second);
}

void store_pair(struct a64_tr *t, const struct a64_args *a, ir_ref addr, int64_t offset)
{
    if (is_one_access(t, a)) {
        ir_ref v = get_pair(t, a->z, a->t, a->u);
        if (a->z)
            store_v(t, 4, addr, offset, v);
        else
            store(t, 3, addr, offset, v);
        return;
    }
    unsigned size = 2 + a->z;
    store(t, size, addr, offset, get_r(t, a->t, a->z));
    store(t, size, addr, offset + (1 << size), get_r(t, a->u, a->z));
}
