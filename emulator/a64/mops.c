// SPDX-License-Identifier: MIT
// Memory copy and memory set: CPYP, CPYM, CPYE, the forward-only CPYFP, CPYFM, CPYFE, SETP, SETM,
// SETE, and SETGP, SETGM, SETGE, which set tags too (FEAT_MOPS). The options say how memory is
// accessed (unprivileged, non-temporal), which makes no difference at EL0.
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

enum { PAGE = 4096, EQ = 0, CS = 2, CC = 3, MI = 4 };

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
enum kind { COPY, COPY_FORWARD, SET, SET_TAGS };

// The three registers in the format of Option A; `from` is 0 where memory is set.
struct operands {
    ir_ref to, from, n;
    enum kind kind;
};

static ir_ref negated(struct ir_block *ir, ir_ref v)
{
    return ir_sub(ir, 1, ir_const64(ir, 0), v);
}

static bool is_set(const struct operands *op)
{
    return op->kind >= SET;
}

// Where tags are checked, a chunk lies in one granule. Nothing is checked if there is no byte
// to access: as if PSTATE.TCO were set.
static void check_chunk(struct a64_tr *t, enum ir_tag_access access, ir_ref addr, ir_ref bytes)
{
    struct ir_block *ir = &t->ir;
    ir_ref tco = ir_const64(ir, IR_TAG_OVERRIDE), pstate = ir_getx(ir, CPU_FIELD(pstate_bits));
    ir_tag_check(ir, addr, ir_sel(ir, 1, ir_logf(ir, 1, bytes), tco, pstate, EQ), access << 3, 0);
}

// Whether a debugger watches what the chunk accesses.
static void watch_chunk(struct a64_tr *t, enum ir_watch_access access, ir_ref addr, ir_ref bytes)
{
    if (t->mode & access * A64_MODE_WATCH_READ)
        ir_watch_range(&t->ir, addr, bytes, access);
}

// Granules are set as a whole: an alignment fault at `to` if it or n is not a multiple of 16, but
// not for no bytes. (If only n is not, the fault's address has the low bits of n.)
static void check_granules(struct a64_tr *t, ir_ref to, ir_ref n)
{
    struct ir_block *ir = &t->ir;
    ir_ref low = ir_and(ir, 1, n, ir_const64(ir, IR_TAG_GRANULE - 1));
    ir_ref at = ir_sel(ir, 1, ir_logf(ir, 1, n), n, ir_or(ir, 1, to, low), EQ);
    ir_align_check(ir, at, IR_TAG_GRANULE);
}

// Accesses the first chunk of v->n bytes. Returns what is to be added to n.
static ir_ref access_chunk(struct a64_tr *t, const struct a64_args *a, const struct operands *v,
                           ir_ref n)
{
    struct ir_block *ir = &t->ir;
    ir_ref to = ir_add(ir, 1, v->to, v->n);
    ir_ref from = is_set(v) ? to : ir_add(ir, 1, v->from, v->n);
    bool checked = t->mode & A64_MODE_MTE && v->kind != SET_TAGS;
    uint64_t piece = checked ? IR_TAG_GRANULE : IR_TAG_PAGE;
    ir_ref step = ir_mem_step(ir, to, from, n, piece), bytes = ir_abs(ir, 1, step);
    if (is_set(v)) {
        watch_chunk(t, IR_WATCH_WRITE, to, bytes);
        if (checked)
            check_chunk(t, IR_TAG_WRITE, to, bytes);
        ir_mem_set(ir, to, get_w(t, a->s), bytes);
        if (v->kind == SET_TAGS)
            ir_mem_tag(ir, to, bytes);
        return step;
    }
    // Backward, the chunk lies below the addresses.
    ir_ref below = ir_smin(ir, 1, step, ir_const64(ir, 0));
    to = ir_add(ir, 1, to, below);
    from = ir_add(ir, 1, from, below);
    watch_chunk(t, IR_WATCH_READ, from, bytes);
    watch_chunk(t, IR_WATCH_WRITE, to, bytes);
    if (checked) {
        check_chunk(t, IR_TAG_READ, from, bytes);
        check_chunk(t, IR_TAG_WRITE, to, bytes);
    }
    ir_mem_copy(ir, to, from, bytes);
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
static void prologue(struct a64_tr *t, const struct a64_args *a, struct operands v)
{
    static const uint64_t most[] = {INT64_C(0x007fffffffffffff), INT64_MAX, INT64_MAX,
                                    INT64_MAX - 15};
    struct ir_block *ir = &t->ir;
    ir_ref n = ir_umin(ir, 1, v.n, ir_const64(ir, most[v.kind]));
    if (v.kind == SET_TAGS) {
        // A size beyond the limit becomes the limit, whatever its low bits.
        ir_ref small = ir_subf(ir, 1, v.n, ir_const64(ir, most[v.kind]));
        check_granules(t, v.to, ir_sel(ir, 1, small, v.n, ir_const64(ir, 16), CC));
    }
    ir_ref to_end = ir_add(ir, 1, v.to, n);
    if (v.kind != COPY) {
        v = (struct operands){to_end, is_set(&v) ? 0 : ir_add(ir, 1, v.from, n), negated(ir, n),
                              v.kind};
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
                              ir_sel(ir, 1, overlap, n, negated(ir, n), CC), COPY};
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
            v->kind,
        };
    ir_ref zero = ir_const64(ir, 0);
    ir_ref a = ir_smin(ir, 1, v->n, zero);                        // Option A, forward
    ir_ref b = ir_sel(ir, 1, flags, negated(ir, v->n), zero, MI); // Option B, backward: N is set
    ir_ref offset = ir_sel(ir, 1, flags, b, a, CS);
    return (struct operands){ir_add(ir, 1, v->to, offset), ir_add(ir, 1, v->from, offset),
                             ir_sel(ir, 1, flags, v->n, ir_abs(ir, 1, v->n), CS), v->kind};
}

