// SPDX-License-Identifier: MIT
// Branches and exception generation (Arm ARM C4.1: branches, exception generating and system
// instructions).
#include "a64/disasm.h"
#include "a64/feature.h"
#include "a64/pauth.h"
#include "a64/translate.h"
#include "base/bits.h"

static uint64_t target(const struct a64_tr *t, uint32_t imm, unsigned width)
{
    return t->pc + ((uint64_t)bits_sext(imm, width) << 2);
}

// ---- conditional ----

A64_INSN(b_cond, "0101010 0 iiiiiiiiiiiiiiiiiii 0 cccc", "b.{cond} {label19}", FEAT_BASE)
{
    if (a->c < 14)
        ir_br_cond(ir, get_flags(t), a->c, target(t, a->i, 19));
    branch_to(t, a->c < 14 ? t->pc + 4 : target(t, a->i, 19));
}

A64_INSN(bc_cond, "0101010 0 iiiiiiiiiiiiiiiiiii 1 cccc", "bc.{cond} {label19}", FEAT_HBC)
{
    if (a->c < 14)
        ir_br_cond(ir, get_flags(t), a->c, target(t, a->i, 19));
    branch_to(t, a->c < 14 ? t->pc + 4 : target(t, a->i, 19));
}

A64_INSN(cbz, "z 011010 0 iiiiiiiiiiiiiiiiiii ttttt", "cbz {Rt}, {label19}", FEAT_BASE)
{
    ir_br_z(ir, a->z, get_r(t, a->t, a->z), target(t, a->i, 19));
    branch_to(t, t->pc + 4);
}

A64_INSN(cbnz, "z 011010 1 iiiiiiiiiiiiiiiiiii ttttt", "cbnz {Rt}, {label19}", FEAT_BASE)
{
    ir_br_nz(ir, a->z, get_r(t, a->t, a->z), target(t, a->i, 19));
    branch_to(t, t->pc + 4);
}

// The tested bit is z:b; the register is X only if z is 1.
A64_DIRECTIVE(tested_bit)
{
    out_printf(o, "#%u", a->z << 5 | a->b);
}

static ir_ref tested_bit(struct a64_tr *t, const struct a64_args *a)
{
    return ir_ubfx(&t->ir, a->z, get_r(t, a->t, a->z), (a->z << 5 | a->b) | 1 << 8);
}

A64_INSN(tbz, "z 011011 0 bbbbb iiiiiiiiiiiiii ttttt", "tbz {Rt}, {tested_bit}, {label14}",
         FEAT_BASE)
{
    ir_br_z(ir, a->z, tested_bit(t, a), target(t, a->i, 14));
    branch_to(t, t->pc + 4);
}

A64_INSN(tbnz, "z 011011 1 bbbbb iiiiiiiiiiiiii ttttt", "tbnz {Rt}, {tested_bit}, {label14}",
         FEAT_BASE)
{
    ir_br_nz(ir, a->z, tested_bit(t, a), target(t, a->i, 14));
    branch_to(t, t->pc + 4);
}

// ---- unconditional ----

A64_INSN(b, "0 00101 iiiiiiiiiiiiiiiiiiiiiiiiii", "b {label26}", FEAT_BASE)
{
    branch_to(t, target(t, a->i, 26));
}

A64_INSN(bl, "1 00101 iiiiiiiiiiiiiiiiiiiiiiiiii", "bl {label26}", FEAT_BASE)
{
    set_x(t, 30, ir_const64(ir, t->pc + 4));
    if (a->i == 1) { // only to learn the pc
        branch_to(t, t->pc + 4);
        return;
    }
    ir_call(ir, target(t, a->i, 26));
    end_call(t);
}

// What BR Xn is: X16 and X17 are for jumps to functions, and code that is not guarded does not know
// the difference.
static enum ir_branch jump_kind(const struct a64_tr *t, unsigned n)
{
    return t->guarded && n != 16 && n != 17 ? IR_BRANCH_JUMP : IR_BRANCH_TAIL;
}

