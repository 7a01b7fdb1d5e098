// SPDX-License-Identifier: MIT
// Random IR and two ways to run it: the evaluator's compiler, and a reference that runs one
// operation at a time with nothing aliased, sunk or left out. A block's effect on a small guest (a
// few slots of each type, one window of memory) must be the same in both. Used by the tests of ir/
// and opt/.
//
// A region is a block with labels: its branches to them stay within it, also back. Where a call or
// a system call has a label behind it, the thread comes there, and meanwhile somebody has noted the
// state and changed it. Both ways run what a thread does that is interrupted when it comes to a
// label for the n-th time, so that every region ends.
#ifndef TEST_IR_FUZZ_H
#define TEST_IR_FUZZ_H

#include "ir/eval.h"

#include <stddef.h>

enum {
    FUZZ_X = 6,        // 64-bit slots, read and written as X and W
    FUZZ_F = 2,        // flag slots
    FUZZ_V = 5,        // vector slots
    FUZZ_INSTS = 640,  // storage a block needs
    FUZZ_WINDOW = 8192 // bytes of guest memory
};
#define FUZZ_DATA UINT64_C(0x20000000) // where the window is; the pages before and behind it fault

struct fuzz_state {
    struct ir_state s; // must be first
    uint64_t x[FUZZ_X];
    uint64_t f[FUZZ_F];
    union ir_val v[FUZZ_V] __attribute__((aligned(16)));
    union ir_val temps[IR_TEMPS];
};

// What running a block led to.
struct fuzz_result {
    struct fuzz_state state;
    bool fault;        // a memory access faulted, or raised an alignment fault
    unsigned insn;     // at a fault: which guest instruction of the block
    unsigned patience; // how often it comes to a label before it is interrupted
    uint64_t seen;     // at its calls, in one number
    uint8_t memory[FUZZ_WINDOW];
};

// Maps the window and takes the host's memory faults. Once.
void fuzz_init(void);

// Makes a random well-formed block (it passes ir_verify) from *seed.
void fuzz_block(struct ir_block *ir, struct ir_inst *storage, uint64_t *seed);

// The same for a region, or for one of both.
void fuzz_region(struct ir_block *ir, struct ir_inst *storage, uint64_t *seed);
void fuzz_any(struct ir_block *ir, struct ir_inst *storage, uint64_t *seed);

// A random state; memory comes from it too.
void fuzz_start(struct fuzz_result *start, uint64_t *seed);

// Run `ir` from `start`.
void fuzz_run_reference(const struct ir_block *ir, const struct fuzz_result *start,
                        struct fuzz_result *out);
void fuzz_run_evaluator(const struct ir_block *ir, const struct fuzz_result *start,
                        struct fuzz_result *out);

// The first difference in words (per-thread storage), or NULL.
const char *fuzz_differ(const struct fuzz_result *a, const struct fuzz_result *b);

uint64_t fuzz_random(uint64_t *seed);

#endif
