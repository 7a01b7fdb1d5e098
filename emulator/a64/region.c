// SPDX-License-Identifier: MIT
// Which instructions belong to a region, and their translation. What branches lead to is read from
// the IR that the rows make, so that nothing about branches is known here but that.
#include "a64/translate.h"

#include <string.h>

// Within the pages of a block; more branches than that lead all over a function, and a region of it
// costs more than it gains (docs/design.md).
enum { MAX_INSNS = 384, MAX_BRANCHES = 24 };

struct region {
    const struct a64_code *code;
    unsigned limit; // instructions that may belong to it
    unsigned n;     // the last one that does, plus 1
    unsigned branches;
    bool reached[MAX_INSNS], leads[MAX_INSNS]; // by number; leads: a branch leads there
    bool closed[MAX_INSNS];                    // the beginning of another loop
    bool found_loop;                           // one that was not known to be one
    unsigned first_call;                       // of others, or the kernel
    uint16_t todo[MAX_INSNS];
    unsigned n_todo;
    unsigned last_back; // the last branch back to the beginning, plus 1
};

static struct region *looking; // for goes_on; one thread at a time translates

static unsigned number_of(const struct region *r, uint64_t pc)
{
    uint64_t n = (pc - r->code->pc) / 4;
    return pc >= r->code->pc && n < r->limit ? (unsigned)n : MAX_INSNS;
}

static void lead_to(struct region *r, unsigned from, uint64_t pc)
{
    unsigned n = number_of(r, pc);
    r->branches++;
    if (n == MAX_INSNS)
        return;
    if (n == 0 && r->last_back < from + 1)
        r->last_back = from + 1;
    if (n <= from && n) {
        r->found_loop |= !r->closed[n];
        r->closed[n] = true;
    }
    if (r->closed[n])
        return;
    if (!r->leads[n] && !r->reached[n])
        r->todo[r->n_todo++] = (uint16_t)n;
    r->leads[n] = true;
}

static bool is_new(const struct a64_tr *t, uint64_t pc)
{
    (void)t;
    unsigned n = number_of(looking, pc);
    return n != MAX_INSNS && !looking->reached[n] && !looking->closed[n];
}

// Follows the code from instruction n on to the end of its block.
static void follow(struct region *r, unsigned n, struct ir_inst *storage, unsigned capacity)
{
    struct a64_code code = *r->code;
    struct a64_tr t;
    code.pc += 4 * n;
    code.words += n;
    code.max_insns = 1;
    while (n + code.max_insns < r->limit && !r->closed[n + code.max_insns])
        code.max_insns++;
    code.goes_on = is_new;
    a64_translate_block(&t, storage, capacity, &code);
    unsigned at = n;
    for (unsigned i = 1; i < t.ir.count; i++) {
        const struct ir_inst *in = &t.ir.inst[i];
        if (in->op == IR_insn) {
            at = n + (unsigned)((in->imm - code.pc) / 4);
            r->reached[at] = true;
        } else if (in->op == IR_call || in->op == IR_call_reg) {
            lead_to(r, at, r->code->pc + 4 * at + 4);
            if (at < r->first_call)
                r->first_call = at;
        } else if (in->op == IR_exit && in->c == IR_EXIT_SVC) {
            lead_to(r, at, in->imm);
            if (at < r->first_call)
                r->first_call = at;
        } else if (ir_is_jump(in->op)) {
            lead_to(r, at, in->imm);
        }
    }
}

static void find_all(struct region *r, struct ir_inst *storage, unsigned capacity)
{
    memset(r->reached, 0, sizeof r->reached);
    memset(r->leads, 0, sizeof r->leads);
    r->branches = r->last_back = 0;
    r->first_call = MAX_INSNS;
    r->found_loop = false;
    r->todo[0] = 0;
    r->n_todo = 1;
    while (r->n_todo && r->branches < MAX_BRANCHES) {
        unsigned n = r->todo[--r->n_todo];
        if (!r->reached[n])
            follow(r, n, storage, capacity);
    }
}

// Finds all that belongs to the region. Another loop's beginning does not: who comes there leaves.
static void find(struct region *r, struct ir_inst *storage, unsigned capacity)
{
    looking = r;
    do
        find_all(r, storage, capacity);
    while (r->found_loop && r->branches < MAX_BRANCHES);
}

// Only what leads back to the beginning belongs to a loop.
static void choose(struct region *r)
{
    unsigned end = r->last_back ? r->last_back : r->limit;
    for (unsigned n = 0; n < end; n++)
        if (r->reached[n] && !r->closed[n])
            r->n = n + 1;
}

static void skip(struct a64_tr *t, const struct a64_code *code)
{
    ir_insn(&t->ir, t->pc);
    t->made_from =
        a64_made_from(t->made_from, __atomic_load_n(&code->words[t->insns], __ATOMIC_RELAXED));
    t->insns++;
    t->pc += 4;
}

static bool goes_on_within(const struct a64_tr *t, uint64_t pc)
{
    (void)t;
    unsigned n = number_of(looking, pc);
    return n < looking->n && !looking->closed[n];
}

enum a64_region a64_translate_region(struct a64_tr *t, struct ir_inst *storage, unsigned capacity,
                                     const struct a64_code *code)
{
    static SCRATCH struct region region;
    struct region *r = &region;
    memset(r, 0, sizeof *r);
    r->code = code;
    r->limit = code->max_insns < MAX_INSNS ? code->max_insns : MAX_INSNS;
    find(r, storage, capacity);
    if (r->branches >= MAX_BRANCHES)
        return A64_REGION_BRANCHES;
    choose(r);
    if (r->first_call < r->n)
        return A64_REGION_CALLS;
    *t = (struct a64_tr){.pc = code->pc,
                         .mode = code->mode,
                         .labels = true,
                         .goes_on = goes_on_within,
                         .guarded = code->guarded,
                         .lands = code->guarded ? A64_LANDS_RETURN : A64_LANDS_ANY};
    ir_block_init(&t->ir, storage, capacity, code->pc);
    bool labels = false;
    t->end = true;
    for (unsigned n = 0; n < r->n && ir_room(&t->ir) >= A64_ROOM_PER_INSN; n++) {
        bool begins = n ? r->leads[n] : r->last_back != 0;
        if (!r->reached[n] || r->closed[n] || (t->end && !begins && n)) {
            if (!t->end)
                ir_br(&t->ir, t->pc);
            t->end = true;
            skip(t, code);
            continue;
        }
        labels |= begins;
        t->label = begins;
        if (begins)
            t->sp_aligned = false;
        t->end = false;
        a64_translate_next(t, code);
    }
    if (!t->end)
        ir_br(&t->ir, t->pc);
    return labels ? A64_REGION_MADE : A64_REGION_PLAIN;
}
