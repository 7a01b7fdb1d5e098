// SPDX-License-Identifier: MIT
// Integer operations. Additions are lea wherever that keeps the host's flags; shifts by registers
// are those of BMI2.
#include "base/bits.h"
#include "x64/emit.h"

#define IMUL    (X64_0F | 0xaf)
#define LZCNT   (X64_PF3 | X64_0F | 0xbd)
#define TZCNT   (X64_PF3 | X64_0F | 0xbc)
#define POPCNT  (X64_PF3 | X64_0F | 0xb8)
#define ANDN    (X64_0F38 | 0xf2)
#define SHLX    (X64_P66 | X64_0F38 | 0xf7)
#define SHRX    (X64_PF2 | X64_0F38 | 0xf7)
#define SARX    (X64_PF3 | X64_0F38 | 0xf7)
#define RORX    (X64_PF2 | X64_0F3A | 0xf0)
#define SHRD    (X64_0F | 0xac)
#define MOVZX8  (X64_0F | 0xb6)
#define MOVZX16 (X64_0F | 0xb7)
#define MOVSX8  (X64_0F | 0xbe)
#define MOVSX16 (X64_0F | 0xbf)
#define MOVSXD  0x63

// The operation after this one, if it belongs to the block.
static const struct ir_placed *next_op(const struct x64 *x)
{
    return x->i + 1 < x->places->n_ops ? &x->places->ops[x->i + 1] : NULL;
}

// An operand b register equal to d that must be read before d is written.
static bool b_is(const struct x64 *x, const struct ir_placed *p, unsigned d)
{
    return !p->imm_b && gpr_at(x, p->b) == d;
}

// d = a op b in the host's two-operand form.
static void two_operand(struct x64 *x, enum x64_alu op, const struct ir_placed *p, unsigned place,
                        bool commutes)
{
    bool w = is_wide(p), big = p->imm_b && w && !fits_32(p->imm);
    unsigned d = gpr_def(x, place), ra = gpr_at(x, p->a);
    clobber_flags(x);
    if (big) { // through rax, then a is the second operand: all but a subtraction commute
        x64_mov_ri(&x->a, X64_SCRATCH, op == X64_SUB ? -p->imm : p->imm);
        if (ra == X64_NONE)
            x64_alu_rm(&x->a, op == X64_SUB ? X64_ADD : op, w, X64_SCRATCH, mem_of(x, p->a));
        else
            x64_alu_rr(&x->a, op == X64_SUB ? X64_ADD : op, w, X64_SCRATCH, ra);
        gpr_done(x, place, X64_SCRATCH);
        return;
    }
    if (b_is(x, p, d) && ra != d) {
        if (commutes) {
            if (ra == X64_NONE)
                x64_alu_rm(&x->a, op, w, d, mem_of(x, p->a));
            else
                x64_alu_rr(&x->a, op, w, d, ra);
            gpr_done(x, place, d);
            return;
        }
        d = X64_SCRATCH;
    }
    gpr_get(x, p->a, true, d);
    alu_b(x, op, w, d, p);
    gpr_done(x, place, d);
}

static void add_imm(struct x64 *x, const struct ir_placed *p, uint64_t v)
{
    unsigned d = gpr_def(x, p->d), a = gpr_use(x, p->a, is_wide(p), X64_SCRATCH);
    x64_lea(&x->a, is_wide(p), d, mem(a, (int32_t)v));
    gpr_done(x, p->d, d);
}

static uint64_t imm_of(const struct ir_placed *p)
{
    return is_wide(p) ? p->imm : (uint64_t)(int64_t)(int32_t)p->imm;
}

X64_LOWER2(add)
{
    bool w = is_wide(p);
    if (p->imm_b && fits_32(imm_of(p))) {
        add_imm(x, p, imm_of(p));
        return;
    }
    unsigned d = gpr_def(x, p->d), ra = gpr_at(x, p->a), rb = p->imm_b ? X64_NONE : gpr_at(x, p->b);
    if (ra != X64_NONE && rb != X64_NONE && (d != ra || x->flags.in_host)) {
        x64_lea(&x->a, w, d, mem_index(ra, rb, 0, 0));
        gpr_done(x, p->d, d);
    } else {
        two_operand(x, X64_ADD, p, p->d, true);
    }
}

