// SPDX-License-Identifier: MIT
// Rows for tests of a64gen itself: ROW_A and ROW_B are the patterns of two rows, given on the
// compiler's command line.
#include "a64/insn.h"

A64_INSN(a, ROW_A, "a", FEAT_BASE)
{
}

A64_INSN(b, ROW_B, "b", FEAT_BASE)
{
}
