// SPDX-License-Identifier: MIT
// From IR to what the evaluator runs: a list of functions with the places of their operands.
#include "ir/eval_ops.h"
#include "ir/place.h"

#include <string.h>

void eval_unlink(struct eval_link *link)
{
    link->stub = (struct eval_op){.fn = eval_unresolved, .imm = (uint64_t)link};
    link->code = &link->stub;
}

struct eval_op eval_make_op(const struct ir_placed *p)
{
    return (struct eval_op){
        p->imm_b ? eval_handler_imm[p->op] : eval_handler[p->op], p->d, p->a, p->b, p->c, p->imm};
}

// A direct branch goes through its link.
static struct eval_op make_op(const struct ir_placed *p, struct eval_link **link)
{
    struct eval_op op = eval_make_op(p);
    if (ir_is_direct(p->op)) {
        (*link)->target = p->imm;
        eval_unlink(*link);
        op.imm = (uint64_t)(*link)++;
    }
    return op;
}

bool eval_compile(const struct ir_block *ir, struct arena *arena, unsigned temps, unsigned runs,
                  struct eval_code *out)
{
    unsigned first = runs != 0;
    static __thread struct ir_places places;
    ir_place(ir, temps, &places);
    unsigned n_links = 0;
    for (unsigned i = 0; i < places.n_ops; i++)
        n_links += ir_is_direct(places.ops[i].op);
    out->n_ops = (uint16_t)(places.n_ops + first);
    out->n_links = (uint16_t)n_links;
    out->n_insns = (uint16_t)places.n_insns;
    out->ops = arena_alloc(arena, out->n_ops * sizeof *out->ops);
    out->links = arena_alloc(arena, n_links * sizeof *out->links);
    out->insn_start = arena_alloc(arena, places.n_insns * sizeof *out->insn_start);
    if (!out->ops || !out->links || !out->insn_start)
        return false;
    struct eval_link *link = out->links;
    if (first)
        out->ops[0] = (struct eval_op){.fn = eval_count, .d = (uint16_t)runs, .imm = ir->pc};
    for (unsigned i = 0; i < places.n_ops; i++)
        out->ops[i + first] = make_op(&places.ops[i], &link);
    for (unsigned i = 0; i < places.n_insns; i++)
        out->insn_start[i] = (uint16_t)(places.insn_start[i] + first);
    return true;
}

unsigned eval_insn_of(const struct eval_code *code, const struct eval_op *op)
{
    unsigned at = (unsigned)(op - code->ops), i = 0;
    while (i + 1 < code->n_insns && code->insn_start[i + 1] <= at)
        i++;
    return i;
}
