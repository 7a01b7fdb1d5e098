// SPDX-License-Identifier: MIT
// Private to engine/: blocks of an earlier run of the program, whose memory has come back where it
// was (engine/saved.h). Each is one that was made and then forgotten, until it is asked for and the
// guest's code is what it was made from. With the engine's lock.
#ifndef EMU_ENGINE_KEPT_H
#define EMU_ENGINE_KEPT_H

#include "a64/state.h"
#include "engine/blocks.h"

struct table;

// From now on the blocks of `index` may be found, which kept_index made in an earlier run.
void kept_begin(const struct table *index);

// None of them is found any more: their memory is used for something else.
void kept_end(void);

// A kept block for what stands at pc now, for the thread's mode; NULL if there is none. From then
// on it is like others, and so are all that it leads to, as far as the guest's code is the same
// there; where it is not, it leads there no more. pc can be fetched.
struct block *kept_block(struct cpu *c, uint64_t pc);

// A block that kept_block has made the program's, but blocks_find may not find, because it was only
// led to; or NULL.
const struct block *kept_joined(uint64_t pc, uint32_t mode);

// kept_block did not return, because the guest's code cannot be read: all blocks are removed.
// Otherwise nothing.
void kept_broken(void);

// A table of all blocks there are, and of those that were kept and not found. NULL if there is no
// memory for it.
const struct table *kept_index(void);

#endif
