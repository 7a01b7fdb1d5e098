// SPDX-License-Identifier: MIT
// Random blocks and regions: as translators make them (guest instructions that compute and access
// memory first and change the state last), but out of every operation there is.
#include "base/bits.h"
#include "base/die.h"
#include "fuzz.h"
#include "ir/fp_lit.h"
#include "ir/tags.h"

#include <stdlib.h>
#include <string.h>

enum { FP_SLOT = offsetof(struct fuzz_state, s.fp) };
enum { NEAR = 14 }; // operands are among the last so many values, so that few are alive at a time

enum { MOST_INSNS = 24 }; // of a region

struct gen {
    struct ir_block *ir;
    uint64_t *seed;
    unsigned from; // values before it are not to be used: it is a label
};

uint64_t fuzz_random(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * UINT64_C(0x2545f4914f6cdd1d);
}

static unsigned below(struct gen *g, unsigned n)
{
    return (unsigned)((fuzz_random(g->seed) >> 33) % n);
}

// Mostly numbers at which things change.
static uint64_t number(struct gen *g)
{
    static const uint64_t edges[] = {0,
                                     1,
                                     2,
                                     31,
                                     32,
                                     63,
                                     64,
                                     0x7f,
                                     0x80,
                                     0xff,
                                     0x7fff,
                                     0x8000,
                                     0x7fffffff,
                                     0x80000000,
                                     0xffffffff,
                                     0x100000000,
                                     INT64_MAX,
                                     UINT64_C(1) << 63,
                                     UINT64_MAX - 1,
                                     UINT64_MAX,
                                     0x3ff0000000000000,
                                     0x7ff8000000000000,
                                     0x3f800000bf800000};
    uint64_t r = fuzz_random(g->seed);
    switch (r & 3) {
    case 0: return fuzz_random(g->seed);
    case 1: return fuzz_random(g->seed) >> (r >> 8 & 63);
    default: return edges[(r >> 8) % ARRAY_LEN(edges)];
    }
}

static uint64_t x_slot(struct gen *g)
{
    return offsetof(struct fuzz_state, x) + 8 * below(g, FUZZ_X);
}

static uint64_t f_slot(struct gen *g)
{
    return offsetof(struct fuzz_state, f) + 8 * below(g, FUZZ_F);
}

static uint64_t v_slot(struct gen *g)
{
    return offsetof(struct fuzz_state, v) + 16 * below(g, FUZZ_V);
}

static ir_ref new_value(struct gen *g, enum ir_type type)
{
    bool constant = below(g, 3) == 0;
    switch (type) {
    case IR_TYPE_W:
        return constant ? ir_emit(g->ir, IR_const32, 0, 0, 0, (uint32_t)number(g))
                        : ir_emit(g->ir, IR_getw, 0, 0, 0, below(g, 9) ? x_slot(g) : x_slot(g) + 4);
    case IR_TYPE_X:
        return constant ? ir_emit(g->ir, IR_const64, 0, 0, 0, number(g))
                        : ir_emit(g->ir, IR_getx, 0, 0, 0,
                                  below(g, 9)   ? x_slot(g)
                                  : below(g, 2) ? f_slot(g)
                                                : FP_SLOT);
    case IR_TYPE_F:
        return constant ? ir_emit(g->ir, IR_constf, 0, 0, 0, below(g, 16))
                        : ir_emit(g->ir, IR_getf, 0, 0, 0, f_slot(g));
    case IR_TYPE_V: return ir_emit(g->ir, IR_getv, 0, 0, 0, v_slot(g));
    case IR_TYPE_N: break;
    }
    return 0;
}

static ir_ref value(struct gen *g, enum ir_type type)
{
    unsigned found = 0;
    ir_ref pick = 0;
    if (type == IR_TYPE_N)
        return 0;
    for (unsigned i = g->ir->count, n = 0; i-- > g->from + 1 && n < NEAR; n++)
        if (ir_op_info[g->ir->inst[i].op].result == type && below(g, ++found) == 0)
            pick = (ir_ref)i;
    return pick && below(g, 4) ? pick : new_value(g, type);
}

