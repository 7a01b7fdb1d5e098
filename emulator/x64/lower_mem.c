// SPDX-License-Identifier: MIT
// Guest memory is host memory at the same address. A tagged address is not canonical: the access
// faults, and the engine completes the instruction another way; code for a block to which that
// happens often strips the tags (struct x64.untag).
#include "x64/int.h"

#define PEXT (X64_PF3 | X64_0F38 | 0xf5)

// d = s without the tag. The flags stay as they are. An address whose bit 55 is set becomes one
// that none can have, as it was.
void strip_tag(struct x64 *x, unsigned d, unsigned s)
{
    x64_vrm(&x->a, PEXT, true, d, s, mem_rip(&x->cache->constants->address_mask));
}

// The address of p: what address_ahead has found, or register plus offset.
static struct x64_mem raw_address(struct x64 *x, const struct ir_placed *p)
{
    if (x->has_address) {
        x->has_address = false;
        return x->address;
    }
    unsigned base = gpr_at(x, p->a);
    if (fits_32(p->imm)) {
        base = gpr_use(x, p->a, true, X64_SCRATCH);
        return mem(base, (int32_t)p->imm);
    }
    x64_mov_ri(&x->a, X64_SCRATCH, p->imm);
    if (base == X64_NONE) {
        clobber_flags(x);
        x64_mov_ri(&x->a, X64_SCRATCH, p->imm);
        x64_alu_rm(&x->a, X64_ADD, true, X64_SCRATCH, mem_of(x, p->a));
        return mem(X64_SCRATCH, 0);
    }
    return mem_index(base, X64_SCRATCH, 0, 0);
}

static struct x64_mem address(struct x64 *x, const struct ir_placed *p)
{
    struct x64_mem m = raw_address(x, p);
    if (!x->untag)
        return m;
    unsigned r = m.base;
    if (r == X64_NONE) // a constant, which has none
        return m;
    if (m.index != X64_NONE || m.disp) {
        x64_lea(&x->a, true, X64_SCRATCH, m);
        r = X64_SCRATCH;
    }
    strip_tag(x, X64_SCRATCH, r);
    return mem(X64_SCRATCH, 0);
}

static bool is_plain_access(unsigned op)
{
    return (op >= IR_ld8 && op <= IR_st64) || (op >= IR_vld8 && op <= IR_vst128);
}

static unsigned log2_of(const struct ir_placed *p, enum ir_op first)
{
    return p->op - (unsigned)first;
}

// The sign extension of a loaded value that nobody else looks at: t = ld; d = sbfx t. NULL: none.
static const struct ir_placed *sign_ahead(const struct x64 *x, const struct ir_placed *p)
{
    const struct ir_placed *q = p + 1;
    unsigned size = log2_of(p, IR_ld8);
    bool is_sign = x->i + 1 < x->places->n_ops && (q->op == IR_sbfx32 || q->op == IR_sbfx64) &&
                   q->a == p->d && q->imm == 8u << size << 8 && size < 3;
    if (!is_sign || !is_temp(x, p->d) ||
        (q->d != p->d && x->live[x->i + 1] >> temp_index(x, p->d) & 1))
        return NULL;
    return q;
}

