// SPDX-License-Identifier: MIT
// Loads and stores of a general register at a base plus an extended, optionally scaled register.
#include "a64/disasm.h"
#include "a64/ldst.h"
#include "base/bits.h"

// "x2", "x2, lsl #3", "w2, sxtw": `shift` is the size's.
static void print_index(struct out *o, const struct a64_args *a, unsigned shift)
{
    static const char *const names[] = {"?", "?", "uxtw", "lsl", "?", "?", "sxtw", "sxtx"};
    bool x = a->o & 1;
    if (a->m == A64_ZR)
        out_printf(o, "%s", x ? "xzr" : "wzr");
    else
        out_printf(o, "%c%u", x ? 'x' : 'w', a->m);
    if (a->o != 3 || a->s)
        out_printf(o, ", %s", names[a->o & 7]);
    if (a->s)
        out_printf(o, " #%u", shift);
}

A64_DIRECTIVE(index0)
{
    print_index(o, a, 0);
}

A64_DIRECTIVE(index1)
{
    print_index(o, a, 1);
}

A64_DIRECTIVE(index2)
{
    print_index(o, a, 2);
}

A64_DIRECTIVE(index3)
{
    print_index(o, a, 3);
}

A64_DIRECTIVE(index4)
{
    print_index(o, a, 4);
}

// The size is given by field z: of a W or X register, of a B to D register.
A64_DIRECTIVE(index_r)
{
    print_index(o, a, 2 + a->z);
}

A64_DIRECTIVE(index_e)
{
    print_index(o, a, a->z);
}

#define ROW(id, size, opc, text, index, kind, log2) \
    LDST_REGISTER(id, size, "0", opc, text, index, FEAT_BASE, kind, log2)

// clang-format off
ROW(strb_reg,    "00", "00", "strb {Wt}",  "index0",  A64_STORE,   0)
ROW(ldrb_reg,    "00", "01", "ldrb {Wt}",  "index0",  A64_LOAD,    0)
ROW(ldrsb_x_reg, "00", "10", "ldrsb {Xt}", "index0",  A64_LOAD_SX, 0)
ROW(ldrsb_w_reg, "00", "11", "ldrsb {Wt}", "index0",  A64_LOAD_SW, 0)
ROW(strh_reg,    "01", "00", "strh {Wt}",  "index1",  A64_STORE,   1)
ROW(ldrh_reg,    "01", "01", "ldrh {Wt}",  "index1",  A64_LOAD,    1)
ROW(ldrsh_x_reg, "01", "10", "ldrsh {Xt}", "index1",  A64_LOAD_SX, 1)
ROW(ldrsh_w_reg, "01", "11", "ldrsh {Wt}", "index1",  A64_LOAD_SW, 1)
ROW(ldrsw_reg,   "10", "10", "ldrsw {Xt}", "index2",  A64_LOAD_SX, 2)
ROW(str_reg,     "1z", "00", "str {Rt}",   "index_r", A64_STORE,   2 + a->z)
ROW(ldr_reg,     "1z", "01", "ldr {Rt}",   "index_r", A64_LOAD,    2 + a->z)
