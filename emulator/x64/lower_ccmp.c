// SPDX-License-Identifier: MIT
// Conditional comparisons: the left sides of && and ||. One alone is a jump around a comparison; a
// chain of them with the branch that it is for is a chain of branches, since where a comparison is
// not made the flags are a constant, and so it is known where that leads.
#include "x64/int.h"

enum { CHAIN = 4, STEP = 3 }; // comparisons of a chain at most; operations of each

// The flags are those of `compare` if cond holds, otherwise the constant nzcv.
struct step {
    const struct ir_placed *compare;
    unsigned cond, nzcv;
    unsigned place; // of the flags
};

// Whether operation i begins such a step: t = a - b; k = nzcv; flags = cond(flags) ? t : k.
static bool is_step(const struct x64 *x, unsigned i, struct step *step)
{
    const struct ir_placed *p = &x->places->ops[i], *k = p + 1, *q = p + 2;
    if (i + STEP > x->places->n_ops || k->op != IR_const64 || q->op != IR_self || q->imm >= 14)
        return false;
    bool sub = p->op == IR_subf32 || p->op == IR_subf64,
         add = p->op == IR_addf32 || p->op == IR_addf64;
    bool big = p->imm_b && is_wide(p) && !fits_32(p->imm);
    if (!(sub || add) || q->a != q->d || q->b != p->d || q->c != k->d || big || p->d == q->d)
        return false;
    uint64_t live = x->live[i + 2];
    if (!is_temp(x, p->d) || live >> temp_index(x, p->d) & 1 || !is_temp(x, k->d) ||
        live >> temp_index(x, k->d) & 1)
        return false;
    *step = (struct step){p, (unsigned)q->imm, (unsigned)k->imm & 15, q->d};
    return true;
}

static int kind_of(const struct step *s)
{
    return s->compare->op == IR_subf32 || s->compare->op == IR_subf64 ? X64_FLAGS_SUB
                                                                      : X64_FLAGS_ADD;
}

// Sets the host's flags to the constant n (N8 Z4 C2 V1).
static void constant_flags(struct x64 *x, unsigned n, bool inverted)
{
    unsigned c = (n >> 1 & 1) ^ inverted;
    x64_mov_ri(&x->a, X64_RAX, (n >> 3 & 1) << 15 | (n >> 2 & 1) << 14 | c << 8 | (n & 1));
    x64_byte(&x->a, 0x04); // add al, 0x7f: overflows if bit 0 is set
    x64_byte(&x->a, 0x7f);
    x64_byte(&x->a, 0x9e); // sahf
}

bool conditional_compare(struct x64 *x)
{
    struct step s;
    if (!is_step(x, x->i, &s))
        return false;
    bool sub = kind_of(&s) == X64_FLAGS_SUB;
    enum x64_cc cc = want_condition(x, s.place, s.cond);
    uint8_t *otherwise = x64_jcc(&x->a, cc ^ 1, NULL, false);
    compare_operands(x, s.compare);
    uint8_t *end = x64_jmp(&x->a, NULL, false);
    x64_patch(otherwise, x->a.p);
    constant_flags(x, s.nzcv, sub);
    x64_patch(end, x->a.p);
    define_host_flags(x, s.place, sub);
    x->i += STEP - 1;
    return true;
}

struct chain {
    struct step step[CHAIN];
    unsigned n;
    const struct ir_placed *branch;
    unsigned to[CHAIN];   // where a step leads whose condition does not hold: another, or n: the
    unsigned nzcv[CHAIN]; // branch is taken, with these flags
};

// False: it leads to where the branch is not taken, where nobody could tell what the flags are.
static bool follow(struct chain *c, unsigned k)
{
    unsigned nzcv = c->step[k].nzcv;
    for (unsigned j = k + 1; j < c->n; j++) {
        if (ir_cond_holds(c->step[j].cond, nzcv)) {
            c->to[k] = j;
            return true;
        }
        nzcv = c->step[j].nzcv;
    }
    c->to[k] = c->n;
    c->nzcv[k] = nzcv;
    return ir_cond_holds(c->branch->c, nzcv);
}

static bool find_chain(const struct x64 *x, struct chain *c)
{
    unsigned i = x->i;
    for (c->n = 0; c->n < CHAIN && is_step(x, i, &c->step[c->n]); i += STEP)
        c->n++;
    c->branch = &x->places->ops[i];
    if (!c->n || i >= x->places->n_ops || c->branch->op != IR_br_cond || c->branch->c >= 14 ||
        c->branch->a != c->step[0].place || !takes_any_flags(x, c->branch->imm))
        return false;
    for (unsigned k = 0; k < c->n; k++)
        if (c->step[k].place != c->step[0].place || !follow(c, k))
            return false;
    return true;
}

// The chain's branch is taken if cc holds, with the flags f.
static void take_branch(struct x64 *x, const struct chain *c, enum x64_cc cc, uint8_t *from,
                        struct x64_flags f)
{
    struct x64_flags known = x->flags;
    x->flags = f;
    jump_if(x, cc, from, c->branch->imm);
    x->flags = known;
}

bool compare_chain_ahead(struct x64 *x)
{
    struct chain c;
    uint8_t *jumps[CHAIN] = {0};
    if (!find_chain(x, &c))
        return false;
    unsigned first = x->i, last = first + c.n * STEP;
    unsigned place = c.step[0].place;
    uint8_t *from = x->a.p;
    for (unsigned k = 0; k < c.n; k++) {
        struct ir_placed compared = *c.step[k].compare;
        x->i = first + k * STEP + STEP - 1;
        enum x64_cc cc = want_condition(x, place, c.step[k].cond) ^ 1;
        x->i = last;
        x->insn = insn_of(x, last);
        if (c.to[k] == c.n)
            take_branch(x, &c, cc, x->a.p,
                        (struct x64_flags){.kind = X64_FLAGS_CONSTANT,
                                           .place = (uint16_t)place,
                                           .imm = c.nzcv[k]});
        else
            jumps[k] = x64_jcc(&x->a, cc, NULL, false);
        for (unsigned j = 0; j < k; j++)
            if (jumps[j] && c.to[j] == k)
                x64_patch(jumps[j], x->a.p);
        from = x->a.fixed = x->a.p;
        compare_operands(x, &compared);
        compared.d = (uint16_t)place;
        define_flags(x, &compared, kind_of(&c.step[k]));
    }
    enum x64_cc cc = want_condition(x, place, c.branch->c);
    take_branch(x, &c, cc, from, x->flags);
    return true;
}
