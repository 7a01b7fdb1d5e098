// SPDX-License-Identifier: MIT
// Runs guest code: finds or makes the translation of where a thread is, runs it, and returns when
// the guest wants something only the operating-system layer can give. The engine knows that layer
// only as `struct engine_os`.
#ifndef EMU_ENGINE_ENGINE_H
#define EMU_ENGINE_ENGINE_H

#include "a64/state.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// What the engine asks of the operating-system layer.
struct engine_os {
    // The number of bytes from pc on that are mapped, readable and executable for the guest (0: pc
    // cannot be fetched). At most 64 KiB need be looked at. *guarded: whether landing pads count
    // there (FEAT_BTI), the same for all of these bytes. Called with pc a multiple of 4.
    size_t (*fetch)(uint64_t pc, bool *guarded);
    // The end of the mapping that code at pc belongs to. May be NULL.
    uint64_t (*mapping_end)(uint64_t pc);
    // Puts the name of a place in the program into name[size], for --perf and messages; false if it
    // has none. May be NULL.
    bool (*name)(uint64_t pc, char *name, size_t size);
    // A thread at a system call (IR_EXIT_SVC), all of its state in *c, has not left engine_run but
    // for this. Its last act is engine_serviced. For calls that neither copy the thread nor end it
    // or set its registers. Floating point has the guest's modes meanwhile, and what is raised
    // would be the guest's: there is to be none. May be NULL.
    void (*service)(struct cpu *c);
    // Calls that need no service, their number in W8, their result in X0; NULL: none.
    const struct ir_direct *direct;
};

// What may be set before engine_init.
struct engine_settings {
    unsigned tier;        // 0: evaluator only, 1: hot blocks are compiled, 2: and regions
    unsigned threshold;   // runs of a block before it is compiled
    unsigned later;       // the same for what is translated when much is compiled already
    unsigned region_runs; // runs of a compiled block before its region is
    size_t cache;         // bytes for compiled code, others in proportion; 0: as there is room
    const char *stats;    // --stats: a file for the report, "" for standard error; NULL: none
    bool check;           // --check: compiled code is compared with the evaluator
    unsigned flush;       // --flush: all code is thrown away after as many look-ups; 0: never
    // --compile: only blocks that begin in [first, last] are compiled, of each the first
    // max_operations, and the branches.
    uint64_t compile_first, compile_last;
    bool compile_some;
    unsigned max_operations;
    enum { PERF_NONE, PERF_MAP, PERF_JITDUMP } perf; // --perf
    const char *saved; // --saved: the folder in which translations are kept; NULL: they are not
    bool lazy_fpsr;    // --fpsr: a thread's underflows may be missed until it first accesses FPSR
    bool paired;       // compiled calls and returns are the host's, which then predicts them
};
extern struct engine_settings engine_settings;

// Sets up translation for this process; once, before any guest code runs.
void engine_init(const struct engine_os *os);

// The file that is executed, and what tells it from another that had its name before.
struct engine_program {
    const char *path;
    uint64_t device, inode, size, changed; // changed: in nanoseconds
};

// The translations of earlier runs of the program are used, and those of this one kept, if settings
// name a folder (engine/saved.h). After engine_init.
void engine_begin(const struct engine_program *program);

// The process is about to end or to become another: keeps what is worth it, and writes the report
// of --stats. By thread c, outside of engine_run.
void engine_end(struct cpu *c);

// Around a fork by thread c, which is outside of engine_run: no other thread changes translations
// meanwhile. In the child, c is the only thread, and what is counted and told (--stats, --perf) is
// its own.
void engine_fork_begin(struct cpu *c);
void engine_fork_end(struct cpu *c, bool is_child);

// The caller's part of the engine is going to be used by a process that shares the memory / c's was
// used by process number `gone` (base/lock.h), which is no more, and may have left everything half
// done.
void engine_vfork_begin(void);
void engine_vfork_end(struct cpu *c, uint32_t gone);

// Prepares a zeroed thread state for running (allocates what it points to) / releases it.
void engine_thread_init(struct cpu *c);
void engine_thread_fini(struct cpu *c);

// Runs from c->s.pc until an exit that concerns the caller; returns the reason, with c->s.pc as
// documented at enum ir_exit and all registers in *c. Never returns IR_EXIT_LOOKUP or IR_EXIT_IC.
//   IR_EXIT_PAC      pc is the instruction, whose effects did not happen
//   IR_EXIT_LANDING  pc is the target, c->s.branch how it was reached
//   IR_EXIT_FAULT  pc is the faulting instruction, whose effects did not happen; the host's siginfo
//   was
//                  stored by engine_host_fault
enum ir_exit engine_run(struct cpu *c);

