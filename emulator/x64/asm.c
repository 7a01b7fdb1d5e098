// SPDX-License-Identifier: MIT
#include "x64/asm.h"

#include "base/die.h"

#include <string.h>

void x64_byte(struct x64_asm *a, unsigned v)
{
    *a->p++ = (uint8_t)v;
}

void x64_word32(struct x64_asm *a, uint32_t v)
{
    memcpy(a->p, &v, 4);
    a->p += 4;
}

void x64_word64(struct x64_asm *a, uint64_t v)
{
    memcpy(a->p, &v, 8);
    a->p += 8;
}

static bool fits_8(int64_t v)
{
    return v == (int8_t)v;
}

static unsigned map_of(unsigned op)
{
    return op >> 8 & 3;
}

static unsigned prefix_of(unsigned op)
{
    return op >> 12 & 3;
}

// Prefix, REX and opcode of the legacy encoding. r, x, b: the registers whose top bits go into REX.
static void legacy_head(struct x64_asm *a, unsigned op, bool w, bool rex_always, unsigned r,
                        unsigned x, unsigned b)
{
    static const uint8_t prefix[4] = {0, 0x66, 0xf3, 0xf2};
    unsigned rex = 0x40 | (unsigned)w << 3 | (r >> 3 & 1) << 2 | (x >> 3 & 1) << 1 | (b >> 3 & 1);
    if (prefix_of(op))
        x64_byte(a, prefix[prefix_of(op)]);
    if (rex != 0x40 || rex_always)
        x64_byte(a, rex);
    if (map_of(op))
        x64_byte(a, 0x0f);
    if (map_of(op) == 2)
        x64_byte(a, 0x38);
    if (map_of(op) == 3)
        x64_byte(a, 0x3a);
    x64_byte(a, op & 0xff);
}

// The VEX prefix (two bytes where they are enough) and opcode.
static void vex_head(struct x64_asm *a, unsigned op, bool w, unsigned r, unsigned v, unsigned x,
                     unsigned b)
{
    unsigned tail = (~v & 15) << 3 | prefix_of(op) | (op & X64_256 ? 4 : 0), not_r = (~r >> 3 & 1)
                                                                                     << 7;
    if (!w && map_of(op) == 1 && !(x & 8) && !(b & 8)) {
        x64_byte(a, 0xc5);
        x64_byte(a, not_r | tail);
    } else {
        x64_byte(a, 0xc4);
        x64_byte(a, not_r | (~x >> 3 & 1) << 6 | (~b >> 3 & 1) << 5 | map_of(op));
        x64_byte(a, (unsigned)w << 7 | tail);
    }
    x64_byte(a, op & 0xff);
}

// By prefix, map and byte: what the EVEX encoding needs to know; 0: there is none.
enum { HAS_EVEX = 1, WIDE = 2, BY_W = 0, SHIFT_SHIFT = 4, SHIFT_BY_W = 7 };
#define SHIFT_OF(bytes) \
    ((bytes) == 16  ? 4 \
     : (bytes) == 8 ? 3 \
     : (bytes) == 4 ? 2 \
     : (bytes) == 2 ? 1 \
     : (bytes) == 1 ? 0 \
                    : SHIFT_BY_W)

#define FORM_INDEX(op) (((op) >> 12 & 3) << 10 | ((op)&0x3ff))

static const uint8_t evex_form[1u << 12] = {
#define X64_EVEX_FORM(name, op, w, bytes) \
    [FORM_INDEX(op)] = HAS_EVEX | (w ? WIDE : 0) | SHIFT_OF(bytes) << SHIFT_SHIFT,
#include "x64/evex.def"
#undef X64_EVEX_FORM
};

static uint8_t evex_form_of(unsigned op)
{
    return evex_form[FORM_INDEX(op)];
}

bool x64_has_evex(unsigned op)
{
    return evex_form_of(op);
}

static bool is_evex(unsigned op, unsigned reg, unsigned v, unsigned rm)
{
    return op & X64_EVEX || (reg | v | rm) & 16;
}

