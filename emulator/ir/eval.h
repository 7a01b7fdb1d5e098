// SPDX-License-Identifier: MIT
// The evaluator: runs IR directly. A block is first put into a flat list of operations whose
// operands are byte offsets from the thread state (guest slots or temporaries), each with the C
// function that is its meaning; every function continues with the next one.
#ifndef EMU_IR_EVAL_H
#define EMU_IR_EVAL_H

#include "base/arena.h"
#include "ir/place.h"
#include "ir/state.h"

typedef const struct eval_op *eval_fn(struct ir_state *s, const struct eval_op *op);

// One operation: d, a, b, c are byte offsets from the state (c may be a literal).
struct eval_op {
    eval_fn *fn;
    union {
        struct {
            uint16_t d, a, b, c;
        };
        uint16_t *left; // of a counter: the runs
    };
    uint64_t imm;
};

// A direct branch out of a block. `code` is the target's code, or `stub` (which returns to the
// engine with exit LOOKUP and state link set) while it is not known. The stub's imm is the target,
// its d tells whether the branch goes back to it, as in a loop.
struct eval_link {
    struct eval_op stub;
    const struct eval_op *code;
    struct eval_code *to;         // to which it leads; NULL: unresolved
    struct eval_link *next, **at; // in the list of the links to the same code
};

// A block ready to run. All arrays live in the arena given to eval_compile.
struct eval_code {
    struct eval_op *ops;
    struct eval_link *links;
    struct eval_link *entered_by; // the links that lead here
    uint16_t *insn_start; // for guest instruction i of the block, the index of its first operation
    uint16_t n_ops, n_links, n_insns;
};

// Compiles `ir` for a state whose temporaries begin at byte offset `temps`. False if the arena is
// full. One thread at a time compiles.
// If `left` is not NULL, the block counts that down, and leaves with IR_EXIT_HOT when it is 0: its
// first operation is the counter then, and the second is not run: its imm is for who puts another
// function in the counter's place.
bool eval_compile(const struct ir_block *ir, struct arena *arena, unsigned temps, uint16_t *left,
                  struct eval_code *out);

// The function and operands of one operation that is no direct branch.
struct eval_op eval_make_op(const struct ir_placed *p);

// Runs from `op` until something returns to the engine; the reason is in s->exit.
void eval_run(struct ir_state *s, const struct eval_op *op);

// From now on fn is run instead of the counter, with imm in the second operation / the counter is
// back. Other threads may be running the block.
void eval_take_over(struct eval_code *code, eval_fn *fn, uint64_t imm);
void eval_count_again(struct eval_code *code, unsigned runs);

// An unresolved link.
void eval_link_init(struct eval_link *link, uint64_t target);

// Links may be changed while other threads run the code, by one thread at a time.
// Makes a link lead to other code, if it is unresolved / makes it unresolved again / does so for
// all links to and from a block.
void eval_link_to(struct eval_link *link, struct eval_code *target);
void eval_unlink(struct eval_link *link);
void eval_unlink_all(struct eval_code *code);

// Makes all links from a block unresolved, and forgets those to it, of which the same is to be
// done: where the lists of links are not to be trusted.
void eval_unlink_anyhow(struct eval_code *code);

// Index of the guest instruction to which operation `op` belongs.
unsigned eval_insn_of(const struct eval_code *code, const struct eval_op *op);

// What the host has told of an access that failed; unknown: its address is not canonical.
enum eval_access { EVAL_UNKNOWN, EVAL_READ, EVAL_WRITE };

// The guest address that the memory access `op` uses, with its tag.
uint64_t eval_fault_address(const struct ir_state *s, const struct eval_op *op,
                            enum eval_access access);

// Whether it was to be written there.
bool eval_fault_writes(const struct ir_state *s, const struct eval_op *op, enum eval_access access);

// What eval_compile made, as text. slot_name may be NULL.
void eval_print(FILE *out, const struct eval_code *code, unsigned temps,
                ir_slot_name_fn *slot_name);

// Computes one pure operation on given values (constant folding, tests). Lanes hold the operands,
// low bits first.
union ir_val eval_pure(enum ir_op op, const union ir_val operand[3], uint64_t imm);

#endif