// Address arithmetic that only the access behind it needs becomes part of the access:
//   t = a + b [<< n];  access [t + imm]
bool address_ahead(struct x64 *x)
{
    const struct ir_placed *p = &x->places->ops[x->i], *end = x->places->ops + x->places->n_ops;
    unsigned scale = 0, index_place = 0, n = 1;
    const struct ir_placed *add = p;
    if (p->op == IR_lsl64 && p->imm_b && p->imm <= 3) {
        scale = (unsigned)p->imm;
        add = p + 1;
        n = 2;
        if (p + 2 >= end || add->op != IR_add64 || add->imm_b || add->b != p->d || add->a == p->d ||
            !is_temp(x, p->d) || (add->d != p->d && x->live[x->i + 1] >> temp_index(x, p->d) & 1))
            return false;
        index_place = p->a;
    } else if (p->op == IR_add64 && !p->imm_b && p + 1 < end) {
        index_place = p->b;
    } else {
        return false;
    }
    const struct ir_placed *access = p + n;
    unsigned at = x->i + n, base = gpr_at(x, add->a), index = gpr_at(x, index_place);
    bool is_store = ir_op_info[access->op].result == IR_TYPE_N;
    if (!is_plain_access(access->op) || access->a != add->d || !is_temp(x, add->d) ||
        !fits_32(access->imm))
        return false;
    if ((is_store || access->d != add->d) && x->live[at] >> temp_index(x, add->d) & 1)
        return false;
    if (is_store && access->b == add->d)
        return false;
    if (base == X64_NONE && index == X64_NONE)
        return false;
    // A place that was overwritten meanwhile is none of ours: both are read now, before the access.
    if (x->insn + 1 < x->places->n_insns && x->places->insn_start[x->insn + 1] <= at)
        return false;
    for (unsigned k = 0; k < n; k++)
        flags_before(x, p + k);
    x->i = at;
    // ORDER: rax may hold a part of the address from here on, so that no flags can be stored.
    const struct ir_placed *sign = sign_ahead(x, access);
    if (sign)
        flags_before(x, sign);
    flags_before(x, access);
    if (base == X64_NONE)
        base = gpr_use(x, add->a, true, X64_SCRATCH);
    if (index == X64_NONE)
        index = gpr_use(x, index_place, true, X64_SCRATCH);
    x->address = mem_index(base, index, scale, (int32_t)access->imm);
    x->has_address = true;
    return true;
}

// A constant address that only the access behind it needs: t = const; access [t + imm]. Or a load
// puts its result where the address was, `adrp x0; ldr x0, [x0, #imm]`: then the address is put
// there only after a fault.
void constant_address_ahead(struct x64 *x)
{
    const struct ir_placed *p = &x->places->ops[x->i], *q = p + 1;
    struct x64_mem m;
    if (p->op != IR_const64 || x->i + 1 >= x->places->n_ops || !is_plain_access(q->op) ||
        q->a != p->d || !x64_reaches(&x->a, p->imm + q->imm, &m))
        return;
    bool is_store = ir_op_info[q->op].result == IR_TYPE_N, temp = is_temp(x, p->d);
    const struct ir_placed *sign = is_store || q->op > IR_ld64 ? NULL : sign_ahead(x, q);
    if (temp && (((is_store || q->d != p->d) && x->live[x->i + 1] >> temp_index(x, p->d) & 1) ||
                 (is_store && q->b == p->d)))
        return;
    if (!temp &&
        (q->op > IR_ld64 || (sign ? sign : q)->d != p->d || x->n_constants == MAX_CONSTANTS))
        return;
    x->i++;
    x->insn = insn_of(x, x->i);
    if (!temp) {
        x->constants[x->n_constants++] = (struct x64_constant){p->d, p->imm};
        x->constant_now = true;
    }
    if (sign)
        flags_before(x, sign);
    flags_before(x, q);
    x->address = m;
    x->has_address = true;
}

// A constant that only the store behind it needs: t = const; st [a], t.
bool store_constant_ahead(struct x64 *x)
{
    const struct ir_placed *p = &x->places->ops[x->i], *q = p + 1;
    if (p->op != IR_const64 || x->i + 1 >= x->places->n_ops || q->op < IR_st8 || q->op > IR_st64 ||
        q->b != p->d || q->a == p->d || !is_temp(x, p->d) ||
        x->live[x->i + 1] >> temp_index(x, p->d) & 1 || (q->op == IR_st64 && !fits_32(p->imm)))
        return false;
    x->i++;
    flags_before(x, q);
    struct x64_mem m = address(x, q);
    may_fault(x);
    switch (q->op) {
    case IR_st8:
        x64_rm(&x->a, X64_OP(0xc6, 0), false, 0, m);
        x64_byte(&x->a, p->imm & 0xff);
        break;
    case IR_st16:
        x64_rm(&x->a, X64_P66 | X64_OP(0xc7, 0), false, 0, m);
        x64_byte(&x->a, p->imm & 0xff);
        x64_byte(&x->a, p->imm >> 8 & 0xff);
        break;
    default: x64_store_i32(&x->a, q->op == IR_st64, m, (int32_t)p->imm);
    }
    return true;
}

