// SPDX-License-Identifier: MIT
// Atomic operations: the host's locked instructions. Those without one of their own compare and
// exchange until nobody came between.
#include "x64/int.h"

#define CMPXCHG       (X64_0F | 0xb1) // the even opcode before it: bytes
#define XADD          (X64_0F | 0xc1)
#define XCHG          0x87
#define CMPXCHG16B    (X64_0F | 0xc7)
#define LOCK          0xf0
#define VMOVQ_FROM_X  (X64_P66 | X64_0F | 0x7e)
#define VMOVQ_TO_X    (X64_P66 | X64_0F | 0x6e)
#define VPEXTRQ       (X64_P66 | X64_0F3A | 0x16)
#define VPINSRQ       (X64_P66 | X64_0F3A | 0x22)
#define VMOVDQU_LOAD  (X64_PF3 | X64_0F | 0x6f)
#define VMOVDQU_STORE (X64_PF3 | X64_0F | 0x7f)

// Width of a family's member: 1 << size bytes.
static unsigned size_of(const struct ir_placed *p, enum ir_op first)
{
    return p->op - (unsigned)first;
}

// op r, [address]: `op` is the opcode for words.
static void sized(struct x64 *x, unsigned op, unsigned size, unsigned r, unsigned address)
{
    if (size == 0)
        x64_rm8(&x->a, op - 1, r, mem(address, 0));
    else
        x64_rm(&x->a, op | (size == 1 ? X64_P66 : 0), size == 3, r, mem(address, 0));
}

static void locked(struct x64 *x, unsigned op, unsigned size, unsigned r, unsigned address)
{
    may_fault(x);
    if (op != XCHG) // which is so anyway
        x64_byte(&x->a, LOCK);
    sized(x, op, size, r, address);
}

static void load_sized(struct x64 *x, unsigned size, unsigned d, unsigned address)
{
    struct x64_mem m = mem(address, 0);
    may_fault(x);
    if (size == 0)
        x64_rm(&x->a, MOVZX8, false, d, m);
    else if (size == 1)
        x64_rm(&x->a, MOVZX16, false, d, m);
    else
        x64_load(&x->a, size == 3, d, m);
}

// The low bytes of r alone.
static void narrow(struct x64 *x, unsigned size, unsigned r)
{
    if (size == 0)
        x64_rr8(&x->a, MOVZX8, r, r);
    else if (size == 1)
        x64_rr(&x->a, MOVZX16, false, r, r);
}

static unsigned b_bit(const struct x64 *x, const struct ir_placed *p)
{
    return p->imm_b ? 0 : reg_bit(x, p->b);
}

static void get_b(struct x64 *x, const struct ir_placed *p, unsigned size, unsigned r)
{
    if (p->imm_b)
        x64_mov_ri(&x->a, r, size == 3 ? p->imm : (uint32_t)p->imm);
    else
        gpr_get(x, p->b, size == 3, r);
}

// A register with the address to be used.
static unsigned address_of(struct x64 *x, const struct ir_placed *p, struct x64_loans *loans,
                           unsigned taken)
{
    unsigned r = gpr_at(x, p->a);
    if (r != X64_NONE && !x->untag)
        return r;
    unsigned to = borrow(x, loans, taken | reg_bit(x, p->a));
    if (x->untag)
        strip_tag(x, to, gpr_use(x, p->a, true, to));
    else
        gpr_get(x, p->a, true, to);
    return to;
}

// The address that the monitor knows: bit 55 repeated above. The host's flags change.
static void monitor_address(struct x64 *x, const struct ir_placed *p, unsigned to)
{
    gpr_get(x, p->a, true, to);
    x64_shift_ri(&x->a, X64_SHL, true, to, 8);
    x64_shift_ri(&x->a, X64_SAR, true, to, 8);
}

static uint8_t *short_jump(struct x64 *x, enum x64_cc cc)
{
    x64_byte(&x->a, 0x70 | cc);
    x64_byte(&x->a, 0);
    return x->a.p;
}

static void jump_here(struct x64 *x, uint8_t *from)
{
    from[-1] = (uint8_t)(x->a.p - from);
}

static void repeat_if(struct x64 *x, enum x64_cc cc, const uint8_t *from)
{
    uint8_t *end = short_jump(x, cc);
    end[-1] = (uint8_t)(from - end);
}

static void finish(struct x64 *x, const struct ir_placed *p, const struct x64_loans *loans)
{
    pay_back(x, loans);
    if (!dies_here(x, p->d))
        gpr_done(x, p->d, X64_RAX);
}