// The EVEX prefix and opcode. x, b: as in the VEX prefix, or of a register's number bits 4 and 3.
static void evex_head(struct x64_asm *a, unsigned op, bool w, unsigned r, unsigned v, bool x,
                      bool b)
{
    uint8_t form = evex_form_of(op);
    assert_msg(form, "x64: instruction %#x has no EVEX encoding", op);
    bool mask = !(X64_MASK & ~op), zeroing = !(X64_ZEROING & ~op);
    x64_byte(a, 0x62);
    x64_byte(a, (~r >> 3 & 1) << 7 | (unsigned)!x << 6 | (unsigned)!b << 5 | (~r >> 4 & 1) << 4 |
                    map_of(op));
    x64_byte(a, (unsigned)(w || form & WIDE) << 7 | (~v & 15) << 3 | 4 | prefix_of(op));
    x64_byte(a, (unsigned)zeroing << 7 | (op & X64_256 ? 1u << 5 : 0) | (~v >> 4 & 1) << 3 |
                    (mask ? X64_K1 : 0));
    x64_byte(a, op & 0xff);
}

// By how much a displacement of one byte is shifted.
static unsigned evex_shift(unsigned op, bool w)
{
    unsigned shift = evex_form_of(op) >> SHIFT_SHIFT;
    return shift == SHIFT_BY_W ? 2u + w : shift;
}

static void modrm_reg(struct x64_asm *a, unsigned reg, unsigned rm)
{
    x64_byte(a, 0xc0 | (reg & 7) << 3 | (rm & 7));
}

// ModRM, SIB and displacement; `behind` bytes of the instruction follow the displacement, which is
// counted in units of 1 << shift if it has one byte.
static void modrm_mem_shifted(struct x64_asm *a, unsigned reg, struct x64_mem m, unsigned behind,
                              unsigned shift)
{
    unsigned r = (reg & 7) << 3;
    if (m.base == X64_NONE && !m.rip) {
        x64_byte(a, r | 4);
        x64_byte(a, 0x25);
        x64_word32(a, (uint32_t)m.disp);
        return;
    }
    if (m.base == X64_NONE) {
        x64_byte(a, r | 5);
        a->fixed = a->p;
        int64_t distance = (const uint8_t *)m.rip - (a->p + 4 + behind);
        assert_msg(distance == (int32_t)distance, "x64: %p is out of reach of %p", m.rip,
                   (void *)a->p);
        x64_word32(a, (uint32_t)distance);
        return;
    }
    bool sib = m.index != X64_NONE || (m.base & 7) == X64_RSP;
    bool is_short = !(m.disp & ((1 << shift) - 1)) && fits_8(m.disp >> shift);
    unsigned mod = m.disp == 0 && (m.base & 7) != X64_RBP ? 0 : is_short ? 1 : 2;
    x64_byte(a, mod << 6 | r | (sib ? 4 : m.base & 7));
    if (sib)
        x64_byte(a, (unsigned)m.scale << 6 | (m.index == X64_NONE ? 4 : m.index & 7) << 3 |
                        (m.base & 7));
    if (mod == 1)
        x64_byte(a, (uint8_t)(m.disp >> shift));
    else if (mod == 2)
        x64_word32(a, (uint32_t)m.disp);
}

static void modrm_mem(struct x64_asm *a, unsigned reg, struct x64_mem m, unsigned behind)
{
    modrm_mem_shifted(a, reg, m, behind, 0);
}

static unsigned index_bits(struct x64_mem m)
{
    return m.index == X64_NONE ? 0 : m.index;
}

static unsigned base_bits(struct x64_mem m)
{
    return m.base == X64_NONE ? 0 : m.base;
}

void x64_rr(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned rm)
{
    legacy_head(a, op, w, false, reg, 0, rm);
    modrm_reg(a, reg, rm);
}

void x64_rm(struct x64_asm *a, unsigned op, bool w, unsigned reg, struct x64_mem m)
{
    legacy_head(a, op, w, false, reg, index_bits(m), base_bits(m));
    modrm_mem(a, reg, m, 0);
}

