// SPDX-License-Identifier: MIT
// Private to x64/: what lowerings are written with. A lowering is a row with its body:
//
//   X64_LOWER(clz)
//   {
//       unsigned d = gpr_def(x, p->d);
//       clobber_flags(x);
//       ...
//       gpr_done(x, p->d, d);
//   }
//
// named after an operation or a family of ir/ops.def. `p` is the placed operation. A family's rows
// share one body and ask is_wide(p) or bits_of(p).
//
// Rules. rax, xmm14 and xmm15 are free inside a lowering and never hold anything from one operation
// to the next. clobber_flags comes before the first host instruction that changes the host's flags,
// while rax holds nothing. Operands are read before the destination is written, unless it is
// another register (gpr_def may be one of the operands' registers).
#ifndef EMU_X64_EMIT_H
#define EMU_X64_EMIT_H

#include "base/die.h"
#include "ir/eval.h"
#include "ir/watch.h"
#include "x64/asm.h"
#include "x64/compile.h"

#include <stddef.h>

enum { X64_STATE = X64_R15, X64_SCRATCH = X64_RAX, X64_XSCRATCH = 15, X64_XSCRATCH2 = 14 };
// Of hosts with 32 vector registers: more to lend, and what x64/wide.c needs.
enum { X64_XSCRATCH3 = 11, X64_XSCRATCH4 = 10, X64_XLOW = 8, X64_XLOW2 = 9 };
enum { KEPT = 3 };      // temporaries that have a general register
enum { XMM_TEMPS = 2 }; // temporaries that have a vector register

// Constants that code reads, near it.
struct x64_constants {
    uint64_t flag_bits; // where lahf and seto leave N, Z, C, V in ax
    uint64_t pad;
    union ir_val sign32, sign64; // sign bits of lanes
    union ir_val abs32, abs64;   // all but them
    union ir_val low_sign[3];    // of lane 0, of 16, 32 and 64 bits
    union ir_val low_abs[3];     // the rest of lane 0
    union ir_val two32, two64, three_halves32, three_halves64, one32, one64, half32, half64,
        two_to_32[2];       // numbers; the last as 32 and 64 bits
    uint64_t fp_nibbles[2]; // N8 Z4 C2 V1 after vucomis, by 4 * (ZF PF CF); after a swapped one
    uint64_t compare_bits;  // where lahf leaves ZF, PF, CF in ax
    uint64_t low_nibble;
    uint64_t least_normal[2]; // of 32 and 64 bits, shifted left by their sign
    uint64_t pad2[2];
    union ir_val least_normals[2], least_normals_16, two_to_16;
    uint64_t two_to_63[2]; // of 32 and 64 bits, shifted left by their sign
    union ir_val ones;
    union ir_val low_nibbles, popcount, bit_reverse_low, bit_reverse_high, swap16, swap32, swap64;
    union ir_val halves32, halves64; // halfwords of 32 and of 64 bits the other way round
    union ir_val bytes_1, words_1;
    // By the width of lanes: 8, 16, 32, 64 bits.
    union ir_val zero, sign[4], max[4], one[4];
    union ir_val first[3];                     // lane 0
    union ir_val low_half[3], high_half[3];    // of lanes of 16, 32, 64 bits
    union ir_val narrow[2];                    // indices of the low halves of 16, 32 bits
    union ir_val bytes_shl[8], bytes_shr[9];   // what is left of bytes shifted by n
    union ir_val bytes_sar[8];                 // the sign bit after a shift by n
    union ir_val sixteens;                     // bytes
    union ir_val index_limit;                  // added to an index of 16 or more: the top bit
    union ir_val clz_low, clz_high;            // of nibbles
    union ir_val clz_full[2];                  // of a half that is 0, of 16 and 32 bits
    union ir_val count32, count64;             // the low byte
    union ir_val count_sign[3];                // its top bit, in lanes of 16, 32, 64 bits
    union ir_val half_word, half_byte;         // of a value at the top of 32 bits
    union ir_val round15, round31, half_dword; // of results at bits 15, 31 and 32
    union ir_val dword_bit30, sha1_key[3];
    union ir_val odd_bits, odd_pairs, odd_bytes; // lanes of 1, 2 and 8 bits: the lower of two set
    union ir_val matrix_reverse, matrix_shl[8], matrix_shr[8], matrix_sar[8]; // of bytes' bits
    uint64_t crc32_inverse, crc32_poly;                                       // see lower_bits.c
    uint64_t address_mask;                                                    // all but the tag
};

