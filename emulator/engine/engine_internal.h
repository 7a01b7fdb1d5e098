// SPDX-License-Identifier: MIT
// Private to engine/: the engine's part of a thread, and what its files ask of each other.
#ifndef EMU_ENGINE_ENGINE_INTERNAL_H
#define EMU_ENGINE_ENGINE_INTERNAL_H

#include "a64/translate.h"
#include "engine/blocks.h"
#include "engine/engine.h"

#include <setjmp.h>

enum { JUMP_TABLES = 3 };

// The engine's part of a thread, behind c->engine.
struct engine_thread {
    struct ir_jump jumps[JUMP_TABLES][IR_JUMPS];
    struct ir_native_jump native_jumps[JUMP_TABLES][IR_NATIVE_JUMPS] __attribute__((aligned(4096)));
    bool used[JUMP_TABLES]; // what was never written is not to be touched
    jmp_buf recover;        // where engine_host_fault sends the thread
    bool running;           // translated code is running
    bool fetching;          // guest code is being read for translation
    uint64_t flushes;       // of engine_stats, when `jumps` was last emptied
    uint32_t mode;          // the one `jumps` is for
    unsigned steps;         // instructions to be evaluated: the host could not do the first of them
    struct block *excepting; // the block whose floating point the host could not do
    struct block *tagged;    // the block with an access that failed because of its address's tag
    bool stepping;           // it is
    siginfo_t fault_info;
};

extern const struct engine_os *engine_os;

// Throws all translations away. Threads other than c notice when they next run.
void engine_flush(struct cpu *c);

// ---- jumps.c: where indirect branches find their targets

// Whether there is code in guarded pages.
extern bool jumps_guarded;

// Empties the thread's tables.
void jumps_forget(struct cpu *c);

// Lets branches of the kind that led to `b` find it.
void jumps_add(struct cpu *c, const struct block *b);

// ---- translate.c: from guest code to blocks

// How many instructions from pc on belong to one block: up to the limit, the end of what can be
// fetched.
unsigned block_limit(uint64_t pc, bool *guarded);

// The IR of what stands at pc. extended: also behind conditional branches
// (native_goes_on).
void translate(struct a64_tr *t, uint64_t pc, uint32_t mode, unsigned max_insns, bool guarded,
               bool extended);

// Makes the block at pc for the thread's mode. NULL if its first instruction cannot be fetched.
struct block *translate_block(struct cpu *c, uint64_t pc);

// ---- promote.c: blocks become compiled code, and are compiled again

// Compiles block b, which has run often enough.
void promote_hot(struct cpu *c, struct block *b);

// The host could not do floating point of compiled block b: if its numbers are often none (NaNs,
// out of range) it is compiled once more, its floating point calling the evaluator.
void promote_excepting(struct cpu *c, struct block *b);

// An access of compiled block b failed because of its address's tag, which costs a signal: if that
// is no exception, b is compiled again so that it does not matter.
void promote_tagged(struct cpu *c, struct block *b);

// ---- step.c: instructions one by one

// The instructions that compiled code left to the evaluator. False if they end in something else
// than the next one.
bool step_catch_up(struct cpu *c);

// ---- fault.c

// Where the thread stands after an exit that left pc to the recovery record of the access in
// flight.
void fault_pc(struct cpu *c);

// ---- dump.c: for --dump and --log

void dump_entry(const struct cpu *c);
void dump_block(uint64_t pc, uint32_t mode);

// Where native_compile is to leave the layout, if the log wants the code; or NULL.
struct x64_layout *dump_layout(void);
// Block b was compiled from `ir`, of as many instructions.
void dump_compiled(const struct block *b, const struct ir_block *ir, unsigned n_insns);

// ---- engine.c

// Whether the last exit is one for the caller of engine_run; an invalidation is made here.
bool engine_concerns_caller(struct cpu *c);

#endif