static void load_signed(struct x64 *x, const struct ir_placed *p, const struct ir_placed *sign)
{
    static const unsigned op[3] = {MOVSX8, MOVSX16, MOVSXD};
    flags_before(x, sign);
    flags_before(x, p);
    unsigned d = gpr_def(x, sign->d);
    struct x64_mem m = address(x, p);
    may_fault(x);
    x64_rm(&x->a, op[log2_of(p, IR_ld8)], is_wide(sign), d, m);
    gpr_done(x, sign->d, d);
    x->i++;
    note_result(x, sign);
}

X64_LOWER_(ld, IR_ld8, 4)
{
    const struct ir_placed *sign = sign_ahead(x, p);
    if (sign) {
        load_signed(x, p, sign);
        return;
    }
    unsigned size = log2_of(p, IR_ld8), d = gpr_def(x, p->d);
    struct x64_mem m = address(x, p);
    may_fault(x);
    if (size == 0)
        x64_rm(&x->a, MOVZX8, false, d, m);
    else if (size == 1)
        x64_rm(&x->a, MOVZX16, false, d, m);
    else
        x64_load(&x->a, size == 3, d, m);
    gpr_done(x, p->d, d);
}

X64_LOWER_(st, IR_st8, 4)
{
    unsigned size = log2_of(p, IR_st8), v = gpr_at(x, p->b);
    bool in_memory = v == X64_NONE, kept = false;
    struct x64_mem m = address(x, p);
    if (in_memory) {
        v = lend_register(x, m, &kept);
        x64_load(&x->a, size == 3, v, mem_of(x, p->b));
    }
    may_fault(x);
    if (size == 0)
        x64_rm8(&x->a, 0x88, v, m);
    else if (size == 1)
        x64_rm(&x->a, X64_P66 | 0x89, false, v, m);
    else
        x64_store(&x->a, size == 3, m, v);
    take_back(x, v, kept);
}

#define VMOVD_LOAD    (X64_P66 | X64_0F | 0x6e)
#define VMOVD_STORE   (X64_P66 | X64_0F | 0x7e)
#define VMOVQ_LOAD    (X64_PF3 | X64_0F | 0x7e)
#define VMOVQ_STORE   (X64_P66 | X64_0F | 0xd6)
#define VMOVDQU_LOAD  (X64_PF3 | X64_0F | 0x6f)
#define VMOVDQU_STORE (X64_PF3 | X64_0F | 0x7f)
#define VMOVDQA_STORE (X64_P66 | X64_0F | 0x7f)
#define VPXOR         (X64_P66 | X64_0F | 0xef)
#define VPEXTRB       (X64_P66 | X64_0F3A | 0x14)
#define VPEXTRW       (X64_P66 | X64_0F3A | 0x15)

X64_LOWER_(vld, IR_vld8, 5)
{
    unsigned size = log2_of(p, IR_vld8), d = xmm_def(x, p->d);
    struct x64_mem m = address(x, p);
    may_fault(x);
    switch (size) {
    case 0:
    case 1:
        x64_rm(&x->a, size ? MOVZX16 : MOVZX8, false, X64_RAX, m);
        v_rr(x, VMOVD_LOAD, false, d, 0, X64_RAX);
        break;
    case 2: v_rm(x, VMOVD_LOAD, false, d, 0, m); break;
    case 3: v_rm(x, VMOVQ_LOAD, false, d, 0, m); break;
    default: v_rm(x, VMOVDQU_LOAD, false, d, 0, m);
    }
    xmm_done(x, p->d, d);
}

