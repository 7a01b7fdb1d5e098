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

X64_LOWER2(bfi)
{
    bool w = is_wide(p);
    unsigned lsb = p->imm & 255, width = (unsigned)(p->imm >> 8), bits = bits_of(p),
             d = gpr_def(x, p->d);
    uint64_t keep = ~(bits_mask(width) << lsb);
    if (width == bits) {
        gpr_get(x, p->b, w, d);
        gpr_done(x, p->d, d);
        return;
    }
    clobber_flags(x);
    // The field in its place.
    gpr_get(x, p->b, true, X64_RAX);
    if (lsb + width != bits) {
        x64_shift_ri(&x->a, X64_SHL, w, X64_RAX, bits - width);
        x64_shift_ri(&x->a, X64_SHR, w, X64_RAX, bits - width - lsb);
    } else {
        x64_shift_ri(&x->a, X64_SHL, w, X64_RAX, lsb);
    }
    if ((!w || fits_32(keep)) && d != X64_RAX) {
        gpr_get(x, p->a, true, d);
        x64_alu_ri(&x->a, X64_AND, w, d, (int32_t)keep);
        x64_alu_rr(&x->a, X64_OR, w, d, X64_RAX);
        gpr_done(x, p->d, d);
        return;
    }
    struct x64_mem spill = MEM_FIELD(native_spill[0]);
    x64_store(&x->a, true, spill, X64_RAX);
    x64_mov_ri(&x->a, X64_RAX, w ? keep : (uint32_t)keep);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_alu_rm(&x->a, X64_AND, w, X64_RAX, mem_of(x, p->a));
    else
        x64_alu_rr(&x->a, X64_AND, w, X64_RAX, gpr_at(x, p->a));
    x64_alu_rm(&x->a, X64_OR, w, X64_RAX, spill);
    gpr_done(x, p->d, X64_RAX);
}
