// SPDX-License-Identifier: MIT
// What the bodies of instruction rows are written with: registers, flags and memory of the guest as
// IR. `z` is the width everywhere: 0 for W (32 bits), 1 for X (64 bits).
#ifndef EMU_A64_TRANSLATE_H
#define EMU_A64_TRANSLATE_H

#include "a64/insn.h"
#include "a64/state.h"
#include "ir/build.h"

// Guest code to be translated: the words from `pc` on (4-byte aligned, and they can be fetched), at
// most max_insns of them, for a thread in `mode`.
struct a64_code {
    uint64_t pc;
    const uint32_t *words;
    unsigned max_insns;
    uint32_t mode; // enum a64_mode
    bool guarded;  // in a page whose landing pads count (FEAT_BTI)
    bool labels;   // at its beginning, for a branch back, and behind calls
    // Whether the block goes on at pc behind a conditional branch, with a side exit, or a call;
    // NULL: never.
    bool (*goes_on)(const struct a64_tr *t, uint64_t pc);
};

// Where a block may be entered (bit k: by a branch of kind k of enum ir_branch). TELL: its first
// instruction is an exception whose handler sees how it was reached.
enum {
    A64_LANDS_RETURN = 1 << IR_BRANCH_RETURN,
    A64_LANDS_CALL = 1 << IR_BRANCH_TAIL | 1 << IR_BRANCH_CALL,
    A64_LANDS_JUMP = 1 << IR_BRANCH_TAIL | 1 << IR_BRANCH_JUMP,
    A64_LANDS_ANY = A64_LANDS_RETURN | A64_LANDS_CALL | A64_LANDS_JUMP,
    A64_LANDS_TELL = 16,
};

// One block being translated.
struct a64_tr {
    struct ir_block ir;
    uint64_t pc;   // of the instruction being translated
    uint32_t mode; // enum a64_mode: what the meaning may depend on besides the word
    bool (*goes_on)(const struct a64_tr *t, uint64_t pc); // struct a64_code
    bool labels;                                          // struct a64_code
    bool label;                                           // the next one begins with an IR_label
    bool nested;      // a region: it has loops within it that do not begin where it does
    bool end;         // the block is complete: the last instruction left it
    bool sp_aligned;  // SP is known to be a multiple of 16 here
    bool sp_moved;    // this instruction has made it something else (A64_MODE_SP_ALIGNED)
    bool tag_checked; // the accesses of this instruction are, by its base register
    bool guarded;     // as in a64_code
    bool vectors;     // some instruction is one of the vector and floating-point registers
    uint8_t lands;    // A64_LANDS_*
    unsigned insns;
    uint64_t made_from;       // a64_made_from of its words
    enum a64_feature missing; // what made an instruction undefined; FEAT_BASE: not that
};

