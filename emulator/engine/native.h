// SPDX-License-Identifier: MIT
// Private to engine/: hot blocks as code of the host.
#ifndef EMU_ENGINE_NATIVE_H
#define EMU_ENGINE_NATIVE_H

#include "a64/translate.h"
#include "engine/blocks.h"

#include <signal.h>

// Which registers compiled code pins.
extern const struct x64_guest native_guest;

// Makes the system call that compiled code has come to (service.c), and goes back to it by
// native_serviced: behind the call, or to leave.
void native_service(struct ir_state *s);
void native_serviced(struct ir_state *s, bool goes_on);

// Whether blocks are compiled at all; before the first use.
bool native_wanted(void);

// After how many runs a block is compiled; 0: never / a block that is translated now.
unsigned native_runs(void);
unsigned native_runs_now(void);

// What a loop counts, and whose it is.
struct native_rounds {
    struct x64_rounds left;
    struct native_code *of;
};

// Code of a block. It is run until it is dropped, and then by those who are in it.
struct native_code {
    struct x64_code code;
    struct block *block; // NULL: dropped
    uint64_t pc;
    uint64_t made_from; // a64_made_from of its instructions
    unsigned n_insns;
    bool region;                  // made of more than the block
    struct native_rounds *rounds; // of a loop: until it is known how often it comes round each time
};

// Whether what is compiled goes on behind a conditional branch, at pc.
bool native_goes_on(const struct a64_tr *t, uint64_t pc);

// Whether the program comes to pc often enough for that to be part of a region.
bool native_comes_to(const struct a64_tr *t, uint64_t pc);

// Whether a loop comes round so often, before it is left, that what it takes to enter and to leave
// a region does not count.
bool native_comes_round(const struct native_code *n);

// Whether a loop that came round so often was never entered in a way that is counted.
bool native_enters_unseen(const struct native_code *n);

// Whether all that runs have counted of a loop over integers has decided nothing.
bool native_counts_in_vain(const struct native_code *n);

// Counts what was counted of a loop so far as if it had come so many times.
void native_count_on(struct native_code *n, int times);

// Whether code that is a loop is worth a region: it computes with floating point, which gains by
// registers that stay where they are, or is one loop too long for a block. The others lose as often
// as they gain (docs/design.md).
bool native_region_gains(const struct a64_tr *t);

// Whether --compile says that the block at pc is compiled.
bool native_chosen(uint64_t pc);

// What code is made of a block.
struct native_form {
    bool region;  // it is the region that begins with the block
    bool counted; // if that is a loop, it asks how often it comes round each time
};

// Compiles what block b was translated to; fills in *layout if there is one. False: there is no
// memory for code just now, because some thread may still be in code that was dropped. With the
// engine's lock.
bool native_compile(struct block *b, const struct a64_tr *t, struct native_form form,
                    struct x64_layout *layout);

// Drops all code, whatever state its lists are in: part of blocks_start_over, which comes first.
void native_start_over(void);

// What is watched has changed (ir/watch.h). With the lock.
void native_watches_changed(void);

// Calls `visit` for all code of blocks. With the lock.
void native_each(void (*visit)(const struct native_code *n));

// Where code is entered from elsewhere than a link.
const uint8_t *native_entry(const struct native_code *n);

// The code that host address `at` belongs to, or NULL; `at` may be anywhere. Without a lock.
struct native_code *native_code_at(const void *at);

// Brings the thread's state to the beginning of the instruction of n in which the host was
// interrupted. Returns how many instructions are to be evaluated if it was a floating-point
// exception.
unsigned native_recover(struct cpu *c, const struct native_code *n, void *ucontext);

// The same where compiled code has called the evaluator's function, which was interrupted: all but
// the condition flags is in its place.
void native_recover_call(struct cpu *c);

// For --stats: adds what compiled code has executed to engine_stats, and begins anew. With the
// lock.
void native_collect(void);

// The block's code, if it has any, is not entered any more: the block is evaluated. With the lock.
void native_drop(struct block *b);

// In the child of a fork. True: there is no code any more.
bool native_after_fork(void);

// For engine/saved.c: where code is, and how far there is some.
struct native_place {
    struct regions data; // what belongs to the code
    uint8_t *base;       // of the code's memory; NULL: there is none yet
    uint8_t *first[REGIONS], *next[REGIONS];
    uint8_t *cold[REGIONS], *cold_next[REGIONS]; // the same for what is out of line
};

// Reserves the addresses of the code; before the first use.
void native_init(void);

// Whether there is memory for code / makes it, if there is none yet. False: there is none, or not
// at one address.
bool native_has_memory(void);
bool native_place(struct native_place *place);

// The memory is filled as in an earlier run, when `place` was asked for.
void native_come_back(const struct native_place *place);

#endif