// The rest. Registers that no prologue has left (C is set; n has the wrong sign, or is too much for
// an epilogue) raise the exception Memory Copy and Memory Set. Linux answers it by putting the
// registers back to what a prologue wants and going on there: the program sees nothing but that.
static void go_on(struct a64_tr *t, const struct a64_args *a, const struct operands *v,
                  enum stage stage)
{
    struct ir_block *ir = &t->ir;
    bool forward_only = v->kind != COPY;
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
                       ir_const64(ir, ~(uint64_t)(PAGE - 1)));
    }
    if (v->kind == SET_TAGS) { // not before what is wrong is put right
        ir_ref to = ir_add(ir, 1, v->to, v->n), good = ir_const64(ir, 0);
        check_granules(t, ir_sel(ir, 1, wrong, good, to, CS), ir_sel(ir, 1, wrong, good, v->n, CS));
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

static void operate(struct a64_tr *t, const struct a64_args *a, enum kind kind, enum stage stage)
{
    if (a->d == a->s || a->s == a->n || a->d == a->n) {
        undefined(t);
        return;
    }
    struct operands v = {get_x(t, a->d), kind >= SET ? 0 : get_x(t, a->s), get_x(t, a->n), kind};
    if (stage == PROLOGUE)
        prologue(t, a, v);
    else
        go_on(t, a, &v, stage);
}

#define CPY(id, kind, f, opc, stage)                                                               \
    A64_INSN(id, "00 011 " f " 01 " opc " 0 sssss oooo 01 nnnnn ddddd d!=11111 s!=11111 n!=11111", \
             #id "{cpy_options} [{Xd}]!, [{Xs}]!, {Xn}!", FEAT_MOPS)                               \
    {                                                                                              \
        operate(t, a, kind, stage);                                                                \
    }
#define SETROW(id, kind, g, opc, stage)                                                    \
    A64_INSN(id, "00 011 " g " 01 11 0 sssss " opc " oo 01 nnnnn ddddd d!=11111 n!=11111", \
             #id "{set_options} [{Xd}]!, {Xn}!, {Xs}", FEAT_MOPS)                          \
    {                                                                                      \
        if ((kind) == SET_TAGS && !needs(t, FEAT_MTE))                                     \
            return;                                                                        \
        operate(t, a, kind, stage);                                                        \
    }

// clang-format off
CPY(cpyfp, COPY_FORWARD, "0", "00", PROLOGUE)
CPY(cpyfm, COPY_FORWARD, "0", "01", MAIN)
CPY(cpyfe, COPY_FORWARD, "0", "10", EPILOGUE)
CPY(cpyp,  COPY,         "1", "00", PROLOGUE)
CPY(cpym,  COPY,         "1", "01", MAIN)
CPY(cpye,  COPY,         "1", "10", EPILOGUE)
SETROW(setp,  SET,      "0", "00", PROLOGUE)
SETROW(setm,  SET,      "0", "01", MAIN)
SETROW(sete,  SET,      "0", "10", EPILOGUE)
SETROW(setgp, SET_TAGS, "1", "00", PROLOGUE)
SETROW(setgm, SET_TAGS, "1", "01", MAIN)
SETROW(setge, SET_TAGS, "1", "10", EPILOGUE)
