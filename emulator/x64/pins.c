// SPDX-License-Identifier: MIT
// Which guest registers a block has in the host's. At its edges they are those of struct x64_guest,
// as every block expects. Within, others that it uses more may take their places: the way in stores
// what they push out and loads them, each way out does the reverse, and what lies between knows the
// block's own tables only (x->gpr, x->xmm, gpr_at, xmm_at). A loop, a block that branches to its
// own beginning, keeps its registers on that way; another must use them often enough to be worth
// the moves. At a fault x64_recover goes by the same moves.
#include "x64/emit.h"

#include <string.h>

#define VMOVDQA_LOAD  (X64_P66 | X64_0F | 0x6f)
#define VMOVDQA_STORE (X64_P66 | X64_0F | 0x7f)

enum {
    FULL = 16,      // weight of a use before any way out
    LOOP_GAIN = 2,  // how many uses more than what it pushes out a register must have, in a loop
    BLOCK_GAIN = 6, // in another block: four moves
    LEAST_OPS = 8   // in shorter blocks nothing is to be gained
};

struct use {
    uint32_t count; // times FULL
    bool written;
};

// By number in the register file.
static struct use gpr_uses[X64_FILE], xmm_uses[X64_FILE];

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
    for (unsigned i = 0; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        const struct ir_op_info *info = &ir_op_info[p->op];
        unsigned depth = depth_at(x, i);
        unsigned weight = outer << 3 * (depth < 3 ? depth : 3);
        if (info->operand[0] != IR_TYPE_N)
            count(x, p->a, false, weight);
        if (info->operand[1] != IR_TYPE_N && !p->imm_b)
            count(x, p->b, false, weight);
        if (info->operand[2] != IR_TYPE_N && !(info->flags & IR_CLIT))
            count(x, p->c, false, weight);
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

void choose_pins(struct x64 *x)
{
    memcpy(x->gpr, x->guest->gpr, sizeof x->gpr);
    memcpy(x->xmm, x->cache->xmm, x->cache->n_xmm * sizeof *x->xmm);
    x->n_moves = 0;
    if ((x->places->n_ops >= LEAST_OPS || begins_loop(x)) && !comes_back(x)) {
        count_uses(x);
        while (move_one(x, false))
            ;
        while (move_one(x, true))
            ;
    }
    x->moved = x->n_moves;
}

void map_moves(struct x64 *x, bool moved)
{
    for (unsigned i = 0; i < x->n_moves; i++) {
        const struct x64_move *m = &x->moves[i];
        uint8_t *at = m->vector ? x->xmm_at : x->gpr_at;
        at[m->in / 8] = moved ? m->reg : X64_NONE;
        at[m->out / 8] = moved ? X64_NONE : m->reg;
    }
    x->moved = moved && x->n_moves;
}

static void move(struct x64 *x, const struct x64_move *m, unsigned slot, bool load)
{
    if (m->vector)
        v_rm(x, load ? VMOVDQA_LOAD : VMOVDQA_STORE, false, m->reg, 0, mem_of(x, slot));
    else
        x64_rm(&x->a, load ? 0x8b : 0x89, true, m->reg, mem_of(x, slot));
}

void enter_pins(struct x64 *x)
{
    for (unsigned i = 0; i < x->n_moves; i++) {
        move(x, &x->moves[i], x->moves[i].out, false);
        move(x, &x->moves[i], x->moves[i].in, true);
    }
}

void restore_pins(struct x64 *x)
{
    if (!x->moved)
        return;
    give_up_all(x);
    for (unsigned i = 0; i < x->n_moves; i++) {
        if (x->moves[i].written)
            move(x, &x->moves[i], x->moves[i].in, false);
        move(x, &x->moves[i], x->moves[i].out, true);
    }
    map_moves(x, false);
}
