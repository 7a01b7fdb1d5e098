// SPDX-License-Identifier: MIT
// Memory copy and set (FEAT_MOPS): most are of a few bytes, since the C library's memcpy is these
// instructions when the processor has them. A chunk lies in one page of the source and in one of
// the destination: if its first byte can be accessed, all can.
#include "x64/int.h"
#include "x64/vec.h"

#define VPINSRB       P3(0x20)
#define VPINSRW       P1(0xc4)
#define VPEXTRB       P3(0x14)
#define VPEXTRW       P3(0x15)
#define VMOVDQU_LOAD  (X64_PF3 | X64_0F | 0x6f)
#define VMOVDQU_STORE (X64_PF3 | X64_0F | 0x7f)
#define VPBROADCASTB  P2(0x78)
#define CMOV(cc)      (X64_0F | 0x40 | (cc))
#define NEG           0xf7 // /3

enum { SMALL = 64 }; // chunks of more bytes are the evaluator's

// What eval_mem_step says. ORDER: only rax and memory are free, the operands may have all
// temporaries.
static void step_up(struct x64 *x, const struct ir_placed *p, struct x64_mem t)
{
    struct x64_asm *a = &x->a;
    int32_t last = (int32_t)p->imm - 1;
    gpr_get(x, p->a, false, X64_RAX);
    x64_alu_ri(a, X64_AND, false, X64_RAX, last);
    x64_store(a, true, t, X64_RAX);
    gpr_get(x, p->b, false, X64_RAX);
    x64_alu_ri(a, X64_AND, false, X64_RAX, last);
    x64_alu_rm(a, X64_CMP, true, X64_RAX, t);
    x64_rm(a, CMOV(X64_B), true, X64_RAX, t); // less room in the one further up
    x64_rr(a, NEG, true, 3, X64_RAX);
    x64_alu_ri(a, X64_ADD, true, X64_RAX, last + 1);
    x64_store(a, true, t, X64_RAX);
    gpr_get(x, p->c, true, X64_RAX);
    x64_rr(a, NEG, true, 3, X64_RAX);
    x64_alu_rm(a, X64_CMP, true, X64_RAX, t);
    x64_rm(a, CMOV(X64_A), true, X64_RAX, t);
}

static void step_down(struct x64 *x, const struct ir_placed *p, struct x64_mem t)
{
    struct x64_asm *a = &x->a;
    int32_t last = (int32_t)p->imm - 1;
    gpr_get(x, p->a, false, X64_RAX);
    x64_alu_ri(a, X64_SUB, false, X64_RAX, 1);
    x64_alu_ri(a, X64_AND, false, X64_RAX, last);
    x64_store(a, true, t, X64_RAX);
    gpr_get(x, p->b, false, X64_RAX);
    x64_alu_ri(a, X64_SUB, false, X64_RAX, 1);
    x64_alu_ri(a, X64_AND, false, X64_RAX, last);
    x64_alu_rm(a, X64_CMP, true, X64_RAX, t);
    x64_rm(a, CMOV(X64_A), true, X64_RAX, t);
    x64_alu_ri(a, X64_ADD, true, X64_RAX, 1);
    x64_store(a, true, t, X64_RAX);
    gpr_get(x, p->c, true, X64_RAX);
    x64_alu_rm(a, X64_CMP, true, X64_RAX, t);
    x64_rm(a, CMOV(X64_A), true, X64_RAX, t);
    x64_rr(a, NEG, true, 3, X64_RAX);
}

X64_LOWER(mem_step)
{
    struct x64_mem t = MEM_FIELD(native_spill[0]);
    clobber_flags(x);
    gpr_get(x, p->c, true, X64_RAX);
    x64_test_rr(&x->a, true, X64_RAX, X64_RAX);
    uint8_t *down = x64_jcc(&x->a, X64_NS, NULL, false);
    step_up(x, p, t);
    uint8_t *done = x64_jmp(&x->a, NULL, false);
    x64_patch(down, x->a.p);
    step_down(x, p, t);
    x64_patch(done, x->a.p);
    gpr_done(x, p->d, X64_RAX);
}