void x64_rr8(struct x64_asm *a, unsigned op, unsigned reg, unsigned rm)
{
    legacy_head(a, op, false, true, reg, 0, rm);
    modrm_reg(a, reg, rm);
}

void x64_rm8(struct x64_asm *a, unsigned op, unsigned reg, struct x64_mem m)
{
    legacy_head(a, op, false, true, reg, index_bits(m), base_bits(m));
    modrm_mem(a, reg, m, 0);
}

void x64_rri(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned rm, unsigned imm8)
{
    x64_rr(a, op, w, reg, rm);
    x64_byte(a, imm8);
}

void x64_rmi(struct x64_asm *a, unsigned op, bool w, unsigned reg, struct x64_mem m, unsigned imm8)
{
    legacy_head(a, op, w, false, reg, index_bits(m), base_bits(m));
    modrm_mem(a, reg, m, 1);
    x64_byte(a, imm8);
}

void x64_vrr(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned v, unsigned rm)
{
    if (is_evex(op, reg, v, rm))
        evex_head(a, op, w, reg, v, rm & 16, rm & 8);
    else
        vex_head(a, op, w, reg, v, 0, rm);
    modrm_reg(a, reg, rm);
}

static void vector_memory(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned v,
                          struct x64_mem m, unsigned behind)
{
    bool evex = is_evex(op, reg, v, 0);
    if (evex)
        evex_head(a, op, w, reg, v, index_bits(m) & 8, base_bits(m) & 8);
    else
        vex_head(a, op, w, reg, v, index_bits(m), base_bits(m));
    modrm_mem_shifted(a, reg, m, behind, evex ? evex_shift(op, w) : 0);
}

void x64_vrm(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned v, struct x64_mem m)
{
    vector_memory(a, op, w, reg, v, m, 0);
}

void x64_vrri(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned v, unsigned rm,
              unsigned imm8)
{
    x64_vrr(a, op, w, reg, v, rm);
    x64_byte(a, imm8);
}

void x64_vrmi(struct x64_asm *a, unsigned op, bool w, unsigned reg, unsigned v, struct x64_mem m,
              unsigned imm8)
{
    vector_memory(a, op, w, reg, v, m, 1);
    x64_byte(a, imm8);
}

void x64_mov_rr(struct x64_asm *a, bool w, unsigned d, unsigned s)
{
    x64_rr(a, 0x8b, w, d, s);
}

bool x64_reaches(const struct x64_asm *a, uint64_t at, struct x64_mem *m)
{
    int64_t distance = (int64_t)(at - (uint64_t)(a->p + a->exec));
    if (at <= INT32_MAX) {
        *m = (struct x64_mem){X64_NONE, X64_NONE, 0, (int32_t)at, NULL};
        return true;
    }
    *m = (struct x64_mem){X64_NONE, X64_NONE, 0, 0, (const void *)(at - (uint64_t)a->exec)};
    return distance == (int32_t)distance &&
           distance - X64_INSN_MAX == (int32_t)(distance - X64_INSN_MAX);
}

void x64_mov_ri(struct x64_asm *a, unsigned d, uint64_t v)
{
    struct x64_mem m;
    if (v <= UINT32_MAX) {
        legacy_head(a, 0xb8 | (d & 7), false, false, 0, 0, d);
        x64_word32(a, (uint32_t)v);
    } else if ((int64_t)v == (int32_t)v) {
        x64_rr(a, 0xc7, true, 0, d);
        x64_word32(a, (uint32_t)v);
    } else if (x64_reaches(a, v, &m)) {
        x64_lea(a, true, d, m);
    } else {
        legacy_head(a, 0xb8 | (d & 7), true, false, 0, 0, d);
        x64_word64(a, v);
    }
}

void x64_mov_ri_free(struct x64_asm *a, unsigned d, uint64_t v)
{
    if (v)
        x64_mov_ri(a, d, v);
    else
        x64_alu_rr(a, X64_XOR, false, d, d);
}

void x64_load(struct x64_asm *a, bool w, unsigned d, struct x64_mem m)
{
    x64_rm(a, 0x8b, w, d, m);
}

