// SPDX-License-Identifier: MIT
// From a block of the intermediate language to x86-64 code. Guest registers named in struct
// x64_guest stay in host registers from block to block, the others are memory of the thread state
// (r15); within a block that uses others more these take their places (x64/pins.c). At the
// beginning of every guest instruction the state is where it belongs, so that a fault needs no more
// than the instruction's number; only the condition flags may still be in the host's flags or in
// the operands they come from (struct x64_flags).
//
// Calling convention of compiled code: r15 is the thread state plus struct x64_guest.bias; the
// pinned registers; rax, rcx, rdx, r11 and the vector registers that are not pinned are free at the
// edges of blocks; rsp is the host's stack, with the calls that have not returned
// (x64/lower_call.c). Host flags mean nothing at a block's edge.
#ifndef EMU_X64_COMPILE_H
#define EMU_X64_COMPILE_H

#include "base/arena.h"
#include "ir/eval.h"
#include "ir/place.h"
#include "ir/state.h"
#include "x64/host.h"
#include "x64/layout.h"
#include "x64/tally.h"

#include <stdbool.h>
#include <stdint.h>

enum { X64_GPR_PINS = 10, X64_RBX_SPILL = 3, X64_FILE = 32 };
// Vector registers that are pinned: of 16 that every host has, of 32 with AVX-512.
enum { X64_XMM_PINS_OF_16 = 12, X64_XMM_PINS_OF_32 = 24, X64_XMM_PINS = X64_XMM_PINS_OF_32 };

// What the compiler must know of the guest. Slots are byte offsets from the thread state.
struct x64_guest {
    int32_t bias;    // r15 is the state's address plus this
    uint16_t temps;  // the temporaries of ir_place
    uint16_t flags;  // the condition flags
    uint32_t loop;   // bytes of code that a loop reaches over, if it may become a region
    uint16_t x, n_x; // all general registers, of 8 bytes each: where they begin, how many
    uint16_t v, n_v; // all vector registers, of 16
    // Called before IR_EXIT_SVC is left with, all state in its place. Its last act is to call
    // struct x64_cache.serviced, which does not return. May be NULL.
    void (*service)(struct ir_state *s);
    // System calls that are made without it, and the slots of their number and result. May be NULL.
    const struct ir_direct *direct;
    uint16_t call_number, call_result;
    struct x64_pin {
        uint16_t slot; // 0: nothing is there
        uint8_t reg;
        uint16_t high; // slot of its high half, within a block (x64/twins.c)
    } gpr[X64_GPR_PINS], xmm_of_16[X64_XMM_PINS_OF_16], xmm_of_32[X64_XMM_PINS_OF_32];
};

// A value of the condition flags that no one has computed yet: how to compute it.
struct x64_flags {
    enum {
        X64_FLAGS_NONE,
        X64_FLAGS_ADD,
        X64_FLAGS_SUB,
        X64_FLAGS_LOGIC, // of a & b
        X64_FLAGS_HOST,
        X64_FLAGS_CONSTANT, // imm, as N8 Z4 C2 V1; only of a branch's stub
        X64_FLAGS_FP // comparison of two numbers: the host's flags are not laid out like Arm's
    } kind;
    bool wide;        // 64 bits
    bool stored;      // it is in its place as well
    bool in_host;     // the host's flags have it
    bool inverted;    // there C is the complement of CF
    bool in_ops;      // its operands are still where they were
    bool b_imm;       // b is imm
    bool result;      // a is the result, not the first operand
    bool swapped;     // FP: the host's flags are those of b and a
    bool carried;     // only if that is what native_flags_kind says (x64/labels.c)
    int32_t moved[2]; // carried: what was added to a and b since (flags_follow)
    uint16_t place;   // where it belongs
    uint16_t a, b;
    uint64_t imm;
};

// A guest register that a block has in the place of a pinned one, which is in memory meanwhile.
struct x64_move {
    uint8_t reg;
    bool vector;
    bool written;     // the block changes what came in
    uint16_t out, in; // slots; in: 0 if nothing came in
    uint16_t high;    // slot of the register's high half; 0: it has none
};

