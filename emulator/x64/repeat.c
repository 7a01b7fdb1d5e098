// SPDX-License-Identifier: MIT
// A vector that a temporary's register still has from an instruction before. Code that multiplies
// many vectors by one lane of another asks for that lane in all lanes each time.
#include "x64/emit.h"

static bool is_repeatable(const struct ir_placed *p)
{
    return p->op == IR_vconst || (p->op >= IR_vdupl8 && p->op <= IR_vdupl64);
}

static bool reads(const struct ir_placed *p)
{
    return p->op != IR_vconst;
}

bool is_there_still(const struct x64 *x, const struct ir_placed *p)
{
    if (!is_repeatable(p) || !is_temp(x, p->d) || temp_index(x, p->d) >= XMM_TEMPS || x->doubled)
        return false;
    const struct ir_placed *there = x->there[temp_index(x, p->d)];
    return there && there->op == p->op && there->imm == p->imm && there->c == p->c &&
           (!reads(p) || there->a == p->a);
}

void note_there(struct x64 *x, const struct ir_placed *p)
{
    bool vector = ir_op_info[p->op].result == IR_TYPE_V;
    unsigned place = p->op == IR_setv ? (unsigned)p->imm : vector ? p->d : 0;
    for (unsigned t = 0; place && t < XMM_TEMPS; t++)
        if (x->there[t] && reads(x->there[t]) && x->there[t]->a == place)
            x->there[t] = NULL;
    if (vector && is_temp(x, p->d) && temp_index(x, p->d) < XMM_TEMPS)
        x->there[temp_index(x, p->d)] =
            is_repeatable(p) && !x->doubled && !(reads(p) && is_temp(x, p->a)) ? p : NULL;
}

void forget_there(struct x64 *x, uint32_t registers)
{
    for (unsigned t = 0; t < XMM_TEMPS; t++)
        if (registers >> xmm_at(x, x->guest->temps + 16 * t) & 1)
            x->there[t] = NULL;
}
