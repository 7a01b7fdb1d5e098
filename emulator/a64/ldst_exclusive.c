// SPDX-License-Identifier: MIT
// Load-exclusive and store-exclusive, load-acquire and store-release, compare and swap (Arm ARM
// C4.1: load/store exclusive and ordered). Unused register fields of exclusives (Should Be One) are
// ignored. Acquire and release need no more than the host's locked compare and exchange.
#include "a64/disasm.h"
#include "a64/ldst.h"

// The odd register of an even and odd pair.
static void print_next(struct out *o, const struct a64_args *a, unsigned even)
{
    if (even == 30)
        out_printf(o, a->z ? "xzr" : "wzr");
    else
        out_printf(o, "%c%u", a->z ? 'x' : 'w', even + 1);
}

A64_DIRECTIVE(next_s)
{
    print_next(o, a, a->s);
}

A64_DIRECTIVE(next_t)
{
    print_next(o, a, a->t);
}

static ir_ref load_exclusive(struct a64_tr *t, unsigned size, ir_ref addr)
{
    check_quad(t, size, addr, 0);
    check_tag(t, IR_TAG_READ, size, addr, 0);
    return ir_emit(&t->ir, (enum ir_op)(IR_ldx8 + size), addr, 0, 0, 0);
}

static ir_ref store_exclusive(struct a64_tr *t, unsigned size, ir_ref addr, ir_ref v)
{
    check_quad(t, size, addr, 0);
    check_tag(t, IR_TAG_EXCLUSIVE, size, addr, 0);
    return ir_emit(&t->ir, (enum ir_op)(IR_stx8 + size), addr, v, 0, 0);
}

// Compares memory with v, stores w if equal; returns what was there.
static ir_ref compare_and_swap(struct a64_tr *t, unsigned size, ir_ref addr, ir_ref v, ir_ref w)
{
    check_quad(t, size, addr, 0);
    check_tag(t, IR_TAG_UPDATE, size, addr, 0);
    return ir_emit(&t->ir, (enum ir_op)(IR_cas8 + size), addr, v, w, 0);
}

#define LOAD_EXCLUSIVE(id, size, acquire, text, log2)                                          \
    A64_INSN(id, size " 001000 0 1 0 ----- " acquire " ----- nnnnn ttttt", text ", [{Xn|sp}]", \
             FEAT_BASE)                                                                        \
    {                                                                                          \
        set_r(t, a->t, (log2) == 3, load_exclusive(t, log2, get_base(t, a->n)));               \
    }

// The status register is written even where it also holds the data or the address.
#define STORE_EXCLUSIVE(id, size, release, text, log2)                                         \
    A64_INSN(id, size " 001000 0 0 0 sssss " release " ----- nnnnn ttttt", text ", [{Xn|sp}]", \
             FEAT_BASE)                                                                        \
    {                                                                                          \
        ir_ref addr = get_base(t, a->n), v = get_r(t, a->t, (log2) == 3);                      \
        set_w(t, a->s, store_exclusive(t, log2, addr, v));                                     \
    }

#define LOAD_EXCLUSIVE_PAIR(id, acquire, text)                                              \
    A64_INSN(id, "1z 001000 0 1 1 ----- " acquire " uuuuu nnnnn ttttt", text ", [{Xn|sp}]", \
             FEAT_BASE)                                                                     \
    {                                                                                       \
        set_pair(t, a->z, a->t, a->u, load_exclusive(t, 3 + a->z, get_base(t, a->n)));      \
    }

#define STORE_EXCLUSIVE_PAIR(id, release, text)                                             \
    A64_INSN(id, "1z 001000 0 0 1 sssss " release " uuuuu nnnnn ttttt", text ", [{Xn|sp}]", \
             FEAT_BASE)                                                                     \
    {                                                                                       \
        ir_ref addr = get_base(t, a->n), v = get_pair(t, a->z, a->t, a->u);                 \
        set_w(t, a->s, store_exclusive(t, 3 + a->z, addr, v));                              \
    }

// clang-format off
STORE_EXCLUSIVE(stxrb,  "00", "0", "stxrb {Ws}, {Wt}",  0)
STORE_EXCLUSIVE(stlxrb, "00", "1", "stlxrb {Ws}, {Wt}", 0)
LOAD_EXCLUSIVE( ldxrb,  "00", "0", "ldxrb {Wt}",        0)
LOAD_EXCLUSIVE( ldaxrb, "00", "1", "ldaxrb {Wt}",       0)
STORE_EXCLUSIVE(stxrh,  "01", "0", "stxrh {Ws}, {Wt}",  1)
STORE_EXCLUSIVE(stlxrh, "01", "1", "stlxrh {Ws}, {Wt}", 1)
LOAD_EXCLUSIVE( ldxrh,  "01", "0", "ldxrh {Wt}",        1)
LOAD_EXCLUSIVE( ldaxrh, "01", "1", "ldaxrh {Wt}",       1)
STORE_EXCLUSIVE(stxr,   "1z", "0", "stxr {Ws}, {Rt}",   2 + a->z)
STORE_EXCLUSIVE(stlxr,  "1z", "1", "stlxr {Ws}, {Rt}",  2 + a->z)
LOAD_EXCLUSIVE( ldxr,   "1z", "0", "ldxr {Rt}",         2 + a->z)
LOAD_EXCLUSIVE( ldaxr,  "1z", "1", "ldaxr {Rt}",        2 + a->z)
STORE_EXCLUSIVE_PAIR(stxp,  "0", "stxp {Ws}, {Rt}, {Ru}")
STORE_EXCLUSIVE_PAIR(stlxp, "1", "stlxp {Ws}, {Rt}, {Ru}")
LOAD_EXCLUSIVE_PAIR( ldxp,  "0", "ldxp {Rt}, {Ru}")
LOAD_EXCLUSIVE_PAIR( ldaxp, "1", "ldaxp {Rt}, {Ru}")
// clang-format on

