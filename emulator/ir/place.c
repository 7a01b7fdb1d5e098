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

// What is known of the value or set at the same index of the block.
struct value {
    uint16_t last_use; // index of the last user; 0: unused
    uint16_t limit;    // get: next set of the same slot; set: the one after it
    uint16_t sink;     // the set into whose slot the result may be written at once
    uint16_t loc;      // where the value is; 0: nowhere yet. Set: not 0 if it is done already
};

// Of a slot, while walking: indices counted from struct placer.base, so that what an earlier block
// has left here is less than any of this one.
struct slot {
    uint32_t next_set, next_get;
    uint32_t alias_last; // last use of any get that reads this slot in place
};

struct placer {
    const struct ir_block *ir;
    struct ir_placed *ops;
    unsigned n_ops, n_insns, i;
    unsigned temps;
    uint32_t base;
    struct value value[IR_PLACE_MAX];
    struct slot slot[IR_SLOTS];
    uint16_t temp_last[IR_TEMPS];
    uint16_t *insn_start;
};

static unsigned slot_of(const struct ir_inst *in)
{
    unsigned slot = (unsigned)(in->imm >> 3);
    assert_msg(slot < IR_SLOTS, "ir: state slot at %llu is out of reach",
               (unsigned long long)in->imm);
    return slot;
}

static void note_use(struct placer *c, ir_ref r, uint16_t at)
{
    struct value *v = &c->value[r];
    v->last_use = v->last_use < at ? at : v->last_use;
}

// The set at index j wants the value r; the first of several has it.
static void want(struct placer *c, ir_ref r, unsigned j)
{
    struct value *v = &c->value[r];
    if (!v->sink || v->sink > j)
        v->sink = (uint16_t)j;
}

static uint16_t next_set_of(const struct placer *c, unsigned slot)
{
    uint32_t next = c->slot[slot].next_set;
    return next >= c->base ? (uint16_t)(next - c->base) : NEVER;
}

// Whether between operation i, about to be passed on the way back, and the set that wants its
// result nothing can leave or fault and nobody looks at the slot or changes it.
static bool can_reach_set(const struct placer *c, unsigned i, unsigned barrier)
{
    const struct value *v = &c->value[i];
    unsigned j = v->sink, slot = slot_of(&c->ir->inst[j]);
    uint32_t next_get = c->slot[slot].next_get;
    return j - i <= SINK_WINDOW && slot != FP_SLOT && barrier > j &&
           c->value[j].limit >= v->last_use && next_set_of(c, slot) == j &&
           (next_get < c->base || next_get - c->base > j);
}

// A zext of something whose slot may hold more than 32 bits needs an operation; of a computed value
// it is free.
static bool is_zext_of_slot(const struct ir_block *ir, const struct ir_inst *in)
{
    unsigned from = ir->inst[in->a].op;
    return in->op == IR_zext && (from == IR_getw || from == IR_trunc);
}

// Backward: who uses each value last, which set follows each get, and which results may go straight
// into a slot.
static void find_uses(struct placer *c)
{
    const struct ir_block *ir = c->ir;
    unsigned barrier = NEVER; // next operation that somebody may see the state at
    const struct ir_inst *in = &ir->inst[ir->count - 1];
    for (unsigned i = ir->count - 1; i > 0; i--, in--) {
        const struct ir_op_info *info = &ir_op_info[in->op];
        struct value *v = &c->value[i];
        uint16_t at = (uint16_t)i;
        switch ((enum ir_kind)info->kind) {
        case IR_KIND_MARK:
            if (in->op == IR_label)
                barrier = i;
            continue;
        case IR_KIND_CONST: continue;
        case IR_KIND_GET:
            if (v->last_use)
                v->limit = next_set_of(c, slot_of(in));
            c->slot[slot_of(in)].next_get = c->base + i;
            continue;
        case IR_KIND_SET:
            note_use(c, in->a, at);
            v->limit = next_set_of(c, slot_of(in));
            c->slot[slot_of(in)].next_set = c->base + i;
            want(c, in->a, i);
            continue;
        case IR_KIND_VIEW: // its users are its operand's users
            if (!v->last_use)
                continue;
            note_use(c, in->a, v->last_use);
            if (in->op == IR_zext && v->sink) {
                if (!is_zext_of_slot(ir, in))
                    want(c, in->a, v->sink);
                else if (!can_reach_set(c, i, barrier))
                    v->sink = 0;
            }
            continue;
        case IR_KIND_PURE:
            if (!v->last_use)
                continue;
            break;
        case IR_KIND_EFFECT: break;
        }
        note_use(c, in->a, at);
        note_use(c, in->b, at);
        note_use(c, info->flags & IR_CLIT ? 0 : in->c, at);
        if (v->sink && !can_reach_set(c, i, barrier))
            v->sink = 0;
        if (info->flags & (IR_MEM | IR_EXIT | IR_ENV))
            barrier = i;
    }
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
    unsigned kind = ir_op_info[in->op].kind;
    if (likely(kind != IR_KIND_CONST)) {
        if (kind != IR_KIND_VIEW || !constant(c, in->a, value))
            return false;
        *value = (uint32_t)*value;
        return true;
    }
    *value = in->op == IR_const32 ? (uint32_t)in->imm : in->imm;
    return true;
}

