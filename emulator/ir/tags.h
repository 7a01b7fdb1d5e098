// SPDX-License-Identifier: MIT
// Allocation tags of guest memory (Armv8.5 MTE): 4 bits for each granule of 16 bytes, of the pages
// that have tags. They lie beside the guest's memory, at a fixed distance for each address. Only
// one process may be in the address space; its operating-system layer makes and clears them.
#ifndef EMU_IR_TAGS_H
#define EMU_IR_TAGS_H

#include "ir/ir.h"

enum { IR_TAG_GRANULE = 16, IR_TAG_PAGE = 4096 };

struct ir_tag_memory {
    uint64_t start, size; // of the addresses that can have tags; size 0: none can
    uint8_t *tags;        // two granules a byte, the first in the low bits
    uint8_t *pages;       // a bit a page, lowest first: whether it has tags
};
extern struct ir_tag_memory ir_tag_memory;

// What a failed check does; the values of SCTLR_EL1.TCF0.
enum ir_tag_checks { IR_TAGS_IGNORED, IR_TAGS_SYNC, IR_TAGS_ASYNC, IR_TAGS_ASYMM };

// What the access behind a check does (literal c of tag_check is this << 3 | log2 of its size).
enum ir_tag_access {
    IR_TAG_READ,
    IR_TAG_WRITE,
    IR_TAG_UPDATE,    // both
    IR_TAG_EXCLUSIVE, // a store that is made only if the monitor is open on the address
};
enum { IR_TAG_OVERRIDE = 1 << 25 }; // operand b of tag_check, as in SPSR: PSTATE.TCO

// The tag in a pointer.
static ALWAYS_INLINE unsigned ir_tag_of(uint64_t pointer)
{
    return pointer >> 56 & 15;
}

// Whether the page of the address at `offset` from ir_tag_memory.start has tags.
static ALWAYS_INLINE bool ir_page_has_tags(uint64_t offset)
{
    return offset < ir_tag_memory.size &&
           ir_tag_memory.pages[offset / (8 * IR_TAG_PAGE)] >> offset / IR_TAG_PAGE % 8 & 1;
}

static ALWAYS_INLINE unsigned ir_tag_at(uint64_t offset)
{
    return ir_tag_memory.tags[offset / (2 * IR_TAG_GRANULE)] >> offset / IR_TAG_GRANULE % 2 * 4 &
           15;
}

// The first of the `size` bytes at `pointer` whose granule has another tag, with the pointer's tag;
// 0 if there is none.
static ALWAYS_INLINE uint64_t ir_tag_mismatch(uint64_t pointer, uint64_t size)
{
    uint64_t first = ir_untag(pointer) - ir_tag_memory.start, at = first;
    do {
        if (ir_page_has_tags(at) && ir_tag_at(at) != ir_tag_of(pointer))
            return pointer + (at - first);
        at = (at | (IR_TAG_GRANULE - 1)) + 1;
    } while (at - first < size);
    return 0;
}

#endif
