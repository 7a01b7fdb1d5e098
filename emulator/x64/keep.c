// SPDX-License-Identifier: MIT
// Guest registers without a host register of their own, kept in a temporary's while nobody else
// needs it. Memory always has the value as well (gpr_done stores it), so that a register can be
// given up at any time for nothing and the state at a fault is as ever; what is saved are the loads
// and, in a chain of operations, the way through memory. While a slot is kept, x->gpr_at says
// where, and lowerings see no difference.
#include "x64/emit.h"

#include <string.h>

enum { WINDOW = 16, AHEAD = 3 }; // operations: until the next read; that are lowered at once

static const uint8_t temp_gpr[KEPT] = {X64_RCX, X64_RDX, X64_R11};

// The operations whose lowerings touch no register but rax and those of their operands and result.
static bool is_tame(unsigned op)
{
    // clang-format off
#define BOTH(name) [IR_##name##32] = true, [IR_##name##64] = true
    static const bool tame[IR_OP_COUNT] = {
        BOTH(add), BOTH(sub), BOTH(and), BOTH(or), BOTH(xor), BOTH(andn), BOTH(lsl), BOTH(lsr),
        BOTH(asr), BOTH(mul), BOTH(ubfx), BOTH(sbfx), BOTH(bfi), BOTH(addf), BOTH(subf), BOTH(logf),
        BOTH(sel), BOTH(const), BOTH(br_z), BOTH(br_nz),
        [IR_zext] = true, [IR_getx] = true, [IR_getw] = true, [IR_setx] = true, [IR_setc] = true,
        [IR_br] = true, [IR_br_cond] = true, [IR_sp_check] = true,
        [IR_sp_stays] = true, [IR_align_check] = true,
    };
#undef BOTH
    // clang-format on
    return tame[op] || (op >= IR_ld8 && op <= IR_st64) || (op >= IR_vld8 && op <= IR_vst128);
}

static void give_up(struct x64 *x, unsigned t)
{
    if (x->kept[t])
        x->gpr_at[x->kept[t] / 8] = X64_NONE;
    x->kept[t] = 0;
}

void give_up_all(struct x64 *x)
{
    for (unsigned t = 0; t < KEPT; t++)
        give_up(x, t);
}

void give_up_register(struct x64 *x, unsigned r)
{
    for (unsigned t = 0; t < KEPT; t++)
        if (temp_gpr[t] == r)
            give_up(x, t);
}

bool is_kept_slot(const struct x64 *x, unsigned place)
{
    return place && (x->kept[0] == place || x->kept[1] == place || x->kept[2] == place);
}

// The slot of an integer that has no register; 0: another place.
static unsigned slot_in_memory(const struct x64 *x, unsigned place, unsigned type)
{
    unsigned r = x->gpr_at[place / 8];
    bool pinned = r != X64_NONE && !is_kept_slot(x, place);
    if (place == offsetof(struct ir_state, fp)) // the host's own register has a part of it (env.c)
        return 0;
    return (type != IR_TYPE_W && type != IR_TYPE_X) || pinned || is_temp(x, place) ? 0 : place;
}

// Operand k of p (3: its result) as such a slot.
static unsigned slot_of(const struct x64 *x, const struct ir_placed *p, unsigned k)
{
    const struct ir_op_info *info = &ir_op_info[p->op];
    switch (k) {
    case 0:
        return p->op == IR_getx ? slot_in_memory(x, (unsigned)p->imm, IR_TYPE_X)
                                : slot_in_memory(x, p->a, info->operand[0]);
    case 1: return p->imm_b ? 0 : slot_in_memory(x, p->b, info->operand[1]);
    case 2: return info->flags & IR_CLIT ? 0 : slot_in_memory(x, p->c, info->operand[2]);
    default:
        return p->op == IR_setx ? slot_in_memory(x, (unsigned)p->imm, IR_TYPE_X)
                                : slot_in_memory(x, p->d, info->result);
    }
}

void find_again(struct x64 *x)
{
    static uint16_t next[IR_SLOTS]; // the operation that reads a slot next; 0: none
    memset(next, 0, sizeof next);
    for (unsigned i = x->places->n_ops; i-- > 0;) {
        const struct ir_placed *p = &x->places->ops[i];
        unsigned again = 0, d = slot_of(x, p, 3);
        if (d && next[d / 8] && next[d / 8] - i < WINDOW)
            again |= 8;
        if (d)
            next[d / 8] = 0;
        for (unsigned k = 0; k < 3; k++) {
            unsigned s = slot_of(x, p, k);
            if (s && ((s == d && again & 8) || (next[s / 8] && next[s / 8] - i < WINDOW)))
                again |= 1u << k;
        }
        for (unsigned k = 0; k < 3; k++) {
            unsigned s = slot_of(x, p, k);
            if (s)
                next[s / 8] = (uint16_t)i;
        }
        x->again[i] = (uint8_t)again;
    }
}