// What is watched, for accesses of 1, 2, ... 64 bytes (x64/lower_watch.c): a range with all of it,
// and gaps in that, the largest first; 0: there is none.
enum { X64_WATCH_GAPS = 4 };
struct x64_watched {
    uint64_t from, span[IR_WATCH_SIZES];
    struct {
        uint64_t from[IR_WATCH_SIZES], span[IR_WATCH_SIZES]; // behind the `from` before
    } gap[X64_WATCH_GAPS];
};

// Code out of line, made when the block's own is complete.
struct x64_stub {
    uint8_t *from; // distance of the jump that leads here, or NULL
    enum {
        STUB_LINK,
        STUB_GUESS,
        STUB_LEAVE,
        STUB_FAULT,
        STUB_INTERRUPT,
        STUB_DEEP,
        STUB_DEEP_REG,
        STUB_EVALUATE,
        STUB_WATCH,
        STUB_SETTLE,
        STUB_EDGE,
        STUB_COUNT,
        STUB_ROUND
    } kind;
    struct x64_flags flags;
    unsigned link;   // STUB_LINK, STUB_GUESS; STUB_EDGE: the label; STUB_WATCH: the access;
                     // STUB_ROUND: the stub to which those go who are interrupted there
    uint8_t *back;   // STUB_SETTLE, STUB_WATCH, STUB_ROUND: where to go on; STUB_GUESS: behind the
                     // call, or NULL
    unsigned branch; // STUB_GUESS, STUB_DEEP_REG: enum ir_branch
    uint64_t target; // STUB_DEEP: of the call
    uint8_t *compared; // STUB_GUESS: distance of the guess
    enum ir_exit why;  // STUB_FAULT
    bool moved;        // the block's registers are in the places of pinned ones (x64/pins.c)
    uint16_t insn;
    uint8_t address; // STUB_FAULT: register that holds fault_addr
    uint16_t steps;  // STUB_EVALUATE, STUB_WATCH, STUB_INTERRUPT
};

enum { MAX_CONSTANTS = 256 };
enum { MAX_STUBS = IR_PLACE_MAX, MAX_POINTS = IR_PLACE_MAX, MAX_LINKS = 256, MAX_LABELS = 256 };

// A place in the block to which branches of the block lead (IR_label).
struct x64_label {
    uint64_t pc;
    uint8_t *at;    // NULL: it has not been come to
    unsigned edges; // branches that lead here
    uint16_t op, insn;
    uint16_t steps;  // of steps_without_flags
    bool loop;       // one of them comes from behind
    uint16_t last;   // the last of those
    bool asks_flags; // as in struct x64
    bool wants_flags;
    bool from_above;        // what stands before it goes on here
    struct x64_flags flags; // the only branch's
    bool flags_in_place;
    uint8_t low[X64_FILE]; // of the vector registers, as x->low; at the beginning, behind a round
    // The flags that branches from behind come with: what they are computed from stays where it is
    // until nobody looks at them any more.
    struct x64_flags carried;
    bool carry; // C of those is asked for: who comes here has it in al as well
};

// Operands and the result of an operation that are integers without a register, by slot, or 0; and
// which of them, the result being the fourth, are read again soon (x64/keep.c).
struct x64_slots {
    uint16_t operand[3], result;
    uint8_t again;
};

