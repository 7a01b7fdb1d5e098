// SPDX-License-Identifier: MIT
// Rules are mostly one or two operations; hand-written code (the dynamic linker's) has longer ones.
// Branches do not occur in call frame information that anybody makes, and are not known here.
#include "expression.h"

#include <dwarf.h>

enum { DEPTH = 32 };

struct stack {
    uint64_t at[DEPTH];
    unsigned n;
    bool failed;
};

static void push(struct stack *s, uint64_t v)
{
    s->failed |= s->n == DEPTH;
    if (!s->failed)
        s->at[s->n++] = v;
}

static uint64_t pop(struct stack *s)
{
    s->failed |= !s->n;
    return s->failed ? 0 : s->at[--s->n];
}

static uint64_t combine(unsigned atom, uint64_t a, uint64_t b)
{
    switch (atom) {
    case DW_OP_plus: return a + b;
    case DW_OP_minus: return a - b;
    case DW_OP_mul: return a * b;
    case DW_OP_and: return a & b;
    case DW_OP_or: return a | b;
    case DW_OP_xor: return a ^ b;
    case DW_OP_shl: return b < 64 ? a << b : 0;
    case DW_OP_shr: return b < 64 ? a >> b : 0;
    case DW_OP_shra: return (uint64_t)((int64_t)a >> (b < 63 ? b : 63));
    case DW_OP_eq: return a == b;
    case DW_OP_ne: return a != b;
    case DW_OP_lt: return (int64_t)a < (int64_t)b;
    case DW_OP_le: return (int64_t)a <= (int64_t)b;
    case DW_OP_gt: return (int64_t)a > (int64_t)b;
    default: return (int64_t)a >= (int64_t)b; // DW_OP_ge
    }
}

static uint64_t load(struct stack *s, const struct image *i, uint64_t from, size_t size)
{
    uint64_t v = 0;
    s->failed |= size > sizeof v || !image_memory(i, from, &v, size);
    return v;
}

static uint64_t get(struct stack *s, const struct place *p, uint64_t reg)
{
    s->failed |= reg > 31;
    return s->failed ? 0 : p->x[reg];
}

static void apply(struct stack *s, const struct image *i, const struct place *p, uint64_t cfa,
                  const Dwarf_Op *op)
{
    uint64_t a;
    unsigned atom = op->atom;
    if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31) {
        push(s, atom - DW_OP_lit0);
    } else if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31) {
        push(s, get(s, p, atom - DW_OP_breg0) + op->number);
    } else {
        switch (atom) {
        case DW_OP_bregx: push(s, get(s, p, op->number) + op->number2); break;
        case DW_OP_call_frame_cfa: push(s, cfa); break;
        case DW_OP_const1u:
        case DW_OP_const1s:
        case DW_OP_const2u:
        case DW_OP_const2s:
        case DW_OP_const4u:
        case DW_OP_const4s:
        case DW_OP_const8u:
        case DW_OP_const8s:
        case DW_OP_constu:
        case DW_OP_consts:
        case DW_OP_addr: push(s, op->number); break;
        case DW_OP_plus_uconst: push(s, pop(s) + op->number); break;
        case DW_OP_dup:
            push(s, a = pop(s));
            push(s, a);
            break;
        case DW_OP_drop: pop(s); break;
        case DW_OP_neg: push(s, -pop(s)); break;
        case DW_OP_not: push(s, ~pop(s)); break;
        case DW_OP_deref: push(s, load(s, i, pop(s), 8)); break;
        case DW_OP_deref_size: push(s, load(s, i, pop(s), op->number)); break;
        case DW_OP_nop: break;
        case DW_OP_plus:
        case DW_OP_minus:
        case DW_OP_mul:
        case DW_OP_and:
        case DW_OP_or:
        case DW_OP_xor:
        case DW_OP_shl:
        case DW_OP_shr:
        case DW_OP_shra:
        case DW_OP_eq:
        case DW_OP_ne:
        case DW_OP_lt:
        case DW_OP_le:
        case DW_OP_gt:
        case DW_OP_ge:
            a = pop(s);
            push(s, combine(atom, pop(s), a));
            break;
        default: s->failed = true; break;
        }
    }
}

bool expression(const struct image *i, const struct place *p, uint64_t cfa, const Dwarf_Op *op,
                size_t n, uint64_t *value)
{
    struct stack s = {.n = 0};
    bool is_value = !cfa; // the CFA itself is none of memory
    for (size_t k = 0; k < n && !s.failed; k++) {
        unsigned atom = op[k].atom;
        if (atom == DW_OP_stack_value) {
            is_value = true;
        } else if (atom == DW_OP_regx || (atom >= DW_OP_reg0 && atom <= DW_OP_reg31)) {
            push(&s, get(&s, p, atom == DW_OP_regx ? op[k].number : atom - DW_OP_reg0));
            is_value = true;
        } else {
            apply(&s, i, p, cfa, &op[k]);
        }
    }
    *value = pop(&s);
    if (!s.failed && !is_value)
        *value = load(&s, i, *value, 8);
    return !s.failed;
}
