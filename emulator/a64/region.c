// SPDX-License-Identifier: MIT
// Which instructions belong to a region, and their translation. What branches lead to is read from
// the IR that the rows make, so that nothing about branches is known here but that.
//
// A region is a natural loop with all loops within it: everything that is come to from its
// beginning and from where its beginning is come to again. Where nothing leads back it is all that
// is come to.
#include "a64/translate.h"

#include <string.h>

// Within the pages of a block; more branches than that lead all over a function, and a region of it
// costs more than it gains (docs/design.md).
enum { MAX_INSNS = A64_REGION_INSNS, MAX_BRANCHES = 24 };

// Of an instruction that is come to; `to` is another's number, or MAX_INSNS: outside, or none.
struct site {
    bool reached, falls; // falls: into the one behind it
    bool branches, calls;
    uint16_t to;
    bool belongs, leads; // leads: a branch of what belongs leads here
};

struct region {
    const struct a64_code *code;
    unsigned limit; // instructions that may belong to it
    unsigned n;     // the last one that does, plus 1
    bool loop;      // something leads back to the beginning
    struct site site[MAX_INSNS];
    uint16_t todo[MAX_INSNS];
    unsigned n_todo;
};

static struct region *looking; // for goes_on; one thread at a time translates

static unsigned number_of(const struct region *r, uint64_t pc)
{
    uint64_t n = (pc - r->code->pc) / 4;
    return pc >= r->code->pc && n < r->limit ? (unsigned)n : MAX_INSNS;
}

// Whether the program comes to pc, as far as the caller knows.
static bool comes_to(const struct region *r, uint64_t pc)
{
    struct a64_tr at = {.mode = r->code->mode};
    return !r->code->goes_on || r->code->goes_on(&at, pc);
}

static void lead_to(struct region *r, unsigned from, uint64_t pc)
{
    unsigned n = number_of(r, pc);
    struct site *s = &r->site[from];
    if (n != MAX_INSNS && !r->site[n].reached && !comes_to(r, pc))
        return;
    if (n == from + 1)
        s->falls = true;
    else if (n != MAX_INSNS)
        s->to = (uint16_t)n;
    if (n == MAX_INSNS || r->site[n].reached)
        return;
    r->site[n].reached = true;
    r->todo[r->n_todo++] = (uint16_t)n;
}

static bool is_new(const struct a64_tr *t, uint64_t pc)
{
    unsigned n = number_of(looking, pc);
    (void)t;
    return n != MAX_INSNS && !looking->site[n].reached && comes_to(looking, pc);
}

static void note(struct region *r, unsigned at, const struct ir_inst *in)
{
    bool service = in->op == IR_exit && in->c == IR_EXIT_SVC;
    if (in->op == IR_call || in->op == IR_call_reg) {
        r->site[at].calls = true;
        lead_to(r, at, r->code->pc + 4 * at + 4);
    } else if (service || ir_is_jump(in->op)) {
        r->site[at].calls |= service;
        r->site[at].branches |= !service;
        lead_to(r, at, in->imm);
    }
}

// Follows the code from instruction n on to the end of its block.
static void follow(struct region *r, unsigned n, struct ir_inst *storage, unsigned capacity)
{
    struct a64_code code = *r->code;
    struct a64_tr t;
    code.pc += 4 * n;
    code.words += n;
    code.max_insns = 1;
    while (n + code.max_insns < r->limit && !r->site[n + code.max_insns].reached)
        code.max_insns++;
    code.goes_on = is_new;
    a64_translate_block(&t, storage, capacity, &code);
    unsigned at = n;
    for (unsigned i = 1; i < t.ir.count; i++) {
        const struct ir_inst *in = &t.ir.inst[i];
        if (in->op != IR_insn) {
            note(r, at, in);
            continue;
        }
        at = n + (unsigned)((in->imm - code.pc) / 4);
        r->site[at].reached = true;
        if (at > n)
            r->site[at - 1].falls = true;
    }
}

static void find(struct region *r, struct ir_inst *storage, unsigned capacity)
{
    looking = r;
    for (unsigned n = 0; n < r->limit; n++)
        r->site[n].to = MAX_INSNS;
    r->site[0].reached = true;
    r->todo[0] = 0;
    r->n_todo = 1;
    while (r->n_todo)
        follow(r, r->todo[--r->n_todo], storage, capacity);
}

