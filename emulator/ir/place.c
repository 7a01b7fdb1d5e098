// SPDX-License-Identifier: MIT
// From SSA values to places. Guest registers are memory (or pinned registers) here, so most get and
// set operations need no code: a get's users read the guest slot itself, and an operation whose
// result is only put into a guest slot writes it there. Both are done only where no one could see
// the difference (also not at a fault).
#include "ir/place.h"

#include "base/die.h"
#include "ir/state.h"

#include <stddef.h>
#include <string.h>

enum {
    FP_SLOT = offsetof(struct ir_state, fp) /
              8,     // changed by every operation that is ENV: no value stays there
    SINK_WINDOW = 24 // how far ahead a set is looked for
};
#define NEVER UINT16_MAX

struct placer {
    const struct ir_block *ir;
    struct ir_placed *ops;
    unsigned n_ops, n_insns, i;
    unsigned temps;
    uint16_t last_use[IR_PLACE_MAX]; // index of the last user; 0: unused
    uint16_t limit[IR_PLACE_MAX];    // get: next set of the same slot; set: the one after it
    uint16_t sink[IR_PLACE_MAX];     // the set that wants this value
    uint16_t loc[IR_PLACE_MAX];      // where the value is; 0: nowhere yet
    uint8_t sunk[IR_PLACE_MAX];      // set: already done by its value's operation
    uint16_t next_set[IR_SLOTS];     // 0: none; like alias_last all zero between blocks
    uint16_t alias_last[IR_SLOTS];   // last use of any get that reads this slot in place
    uint16_t temp_last[IR_TEMPS];
    uint16_t *insn_start;
};

static bool is_const(unsigned op)
{
    return op == IR_const32 || op == IR_const64 || op == IR_constf;
}

// zext and trunc only change how a value is looked at.
static bool is_view(unsigned op)
{
    return op == IR_zext || op == IR_trunc;
}

static unsigned slot_of(const struct ir_inst *in)
{
    unsigned slot = (unsigned)(in->imm >> 3);
    assert_msg(slot < IR_SLOTS, "ir: state slot at %llu is out of reach",
               (unsigned long long)in->imm);
    return slot;
}

static void note_use(struct placer *c, ir_ref r, uint16_t at)
{
    if (c->last_use[r] < at)
        c->last_use[r] = at;
}

static uint16_t next_set_of(const struct placer *c, unsigned slot)
{
    return c->next_set[slot] ? c->next_set[slot] : NEVER;
}

// Clears what the block left in the tables by slot: much less than the tables.
static void forget_slots(struct placer *c)
{
    for (unsigned i = 1; i < c->ir->count; i++) {
        const struct ir_inst *in = &c->ir->inst[i];
        if (ir_is_get(in->op) || ir_is_set(in->op))
            c->next_set[slot_of(in)] = c->alias_last[slot_of(in)] = 0;
    }
}

// Backward: who uses each value last, and which set follows each get.
static void find_uses(struct placer *c)
{
    const struct ir_block *ir = c->ir;
    for (unsigned i = ir->count - 1; i > 0; i--) {
        const struct ir_inst *in = &ir->inst[i];
        const struct ir_op_info *info = &ir_op_info[in->op];
        if ((info->flags & IR_PURE || ir_is_get(in->op)) && !c->last_use[i])
            continue;
        // A view's users are its operand's users.
        uint16_t at = is_view(in->op) ? c->last_use[i] : (uint16_t)i;
        if (in->a)
            note_use(c, in->a, at);
        if (in->b)
            note_use(c, in->b, at);
        if (in->c && !(info->flags & IR_CLIT))
            note_use(c, in->c, at);
        if (ir_is_get(in->op)) {
            c->limit[i] = next_set_of(c, slot_of(in));
        } else if (ir_is_set(in->op)) {
            unsigned slot = slot_of(in);
            c->limit[i] = next_set_of(c, slot);
            c->next_set[slot] = (uint16_t)i;
            ir_ref v = in->a;
            while (ir->inst[v].op == IR_zext)
                v = ir->inst[v].a;
            c->sink[v] = (uint16_t)i;
        }
    }
}

