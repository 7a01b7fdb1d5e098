// SPDX-License-Identifier: MIT
// What is known to be zero in the upper part of vectors. A scalar result has zeros there on Arm,
// while the host's instructions take over what stands in the first operand: nothing is to be done
// where that is zero.
//
// A loop whose registers have zeros there after the first round is compiled as if they always had:
// whoever enters it is looked at, and evaluates the first instruction elsewhere if not. That costs,
// so that code in which it happens often is made anew without (struct x64_wish.guess).
#include "ir/fp_lit.h"
#include "x64/vec.h"

#include <string.h>

enum { MAX_GUESSES = 4 };

unsigned low_of(const struct x64 *x, unsigned place)
{
    return x->low[place / 8] ? x->low[place / 8] : 16;
}

// How much of the result of p is not zero for certain.
static unsigned low_bytes(const struct x64 *x, const struct ir_placed *p)
{
    const struct ir_op_info *info = &ir_op_info[p->op];
    unsigned b, c;
    if (p->op >= IR_fadd16 && p->op <= IR_fcvt32_bf16) // its first and last in ops_fp.def
        return fp_lit_lanes(p->imm) * info->bits / 8;
    switch (p->op) {
    case IR_vld8: return 1;
    case IR_vld16: return 2;
    case IR_vld32:
    case IR_w2v: return 4;
    case IR_vld64:
    case IR_x2v: return 8;
    case IR_vlow: return (unsigned)p->imm;
    case IR_getv: return low_of(x, (unsigned)p->imm);
    case IR_vmov:
    case IR_setv: return low_of(x, p->a);
    case IR_selv:
        b = low_of(x, p->b);
        c = low_of(x, p->c);
        return b > c ? b : c;
    default: return 16;
    }
}

void note_low(struct x64 *x, const struct ir_placed *p)
{
    if (p->op == IR_setv)
        x->low[p->imm / 8] = (uint8_t)low_bytes(x, p);
    else if (ir_op_info[p->op].result == IR_TYPE_V)
        x->low[p->d / 8] = (uint8_t)low_bytes(x, p);
}

// The scalar whose first operand is taken over: its bytes; 0: p is something else.
static unsigned takes_over(const struct ir_placed *p)
{
    bool fp = p->op >= IR_fadd16 && p->op <= IR_fcvt32_bf16;
    if (!fp || ir_op_info[p->op].operand[0] != IR_TYPE_V || fp_lit_lanes(p->imm) != 1)
        return 0;
    return ir_op_info[p->op].bits / 8u;
}

void pass_low(const struct x64 *x, struct x64_label *l)
{
    for (unsigned i = 0; i < X64_FILE; i++)
        l->low[i] = x->low[(x->guest->v + 16 * i) / 8];
}

void take_low(struct x64 *x, const struct x64_label *l)
{
    memset(x->low, 0, sizeof x->low);
    for (unsigned i = 0; i < X64_FILE && is_only_edge(l); i++)
        x->low[(x->guest->v + 16 * i) / 8] = l->low[i];
}

// What is known behind p, on the way through the block.
static void follow_low(struct x64 *x, const struct ir_placed *p)
{
    struct x64_label *l = ir_is_jump(p->op) ? label_of(x, p->imm) : NULL;
    if (p->op == IR_label && p->imm != x->ir->pc)
        take_low(x, label_of(x, p->imm));
    if (l && is_only_edge(l))
        pass_low(x, l);
    note_low(x, p);
}

struct guess {
    uint16_t place;
    uint8_t bytes;
    bool good;
};

// The registers that a round reads as such operands before it writes them.
static unsigned find_wanted(struct x64 *x, unsigned last, struct guess guess[MAX_GUESSES])
{
    unsigned n = 0;
    for (unsigned i = 0; i <= last; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        unsigned bytes = takes_over(p);
        bool wanted = bytes && !is_temp(x, p->a) && xmm_at(x, p->a) != X64_NONE &&
                      x->low[p->a / 8] == 0 && n < MAX_GUESSES;
        for (unsigned k = 0; k < n && wanted; k++)
            wanted = guess[k].place != p->a;
        if (wanted)
            guess[n++] = (struct guess){p->a, (uint8_t)bytes, true};
        follow_low(x, p);
        bool back = ir_is_jump(p->op) && p->imm == x->ir->pc;
        for (unsigned k = 0; k < n && back; k++)
            guess[k].good &= low_of(x, guess[k].place) <= guess[k].bytes;
    }
    return n;
}

void guess_low(struct x64 *x)
{
    struct guess guess[MAX_GUESSES];
    unsigned last = 0, found = 0;
    if (!x->guess || !begins_loop(x))
        return;
    for (unsigned i = 0; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        if (ir_is_jump(p->op) && p->imm == x->ir->pc)
            last = i;
    }
    unsigned n = find_wanted(x, last, guess);
    memset(x->low, 0, sizeof x->low);
    for (unsigned k = 0; k < n; k++) {
        if (!guess[k].good)
            continue;
        unsigned t = found++ ? X64_XSCRATCH2 : X64_XSCRATCH;
        vbytes_right(x, t, xmm_at(x, guess[k].place), guess[k].bytes);
        if (t == X64_XSCRATCH2)
            v3(x, VPOR, X64_XSCRATCH, X64_XSCRATCH, t);
        x->low[guess[k].place / 8] = guess[k].bytes;
    }
    if (!found)
        return;
    v2(x, VPTEST, X64_XSCRATCH, X64_XSCRATCH);
    evaluate_if(x, X64_NE);
    x->guessed = true;
}
