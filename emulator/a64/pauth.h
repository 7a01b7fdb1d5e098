// SPDX-License-Identifier: MIT
// Private to a64/: authenticated addresses in branches and loads.
#ifndef EMU_A64_PAUTH_H
#define EMU_A64_PAUTH_H

#include "a64/translate.h"

// How this processor computes the codes of pointers.
enum ir_pac_algorithm a64_pauth_algorithm(void);

// The address that a branch or load uses instead of `pointer`; faults if its code is wrong and the
// processor has FEAT_FPACCOMBINE.
ir_ref authenticated(struct a64_tr *t, ir_ref pointer, ir_ref modifier, unsigned key);

#endif