struct x64 {
    struct x64_asm a;
    struct x64_cache *cache;
    const struct x64_guest *guest;
    const struct ir_places *places;
    const struct ir_block *ir;
    unsigned i;    // the operation being lowered
    unsigned insn; // guest instruction of the block
    uint8_t *start;
    uint8_t *op_at, *op_before; // code of the operation being lowered, and of what was before
    unsigned shifted;           // bytes that it has put into the code before its own
    uint16_t computed;          // an operation that was done before its time; 0: none
    bool carries;               // C is in al, for the label that is about to be jumped to
    uint8_t *counted, *arrived; // struct x64_code
    struct x64_flags flags;     // the value of the condition flags that is known best
    unsigned n_stubs, n_points, n_links, n_flags, n_constants;
    struct x64_stub stubs[MAX_STUBS];
    struct x64_point points[MAX_POINTS];
    struct x64_link links[MAX_LINKS];
    uint8_t *link_at[MAX_LINKS];         // where a link's address goes
    struct x64_label labels[MAX_LABELS]; // in the order of their pc
    unsigned n_labels;
    // Distances of jumps to labels that had not been come to.
    struct {
        uint8_t *from;
        unsigned label;
    } jumps[2 * MAX_LABELS];
    unsigned n_jumps;
    struct x64_flags saved_flags[MAX_POINTS];
    struct x64_constant constants[MAX_CONSTANTS];
    bool constant_now; // the last of them is of the access being lowered
    struct x64_pin gpr[X64_GPR_PINS], xmm[X64_XMM_PINS]; // what is pinned within the block
    struct x64_move moves[X64_GPR_PINS + X64_XMM_PINS];  // how that differs from x64_guest's
    unsigned n_moves;
    bool moved; // they are done at this place
    struct x64_slots slots[2 * IR_PLACE_MAX];
    uint16_t kept[KEPT];          // the slot that the register of a temporary has; 0: none
    unsigned n_kept;              // of these that are not 0
    uint16_t done;                // the last place that gpr_done was called for
    bool operands_go;             // those of the flags, with the operation being lowered
    bool flags_in_place;          // native_flags_kind is 0 for certain
    bool put_down;                // what the branch asks for is (put_down_first)
    bool asks_flags;              // the block reads the flags it begins with
    bool wants_flags;             // or may be left before it sets its own
    const struct x64_pin *mapped; // the table by which gpr_at and xmm_at are filled in
    bool full;                    // the cache's data are used up
    bool fp;                      // floating point is the host's
    bool guess, guessed;          // low.c may guess, and does
    bool tiny;                    // underflows that only Arm sees are looked for
    struct x64_rounds *rounds;    // of struct x64_wish
    bool whole;                   // of struct x64_wish
    bool region;                  // of struct x64_wish
    bool (*sets_flags)(uint64_t pc, uint32_t mode); // of struct x64_wish
    uint32_t mode;
    uint8_t *way_round;      // with `whole`: the way back to the loop's beginning
    bool untag;              // addresses may have tags
    bool paired;             // calls and returns are the host's
    bool count;              // what is executed is counted
    unsigned limit;          // operations from this one on are left to the evaluator
    bool left_out;           // the operation being lowered is one of them
    bool called;             // the operation is left to the evaluator's function
    struct x64_tally *tally; // of the piece of code that is made
    struct x64_mem address;  // of the access being lowered, if has_address
    bool has_address;
    const struct ir_placed *lane; // of which the vlow being lowered is, or NULL
    uint32_t lent, lent_spilled;  // vector registers, by number
    const struct ir_placed
        *there[XMM_TEMPS];           // what a temporary's register has still (x64/repeat.c)
    uint32_t reserved;               // of them, those that are not to be lent
    bool has_twins;                  // two vectors may have one register (x64/twins.c)
    bool doubled;                    // the operation is done for both halves of registers
    uint8_t temp_is_vector;          // of the temporaries in registers, by what wrote them last
    uint64_t live[2 * IR_PLACE_MAX]; // temporaries that are read after each operation
    uint8_t gpr_at[IR_SLOTS], xmm_at[IR_SLOTS]; // host register of a slot, X64_NONE: memory
    uint8_t
        low[IR_SLOTS]; // of the vector in a slot, the bytes above which all are zero; 0: unknown
    uint8_t low_first[X64_FILE]; // of those registers, at the beginning
};

typedef void x64_lower_fn(struct x64 *x, const struct ir_placed *p);