static void jump_reg(struct a64_tr *t, ir_ref to, unsigned n)
{
    unsigned kind = a64_has(FEAT_BTI) ? jump_kind(t, n) : IR_BRANCH_RETURN;
    // Jumps to functions of other libraries, which are found once, are by X16 and X17.
    ir_br_reg(&t->ir, to, kind | (n == 16 || n == 17 ? IR_BRANCH_STEADY : 0));
    t->end = true;
}

static void call_reg(struct a64_tr *t, ir_ref to)
{
    set_x(t, 30, ir_const64(&t->ir, t->pc + 4));
    ir_call_reg(&t->ir, to, a64_has(FEAT_BTI) ? IR_BRANCH_CALL : IR_BRANCH_RETURN);
    end_call(t);
}

static void ret_reg(struct a64_tr *t, ir_ref to)
{
    ir_ret(&t->ir, to);
    t->end = true;
}

A64_INSN(br, "1101011 0000 11111 000000 nnnnn 00000", "br {Xn}", FEAT_BASE)
{
    jump_reg(t, get_x(t, a->n), a->n);
}

A64_INSN(blr, "1101011 0001 11111 000000 nnnnn 00000", "blr {Xn}", FEAT_BASE)
{
    call_reg(t, get_x(t, a->n));
}

// The usual link register is left out.
A64_DIRECTIVE(return_to)
{
    if (a->n == 31)
        out_printf(o, " xzr");
    else if (a->n != 30)
        out_printf(o, " x%u", a->n);
}

A64_INSN(ret, "1101011 0010 11111 000000 nnnnn 00000", "ret{return_to}", FEAT_BASE)
{
    ret_reg(t, get_x(t, a->n));
}

// ---- the same to authenticated addresses, by key A or B (field k) ----

A64_INSN(bra, "1101011 1000 11111 00001 k nnnnn mmmmm", "bra{key_ab} {Xn}, {Xm|sp}", FEAT_PAuth)
{
    jump_reg(t, authenticated(t, get_x(t, a->n), get_rsp(t, a->m, 1), IR_PAC_IA + a->k), a->n);
}

A64_INSN(bra_zero, "1101011 0000 11111 00001 k nnnnn 11111", "bra{key_ab}z {Xn}", FEAT_PAuth)
{
    jump_reg(t, authenticated(t, get_x(t, a->n), ir_const64(ir, 0), IR_PAC_IA + a->k), a->n);
}

A64_INSN(blra, "1101011 1001 11111 00001 k nnnnn mmmmm", "blra{key_ab} {Xn}, {Xm|sp}", FEAT_PAuth)
{
    call_reg(t, authenticated(t, get_x(t, a->n), get_rsp(t, a->m, 1), IR_PAC_IA + a->k));
}

A64_INSN(blra_zero, "1101011 0001 11111 00001 k nnnnn 11111", "blra{key_ab}z {Xn}", FEAT_PAuth)
{
    call_reg(t, authenticated(t, get_x(t, a->n), ir_const64(ir, 0), IR_PAC_IA + a->k));
}

A64_INSN(reta, "1101011 0010 11111 00001 k 11111 11111", "reta{key_ab}", FEAT_PAuth)
{
    ret_reg(t, authenticated(t, get_x(t, 30), get_rsp(t, A64_SP, 1), IR_PAC_IA + a->k));
}

// ---- exception generation ----

A64_INSN(svc, "11010100 000 iiiiiiiiiiiiiiii 000 01", "svc {#0xi}", FEAT_BASE)
{
    leave(t, IR_EXIT_SVC, t->pc + 4);
}

A64_INSN(brk, "11010100 001 iiiiiiiiiiiiiiii 000 00", "brk {#0xi}", FEAT_BASE)
{
    landing_pad(t, A64_LANDS_ANY | A64_LANDS_TELL);
    leave(t, IR_EXIT_BRK, t->pc);
}

A64_INSN(udf, "0000000000000000 iiiiiiiiiiiiiiii", "udf {#i}", FEAT_BASE)
{
    undefined(t);
}
