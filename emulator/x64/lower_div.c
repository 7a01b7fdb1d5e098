// SPDX-License-Identifier: MIT
// Division. By zero it gives 0, and the one signed quotient that does not fit is the dividend:
// neither may reach the host's instruction.
#include "x64/int.h"

static void divide(struct x64 *x, const struct ir_placed *p, bool is_signed)
{
    bool w = is_wide(p);
    struct x64_asm *a = &x->a;
    struct x64_mem divisor = MEM_FIELD(native_spill[1]);
    bool kept = gpr_at(x, p->d) != X64_RDX && is_kept(x, X64_RDX);
    clobber_flags(x);
    if (kept)
        x64_store(a, true, MEM_FIELD(native_spill[0]), X64_RDX);
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
    if (kept)
        x64_load(a, true, X64_RDX, MEM_FIELD(native_spill[0]));
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
