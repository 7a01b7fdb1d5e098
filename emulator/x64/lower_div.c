// SPDX-License-Identifier: MIT
// Division. By zero it gives 0, and the one signed quotient that does not fit is the dividend:
// neither may reach the host's instruction.
#include "x64/int.h"

struct divisor {
    unsigned r; // X64_NONE: memory
    struct x64_mem m;
};

// Where the divisor may stay while rax and rdx are used.
static struct divisor divisor_of(struct x64 *x, const struct ir_placed *p)
{
    struct divisor b = {X64_NONE, MEM_FIELD(native_spill[1])};
    if (p->imm_b) {
        x64_mov_ri(&x->a, X64_RAX, p->imm);
        x64_store(&x->a, true, b.m, X64_RAX);
    } else if (gpr_at(x, p->b) == X64_RDX) {
        x64_store(&x->a, true, b.m, X64_RDX);
    } else {
        b.r = gpr_at(x, p->b);
        b.m = mem_of(x, p->b);
    }
    return b;
}

static void with_divisor(struct x64 *x, unsigned op, bool w, unsigned reg, struct divisor b)
{
    if (b.r == X64_NONE)
        x64_rm(&x->a, op, w, reg, b.m);
    else
        x64_rr(&x->a, op, w, reg, b.r);
}

// Only 0 and -1 are at most 1 when 1 is added, and by them the quotient is the product.
static void divide_signed(struct x64 *x, const struct ir_placed *p, struct divisor b)
{
    struct x64_asm *a = &x->a;
    bool w = is_wide(p);
    if (b.r == X64_NONE)
        x64_load(a, w, X64_RAX, b.m);
    x64_lea(a, w, X64_RAX, mem(b.r == X64_NONE ? X64_RAX : b.r, 1));
    x64_alu_ri(a, X64_CMP, w, X64_RAX, 1);
    gpr_get(x, p->a, true, X64_RAX);
    uint8_t *special = x64_jcc(a, X64_BE, NULL, false);
    if (w)
        x64_byte(a, 0x48);
    x64_byte(a, 0x99); // cdq, cqo
    with_divisor(x, 0xf7, w, 7, b);
    uint8_t *end = x64_jmp(a, NULL, false);
    x64_patch(special, a->p);
    with_divisor(x, IMUL, w, X64_RAX, b);
    x64_patch(end, a->p);
}

static void divide_unsigned(struct x64 *x, const struct ir_placed *p, struct divisor b)
{
    struct x64_asm *a = &x->a;
    bool w = is_wide(p);
    if (b.r == X64_NONE)
        x64_alu_mi(a, X64_CMP, w, b.m, 0);
    else
        x64_test_rr(a, w, b.r, b.r);
    gpr_get(x, p->a, true, X64_RAX);
    x64_mov_ri(a, X64_RDX, 0);
    uint8_t *special = x64_jcc(a, X64_E, NULL, false);
    with_divisor(x, 0xf7, w, 6, b);
    x64_mov_rr(a, w, X64_RDX, X64_RAX);
    x64_patch(special, a->p);
}

static void divide(struct x64 *x, const struct ir_placed *p, bool is_signed)
{
    struct x64_asm *a = &x->a;
    bool kept = gpr_at(x, p->d) != X64_RDX && is_kept(x, X64_RDX);
    clobber_flags(x);
    if (kept)
        x64_store(a, true, MEM_FIELD(native_spill[0]), X64_RDX);
    struct divisor b = divisor_of(x, p);
    if (is_signed)
        divide_signed(x, p, b);
    else
        divide_unsigned(x, p, b);
    gpr_done(x, p->d, is_signed ? X64_RAX : X64_RDX);
    if (kept)
        x64_load(a, true, X64_RDX, MEM_FIELD(native_spill[0]));
}

X64_LOWER2(udiv)
{
    divide(x, p, false);
}

X64_LOWER2(sdiv)
{
    divide(x, p, true);
}
