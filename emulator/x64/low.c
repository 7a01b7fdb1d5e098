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
    case IR_vconst: return p->c ? 16 : (71 - (unsigned)__builtin_clzll(p->imm | 1)) / 8;
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

// Whether a round leaves zeros above so many bytes of register i, whichever way it takes.
static bool is_left_low(const struct x64 *x, unsigned i, unsigned bytes)
{
    unsigned low = x->labels[0].low[i];
    return low && low <= bytes;
}

// What may be taken for granted at the beginning goes to low_first: of the registers that a round
// reads as such operands when nothing is known of them. How many they are.
static unsigned find_guesses(struct x64 *x)
{
    unsigned n = 0;
    for (unsigned i = 0; i < x->places->n_ops && n < MAX_GUESSES; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        unsigned bytes = takes_over(p), v = (p->a - x->guest->v) / 16u;
        if (bytes && v < X64_FILE && xmm_at(x, p->a) != X64_NONE && low_of(x, p->a) == 16 &&
            x->low_first[v] == 16 && is_left_low(x, v, bytes)) {
            x->low_first[v] = (uint8_t)bytes;
            n++;
        }
        if (p->op == IR_label)
            take_low(x, label_of(x, p->imm));
        note_low(x, p);
    }
    return n;
}

void guess_low(struct x64 *x)
{
    unsigned found = 0;
    if (!x->guess || !begins_loop(x) || !find_guesses(x)) {
        take_low(x, x->labels);
        return;
    }
    for (unsigned i = 0; i < X64_FILE; i++) {
        if (x->low_first[i] == 16)
            continue;
        unsigned t = found++ ? X64_XSCRATCH2 : X64_XSCRATCH;
        vbytes_right(x, t, xmm_at(x, x->guest->v + 16 * i), x->low_first[i]);
        if (t == X64_XSCRATCH2)
            v3(x, VPOR, X64_XSCRATCH, X64_XSCRATCH, t);
    }
    v2(x, VPTEST, X64_XSCRATCH, X64_XSCRATCH);
    evaluate_if(x, X64_NE);
    x->guessed = true;
    find_low(x);
    take_low(x, x->labels);
}
