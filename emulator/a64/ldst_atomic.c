// SPDX-License-Identifier: MIT
// Atomic memory operations: LDADD to LDUMIN, SWP (FEAT_LSE), LDAPR (FEAT_LRCPC), and 16 bytes at
// once (FEAT_LSE128). One line below is an operation in every size and ordering; the host's locked
// operations have the strongest anyway.
#include "a64/ldst.h"

// `op` is the operation for bytes, followed by those for 2, 4 and 8.
static void atomic(struct a64_tr *t, const struct a64_args *a, enum ir_op op, unsigned size)
{
    ir_ref addr = get_base(t, a->n), v = get_r(t, a->s, size == 3);
    check_quad(t, size, addr, 0);
    check_tag(t, IR_TAG_UPDATE, size, addr, 0);
    set_r(t, a->t, size == 3, ir_emit(&t->ir, (enum ir_op)(op + size), addr, v, 0, 0));
}

#define ROW(id, size, order, opc, text, op, log2)                                               \
    A64_INSN(id, size " 111 0 00 " order " 1 sssss " opc " 00 nnnnn ttttt", text ", [{Xn|sp}]", \
             FEAT_LSE)                                                                          \
    {                                                                                           \
        atomic(t, a, op, log2);                                                                 \
    }
#define ORDERINGS(name, suffix, size, opc, regs, op, log2)                      \
    ROW(name##suffix, size, "00", opc, #name #suffix " " regs, op, log2)        \
    ROW(name##l##suffix, size, "01", opc, #name "l" #suffix " " regs, op, log2) \
    ROW(name##a##suffix, size, "10", opc, #name "a" #suffix " " regs, op, log2) \
    ROW(name##al##suffix, size, "11", opc, #name "al" #suffix " " regs, op, log2)
#define ROWS(name, opc, op)                            \
    ORDERINGS(name, b, "00", opc, "{Ws}, {Wt}", op, 0) \
    ORDERINGS(name, h, "01", opc, "{Ws}, {Wt}", op, 1) \
    ORDERINGS(name, , "1z", opc, "{Rs}, {Rt}", op, 2 + a->z)

// clang-format off
ROWS(ldadd,  "0000", IR_ldadd8)
ROWS(ldclr,  "0001", IR_ldclr8)
ROWS(ldeor,  "0010", IR_ldeor8)
ROWS(ldset,  "0011", IR_ldset8)
ROWS(ldsmax, "0100", IR_ldsmax8)
ROWS(ldsmin, "0101", IR_ldsmin8)
ROWS(ldumax, "0110", IR_ldumax8)
ROWS(ldumin, "0111", IR_ldumin8)
ROWS(swp,    "1000", IR_swp8)
// clang-format on

#define LDAPR(id, size, text, log2)                                                     \
    A64_INSN(id, size " 111 0 00 1 0 1 11111 1 100 00 nnnnn ttttt", text ", [{Xn|sp}]", \
             FEAT_LRCPC)                                                                \
    {                                                                                   \
        ordered_transfer(t, A64_LOAD, log2, a->t, get_base(t, a->n), 0);                \
    }

// clang-format off
LDAPR(ldaprb, "00", "ldaprb {Wt}", 0)
LDAPR(ldaprh, "01", "ldaprh {Wt}", 1)
LDAPR(ldapr,  "1z", "ldapr {Rt}",  2 + a->z)
// clang-format on

// Rt and Rt2 the same is CONSTRAINED UNPREDICTABLE: the high half is what stays.
static void atomic_128(struct a64_tr *t, const struct a64_args *a, enum ir_op op)
{
    ir_ref addr = get_base(t, a->n), v = get_pair(t, 1, a->t, a->u);
    check_quad(t, 4, addr, 0);
    check_tag(t, IR_TAG_UPDATE, 4, addr, 0);
    set_pair(t, 1, a->t, a->u, ir_emit(&t->ir, op, addr, v, 0, 0));
}

#define ROW_128(id, order, opc, op)                                                        \
    A64_INSN(id, "00 011 0 01 " order " 1 uuuuu " opc " 00 nnnnn ttttt t!=11111 u!=11111", \
             #id " {Xt}, {Xu}, [{Xn|sp}]", FEAT_LSE128)                                    \
    {                                                                                      \
        atomic_128(t, a, op);                                                              \
    }
#define ROWS_128(name, opc, op)     \
    ROW_128(name, "00", opc, op)    \
    ROW_128(name##l, "01", opc, op) \
    ROW_128(name##a, "10", opc, op) \
    ROW_128(name##al, "11", opc, op)

ROWS_128(ldclrp, "0001", IR_ldclr128)
ROWS_128(ldsetp, "0011", IR_ldset128)
ROWS_128(swpp, "1000", IR_swp128)