X64_LOWER2(sub)
{
    if (p->imm_b && fits_32(-imm_of(p)))
        add_imm(x, p, -imm_of(p));
    else
        two_operand(x, X64_SUB, p, p->d, false);
}

X64_LOWER2(and)
{
    if (p->imm_b && (p->imm == 0xff || p->imm == 0xffff)) {
        unsigned d = gpr_def(x, p->d);
        if (gpr_at(x, p->a) == X64_NONE)
            x64_rm(&x->a, p->imm == 0xff ? MOVZX8 : MOVZX16, false, d, mem_of(x, p->a));
        else if (p->imm == 0xff)
            x64_rr8(&x->a, MOVZX8, d, gpr_at(x, p->a));
        else
            x64_rr(&x->a, MOVZX16, false, d, gpr_at(x, p->a));
        gpr_done(x, p->d, d);
        return;
    }
    two_operand(x, X64_AND, p, p->d, true);
}

X64_LOWER2(or)
{
    two_operand(x, X64_OR, p, p->d, true);
}

X64_LOWER2(xor)
{
    two_operand(x, X64_XOR, p, p->d, true);
}

X64_LOWER2(andn)
{
    if (p->imm_b) {
        struct ir_placed q = *p;
        q.imm = is_wide(p) ? ~p->imm : (uint32_t)~p->imm;
        two_operand(x, X64_AND, &q, p->d, true);
        return;
    }
    unsigned d = gpr_def(x, p->d);
    clobber_flags(x);
    unsigned b = gpr_use(x, p->b, is_wide(p), X64_SCRATCH);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_vrm(&x->a, ANDN, is_wide(p), d, b, mem_of(x, p->a));
    else
        x64_vrr(&x->a, ANDN, is_wide(p), d, b, gpr_at(x, p->a));
    gpr_done(x, p->d, d);
}

// ---- shifts ----

static void shift_imm(struct x64 *x, const struct ir_placed *p, enum x64_shift op)
{
    bool w = is_wide(p);
    unsigned d = gpr_def(x, p->d), n = (unsigned)p->imm & (bits_of(p) - 1);
    if (n == 0) {
        gpr_get(x, p->a, w, d);
    } else if (op == X64_ROR) {
        if (gpr_at(x, p->a) == X64_NONE)
            x64_vrmi(&x->a, RORX, w, d, 0, mem_of(x, p->a), n);
        else
            x64_vrri(&x->a, RORX, w, d, 0, gpr_at(x, p->a), n);
    } else if (op == X64_SHL && n == 1 && gpr_at(x, p->a) != X64_NONE) {
        unsigned a = gpr_at(x, p->a);
        x64_lea(&x->a, w, d, mem_index(a, a, 0, 0));
    } else {
        clobber_flags(x);
        gpr_get(x, p->a, true, d);
        x64_shift_ri(&x->a, op, w, d, n);
    }
    gpr_done(x, p->d, d);
}

static void shift(struct x64 *x, const struct ir_placed *p, enum x64_shift op, unsigned bmi2)
{
    if (p->imm_b) {
        shift_imm(x, p, op);
        return;
    }
    bool w = is_wide(p);
    unsigned d = gpr_def(x, p->d), n = gpr_use(x, p->b, w, X64_SCRATCH);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_vrm(&x->a, bmi2, w, d, n, mem_of(x, p->a));
    else
        x64_vrr(&x->a, bmi2, w, d, n, gpr_at(x, p->a));
    gpr_done(x, p->d, d);
}