// What was there is the result: XCHG or, adding, XADD.
static void exchange(struct x64 *x, const struct ir_placed *p, unsigned op, unsigned size)
{
    struct x64_loans loans = {.n = 0};
    settle_flags(x);
    unsigned at = address_of(x, p, &loans, b_bit(x, p));
    get_b(x, p, size, X64_RAX);
    locked(x, op, size, X64_RAX, at);
    narrow(x, size, X64_RAX);
    finish(x, p, &loans);
}

X64_LOWER4(swp)
{
    exchange(x, p, XCHG, size_of(p, IR_swp8));
}

// Nobody looks at what was there: [address] op= b or, inverted, ~b.
static void change(struct x64 *x, const struct ir_placed *p, enum x64_alu op, unsigned size,
                   bool invert)
{
    struct x64_loans loans = {.n = 0};
    settle_flags(x);
    unsigned at = address_of(x, p, &loans, b_bit(x, p));
    unsigned b = p->imm_b || invert ? X64_NONE : gpr_at(x, p->b);
    if (b == X64_NONE) {
        b = X64_RAX;
        get_b(x, p, size, b);
        if (invert)
            x64_rr(&x->a, 0xf7, true, 2, b); // not
    }
    locked(x, (unsigned)op << 3 | 1, size, b, at);
    pay_back(x, &loans);
}

X64_LOWER4(ldadd)
{
    unsigned size = size_of(p, IR_ldadd8);
    if (dies_here(x, p->d))
        change(x, p, X64_ADD, size, false);
    else
        exchange(x, p, XADD, size);
}

// new = old op b (or ~b).
static void logical(struct x64 *x, const struct ir_placed *p, enum x64_alu op, unsigned size,
                    bool invert)
{
    if (dies_here(x, p->d)) {
        change(x, p, op, size, invert);
        return;
    }
    struct x64_loans loans = {.n = 0};
    settle_flags(x);
    unsigned at = address_of(x, p, &loans, b_bit(x, p));
    unsigned value = borrow(x, &loans, reg_bit(x, p->a) | b_bit(x, p));
    load_sized(x, size, X64_RAX, at);
    const uint8_t *again = x->a.p;
    get_b(x, p, size, value);
    if (invert)
        x64_rr(&x->a, 0xf7, true, 2, value);
    x64_alu_rr(&x->a, op, true, value, X64_RAX);
    locked(x, CMPXCHG, size, value, at);
    repeat_if(x, X64_NE, again);
    finish(x, p, &loans);
}

X64_LOWER4(ldset)
{
    logical(x, p, X64_OR, size_of(p, IR_ldset8), false);
}

X64_LOWER4(ldclr)
{
    logical(x, p, X64_AND, size_of(p, IR_ldclr8), true);
}

X64_LOWER4(ldeor)
{
    logical(x, p, X64_XOR, size_of(p, IR_ldeor8), false);
}

// new = old if old cc b, else b.
static void choose(struct x64 *x, const struct ir_placed *p, enum x64_cc cc, unsigned size)
{
    struct x64_loans loans = {.n = 0};
    settle_flags(x);
    unsigned at = address_of(x, p, &loans, b_bit(x, p));
    unsigned value = borrow(x, &loans, reg_bit(x, p->a) | b_bit(x, p));
    load_sized(x, size, X64_RAX, at);
    const uint8_t *again = x->a.p;
    get_b(x, p, size, value);
    if (size == 0)
        x64_rr8(&x->a, 0x3a, X64_RAX, value); // cmp
    else
        x64_rr(&x->a, 0x3b | (size == 1 ? X64_P66 : 0), size == 3, X64_RAX, value);
    x64_cmov_rr(&x->a, cc, true, value, X64_RAX);
    locked(x, CMPXCHG, size, value, at);
    repeat_if(x, X64_NE, again);
    finish(x, p, &loans);
}

X64_LOWER4(ldsmax)
{
    choose(x, p, X64_G, size_of(p, IR_ldsmax8));
}

X64_LOWER4(ldsmin)
{
    choose(x, p, X64_L, size_of(p, IR_ldsmin8));
}

X64_LOWER4(ldumax)
{
    choose(x, p, X64_A, size_of(p, IR_ldumax8));
}

X64_LOWER4(ldumin)
{
    choose(x, p, X64_B, size_of(p, IR_ldumin8));
}

X64_LOWER4(cas)
{
    unsigned size = size_of(p, IR_cas8);
    struct x64_loans loans = {.n = 0};
    settle_flags(x);
    get_b(x, p, size, X64_RAX); // from here on its register may be lent
    narrow(x, size, X64_RAX);
    unsigned at = address_of(x, p, &loans, reg_bit(x, p->c));
    unsigned value = gpr_at(x, p->c);
    if (value == X64_NONE) {
        value = borrow(x, &loans, reg_bit(x, p->a));
        gpr_get(x, p->c, size == 3, value);
    }
    locked(x, CMPXCHG, size, value, at);
    finish(x, p, &loans);
}