// Tells words that are the same from others: begins with 0, goes on word by word. Two different
// sequences are the same number once in 2^64.
static inline uint64_t a64_made_from(uint64_t words, uint32_t word)
{
    words = (words ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return words ^ words >> 32;
}

enum { A64_SP = 31, A64_ZR = 31 };
#define CPU_X(n)     (offsetof(struct cpu, x) + 8 * (size_t)(n))
#define CPU_V(n)     (offsetof(struct cpu, v) + 16 * (size_t)(n))
#define CPU_FIELD(f) offsetof(struct cpu, f)

static inline ir_ref const_r(struct a64_tr *t, unsigned z, uint64_t v)
{
    return z ? ir_const64(&t->ir, v) : ir_const32(&t->ir, (uint32_t)v);
}

// General register n; 31 reads as zero.
static inline ir_ref get_r(struct a64_tr *t, unsigned n, unsigned z)
{
    if (n == A64_ZR)
        return const_r(t, z, 0);
    return z ? ir_getx(&t->ir, CPU_X(n)) : ir_getw(&t->ir, CPU_X(n));
}

static inline ir_ref get_x(struct a64_tr *t, unsigned n)
{
    return get_r(t, n, 1);
}

static inline ir_ref get_w(struct a64_tr *t, unsigned n)
{
    return get_r(t, n, 0);
}

// General register n; 31 is the stack pointer.
static inline ir_ref get_rsp(struct a64_tr *t, unsigned n, unsigned z)
{
    return z ? ir_getx(&t->ir, CPU_X(n)) : ir_getw(&t->ir, CPU_X(n));
}

// Writes general register n (a W value clears the upper half); 31 discards.
static inline void set_r(struct a64_tr *t, unsigned n, unsigned z, ir_ref v)
{
    if (n != A64_ZR)
        ir_setx(&t->ir, z ? v : ir_zext(&t->ir, v), CPU_X(n));
}

static inline void set_x(struct a64_tr *t, unsigned n, ir_ref v)
{
    set_r(t, n, 1, v);
}

static inline void set_w(struct a64_tr *t, unsigned n, ir_ref v)
{
    set_r(t, n, 0, v);
}

// At a place to which other code leads, SP's alignment is what the mode says.
static inline void forget_sp(struct a64_tr *t)
{
    t->sp_aligned = t->mode & A64_MODE_SP_ALIGNED;
}

// Writes general register n; 31 is the stack pointer. What this does to SP's alignment is not
// known: where it is to stay, another value leaves the instruction to the evaluator, before it has
// done anything.
static inline void set_rsp(struct a64_tr *t, unsigned n, unsigned z, ir_ref v)
{
    if (!z)
        v = ir_zext(&t->ir, v);
    if (n == A64_SP && t->mode & A64_MODE_SP_ALIGNED)
        ir_sp_stays(&t->ir, v);
    else if (n == A64_SP)
        t->sp_aligned = false;
    ir_setx(&t->ir, v, CPU_X(n));
}

static inline ir_ref get_flags(struct a64_tr *t)
{
    return ir_getf(&t->ir, CPU_FIELD(nzcv));
}

static inline void set_flags(struct a64_tr *t, ir_ref f)
{
    ir_setf(&t->ir, f, CPU_FIELD(nzcv));
}

static inline ir_ref get_v(struct a64_tr *t, unsigned n)
{
    return ir_getv(&t->ir, CPU_V(n));
}

// The low 8 (q 0) or 16 (q 1) bytes of V register n, the rest zero.
static inline ir_ref get_vq(struct a64_tr *t, unsigned n, unsigned q)
{
    ir_ref v = get_v(t, n);
    return q ? v : ir_vlow(&t->ir, v, 8);
}

static inline void set_v(struct a64_tr *t, unsigned n, ir_ref v)
{
    ir_setv(&t->ir, v, CPU_V(n));
}

// Writes V register n: all of v (q 1), or its low half with zeros above (q 0).
static inline void set_vq(struct a64_tr *t, unsigned n, unsigned q, ir_ref v)
{
    set_v(t, n, q ? v : ir_vlow(&t->ir, v, 8));
}

// The base register of a memory access: X register or SP, with the stack pointer alignment check.
ir_ref get_base(struct a64_tr *t, unsigned n);

// The same for the forms with write-back or a register offset, whose accesses are tag checked also
// where the base is SP.
ir_ref get_base_wb(struct a64_tr *t, unsigned n);

// Writes a base register back after `offset` was added to it; ANY_OFFSET: one that is not known.
enum { ANY_OFFSET = 1 };
void set_base(struct a64_tr *t, unsigned n, ir_ref v, int64_t offset);

// In a thread that has tags checked, the check of 1 << size bytes at addr + offset, and in one that
// is debugged whether they are watched; the functions below that access memory make their own.
void check_tag(struct a64_tr *t, enum ir_tag_access access, unsigned size, ir_ref addr,
               int64_t offset);

// Loads and stores of 1 << size bytes at addr + offset. Integers: W for sizes up to 4, X for 8.
ir_ref load(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset);
void store(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset, ir_ref v);
ir_ref load_v(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset); // size 0 to 4
void store_v(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset, ir_ref v);

// Rm shifted as in shifted-register operands: type 0 LSL, 1 LSR, 2 ASR, 3 ROR. Arm ARM ShiftReg.
ir_ref shift_reg(struct a64_tr *t, unsigned m, unsigned z, unsigned type, unsigned amount);

// Rm extended as in extended-register operands: option UXTB..SXTX, then shifted left. Arm ARM
// ExtendReg.
ir_ref extend_reg(struct a64_tr *t, unsigned m, unsigned z, unsigned option, unsigned shift);

// The bitmask of a logical immediate (Arm ARM DecodeBitMasks, wmask). False if reserved.
bool a64_bitmask(unsigned n, unsigned imms, unsigned immr, unsigned z, uint64_t *mask);

// The 8-bit floating-point immediate as a double, single or half bit pattern; bits is 64, 32 or 16.
uint64_t a64_fp_imm(unsigned imm8, unsigned bits);

// The instruction may be where indirect branches land, in a guarded page too.
static inline void landing_pad(struct a64_tr *t, unsigned lands)
{
    if (!t->insns)
        t->lands |= (uint8_t)lands;
}

// Ends the block: jump to a known address; the instruction is undefined; any other exit (pc is
// where the guest is then).
void branch_to(struct a64_tr *t, uint64_t target);
void end_call(struct a64_tr *t); // the call has been made, and comes back
void undefined(struct a64_tr *t);

// Whether the processor has a feature that, besides the row's, this word of the row needs; if not,
// the instruction is undefined.
bool needs(struct a64_tr *t, enum a64_feature feature);

void leave(struct a64_tr *t, enum ir_exit why, uint64_t pc);

// Translates one block of `code` into t->ir, which lies in `storage`.
void a64_translate_block(struct a64_tr *t, struct ir_inst *storage, unsigned capacity,
                         const struct a64_code *code);

enum { A64_REGION_INSNS = 512 }; // that a region reaches over at most

// Translates a region, the loop that begins at code->pc with all loops within it, as one block with
// labels; where nothing leads back there, all that is reached from there without a call.
enum a64_region {
    A64_REGION_MADE,
    A64_REGION_PLAIN,    // it would be no more than a block: nothing leads to within it
    A64_REGION_BRANCHES, // it has too many branches
    A64_REGION_CALLS,    // it has calls
};
enum a64_region a64_translate_region(struct a64_tr *t, struct ir_inst *storage, unsigned capacity,
                                     const struct a64_code *code);

// Whether instruction n from its beginning belongs to the region that was looked for last.
bool a64_region_has(unsigned n);

// One more instruction. For a64/region.c.
void a64_translate_next(struct a64_tr *t, const struct a64_code *code);
enum { A64_ROOM_PER_INSN = 320 }; // more IR than any one row emits

// For struct a64_code.goes_on: over all of them.
bool a64_goes_on_always(const struct a64_tr *t, uint64_t pc);

// The feature for want of which the processor has no instruction `word`; FEAT_BASE if that is not
// the reason.
enum a64_feature a64_missing(uint32_t word);

#endif
