// SPDX-License-Identifier: MIT
// Memory copy and memory set: CPYP, CPYM, CPYE, the forward-only CPYFP, CPYFM, CPYFE, and SETP,
// SETM, SETE (FEAT_MOPS). The options say how memory is accessed (unprivileged, non-temporal),
// which makes no difference at EL0.
//
// What the architecture leaves open is settled as follows. Between the three instructions the
// registers have the format of Option A: C is clear, Xn counts towards zero, and the addresses are
// constant; they are those of the end where Xn is negative (forward), of the beginning where it is
// positive (backward). The prologue goes as far as the first end of a page, the main part goes on
// until less than a page is left, the epilogue does the rest. A main part or epilogue without
// anything to do checks nothing. Registers that are the same, or 31, are undefined.
//
// An instruction accesses one chunk that lies in one page (each of source and destination), puts
// the progress into the registers, and if that is not all it branches to itself: so it is as fast
// as a block of memory is copied, can be interrupted, and at a fault the registers tell what is
// done.
#include "a64/disasm.h"
#include "a64/translate.h"

enum { PAGE = 4096, CC = 3, CS = 2, MI = 4 };

A64_DIRECTIVE(cpy_options)
{
    static const char *const names[16] = {"",   "wt",   "rt",   "t",   "wn", "wtwn", "rtwn", "twn",
                                          "rn", "wtrn", "rtrn", "trn", "n",  "wtn",  "rtn",  "tn"};
    out_printf(o, "%s", names[a->o]);
}

A64_DIRECTIVE(set_options)
{
    static const char *const names[4] = {"", "t", "n", "tn"};
    out_printf(o, "%s", names[a->o]);
}

enum stage { PROLOGUE, MAIN, EPILOGUE };

// The three registers in the format of Option A; `from` is 0 where memory is set.
struct operands {
    ir_ref to, from, n;
};

static ir_ref negated(struct ir_block *ir, ir_ref v)
{
    return ir_sub(ir, 1, ir_const64(ir, 0), v);
}

static bool is_set(const struct operands *op)
{
    return !op->from;
}

// Accesses the first chunk of v->n bytes. Returns what is to be added to n.
static ir_ref access_chunk(struct a64_tr *t, const struct a64_args *a, const struct operands *v,
                           ir_ref n)
{
    struct ir_block *ir = &t->ir;
    ir_ref to = ir_add(ir, 1, v->to, v->n);
    ir_ref from = is_set(v) ? to : ir_add(ir, 1, v->from, v->n);
    ir_ref step = ir_mem_step(ir, to, from, n), bytes = ir_abs(ir, 1, step);
    if (is_set(v)) {
        ir_mem_set(ir, to, get_w(t, a->s), bytes);
        return step;
    }
    // Backward, the chunk lies below the addresses.
    ir_ref below = ir_smin(ir, 1, step, ir_const64(ir, 0));
    ir_mem_copy(ir, ir_add(ir, 1, to, below), ir_add(ir, 1, from, below), bytes);
    return step;
}

static void set_operands(struct a64_tr *t, const struct a64_args *a, const struct operands *v)
{
    set_x(t, a->d, v->to);
    if (!is_set(v))
        set_x(t, a->s, v->from);
    set_x(t, a->n, v->n);
}

// The beginning: registers as a program gives them, the number of bytes limited to `most`.
static void prologue(struct a64_tr *t, const struct a64_args *a, struct operands v, uint64_t most,
                     bool forward_only)
{
    struct ir_block *ir = &t->ir;
    ir_ref n = ir_umin(ir, 1, v.n, ir_const64(ir, most));
    ir_ref to_end = ir_add(ir, 1, v.to, n);
    if (forward_only) {
        v = (struct operands){to_end, is_set(&v) ? 0 : ir_add(ir, 1, v.from, n), negated(ir, n)};
    } else {
        // Backward if the destination begins inside the source: "cc" in `overlap`. Addresses are
        // compared without their tags.
        ir_ref from_end = ir_add(ir, 1, v.from, n);
        ir_ref first = ir_ubfx(ir, 1, v.from, 56 << 8), end = ir_ubfx(ir, 1, from_end, 56 << 8);
        ir_ref to = ir_ubfx(ir, 1, v.to, 56 << 8);
        ir_ref overlap =
            ir_self(ir, ir_subf(ir, 1, first, to), ir_subf(ir, 1, to, end), ir_constf(ir, 2), CC);
        v = (struct operands){ir_sel(ir, 1, overlap, v.to, to_end, CC),
                              ir_sel(ir, 1, overlap, v.from, from_end, CC),
                              ir_sel(ir, 1, overlap, n, negated(ir, n), CC)};
    }
    v.n = ir_add(ir, 1, v.n, access_chunk(t, a, &v, v.n));
    set_operands(t, a, &v);
    set_flags(t, ir_constf(ir, 0));
}

// The registers as a prologue wants them, from what is taken to be the format of Option B where C
// is set (`flags`), else of Option A.
static struct operands for_prologue(struct ir_block *ir, const struct operands *v, ir_ref flags)
{
    if (is_set(v))
        return (struct operands){
            ir_sel(ir, 1, flags, v->to, ir_add(ir, 1, v->to, v->n), CS),
            0,
            ir_sel(ir, 1, flags, v->n, negated(ir, v->n), CS),
        };
    ir_ref zero = ir_const64(ir, 0);
    ir_ref a = ir_smin(ir, 1, v->n, zero);                        // Option A, forward
    ir_ref b = ir_sel(ir, 1, flags, negated(ir, v->n), zero, MI); // Option B, backward: N is set
    ir_ref offset = ir_sel(ir, 1, flags, b, a, CS);
    return (struct operands){ir_add(ir, 1, v->to, offset), ir_add(ir, 1, v->from, offset),
                             ir_sel(ir, 1, flags, v->n, ir_abs(ir, 1, v->n), CS)};
}