X64_LOWER2(lsl)
{
    const struct ir_placed *q = next_op(x);
    bool w = is_wide(p);
    // Shift and add: one lea.
    if (p->imm_b && p->imm >= 1 && p->imm <= 3 && q && q->op == (w ? IR_add64 : IR_add32) &&
        !q->imm_b && q->b == p->d && q->a != p->d && is_temp(x, p->d) &&
        !(x->live[x->i + 1] >> temp_index(x, p->d) & 1) && gpr_at(x, p->a) != X64_NONE) {
        flags_before(x, q);
        x->i++;
        unsigned d = gpr_def(x, q->d), base = gpr_use(x, q->a, w, X64_SCRATCH);
        x64_lea(&x->a, w, d, mem_index(base, gpr_at(x, p->a), (unsigned)p->imm, 0));
        gpr_done(x, q->d, d);
        note_result(x, q);
        return;
    }
    shift(x, p, X64_SHL, SHLX);
}

X64_LOWER2(lsr)
{
    shift(x, p, X64_SHR, SHRX);
}

X64_LOWER2(asr)
{
    shift(x, p, X64_SAR, SARX);
}

X64_LOWER2(ror)
{
    if (p->imm_b) {
        shift_imm(x, p, X64_ROR);
        return;
    }
    // The count goes through cl.
    bool w = is_wide(p);
    struct x64_mem spill = MEM_FIELD(native_spill[0]);
    clobber_flags(x);
    x64_store(&x->a, true, spill, X64_RCX);
    gpr_get(x, p->a, true, X64_RAX);
    gpr_get(x, p->b, true, X64_RCX);
    x64_rr(&x->a, 0xd3, w, X64_ROR, X64_RAX);
    x64_load(&x->a, true, X64_RCX, spill);
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER2(extr)
{
    bool w = is_wide(p);
    unsigned n = (unsigned)p->imm;
    clobber_flags(x);
    gpr_get(x, p->b, true, X64_RAX);
    if (n && gpr_at(x, p->a) != X64_NONE) {
        x64_rri(&x->a, SHRD, w, gpr_at(x, p->a), X64_RAX, n);
    } else if (n) { // a from memory: the other way round
        struct x64_mem spill = MEM_FIELD(native_spill[0]);
        x64_store(&x->a, true, spill, X64_RCX);
        x64_load(&x->a, w, X64_RCX, mem_of(x, p->a));
        x64_rri(&x->a, SHRD, w, X64_RCX, X64_RAX, n);
        x64_load(&x->a, true, X64_RCX, spill);
    } else if (!w) {
        x64_mov_rr(&x->a, false, X64_RAX, X64_RAX);
    }
    gpr_done(x, p->d, X64_RAX);
}

// ---- bit fields: imm is lsb | width << 8 ----

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

// ---- one operand ----

static void unary(struct x64 *x, const struct ir_placed *p, unsigned op)
{
    unsigned d = gpr_def(x, p->d);
    clobber_flags(x);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_rm(&x->a, op, is_wide(p), d, mem_of(x, p->a));
    else
        x64_rr(&x->a, op, is_wide(p), d, gpr_at(x, p->a));
    gpr_done(x, p->d, d);
}

X64_LOWER2(clz)
{
    unary(x, p, LZCNT);
}

X64_LOWER2(ctz)
{
    unary(x, p, TZCNT);
}

X64_LOWER2(cnt)
{
    unary(x, p, POPCNT);
}

// Leading zeros of where neighbouring bits differ.
X64_LOWER2(cls)
{
    bool w = is_wide(p);
    clobber_flags(x);
    gpr_get(x, p->a, true, X64_RAX);
    x64_alu_rr(&x->a, X64_ADD, w, X64_RAX, X64_RAX);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_alu_rm(&x->a, X64_XOR, w, X64_RAX, mem_of(x, p->a));
    else
        x64_alu_rr(&x->a, X64_XOR, w, X64_RAX, gpr_at(x, p->a));
    x64_alu_ri(&x->a, X64_OR, w, X64_RAX, 1);
    x64_rr(&x->a, LZCNT, w, X64_RAX, X64_RAX);
    gpr_done(x, p->d, X64_RAX);
}

static void bswap(struct x64 *x, bool w, unsigned r)
{
    x64_byte(&x->a, 0x40 | (unsigned)w << 3 | r >> 3);
    x64_byte(&x->a, 0x0f);
    x64_byte(&x->a, 0xc8 | (r & 7));
}

X64_LOWER2(rev)
{
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, p->a, is_wide(p), d);
    bswap(x, is_wide(p), d);
    gpr_done(x, p->d, d);
}