struct x64_lowering {
    uint16_t op, n; // enum ir_op: n operations from this one on
    x64_lower_fn *lower;
    uint64_t pad;
};

#define X64_LOWER_(id, first, count)                                                              \
    static x64_lower_fn lower_##id;                                                               \
    __attribute__((used, section("x64_lowerings"),                                                \
                   aligned(8))) static const struct x64_lowering lowering_##id = {first, count,   \
                                                                                  lower_##id, 0}; \
    static void lower_##id(struct x64 *x, const struct ir_placed *p MAYBE_UNUSED)
#define X64_LOWER(op)  X64_LOWER_(op, IR_##op, 1)
#define X64_LOWER2(op) X64_LOWER_(op, IR_##op##32, 2) // 32, 64
#define X64_LOWER3(op) X64_LOWER_(op, IR_##op##8, 3)  // 8, 16, 32
#define X64_LOWER4(op) X64_LOWER_(op, IR_##op##8, 4)  // 8, 16, 32, 64

static inline unsigned bits_of(const struct ir_placed *p)
{
    return ir_op_info[p->op].bits;
}

static inline bool is_wide(const struct ir_placed *p)
{
    return bits_of(p) == 64;
}

static inline struct x64_mem mem(unsigned base, int32_t disp)
{
    return (struct x64_mem){(uint8_t)base, X64_NONE, 0, disp, NULL};
}

static inline struct x64_mem mem_index(unsigned base, unsigned index, unsigned scale, int32_t disp)
{
    return (struct x64_mem){(uint8_t)base, (uint8_t)index, (uint8_t)scale, disp, NULL};
}

// Compares with zero what asks the thread to leave.
static inline void test_interrupt(struct x64_asm *a, struct x64_mem interrupt)
{
    x64_rm(a, 0x84, false, X64_STATE, interrupt); // test m, r15b
}

static inline struct x64_mem mem_rip(const void *at)
{
    return (struct x64_mem){X64_NONE, X64_NONE, 0, 0, at};
}

// The memory of a place, or any field of struct ir_state by its offset.
static inline struct x64_mem mem_of(const struct x64 *x, unsigned place)
{
    return mem(X64_STATE, (int32_t)place - x->guest->bias);
}
#define MEM_FIELD(f) mem_of(x, (unsigned)offsetof(struct ir_state, f))

static inline bool is_temp(const struct x64 *x, unsigned place)
{
    return place >= x->guest->temps && place < x->guest->temps + 16u * IR_TEMPS;
}

static inline unsigned temp_index(const struct x64 *x, unsigned place)
{
    return (place - x->guest->temps) / 16;
}

// Whether the value at `place` is not looked at after the operation being lowered (false for guest
// slots).
bool dies_here(const struct x64 *x, unsigned place);

// Host register of a place, or X64_NONE: it is memory.
static inline unsigned gpr_at(const struct x64 *x, unsigned place)
{
    return x->gpr_at[place / 8];
}

static inline unsigned xmm_at(const struct x64 *x, unsigned place)
{
    return x->xmm_at[place / 8];
}

static inline bool fits_32(uint64_t v)
{
    return (int64_t)v == (int32_t)v;
}

// The result of p (another operation than the one being lowered) is where it belongs.
void note_result(struct x64 *x, const struct ir_placed *p);

// ---- integer operands
// -----------------------------------------------------------------------------------------------

// A register with the value at `place`: its own, or `scratch`, loaded (all 64 bits if wide).
unsigned gpr_use(struct x64 *x, unsigned place, bool wide, unsigned scratch);
// Puts the value at `place` into register r.
void gpr_get(struct x64 *x, unsigned place, bool wide, unsigned r);
// The register in which to compute the result for `place`: its own, or rax.
unsigned gpr_def(struct x64 *x, unsigned place);
// Ends with the result in r, be it the place's own: stores or moves it. 32-bit results are
// zero-extended in r.
void gpr_done(struct x64 *x, unsigned place, unsigned r);
// `op` d, operand b of p (register, memory or constant).
void alu_b(struct x64 *x, enum x64_alu op, bool wide, unsigned d, const struct ir_placed *p);

