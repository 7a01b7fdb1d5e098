// SPDX-License-Identifier: MIT
// Private to the evaluator: what the meanings in ir/ops.def may call.
#ifndef EMU_IR_EVAL_MEANING_H
#define EMU_IR_EVAL_MEANING_H

#include "base/bits.h"
#include "ir/eval_ops.h"
#include "ir/eval_simd.h"
#include "ir/eval_tags.h"
#include "ir/fp_lit.h"
#include "ir/watch.h"

#include <string.h>
#include <time.h>

typedef uint16_t __attribute__((aligned(1), may_alias)) mem16;
typedef uint32_t __attribute__((aligned(1), may_alias)) mem32;
typedef uint64_t __attribute__((aligned(1), may_alias)) mem64;

struct mem128 {
    union ir_val v;
} __attribute__((packed, may_alias));

#define SLOT(offset)       ((void *)((char *)s + (offset)))
#define MEM_AT(type, addr) (*(volatile type *)ir_untag(addr))
#define MEM_V(addr)        (((struct mem128 *)ir_untag(addr))->v)
#define FLAGS(n, z, c, v) \
    ((uint32_t)(n) << 3 | (uint32_t)(z) << 2 | (uint32_t)(c) << 1 | (uint32_t)(v))

#define VLOOP1(bits, ...)                       \
    for (unsigned i = 0; i < 128 / bits; i++) { \
        U x = a.l##bits[i];                     \
        r.l##bits[i] = (U)(__VA_ARGS__);        \
    }
#define VLOOP2(bits, ...)                       \
    for (unsigned i = 0; i < 128 / bits; i++) { \
        U x = a.l##bits[i], y = b.l##bits[i];   \
        r.l##bits[i] = (U)(__VA_ARGS__);        \
    }
#define VLOOP3(bits, ...)                                       \
    for (unsigned i = 0; i < 128 / bits; i++) {                 \
        U x = a.l##bits[i], y = b.l##bits[i], z = c.l##bits[i]; \
        r.l##bits[i] = (U)(__VA_ARGS__);                        \
    }

// Leaves the block for state pc with the given reason.
static inline const struct eval_op *ir_leave(struct ir_state *s, enum ir_exit why, uint64_t pc)
{
    s->pc = pc;
    s->exit = why;
    return NULL;
}

// An alignment fault at `addr`; the engine finds the pc through fault_op.
static inline const struct eval_op *ir_fault_align(struct ir_state *s, uint64_t addr)
{
    s->fault_addr = addr;
    s->exit = IR_EXIT_ALIGN;
    return NULL;
}

static inline const struct eval_op *ir_fault_sp(struct ir_state *s, uint64_t addr)
{
    s->fault_addr = addr;
    s->exit = IR_EXIT_SP_ALIGN;
    return NULL;
}

static inline const struct eval_op *ir_leave_sp(struct ir_state *s, uint64_t addr)
{
    s->fault_addr = addr;
    s->exit = IR_EXIT_SP_MOVES;
    return NULL;
}

static inline const struct eval_op *ir_fault_pac(struct ir_state *s, unsigned how)
{
    s->arg = ir_pac_key(how);
    s->exit = IR_EXIT_PAC;
    return NULL;
}

static inline void ir_monitor_set(struct ir_state *s, uint64_t addr, unsigned size, uint64_t lo,
                                  uint64_t hi)
{
    s->monitor = (struct ir_monitor){ir_untag(addr), lo, hi, size};
}

// Number of bits after the sign bit that equal it, in the low `bits` of a.
static inline unsigned eval_cls(uint64_t a, unsigned bits)
{
    uint64_t v = (uint64_t)bits_sext(a, bits);
    v ^= (uint64_t)((int64_t)v >> 63);
    return v ? (unsigned)__builtin_clzll(v) - (64 - bits) - 1 : bits - 1;
}

static inline uint64_t eval_rbit(uint64_t v)
{
    v = (v >> 1 & 0x5555555555555555) | (v & 0x5555555555555555) << 1;
    v = (v >> 2 & 0x3333333333333333) | (v & 0x3333333333333333) << 2;
    v = (v >> 4 & 0x0f0f0f0f0f0f0f0f) | (v & 0x0f0f0f0f0f0f0f0f) << 4;
    return __builtin_bswap64(v);
}