// Whether the operation at c->i may write its result straight into the slot of the set that wants
// it.
static bool can_sink(const struct placer *c, uint16_t *slot_offset)
{
    unsigned i = c->i, j = c->sink[i];
    if (!j || j - i > SINK_WINDOW)
        return false;
    const struct ir_inst *inst = c->ir->inst;
    unsigned slot = slot_of(&inst[j]);
    if (slot == FP_SLOT || c->alias_last[slot] > i || c->limit[j] < c->last_use[i])
        return false;
    for (unsigned k = i + 1; k < j; k++) {
        unsigned op = inst[k].op;
        if (ir_op_info[op].flags & (IR_MEM | IR_EXIT | IR_ENV))
            return false;
        if ((ir_is_get(op) || ir_is_set(op)) && slot_of(&inst[k]) == slot)
            return false;
    }
    *slot_offset = (uint16_t)inst[j].imm;
    return true;
}

// A temporary whose value is last used before operation `free_at`, kept until `last`. A result may
// take the place of an operand (free_at is the next operation); a constant put aside for an
// operation may not.
static uint16_t new_temp(struct placer *c, unsigned free_at, uint16_t last)
{
    for (unsigned t = 0; t < IR_TEMPS; t++) {
        if (c->temp_last[t] < free_at) {
            c->temp_last[t] = last > c->i ? last : (uint16_t)c->i;
            return (uint16_t)(c->temps + 16 * t);
        }
    }
    die_bug(__FILE__, __LINE__, "ir: block at %#llx needs more than %d temporaries",
            (unsigned long long)c->ir->pc, IR_TEMPS);
}

static struct ir_placed *put(struct placer *c, unsigned op)
{
    struct ir_placed *p = &c->ops[c->n_ops++];
    *p = (struct ir_placed){.op = (uint16_t)op};
    return p;
}

// The constant behind r, through views: true and its value, or false.
static bool constant(const struct placer *c, ir_ref r, uint64_t *value)
{
    const struct ir_inst *in = &c->ir->inst[r];
    if (in->op == IR_zext || in->op == IR_trunc) {
        if (!constant(c, in->a, value))
            return false;
        *value = (uint32_t)*value;
        return true;
    }
    *value = in->op == IR_const32 ? (uint32_t)in->imm : in->imm;
    return is_const(in->op);
}

// Where operand r can be read; constants are put into a temporary on first use.
static uint16_t operand(struct placer *c, ir_ref r)
{
    uint64_t value;
    if (c->loc[r])
        return c->loc[r];
    if (constant(c, r, &value)) {
        c->loc[r] = new_temp(c, c->i, c->last_use[r]);
        struct ir_placed *op = put(c, IR_const64);
        op->d = c->loc[r];
        op->imm = value;
        return c->loc[r];
    }
    const struct ir_inst *in = &c->ir->inst[r];
    assert_msg(is_view(in->op), "ir: %%%u (%s) used before it is computed", r,
               ir_op_info[in->op].name);
    return operand(c, in->a);
}

static void place_get(struct placer *c, const struct ir_inst *in)
{
    unsigned i = c->i, slot = slot_of(in);
    if (c->last_use[i] <= c->limit[i] && slot != FP_SLOT) {
        c->loc[i] = (uint16_t)in->imm;
        if (c->alias_last[slot] < c->last_use[i])
            c->alias_last[slot] = c->last_use[i];
        return;
    }
    c->loc[i] = new_temp(c, i + 1, c->last_use[i]);
    struct ir_placed *op = put(c, in->op);
    op->d = c->loc[i];
    op->imm = in->imm;
}

static void place_set(struct placer *c, const struct ir_inst *in)
{
    uint64_t value;
    if (c->sunk[c->i])
        return;
    if (in->op == IR_setx && slot_of(in) != FP_SLOT && constant(c, in->a, &value)) {
        struct ir_placed *op = put(c, IR_const64);
        op->d = (uint16_t)in->imm;
        op->imm = value;
        return;
    }
    uint16_t a = operand(c, in->a);
    struct ir_placed *op = put(c, in->op);
    op->a = a;
    op->imm = in->imm;
}