// An address in the window, aligned to 16; seldom one that faults, or with a tag.
static ir_ref address(struct gen *g)
{
    uint64_t at = FUZZ_DATA + 16 * below(g, (FUZZ_WINDOW - 64) / 16);
    if (below(g, 40) == 0)
        at = FUZZ_DATA + (below(g, 2) ? FUZZ_WINDOW : (uint64_t)-4096) + 16 * below(g, 16);
    if (below(g, 16) == 0)
        at |= UINT64_C(0xa5) << 56;
    if (below(g, 3))
        return ir_emit(g->ir, IR_const64, 0, 0, 0, at);
    ir_ref mask = ir_emit(g->ir, IR_const64, 0, 0, 0, 0xff0);
    ir_ref low = ir_emit(g->ir, IR_and64, value(g, IR_TYPE_X), mask, 0, 0);
    return ir_emit(g->ir, IR_add64, low, ir_emit(g->ir, IR_const64, 0, 0, 0, at & ~UINT64_C(0xfff)),
                   0, 0);
}

// Literals this operation may have, found by trying what literals look like.
static bool literals(struct gen *g, struct ir_inst *in)
{
    static const uint8_t fbits[16] = {1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64};
    unsigned flags = ir_op_info[in->op].flags;
    if (in->op == IR_mem_step) {
        in->imm = below(g, 2) ? IR_TAG_GRANULE : IR_TAG_PAGE;
        return true;
    }
    if (in->op == IR_tag_check) {
        in->imm = below(g, 24);
        in->c = (ir_ref)(below(g, 5) | below(g, 4) << 3);
        return true;
    }
    if (in->op == IR_watch_check) {
        in->imm = below(g, 24);
        in->c = (ir_ref)((1 + below(g, 3)) | below(g, 5) << 2);
        return true;
    }
    if (in->op == IR_watch_range) {
        in->imm = 1 + below(g, 3);
        return true;
    }
    if (flags & IR_MEM && in->op != IR_align_check && in->op != IR_quad_check && in->op != IR_stg &&
        in->op != IR_fence && in->op != IR_aut) {
        in->imm = flags & IR_IMM ? below(g, 24) : 0;
        return true;
    }
    for (unsigned tries = 0; tries < 4000; tries++) {
        uint64_t r = fuzz_random(g->seed) >> 16;
        if (flags & IR_CLIT)
            in->c = (ir_ref)(r >> 40 & 16 ? 1u << (r >> 40 & 3) : r >> 40 & 15);
        if (flags & IR_IMM) {
            switch (r & 7) {
            case 0: in->imm = number(g); break;
            case 1: in->imm = r >> 8 & 127; break;
            case 2: in->imm = (r >> 8 & 63) | (r >> 16 & 127) << 8; break; // a field, or two lanes
            case 3: in->imm = fp_lit(1u << (r >> 8 & 3), r >> 16 & 7, r >> 24 & 1, 0); break;
            case 4:
                in->imm = fp_lit(1u << (r >> 8 & 3), r >> 16 & 7, r >> 24 & 1, fbits[r >> 25 & 15]);
                break;
            case 5: in->imm = r >> 8 & 0xff1; break; // fccmp
            case 6: in->imm = r >> 8 & 0xff; break;  // pac
            default: in->imm = r >> 8 & 15; break;
            }
        }
        if (ir_literals_fit(in))
            return true;
    }
    return false;
}

static ir_ref any_operand(struct gen *g, unsigned op, unsigned k)
{
    if (k == 0 && ir_op_info[op].flags & IR_MEM)
        return address(g);
    // The address of an access, when it faults, is taken to be operand a: a source is readable.
    if (k == 1 && op == IR_mem_copy)
        return ir_emit(g->ir, IR_const64, 0, 0, 0, FUZZ_DATA + below(g, FUZZ_WINDOW - 64));
    if (k == 2 && (op == IR_mem_copy || op == IR_mem_set)) // bytes: not into the next page
        return ir_emit(g->ir, IR_const64, 0, 0, 0, below(g, 64));
    if (k == 1 && op == IR_mem_tag)
        return ir_emit(g->ir, IR_const64, 0, 0, 0, below(g, 64));
    return value(g, (enum ir_type)ir_op_info[op].operand[k]);
}

static void operation(struct gen *g, unsigned op)
{
    const struct ir_op_info *info = &ir_op_info[op];
    struct ir_inst in = {.op = (uint16_t)op};
    if (!literals(g, &in))
        die("no literal fits %s: the fuzzer needs to know its shape", info->name);
    ir_ref *const operand[3] = {&in.a, &in.b, &in.c};
    for (unsigned k = 0; k < 3; k++) {
        if (info->operand[k] == IR_TYPE_N)
            continue;
        *operand[k] = any_operand(g, op, k);
    }
    ir_emit(g->ir, (enum ir_op)op, in.a, in.b, in.c, in.imm);
}

