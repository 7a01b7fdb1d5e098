// SPDX-License-Identifier: MIT
// Private to engine/: blocks of an earlier run of the program, whose memory has come back where it
// was (engine/saved.h). They are in the table, but no pc leads to them until they are asked for and
// the guest's code is what they were made from. With the engine's lock.
#ifndef EMU_ENGINE_KEPT_H
#define EMU_ENGINE_KEPT_H

#include "a64/state.h"
#include "engine/blocks.h"

// What is known of the kept blocks, made by kept_prepare in an earlier run; its size in bytes.
struct kept_units;
size_t kept_bytes(const struct kept_units *u);

// From now on the kept blocks may join.
void kept_begin(struct kept_units *u);

// None of them does any more: the memory of some is used for something else.
void kept_end(void);

// A kept block for what stands at pc now, for the thread's mode; NULL if there is none. From then
// on it is like others, and so are all that it leads to, as far as the guest's code is the same
// there; where it is not, it leads there no more. pc can be fetched.
struct block *kept_block(struct cpu *c, uint64_t pc);

// kept_block did not return, because the guest's code cannot be read, at pc or elsewhere: all
// blocks are removed, and pc is to be looked up again. False: it was not at work.
bool kept_broken(void);

// Makes all blocks ready to be kept. NULL if there is no memory for it.
struct kept_units *kept_prepare(void);

#endif
