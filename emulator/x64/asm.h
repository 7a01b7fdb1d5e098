// SPDX-License-Identifier: MIT
// Writes x86-64 machine code: bytes only, no knowledge of guests or of the intermediate language.
// An instruction is named by its opcode constant (X64_*), which says prefix, map and byte as
// Intel's manual prints them; operands are registers or one memory reference. Intel SDM volume 2,
// chapters 2 and 3 to 5.
//
// Nothing is checked at run time but the room: a caller leaves at least X64_INSN_MAX bytes before
// each instruction (struct x64_asm.end).
#ifndef EMU_X64_ASM_H
#define EMU_X64_ASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum x64_reg {
    X64_RAX,
    X64_RCX,
    X64_RDX,
    X64_RBX,
    X64_RSP,
    X64_RBP,
    X64_RSI,
    X64_RDI,
    X64_R8,
    X64_R9,
    X64_R10,
    X64_R11,
    X64_R12,
    X64_R13,
    X64_R14,
    X64_R15,
    X64_NONE = 0xff
};

enum { X64_INSN_MAX = 16 };

struct x64_asm {
    uint8_t *p;     // where the next byte goes
    uint8_t *end;   // of the room
    uint8_t *fixed; // what is before this is where something else expects it
    ptrdiff_t exec; // it runs so far behind where it is written
};

// [base + index << scale + disp]; index X64_NONE: none. base X64_NONE: disp is relative to the end
// of the instruction (RIP), given as an absolute target in `rip`; if that is NULL, disp alone.
struct x64_mem {
    uint8_t base, index, scale;
    int32_t disp;
    const void *rip;
};

// Opcode constants: prefix (none, 66, F3, F2) << 12 | map (none, 0F, 0F38, 0F3A) << 8 | byte.
#define X64_P66         (1u << 12)
#define X64_PF3         (2u << 12)
#define X64_PF2         (3u << 12)
#define X64_0F          (1u << 8)
#define X64_0F38        (2u << 8)
#define X64_0F3A        (3u << 8)
#define X64_OP(op, ext) ((op) | (ext) << 16) // ext: what stands in the reg field (/0 to /7)
// Vector instructions of the EVEX encoding alone, or that are to have it / with mask k1: lanes
// where it has a 0 keep what is there / become zero.
#define X64_EVEX        (1u << 20)
#define X64_MASK        (X64_EVEX | 1u << 21)
#define X64_ZEROING     (X64_MASK | 1u << 22)
#define X64_256         (1u << 23) // vectors of 256 bits; in memory as many as of 128

enum x64_alu { X64_ADD, X64_OR, X64_ADC, X64_SBB, X64_AND, X64_SUB, X64_XOR, X64_CMP };
enum x64_shift { X64_ROL, X64_ROR, X64_SHL = 4, X64_SHR, X64_SAR = 7 };
// Condition codes as encoded in jcc, setcc and cmovcc; ^ 1 negates.
enum x64_cc {
    X64_O,
    X64_NO,
    X64_B,
    X64_AE,
    X64_E,
    X64_NE,
    X64_BE,
    X64_A,
    X64_S,
    X64_NS,
    X64_P,
    X64_NP,
    X64_L,
    X64_GE,
    X64_LE,
    X64_G
};

void x64_byte(struct x64_asm *a, unsigned v);
void x64_word32(struct x64_asm *a, uint32_t v);
void x64_word64(struct x64_asm *a, uint64_t v);

// Any instruction of the legacy encoding: `reg` in the reg field, the other operand a register or
// memory. w: 64-bit operands. byte_reg: reg (and rm) are byte registers, so that sil and dil need a
// REX prefix.
void x64_rr(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned rm);
void x64_rm(struct x64_asm *a, unsigned op, bool w, unsigned reg, struct x64_mem m);
void x64_rr8(struct x64_asm *a, unsigned op, unsigned reg, unsigned rm);
void x64_rm8(struct x64_asm *a, unsigned op, unsigned reg, struct x64_mem m);
// The same with an immediate byte behind it.
void x64_rri(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned rm, unsigned imm8);
void x64_rmi(struct x64_asm *a, unsigned op, bool w, unsigned reg, struct x64_mem m, unsigned imm8);