X64_LOWER(rev1632)
{
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, p->a, false, d);
    bswap(x, false, d);
    x64_vrri(&x->a, RORX, false, d, 0, d, 16);
    gpr_done(x, p->d, d);
}

X64_LOWER(rev32_64)
{
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, p->a, true, d);
    bswap(x, true, d);
    x64_vrri(&x->a, RORX, true, d, 0, d, 32);
    gpr_done(x, p->d, d);
}

X64_LOWER2(not )
{
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, p->a, true, d);
    x64_rr(&x->a, 0xf7, is_wide(p), 2, d);
    gpr_done(x, p->d, d);
}

X64_LOWER2(abs)
{
    bool w = is_wide(p);
    clobber_flags(x);
    gpr_get(x, p->a, true, X64_RAX);
    x64_rr(&x->a, 0xf7, w, 3, X64_RAX); // neg
    if (gpr_at(x, p->a) == X64_NONE)
        x64_rm(&x->a, X64_0F | 0x40 | X64_S, w, X64_RAX, mem_of(x, p->a));
    else
        x64_cmov_rr(&x->a, X64_S, w, X64_RAX, gpr_at(x, p->a));
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(zext)
{
    unsigned d = gpr_def(x, p->d);
    if (gpr_at(x, p->a) == X64_NONE)
        x64_load(&x->a, false, d, mem_of(x, p->a));
    else
        x64_mov_rr(&x->a, false, d, gpr_at(x, p->a));
    gpr_done(x, p->d, d);
}

// ---- two operands ----

static void minmax(struct x64 *x, const struct ir_placed *p, enum x64_cc take_b)
{
    bool w = is_wide(p);
    clobber_flags(x);
    gpr_get(x, p->a, w, X64_RAX);
    if (p->imm_b || gpr_at(x, p->b) == X64_NONE) {
        struct x64_mem spill = MEM_FIELD(native_spill[0]);
        if (p->imm_b) {
            if (fits_32(imm_of(p))) {
                x64_store_i32(&x->a, true, spill, (int32_t)imm_of(p));
            } else {
                x64_mov_ri(&x->a, X64_RAX, p->imm);
                x64_store(&x->a, true, spill, X64_RAX);
                gpr_get(x, p->a, w, X64_RAX);
            }
        } else {
            spill = mem_of(x, p->b);
        }
        x64_alu_rm(&x->a, X64_CMP, w, X64_RAX, spill);
        x64_rm(&x->a, X64_0F | 0x40 | take_b, w, X64_RAX, spill);
    } else {
        x64_alu_rr(&x->a, X64_CMP, w, X64_RAX, gpr_at(x, p->b));
        x64_cmov_rr(&x->a, take_b, w, X64_RAX, gpr_at(x, p->b));
    }
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER2(smax)
{
    minmax(x, p, X64_L);
}

X64_LOWER2(smin)
{
    minmax(x, p, X64_G);
}

X64_LOWER2(umax)
{
    minmax(x, p, X64_B);
}

X64_LOWER2(umin)
{
    minmax(x, p, X64_A);
}

X64_LOWER2(mul)
{
    bool w = is_wide(p);
    unsigned d = gpr_def(x, p->d), ra = gpr_at(x, p->a);
    clobber_flags(x);
    if (p->imm_b && fits_32(imm_of(p))) {
        if (ra == X64_NONE) {
            ra = X64_SCRATCH;
            x64_load(&x->a, w, ra, mem_of(x, p->a));
        }
        x64_rr(&x->a, 0x69, w, d, ra);
        x64_word32(&x->a, (uint32_t)p->imm);
        gpr_done(x, p->d, d);
        return;
    }
    if (p->imm_b) {
        x64_mov_ri(&x->a, X64_SCRATCH, p->imm);
        if (ra == X64_NONE)
            x64_rm(&x->a, IMUL, w, X64_SCRATCH, mem_of(x, p->a));
        else
            x64_rr(&x->a, IMUL, w, X64_SCRATCH, ra);
        gpr_done(x, p->d, X64_SCRATCH);
        return;
    }
    unsigned first = p->a, second = p->b;
    if (b_is(x, p, d) && ra != d) {
        first = p->b;
        second = p->a;
    }
    gpr_get(x, first, true, d);
    if (gpr_at(x, second) == X64_NONE)
        x64_rm(&x->a, IMUL, w, d, mem_of(x, second));
    else
        x64_rr(&x->a, IMUL, w, d, gpr_at(x, second));
    gpr_done(x, p->d, d);
}

// rdx is given to an instruction that wants it: a temporary in it is kept, and operands in it are
// found in memory.
static struct x64_mem free_rdx(struct x64 *x)
{
    struct x64_mem spill = MEM_FIELD(native_spill[0]);
    x64_store(&x->a, true, spill, X64_RDX);
    return spill;
}

static void give_rdx_back(struct x64 *x, struct x64_mem spill)
{
    x64_load(&x->a, true, X64_RDX, spill);
}

static void mul_high(struct x64 *x, const struct ir_placed *p, unsigned ext)
{
    clobber_flags(x);
    struct x64_mem spill = free_rdx(x);
    if (p->imm_b) {
        x64_mov_ri(&x->a, X64_RAX, p->imm);
        x64_store(&x->a, true, MEM_FIELD(native_spill[1]), X64_RAX);
    }
    gpr_get(x, p->a, true, X64_RAX);
    if (p->imm_b)
        x64_rm(&x->a, 0xf7, true, ext, MEM_FIELD(native_spill[1]));
    else if (gpr_at(x, p->b) == X64_NONE)
        x64_rm(&x->a, 0xf7, true, ext, mem_of(x, p->b));
    else
        x64_rr(&x->a, 0xf7, true, ext, gpr_at(x, p->b));
    x64_mov_rr(&x->a, true, X64_RAX, X64_RDX);
    give_rdx_back(x, spill);
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(umulh64)
{
    mul_high(x, p, 4);
}

X64_LOWER(smulh64)
{
    mul_high(x, p, 5);
}

// Division by zero gives 0, and the one signed quotient that does not fit the dividend: neither may
// reach the host's instruction.
static void divide(struct x64 *x, const struct ir_placed *p, bool is_signed)
{
    bool w = is_wide(p);
    struct x64_asm *a = &x->a;
    struct x64_mem divisor = MEM_FIELD(native_spill[1]);
    clobber_flags(x);
    struct x64_mem spill = free_rdx(x);
    if (p->imm_b)
        x64_mov_ri(a, X64_RAX, p->imm);
    else
        gpr_get(x, p->b, true, X64_RAX);
    x64_store(a, true, divisor, X64_RAX);
    x64_test_rr(a, w, X64_RAX, X64_RAX);
    uint8_t *by_zero = x64_jcc(a, X64_E, NULL, false); // rax is 0 already
    uint8_t *by_minus_1 = NULL;
    if (is_signed) {
        x64_alu_ri(a, X64_CMP, w, X64_RAX, -1);
        gpr_get(x, p->a, true, X64_RAX);
        by_minus_1 = x64_jcc(a, X64_E, NULL, false);
        if (w)
            x64_byte(a, 0x48);
        x64_byte(a, 0x99); // cdq, cqo
    } else {
        gpr_get(x, p->a, true, X64_RAX);
        x64_alu_rr(a, X64_XOR, false, X64_RDX, X64_RDX);
    }
    x64_rm(a, 0xf7, w, is_signed ? 7 : 6, divisor);
    if (is_signed) {
        uint8_t *end = x64_jmp(a, NULL, false);
        x64_patch(by_minus_1, a->p);
        x64_rr(a, 0xf7, w, 3, X64_RAX); // neg
        x64_patch(end, a->p);
    }
    x64_patch(by_zero, a->p);
    if (!w)
        x64_mov_rr(a, false, X64_RAX, X64_RAX);
    give_rdx_back(x, spill);
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER2(udiv)
{
    divide(x, p, false);
}

X64_LOWER2(sdiv)
{
    divide(x, p, true);
}

// ---- CRC-32C: the host's instruction; the operand is read whole ----

static void crc32c(struct x64 *x, const struct ir_placed *p, unsigned bits)
{
    gpr_get(x, p->a, false, X64_RAX);
    if (p->imm_b) {
        struct x64_mem spill = MEM_FIELD(native_spill[0]);
        x64_store(&x->a, true, spill, X64_RCX);
        x64_mov_ri(&x->a, X64_RCX, p->imm);
        x64_rr(&x->a, X64_PF2 | X64_0F38 | (bits == 8 ? 0xf0 : 0xf1), bits == 64, X64_RAX, X64_RCX);
        x64_load(&x->a, true, X64_RCX, spill);
    } else if (gpr_at(x, p->b) == X64_NONE) {
        x64_rm(&x->a, X64_PF2 | X64_0F38 | (bits == 8 ? 0xf0 : 0xf1), bits == 64, X64_RAX,
               mem_of(x, p->b));
    } else if (bits == 8) {
        x64_rr8(&x->a, X64_PF2 | X64_0F38 | 0xf0, X64_RAX, gpr_at(x, p->b));
    } else {
        x64_rr(&x->a, X64_PF2 | X64_0F38 | 0xf1, bits == 64, X64_RAX, gpr_at(x, p->b));
    }
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(crc32cb)
{
    crc32c(x, p, 8);
}

X64_LOWER(crc32cw)
{
    crc32c(x, p, 32);
}

X64_LOWER(crc32cx)
{
    crc32c(x, p, 64);
}

// ---- constants and slots ----

static void put_constant(struct x64 *x, unsigned place, uint64_t v)
{
    unsigned r = gpr_at(x, place);
    if (r != X64_NONE) {
        x64_mov_ri(&x->a, r, v);
    } else if (fits_32(v)) {
        x64_store_i32(&x->a, true, mem_of(x, place), (int32_t)v);
    } else {
        x64_mov_ri(&x->a, X64_RAX, v);
        x64_store(&x->a, true, mem_of(x, place), X64_RAX);
    }
}

X64_LOWER(const32)
{
    put_constant(x, p->d, (uint32_t)p->imm);
}

X64_LOWER(const64)
{
    put_constant(x, p->d, p->imm);
}

X64_LOWER(constf)
{
    put_constant(x, p->d, p->imm & 15);
}

X64_LOWER(getx)
{
    if (p->imm == offsetof(struct ir_state, fp))
        env_to_state(x);
    unsigned d = gpr_def(x, p->d);
    gpr_get(x, (unsigned)p->imm, true, d);
    gpr_done(x, p->d, d);
}

X64_LOWER(getw)
{
    unsigned d = gpr_def(x, p->d);
    if (p->imm & 4) // the upper half of a slot that is memory
        x64_load(&x->a, false, d, mem_of(x, (unsigned)p->imm));
    else
        gpr_get(x, (unsigned)p->imm, false, d);
    gpr_done(x, p->d, d);
}

X64_LOWER(setx)
{
    if (p->imm == offsetof(struct ir_state, fp))
        clobber_flags(x);
    unsigned a = gpr_use(x, p->a, true, X64_SCRATCH);
    gpr_done(x, (unsigned)p->imm, a);
    if (p->imm == offsetof(struct ir_state, fp))
        env_from_state(x);
}