// Gives the result of operation c->i a place: the guest slot that wants it, or a temporary.
static uint16_t place_result(struct placer *c)
{
    uint16_t at;
    if (can_sink(c, &at)) {
        c->sunk[c->sink[c->i]] = 1;
        // From here on the slot is read like one that a get reads in place.
        if (c->alias_last[at >> 3] < c->last_use[c->i])
            c->alias_last[at >> 3] = c->last_use[c->i];
    } else {
        at = new_temp(c, c->i + 1, c->last_use[c->i]);
    }
    return c->loc[c->i] = at;
}

// A zext of something whose slot may hold more than 32 bits needs an operation; of a computed value
// it is free.
static void place_zext(struct placer *c, const struct ir_inst *in)
{
    unsigned from = c->ir->inst[in->a].op;
    if (is_const(from) || !(from == IR_getw || from == IR_trunc))
        return;
    uint64_t value;
    if (constant(c, in->a, &value))
        return;
    uint16_t a = operand(c, in->a);
    c->sink[c->i] = c->sink[in->a];
    uint16_t d = place_result(c);
    struct ir_placed *op = put(c, IR_zext);
    op->a = a;
    op->d = d;
}

static void place_op(struct placer *c, const struct ir_inst *in)
{
    const struct ir_op_info *info = &ir_op_info[in->op];
    ir_ref ra = in->a, rb = in->b;
    uint64_t value = in->imm;
    bool imm_b = false;
    uint16_t a = 0, b = 0, cc = in->c;
    if (ir_takes_imm_b(in->op)) {
        if ((info->flags & IR_COMM) == IR_COMM && constant(c, ra, &value) &&
            !constant(c, rb, &value)) {
            ra = in->b;
            rb = in->a;
        }
        if (constant(c, rb, &value)) {
            imm_b = true;
            rb = 0;
        }
    }
    if (ra)
        a = operand(c, ra);
    if (rb)
        b = operand(c, rb);
    if (in->c && !(info->flags & IR_CLIT))
        cc = operand(c, in->c);
    uint16_t d = info->result == IR_TYPE_N ? 0 : place_result(c);
    *put(c, in->op) = (struct ir_placed){in->op, imm_b, d, a, b, cc, value};
}

static void place_inst(struct placer *c)
{
    const struct ir_inst *in = &c->ir->inst[c->i];
    const struct ir_op_info *info = &ir_op_info[in->op];
    if (in->op == IR_insn)
        c->insn_start[c->n_insns++] = (uint16_t)c->n_ops;
    else if ((info->flags & IR_PURE || ir_is_get(in->op)) && !c->last_use[c->i])
        return;
    else if (ir_is_get(in->op))
        place_get(c, in);
    else if (ir_is_set(in->op))
        place_set(c, in);
    else if (in->op == IR_zext)
        place_zext(c, in);
    else if (in->op != IR_trunc && !is_const(in->op))
        place_op(c, in);
}

void ir_place(const struct ir_block *ir, unsigned temps, struct ir_places *out)
{
    static __thread struct placer scratch;
    struct placer *c = &scratch;
    assert_msg(ir->count <= IR_PLACE_MAX, "ir: block at %#llx has %u operations",
               (unsigned long long)ir->pc, ir->count);
    unsigned n = ir->count;
    memset(c->last_use, 0, n * sizeof c->last_use[0]);
    memset(c->sink, 0, n * sizeof c->sink[0]);
    memset(c->loc, 0, n * sizeof c->loc[0]);
    memset(c->sunk, 0, n);
    memset(c->temp_last, 0, sizeof c->temp_last);
    c->ir = ir;
    c->ops = out->ops;
    c->insn_start = out->insn_start;
    c->temps = temps;
    c->n_ops = c->n_insns = 0;
    find_uses(c);
    for (c->i = 1; c->i < ir->count; c->i++)
        place_inst(c);
    forget_slots(c);
    out->n_ops = c->n_ops;
    out->n_insns = c->n_insns;
}
