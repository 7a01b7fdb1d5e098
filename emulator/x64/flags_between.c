// SPDX-License-Identifier: MIT
// The condition flags from one block to the next. A block that does not look at those it was left
// with may still fault before it sets its own, and then a handler sees them: an edge puts down what
// they come from (ir_state.native_flags, of a kind), two or three stores, and they are computed
// when somebody asks: a block that reads the flags it began with, the way out of compiled code, and
// x64_recover. Kind 0: they are in their place. That the second operand is 0 is part of the kind,
// another small constant stands above it.
#include "base/die.h"
#include "x64/int.h"

enum { FP_KINDS = 10 };          // after those of integers
enum { PACKED = 16, ZERO = 32 }; // added to a kind: operand b stands above it / is 0
enum { IMM_SHIFT = 8 };
enum { ALL_KINDS = 48 };

#define VMOVQ_LOAD  (X64_PF3 | X64_0F | 0x7e)
#define VMOVQ_STORE (X64_P66 | X64_0F | 0xd6)
#define VUCOMIS     (X64_0F | 0x2e)

static bool can_wait(const struct x64_flags *f)
{
    return f->in_ops && f->kind != X64_FLAGS_HOST;
}

static unsigned kind_of(const struct x64_flags *f)
{
    static const uint8_t first[] = {
        [X64_FLAGS_ADD] = 1, [X64_FLAGS_SUB] = 5, [X64_FLAGS_LOGIC] = 9, [X64_FLAGS_FP] = 11};
    return first[f->kind] + 2u * f->result + f->wide;
}

struct x64_flags deferred_flags(uint64_t word)
{
    unsigned i = ((unsigned)word & (PACKED - 1)) - 1;
    struct x64_flags f = {.wide = i & 1, .b_imm = word & (PACKED | ZERO)};
    f.imm = word & PACKED ? (uint64_t)((int64_t)word >> IMM_SHIFT) : 0;
    f.kind = i < 4           ? X64_FLAGS_ADD
             : i < 8         ? X64_FLAGS_SUB
             : i >= FP_KINDS ? X64_FLAGS_FP
                             : X64_FLAGS_LOGIC;
    f.result = i < 8 && i & 2;
    return f;
}

uint16_t put_down(struct x64 *x, const struct x64_flags *f, unsigned k)
{
    uint16_t to = (uint16_t)(offsetof(struct ir_state, native_flags) + k * sizeof(uint64_t));
    unsigned place = k ? f->b : f->a;
    if (place == to)
        return to;
    unsigned r = gpr_use(x, place, true, X64_SCRATCH);
    if (f->moved[k])
        x64_lea(&x->a, true, X64_SCRATCH, mem(r, -f->moved[k])), r = X64_SCRATCH;
    x64_store(&x->a, true, mem_of(x, to), r);
    return to;
}

static void put_down_number(struct x64 *x, unsigned place, unsigned k)
{
    struct x64_mem m =
        mem_of(x, (unsigned)(offsetof(struct ir_state, native_flags) + k * sizeof(uint64_t)));
    unsigned r = xmm_at(x, place);
    if (r == X64_NONE)
        v_rm(x, VMOVQ_LOAD, false, r = X64_XSCRATCH, 0, mem_of(x, place));
    v_rm(x, VMOVQ_STORE, false, r, 0, m);
}

void flags_in_place(struct x64 *x)
{
    if (!x->flags_in_place)
        x64_store_i8(&x->a, MEM_FIELD(native_flags_kind), 0);
    x->flags_in_place = true;
}

// Nothing is known of them behind it. The host's flags change.
static void put_down_carried(struct x64 *x, struct x64_flags *f)
{
    x64_cmp_mi8(&x->a, MEM_FIELD(native_flags_kind), CARRIED_KIND);
    uint8_t *others = x64_jcc(&x->a, X64_NE, NULL, false);
    put_down_flags(x, f);
    x64_patch(others, x->a.p);
    f->kind = X64_FLAGS_NONE;
    x->flags_in_place = false;
}

bool flags_elsewhere(const struct x64 *x, const struct x64_flags *f)
{
    return f->kind != X64_FLAGS_NONE && !f->stored && f->place == x->guest->flags;
}

bool can_put_down(const struct x64 *x, const struct x64_flags *f)
{
    return flags_elsewhere(x, f) && !f->carried && can_wait(f);
}

void defer_flags(struct x64 *x, struct x64_flags *f)
{
    if (!flags_elsewhere(x, f))
        return;
    if (f->carried) {
        put_down_carried(x, f);
        return;
    }
    if (!can_wait(f)) {
        emit_store_flags(x, f);
        return;
    }
    put_down_flags(x, f);
}

