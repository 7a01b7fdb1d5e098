// SPDX-License-Identifier: MIT
// The intermediate language. A block is a list of instructions in SSA form: each names its operands
// by the index of the instruction that made them. Guest state is a flat structure of slots read by
// get* and written by set* at byte offsets; the language itself knows no guest. ir/ops.def has one
// row per operation.
//
// Ownership: the caller owns the instruction array (an arena); a block is a view of it. Not
// thread-safe.
#ifndef EMU_IR_IR_H
#define EMU_IR_IR_H

#include "base/host.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum ir_op {
#define IR_OP(name, r, a, b, c, lit, flags, bits, ...) IR_##name,
#include "ir/ops.def"
#undef IR_OP
    IR_OP_COUNT
};

// What a value is: none, 32-bit integer (held zero-extended), 64-bit integer, 128-bit vector, flags
// N8 Z4 C2 V1.
enum ir_type { IR_TYPE_N, IR_TYPE_W, IR_TYPE_X, IR_TYPE_V, IR_TYPE_F };

enum ir_flag {
    IR_NONE = 0,
    IR_PURE = 1,   // no effect but its result
    IR_COMM = 3,   // pure, operands a and b may be exchanged
    IR_STATE = 4,  // reads or writes the state slot at offset imm
    IR_MEM = 8,    // may fault
    IR_ENV = 16,   // reads fpcr, ORs into fpsr; may begin its guest instruction again
    IR_EXIT = 32,  // may leave the block
    IR_IMM = 64,   // uses imm
    IR_CLIT = 128, // operand c is a literal
};

enum { IR_READS_FLAGS = 8 }; // an operand is condition flags

// What an operation is for those who walk over a block.
enum ir_kind {
    IR_KIND_MARK, // nop, insn
    IR_KIND_CONST,
    IR_KIND_GET,
    IR_KIND_SET,
    IR_KIND_VIEW, // zext and trunc only change how a value is looked at
    IR_KIND_PURE, // the rest of IR_PURE
    IR_KIND_EFFECT,
};

// One row of ops.def without its meaning.
struct ir_op_info {
    const char *name;
    uint8_t result; // enum ir_type
    uint8_t operand[3];
    uint8_t flags;
    uint8_t bits;  // element width
    uint8_t kind;  // enum ir_kind
    uint8_t reads; // which operands are values: a bit each; and IR_READS_FLAGS
};
extern const struct ir_op_info ir_op_info[IR_OP_COUNT];

// State slots are 8 bytes (a vector takes two): where slots are numbered, this many are enough.
enum { IR_SLOTS = 1024 };

static inline bool ir_is_get(unsigned op)
{
    return op >= IR_getw && op <= IR_getf;
}

static inline bool ir_is_set(unsigned op)
{
    return op >= IR_setx && op <= IR_setf;
}

// Whether the operation is a branch to a pc that is known, its imm / one that is no call.
static inline bool ir_is_direct(unsigned op)
{
    return op >= IR_br && op <= IR_br_z64;
}

static inline bool ir_is_jump(unsigned op)
{
    return ir_is_direct(op) && op != IR_call;
}

typedef uint16_t ir_ref; // index into ir_block.inst; 0 is "no value"

struct ir_inst {
    uint16_t op;
    ir_ref a, b, c;
    uint64_t imm;
};

struct ir_block {
    struct ir_inst *inst; // inst[0] is a nop
    unsigned count;
    unsigned capacity;
    uint64_t pc; // guest address of the first instruction
};

// Why a block returns to the engine (literal c of `exit`).
enum ir_exit {
    IR_EXIT_NONE,   // not an exit
    IR_EXIT_LOOKUP, // continue at state pc: no translation known here
    IR_EXIT_SVC,    // system call; pc is the next instruction
    IR_EXIT_BRK,    // breakpoint instruction; pc is that instruction
    IR_EXIT_UNDEF,  // undefined instruction
    IR_EXIT_UNIMPL, // defined, but not implemented by the emulator
    IR_EXIT_FETCH,  // the instruction at pc cannot be fetched
    IR_EXIT_IC, // instruction cache invalidated by address (state arg); pc is the next instruction
    IR_EXIT_ALIGN,     // alignment fault at fault_addr
    IR_EXIT_SP_ALIGN,  // stack pointer misaligned at a memory access
    IR_EXIT_PC_ALIGN,  // branch to an address that is not a multiple of 4
    IR_EXIT_TAG,       // tag check fault at fault_addr; arg is 1 if it was a write
    IR_EXIT_FAULT,     // memory fault reported by the host (state fault_*)
    IR_EXIT_PAC,       // pointer authentication failed (state arg: the key)
    IR_EXIT_LANDING,   // the instruction at pc may not be the target of the branch that led to it
    IR_EXIT_INTERRUPT, // state interrupt was set; pc is where to continue
    IR_EXIT_STEP,      // end of a single-stepped instruction
    IR_EXIT_HOT,       // the block at pc has run often enough to be compiled
    IR_EXIT_SP_MOVES,  // the instruction at pc makes SP no multiple of 16: to be evaluated alone
    IR_EXIT_EVALUATE,  // compiled code leaves the instruction at pc to the evaluator
    IR_EXIT_TRAP,      // a debugger wants to know that pc was reached
    IR_EXIT_WATCH,     // an access that a debugger watches, of fault_addr; arg is 1 if it writes
};