static bool leads_back(const struct region *r, unsigned n)
{
    const struct site *s = &r->site[n];
    bool falls = s->falls && n + 1 < r->limit && r->site[n + 1].belongs;
    return falls || (s->to != MAX_INSNS && (s->to == 0 || r->site[s->to].belongs));
}

// Backward from what leads to the beginning.
static void choose(struct region *r)
{
    bool more = true;
    while (more) {
        more = false;
        for (unsigned n = r->limit; n-- > 0;) {
            if (!r->site[n].reached || r->site[n].belongs || !leads_back(r, n))
                continue;
            r->site[n].belongs = r->loop = more = true;
        }
    }
    for (unsigned n = 0; n < r->limit; n++) {
        struct site *s = &r->site[n];
        s->belongs = r->loop ? s->belongs : s->reached;
        if (!s->belongs)
            continue;
        r->n = n + 1;
        if (s->to != MAX_INSNS)
            r->site[s->to].leads = true;
    }
}

// Whether there is a loop that does not lead through the beginning: what is left when all that
// leads out or to the beginning is taken away.
static bool is_nested(struct region *r)
{
    bool more = true, left[MAX_INSNS];
    for (unsigned n = 0; n < r->n; n++)
        left[n] = n && r->site[n].belongs;
    while (more) {
        more = false;
        for (unsigned n = r->n; n-- > 0;) {
            const struct site *s = &r->site[n];
            bool on = (s->falls && n + 1 < r->n && left[n + 1]) || (s->to < r->n && left[s->to]);
            more |= left[n] && !on;
            left[n] &= on;
        }
    }
    return memchr(left, true, r->n);
}

// Whether there is something against it.
static bool is_refused(const struct region *r, enum a64_region *why)
{
    unsigned branches = 0;
    bool calls = false;
    for (unsigned n = 0; n < r->n; n++) {
        const struct site *s = &r->site[n];
        branches += s->belongs && s->branches;
        calls |= s->belongs && s->calls;
    }
    *why = branches >= MAX_BRANCHES ? A64_REGION_BRANCHES : A64_REGION_CALLS;
    return calls || branches >= MAX_BRANCHES;
}

bool a64_region_has(unsigned n)
{
    return n < looking->n && looking->site[n].belongs;
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
    return a64_region_has(number_of(looking, pc));
}

// Whether instruction n is come to where its predecessor has ended: a branch leads to it, or it is
// the first.
static bool begins(const struct region *r, unsigned n)
{
    return n ? r->site[n].leads : r->loop;
}

enum a64_region a64_translate_region(struct a64_tr *t, struct ir_inst *storage, unsigned capacity,
                                     const struct a64_code *code)
{
    static SCRATCH struct region region;
    struct region *r = &region;
    enum a64_region why;
    memset(r, 0, sizeof *r);
    r->code = code;
    r->limit = code->max_insns < MAX_INSNS ? code->max_insns : MAX_INSNS;
    find(r, storage, capacity);
    choose(r);
    if (is_refused(r, &why))
        return why;
    *t = (struct a64_tr){.pc = code->pc,
                         .mode = code->mode,
                         .labels = true,
                         .nested = is_nested(r),
                         .goes_on = goes_on_within,
                         .guarded = code->guarded,
                         .lands = code->guarded ? A64_LANDS_RETURN : A64_LANDS_ANY};
    ir_block_init(&t->ir, storage, capacity, code->pc);
    forget_sp(t);
    bool labels = false;
    t->end = true;
    for (unsigned n = 0; n < r->n && ir_room(&t->ir) >= A64_ROOM_PER_INSN; n++) {
        if (!r->site[n].belongs || (t->end && !begins(r, n) && n)) {
            if (!t->end)
                ir_br(&t->ir, t->pc);
            t->end = true;
            skip(t, code);
            continue;
        }
        labels |= t->label = begins(r, n);
        if (t->label)
            forget_sp(t);
        t->end = false;
        a64_translate_next(t, code);
    }
    if (!t->end)
        ir_br(&t->ir, t->pc);
    return labels ? A64_REGION_MADE : A64_REGION_PLAIN;
}
