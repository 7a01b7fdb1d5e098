// SPDX-License-Identifier: MIT
// Removes what no one can see, in one walk backwards: pure operations and gets whose results are
// not used, and sets of slots that are set again before anything could look. Who can look: a get of
// the slot, and everything that may leave the block or fault, since a signal handler, a debugger or
// another block then sees the whole state; and floating point, which the host may leave to the
// evaluator in the middle of a block.
#include "base/die.h"
#include "ir/state.h"
#include "opt/opt.h"

#include <stddef.h>
#include <string.h>

void opt_dead(struct ir_block *ir)
{
    bool used[OPT_MAX_INSTS];
    // The stretch between lookers in which a slot is set later. They are counted on from block to
    // block, so that nothing need be cleared.
    static __thread uint64_t overwritten[IR_SLOTS], stretch;
    assert_msg(ir->count <= OPT_MAX_INSTS, "opt: block at %#llx has %u operations",
               (unsigned long long)ir->pc, ir->count);
    memset(used, 0, ir->count * sizeof *used);
    stretch++;
    for (unsigned i = ir->count - 1; i > 0; i--) {
        struct ir_inst *in = &ir->inst[i];
        unsigned op = in->op, flags = ir_op_info[op].flags;
        bool dead = (flags & IR_PURE || ir_is_get(op)) && !used[i];
        if (ir_is_set(op)) {
            uint64_t *slot = &overwritten[in->imm >> 3];
            dead = *slot == stretch;
            *slot = stretch;
        }
        if (dead) {
            *in = (struct ir_inst){.op = IR_nop};
            continue;
        }
        if (ir_is_get(op))
            overwritten[in->imm >> 3] = 0;
        if (flags & IR_ENV) // reads fpcr
            overwritten[offsetof(struct ir_state, fp) >> 3] = 0;
        if (flags & (IR_MEM | IR_EXIT | IR_ENV) || op == IR_label)
            stretch++;
        used[in->a] = used[in->b] = true;
        if (!(flags & IR_CLIT))
            used[in->c] = true;
    }
}