// A host instruction that may fault, or the return address of a call that may.
struct x64_point {
    uint32_t at;    // offset from the code's beginning
    uint16_t insn;  // guest instruction of the block
    uint16_t steps; // instructions to be evaluated from there on: after a floating-point exception,
                    // or a fault at an address that has lost its tag
    uint16_t flags; // index + 1 into x64_code.flags, 0: the flags are in their slot
    uint16_t rbx_spilled : 1;  // what belongs into rbx is in native_spill[X64_RBX_SPILL]
    uint16_t constant    : 15; // index + 1 into x64_code.constants, 0: none
};

// A guest register that has a constant at a point, which is put nowhere else.
struct x64_constant {
    uint16_t slot;
    uint64_t value;
};

// A direct branch out of a block. Unresolved, it goes to code of its own that returns to the engine
// with state `native_link` set to it.
struct x64_link {
    uint64_t target;
    bool counts;     // it is a loop's
    uint16_t behind; // if so: the branch is so many instructions behind its target
    uint8_t *jump;   // distance that is patched for a target that wants the condition flags
    uint8_t *direct; // the same for a target that does not; NULL: there is nothing to skip
    uint8_t *jump_home, *direct_home; // where they led at first
    struct x64_code *to;              // where it leads; NULL: unresolved
    struct x64_link *next, **at;      // in the list of the links to the same code
    uint64_t *guess;                  // an indirect branch: the address for which the jump is taken
    uint8_t *miss, *lookup; // the jump for others, and where it goes once there is a guess
};

// Addresses in the cache are those where it is written; where it runs is struct x64_cache.exec
// further.
struct x64_code {
    uint8_t *entry;
    // Instead of that, while rounds are counted: for loops' ways back, and, if they are counted as
    // well, for all other jumps. NULL: they are not.
    uint8_t *counted, *arrived;
    uint8_t *end;
    uint8_t *stubs, *stubs_end; // out of line, where no hot code is
    bool wants_flags;           // condition flags may be looked at before they are set
    struct x64_point *points;   // in order of `at`
    struct x64_flags *flags;
    struct x64_link *links;
    struct x64_move *moves;
    struct x64_constant *constants;
    struct x64_link *entered_by; // the links that lead here
    bool guesses;                // it leaves what does not fit to the evaluator (x64/low.c)
    bool loops;                  // there is a loop within that no link leads round
    uint16_t n_points, n_flags, n_links, n_moves, n_constants;
};

// Where code goes: one region for all threads.
struct x64_cache {
    uint8_t *base, *first, *limit; // all of it; where blocks may begin
    ptrdiff_t exec;      // where memory may not be written and executed at one address: what to add
    uint8_t *next, *end; // the part that is being filled
    uint8_t *cold, *cold_end; // the same for what is out of line
    struct arena *data;       // for points, links and the like
    // Shared code.
    void (*enter)(struct ir_state *s, const uint8_t *code);
    uint8_t *leave_hot;    // with rax the struct x64_rounds that say so: looked up there again
    uint8_t *leave;        // stores the pinned registers and returns from enter
    uint8_t *leave_stored; // where they are stored already
    uint8_t *service;      // jumped to, rax: where to go on. Calls x64_guest.service; NULL: none
    void (*serviced)(struct ir_state *s, bool goes_on); // its end: if not, compiled code is left
    uint8_t *settle_flags; // called: puts condition flags that were deferred into their place
    // Indirect branches; rax: where to. By enum ir_branch.
    uint8_t *unknown[IR_BRANCH_KINDS];   // the target is not at its first place, r11: of the table
    uint8_t *unguessed[IR_BRANCH_KINDS]; // leaves, rcx: the link, for which nothing was guessed yet
    uint8_t *unlinked;                   // leaves, rax: the link, of a direct branch
    uint8_t *return_elsewhere;           // a return to somewhere else than behind the last call
    uint8_t *stack_empty; // what the last call's return address is when there is none
    const struct x64_constants *constants;
    struct x64_watched *watched; // by enum ir_watch_access - 1
    const struct x64_guest *guest;
    const struct x64_pin *xmm; // pinned vector registers, which of the guest's tables it is
    unsigned n_xmm;
    bool wide;                 // there are 32 vector registers
    struct x64_tally *tallies; // of all code that is counted
};

// Reserves `size` bytes for code and makes the shared part. at: from arena_address, for twice as
// many. False if the host gives no memory that can be executed.
bool x64_cache_init(struct x64_cache *cache, void *at, size_t size, const struct x64_guest *guest);