// Where operand r can be read; constants are put into a temporary on first use.
static uint16_t operand(struct placer *c, ir_ref r)
{
    uint64_t value;
    if (c->value[r].loc)
        return c->value[r].loc;
    if (constant(c, r, &value)) {
        c->value[r].loc = new_temp(c, c->i, c->value[r].last_use);
        struct ir_placed *op = put(c, IR_const64);
        op->d = c->value[r].loc;
        op->imm = value;
        return c->value[r].loc;
    }
    const struct ir_inst *in = &c->ir->inst[r];
    assert_msg(ir_op_info[in->op].kind == IR_KIND_VIEW, "ir: %%%u (%s) used before it is computed",
               r, ir_op_info[in->op].name);
    return operand(c, in->a);
}

// Slots that are read in place: by a get's users, or a result's that was written there.
static void note_alias(struct placer *c, unsigned slot, unsigned last_use)
{
    uint32_t at = c->base + last_use;
    if (c->slot[slot].alias_last < at)
        c->slot[slot].alias_last = at;
}

static void place_get(struct placer *c, const struct ir_inst *in)
{
    unsigned i = c->i, slot = slot_of(in);
    struct value *v = &c->value[i];
    if (v->last_use <= v->limit && slot != FP_SLOT) {
        v->loc = (uint16_t)in->imm;
        note_alias(c, slot, v->last_use);
        return;
    }
    v->loc = new_temp(c, i + 1, v->last_use);
    struct ir_placed *op = put(c, in->op);
    op->d = v->loc;
    op->imm = in->imm;
}

static void place_set(struct placer *c, const struct ir_inst *in)
{
    uint64_t value;
    if (c->value[c->i].loc)
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

// Gives the result of operation c->i a place: the guest slot that wants it, unless it is still read
// as it was, or a temporary.
static uint16_t place_result(struct placer *c)
{
    struct value *v = &c->value[c->i];
    const struct ir_inst *set = &c->ir->inst[v->sink];
    if (v->sink && c->slot[slot_of(set)].alias_last <= c->base + c->i) {
        c->value[v->sink].loc = 1;
        note_alias(c, slot_of(set), v->last_use);
        return v->loc = (uint16_t)set->imm;
    }
    return v->loc = new_temp(c, c->i + 1, v->last_use);
}

static void place_zext(struct placer *c, const struct ir_inst *in)
{
    uint64_t value;
    if (!is_zext_of_slot(c->ir, in) || constant(c, in->a, &value))
        return;
    uint16_t a = operand(c, in->a);
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
    c->ops[c->n_ops++] = (struct ir_placed){
        .op = in->op, .imm_b = imm_b, .d = d, .operand = {a, b, cc}, .imm = value};
}

static void place_inst(struct placer *c, const struct ir_inst *in, bool used)
{
    switch ((enum ir_kind)ir_op_info[in->op].kind) {
    case IR_KIND_MARK:
        if (in->op == IR_insn)
            c->insn_start[c->n_insns++] = (uint16_t)c->n_ops;
        else if (in->op == IR_label)
            put(c, IR_label)->imm = in->imm;
        break;
    case IR_KIND_CONST: break;
    case IR_KIND_GET:
        if (used)
            place_get(c, in);
        break;
    case IR_KIND_SET: place_set(c, in); break;
    case IR_KIND_VIEW:
        if (used)
            place_zext(c, in);
        break;
    case IR_KIND_PURE:
        if (used)
            place_op(c, in);
        break;
    case IR_KIND_EFFECT: place_op(c, in); break;
    }
}

void ir_place(const struct ir_block *ir, unsigned temps, struct ir_places *out)
{
    static SCRATCH struct placer scratch;
    struct placer *c = &scratch;
    assert_msg(ir->count <= IR_PLACE_MAX, "ir: block at %#llx has %u operations",
               (unsigned long long)ir->pc, ir->count);
    memset(c->value, 0, ir->count * sizeof c->value[0]);
    memset(c->temp_last, 0, sizeof c->temp_last);
    c->ir = ir;
    c->ops = out->ops;
    c->insn_start = out->insn_start;
    c->temps = temps;
    c->n_ops = c->n_insns = 0;
    if (c->base > UINT32_MAX - 2 * IR_PLACE_MAX) {
        memset(c->slot, 0, sizeof c->slot);
        c->base = 0;
    }
    c->base += IR_PLACE_MAX; // also the first time: 0 is no index
    find_uses(c);
    for (unsigned i = 1; i < ir->count; i++) {
        c->i = i;
        place_inst(c, &ir->inst[i], c->value[i].last_use);
    }
    out->n_ops = c->n_ops;
    out->n_insns = c->n_insns;
}