// ---- vector operands
// ------------------------------------------------------------------------------------------------

unsigned xmm_use(struct x64 *x, unsigned place, unsigned scratch);
unsigned xmm_def(struct x64 *x, unsigned place); // its own, or xmm15
void xmm_done(struct x64 *x, unsigned place, unsigned r);
// As x64_vrr and so on, with any of the vector registers. Those that only EVEX reaches cost moves
// where an instruction has no such encoding; they come before it, so that it is not the next host
// instruction (may_trap).
void v_rr(struct x64 *x, unsigned op, bool w, unsigned reg, unsigned v, unsigned rm);
void v_rm(struct x64 *x, unsigned op, bool w, unsigned reg, unsigned v, struct x64_mem m);
void v_rri(struct x64 *x, unsigned op, bool w, unsigned reg, unsigned v, unsigned rm,
           unsigned imm8);
void v_rmi(struct x64 *x, unsigned op, bool w, unsigned reg, unsigned v, struct x64_mem m,
           unsigned imm8);
// Register r, or `copy`, which has its value, if only EVEX reaches r. copy: X64_XLOW or X64_XLOW2.
unsigned low_xmm(struct x64 *x, unsigned r, unsigned copy);
// VEX instruction d, a, b with b from a register or memory.
void vex_b(struct x64 *x, unsigned op, bool w, unsigned d, unsigned a, unsigned place_b);

// ---- condition flags
// ------------------------------------------------------------------------------------------------

// The host's flags are about to change: what they hold is put elsewhere if it is still wanted.
void clobber_flags(struct x64 *x);
// Before p makes new flags in the host's.
void replace_flags(struct x64 *x, const struct ir_placed *p);
// The host's flags now hold those of this kind for place p->d, made from the operands of p / some
// for `place`, whose C is CF or (inverted) its complement.
void define_flags(struct x64 *x, const struct ir_placed *p, int kind);
// Those of this kind of the operands of p, which the host's flags do not have.
struct x64_flags operand_flags(const struct ir_placed *p, int kind);
void define_host_flags(struct x64 *x, unsigned place, bool inverted);
// Sets the host's flags to those of a & b, the operands of p.
void test_operands(struct x64 *x, bool wide, const struct ir_placed *p);
// Makes the host's flags those of `place` and returns the host's condition for Arm condition
// `cond`.
enum x64_cc want_condition(struct x64 *x, unsigned place, unsigned cond);
// Makes CF the carry of `place` (inverted: its complement). replaced: the operation being lowered
// makes new flags there.
void want_carry(struct x64 *x, unsigned place, bool inverted, bool replaced);
// Makes sure that flags that belong elsewhere than `place` are stored if they are wanted.
void store_other_flags(struct x64 *x, unsigned place);
// Makes sure that the flags of `place` are stored there.
void store_flags(struct x64 *x, unsigned place);
// Writes code that stores `f` in its place.
void emit_store_flags(struct x64 *x, struct x64_flags *f);
// Whether it is known what the guest's flags are, and they are not in their place.
bool flags_elsewhere(const struct x64 *x, const struct x64_flags *f);
// Whether to put down what they come from is all there is to do / does it; the host's flags stay.
bool can_put_down(const struct x64 *x, const struct x64_flags *f);
void put_down_flags(struct x64 *x, const struct x64_flags *f);
// Before the code that makes the flags of p, of this kind, and what `result` (NULL: nothing)
// computes from the same operands: puts down what they come from where the branch behind would do
// so. Processors take a comparison and the branch next to it for one operation.
void put_down_first(struct x64 *x, const struct ir_placed *p, int kind,
                    const struct ir_placed *result);
