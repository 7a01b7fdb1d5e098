// SPDX-License-Identifier: MIT
// Which guest registers a block has in the host's. At its edges they are those of struct x64_guest,
// as every block expects. Within, others that it uses more may take their places: the way in stores
// what they push out and loads them, each way out does the reverse, and what lies between knows the
// block's own tables only (x->gpr, x->xmm, gpr_at, xmm_at). A loop, a block that branches to its
// own beginning, keeps its registers on that way; another must use them often enough to be worth
// the moves. At a fault x64_recover goes by the same moves. Two vectors may have one register
// (x64/twins.c).
#include "x64/emit.h"

#include <limits.h>
#include <string.h>

enum {
    FULL = 16,      // weight of a use before any way out
    LOOP_GAIN = 2,  // how many uses more than what it pushes out a register must have, in a loop
    BLOCK_GAIN = 6, // in another block: four moves
    LEAST_OPS = 8,  // in shorter blocks nothing is to be gained
    LEAST_TWINS = 4 // instructions that are done for two vectors at once
};

struct use {
    uint32_t count; // times FULL
    bool written;
};

// By number in the register file.
static struct use gpr_uses[X64_FILE], xmm_uses[X64_FILE];
static uint32_t most_in_memory[2]; // the greatest count of a general, a vector register there

// NULL: the place is no register.
static struct use *use_of(const struct x64_guest *g, unsigned place)
{
    unsigned x = (place - g->x) / 8u, v = (place - g->v) / 16u;
    return place >= g->v && v < g->n_v   ? &xmm_uses[v]
           : place >= g->x && x < g->n_x ? &gpr_uses[x]
                                         : NULL;
}

static void count(const struct x64 *x, unsigned place, bool write, unsigned weight)
{
    struct use *u = use_of(x->guest, place);
    if (!u)
        return;
    u->count += weight;
    u->written |= write;
    bool vector = place >= x->guest->v;
    uint32_t *most = &most_in_memory[vector];
    if ((vector ? x->xmm_at : x->gpr_at)[place / 8] == X64_NONE && *most < u->count)
        *most = u->count;
}

// How many loops operation i is in, besides the outermost.
static unsigned depth_at(const struct x64 *x, unsigned i)
{
    unsigned depth = 0;
    for (unsigned k = 1; k < x->n_labels; k++)
        depth += x->labels[k].loop && x->labels[k].op < i && i <= x->labels[k].last;
    return depth;
}

static void count_uses(const struct x64 *x)
{
    unsigned outer = FULL;
    bool loop = begins_loop(x);
    memset(gpr_uses, 0, sizeof gpr_uses);
    memset(xmm_uses, 0, sizeof xmm_uses);
    most_in_memory[false] = most_in_memory[true] = 0;
    for (unsigned i = 0; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        const struct ir_op_info *info = &ir_op_info[p->op];
        unsigned depth = depth_at(x, i);
        unsigned weight = outer << 3 * (depth < 3 ? depth : 3);
        for (unsigned reads = ir_reads(p); reads; reads &= reads - 1)
            count(x, p->operand[__builtin_ctz(reads)], false, weight);
        if (info->result != IR_TYPE_N)
            count(x, p->d, true, weight);
        if (info->flags & IR_STATE)
            count(x, (unsigned)p->imm, ir_is_set(p->op), weight);
        if (info->flags & IR_EXIT && !loop) // what is behind is not always run
            outer -= outer / 4;
    }
}

// Whether the registers have to be where others expect them again and again: others are called.
static bool comes_back(const struct x64 *x)
{
    for (unsigned i = 0; x->n_labels && i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        bool leaves = p->op == IR_call || p->op == IR_call_reg || p->op == IR_exit;
        if (leaves && i + 1 < x->places->n_ops && p[1].op == IR_label)
            return true;
    }
    return false;
}

// The register used most of those in memory takes the place of the one used least, if that is
// worth it.
static bool move_one(struct x64 *x, bool vector)
{
    const struct x64_guest *g = x->guest;
    struct x64_pin *pins = vector ? x->xmm : x->gpr, *least = pins;
    const struct use *uses = vector ? xmm_uses : gpr_uses, *in = NULL, *out;
    uint8_t *at = vector ? x->xmm_at : x->gpr_at;
    unsigned first = vector ? g->v : g->x, size = vector ? 16 : 8, n = vector ? g->n_v : g->n_x;
    unsigned gain = FULL * (begins_loop(x) ? LOOP_GAIN : BLOCK_GAIN);
    if (most_in_memory[vector] < gain)
        return false;
    for (unsigned i = 0; i < n; i++)
        if (at[(first + i * size) / 8] == X64_NONE && uses[i].count > (in ? in->count : 0))
            in = &uses[i];
    for (unsigned i = 1; i < (vector ? x->cache->n_xmm : X64_GPR_PINS); i++)
        if (use_of(g, pins[i].slot)->count < use_of(g, least->slot)->count)
            least = &pins[i];
    out = use_of(g, least->slot);
    if (!in || in->count < out->count + gain)
        return false;
    struct x64_move *m = &x->moves[x->n_moves++];
    *m = (struct x64_move){.reg = least->reg,
                           .vector = vector,
                           .written = in->written,
                           .out = least->slot,
                           .in = (uint16_t)(first + (unsigned)(in - uses) * size)};
    at[m->out / 8] = X64_NONE;
    at[m->in / 8] = m->reg;
    least->slot = m->in;
    return true;
}

