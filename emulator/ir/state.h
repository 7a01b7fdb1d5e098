// SPDX-License-Identifier: MIT
// What running IR needs of the thread state, whatever the guest: the head of every guest's `struct
// cpu`. Guest registers follow it; IR reaches them by byte offset from the start of this structure.
#ifndef EMU_IR_STATE_H
#define EMU_IR_STATE_H

#include "ir/fp.h"
#include "ir/ir.h"
#include "ir/pac.h"

#include <stddef.h>
#include <stdint.h>

// A 128-bit value as lanes, least significant first.
union ir_val {
    uint8_t l8[16];
    uint16_t l16[8];
    uint32_t l32[4];
    uint64_t l64[2];
};

struct eval_op;
struct eval_link;

// The local exclusive monitor: open on `size` bytes at `addr` that held value hi:lo; closed when
// size is 0.
struct ir_monitor {
    uint64_t addr;
    uint64_t lo, hi;
    uint64_t size;
};

// One entry of a table that finds the code of an indirect branch target; indexed by pc >> 2.
struct ir_jump {
    uint64_t pc;
    const struct eval_op *code;
};
// The same for compiled code.
struct ir_native_jump {
    uint64_t pc;
    const uint8_t *code;
};
// An entry that another one has taken the place of goes to a second one: there pc is XORed with
// itself, shifted right by IR_SECOND_JUMP.
enum { IR_JUMPS = 4096, IR_NATIVE_JUMPS = 16384, IR_SECOND_JUMP = 14 };

// Memory tagging of this thread.
struct ir_tagging {
    uint32_t checks;  // enum ir_tag_checks
    uint32_t fault;   // a check that does not stop the thread has failed (TFSRE0_EL1.TF0)
    uint64_t exclude; // the tags never chosen by chance, a bit each (GCR_EL1.Exclude)
    uint64_t seed;    // of random tags; 0: none yet
};

// System calls that compiled code makes itself: the host's that take nothing and return at once.
struct ir_direct {
    const uint16_t *host;    // by the guest's number: the host's; 0: none
    const uint32_t *numbers; // how many there are; 0 from when on all calls are to be seen
};

// Why a thread is to leave at the next branch. Compiled code asks for both with a register in which
// both bits are set, whatever else is: `test m, r` and the branch behind it are one operation of
// most processors, a comparison with a constant is not. Before calls it does not even ask: with any
// of them the stack has no room.
enum { IR_INTERRUPT_CALLER = 1 << 4, IR_INTERRUPT_SAFEPOINT = 1 << 5 };

enum { IR_REGISTERS = 32 };

struct ir_state {
    const struct eval_op
        *volatile fault_op; // the memory access in flight: the recovery record's key
    const void *block;      // the block being run (engine's struct block)
    struct fp_env fp;       // FPCR, FPSR in the Arm layout
    struct eval_link *link; // the unresolved link through which the block was left, or NULL
    // By kind of branch, IR_JUMPS entries each: only places where such a branch may land.
    struct ir_jump *jumps[IR_BRANCH_KINDS];
    // The same for compiled code, and memory of its own.
    struct ir_native_jump *native_jumps[IR_BRANCH_KINDS]; // IR_NATIVE_JUMPS entries each
    uint64_t native_spill[4];
    // Host stack pointers: where compiled code was entered, below which it makes no more calls, and
    // while it calls the evaluator.
    uint64_t native_stack, native_stack_now;
    uint64_t native_back;  // where it goes on after a system call
    uint64_t native_steps; // instructions to be evaluated after IR_EXIT_EVALUATE
    uint64_t native_hot;   // the counters (struct x64_rounds) of code that has run often; 0: none
    struct ir_monitor monitor;
    uint32_t branch;     // enum ir_branch: how pc was reached, if it was not looked at yet
    uint32_t unwatched;  // no access is told to a debugger (ir/watch.h)
    uint64_t arg;        // argument of the exit (IC IVAU address; a fault: whether it writes)
    uint64_t fault_addr; // guest address of a fault, with its tag
    struct ir_tagging tagging;
    struct ir_pac pac;
    // The guest's general registers (its own structure has names for them), and next to them what
    // every block asks for, in one line of the host's cache: compiled code reaches all but the
    // first of the registers, which it has in the host's, by a short distance (engine/native.c).
    uint64_t registers[IR_REGISTERS] __attribute__((aligned(64)));
    struct {
        uint64_t condition; // the guest's condition flags
        uint32_t exit;      // enum ir_exit of the last return to the engine
        // What the condition flags come from while they are not in their place, and how; kind 0:
        // they are there (x64/flags_between.c).
        union {
            uint8_t native_flags_kind;
            uint64_t native_flags_word; // above some kinds their second operand
        };
        uint64_t native_flags[2];
        union {
            uint64_t native_stack_limit; // addresses have six bytes
            struct {
                uint8_t native_stack_address[7];
                volatile uint8_t interrupt; // IR_INTERRUPT_*, set from signal handlers
            };
        };
        uint64_t pc;       // valid outside of translated code
        void *native_link; // struct x64_link through which compiled code was left
    };
};
_Static_assert(offsetof(struct ir_state, fp) % 8 == 0, "FPCR and FPSR are one slot");
_Static_assert(offsetof(struct ir_state, condition) % 64 == 0 &&
                   sizeof(struct ir_state) - offsetof(struct ir_state, condition) == 64,
               "one line of the cache");

#endif
