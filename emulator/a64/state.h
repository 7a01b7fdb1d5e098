// SPDX-License-Identifier: MIT
// The AArch64 thread state as translated code sees it: one structure, reached by byte offsets, one
// per guest thread. The layout is public because the evaluator and compiled code address it;
// everything that changes it outside of translated code (signals, system calls, a debugger) uses
// the fields.
#ifndef EMU_A64_STATE_H
#define EMU_A64_STATE_H

#include "ir/eval.h"
#include "ir/state.h"
#include "ir/tags.h"
#include "ir/watch.h"

#include <stddef.h>
#include <stdint.h>

struct engine_thread;

struct cpu {
    union {
        struct ir_state s; // must be first
        struct {           // names for parts of it
            uint8_t head[offsetof(struct ir_state, registers)];
            uint64_t x[31]; // X0 to X30
            uint64_t sp;
            uint64_t nzcv; // N=8 Z=4 C=2 V=1
        };
    };
    uint64_t pstate_bits; // PSTATE.TCO, DIT and SSBS, in SPSR's places
    uint64_t tpidr;       // TPIDR_EL0
    uint64_t tpidrro;     // TPIDRRO_EL0
    uint64_t fpmr;        // FPMR, without its RES0 bits (FPMR_BITS)
    uint64_t fpsr_unseen; // 1: the thread has not accessed FPSR yet (A64_MODE_FPSR_UNSEEN)
    union ir_val v[32] __attribute__((aligned(64)));
    union ir_val temps[IR_TEMPS]; // the evaluator's
    struct engine_thread *engine; // the engine's
    void *thread;                 // the Linux layer's
};

// x[31] is sp: register number 31 where the encoding means the stack pointer.
_Static_assert(offsetof(struct cpu, sp) == offsetof(struct cpu, x) + 31 * 8, "sp follows x30");
_Static_assert(offsetof(struct cpu, nzcv) == offsetof(struct ir_state, condition), "the same");
_Static_assert(offsetof(struct cpu, s) == 0, "translated code addresses the state from its head");
_Static_assert(sizeof(struct cpu) <= 8192, "slots must be reachable by 16-bit offsets");

static inline struct cpu *cpu_of(struct ir_state *s)
{
    return (struct cpu *)s;
}

// The bits that FPSR and pstate_bits have; the others read as zero. FPCR's: a64_fpcr_bits
// (a64/feature.h).
#define CPU_FPSR_BITS   (FPSR_QC | FPSR_IDC | FPSR_IXC | FPSR_UFC | FPSR_OFC | FPSR_DZC | FPSR_IOC)
#define CPU_PSTATE_TCO  (1u << 25)
#define CPU_PSTATE_DIT  (1u << 24)
#define CPU_PSTATE_SSBS (1u << 12)
_Static_assert(CPU_PSTATE_TCO == IR_TAG_OVERRIDE, "operand of tag_check");

// What a translation depends on besides the guest's code: part of the key under which it is found.
// An instruction that may change it ends its block by leaving for a look-up.
enum a64_mode {
    A64_MODE_NEP = 1 << 0, // FPCR.NEP: scalar operations keep the upper elements
    A64_MODE_MTE = 1 << 1, // accesses are tag checked
    A64_MODE_AH = 1 << 2,  // FPCR.AH: negation keeps the sign of a NaN
    A64_MODE_FP = 1 << 3,  // FPCR asks for more than other rounding: not the host's floating point
    A64_MODE_SHARED = 1 << 4,      // others may see memory while it changes: pairs are one access
    A64_MODE_FPSR_UNSEEN = 1 << 5, // compiled code may miss an underflow that only FPSR.UFC tells
    // These are looked at for a debugger: enum ir_watch_access times the first.
    A64_MODE_WATCH_READ = 1 << 6,
    A64_MODE_WATCH_WRITE = 1 << 7,
    A64_MODE_SP_ALIGNED = 1 << 8, // SP is a multiple of 16 wherever an instruction begins
};

// Whether anybody but the one thread that runs sees its memory. Set by the operating-system layer
// before there is somebody, and never unset.
extern bool cpu_memory_shared;

static inline void cpu_share_memory(void)
{
    __atomic_store_n(&cpu_memory_shared, true, __ATOMIC_RELAXED);
}

// The bits of FPCR that are part of it.
#define CPU_FPCR_HARD  (FPCR_FZ | FPCR_DN | FPCR_AHP | FPCR_AH | FPCR_FIZ)
#define CPU_FPCR_MODES (FPCR_NEP | CPU_FPCR_HARD)

static inline uint32_t cpu_mode(const struct cpu *c)
{
    return (c->s.fp.fpcr & FPCR_NEP ? A64_MODE_NEP : 0u) |
           (c->s.fp.fpcr & FPCR_AH ? A64_MODE_AH : 0u) |
           (c->s.fp.fpcr & CPU_FPCR_HARD ? A64_MODE_FP : 0u) |
           (c->s.tagging.checks && ir_tag_memory.size ? A64_MODE_MTE : 0u) |
           (__atomic_load_n(&cpu_memory_shared, __ATOMIC_RELAXED) ? A64_MODE_SHARED : 0u) |
           (c->fpsr_unseen ? A64_MODE_FPSR_UNSEEN : 0u) | (c->sp % 16 ? 0u : A64_MODE_SP_ALIGNED) |
           ir_watches.access * A64_MODE_WATCH_READ;
}

// PSTATE.BTYPE is what kind of indirect branch led to pc: 0 once its target was looked at.
_Static_assert(IR_BRANCH_TAIL == 1 && IR_BRANCH_CALL == 2 && IR_BRANCH_JUMP == 3, "as in BTYPE");
#define CPU_PSTATE_BTYPE_SHIFT 10

// PSTATE in the layout of SPSR: NZCV in bits 31:28, TCO 25, DIT 24, SSBS 12, BTYPE 11:10.
static inline uint32_t cpu_pstate(const struct cpu *c)
{
    return (uint32_t)c->nzcv << 28 | (uint32_t)c->pstate_bits |
           c->s.branch << CPU_PSTATE_BTYPE_SHIFT;
}

static inline void cpu_set_pstate(struct cpu *c, uint64_t pstate)
{
    c->nzcv = pstate >> 28 & 15;
    c->pstate_bits = pstate & (CPU_PSTATE_TCO | CPU_PSTATE_DIT | CPU_PSTATE_SSBS);
    c->s.branch = (uint32_t)(pstate >> CPU_PSTATE_BTYPE_SHIFT) & 3;
}

// Name of the slot at `offset` ("x3", "v17", "nzcv"; "x3h" is the upper half), for dumps; NULL if
// none begins there. Static storage.
const char *a64_slot_name(uint64_t offset);

#endif