// VEX encoding: `reg` in the reg field, `v` in vvvv (0 if there is none), then register or memory.
// Vector registers from 16 up make it EVEX, whose rows are x64/evex.def. Vectors have 128 bits but
// with X64_256.
void x64_vrr(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned v, unsigned rm);
void x64_vrm(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned v, struct x64_mem m);
void x64_vrri(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned v, unsigned rm,
              unsigned imm8);
void x64_vrmi(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned v, struct x64_mem m,
              unsigned imm8);
// Whether the instruction has an EVEX encoding.
bool x64_has_evex(unsigned op);
enum { X64_K1 = 1 }; // the mask register that is used

// Whether an instruction that is written now reaches that address, where it runs, with 32 bits, and
// if so the operand for it.
bool x64_reaches(const struct x64_asm *a, uint64_t at, struct x64_mem *m);

// Integer instructions in daily use.
void x64_mov_rr(struct x64_asm *a, bool w, unsigned d, unsigned s);
void x64_mov_ri(struct x64_asm *a, unsigned d, uint64_t v);      // the shortest form; flags stay
void x64_mov_ri_free(struct x64_asm *a, unsigned d, uint64_t v); // flags change
void x64_load(struct x64_asm *a, bool w, unsigned d, struct x64_mem m);
void x64_store(struct x64_asm *a, bool w, struct x64_mem m, unsigned s);
void x64_store_i32(struct x64_asm *a, bool w, struct x64_mem m, int32_t v); // sign-extended if w
void x64_store_i8(struct x64_asm *a, struct x64_mem m, uint8_t v);
void x64_cmp_mi8(struct x64_asm *a, struct x64_mem m, uint8_t v); // a byte
void x64_lea(struct x64_asm *a, bool w, unsigned d, struct x64_mem m);
void x64_alu_rr(struct x64_asm *a, enum x64_alu op, bool w, unsigned d, unsigned s);
void x64_alu_rm(struct x64_asm *a, enum x64_alu op, bool w, unsigned d, struct x64_mem m);
void x64_alu_mr(struct x64_asm *a, enum x64_alu op, bool w, struct x64_mem m, unsigned s);
void x64_alu_ri(struct x64_asm *a, enum x64_alu op, bool w, unsigned d, int32_t v);
void x64_alu_mi(struct x64_asm *a, enum x64_alu op, bool w, struct x64_mem m, int32_t v);
void x64_test_rr(struct x64_asm *a, bool w, unsigned x, unsigned y);
void x64_test_ri(struct x64_asm *a, unsigned r, uint32_t v); // 32 bits
void x64_shift_ri(struct x64_asm *a, enum x64_shift op, bool w, unsigned d, unsigned n);
void x64_setcc(struct x64_asm *a, enum x64_cc cc, unsigned d);
void x64_cmov_rr(struct x64_asm *a, enum x64_cc cc, bool w, unsigned d, unsigned s);

// Makes room of n bytes at `at`: what is behind goes behind it. False: something there is fixed.
bool x64_insert(struct x64_asm *a, uint8_t *at, unsigned n);

// No-operations, as few as there may be, until the next byte is so far behind a multiple of n.
void x64_align(struct x64_asm *a, unsigned n, unsigned behind);

// Jumps and calls with a 32-bit distance. They return where the distance stands, for x64_patch; it
// lies within an aligned word of 8 bytes if `aligned` (so that a patch is one store, and is fetched
// as a whole).
uint8_t *x64_jmp(struct x64_asm *a, const void *target, bool aligned);
uint8_t *x64_call(struct x64_asm *a, const void *target, bool aligned);
uint8_t *x64_jcc(struct x64_asm *a, enum x64_cc cc, const void *target, bool aligned);
void x64_patch(uint8_t *distance, const void *target);
uint8_t *x64_leads_to(uint8_t *distance);
// The same for distances that will stand `ahead` and `also` bytes from here, with what is needed
// for it put at `at`, which may be before a comparison: processors take it and the branch for one
// operation only where nothing is between them.
void x64_align_distances(struct x64_asm *a, uint8_t *at, unsigned ahead, unsigned also);
void x64_jmp_r(struct x64_asm *a, unsigned r);
void x64_jmp_m(struct x64_asm *a, struct x64_mem m);
void x64_call_r(struct x64_asm *a, unsigned r);
void x64_call_m(struct x64_asm *a, struct x64_mem m);
void x64_ret(struct x64_asm *a);
void x64_push(struct x64_asm *a, unsigned r);
void x64_pop(struct x64_asm *a, unsigned r);

#endif
