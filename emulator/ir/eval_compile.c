// SPDX-License-Identifier: MIT
// From IR to what the evaluator runs: a list of functions with the places of their operands.
#include "ir/eval_ops.h"
#include "ir/place.h"

#include <string.h>

void eval_link_init(struct eval_link *link, uint64_t target)
{
    *link = (struct eval_link){.stub = {.fn = eval_unresolved, .imm = target}};
    link->code = &link->stub;
}

void eval_link_to(struct eval_link *link, struct eval_code *target)
{
    if (link->to)
        return;
    link->to = target;
    link->next = target->entered_by;
    link->at = &target->entered_by;
    if (link->next)
        link->next->at = &link->next;
    target->entered_by = link;
    __atomic_store_n(&link->code, target->ops, __ATOMIC_RELEASE);
}

void eval_unlink(struct eval_link *link)
{
    if (!link->to)
        return;
    __atomic_store_n(&link->code, &link->stub, __ATOMIC_RELEASE);
    *link->at = link->next;
    if (link->next)
        link->next->at = link->at;
    link->to = NULL;
}

void eval_unlink_all(struct eval_code *code)
{
    while (code->entered_by)
        eval_unlink(code->entered_by);
    for (unsigned i = 0; i < code->n_links; i++)
        eval_unlink(&code->links[i]);
}

void eval_unlink_anyhow(struct eval_code *code)
{
    code->entered_by = NULL;
    for (unsigned i = 0; i < code->n_links; i++) {
        struct eval_link *link = &code->links[i];
        __atomic_store_n(&link->code, &link->stub, __ATOMIC_RELEASE);
        link->to = NULL;
    }
}

struct eval_op eval_make_op(const struct ir_placed *p)
{
    return (struct eval_op){.fn = p->imm_b ? eval_handler_imm[p->op] : eval_handler[p->op],
                            .d = p->d,
                            .a = p->a,
                            .b = p->b,
                            .c = p->c,
                            .imm = p->imm};
}

// A direct branch goes through its link. pc: of its instruction.
static struct eval_op make_op(const struct ir_placed *p, uint64_t pc, struct eval_link **link)
{
    struct eval_op op = eval_make_op(p);
    if (ir_is_direct(p->op)) {
        eval_link_init(*link, p->imm);
        (*link)->stub.d = ir_is_jump(p->op) && p->imm <= pc;
        op.imm = (uint64_t)(*link)++;
    }
    return op;
}

bool eval_compile(const struct ir_block *ir, struct arena *arena, unsigned temps, uint16_t *left,
                  struct eval_code *out)
{
    unsigned first = left ? 2 : 0;
    static SCRATCH struct ir_places places;
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
    out->entered_by = NULL;
    if (first) {
        out->ops[0] = (struct eval_op){.fn = eval_count, .left = left, .imm = ir->pc};
        out->ops[1] = (struct eval_op){0};
    }
    for (unsigned i = 0, insn = 0; i < places.n_ops; i++) {
        while (insn + 1 < places.n_insns && places.insn_start[insn + 1] <= i)
            insn++;
        out->ops[i + first] = make_op(&places.ops[i], ir->pc + 4 * insn, &link);
    }
    for (unsigned i = 0; i < places.n_insns; i++)
        out->insn_start[i] = (uint16_t)(places.insn_start[i] + first);
    return true;
}

void eval_take_over(struct eval_code *code, eval_fn *fn, uint64_t imm)
{
    __atomic_store_n(&code->ops[1].imm, imm, __ATOMIC_RELEASE);
    __atomic_store_n(&code->ops[0].fn, fn, __ATOMIC_RELEASE);
}

void eval_count_again(struct eval_code *code, unsigned runs)
{
    __atomic_store_n(code->ops[0].left, (uint16_t)runs, __ATOMIC_RELAXED);
    if (__atomic_load_n(&code->ops[0].fn, __ATOMIC_RELAXED) != eval_count)
        __atomic_store_n(&code->ops[0].fn, eval_count, __ATOMIC_RELEASE);
}

unsigned eval_insn_of(const struct eval_code *code, const struct eval_op *op)
{
    unsigned at = (unsigned)(op - code->ops), i = 0;
    while (i + 1 < code->n_insns && code->insn_start[i + 1] <= at)
        i++;
    return i;
}