// Before an edge, whoever comes next: the guest's flags are kept in the cheapest way.
void defer_flags(struct x64 *x, struct x64_flags *f);
// Puts down operand k of the flags alone, as it was before it moved. Returns where it is then.
uint16_t put_down(struct x64 *x, const struct x64_flags *f, unsigned k);
// Deferred flags are of no interest any more.
void flags_in_place(struct x64 *x);
// Whether p sets the flags at `place`.
bool writes_flags(const struct ir_placed *p, unsigned place);
// Whether p looks at the flags at `place`, whatever for / only at C, as a carry.
bool reads_flags(const struct ir_placed *p, unsigned place);
bool takes_carry(const struct ir_placed *p);
// The host's CF is C of the flags stored at `place`.
void test_carry(struct x64 *x, unsigned place);
// Whether the condition flags are read, other than at a fault, before they are set, from operation
// `from` on.
bool reads_first_flags(const struct x64 *x, unsigned from);
// Of the shared code.
enum { DEFERRED_KINDS = 12, CARRIED_KIND };

// Whether p adds a constant to what the flags come from, which is noted: it can be taken back.
bool flags_follow(struct x64_flags *f, const struct ir_placed *p);
void make_settlers(struct x64_cache *cache, struct x64_asm *a);
// The flags that x64_recover finds deferred, from native_flags_word. Operands are native_flags, the
// second may be imm (b_imm).
struct x64_flags deferred_flags(uint64_t word);
// The host's flags, which are those of f, as N8 Z4 C2 V1 in eax. They stay as they are.
void host_to_nibble(struct x64 *x, const struct x64_flags *f);
// vucomis has just compared: the flags as N8 Z4 C2 V1 in eax.
void host_to_nibble_of(struct x64 *x, bool swapped);
// Whether the flags at `place` are looked at by operation `from` or later.
bool flags_wanted(const struct x64 *x, unsigned from, unsigned place);
// Whether the host has the flags in its own, and they are looked at by operation x->i or later.
bool host_flags_count(const struct x64 *x);
// Before a call for p: they are stored unless they can be computed again behind it.
void flags_before_call(struct x64 *x, const struct ir_placed *p, bool faults);
// Before every operation: those whose operands go, or that somebody may look at, are stored.
void flags_before(struct x64 *x, const struct ir_placed *p);
// After one that could still compute them although its result takes an operand's place.
void flags_after(struct x64 *x);

// ---- faults and leaving
// ---------------------------------------------------------------------------------------------

// Operations at x->i that become part of the access or branch behind them. address_ahead leaves the
// access to be lowered (x->i is that then), the others have done it all.
bool address_ahead(struct x64 *x);
void lane_ahead(struct x64 *x);
bool test_bit_ahead(struct x64 *x);
bool test_ahead(struct x64 *x);
bool compare_chain_ahead(struct x64 *x);
bool store_constant_ahead(struct x64 *x);
void constant_address_ahead(struct x64 *x);

// A register that is neither in `but` nor an operand of the operation being lowered; what it holds
// comes back if `kept`.
unsigned lend_register(struct x64 *x, struct x64_mem but, bool *kept);
void take_back(struct x64 *x, unsigned r, bool kept);

// A vector register for the rest of the lowering. Nothing may be written to the result's own
// register before the last instruction, since that may be the one lent.
unsigned lend_xmm(struct x64 *x);
// The same, of those that every encoding reaches.
unsigned lend_low_xmm(struct x64 *x);
// Whether the vector register of temporary t is no operand, and is not read behind the operation
// before it is written.
bool is_free_xmm(const struct x64 *x, unsigned t);
// After a lowering: what lent registers held comes back.
void take_back_xmms(struct x64 *x);
// Up to three registers of temporaries, lent for the time of one operation: what somebody may still
// look at is kept and comes back.
struct x64_loans {
    uint8_t reg[3];
    bool kept[3];
    unsigned n;
};
// Before the first loan of an operation, while rax holds nothing: the host's flags are free then,
// and condition flags need no temporary.
void settle_flags(struct x64 *x);
// Whether somebody may look at what the register of a temporary holds after this operation.
bool is_kept(const struct x64 *x, unsigned r);
// One that is not in the set `taken` (a bit per register) / this one.
unsigned borrow(struct x64 *x, struct x64_loans *loans, unsigned taken);
void borrow_reg(struct x64 *x, struct x64_loans *loans, unsigned r);
void pay_back(struct x64 *x, const struct x64_loans *loans);
// ---- guest registers in the places of pinned ones (x64/pins.c) ----

