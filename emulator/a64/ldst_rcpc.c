// SPDX-License-Identifier: MIT
// Load-acquire RCpc and store-release with an unscaled offset (FEAT_LRCPC2), and what FEAT_LRCPC3
// adds: pairs, write-back and SIMD&FP registers. A pair must be aligned to its elements, or (with
// FEAT_LSE2) lie in an aligned quantity of 16 bytes.
#include "a64/disasm.h"
#include "a64/feature.h"
#include "a64/ldst.h"
#include "base/bits.h"

// The fixed offsets of the forms with write-back: the size of one register of width z, or of two.
A64_DIRECTIVE(up1)
{
    out_printf(o, "#%d", 4 << a->z);
}

A64_DIRECTIVE(down1)
{
    out_printf(o, "#-%d", 4 << a->z);
}

A64_DIRECTIVE(up2)
{
    out_printf(o, "#%d", 8 << a->z);
}

A64_DIRECTIVE(down2)
{
    out_printf(o, "#-%d", 8 << a->z);
}

#define UNSCALED(id, size, v, opc, mode, text, feature, kind, log2)                   \
    A64_INSN(id, size " 011 " v " 01 " opc " 0 iiiiiiiii " mode " nnnnn ttttt",       \
             text ", [{Xn|sp}{,#i:9}]", feature)                                      \
    {                                                                                 \
        ordered_transfer(t, kind, log2, a->t, get_base(t, a->n), bits_sext(a->i, 9)); \
    }

// clang-format off
UNSCALED(stlurb,     "00", "0", "00", "00", "stlurb {Wt}",   FEAT_LRCPC2, A64_STORE,   0)
UNSCALED(ldapurb,    "00", "0", "01", "00", "ldapurb {Wt}",  FEAT_LRCPC2, A64_LOAD,    0)
UNSCALED(ldapursb_x, "00", "0", "10", "00", "ldapursb {Xt}", FEAT_LRCPC2, A64_LOAD_SX, 0)
UNSCALED(ldapursb_w, "00", "0", "11", "00", "ldapursb {Wt}", FEAT_LRCPC2, A64_LOAD_SW, 0)
UNSCALED(stlurh,     "01", "0", "00", "00", "stlurh {Wt}",   FEAT_LRCPC2, A64_STORE,   1)
UNSCALED(ldapurh,    "01", "0", "01", "00", "ldapurh {Wt}",  FEAT_LRCPC2, A64_LOAD,    1)
UNSCALED(ldapursh_x, "01", "0", "10", "00", "ldapursh {Xt}", FEAT_LRCPC2, A64_LOAD_SX, 1)
UNSCALED(ldapursh_w, "01", "0", "11", "00", "ldapursh {Wt}", FEAT_LRCPC2, A64_LOAD_SW, 1)
UNSCALED(ldapursw,   "10", "0", "10", "00", "ldapursw {Xt}", FEAT_LRCPC2, A64_LOAD_SX, 2)
UNSCALED(stlur,      "1z", "0", "00", "00", "stlur {Rt}",    FEAT_LRCPC2, A64_STORE,   2 + a->z)
UNSCALED(ldapur,     "1z", "0", "01", "00", "ldapur {Rt}",   FEAT_LRCPC2, A64_LOAD,    2 + a->z)
UNSCALED(stlur_e,    "zz", "1", "00", "10", "stlur {Et}",    FEAT_LRCPC3, A64_STORE_V, a->z)
UNSCALED(ldapur_e,   "zz", "1", "01", "10", "ldapur {Et}",   FEAT_LRCPC3, A64_LOAD_V,  a->z)
UNSCALED(stlur_q,    "00", "1", "10", "10", "stlur {Qt}",    FEAT_LRCPC3, A64_STORE_V, 4)
UNSCALED(ldapur_q,   "00", "1", "11", "10", "ldapur {Qt}",   FEAT_LRCPC3, A64_LOAD_V,  4)
// clang-format on

A64_INSN(stlr_pre, "1z 011 0 01 10 0 00000 000010 nnnnn ttttt", "stlr {Rt}, [{Xn|sp}, {down1}]!",
         FEAT_LRCPC3)
{
    ir_ref base = get_base_wb(t, a->n);
    int64_t offset = -(4 << a->z);
    ordered_transfer(t, A64_STORE, 2 + a->z, a->t, base, offset);
    write_back(t, a->n, base, offset);
}

A64_INSN(ldapr_post, "1z 011 0 01 11 0 00000 000010 nnnnn ttttt", "ldapr {Rt}, [{Xn|sp}], {up1}",
         FEAT_LRCPC3)
{
    ir_ref base = get_base_wb(t, a->n);
    ordered_transfer(t, A64_LOAD, 2 + a->z, a->t, base, 0);
    write_back(t, a->n, base, 4 << a->z);
}

static void check_pair(struct a64_tr *t, const struct a64_args *a, ir_ref addr, int64_t offset)
{
    ir_ref at = ir_add(&t->ir, 1, addr, ir_const64(&t->ir, (uint64_t)offset));
    if (a64_has(FEAT_LSE2))
        ir_quad_check(&t->ir, at, 4u << a->z, UINT64_C(8) << a->z);
    else
        ir_align_check(&t->ir, at, UINT64_C(4) << a->z);
}

static void store_release_pair(struct a64_tr *t, const struct a64_args *a, ir_ref addr,
                               int64_t offset)
{
    check_pair(t, a, addr, offset);
    store_pair(t, a, addr, offset);
    release_fence(t);
}

static void load_acquire_pair(struct a64_tr *t, const struct a64_args *a, ir_ref addr)
{
    check_pair(t, a, addr, 0);
    load_pair(t, a, addr, 0);
}

A64_INSN(stilp_pre, "1z 011 0 01 00 0 uuuuu 000010 nnnnn ttttt",
         "stilp {Rt}, {Ru}, [{Xn|sp}, {down2}]!", FEAT_LRCPC3)
{
    ir_ref base = get_base_wb(t, a->n);
    int64_t offset = -(8 << a->z);
    store_release_pair(t, a, base, offset);
    write_back(t, a->n, base, offset);
}

A64_INSN(stilp, "1z 011 0 01 00 0 uuuuu 000110 nnnnn ttttt", "stilp {Rt}, {Ru}, [{Xn|sp}]",
         FEAT_LRCPC3)
{
    store_release_pair(t, a, get_base(t, a->n), 0);
}

A64_INSN(ldiapp_post, "1z 011 0 01 01 0 uuuuu 000010 nnnnn ttttt",
         "ldiapp {Rt}, {Ru}, [{Xn|sp}], {up2}", FEAT_LRCPC3)
{
    ir_ref base = get_base_wb(t, a->n);
    load_acquire_pair(t, a, base);
    write_back(t, a->n, base, 8 << a->z);
}

A64_INSN(ldiapp, "1z 011 0 01 01 0 uuuuu 000110 nnnnn ttttt", "ldiapp {Rt}, {Ru}, [{Xn|sp}]",
         FEAT_LRCPC3)
{
    load_acquire_pair(t, a, get_base(t, a->n));
}
