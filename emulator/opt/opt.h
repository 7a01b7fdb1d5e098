// SPDX-License-Identifier: MIT
// Passes over one IR block: one file and one idea each, a row each in opt/passes.def. A pass
// changes the block in place, keeps the rules of ir_verify and keeps what the block does, also at a
// fault: a memory access or an exit sees the guest state of the original.
//
// A pass marks what it removes as `nop`; opt_compact closes the gaps. No pass allocates; blocks
// have up to OPT_MAX_INSTS operations.
//
// Threads: one at a time (the engine's lock).
#ifndef EMU_OPT_OPT_H
#define EMU_OPT_OPT_H

#include "ir/ir.h"

enum { OPT_MAX_INSTS = 4096 };

// What a block is compiled as: a bit each.
enum opt_tier { OPT_BLOCKS = 1, OPT_REGIONS = 2 };

enum opt_number {
#define OPT_PASS(name, tiers, what) OPT_##name,
#include "opt/passes.def"
#undef OPT_PASS
    OPT_PASS_COUNT
};
#define OPT_ALL ((uint32_t)((UINT64_C(1) << OPT_PASS_COUNT) - 1)) // a bit for each

struct opt_pass {
    const char *name;
    void (*run)(struct ir_block *ir);
    unsigned tiers; // enum opt_tier
    const char *what;
};

// By number, which is the order in which opt_run makes them.
extern const struct opt_pass opt_passes[OPT_PASS_COUNT];

// What opt_run does besides. To be set before the first block.
struct opt_settings {
    uint32_t off;   // passes that are not made, a bit each
    uint32_t shown; // passes of which the log has each block before and after
    unsigned limit; // how many are made in this process, each pass over each block counted; the
                    // rest are not
    bool verify;    // after each pass: a rule of ir_verify that is broken is a bug of that pass
    ir_slot_name_fn *slot_name; // for the log; may be NULL
};
extern struct opt_settings opt_settings;

// Adds the passes that `list` names, separated by commas, to *passes; "all": all of them. NULL, or
// the first name that is none's (static storage).
const char *opt_choose(const char *list, uint32_t *passes);

// The names of all passes: " fold number dead".
const char *opt_names(void);

// The pass of that name, or NULL.
const struct opt_pass *opt_find(const char *name);

// The passes for any of the tiers (enum opt_tier), then opt_compact.
void opt_run(struct ir_block *ir, unsigned tiers);

// The operands of `in` become what stands for them.
static inline void opt_use_replaced(struct ir_inst *in, const ir_ref *replace)
{
    in->a = replace[in->a];
    in->b = replace[in->b];
    if (!(ir_op_info[in->op].flags & IR_CLIT))
        in->c = replace[in->c];
}

// Removes the nops and numbers the rest anew.
void opt_compact(struct ir_block *ir);

// The passes; each file says what it does.
#define OPT_PASS(name, tiers, what) void opt_##name(struct ir_block *ir);
#include "opt/passes.def"
#undef OPT_PASS

#endif
