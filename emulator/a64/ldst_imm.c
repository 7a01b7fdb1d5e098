// SPDX-License-Identifier: MIT
// Loads and stores of a general register with an immediate offset: unscaled (LDUR), unprivileged
// (LDTR: at EL0 an ordinary access), pre- and post-indexed, and scaled unsigned. One line below is
// an instruction in all five.
#include "a64/disasm.h"
#include "a64/ldst.h"
#include "base/bits.h"

// The unsigned offset, in units of the register's size by field z.
A64_DIRECTIVE(uimm_r)
{
    if (a->i)
        out_printf(o, ", #%u", a->i << (2 + a->z));
}

#define ROWS(ld, r, suffix, size, opc, reg, uimm, kind, log2)                                  \
    LDST_UNSCALED(ld##u##r##suffix, "00", size, "0", opc, #ld "u" #r " " reg, FEAT_BASE, kind, \
                  log2)                                                                        \
    LDST_POST(ld##r##suffix##_post, size, "0", opc, #ld #r " " reg, FEAT_BASE, kind, log2)     \
    LDST_UNSCALED(ld##t##r##suffix, "10", size, "0", opc, #ld "t" #r " " reg, FEAT_BASE, kind, \
                  log2)                                                                        \
    LDST_PRE(ld##r##suffix##_pre, size, "0", opc, #ld #r " " reg, FEAT_BASE, kind, log2)       \
    LDST_UNSIGNED(ld##r##suffix##_imm, size, "0", opc, #ld #r " " reg, uimm, FEAT_BASE, kind, log2)

// clang-format off
ROWS(st, rb,    , "00", "00", "{Wt}", "{,#i}",    A64_STORE,   0)
ROWS(ld, rb,    , "00", "01", "{Wt}", "{,#i}",    A64_LOAD,    0)
ROWS(ld, rsb, _x, "00", "10", "{Xt}", "{,#i}",    A64_LOAD_SX, 0)
ROWS(ld, rsb, _w, "00", "11", "{Wt}", "{,#i}",    A64_LOAD_SW, 0)
ROWS(st, rh,    , "01", "00", "{Wt}", "{,#i*2}",  A64_STORE,   1)
ROWS(ld, rh,    , "01", "01", "{Wt}", "{,#i*2}",  A64_LOAD,    1)
ROWS(ld, rsh, _x, "01", "10", "{Xt}", "{,#i*2}",  A64_LOAD_SX, 1)
ROWS(ld, rsh, _w, "01", "11", "{Wt}", "{,#i*2}",  A64_LOAD_SW, 1)
ROWS(ld, rsw,   , "10", "10", "{Xt}", "{,#i*4}",  A64_LOAD_SX, 2)
ROWS(st, r,     , "1z", "00", "{Rt}", "{uimm_r}", A64_STORE,   2 + a->z)
ROWS(ld, r,     , "1z", "01", "{Rt}", "{uimm_r}", A64_LOAD,    2 + a->z)
