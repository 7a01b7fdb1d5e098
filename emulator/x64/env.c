// SPDX-License-Identifier: MIT
// The modes and the cumulative flags of floating point. In compiled code MXCSR has FPCR's rounding
// mode and collects what is raised; FPSR gets it when somebody may look. Invalid Operation is not
// masked: it is the evaluator's, since NaNs come out differently, so that its flag here means
// nothing.
#include "x64/compile.h"
#include "x64/emit.h"

#include <xmmintrin.h>

enum {
    DEFAULT = 0x1f80,      // all masked, to nearest
    INVALID_RAISES = 0x80, // its mask bit
    RAISED = 0x3c,         // ZE OE UE PE; FPSR has them in the same order, a bit further down
    ROUND_SHIFT = 13
};

// Arm numbers the directed modes up, down, zero; the host down, up, zero.
static uint32_t round_bits(uint32_t fpcr)
{
    static const uint8_t mode[4] = {0, 2, 1, 3};
    return (uint32_t)mode[fp_round_mode(fpcr)] << ROUND_SHIFT;
}

void x64_env_enter(struct ir_state *s)
{
    _mm_setcsr((DEFAULT ^ INVALID_RAISES) | round_bits(s->fp.fpcr));
}

void x64_env_recover(struct ir_state *s, uint32_t *mxcsr)
{
    s->fp.fpsr |= (*mxcsr & RAISED) >> 1;
    *mxcsr = DEFAULT;
}

void x64_env_leave(struct ir_state *s)
{
    uint32_t mxcsr = _mm_getcsr();
    x64_env_recover(s, &mxcsr);
    _mm_setcsr(mxcsr);
}

#define GROUP_MXCSR (X64_0F | 0xae) // /2 ldmxcsr, /3 stmxcsr

void env_to_state(struct x64 *x)
{
    struct x64_mem spill = MEM_FIELD(native_spill[0]);
    clobber_flags(x);
    x64_rm(&x->a, GROUP_MXCSR, false, 3, spill);
    x64_load(&x->a, false, X64_RAX, spill);
    x64_alu_ri(&x->a, X64_AND, false, X64_RAX, RAISED);
    x64_shift_ri(&x->a, X64_SHR, false, X64_RAX, 1);
    x64_rm(&x->a, 0x09, false, X64_RAX, MEM_FIELD(fp.fpsr)); // or m, r
}

void env_from_state(struct x64 *x)
{
    struct x64_mem spill = MEM_FIELD(native_spill[0]);
    clobber_flags(x);
    x64_load(&x->a, false, X64_RAX, MEM_FIELD(fp.fpcr));
    x64_shift_ri(&x->a, X64_SHR, false, X64_RAX, FPCR_RMODE_SHIFT);
    x64_alu_ri(&x->a, X64_AND, false, X64_RAX, 3);
    x64_lea(&x->a, false, X64_RAX, mem_index(X64_RAX, X64_RAX, 2, 0)); // its bits twice: 1 0 1 0
    x64_shift_ri(&x->a, X64_SHR, false, X64_RAX, 1);
    x64_alu_ri(&x->a, X64_AND, false, X64_RAX, 3);
    x64_shift_ri(&x->a, X64_SHL, false, X64_RAX, ROUND_SHIFT);
    x64_alu_ri(&x->a, X64_OR, false, X64_RAX, DEFAULT ^ INVALID_RAISES);
    x64_store(&x->a, false, spill, X64_RAX);
    x64_rm(&x->a, GROUP_MXCSR, false, 2, spill);
}
