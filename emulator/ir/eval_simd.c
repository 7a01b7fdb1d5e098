// SPDX-License-Identifier: MIT
#include "ir/eval_simd.h"

union ir_val eval_pmull64(uint64_t x, uint64_t y)
{
    unsigned __int128 r = 0;
    for (unsigned i = 0; i < 64; i++)
        if (x >> i & 1)
            r ^= (unsigned __int128)y << i;
    return (union ir_val){.l64 = {(uint64_t)r, (uint64_t)(r >> 64)}};
}