void x64_store(struct x64_asm *a, bool w, struct x64_mem m, unsigned s)
{
    x64_rm(a, 0x89, w, s, m);
}

void x64_store_i32(struct x64_asm *a, bool w, struct x64_mem m, int32_t v)
{
    legacy_head(a, 0xc7, w, false, 0, index_bits(m), base_bits(m));
    modrm_mem(a, 0, m, 4);
    x64_word32(a, (uint32_t)v);
}

void x64_store_i8(struct x64_asm *a, struct x64_mem m, uint8_t v)
{
    x64_rmi(a, 0xc6, false, 0, m, v);
}

void x64_cmp_mi8(struct x64_asm *a, struct x64_mem m, uint8_t v)
{
    x64_rmi(a, 0x80, false, X64_CMP, m, v);
}

void x64_lea(struct x64_asm *a, bool w, unsigned d, struct x64_mem m)
{
    x64_rm(a, 0x8d, w, d, m);
}

void x64_alu_rr(struct x64_asm *a, enum x64_alu op, bool w, unsigned d, unsigned s)
{
    x64_rr(a, (unsigned)op << 3 | 3, w, d, s);
}

void x64_alu_rm(struct x64_asm *a, enum x64_alu op, bool w, unsigned d, struct x64_mem m)
{
    x64_rm(a, (unsigned)op << 3 | 3, w, d, m);
}

void x64_alu_mr(struct x64_asm *a, enum x64_alu op, bool w, struct x64_mem m, unsigned s)
{
    x64_rm(a, (unsigned)op << 3 | 1, w, s, m);
}

void x64_alu_ri(struct x64_asm *a, enum x64_alu op, bool w, unsigned d, int32_t v)
{
    x64_rr(a, fits_8(v) ? 0x83 : 0x81, w, op, d);
    if (fits_8(v))
        x64_byte(a, (uint8_t)v);
    else
        x64_word32(a, (uint32_t)v);
}

void x64_alu_mi(struct x64_asm *a, enum x64_alu op, bool w, struct x64_mem m, int32_t v)
{
    unsigned size = fits_8(v) ? 1 : 4;
    legacy_head(a, size == 1 ? 0x83 : 0x81, w, false, 0, index_bits(m), base_bits(m));
    modrm_mem(a, op, m, size);
    if (size == 1)
        x64_byte(a, (uint8_t)v);
    else
        x64_word32(a, (uint32_t)v);
}

void x64_test_rr(struct x64_asm *a, bool w, unsigned x, unsigned y)
{
    x64_rr(a, 0x85, w, y, x);
}

void x64_test_ri(struct x64_asm *a, unsigned r, uint32_t v)
{
    x64_rr(a, 0xf7, false, 0, r);
    x64_word32(a, v);
}

void x64_shift_ri(struct x64_asm *a, enum x64_shift op, bool w, unsigned d, unsigned n)
{
    x64_rri(a, 0xc1, w, op, d, n);
}

void x64_setcc(struct x64_asm *a, enum x64_cc cc, unsigned d)
{
    x64_rr8(a, X64_0F | 0x90 | cc, 0, d);
}

void x64_cmov_rr(struct x64_asm *a, enum x64_cc cc, bool w, unsigned d, unsigned s)
{
    x64_rr(a, X64_0F | 0x40 | cc, w, d, s);
}

bool x64_insert(struct x64_asm *a, uint8_t *at, unsigned n)
{
    if (a->fixed > at)
        return false;
    memmove(at + n, at, (size_t)(a->p - at));
    a->p += n;
    return true;
}

