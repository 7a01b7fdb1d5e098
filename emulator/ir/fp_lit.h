// SPDX-License-Identifier: MIT
// The literal of the floating-point operations (ir/ops_fp.def): how many lanes, and how to convert
// or round.
//   bits 7:0 lanes   15:8 fraction bits, or the size of an integer   16 unsigned, or exact   26:24
//   rounding
#ifndef EMU_IR_FP_LIT_H
#define EMU_IR_FP_LIT_H

#include "ir/fp.h"

// Beside the modes of enum fp_round: whatever FPCR says when the operation runs.
enum { FP_LIT_CURRENT = 7 };

static inline uint64_t fp_lit(unsigned lanes, unsigned round, bool flag, unsigned fbits)
{
    return lanes | (uint64_t)fbits << 8 | (uint64_t)flag << 16 | (uint64_t)round << 24;
}

static inline unsigned fp_lit_lanes(uint64_t lit)
{
    return lit & 255;
}

static inline unsigned fp_lit_fbits(uint64_t lit)
{
    return lit >> 8 & 255;
}

static inline bool fp_lit_flag(uint64_t lit)
{
    return lit >> 16 & 1;
}

static inline enum fp_round fp_lit_round(uint64_t lit, const struct fp_env *env)
{
    unsigned round = lit >> 24 & 7;
    return round == FP_LIT_CURRENT ? fp_round_mode(env->fpcr) : (enum fp_round)round;
}

#endif
