// SPDX-License-Identifier: MIT
#include "dot.h"

#include <arm_neon.h>

int32_t dot_dotprod(const int8_t *a, const int8_t *b, size_t n)
{
    int32x4_t sum = vdupq_n_s32(0);
    for (size_t i = 0; i < n; i += 16)
        sum = vdotq_s32(sum, vld1q_s8(a + i), vld1q_s8(b + i));
    return vaddvq_s32(sum);
}
