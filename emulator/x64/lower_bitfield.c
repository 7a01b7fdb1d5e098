// SPDX-License-Identifier: MIT
// Bit fields: imm is lsb | width << 8.
#include "base/bits.h"
#include "x64/int.h"

X64_LOWER2(ubfx)
{
    bool w = is_wide(p);
    unsigned lsb = p->imm & 255, width = (unsigned)(p->imm >> 8), bits = bits_of(p),
             d = gpr_def(x, p->d);
    unsigned a = gpr_at(x, p->a);
    if (lsb == 0 && (width == 8 || width == 16)) {
        if (a == X64_NONE)
            x64_rm(&x->a, width == 8 ? MOVZX8 : MOVZX16, false, d, mem_of(x, p->a));
        else if (width == 8)
            x64_rr8(&x->a, MOVZX8, d, a);
        else
            x64_rr(&x->a, MOVZX16, false, d, a);
    } else if (lsb == 0 && width == 32) {
        if (a == X64_NONE)
            x64_load(&x->a, false, d, mem_of(x, p->a));
        else
            x64_mov_rr(&x->a, false, d, a);
    } else {
        clobber_flags(x);
        gpr_get(x, p->a, true, d);
        if (lsb + width == bits) {
            x64_shift_ri(&x->a, X64_SHR, w, d, lsb);
        } else if (width <= 31) {
            if (lsb)
                x64_shift_ri(&x->a, X64_SHR, w, d, lsb);
            x64_alu_ri(&x->a, X64_AND, false, d, (int32_t)bits_mask(width));
        } else {
            x64_shift_ri(&x->a, X64_SHL, w, d, bits - lsb - width);
            x64_shift_ri(&x->a, X64_SHR, w, d, bits - width);
        }
    }
    gpr_done(x, p->d, d);
}

X64_LOWER2(sbfx)
{
    bool w = is_wide(p);
    unsigned lsb = p->imm & 255, width = (unsigned)(p->imm >> 8), bits = bits_of(p),
             d = gpr_def(x, p->d);
    unsigned a = gpr_at(x, p->a);
    unsigned extend = width == 8 ? MOVSX8 : width == 16 ? MOVSX16 : MOVSXD;
    if (lsb == 0 && (width == 8 || width == 16 || (width == 32 && w))) {
        if (a == X64_NONE)
            x64_rm(&x->a, extend, w, d, mem_of(x, p->a));
        else if (width == 8) // sil and the like need a REX prefix
            w ? x64_rr(&x->a, extend, true, d, a) : x64_rr8(&x->a, extend, d, a);
        else
            x64_rr(&x->a, extend, w, d, a);
    } else {
        clobber_flags(x);
        gpr_get(x, p->a, true, d);
        if (lsb + width != bits)
            x64_shift_ri(&x->a, X64_SHL, w, d, bits - lsb - width);
        if (width != bits)
            x64_shift_ri(&x->a, X64_SAR, w, d, bits - width);
        else if (!w)
            x64_mov_rr(&x->a, false, d, d);
    }
    gpr_done(x, p->d, d);
}

static unsigned lsb_of(const struct ir_placed *p)
{
    return p->imm & 255;
}

static unsigned width_of_field(const struct ir_placed *p)
{
    return (unsigned)(p->imm >> 8);
}

// d = a rotated right by n; the host's flags stay.
static void rotate(struct x64 *x, bool w, unsigned d, unsigned place_a, unsigned n)
{
    if (n == 0)
        gpr_get(x, place_a, w, d);
    else if (gpr_at(x, place_a) == X64_NONE)
        x64_vrmi(&x->a, RORX, w, d, 0, mem_of(x, place_a), n);
    else
        x64_vrri(&x->a, RORX, w, d, 0, gpr_at(x, place_a), n);
}

// Where the two differ, within the field: a is changed there.
X64_LOWER2(bfi)
{
    struct x64_asm *a = &x->a;
    bool w = is_wide(p);
    unsigned lsb = lsb_of(p), width = width_of_field(p), bits = bits_of(p), ra = gpr_at(x, p->a);
    if (width == bits) {
        unsigned d = gpr_def(x, p->d);
        gpr_get(x, p->b, w, d);
        gpr_done(x, p->d, d);
        return;
    }
    clobber_flags(x);
    rotate(x, w, X64_RAX, p->a, lsb);
    if (gpr_at(x, p->b) == X64_NONE)
        x64_alu_rm(a, X64_XOR, w, X64_RAX, mem_of(x, p->b));
    else
        x64_alu_rr(a, X64_XOR, w, X64_RAX, gpr_at(x, p->b));
    if (lsb + width == bits) {
        x64_shift_ri(a, X64_SHL, w, X64_RAX, lsb);
    } else if (width <= 31) {
        x64_alu_ri(a, X64_AND, false, X64_RAX, (int32_t)bits_mask(width));
        if (lsb)
            x64_shift_ri(a, X64_SHL, w, X64_RAX, lsb);
    } else {
        x64_shift_ri(a, X64_SHL, w, X64_RAX, bits - width);
        x64_shift_ri(a, X64_SHR, w, X64_RAX, bits - width - lsb);
    }
    if (ra != X64_NONE && ra == gpr_at(x, p->d)) {
        x64_alu_rr(a, X64_XOR, w, ra, X64_RAX);
        gpr_done(x, p->d, ra);
        return;
    }
    if (ra == X64_NONE)
        x64_alu_rm(a, X64_XOR, w, X64_RAX, mem_of(x, p->a));
    else
        x64_alu_rr(a, X64_XOR, w, X64_RAX, ra);
    gpr_done(x, p->d, X64_RAX);
}

// 16 bits of d become a constant: those at the bottom while d is rotated.
static void put_16(struct x64 *x, const struct ir_placed *p, unsigned value)
{
    struct x64_asm *a = &x->a;
    bool w = is_wide(p);
    unsigned d = gpr_def(x, p->d), lsb = lsb_of(p);
    rotate(x, w, d, p->a, lsb);
    x64_byte(a, 0x66); // mov r16, imm16
    if (d >= 8)
        x64_byte(a, 0x41);
    x64_byte(a, 0xb8 | (d & 7));
    x64_byte(a, value & 255);
    x64_byte(a, value >> 8);
    if (lsb)
        x64_vrri(a, RORX, w, d, 0, d, bits_of(p) - lsb);
    gpr_done(x, p->d, d);
}

// t = constant; d = a with a field of t: MOVK, BFC.
bool field_ahead(struct x64 *x, const struct ir_placed *p)
{
    const struct ir_placed *q = next_op(x);
    if (!q || (q->op != IR_bfi64 && q->op != IR_bfi32) || q->b != p->d || q->a == p->d ||
        !is_only_for(x, p, q))
        return false;
    unsigned lsb = lsb_of(q), width = width_of_field(q);
    uint64_t value = p->imm & bits_mask(width);
    if (width == 16 && lsb % 16 == 0) {
        join_next(x, q);
        put_16(x, q, (unsigned)value);
        return true;
    }
    if (value || width == bits_of(q))
        return false;
    join_next(x, q);
    uint64_t keep = ~(bits_mask(width) << lsb);
    struct ir_placed clear = {.op = is_wide(q) ? IR_and64 : IR_and32,
                              .imm_b = true,
                              .d = q->d,
                              .a = q->a,
                              .imm = is_wide(q) ? keep : (uint32_t)keep};
    x64_lower_table[clear.op](x, &clear);
    return true;
}