X64_LOWER_(vst, IR_vst8, 5)
{
    unsigned size = log2_of(p, IR_vst8);
    struct x64_mem m = address(x, p);
    unsigned v = xmm_use(x, p->b, X64_XSCRATCH);
    may_fault(x);
    switch (size) {
    case 0: v_rmi(x, VPEXTRB, false, v, 0, m, 0); break;
    case 1: v_rmi(x, VPEXTRW, false, v, 0, m, 0); break;
    case 2: v_rm(x, VMOVD_STORE, false, v, 0, m); break;
    case 3: v_rm(x, VMOVQ_STORE, false, v, 0, m); break;
    default: v_rm(x, VMOVDQU_STORE, false, v, 0, m);
    }
}

X64_LOWER(probe)
{
    struct x64_mem m = address(x, p);
    may_fault(x);
    x64_rm(&x->a, MOVZX8, false, X64_RAX, m);
}

X64_LOWER(fence)
{
    clobber_flags(x);
    x64_byte(&x->a, 0xf0); // lock
    x64_alu_mi(&x->a, X64_OR, false, mem(X64_RSP, -64), 0);
}

X64_LOWER(align_check)
{
    clobber_flags(x);
    unsigned a = gpr_use(x, p->a, true, X64_SCRATCH);
    x64_test_ri(&x->a, a, (uint32_t)p->imm - 1);
    fault_if(x, X64_NE, IR_EXIT_ALIGN, a);
}

static void leave_unless_aligned(struct x64 *x, const struct ir_placed *p, enum ir_exit why)
{
    clobber_flags(x);
    unsigned a = gpr_use(x, p->a, true, X64_SCRATCH);
    x64_test_ri(&x->a, a, 15);
    fault_if(x, X64_NE, why, a);
}

X64_LOWER(sp_check)
{
    leave_unless_aligned(x, p, IR_EXIT_SP_ALIGN);
}

X64_LOWER(sp_stays)
{
    leave_unless_aligned(x, p, IR_EXIT_SP_MOVES);
}

// Neither aligned to c nor within 16 bytes that are: the second is only looked at after the first.
X64_LOWER(quad_check)
{
    struct x64_loans loans = {.n = 0};
    settle_flags(x);
    unsigned a = gpr_use(x, p->a, true, X64_SCRATCH), t = X64_SCRATCH;
    if (a == X64_SCRATCH)
        t = borrow(x, &loans, 0);
    x64_test_ri(&x->a, a, p->c - 1u);
    uint8_t *aligned = x64_jcc(&x->a, X64_E, NULL, false);
    x64_mov_rr(&x->a, false, t, a);
    x64_alu_ri(&x->a, X64_AND, false, t, 15);
    x64_alu_ri(&x->a, X64_CMP, false, t, 16 - (int32_t)p->imm);
    pay_back(x, &loans);
    fault_if(x, X64_A, IR_EXIT_ALIGN, a);
    x64_patch(aligned, x->a.p);
}

// The first of the stores is the one that faults.
X64_LOWER(dczva)
{
    struct x64_asm *a = &x->a;
    clobber_flags(x);
    gpr_get(x, p->a, true, X64_SCRATCH);
    x64_alu_ri(a, X64_AND, true, X64_SCRATCH, -64);
    if (x->untag)
        strip_tag(x, X64_SCRATCH, X64_SCRATCH);
    v_rr(x, VPXOR, false, X64_XSCRATCH, X64_XSCRATCH, X64_XSCRATCH);
    for (int k = 0; k < 4; k++) {
        may_fault(x);
        v_rm(x, VMOVDQA_STORE, false, X64_XSCRATCH, 0, mem(X64_SCRATCH, 16 * k));
    }
}