// Whether the instruction that left is the one of the operation in flight (state fault_op): pc is
// then not set.
static inline bool ir_exit_in_flight(enum ir_exit why)
{
    return why == IR_EXIT_ALIGN || why == IR_EXIT_SP_ALIGN || why == IR_EXIT_FAULT ||
           why == IR_EXIT_TAG || why == IR_EXIT_PAC || why == IR_EXIT_WATCH ||
           why == IR_EXIT_SP_MOVES;
}

// What an indirect branch is (literal c of `br_reg` and `call_reg`): where it may land depends on
// it. A return, and whatever is no indirect branch, lands anywhere.
enum ir_branch {
    IR_BRANCH_RETURN,
    IR_BRANCH_TAIL, // a jump that may be a call: through a register set aside for it
    IR_BRANCH_CALL,
    IR_BRANCH_JUMP,
    IR_BRANCH_KINDS,
    IR_BRANCH_STEADY = IR_BRANCH_KINDS // added in `br_reg`: most often it goes to the same place
};

// Whether condition `cond` (0 EQ .. 13 LE, 14 and 15 always) holds for flags nzcv. Arm ARM
// ConditionHolds.
static ALWAYS_INLINE bool ir_cond_holds(unsigned cond, uint32_t nzcv)
{
    // One 16-bit truth table over the 16 flag values per condition.
    static const uint16_t table[16] = {0xf0f0, 0x0f0f, 0xcccc, 0x3333, 0xff00, 0x00ff,
                                       0xaaaa, 0x5555, 0x0c0c, 0xf3f3, 0xaa55, 0x55aa,
                                       0x0a05, 0xf5fa, 0xffff, 0xffff};
    return table[cond] >> nzcv & 1;
}

// The address a memory access at `addr` really uses: bits 63:56 replaced by copies of bit 55 (top
// byte ignored).
static ALWAYS_INLINE uint64_t ir_untag(uint64_t addr)
{
    return (uint64_t)((int64_t)(addr << 8) >> 8);
}

// The address that a branch to `addr` goes to and that Linux tells about a fault: only in the lower
// half of the address space is the top byte a tag (TBI0 is set, TBI1 is not).
static ALWAYS_INLINE uint64_t ir_without_tag(uint64_t addr)
{
    return addr & ir_untag(addr);
}

void ir_block_init(struct ir_block *ir, struct ir_inst *storage, unsigned capacity, uint64_t pc);

// Appends one instruction and returns its index.
static inline ir_ref ir_emit(struct ir_block *ir, enum ir_op op, ir_ref a, ir_ref b, ir_ref c,
                             uint64_t imm)
{
    ir->inst[ir->count] = (struct ir_inst){(uint16_t)op, a, b, c, imm};
    return (ir_ref)ir->count++;
}

// Room left: the translator stops a block while this is above what one guest instruction may need.
static inline unsigned ir_room(const struct ir_block *ir)
{
    return ir->capacity - ir->count;
}

// The block as text, one instruction a line; ir_parse reads it back. slot_name gives a slot's name,
// a different one for each, or NULL, and may be NULL: offsets are printed.
typedef const char *ir_slot_name_fn(uint64_t offset);
void ir_print(FILE *out, const struct ir_block *ir, ir_slot_name_fn *slot_name);

// Parses one block printed by ir_print, with offsets or names that slot_name (or NULL) gives, into
// `ir` (initialised by the caller). Returns NULL, or what is wrong (per-thread storage).
const char *ir_parse(const char *text, struct ir_block *ir, ir_slot_name_fn *slot_name);

// Checks types, definitions before uses, literals, that nothing can fault once its guest
// instruction changed the state, and the ending. Returns NULL or the broken rule (per-thread
// storage).
const char *ir_verify(const struct ir_block *ir);

// Whether imm and a literal operand c are ones this operation may have.
bool ir_literals_fit(const struct ir_inst *in);

#endif