// An operation on vectors that was there before, of registers as they are now.
static void again(struct gen *g)
{
    unsigned found = 0;
    struct ir_inst pick = {0};
    for (unsigned i = g->ir->count, n = 0; i-- > g->from + 1 && n < 2 * NEAR; n++) {
        const struct ir_inst *in = &g->ir->inst[i];
        const struct ir_op_info *info = &ir_op_info[in->op];
        if (info->flags & IR_PURE && info->operand[0] == IR_TYPE_V && below(g, ++found) == 0)
            pick = *in;
    }
    if (!found)
        return;
    ir_ref *const operand[3] = {&pick.a, &pick.b, &pick.c};
    for (unsigned k = 0; k < 3; k++) {
        if (ir_op_info[pick.op].operand[k] != IR_TYPE_V)
            continue;
        const struct ir_inst from = g->ir->inst[*operand[k]];
        if (from.op == IR_getv)
            *operand[k] = ir_emit(g->ir, IR_getv, 0, 0, 0, from.imm);
    }
    ir_emit(g->ir, (enum ir_op)pick.op, pick.a, pick.b, pick.c, pick.imm);
}

// Operations by what may be done with them where.
static uint16_t computing[IR_OP_COUNT], integer[IR_OP_COUNT], accessing[IR_OP_COUNT];
static unsigned n_computing, n_integer, n_accessing;

static void sort_operations(void)
{
    for (unsigned op = 0; op < IR_OP_COUNT; op++) {
        unsigned flags = ir_op_info[op].flags;
        if (op == IR_cntvct || op == IR_clock || op == IR_random ||
            op == IR_randtag) // never the same twice
            continue;
        if (flags & IR_MEM)
            accessing[n_accessing++] = (uint16_t)op;
        else if (flags & (IR_PURE | IR_ENV) || op == IR_pac || op == IR_pacga)
            computing[n_computing++] = (uint16_t)op;
        if (flags & IR_PURE && op >= IR_zext && op < IR_selv)
            integer[n_integer++] = (uint16_t)op;
    }
}

// `but`: flags of operations that must not be among them.
static void compute(struct gen *g, unsigned most, unsigned but)
{
    for (unsigned n = below(g, most + 1); n > 0; n--) {
        if (below(g, 5) == 0)
            new_value(g, (enum ir_type[]){IR_TYPE_W, IR_TYPE_X, IR_TYPE_V, IR_TYPE_F}[below(g, 4)]);
        else if (below(g, 8) == 0)
            again(g);
        else if (below(g, 3) == 0) // plain integer code is what most blocks are
            operation(g, integer[below(g, n_integer)]);
        else {
            unsigned op = computing[below(g, n_computing)];
            if (!(ir_op_info[op].flags & but))
                operation(g, op);
        }
    }
}

static void change_state(struct gen *g)
{
    switch (below(g, 9)) {
    case 8: { // FPCR and FPSR, of which only defined bits
        ir_ref mask = ir_emit(g->ir, IR_const64, 0, 0, 0, 0x0800009f07c00000);
        ir_emit(g->ir, IR_setx, ir_emit(g->ir, IR_and64, value(g, IR_TYPE_X), mask, 0, 0), 0, 0,
                FP_SLOT);
        break;
    }
    case 0:
    case 4: ir_emit(g->ir, IR_setv, value(g, IR_TYPE_V), 0, 0, v_slot(g)); break;
    case 1:
    case 5: ir_emit(g->ir, IR_setf, value(g, IR_TYPE_F), 0, 0, f_slot(g)); break;
    default: {
        ir_ref v = below(g, 2) ? value(g, IR_TYPE_X)
                               : ir_emit(g->ir, IR_zext, value(g, IR_TYPE_W), 0, 0, 0);
        ir_emit(g->ir, IR_setx, v, 0, 0, x_slot(g));
    }
    }
}

static uint64_t pc_of(const struct gen *g, unsigned insn)
{
    return g->ir->pc + 4 * insn;
}

