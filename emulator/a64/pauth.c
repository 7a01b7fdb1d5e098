// SPDX-License-Identifier: MIT
// Pointer authentication (FEAT_PAuth) and landing pads (FEAT_BTI). Of both, instructions that old
// processors take for hints are hints here too when the feature is off.
#include "a64/pauth.h"

#include "a64/disasm.h"
#include "a64/feature.h"
#include "a64/ldst.h"
#include "base/bits.h"

enum ir_pac_algorithm a64_pauth_algorithm(void)
{
    return a64_has(FEAT_PACQARMA5)   ? IR_PAC_QARMA5
           : a64_has(FEAT_PACQARMA3) ? IR_PAC_QARMA3
                                     : IR_PAC_OWN;
}

static enum ir_pac_level level(void)
{
    return a64_has(FEAT_FPACCOMBINE) ? IR_PAC_FPACCOMBINE
           : a64_has(FEAT_FPAC)      ? IR_PAC_FPAC
           : a64_has(FEAT_PAuth2)    ? IR_PAC_PAUTH2
           : a64_has(FEAT_EPAC)      ? IR_PAC_EPAC
                                     : IR_PAC_BASE;
}

static unsigned how(unsigned key, bool combined)
{
    return IR_PAC(key, combined, a64_pauth_algorithm(), level());
}

ir_ref authenticated(struct a64_tr *t, ir_ref pointer, ir_ref modifier, unsigned key)
{
    return ir_aut(&t->ir, pointer, modifier, how(key, true));
}

static void sign(struct a64_tr *t, unsigned d, ir_ref modifier, unsigned key)
{
    set_x(t, d, ir_pac(&t->ir, get_x(t, d), modifier, how(key, false)));
}

static void authenticate(struct a64_tr *t, unsigned d, ir_ref modifier, unsigned key)
{
    set_x(t, d, ir_aut(&t->ir, get_x(t, d), modifier, how(key, false)));
}

// ---- registers: key IA, IB, DA, DB by field k ----

A64_DIRECTIVE(key)
{
    out_printf(o, "%c%c", "id"[a->k >> 1], "ab"[a->k & 1]);
}

A64_DIRECTIVE(key_zero)
{
    out_printf(o, "%cz%c", "id"[a->k >> 1], "ab"[a->k & 1]);
}

A64_DIRECTIVE(key_ab)
{
    out_printf(o, "%c", "ab"[a->k]);
}

A64_INSN(pac, "1 1 0 11010110 00001 000 0kk nnnnn ddddd", "pac{key} {Xd}, {Xn|sp}", FEAT_PAuth)
{
    sign(t, a->d, get_rsp(t, a->n, 1), a->k);
}

A64_INSN(pac_zero, "1 1 0 11010110 00001 001 0kk 11111 ddddd", "pac{key_zero} {Xd}", FEAT_PAuth)
{
    sign(t, a->d, ir_const64(ir, 0), a->k);
}

A64_INSN(aut, "1 1 0 11010110 00001 000 1kk nnnnn ddddd", "aut{key} {Xd}, {Xn|sp}", FEAT_PAuth)
{
    authenticate(t, a->d, get_rsp(t, a->n, 1), a->k);
}

A64_INSN(aut_zero, "1 1 0 11010110 00001 001 1kk 11111 ddddd", "aut{key_zero} {Xd}", FEAT_PAuth)
{
    authenticate(t, a->d, ir_const64(ir, 0), a->k);
}

A64_INSN(xpaci, "1 1 0 11010110 00001 010000 11111 ddddd", "xpaci {Xd}", FEAT_PAuth)
{
    set_x(t, a->d, ir_xpac(ir, get_x(t, a->d)));
}

A64_INSN(xpacd, "1 1 0 11010110 00001 010001 11111 ddddd", "xpacd {Xd}", FEAT_PAuth)
{
    set_x(t, a->d, ir_xpac(ir, get_x(t, a->d)));
}

A64_INSN(pacga, "1 0 0 11010110 mmmmm 001100 nnnnn ddddd", "pacga {Xd}, {Xn}, {Xm|sp}",
         FEAT_PAuth_GENERIC)
{
    set_x(t, a->d, ir_pacga(ir, get_x(t, a->n), get_rsp(t, a->m, 1), how(0, false)));
}

// ---- in the space of hints ----

// The link register: AUT or PAC, key B or A, modifier SP or zero.
A64_DIRECTIVE(hint_lr)
{
    out_printf(o, "#0x%x", 0x18 | a->a << 2 | a->k << 1 | a->s);
}

A64_INSN(pac_lr, "1101010100 0 00 011 0010 0011 aks 11111", "hint {hint_lr}", FEAT_BASE)
{
    ir_ref modifier = a->s ? get_rsp(t, A64_SP, 1) : ir_const64(ir, 0);
    if (!a->a && a->s) // PACIASP and PACIBSP begin functions
        landing_pad(t, A64_LANDS_CALL);
    if (a64_has(FEAT_PAuth))
        (a->a ? authenticate : sign)(t, 30, modifier, IR_PAC_IA + a->k);
}

// X17 with modifier X16.
A64_DIRECTIVE(hint_1716)
{
    out_printf(o, "#0x%x", 8 | a->a << 2 | a->k << 1);
}

A64_INSN(pac_1716, "1101010100 0 00 011 0010 0001 ak0 11111", "hint {hint_1716}", FEAT_BASE)
{
    if (a64_has(FEAT_PAuth))
        (a->a ? authenticate : sign)(t, 17, get_x(t, 16), IR_PAC_IA + a->k);
}

A64_INSN(xpaclri, "1101010100 0 00 011 0010 0000 111 11111", "hint #0x7", FEAT_BASE)
{
    if (a64_has(FEAT_PAuth))
        set_x(t, 30, ir_xpac(ir, get_x(t, 30)));
}

A64_DIRECTIVE(hint_bti)
{
    out_printf(o, "#0x%x", 0x20 | a->j << 2 | a->c << 1);
}

A64_INSN(bti, "1101010100 0 00 011 0010 0100 jc0 11111", "hint {hint_bti}", FEAT_BASE)
{
    landing_pad(t, (a->c ? A64_LANDS_CALL : 0) | (a->j ? A64_LANDS_JUMP : 0));
}

// ---- loads from an authenticated address, by key DA or DB (field k) ----

static ir_ref load_authenticated(struct a64_tr *t, const struct a64_args *a, int64_t offset,
                                 bool write_back)
{
    ir_ref addr = authenticated(t, get_rsp(t, a->n, 1), ir_const64(&t->ir, 0), IR_PAC_DA + a->k);
    if (a->n == A64_SP)
        get_base(t, a->n); // its alignment is looked at now
    t->tag_checked = t->mode & A64_MODE_MTE && (write_back || a->n != A64_SP);
    set_x(t, a->t, load(t, 3, addr, offset));
    return addr;
}

static int64_t offset_of(const struct a64_args *a)
{
    return 8 * bits_sext(a->i, 10);
}

A64_INSN(ldra, "11 111 0 00 k i 1 iiiiiiiii 0 1 nnnnn ttttt",
         "ldra{key_ab} {Xt}, [{Xn|sp}{,#i:10*8}]", FEAT_PAuth)
{
    load_authenticated(t, a, offset_of(a), false);
}

A64_INSN(ldra_pre, "11 111 0 00 k i 1 iiiiiiiii 1 1 nnnnn ttttt",
         "ldra{key_ab} {Xt}, [{Xn|sp}{,#i:10*8}]!", FEAT_PAuth)
{
    write_back(t, a->n, load_authenticated(t, a, offset_of(a), true), offset_of(a));
}
