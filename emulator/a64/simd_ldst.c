// SPDX-License-Identifier: MIT
// Loads and stores of one scalar SIMD&FP register. B to D by field z; Q is encoded apart.
#include "a64/disasm.h"
#include "a64/ldst.h"
#include "base/bits.h"

// The unsigned offset, in units of the size in field z.
A64_DIRECTIVE(uimm_e)
{
    if (a->i)
        out_printf(o, ", #%u", a->i << a->z);
}

#define ROWS(ld, suffix, size, opc, reg, uimm, index, kind, log2)                               \
    LDST_UNSCALED(ld##ur##suffix, "00", size, "1", opc, #ld "ur " reg, FEAT_FP, kind, log2)     \
    LDST_POST(ld##r##suffix##_post, size, "1", opc, #ld "r " reg, FEAT_FP, kind, log2)          \
    LDST_PRE(ld##r##suffix##_pre, size, "1", opc, #ld "r " reg, FEAT_FP, kind, log2)            \
    LDST_UNSIGNED(ld##r##suffix##_imm, size, "1", opc, #ld "r " reg, uimm, FEAT_FP, kind, log2) \
    LDST_REGISTER(ld##r##suffix##_reg, size, "1", opc, #ld "r " reg, index, FEAT_FP, kind, log2)

// clang-format off
ROWS(st, _e, "zz", "00", "{Et}", "{uimm_e}", "index_e", A64_STORE_V, a->z)
ROWS(ld, _e, "zz", "01", "{Et}", "{uimm_e}", "index_e", A64_LOAD_V,  a->z)
ROWS(st, _q, "00", "10", "{Qt}", "{,#i*16}", "index4",  A64_STORE_V, 4)
ROWS(ld, _q, "00", "11", "{Qt}", "{,#i*16}", "index4",  A64_LOAD_V,  4)