// What it is worth that the vector at `slot` has a register. Twins that cannot do without come
// first, those that can last.
static unsigned worth(const struct x64 *x, unsigned slot)
{
    unsigned v = (slot - x->guest->v) / 16u, high = high_twin(x, slot), uses = xmm_uses[v].count;
    if (is_high_twin(x, slot) || !uses)
        return 0;
    if (!high)
        return 2 * uses;
    return twins_pass(x, 1u << v) ? 1 : UINT_MAX;
}

// The vectors, of twins the low ones, that are worth a register most, as many as there are. Their
// number.
static unsigned most_worth(const struct x64 *x, uint16_t slots[X64_XMM_PINS])
{
    unsigned value[X64_FILE], n = 0;
    for (unsigned v = 0; v < x->guest->n_v; v++)
        value[v] = worth(x, x->guest->v + 16 * v);
    for (; n < x->cache->n_xmm; n++) {
        unsigned best = 0;
        for (unsigned v = 1; v < x->guest->n_v; v++)
            if (value[v] > value[best])
                best = v;
        if (!value[best])
            break;
        value[best] = 0;
        slots[n] = (uint16_t)(x->guest->v + 16 * best);
    }
    return n;
}

static bool is_among(const uint16_t *slots, unsigned n, unsigned slot)
{
    while (n > 0 && slots[n - 1] != slot)
        n--;
    return n > 0;
}

// Registers for twins. False: there are too few of them.
static bool pin_twins(struct x64 *x)
{
    uint16_t slots[X64_XMM_PINS];
    unsigned n = most_worth(x, slots), next = 0;
    uint32_t others = 0;
    for (unsigned v = 0; v < x->guest->n_v; v++)
        if (high_twin(x, x->guest->v + 16 * v) && !is_among(slots, n, x->guest->v + 16 * v))
            others |= 1u << v;
    if (!twins_pass(x, others))
        return false;
    for (unsigned i = 0; i < x->cache->n_xmm; i++) {
        struct x64_pin *pin = &x->xmm[i];
        if (is_among(slots, n, pin->slot) && !high_twin(x, pin->slot))
            continue; // stays
        while (next < n && !high_twin(x, slots[next]) && xmm_at(x, slots[next]) != X64_NONE)
            next++;
        struct x64_move *m = &x->moves[x->n_moves++];
        *m = (struct x64_move){.reg = pin->reg, .vector = true, .written = true, .out = pin->slot};
        if (next < n) {
            m->in = slots[next++];
            m->high = (uint16_t)high_twin(x, m->in);
        }
        pin->slot = m->in;
        pin->high = m->high;
    }
    map_moves(x, true);
    return true;
}

void choose_pins(struct x64 *x)
{
    memcpy(x->gpr, x->guest->gpr, sizeof x->gpr);
    memcpy(x->xmm, x->cache->xmm, x->cache->n_xmm * sizeof *x->xmm);
    x->n_moves = 0;
    x->has_twins = false;
    if ((x->places->n_ops >= LEAST_OPS || begins_loop(x)) && !comes_back(x)) {
        count_uses(x);
        while (move_one(x, false))
            ;
        x->has_twins = begins_loop(x) && !x->count && x->limit == UINT_MAX &&
                       find_twins(x) >= LEAST_TWINS && pin_twins(x);
        while (!x->has_twins && move_one(x, true))
            ;
    }
    x->moved = x->n_moves;
}

void map_moves(struct x64 *x, bool moved)
{
    for (unsigned i = 0; i < x->n_moves; i++) {
        const struct x64_move *m = &x->moves[i];
        uint8_t *at = m->vector ? x->xmm_at : x->gpr_at;
        at[(moved ? m->out : m->in) / 8] = X64_NONE;
    }
    for (unsigned i = 0; i < x->n_moves; i++) {
        const struct x64_move *m = &x->moves[i];
        uint8_t *at = m->vector ? x->xmm_at : x->gpr_at;
        if (!moved || m->in)
            at[(moved ? m->in : m->out) / 8] = m->reg;
    }
    x->moved = moved && x->n_moves;
}

static void move(struct x64 *x, const struct x64_move *m, bool in, bool load)
{
    unsigned slot = in ? m->in : m->out;
    if (m->vector)
        move_pin(x, m->reg, slot, in ? m->high : 0, load);
    else
        x64_rm(&x->a, load ? 0x8b : 0x89, true, m->reg, mem_of(x, slot));
}

void enter_pins(struct x64 *x)
{
    for (unsigned i = 0; i < x->n_moves; i++)
        move(x, &x->moves[i], false, false);
    for (unsigned i = 0; i < x->n_moves; i++)
        if (x->moves[i].in)
            move(x, &x->moves[i], true, true);
}

void restore_pins(struct x64 *x)
{
    if (!x->moved)
        return;
    give_up_all(x);
    for (unsigned i = 0; i < x->n_moves; i++)
        if (x->moves[i].in && x->moves[i].written)
            move(x, &x->moves[i], true, false);
    if (x->has_twins)
        clear_high_halves(x);
    for (unsigned i = 0; i < x->n_moves; i++)
        move(x, &x->moves[i], false, true);
    map_moves(x, false);
}
