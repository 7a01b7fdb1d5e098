// SPDX-License-Identifier: MIT
// What is known at labels of the upper parts of vectors (x64/low.c): what all that leads to a label
// agrees on. Loops take their beginning for as good as what comes from above, until a way back says
// otherwise; so the block is walked until nothing changes any more.
#include "x64/emit.h"

#include <string.h>

enum { NOT_COME_TO = 0 }; // no way here was seen yet

static unsigned of_file(const struct x64 *x, unsigned i)
{
    return (x->guest->v + 16 * i) / 8;
}

// The way in from outside.
static bool is_beginning(const struct x64_label *l)
{
    return l->op == 0;
}

void take_low(struct x64 *x, const struct x64_label *l)
{
    const uint8_t *low = is_beginning(l) ? x->low_first : l->low;
    memset(x->low, 0, sizeof x->low);
    for (unsigned i = 0; i < X64_FILE; i++)
        x->low[of_file(x, i)] = low[i];
}

// What is known where x is now holds on the way to the label, too. Whether that is news there.
static bool lead_low(const struct x64 *x, struct x64_label *l)
{
    bool news = false;
    for (unsigned i = 0; i < X64_FILE; i++) {
        unsigned here = low_of(x, x->guest->v + 16 * i);
        if (l->low[i] >= here)
            continue;
        l->low[i] = (uint8_t)here;
        news = true;
    }
    return news;
}

// Who comes back from outside, from a call or the kernel, has changed what it liked.
static bool comes_from_outside(const struct ir_placed *p)
{
    return p->op == IR_call || p->op == IR_call_reg || p->op == IR_exit;
}

// One walk along the block. Whether something was news at a label.
static bool walk(struct x64 *x)
{
    bool news = false, here = true; // somebody comes here
    memset(x->low, 0, sizeof x->low);
    for (unsigned i = 0; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        struct x64_label *l = p->op == IR_label || ir_is_jump(p->op) ? label_of(x, p->imm) : NULL;
        if (l && here && i > 0)
            news |= lead_low(x, l) && !is_beginning(l);
        if (p->op == IR_label) {
            here = is_beginning(l) || l->low[0] != NOT_COME_TO;
            take_low(x, l);
        }
        note_low(x, p);
        if (comes_from_outside(p))
            memset(x->low, 0, sizeof x->low);
        here &= p->op != IR_br && p->op != IR_br_reg && p->op != IR_ret;
    }
    return news;
}

void find_low(struct x64 *x)
{
    for (unsigned i = 0; i < x->n_labels; i++)
        memset(x->labels[i].low, NOT_COME_TO, sizeof x->labels[i].low);
    while (x->n_labels && walk(x))
        ;
    memset(x->low, 0, sizeof x->low);
}