// Ends engine_os.service. True: the call was made and the thread goes on behind it. False:
// engine_run is to return c->s.exit; if that still is IR_EXIT_SVC the call was not made.
void engine_serviced(struct cpu *c, bool goes_on);

// Runs the one instruction at c->s.pc in the evaluator, whatever traps there are: IR_EXIT_STEP if
// the thread stands at the next, otherwise as engine_run.
enum ir_exit engine_step(struct cpu *c);

// Called from the host handler of SIGSEGV, SIGBUS with the interrupted context. If the fault is a
// guest memory access of thread c, arranges that engine_run returns IR_EXIT_FAULT once the handler
// returns, and returns true. False: the fault is not the guest's (a bug, or a system call layer's
// own access).
bool engine_host_fault(struct cpu *c, const siginfo_t *info, void *ucontext);

// The siginfo of the last IR_EXIT_FAULT: si_signo, si_code and si_addr as the host kernel gave
// them. Where that is SI_KERNEL (an address no mapping can have) c->s.fault_addr has the address,
// and always its tag.
const siginfo_t *engine_fault_info(const struct cpu *c);

// Makes engine_run return IR_EXIT_INTERRUPT soon. Async-signal-safe, may be called from any thread.
// The caller of engine_run clears c->s.interrupt, outside of it.
void engine_interrupt(struct cpu *c);

// Guest code in [start, end) has changed, or is no longer mapped or executable: when this returns
// no thread begins anything that was made from it. c: of the calling thread. Not from inside
// engine_run's callbacks.
void engine_invalidate(struct cpu *c, uint64_t start, uint64_t end);

// ---- For a debugger

enum { ENGINE_TRAPS = 4096 };

// From now on threads that run no guest code, too, may call engine_invalidate (c is NULL then) and
// the functions below. By a thread that runs guest code, outside of engine_run.
void engine_open(void);

// Threads leave engine_run with IR_EXIT_TRAP before the instruction at pc, which is where they
// stand then / no longer do. False: there are too many.
bool engine_trap(uint64_t pc, bool set);
void engine_traps_clear(void);
unsigned engine_traps_count(void);

// What is watched (ir/watch.h) has changed: threads that run find the modes of translation changed
// soon (a64/state.h). None runs blocks that look.
void engine_watches_changed(void);

// Throws all translations away.
void engine_flush(void);

// Prints guest code, IR, the evaluator's operations, the IR that is compiled, host code (what =
// "guest", "ir", "eval", "opt", "x64") of the block at pc for a thread in `mode`. For --dump and
// bug reports.
void engine_dump_block(FILE *out, uint64_t pc, uint32_t mode, const char *what);

// Why a hot block has not become a region.
enum engine_refusal {
#define REFUSAL(name, why) ENGINE_REFUSED_##name,
#include "engine/refusals.def"
#undef REFUSAL
    ENGINE_REFUSALS
};

// What has happened so far in this process. Those behind `emptied` are counted only for --stats.
struct engine_stats {
    uint64_t blocks, insns_translated, compiled, insns_compiled;
    uint64_t regions, insns_in_regions, region_ns;
    // What threads were held up by, also by regions that were refused.
    uint64_t region_waits_ns, region_longest_ns;
    uint64_t refused[ENGINE_REFUSALS]; // blocks that became none
    uint64_t kept;                     // blocks of an earlier run that were used
    uint64_t linked;                   // ways from compiled code to other code that were made
    uint64_t removed;                  // blocks, because the guest's code changed
    uint64_t emptied;                  // regions of memory, to be filled again
    uint64_t translation_ns, compilation_ns;
    uint64_t code_bytes;               // compiled
    uint64_t lookups;                  // of blocks by the driver
    uint64_t faults, exceptions, tags; // of compiled code: memory, floating point, addresses
    uint64_t steps;                    // instructions evaluated alone because of them
    uint64_t evaluated;                // operations that ran in the evaluator
    uint64_t lowered, called;          // operations of compiled code
    uint64_t calls[IR_OP_COUNT];       // the called ones, by operation
};
extern struct engine_stats engine_stats;

// Writes the report of --stats for this process, if it was asked for. To be called when the process
// is about to end or to become another.
void engine_stats_report(void);

#endif
