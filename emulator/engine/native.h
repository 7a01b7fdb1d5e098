// SPDX-License-Identifier: MIT
// Private to engine/: hot blocks as code of the host.
#ifndef EMU_ENGINE_NATIVE_H
#define EMU_ENGINE_NATIVE_H

#include "a64/translate.h"
#include "engine/blocks.h"

#include <signal.h>

// Which registers compiled code pins.
extern const struct x64_guest native_guest;

// Whether blocks are compiled at all; before the first use.
bool native_wanted(void);

// After how many runs a block is compiled; 0: never.
unsigned native_runs(void);

// Whether what is compiled goes on behind a conditional branch, at pc.
bool native_goes_on(uint64_t pc, uint32_t mode);

// Compiles the block; fills in *layout if there is one. False: the cache is full.
bool native_compile(struct block *b, const struct ir_block *ir, struct x64_layout *layout);

// The compiled block that host address `at` belongs to, or NULL; `at` may be anywhere.
struct block *native_block_at(const void *at);

// Brings the thread's state to the beginning of the instruction of b in which the host was
// interrupted. Returns how many instructions are to be evaluated if it was a floating-point
// exception.
unsigned native_recover(struct cpu *c, const struct block *b, void *ucontext);

// For --stats: adds what compiled code has executed to engine_stats, and begins anew.
void native_collect(void);

// Calls `visit` for the code of every compiled block.
void native_each(void (*visit)(const struct block *b));

// Throws all code away.
void native_clear(void);

#endif
