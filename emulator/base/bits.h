// SPDX-License-Identifier: MIT
// Bit arithmetic that the Arm ARM pseudocode writes as x<hi:lo>, SignExtend, Replicate.
#ifndef EMU_BASE_BITS_H
#define EMU_BASE_BITS_H

#include "base/host.h"

#include <stdbool.h>
#include <stdint.h>

// The low `n` bits set; n is 0 to 64.
static ALWAYS_INLINE uint64_t bits_mask(unsigned n)
{
    return n >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

// Bits [lsb + width - 1 : lsb] of v.
static ALWAYS_INLINE uint64_t bits_get(uint64_t v, unsigned lsb, unsigned width)
{
    return (v >> lsb) & bits_mask(width);
}

// v with its low `width` bits taken as a two's complement number; width is 1 to 64.
static ALWAYS_INLINE int64_t bits_sext(uint64_t v, unsigned width)
{
    return (int64_t)(v << (64 - width)) >> (64 - width);
}

// The low `width` bits of v rotated right by n.
static ALWAYS_INLINE uint64_t bits_ror(uint64_t v, unsigned n, unsigned width)
{
    v &= bits_mask(width);
    n %= width;
    return n ? ((v >> n) | (v << (width - n))) & bits_mask(width) : v;
}

// The low `width` bits of v repeated to fill 64 bits; width divides 64.
static inline uint64_t bits_replicate(uint64_t v, unsigned width)
{
    v &= bits_mask(width);
    for (; width < 64; width *= 2)
        v |= v << width;
    return v;
}

static ALWAYS_INLINE bool is_pow2(uint64_t v)
{
    return v && !(v & (v - 1));
}

static ALWAYS_INLINE uint64_t round_up(uint64_t v, uint64_t align)
{
    return (v + align - 1) & ~(align - 1);
}

static ALWAYS_INLINE uint64_t round_down(uint64_t v, uint64_t align)
{
    return v & ~(align - 1);
}

#endif