// Before all else that asks where registers are: gpr_at and xmm_at become the block's.
void choose_pins(struct x64 *x);
// The way into the block / a way out of it: host flags and rax stay, and from there on everything
// is where other blocks expect it.
void enter_pins(struct x64 *x);
void restore_pins(struct x64 *x);
// Code that follows finds the registers as they are within the block, or as they are at its edges.
void map_moves(struct x64 *x, bool moved);

// ---- vectors that temporaries' registers have still (x64/repeat.c) ----

// Whether the result of p is where it belongs from before.
bool is_there_still(const struct x64 *x, const struct ir_placed *p);
// After p / registers, a bit each, are used for something else.
void note_there(struct x64 *x, const struct ir_placed *p);
void forget_there(struct x64 *x, uint32_t registers);

// ---- two guest vectors in a register (x64/twins.c) ----

// Finds the vectors of a loop that are worked on two by two. How many instructions are done for two
// at once.
unsigned find_twins(struct x64 *x);
// The slot of the vector that the register of this one's also has, in its high half; 0: none. /
// Whether that of another has this one there.
unsigned high_twin(const struct x64 *x, unsigned place);
bool is_high_twin(const struct x64 *x, unsigned place);
// Those among `passing`, a bit for each low twin by number, have no register: whether they can do
// without.
bool twins_pass(const struct x64 *x, uint32_t passing);
// If the instruction that begins at x->i is one of two that are done together: does both, or
// nothing if it is done already; x->i is its last operation then.
bool lower_twins(struct x64 *x);
// Loads or stores a register, with its high half if that has a slot.
void move_pin(struct x64 *x, unsigned reg, unsigned slot, unsigned high, bool load);
// Before code that knows nothing of high halves, which is slow on some processors otherwise.
void clear_high_halves(struct x64 *x);
// A register with 16 bytes from memory in both halves, until another is lent.
unsigned both_halves(struct x64 *x, struct x64_mem m);
// Lowers the operation at x->i, with those ahead that become part of it.
void lower_next(struct x64 *x);

// ---- guest registers kept in temporaries' registers (x64/keep.c) ----

// Backward: which slots are read again soon.
void find_again(struct x64 *x);
// Before the operation at x->i and its lookahead / before it is lowered / after the operations from
// `first` to x->i.
void keep_operands(struct x64 *x);
void keep_result(struct x64 *x);
void keep_no_longer(struct x64 *x, unsigned first);
// Register r, or all of them, are needed for something else.
void give_up_register(struct x64 *x, unsigned r);
void give_up_all(struct x64 *x);

// The same of a block that was not finished, wherever: who compiled it, the child of a vfork, may
// have been killed.
void keep_nothing(struct x64 *x);
bool is_kept_slot(const struct x64 *x, unsigned place);

// The set of the register at `place`; empty if it is memory.
static inline unsigned reg_bit(const struct x64 *x, unsigned place)
{
    return gpr_at(x, place) == X64_NONE ? 0 : 1u << gpr_at(x, place);
}

// d = address s without its tag; the host's flags stay.
void strip_tag(struct x64 *x, unsigned d, unsigned s);

// The next host instruction may fault.
void may_fault(struct x64 *x);
// The next host instruction may raise Invalid Operation. Then, and if cc holds after evaluate_if,
// the guest instruction is evaluated instead, from its beginning.
void may_trap(struct x64 *x);
void evaluate_if(struct x64 *x, enum x64_cc cc);
// Guest instructions from this one on after which the state is exact, if the condition flags are
// lost now; 0: they must not be, since someone looks.
unsigned steps_without_flags(const struct x64 *x);
// Jumps out of line if cc: the guest instruction raises `why`, with fault_addr in register
// `address`.
void fault_if(struct x64 *x, enum x64_cc cc, enum ir_exit why, unsigned address);
// Out of line: an access that may be watched (x64/lower_watch.c). Goes on behind it if it is.
void watch_stub(struct x64 *x, const struct x64_stub *s);
// Calls the evaluator's function for p.
eval_fn x64_continue; // what it goes on to
void call_evaluator(struct x64 *x, const struct ir_placed *p);