// ---- 16 bytes: rdx:rax is compared, rcx:rbx stored ----

struct wide {
    struct x64_loans loans;
    unsigned at;
};

static void begin_wide(struct x64 *x, const struct ir_placed *p, struct wide *w)
{
    *w = (struct wide){.loans = {.n = 0}};
    settle_flags(x);
    // One that holds the address is lent first.
    borrow_reg(x, &w->loans, X64_R11);
    borrow_reg(x, &w->loans, X64_RCX);
    borrow_reg(x, &w->loans, X64_RDX);
    x64_store(&x->a, true, MEM_FIELD(native_spill[X64_RBX_SPILL]), X64_RBX);
    gpr_get(x, p->a, true, X64_R11);
    if (x->untag)
        strip_tag(x, X64_R11, X64_R11);
}

static void end_wide(struct x64 *x, struct wide *w)
{
    x64_load(&x->a, true, X64_RBX, MEM_FIELD(native_spill[X64_RBX_SPILL]));
    pay_back(x, &w->loans);
}

// The halves of the vector at `place`.
static void get_halves(struct x64 *x, unsigned place, unsigned lo, unsigned hi)
{
    unsigned v = xmm_at(x, place);
    if (v == X64_NONE) {
        x64_load(&x->a, true, lo, mem_of(x, place));
        x64_load(&x->a, true, hi, mem_of(x, place + 8));
    } else {
        v_rr(x, VMOVQ_FROM_X, true, v, 0, lo);
        v_rri(x, VPEXTRQ, true, v, 0, hi, 1);
    }
}

static void compare_and_exchange_16(struct x64 *x)
{
    may_fault(x);
    x->points[x->n_points - 1].rbx_spilled = true;
    x64_byte(&x->a, LOCK);
    x64_rm(&x->a, CMPXCHG16B, true, 1, mem(X64_R11, 0));
}

static void finish_wide(struct x64 *x, const struct ir_placed *p, struct wide *w)
{
    end_wide(x, w);
    if (dies_here(x, p->d))
        return;
    // rdx may be paid back already: the vector was made before.
    xmm_done(x, p->d, X64_XSCRATCH);
}

static void result_16(struct x64 *x)
{
    v_rr(x, VMOVQ_TO_X, true, X64_XSCRATCH, 0, X64_RAX);
    v_rri(x, VPINSRQ, true, X64_XSCRATCH, X64_XSCRATCH, X64_RDX, 1);
}

X64_LOWER(cas128)
{
    struct wide w;
    begin_wide(x, p, &w);
    get_halves(x, p->b, X64_RAX, X64_RDX);
    get_halves(x, p->c, X64_RBX, X64_RCX);
    compare_and_exchange_16(x);
    result_16(x);
    finish_wide(x, p, &w);
}

// new = b, or old op b (~b). The first attempt is with 0, which finds out what is there.
static void change_16(struct x64 *x, const struct ir_placed *p, enum x64_alu op, bool invert)
{
    struct wide w;
    begin_wide(x, p, &w);
    x64_alu_rr(&x->a, X64_XOR, false, X64_RAX, X64_RAX);
    x64_alu_rr(&x->a, X64_XOR, false, X64_RDX, X64_RDX);
    const uint8_t *again = x->a.p;
    get_halves(x, p->b, X64_RBX, X64_RCX);
    if (invert) {
        x64_rr(&x->a, 0xf7, true, 2, X64_RBX);
        x64_rr(&x->a, 0xf7, true, 2, X64_RCX);
    }
    if (op != X64_CMP) {
        x64_alu_rr(&x->a, op, true, X64_RBX, X64_RAX);
        x64_alu_rr(&x->a, op, true, X64_RCX, X64_RDX);
    }
    compare_and_exchange_16(x);
    repeat_if(x, X64_NE, again);
    result_16(x);
    finish_wide(x, p, &w);
}

X64_LOWER(swp128)
{
    change_16(x, p, X64_CMP, false);
}

X64_LOWER(ldclr128)
{
    change_16(x, p, X64_AND, true);
}

X64_LOWER(ldset128)
{
    change_16(x, p, X64_OR, false);
}

// ---- exclusives ----