// The rest. Registers that no prologue has left (C is set; n has the wrong sign, or is too much for
// an epilogue) raise the exception Memory Copy and Memory Set. Linux answers it by putting the
// registers back to what a prologue wants and going on there: the program sees nothing but that.
static void go_on(struct a64_tr *t, const struct a64_args *a, const struct operands *v,
                  enum stage stage, bool forward_only)
{
    struct ir_block *ir = &t->ir;
    ir_br_z(ir, 1, v->n, t->pc + 4);
    ir_ref flags = get_flags(t), zero = ir_const64(ir, 0), size, wrong = flags; // "cs": wrong
    size = forward_only ? negated(ir, v->n) : ir_abs(ir, 1, v->n);
    if (stage == EPILOGUE)
        wrong = ir_self(ir, flags, flags, ir_subf(ir, 1, size, ir_const64(ir, PAGE)), CS);
    else if (forward_only)
        wrong = ir_self(ir, flags, flags, ir_subf(ir, 1, ir_const64(ir, INT64_MAX), v->n), CS);
    ir_ref n = v->n;
    if (stage == MAIN) {
        // Nothing to do if less than a page is left and nothing is wrong.
        ir_ref pages = ir_lsr(ir, 1, size, ir_const64(ir, 12));
        ir_br_z(ir, 1, ir_or(ir, 1, pages, ir_zext(ir, ir_setc(ir, wrong, CS))), t->pc + 4);
        if (is_set(v)) // whole pages
            n = ir_and(ir, 1, ir_add(ir, 1, n, ir_const64(ir, PAGE - 1)),
                       ir_const64(ir, ~UINT64_C(PAGE - 1)));
    }
    ir_ref step = access_chunk(t, a, v, ir_sel(ir, 1, wrong, zero, n, CS));
    ir_ref left = ir_add(ir, 1, v->n, step);
    struct operands start = for_prologue(ir, v, flags);
    start.to = ir_sel(ir, 1, wrong, start.to, v->to, CS);
    if (!is_set(v))
        start.from = ir_sel(ir, 1, wrong, start.from, v->from, CS);
    start.n = ir_sel(ir, 1, wrong, start.n, left, CS);
    set_operands(t, a, &start);
    ir_br_cond(ir, wrong, CS, t->pc - (stage == MAIN ? 4 : 8));
    if (stage == MAIN)
        left = ir_lsr(ir, 1, ir_abs(ir, 1, left), ir_const64(ir, 12));
    ir_br_nz(ir, 1, left, t->pc);
    branch_to(t, t->pc + 4);
}

static void copy(struct a64_tr *t, const struct a64_args *a, enum stage stage, bool forward_only)
{
    if (a->d == a->s || a->s == a->n || a->d == a->n) {
        undefined(t);
        return;
    }
    struct operands v = {get_x(t, a->d), get_x(t, a->s), get_x(t, a->n)};
    if (stage == PROLOGUE)
        prologue(t, a, v, forward_only ? INT64_MAX : INT64_C(0x007fffffffffffff), forward_only);
    else
        go_on(t, a, &v, stage, forward_only);
}

static void set(struct a64_tr *t, const struct a64_args *a, enum stage stage)
{
    if (a->d == a->s || a->s == a->n || a->d == a->n) {
        undefined(t);
        return;
    }
    struct operands v = {get_x(t, a->d), 0, get_x(t, a->n)};
    if (stage == PROLOGUE)
        prologue(t, a, v, INT64_MAX, true);
    else
        go_on(t, a, &v, stage, true);
}

#define CPY(id, forward_only, f, opc, stage)                                                       \
    A64_INSN(id, "00 011 " f " 01 " opc " 0 sssss oooo 01 nnnnn ddddd d!=11111 s!=11111 n!=11111", \
             #id "{cpy_options} [{Xd}]!, [{Xs}]!, {Xn}!", FEAT_MOPS)                               \
    {                                                                                              \
        copy(t, a, stage, forward_only);                                                           \
    }
#define SET(id, opc, stage)                                                            \
    A64_INSN(id, "00 011 0 01 11 0 sssss " opc " oo 01 nnnnn ddddd d!=11111 n!=11111", \
             #id "{set_options} [{Xd}]!, {Xn}!, {Xs}", FEAT_MOPS)                      \
    {                                                                                  \
        set(t, a, stage);                                                              \
    }

// clang-format off
CPY(cpyfp, true,  "0", "00", PROLOGUE)
CPY(cpyfm, true,  "0", "01", MAIN)
CPY(cpyfe, true,  "0", "10", EPILOGUE)
CPY(cpyp,  false, "1", "00", PROLOGUE)
CPY(cpym,  false, "1", "01", MAIN)
CPY(cpye,  false, "1", "10", EPILOGUE)
SET(setp, "00", PROLOGUE)
SET(setm, "01", MAIN)
SET(sete, "10", EPILOGUE)