// Code is to go to [from, to), within the cache, and what belongs to it to `data`; what is out of
// line begins at x64_cold(from, to).
uint8_t *x64_cold(uint8_t *from, uint8_t *to);
void x64_cache_fill(struct x64_cache *cache, uint8_t *from, uint8_t *to, struct arena *data);

// In the child of a fork, where exec is not 0: the memory is still the parent's too. Gives the
// cache other memory at the same place, which holds the shared part only. False if there is none.
bool x64_cache_renew(struct x64_cache *cache);

// Counters of a loop, down: of jumps to its beginning from elsewhere (INT32_MAX: they are not
// counted), and of the ways back. When one is less than 0, native_hot is set to their address, and
// the thread leaves.
struct x64_rounds {
    int32_t entries, left;
    uint64_t pc; // where the loop begins
};

// How a block is to be compiled.
struct x64_wish {
    bool fp;    // floating point in the host's unit: FPCR may ask for nothing but a rounding mode
    bool guess; // loops may be made for what their registers have after a round
    bool tiny;  // FPSR.UFC is exact (fp_check_tiny)
    bool untag; // addresses may have tags; without it such an access faults
    struct x64_rounds *rounds; // of the loop that begins there; NULL: they are not counted
    bool whole;                // all of that loop is there: who comes from elsewhere enters it
    bool region;               // it is a loop, and hot
    bool count;                // executed operations are counted (x64/tally.h)
    bool paired;               // calls and returns are the host's
    // Whether it is known that code at pc sets the condition flags before anybody may look at those
    // that it began with.
    bool (*sets_flags)(uint64_t pc, uint32_t mode);
    uint32_t mode;             // for that
    struct x64_layout *layout; // filled in if not NULL
    bool limited; // only the first `limit` operations are lowered (and branches and moves)
    unsigned limit;
};

// Compiles `ir`. False when there is no room left. One thread at a time.
bool x64_compile(struct x64_cache *cache, const struct ir_block *ir, struct x64_wish wish,
                 struct x64_code *out);

// The host's floating-point unit is given the modes of s->fp before compiled code is entered. What
// it raised meanwhile is added to s->fp, and its ordinary modes come back; mxcsr is its register
// then.
void x64_env_enter(struct ir_state *s);
void x64_env_leave(struct ir_state *s);
void x64_env_recover(struct ir_state *s, uint32_t *mxcsr);

// Links may be changed while other threads run the code, by one thread at a time.
// Makes a link's jump lead to the block at its target, pc, if it leads to the engine / back to the
// engine / does so for all links to and from a block. An indirect branch's first target is the only
// one.
void x64_link_to(struct x64_link *link, uint64_t pc, struct x64_code *target);
void x64_unlink(struct x64_link *link);
// Rounds of the loop that begins with the block are counted no more.
void x64_count_no_more(struct x64_code *code);
void x64_unlink_all(struct x64_code *code);

// Makes all links from a block unresolved, and forgets those to it, of which the same is to be
// done: where the lists of links are not to be trusted.
void x64_unlink_anyhow(struct x64_code *code);

// The point at host address `at` (where it is written) or whose call returns there; NULL if there
// is none.
const struct x64_point *x64_point_at(const struct x64_code *code, const uint8_t *at);

// Completes the thread state after a fault at `point` from the host's registers, by number: general
// ones, vectors, and the high halves of those.
void x64_recover(const struct x64_cache *cache, const struct x64_code *code,
                 const struct x64_point *point, struct ir_state *s, const uint64_t gpr[16],
                 const union ir_val xmm[32], const union ir_val high[32]);

// Puts the condition flags in their place after a fault in a function that compiled code has
// called: what they come from may have been put down before.
void x64_settle(const struct x64_guest *g, struct ir_state *s);

// What a debugger watches (ir_watches) has changed. While no thread runs code that looks.
void x64_watches_changed(struct x64_cache *cache);

// Whether `op` was given to the evaluator's function by compiled code, and if so the guest
// instruction's pc.
bool x64_is_call(const struct eval_op *op, uint64_t *pc);

// Share of executed operations that are called through the evaluator's function: which operations
// have a lowering.
bool x64_lowers(unsigned op);

// Whether `op` can be done for two vectors at once.
bool x64_doubles(unsigned op);

#endif
