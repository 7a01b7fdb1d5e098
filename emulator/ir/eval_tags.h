// SPDX-License-Identifier: MIT
// Private to the evaluator: the meanings of the operations on allocation tags.
#ifndef EMU_IR_EVAL_TAGS_H
#define EMU_IR_EVAL_TAGS_H

#include "ir/state.h"
#include "ir/tags.h"

// A check has failed for the byte at `pointer`. True: that is a fault now, and the exit is set.
bool eval_tag_fault(struct ir_state *s, uint64_t pointer, enum ir_tag_access access);

// literal: as of tag_check. True: as above.
static ALWAYS_INLINE bool eval_tag_check(struct ir_state *s, uint64_t pointer, unsigned literal)
{
    enum ir_tag_access access = (enum ir_tag_access)(literal >> 3);
    uint64_t size = UINT64_C(1) << (literal & 7), bad = ir_tag_mismatch(pointer, size);
    if (likely(!bad))
        return false;
    if (access == IR_TAG_EXCLUSIVE &&
        (s->monitor.size != size || s->monitor.addr != ir_untag(pointer)))
        return false;
    return eval_tag_fault(s, bad, access);
}

// The tag of the granule at `pointer`, 0 where there are none; faults if it cannot be read.
uint64_t eval_ldg(uint64_t pointer);

// Gives `granules` granules from `pointer` on (aligned) a tag, where they can have one; faults if
// they cannot be written.
void eval_stg(uint64_t pointer, unsigned tag, unsigned granules);

// Gives the granules of `bytes` writable bytes at `pointer` the tag of the pointer.
void eval_mem_tag(uint64_t pointer, uint64_t bytes);

// The tag that many steps after `tag`, of those that are not excluded.
unsigned eval_choose_tag(unsigned tag, unsigned steps, unsigned exclude);

// One of the tags that are not excluded, by chance.
unsigned eval_random_tag(struct ir_state *s, unsigned exclude);

#endif