// The bit between the unused fields tells LDAR and STLR (1) from the LORegion forms LDLAR and STLLR
// (0), which are not weaker here. Like objdump, this wants ones in the unused fields of LDAR only.
#define ORDERED(id, size, load, order, text, feature, kind, log2)                              \
    A64_INSN(id, size " 001000 1 " load " " order " nnnnn ttttt", text ", [{Xn|sp}]", feature) \
    {                                                                                          \
        ordered_transfer(t, kind, log2, a->t, get_base(t, a->n), 0);                           \
    }

// clang-format off
ORDERED(stllrb, "00", "0", "0 ----- 0 -----", "stllrb {Wt}", FEAT_LOR,  A64_STORE, 0)
ORDERED(stlrb,  "00", "0", "0 ----- 1 -----", "stlrb {Wt}",  FEAT_BASE, A64_STORE, 0)
ORDERED(ldlarb, "00", "1", "0 ----- 0 -----", "ldlarb {Wt}", FEAT_LOR,  A64_LOAD,  0)
ORDERED(ldarb,  "00", "1", "0 11111 1 11111", "ldarb {Wt}",  FEAT_BASE, A64_LOAD,  0)
ORDERED(stllrh, "01", "0", "0 ----- 0 -----", "stllrh {Wt}", FEAT_LOR,  A64_STORE, 1)
ORDERED(stlrh,  "01", "0", "0 ----- 1 -----", "stlrh {Wt}",  FEAT_BASE, A64_STORE, 1)
ORDERED(ldlarh, "01", "1", "0 ----- 0 -----", "ldlarh {Wt}", FEAT_LOR,  A64_LOAD,  1)
ORDERED(ldarh,  "01", "1", "0 11111 1 11111", "ldarh {Wt}",  FEAT_BASE, A64_LOAD,  1)
ORDERED(stllr,  "1z", "0", "0 ----- 0 -----", "stllr {Rt}",  FEAT_LOR,  A64_STORE, 2 + a->z)
ORDERED(stlr,   "1z", "0", "0 ----- 1 -----", "stlr {Rt}",   FEAT_BASE, A64_STORE, 2 + a->z)
ORDERED(ldlar,  "1z", "1", "0 ----- 0 -----", "ldlar {Rt}",  FEAT_LOR,  A64_LOAD,  2 + a->z)
ORDERED(ldar,   "1z", "1", "0 11111 1 11111", "ldar {Rt}",   FEAT_BASE, A64_LOAD,  2 + a->z)
// clang-format on

#define CAS(id, size, acquire, release, text, log2)                                    \
    A64_INSN(id, size " 001000 1 " acquire " 1 sssss " release " 11111 nnnnn ttttt",   \
             text ", [{Xn|sp}]", FEAT_LSE)                                             \
    {                                                                                  \
        unsigned x = (log2) == 3;                                                      \
        ir_ref addr = get_base(t, a->n), v = get_r(t, a->s, x), w = get_r(t, a->t, x); \
        set_r(t, a->s, x, compare_and_swap(t, log2, addr, v, w));                      \
    }
#define CAS_PAIR(id, acquire, release, text)                                                    \
    A64_INSN(id,                                                                                \
             "0z 001000 0 " acquire " 1 sssss " release " 11111 nnnnn ttttt s!=xxxx1 t!=xxxx1", \
             text " {Rs}, {next_s}, {Rt}, {next_t}, [{Xn|sp}]", FEAT_LSE)                       \
    {                                                                                           \
        ir_ref addr = get_base(t, a->n);                                                        \
        ir_ref v = get_pair(t, a->z, a->s, a->s + 1), w = get_pair(t, a->z, a->t, a->t + 1);    \
        set_pair(t, a->z, a->s, a->s + 1, compare_and_swap(t, 3 + a->z, addr, v, w));           \
    }

// clang-format off
CAS(casb,   "00", "0", "0", "casb {Ws}, {Wt}",   0)
CAS(caslb,  "00", "0", "1", "caslb {Ws}, {Wt}",  0)
CAS(casab,  "00", "1", "0", "casab {Ws}, {Wt}",  0)
CAS(casalb, "00", "1", "1", "casalb {Ws}, {Wt}", 0)
CAS(cash,   "01", "0", "0", "cash {Ws}, {Wt}",   1)
CAS(caslh,  "01", "0", "1", "caslh {Ws}, {Wt}",  1)
CAS(casah,  "01", "1", "0", "casah {Ws}, {Wt}",  1)
CAS(casalh, "01", "1", "1", "casalh {Ws}, {Wt}", 1)
CAS(cas,    "1z", "0", "0", "cas {Rs}, {Rt}",    2 + a->z)
CAS(casl,   "1z", "0", "1", "casl {Rs}, {Rt}",   2 + a->z)
CAS(casa,   "1z", "1", "0", "casa {Rs}, {Rt}",   2 + a->z)
CAS(casal,  "1z", "1", "1", "casal {Rs}, {Rt}",  2 + a->z)
CAS_PAIR(casp,   "0", "0", "casp")
CAS_PAIR(caspl,  "0", "1", "caspl")
CAS_PAIR(caspa,  "1", "0", "caspa")
CAS_PAIR(caspal, "1", "1", "caspal")
