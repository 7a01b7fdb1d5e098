// SPDX-License-Identifier: MIT
// Guest registers without a host register of their own, kept in a temporary's while nobody else
// needs it. Memory always has the value as well (gpr_done stores it), so that a register can be
// given up at any time for nothing and the state at a fault is as ever; what is saved are the loads
// and, in a chain of operations, the way through memory. While a slot is kept, x->gpr_at says
// where, and lowerings see no difference.
#include "x64/emit.h"

#include <string.h>

enum { WINDOW = 16, AHEAD = 3 }; // operations: until the next read; that are lowered at once
enum { RESULT = 1 << 3 };        // in struct x64_slots.again

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
    if (!x->kept[t])
        return;
    x->gpr_at[x->kept[t] / 8] = X64_NONE;
    x->kept[t] = 0;
    x->n_kept--;
}

void give_up_all(struct x64 *x)
{
    for (unsigned t = 0; x->n_kept && t < KEPT; t++)
        give_up(x, t);
}

void keep_nothing(struct x64 *x)
{
    x->n_kept = KEPT; // however many there are
    give_up_all(x);
    x->n_kept = 0;
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

// The slot of an integer that has no register, while nothing is kept; 0: another place. The host's
// own register has a part of fp (env.c).
static uint16_t slot_in_memory(const struct x64 *x, unsigned place, unsigned type)
{
    if ((type != IR_TYPE_W && type != IR_TYPE_X) || x->gpr_at[place / 8] != X64_NONE ||
        place == offsetof(struct ir_state, fp) || is_temp(x, place))
        return 0;
    return (uint16_t)place;
}

// The operands and the result of p as such slots.
static struct x64_slots slots_of(const struct x64 *x, const struct ir_placed *p)
{
    const struct ir_op_info *info = &ir_op_info[p->op];
    struct x64_slots s = {.result = slot_in_memory(x, p->d, info->result)};
    for (unsigned reads = ir_reads(p); reads; reads &= reads - 1) {
        unsigned k = __builtin_ctz(reads);
        s.operand[k] = slot_in_memory(x, p->operand[k], info->operand[k]);
    }
    if (p->op == IR_getx)
        s.operand[0] = slot_in_memory(x, (unsigned)p->imm, IR_TYPE_X);
    else if (p->op == IR_setx)
        s.result = slot_in_memory(x, (unsigned)p->imm, IR_TYPE_X);
    return s;
}

// Backward. Operations are counted on from block to block, so that nothing need be cleared.
void find_again(struct x64 *x)
{
    static uint64_t read[IR_SLOTS]; // when a slot was read, on the way back from where it is next
    static uint64_t now = WINDOW;
    now += WINDOW; // what an earlier block has left there is out of sight
    for (unsigned i = x->places->n_ops; i-- > 0;) {
        struct x64_slots *s = &x->slots[i];
        *s = slots_of(x, &x->places->ops[i]);
        now++;
        if (!(s->operand[0] | s->operand[1] | s->operand[2] | s->result))
            continue;
        if (s->result && now - read[s->result / 8] < WINDOW)
            s->again = RESULT;
        if (s->result)
            read[s->result / 8] = 0;
        for (unsigned k = 0; k < 3; k++) {
            unsigned slot = s->operand[k];
            bool kept = s->again & RESULT && slot == s->result;
            if (slot && (kept || now - read[slot / 8] < WINDOW))
                s->again |= (uint8_t)(1u << k);
        }
        for (unsigned k = 0; k < 3; k++)
            if (s->operand[k])
                read[s->operand[k] / 8] = now;
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

static bool is_read(const struct x64_slots *s, unsigned slot)
{
    return s->operand[0] == slot || s->operand[1] == slot || s->operand[2] == slot;
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
    x->n_kept++;
    x->gpr_at[slot / 8] = temp_gpr[t];
}

void keep_operands(struct x64 *x)
{
    unsigned i = x->i;
    const struct ir_placed *p = &x->places->ops[i];
    const struct x64_slots *s = &x->slots[i];
    if (!is_tame(p->op) || whole_product_ahead(x)) {
        give_up_all(x);
        return;
    }
    for (unsigned t = 0; x->n_kept && t < KEPT; t++)
        if (x->kept[t] && is_set_ahead(x, i, t))
            give_up(x, t);
    for (unsigned k = 0; s->again && k < 3; k++) {
        unsigned slot = s->operand[k], t;
        if (!(s->again >> k & 1) || is_kept_slot(x, slot) || (t = free_temp(x, i, false)) == KEPT)
            continue;
        x64_load(&x->a, true, temp_gpr[t], mem_of(x, slot));
        keep(x, t, slot);
    }
}

void keep_result(struct x64 *x)
{
    unsigned i = x->i, t;
    const struct ir_placed *p = &x->places->ops[i];
    const struct x64_slots *s = &x->slots[i];
    unsigned slot = s->result;
    if (!slot)
        return;
    if (p->op == IR_const32 || p->op == IR_const64) { // goes to memory as it is
        for (t = 0; t < KEPT; t++)
            if (x->kept[t] == slot)
                give_up(x, t);
        return;
    }
    bool reads = is_read(s, slot);
    // A condition may have to compare again, what it compared may lie there.
    const struct x64_flags *f = &x->flags;
    reads |= f->kind != X64_FLAGS_NONE && f->place == p->a && (f->a == slot || f->b == slot);
    if (!(s->again & RESULT) || reads || is_kept_slot(x, slot) || !is_tame(p->op) ||
        (t = free_temp(x, i, true)) == KEPT)
        return;
    keep(x, t, slot);
}

// Whether the operation reads or sets the slot, and nobody does so soon behind it.
static bool is_done_with(const struct x64_slots *s, unsigned slot)
{
    if (s->result == slot)
        return !(s->again & RESULT);
    for (unsigned k = 0; k < 3; k++)
        if (s->operand[k] == slot)
            return !(s->again >> k & 1);
    return false;
}

void keep_no_longer(struct x64 *x, unsigned first)
{
    unsigned end = x->i < x->places->n_ops ? x->i + 1 : x->places->n_ops;
    unsigned result = x->i < x->places->n_ops ? x->slots[x->i].result : 0;
    assert_msg(!is_kept_slot(x, result) || x->done == result, "x64: a result is not in memory");
    for (unsigned t = 0; x->n_kept && t < KEPT; t++)
        for (unsigned i = first; i < end && x->kept[t]; i++)
            if (is_done_with(&x->slots[i], x->kept[t]))
                give_up(x, t);
}