// One instruction of n bytes, at most 8 (SDM volume 2, NOP).
static void put_nop(uint8_t *p, unsigned n)
{
    static const uint8_t nop[8][8] = {{0x90},
                                      {0x66, 0x90},
                                      {0x0f, 0x1f, 0x00},
                                      {0x0f, 0x1f, 0x40, 0x00},
                                      {0x0f, 0x1f, 0x44, 0x00, 0x00},
                                      {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
                                      {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
                                      {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00}};
    memcpy(p, nop[n - 1], n);
}

void x64_align(struct x64_asm *a, unsigned n, unsigned behind)
{
    unsigned left = (behind - (unsigned)(uintptr_t)a->p) & (n - 1);
    while (left) {
        unsigned one = left < 8 ? left : 8;
        put_nop(a->p, one);
        a->p += one;
        left -= one;
    }
}

// Whether 4 bytes there lie within 8 that are aligned, so that they are stored and fetched at once.
static bool is_within_word(const uint8_t *p)
{
    return ((uintptr_t)p & 7) <= 4;
}

enum { CS_PREFIX = 0x2e, MAX_PREFIXES = 3 }; // more are decoded slowly
enum { JCC_OPCODE = 2 };                     // bytes before its distance

void x64_align_distances(struct x64_asm *a, uint8_t *at, unsigned ahead, unsigned also)
{
    unsigned n = 0;
    while (!is_within_word(a->p + n + ahead) || !is_within_word(a->p + n + also))
        n++;
    if (!n)
        return;
    if (!x64_insert(a, at, n))
        x64_insert(a, at = a->p, n);
    // Prefixes of what follows, which mean nothing there, are no operation of their own. (To a
    // conditional branch they would be a hint.)
    bool branch_is_next = at + n == a->p && ahead == JCC_OPCODE;
    if (n <= MAX_PREFIXES && !branch_is_next)
        memset(at, CS_PREFIX, n);
    else
        put_nop(at, n);
}

static uint8_t *branch(struct x64_asm *a, unsigned opcode, const void *target, bool aligned)
{
    if (aligned)
        x64_align_distances(a, a->p, 1, 1);
    x64_byte(a, opcode);
    a->p += 4;
    x64_patch(a->p - 4, target);
    a->fixed = a->p;
    return a->p - 4;
}

uint8_t *x64_jmp(struct x64_asm *a, const void *target, bool aligned)
{
    return branch(a, 0xe9, target, aligned);
}

uint8_t *x64_call(struct x64_asm *a, const void *target, bool aligned)
{
    return branch(a, 0xe8, target, aligned);
}

uint8_t *x64_jcc(struct x64_asm *a, enum x64_cc cc, const void *target, bool aligned)
{
    if (aligned)
        x64_align_distances(a, a->p, JCC_OPCODE, JCC_OPCODE);
    x64_byte(a, 0x0f);
    x64_byte(a, 0x80 | cc);
    a->p += 4;
    x64_patch(a->p - 4, target);
    a->fixed = a->p;
    return a->p - 4;
}

typedef int32_t __attribute__((aligned(1), may_alias)) int32_in_code;

uint8_t *x64_leads_to(uint8_t *distance)
{
    return distance + 4 + *(int32_in_code *)distance;
}

void x64_patch(uint8_t *distance, const void *target)
{
    int64_t v = target ? (const uint8_t *)target - (distance + 4) : 0;
    assert_msg(v == (int32_t)v, "x64: %p is out of reach of %p", target, (void *)distance);
    int32_t v32 = (int32_t)v;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    *(volatile int32_in_code *)distance = v32; // one store of the host, wherever it is
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

void x64_jmp_r(struct x64_asm *a, unsigned r)
{
    x64_rr(a, 0xff, false, 4, r);
}

void x64_jmp_m(struct x64_asm *a, struct x64_mem m)
{
    x64_rm(a, 0xff, false, 4, m);
}

void x64_call_r(struct x64_asm *a, unsigned r)
{
    x64_rr(a, 0xff, false, 2, r);
}

void x64_call_m(struct x64_asm *a, struct x64_mem m)
{
    x64_rm(a, 0xff, false, 2, m);
}

void x64_ret(struct x64_asm *a)
{
    x64_byte(a, 0xc3);
}

static void push_pop(struct x64_asm *a, unsigned opcode, unsigned r)
{
    if (r >= 8)
        x64_byte(a, 0x41);
    x64_byte(a, opcode | (r & 7));
}

void x64_push(struct x64_asm *a, unsigned r)
{
    push_pop(a, 0x50, r);
}

void x64_pop(struct x64_asm *a, unsigned r)
{
    push_pop(a, 0x58, r);
}