// What the host's unit has raised goes to FPSR / it is given the modes of FPCR, and has raised
// nothing.
void env_to_state(struct x64 *x);
void env_from_state(struct x64 *x);

// Before the label of a loop: emits what makes sure of what the loop takes for granted.
void guess_low(struct x64 *x);
// Finds what is known at each label, by what is at the beginning (x->low_first) / that is known
// from now on, at the label.
void find_low(struct x64 *x);
void take_low(struct x64 *x, const struct x64_label *l);
// Whether a single branch leads to the label, and nothing else.
bool is_only_edge(const struct x64_label *l);
// Of the operation p that was lowered.
void note_low(struct x64 *x, const struct ir_placed *p);
// Bytes of the vector at `place` above which all are zero.
unsigned low_of(const struct x64 *x, unsigned place);

// What the engine finds when it is left for.
void store_exit(struct x64 *x, enum ir_exit why, uint64_t pc);

// Leaves for the engine; stored: the pinned registers are in memory already.
void leave_block(struct x64 *x, enum ir_exit why, uint64_t pc, bool stored);

// ---- branches
// ---------------------------------------------------------------------------------------------

enum { X64_CALL_STACK = 64 << 10 }; // bytes of host stack for return addresses

// ---- within a block that has labels (x64/labels.c)

// Before all else that asks for them.
void find_labels(struct x64 *x);
// The jump (as for link_from) leads to a label. False: there is none for that pc.
bool jump_to_label(struct x64 *x, uint8_t *from, uint64_t pc);
// Whether jumps to pc may come with different flags: no label there knows where they come from.
bool takes_any_flags(const struct x64 *x, uint64_t pc);
// NULL: there is none.
struct x64_label *label_of(const struct x64 *x, uint64_t pc);
// Whether the way to a label that comes with f puts down what they come from.
bool edge_puts_down(const struct x64 *x, const struct x64_label *l, const struct x64_flags *f);
// Before the jump to a label: the flags that it expects are those it comes with. from: the code
// that makes the host's.
void carry_flags(struct x64 *x, uint64_t pc, uint8_t *from);
// The same before the code of a branch that asks for no flags: C goes to al if the label wants
// that.
void carry_carry(struct x64 *x, uint64_t pc);
// Whether the next operation is the label for that pc.
bool label_is_next(const struct x64 *x, uint64_t pc);
// The way of an edge whose condition flags must be put down.
void edge_stub(struct x64 *x, struct x64_stub *s);
// When all is lowered.
void patch_jumps(struct x64 *x);
// Whether the first label is where the block begins, and a loop.
bool begins_loop(const struct x64 *x);
// Leaves if the thread is to be interrupted.
void check_interrupt(struct x64 *x, unsigned steps);

// A direct link out of the block to `target`, by a jump, a call, or a conditional jump whose
// distance stands at `from`. The condition flags are stored out of line.
void link_from(struct x64 *x, uint8_t *from, uint64_t target);
// A jump to pc, or out of the block to there, if the condition holds that the host's flags have
// from code that begins at `from`.
void jump_if(struct x64 *x, enum x64_cc cc, uint8_t *from, uint64_t pc);

// The instruction of operation i, which is x->insn's or behind it.
unsigned insn_of(const struct x64 *x, unsigned i);
// Whether the operation at x->i is done together with another one (x64/lower_mul.c).
bool whole_product_ahead(const struct x64 *x);
// The number of a new link to `target`.
unsigned new_link(struct x64 *x, uint64_t target);
// The table of indirect branches of this kind: jumps or calls to the code for the address in rax,
// or leaves.
void emit_lookup(struct x64_asm *a, const struct x64_cache *cache, unsigned kind, bool call);
// The shared code of indirect branches.
void make_dispatch(struct x64_cache *cache, struct x64_asm *a);

extern x64_lower_fn *x64_lower_table[IR_OP_COUNT];
void x64_lower_init(void);

#endif
