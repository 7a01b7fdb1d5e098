// SPDX-License-Identifier: MIT
// Private to engine/: the engine's part of a thread, and what its files ask of each other.
#ifndef EMU_ENGINE_ENGINE_INTERNAL_H
#define EMU_ENGINE_ENGINE_INTERNAL_H

#include "a64/translate.h"
#include "engine/blocks.h"
#include "engine/engine.h"
#include "engine/safepoint.h"

#include <setjmp.h>

enum { JUMP_TABLES = 3, JUMP_SETS = 4 };

// A thread's jump tables for one mode.
struct jump_set {
    struct ir_jump jumps[JUMP_TABLES][IR_JUMPS];
    struct ir_native_jump native_jumps[JUMP_TABLES][IR_NATIVE_JUMPS] __attribute__((aligned(4096)));
};

// What is known of them, apart: what was never written is not to be touched.
struct jump_set_use {
    uint32_t mode;
    bool used[JUMP_TABLES];
};

// The engine's part of a thread, behind c->engine.
struct engine_thread {
    struct jump_set sets[JUMP_SETS];     // a program that changes its mode changes it back
    struct jump_set_use uses[JUMP_SETS]; // of `sets`
    unsigned set;                        // the one in use, for `mode`
    jmp_buf recover;                     // where engine_host_fault sends the thread
    struct safepoint safepoint;
    bool running;   // translated code is running
    bool fetching;  // guest code is being read for translation, with the engine's lock held
    uint32_t mode;  // of the blocks that are run
    bool guarded;   // whether jumps are kept apart by kind
    unsigned steps; // instructions to be evaluated: the host could not do the first of them
    struct native_code *excepting; // code whose floating point the host could not do
    struct native_code *tagged;    // code with an access that failed for its address's tag
    const struct block *own;       // made by translate_alone
    _Alignas(16) uint8_t own_memory[64 << 10];
    siginfo_t fault_info;
};

extern const struct engine_os *engine_os;

// Whether blocks may go on to each other without coming back to the driver.
bool engine_chains(void);

// ---- jumps.c: where indirect branches find their targets

// Whether there is code in guarded pages.
extern bool jumps_guarded;

// Empties the thread's tables.
void jumps_forget(struct cpu *c);

// While an instruction is evaluated alone: no indirect branch finds its target / does as before.
void jumps_hide(struct cpu *c);
void jumps_show(struct cpu *c);

// c has taken over the part of a thread that has ended, and its tables. With the lock.
void jumps_resume(struct cpu *c);

// Goes on with the tables for the thread's mode, which has changed. With the lock.
void jumps_change_mode(struct cpu *c);

// Whether branches of the kind that led to `b` find it, or should not / lets them find it, with the
// engine's lock.
bool jumps_know(const struct cpu *c, const struct block *b);
void jumps_add(struct cpu *c, const struct block *b);

// So many are going to be added by jumps_add_kept.
void jumps_expect(struct cpu *c, unsigned n);

// What they find of a block. False: kinds of branches matter for it.
struct jump_target {
    uint64_t pc;
    const struct eval_op *code;
    const uint8_t *native; // NULL: it is not compiled
    uint32_t mode;
};
bool jumps_target(const struct block *b, struct jump_target *to);

// The same as jumps_add, for blocks of an earlier run of the program which have just joined. Where
// kinds matter meanwhile they do not find them yet.
void jumps_add_kept(struct cpu *c, const struct jump_target *to);

// No thread finds the block or code for pc, or any, any more. With the lock.
void jumps_remove(uint64_t pc);
void jumps_remove_all(void);

// ---- translate.c: from guest code to blocks

// How many instructions from pc on belong to one block: up to the limit, the end of what can be
// fetched.
enum { MAX_BLOCK_INSNS = 64 };
unsigned block_limit(uint64_t pc, bool *guarded);

// The IR of what stands at pc. extended: also behind conditional branches (native_goes_on).
// A block ends before a debugger's trap (engine/traps.h), and leaves at once where one is.
// *fetching tells engine_host_fault meanwhile that code which cannot be read is the guest's matter.
// With the lock.
void translate(bool *fetching, struct a64_tr *t, uint64_t pc, uint32_t mode, unsigned max_insns,
               bool guarded, bool extended);

// The same for a region, whose code may be longer / its IR, or why none begins there.
unsigned block_region_limit(uint64_t pc, bool *guarded);
enum a64_region translate_region(bool *fetching, struct a64_tr *t, uint64_t pc, uint32_t mode,
                                 unsigned max_insns, bool guarded);

// Sets *b to the block at pc for the thread's mode, made now unless another thread has; NULL: there
// is no memory for it just now. False if its first instruction cannot be fetched. Locks.
bool translate_block(struct cpu *c, uint64_t pc, struct block **b);

// The same of one instruction, in memory of the thread's own, where nobody else finds it.
struct block *translate_alone(struct engine_thread *e, uint64_t pc);

// ---- promote.c: blocks become compiled code, and are compiled again. Each locks,
// unless it says otherwise.

// Block b was looked up. May be called while it is run or compiled. Without the lock.
void promote_sooner(struct block *b);

// Block b is about to be kept for other runs, which go on with its counter. With the lock.
// The counter begins anew: were it to say how often the block runs in all of them, each run would
// find others that are hot / unless the block ran so often that as many runs as what is kept is to
// serve make it hot; then it is compiled in the next one.
void promote_anew(struct block *b);
void promote_next_run(struct block *b);

// Compiles block b, which has run often enough.
void promote_hot(struct cpu *c, struct block *b);

// The code with the counters native_hot has run so often that the region which begins there is
// compiled.
void promote_region(struct cpu *c);

// The host could not do floating point of a block's code: if its numbers are often none (NaNs,
// out of range) it is compiled once more, its floating point calling the evaluator.
void promote_excepting(struct cpu *c, struct native_code *n);

// An access of a block's code failed because of its address's tag, which costs a signal: if that
// is no exception, b is compiled again so that it does not matter.
void promote_tagged(struct cpu *c, struct native_code *n);

// ---- step.c: instructions one by one

// Evaluates the instruction at pc alone, whatever it is, and goes on behind it; exit tells.
void step(struct cpu *c);

// The instructions that compiled code left to the evaluator; exit tells.
void step_catch_up(struct cpu *c);

// ---- fault.c

// Where the thread stands after an exit that left pc to the recovery record of the access in
// flight.
void fault_pc(struct cpu *c);

// ---- dump.c: for --log

void dump_entry(const struct cpu *c);
// With the lock.
void dump_block(uint64_t pc, uint32_t mode);

// Where native_compile is to leave the layout, if the log wants the code; or NULL.
struct x64_layout *dump_layout(void);
// Block b was compiled from `ir`, of as many instructions.
void dump_compiled(const struct block *b, const struct ir_block *ir, unsigned n_insns);

#endif