void put_down_flags(struct x64 *x, const struct x64_flags *f)
{
    uint32_t kind = kind_of(f);
    bool above = false; // the second operand is
    if (f->kind == X64_FLAGS_FP) {
        put_down_number(x, f->a, 0);
        put_down_number(x, f->b, 1);
    } else {
        put_down(x, f, 0);
        struct x64_mem b = mem_of(x, (unsigned)(offsetof(struct ir_state, native_flags[1])));
        uint64_t imm = f->wide ? f->imm : (uint64_t)(int64_t)(int32_t)f->imm;
        if (!f->b_imm)
            put_down(x, f, 1);
        else if (!imm)
            kind |= ZERO;
        else if (fits_32(imm << IMM_SHIFT) &&
                 (int64_t)(imm << IMM_SHIFT) >> IMM_SHIFT == (int64_t)imm)
            above = true;
        else if (fits_32(imm))
            x64_store_i32(&x->a, true, b, (int32_t)imm);
        else
            x64_mov_ri(&x->a, X64_SCRATCH, imm), x64_store(&x->a, true, b, X64_SCRATCH);
    }
    if (above)
        x64_store_i32(&x->a, true, MEM_FIELD(native_flags_word),
                      (int32_t)(kind | PACKED | (uint32_t)f->imm << IMM_SHIFT));
    else
        x64_store_i8(&x->a, MEM_FIELD(native_flags_kind), (uint8_t)kind);
    x->flags_in_place = false;
}

// One kind's way into the flags' place. rax, rcx, xmm15 and the host's flags change.
static void make_settler(struct x64 *x, unsigned kind)
{
    struct x64_asm *a = &x->a;
    struct x64_flags f = deferred_flags(kind);
    struct x64_mem v0 = MEM_FIELD(native_flags[0]), v1 = MEM_FIELD(native_flags[1]);
    if (f.kind == X64_FLAGS_FP) {
        x64_vrm(a, VMOVQ_LOAD, false, X64_XSCRATCH, 0, v0);
        x64_vrm(a, VUCOMIS | (f.wide ? X64_P66 : 0), false, X64_XSCRATCH, 0, v1);
    } else {
        bool sub = f.kind == X64_FLAGS_SUB;
        x64_load(a, true, X64_RAX, v0);
        if (kind & ZERO)
            x64_mov_ri(a, X64_RCX, 0);
        else
            x64_load(a, true, X64_RCX, f.b_imm ? MEM_FIELD(native_flags_word) : v1);
        if (kind & PACKED)
            x64_shift_ri(a, X64_SAR, true, X64_RCX, IMM_SHIFT);
        if (f.result)
            x64_alu_rr(a, sub ? X64_ADD : X64_SUB, f.wide, X64_RAX, X64_RCX);
        if (f.kind == X64_FLAGS_LOGIC)
            x64_test_rr(a, f.wide, X64_RAX, X64_RCX);
        else
            x64_alu_rr(a, sub ? X64_CMP : X64_ADD, f.wide, X64_RAX, X64_RCX);
        f.inverted = sub;
    }
    host_to_nibble(x, &f);
    x64_store(a, true, mem_of(x, x->guest->flags), X64_RAX);
    x64_store_i8(a, MEM_FIELD(native_flags_kind), 0);
    x64_byte(a, 0xc3); // ret
}

void make_settlers(struct x64_cache *cache, struct x64_asm *a)
{
    static SCRATCH struct x64 x; // only what is set here is touched
    x.cache = cache;
    x.guest = cache->guest;
    x.a = *a;
    uint64_t *table = (uint64_t *)a->p;
    x.a.p += ALL_KINDS * sizeof *table;
    for (unsigned kind = 1; kind <= DEFERRED_KINDS; kind++) {
        for (unsigned b = 0; b <= ZERO; b += PACKED) {
            table[kind | b] = (uint64_t)(x.a.p + cache->exec);
            make_settler(&x, kind | b);
        }
    }
    table[CARRIED_KIND] = (uint64_t)(x.a.p + cache->exec); // nobody has looked at them
    struct x64_mem kind_at = mem_of(&x, (unsigned)offsetof(struct ir_state, native_flags_kind));
    x64_store_i8(&x.a, kind_at, 0);
    x64_byte(&x.a, 0xc3); // ret
    cache->settle_flags = x.a.p;
    x64_rm(&x.a, MOVZX8, false, X64_RAX, kind_at);
    x64_lea(&x.a, true, X64_RCX, mem_rip(table));
    x64_jmp_m(&x.a, mem_index(X64_RCX, X64_RAX, 3, 0));
    *a = x.a;
}