// Whether one of the operations that may be lowered together with the one at i puts something into
// temporary t.
static bool is_set_ahead(const struct x64 *x, unsigned i, unsigned t)
{
    unsigned place = x->guest->temps + 16 * t;
    for (unsigned k = i; k < i + AHEAD && k < x->places->n_ops; k++) {
        const struct ir_placed *p = &x->places->ops[k];
        if (p->d == place && ir_op_info[p->op].result != IR_TYPE_N)
            return true;
    }
    return false;
}

// A temporary whose register holds nothing; KEPT: there is none. operands: it may be one of the
// operation's that is not read again.
static unsigned free_temp(const struct x64 *x, unsigned i, bool operands)
{
    const struct ir_placed *p = &x->places->ops[i];
    const struct x64_flags *f = &x->flags;
    for (unsigned t = KEPT; t-- > 0;) {
        unsigned place = x->guest->temps + 16 * t;
        bool operand = p->a == place || p->b == place || p->c == place;
        bool flags = f->kind != X64_FLAGS_NONE && (f->a == place || f->b == place);
        if (!x->kept[t] && !flags && !(x->live[i] >> t & 1) && (operands || !operand) &&
            !is_set_ahead(x, i, t))
            return t;
    }
    return KEPT;
}

static void keep(struct x64 *x, unsigned t, unsigned slot)
{
    x->kept[t] = (uint16_t)slot;
    x->gpr_at[slot / 8] = temp_gpr[t];
}

void keep_operands(struct x64 *x)
{
    unsigned i = x->i;
    const struct ir_placed *p = &x->places->ops[i];
    if (!is_tame(p->op) || whole_product_ahead(x)) {
        give_up_all(x);
        return;
    }
    for (unsigned t = 0; t < KEPT; t++)
        if (x->kept[t] && is_set_ahead(x, i, t))
            give_up(x, t);
    for (unsigned k = 0; k < 3; k++) {
        unsigned slot = slot_of(x, p, k), t;
        if (!(x->again[i] >> k & 1) || !slot || is_kept_slot(x, slot) ||
            (t = free_temp(x, i, false)) == KEPT)
            continue;
        x64_load(&x->a, true, temp_gpr[t], mem_of(x, slot));
        keep(x, t, slot);
    }
}

void keep_result(struct x64 *x)
{
    unsigned i = x->i, t;
    const struct ir_placed *p = &x->places->ops[i];
    unsigned slot = slot_of(x, p, 3);
    if (!slot)
        return;
    if (p->op == IR_const32 || p->op == IR_const64) { // goes to memory as it is
        for (t = 0; t < KEPT; t++)
            if (x->kept[t] == slot)
                give_up(x, t);
        return;
    }
    bool reads = false;
    for (unsigned k = 0; k < 3; k++)
        reads |= slot_of(x, p, k) == slot;
    // A condition may have to compare again, what it compared may lie there.
    const struct x64_flags *f = &x->flags;
    reads |= f->kind != X64_FLAGS_NONE && f->place == p->a && (f->a == slot || f->b == slot);
    if (!(x->again[i] & 8) || reads || is_kept_slot(x, slot) || !is_tame(p->op) ||
        (t = free_temp(x, i, true)) == KEPT)
        return;
    keep(x, t, slot);
}

void keep_no_longer(struct x64 *x, unsigned first)
{
    unsigned result = x->i < x->places->n_ops ? slot_of(x, &x->places->ops[x->i], 3) : 0;
    assert_msg(!result || !is_kept_slot(x, result) || x->done == result,
               "x64: a result is not in memory");
    for (unsigned i = first; i <= x->i && i < x->places->n_ops; i++)
        for (unsigned k = 0; k < 4; k++) {
            unsigned slot = slot_of(x, &x->places->ops[i], k);
            if (!slot || x->again[i] >> k & 1)
                continue;
            for (unsigned t = 0; t < KEPT; t++)
                if (x->kept[t] == slot && !(k < 3 && slot_of(x, &x->places->ops[i], 3) == slot))
                    give_up(x, t);
        }
}