// Addresses and size of what is moved, in registers, and those for the data.
struct move {
    bool set; // the data are the same everywhere, in v[0] to v[3]
    unsigned to, from, n, v[4];
    struct x64_loans loans;
};

static unsigned operand(struct x64 *x, struct move *m, unsigned place, bool *rax_taken,
                        unsigned taken)
{
    if (gpr_at(x, place) != X64_NONE)
        return gpr_at(x, place);
    unsigned r = *rax_taken ? borrow(x, &m->loans, taken) : X64_RAX;
    *rax_taken = true;
    x64_load(&x->a, true, r, mem_of(x, place));
    return r;
}

// Where an access is: from the beginning, or `back` bytes before the end.
static struct x64_mem at(unsigned base, const struct move *m, unsigned offset, unsigned back)
{
    return back ? mem_index(base, m->n, 0, -(int32_t)back) : mem(base, (int32_t)offset);
}

static void load(struct x64 *x, const struct move *m, unsigned op, unsigned k, unsigned offset,
                 unsigned back)
{
    if (m->set)
        return;
    may_fault(x);
    x64_vrm(&x->a, op, false, m->v[k], 0, at(m->from, m, offset, back));
}

static void store(struct x64 *x, const struct move *m, unsigned op, unsigned k, unsigned offset,
                  unsigned back)
{
    may_fault(x);
    x64_vrm(&x->a, op, false, m->v[k], 0, at(m->to, m, offset, back));
}

// As many bytes as two accesses of `bytes` each reach.
static void move_two(struct x64 *x, const struct move *m, unsigned load_op, unsigned store_op,
                     unsigned bytes)
{
    load(x, m, load_op, 0, 0, 0);
    load(x, m, load_op, 1, 0, bytes);
    store(x, m, store_op, 0, 0, 0);
    store(x, m, store_op, 1, 0, bytes);
}

static void move_four(struct x64 *x, const struct move *m)
{
    load(x, m, VMOVDQU_LOAD, 0, 0, 0);
    load(x, m, VMOVDQU_LOAD, 1, 16, 0);
    load(x, m, VMOVDQU_LOAD, 2, 0, 32);
    load(x, m, VMOVDQU_LOAD, 3, 0, 16);
    store(x, m, VMOVDQU_STORE, 0, 0, 0);
    store(x, m, VMOVDQU_STORE, 1, 16, 0);
    store(x, m, VMOVDQU_STORE, 2, 0, 32);
    store(x, m, VMOVDQU_STORE, 3, 0, 16);
}

static void store_byte(struct x64 *x, const struct move *m, unsigned k, unsigned back)
{
    may_fault(x);
    x64_vrmi(&x->a, VPEXTRB, false, m->v[k], 0, at(m->to, m, 0, back), 0);
}

static void load_byte(struct x64 *x, const struct move *m, unsigned k, unsigned back)
{
    if (m->set)
        return;
    may_fault(x);
    x64_vrmi(&x->a, VPINSRB, false, m->v[k], m->v[k], at(m->from, m, 0, back), 0);
}

static void move_one_byte(struct x64 *x, const struct move *m)
{
    load_byte(x, m, 0, 0);
    store_byte(x, m, 0, 0);
}

static void move_two_or_three(struct x64 *x, const struct move *m)
{
    if (!m->set) {
        may_fault(x);
        x64_vrmi(&x->a, VPINSRW, false, m->v[0], m->v[0], mem(m->from, 0), 0);
    }
    load_byte(x, m, 1, 1);
    may_fault(x);
    x64_vrmi(&x->a, VPEXTRW, false, m->v[0], 0, mem(m->to, 0), 0);
    store_byte(x, m, 1, 1);
}