static void conditional_branch(struct gen *g)
{
    operation(g,
              (unsigned[]){IR_br_cond, IR_br_nz32, IR_br_nz64, IR_br_z32, IR_br_z64}[below(g, 5)]);
}

static void leave_block(struct gen *g)
{
    if (below(g, 4) == 0)
        ir_emit(g->ir, IR_exit, 0, 0, (ir_ref)(IR_EXIT_SVC + below(g, 4)), number(g));
    else
        operation(g, (unsigned[]){IR_br, IR_call, IR_br_reg, IR_call_reg, IR_ret}[below(g, 5)]);
}

static void guest_instruction(struct gen *g)
{
    compute(g, 5, 0);
    if (below(g, 3) == 0)
        operation(g, accessing[below(g, n_accessing)]);
    compute(g, 3, 0);
    for (unsigned n = below(g, 4); n > 0; n--) {
        change_state(g);
        compute(g, 1, IR_ENV); // those may be begun again
    }
}

static void begin(struct gen *g, struct ir_block *ir, struct ir_inst *storage, uint64_t *seed)
{
    *g = (struct gen){ir, seed, 0};
    if (!n_computing)
        sort_operations();
    ir_block_init(ir, storage, FUZZ_INSTS, 0x10000 + 4 * (fuzz_random(seed) >> 50));
}

void fuzz_block(struct ir_block *ir, struct ir_inst *storage, uint64_t *seed)
{
    struct gen g;
    begin(&g, ir, storage, seed);
    unsigned n = 1 + below(&g, 10);
    for (unsigned i = 0; i < n && ir_room(ir) > 150; i++) {
        ir_emit(ir, IR_insn, 0, 0, 0, pc_of(&g, i));
        guest_instruction(&g);
        if (below(&g, 8) == 0)
            conditional_branch(&g);
    }
    leave_block(&g);
}

// Where the labels of a region are: at a third of its instructions.
static unsigned choose_labels(struct gen *g, bool label[MOST_INSNS + 1])
{
    unsigned n = 2 + below(g, MOST_INSNS - 1);
    for (unsigned i = 0; i <= n; i++)
        label[i] = i < n && below(g, 3) == 0;
    label[below(g, n)] = true;
    return n;
}

static uint64_t a_label(struct gen *g, const bool *label, unsigned n)
{
    unsigned at = below(g, n);
    while (!label[at])
        at = (at + 1) % n;
    return pc_of(g, at);
}

// What nothing comes past, before the label at instruction `next`.
static void leave_instruction(struct gen *g, const bool *label, unsigned n, unsigned next)
{
    switch (below(g, 5)) {
    case 0: ir_emit(g->ir, IR_br, 0, 0, 0, a_label(g, label, n)); break;
    case 1: ir_emit(g->ir, IR_call, 0, 0, 0, UINT64_C(0x7000000)); break;
    case 2: ir_emit(g->ir, IR_exit, 0, 0, IR_EXIT_SVC, pc_of(g, next)); break;
    case 3: operation(g, IR_call_reg); break;
    default: leave_block(g);
    }
}

void fuzz_region(struct ir_block *ir, struct ir_inst *storage, uint64_t *seed)
{
    struct gen g;
    bool label[MOST_INSNS + 1];
    begin(&g, ir, storage, seed);
    unsigned n = choose_labels(&g, label);
    for (unsigned i = 0; i < n && ir_room(ir) > 150; i++) {
        ir_emit(ir, IR_insn, 0, 0, 0, pc_of(&g, i));
        if (label[i])
            g.from = ir_emit(ir, IR_label, 0, 0, 0, pc_of(&g, i));
        if (below(&g, 3)) // not all registers are written all the time
            guest_instruction(&g);
        if (below(&g, 3) == 0) {
            conditional_branch(&g);
            if (below(&g, 4))
                ir->inst[ir->count - 1].imm = a_label(&g, label, n);
        }
        if (label[i + 1] && below(&g, 3) == 0)
            leave_instruction(&g, label, n, i + 1);
    }
    if (below(&g, 3) == 0)
        ir_emit(ir, IR_br, 0, 0, 0, a_label(&g, label, n));
    else
        leave_block(&g);
}

void fuzz_any(struct ir_block *ir, struct ir_inst *storage, uint64_t *seed)
{
    if (fuzz_random(seed) >> 63)
        fuzz_region(ir, storage, seed);
    else
        fuzz_block(ir, storage, seed);
}