// NZCV of a + b + carry over `bits` bits (Arm ARM AddWithCarry).
static inline uint32_t eval_adc_flags(uint64_t a, uint64_t b, uint32_t carry, unsigned bits)
{
    uint64_t mask = bits_mask(bits), top = UINT64_C(1) << (bits - 1);
    unsigned __int128 wide = (unsigned __int128)(a & mask) + (b & mask) + carry;
    uint64_t t = (uint64_t)wide & mask;
    return FLAGS((t & top) != 0, t == 0, (wide >> bits) & 1, ((a ^ t) & (b ^ t) & top) != 0);
}

// Bit-reflected CRC of the low `bits` of data into crc.
static inline uint32_t eval_crc32(uint32_t crc, uint64_t data, unsigned bits, uint32_t poly)
{
    for (unsigned byte = 0; byte < bits; byte += 8) {
        crc ^= (uint8_t)(data >> byte);
        for (unsigned i = 0; i < 8; i++)
            crc = crc >> 1 ^ (poly & -(crc & 1));
    }
    return crc;
}

static inline union ir_val eval_vlow(union ir_val a, unsigned bytes)
{
    return (union ir_val){.l64 = {a.l64[0] & bits_mask(bytes * 8)}};
}

// Compares the 16 bytes at p with `expected`, stores `new_` if equal; returns what was there.
// Sequentially consistent.
static inline union ir_val eval_cas128(uint64_t p, union ir_val expected, union ir_val new_)
{
    uint64_t lo = expected.l64[0], hi = expected.l64[1];
    __asm__ volatile("lock cmpxchg16b %2"
                     : "+a"(lo), "+d"(hi), "+m"(*(union ir_val *)p)
                     : "b"(new_.l64[0]), "c"(new_.l64[1])
                     : "cc", "memory");
    return (union ir_val){.l64 = {lo, hi}};
}

// Single-copy atomic 16-byte load: processors with AVX guarantee it for an aligned vector move.
static inline union ir_val eval_load128(uint64_t p)
{
    union ir_val v;
    __asm__ volatile("movdqa %1, %%xmm0\n\tmovdqu %%xmm0, %0"
                     : "=m"(v)
                     : "m"(*(union ir_val *)p)
                     : "xmm0");
    return v;
}

// What brings n closer to zero by the bytes that can be accessed without leaving the `piece`
// aligned bytes that a and b lie in: upward from there if n is negative, downward if it is
// positive.
static inline uint64_t eval_mem_step(uint64_t a, uint64_t b, uint64_t n, uint64_t piece)
{
    bool up = n >> 63;
    uint64_t room_a = up ? piece - a % piece : (a - 1) % piece + 1;
    uint64_t room_b = up ? piece - b % piece : (b - 1) % piece + 1;
    uint64_t room = room_a < room_b ? room_a : room_b, size = up ? -n : n;
    uint64_t step = size < room ? size : room;
    return up ? step : -step;
}

// Faults as a store would if the byte at p cannot be written, and leaves it as it is.
static inline void eval_touch(uint64_t p)
{
    __asm__ volatile("lock orb $0, %0" : "+m"(*(uint8_t *)p) : : "cc");
}

static inline void eval_mem_copy(uint64_t to, uint64_t from, uint64_t n)
{
    if (!n)
        return;
    (void)*(volatile uint8_t *)from;
    eval_touch(to);
    memmove((void *)to, (const void *)from, n);
}

static inline void eval_mem_set(uint64_t to, uint8_t v, uint64_t n)
{
    if (!n)
        return;
    *(volatile uint8_t *)to = v;
    memset((void *)to, v, n);
}

// CLOCK_MONOTONIC in nanoseconds: the generic timer's count at 1 GHz.
uint64_t eval_clock(clockid_t clock);

// 64 bits from the host's random number generator.
uint64_t eval_random(void);

// Store-exclusive of the low `size` bytes of v: 0 if the monitor was open on this address and size
// and memory still holds the value loaded, else 1. Closes the monitor.
uint32_t eval_stx(struct ir_state *s, uint64_t addr, unsigned size, union ir_val v);

#endif