// The monitor is set when the load is over: a fault leaves it alone. The address is looked at again
// for it, so the result comes last.
X64_LOWER4(ldx)
{
    unsigned size = size_of(p, IR_ldx8), value = gpr_at(x, p->d);
    clobber_flags(x);
    if (value == gpr_at(x, p->a))
        value = X64_NONE;
    unsigned at = gpr_use(x, p->a, true, X64_RAX), to = value == X64_NONE ? X64_RAX : value;
    if (x->untag) {
        strip_tag(x, X64_RAX, at);
        at = X64_RAX;
    }
    load_sized(x, size, to, at);
    x64_store(&x->a, true, MEM_FIELD(monitor.lo), to);
    monitor_address(x, p, X64_RAX);
    x64_store(&x->a, true, MEM_FIELD(monitor.addr), X64_RAX);
    x64_store_i32(&x->a, true, MEM_FIELD(monitor.size), 1 << size);
    if (value == X64_NONE) {
        unsigned d = gpr_def(x, p->d);
        x64_load(&x->a, true, d, MEM_FIELD(monitor.lo));
        gpr_done(x, p->d, d);
    }
}

X64_LOWER(ldx128)
{
    clobber_flags(x);
    unsigned at = gpr_use(x, p->a, true, X64_RAX), d = xmm_def(x, p->d);
    if (x->untag) {
        strip_tag(x, X64_RAX, at);
        at = X64_RAX;
    }
    may_fault(x);
    v_rm(x, VMOVDQU_LOAD, false, d, 0, mem(at, 0));
    v_rm(x, VMOVDQU_STORE, false, d, 0, MEM_FIELD(monitor.lo));
    monitor_address(x, p, X64_RAX);
    x64_store(&x->a, true, MEM_FIELD(monitor.addr), X64_RAX);
    x64_store_i32(&x->a, true, MEM_FIELD(monitor.size), 16);
    xmm_done(x, p->d, d);
}

// Until jump_here(first) and jump_here(second): the monitor is open on address `at`, which has no
// tag any more, and this size.
static void match_monitor(struct x64 *x, unsigned at, unsigned bytes, uint8_t *miss[2])
{
    x64_rm(&x->a, 0x3b, true, at, MEM_FIELD(monitor.addr)); // cmp
    miss[0] = short_jump(x, X64_NE);
    x64_alu_mi(&x->a, X64_CMP, true, MEM_FIELD(monitor.size), (int32_t)bytes);
    miss[1] = short_jump(x, X64_NE);
}

// The access above may fault: only the evaluator knows the tag that its address has.
static void evaluate_fault(struct x64 *x)
{
    x->points[x->n_points - 1].steps = 1;
}

// Closes the monitor, not before the store, which may be done again. 0 if equal.
static void status(struct x64 *x, uint8_t *miss[2])
{
    jump_here(x, miss[0]);
    jump_here(x, miss[1]);
    x64_store_i32(&x->a, true, MEM_FIELD(monitor.size), 0);
    x64_setcc(&x->a, X64_NE, X64_RAX);
    x64_rr8(&x->a, MOVZX8, X64_RAX, X64_RAX);
}

X64_LOWER4(stx)
{
    unsigned size = size_of(p, IR_stx8);
    struct x64_loans loans = {.n = 0};
    uint8_t *miss[2];
    settle_flags(x);
    unsigned at = borrow(x, &loans, reg_bit(x, p->a) | b_bit(x, p));
    unsigned value = p->imm_b ? X64_NONE : gpr_at(x, p->b);
    if (value == X64_NONE) {
        value = borrow(x, &loans, reg_bit(x, p->a));
        get_b(x, p, size, value);
    }
    monitor_address(x, p, at);
    match_monitor(x, at, 1u << size, miss);
    x64_load(&x->a, true, X64_RAX, MEM_FIELD(monitor.lo));
    locked(x, CMPXCHG, size, value, at);
    evaluate_fault(x);
    status(x, miss);
    finish(x, p, &loans);
}

X64_LOWER(stx128)
{
    struct wide w;
    uint8_t *miss[2];
    begin_wide(x, p, &w);
    monitor_address(x, p, X64_R11);
    match_monitor(x, X64_R11, 16, miss);
    x64_load(&x->a, true, X64_RAX, MEM_FIELD(monitor.lo));
    x64_load(&x->a, true, X64_RDX, MEM_FIELD(monitor.hi));
    get_halves(x, p->b, X64_RBX, X64_RCX);
    compare_and_exchange_16(x);
    evaluate_fault(x);
    status(x, miss);
    end_wide(x, &w);
    if (!dies_here(x, p->d))
        gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(clrex)
{
    x64_store_i32(&x->a, true, MEM_FIELD(monitor.size), 0);
}