// Moves up to SMALL bytes, whose number is compared step by step.
static void move_small(struct x64 *x, const struct ir_placed *p, const struct move *m)
{
    struct x64_asm *a = &x->a;
    uint8_t *done[6];
    unsigned n = 0;
    x64_alu_ri(a, X64_CMP, true, m->n, 16);
    uint8_t *more = x64_jcc(a, X64_A, NULL, false);
    x64_alu_ri(a, X64_CMP, true, m->n, 8);
    uint8_t *less = x64_jcc(a, X64_B, NULL, false);
    move_two(x, m, VMOVQ, VMOVQ_STORE, 8);
    done[n++] = x64_jmp(a, NULL, false);

    x64_patch(less, a->p);
    x64_alu_ri(a, X64_CMP, true, m->n, 4);
    less = x64_jcc(a, X64_B, NULL, false);
    move_two(x, m, VMOVD_TO, VMOVD_FROM, 4);
    done[n++] = x64_jmp(a, NULL, false);

    x64_patch(less, a->p);
    x64_alu_ri(a, X64_CMP, true, m->n, 1);
    done[n++] = x64_jcc(a, X64_B, NULL, false);
    uint8_t *one = x64_jcc(a, X64_E, NULL, false);
    move_two_or_three(x, m);
    done[n++] = x64_jmp(a, NULL, false);
    x64_patch(one, a->p);
    move_one_byte(x, m);
    done[n++] = x64_jmp(a, NULL, false);

    x64_patch(more, a->p);
    x64_alu_ri(a, X64_CMP, true, m->n, 32);
    more = x64_jcc(a, X64_A, NULL, false);
    move_two(x, m, VMOVDQU_LOAD, VMOVDQU_STORE, 16);
    done[n++] = x64_jmp(a, NULL, false);

    x64_patch(more, a->p);
    x64_alu_ri(a, X64_CMP, true, m->n, SMALL);
    more = x64_jcc(a, X64_A, NULL, false);
    move_four(x, m);
    uint8_t *last = x64_jmp(a, NULL, false);
    x64_patch(more, a->p);
    call_evaluator(x, p);
    x64_patch(last, a->p);
    while (n)
        x64_patch(done[--n], a->p);
    pay_back(x, &m->loans);
}

// The operands in registers.
static void begin(struct x64 *x, const struct ir_placed *p, struct move *m, unsigned taken)
{
    bool rax_taken = false;
    m->to = operand(x, m, p->a, &rax_taken, taken);
    if (!m->set)
        m->from = operand(x, m, p->b, &rax_taken, taken);
    m->n = operand(x, m, p->c, &rax_taken, taken);
}

X64_LOWER(mem_copy)
{
    struct move m = {.loans = {.n = 0}};
    if (x->untag) {
        call_evaluator(x, p);
        return;
    }
    flags_before_call(x, p, true);
    give_up_all(x);
    for (unsigned k = 0; k < 4; k++)
        m.v[k] = lend_xmm(x);
    begin(x, p, &m, reg_bit(x, p->a) | reg_bit(x, p->b) | reg_bit(x, p->c));
    move_small(x, p, &m);
}

X64_LOWER(mem_set)
{
    struct move m = {.set = true, .loans = {.n = 0}};
    if (x->untag) {
        call_evaluator(x, p);
        return;
    }
    flags_before_call(x, p, true);
    give_up_all(x);
    unsigned v = lend_xmm(x), taken = reg_bit(x, p->a) | reg_bit(x, p->c);
    if (p->imm_b)
        x64_mov_ri(&x->a, X64_RAX, (uint8_t)p->imm);
    else
        gpr_get(x, p->b, false, X64_RAX), taken |= reg_bit(x, p->b);
    x64_vrr(&x->a, VMOVD_TO, false, v, 0, X64_RAX);
    x64_vrr(&x->a, VPBROADCASTB, false, v, 0, v);
    for (unsigned k = 0; k < 4; k++)
        m.v[k] = v;
    begin(x, p, &m, taken);
    move_small(x, p, &m);
}
