// SPDX-License-Identifier: MIT
// Passes over one IR block: one file and one idea each. A pass changes the block in place, keeps
// the rules of ir_verify and keeps what the block does, also at a fault: a memory access or an exit
// sees the guest state of the original.
//
// A pass marks what it removes as `nop`; opt_compact closes the gaps. No pass allocates; blocks
// have up to OPT_MAX_INSTS operations.
#ifndef EMU_OPT_OPT_H
#define EMU_OPT_OPT_H

#include "ir/ir.h"

enum { OPT_MAX_INSTS = 2048 };

struct opt_pass {
    const char *name;
    void (*run)(struct ir_block *ir);
    const char *what;
};

// All passes, in the order in which opt_run applies them.
extern const struct opt_pass opt_passes[];
extern const unsigned opt_pass_count;

// The pass of that name, or NULL.
const struct opt_pass *opt_find(const char *name);

// All passes, then opt_compact.
void opt_run(struct ir_block *ir);

// Removes the nops and numbers the rest anew.
void opt_compact(struct ir_block *ir);

// The passes; each file says what it does.
void opt_fold(struct ir_block *ir);
void opt_dead(struct ir_block *ir);

#endif
