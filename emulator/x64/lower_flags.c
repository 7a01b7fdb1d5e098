// SPDX-License-Identifier: MIT
// Making and using condition flags. A comparison and the subtraction behind it are one instruction.
#include "x64/int.h"

static bool same_operands(const struct ir_placed *p, const struct ir_placed *q)
{
    return p->a == q->a && p->imm_b == q->imm_b && (p->imm_b ? p->imm == q->imm : p->b == q->b);
}

static bool big_imm(const struct ir_placed *p)
{
    return p->imm_b && is_wide(p) && !fits_32(p->imm);
}

void compare_operands(struct x64 *x, const struct ir_placed *p)
{
    bool w = is_wide(p), sub = p->op == IR_subf32 || p->op == IR_subf64;
    unsigned a = gpr_at(x, p->a);
    if (!sub) {
        gpr_get(x, p->a, true, X64_SCRATCH);
        alu_b(x, X64_ADD, w, X64_SCRATCH, p);
    } else if (a == X64_NONE && p->imm_b) {
        x64_alu_mi(&x->a, X64_CMP, w, mem_of(x, p->a), (int32_t)p->imm);
    } else {
        if (a == X64_NONE && !p->imm_b && gpr_at(x, p->b) != X64_NONE) {
            x64_alu_mr(&x->a, X64_CMP, w, mem_of(x, p->a), gpr_at(x, p->b));
            return;
        }
        if (a == X64_NONE) {
            a = X64_SCRATCH;
            x64_load(&x->a, w, a, mem_of(x, p->a));
        }
        if (p->imm_b && p->imm == 0) // CF and OF are 0 as after the comparison
            x64_test_rr(&x->a, w, a, a);
        else
            alu_b(x, X64_CMP, w, a, p);
    }
}

// The addition or subtraction of the same operands behind it, from which the flags come then; NULL:
// there is none, or it needs an instruction of its own.
static const struct ir_placed *result_behind(struct x64 *x, const struct ir_placed *p, bool sub)
{
    const struct ir_placed *q = next_op(x);
    unsigned first = sub ? IR_sub32 : IR_add32;
    if (!q || q->op != first + is_wide(p) || !same_operands(p, q) || q->d == p->d)
        return NULL;
    unsigned d = gpr_def(x, q->d), b = p->imm_b ? X64_NONE : gpr_at(x, p->b);
    return b == d && b != X64_NONE && gpr_at(x, p->a) != d ? NULL : q;
}

static void arithmetic_flags(struct x64 *x, const struct ir_placed *p, int kind)
{
    bool sub = kind == X64_FLAGS_SUB;
    if (conditional_compare(x))
        return;
    replace_flags(x, p);
    if (big_imm(p)) { // both operands in registers
        x64_store(&x->a, true, MEM_FIELD(native_spill[0]), X64_RCX);
        gpr_get(x, p->a, true, X64_SCRATCH);
        x64_mov_ri(&x->a, X64_RCX, p->imm);
        x64_alu_rr(&x->a, sub ? X64_CMP : X64_ADD, true, X64_SCRATCH, X64_RCX);
        x64_load(&x->a, true, X64_RCX, MEM_FIELD(native_spill[0]));
        define_flags(x, p, kind);
        x->flags.in_ops = false;
        return;
    }
    const struct ir_placed *q = result_behind(x, p, sub);
    put_down_first(x, p, kind, q);
    if (!q) {
        compare_operands(x, p);
        define_flags(x, p, kind);
        return;
    }
    unsigned d = gpr_def(x, q->d);
    gpr_get(x, p->a, true, d);
    alu_b(x, sub ? X64_SUB : X64_ADD, is_wide(p), d, p);
    gpr_done(x, q->d, d);
    define_flags(x, p, kind);
    if (q->d == p->a) {
        x->flags.result = true;
        if (!p->imm_b && p->b == p->a) // the operand is gone
            x->flags.in_ops = false;
    } else if (!p->imm_b && q->d == p->b) {
        x->flags.in_ops = false;
    }
    x->i++;
    note_result(x, q);
}

X64_LOWER2(addf)
{
    arithmetic_flags(x, p, X64_FLAGS_ADD);
}

X64_LOWER2(subf)
{
    arithmetic_flags(x, p, X64_FLAGS_SUB);
}

X64_LOWER2(logf)
{
    replace_flags(x, p);
    struct ir_placed with_itself = *p;
    with_itself.b = p->a;
    put_down_first(x, &with_itself, X64_FLAGS_LOGIC, NULL);
    test_operands(x, is_wide(p), &with_itself);
    define_flags(x, &with_itself, X64_FLAGS_LOGIC);
}

// The flags of a bitwise and: t = a & b; f = logf t. It sets the host's, or is but a test.
bool test_ahead(struct x64 *x)
{
    const struct ir_placed *p = &x->places->ops[x->i], *q = p + 1;
    if ((p->op != IR_and32 && p->op != IR_and64) || x->i + 1 >= x->places->n_ops ||
        q->op != (p->op == IR_and64 ? IR_logf64 : IR_logf32) || q->a != p->d)
        return false;
    bool wanted = !is_temp(x, p->d) || x->live[x->i + 1] >> temp_index(x, p->d) & 1;
    if (wanted && big_imm(p))
        return false;
    flags_before(x, p);
    x->i++;
    flags_before(x, q);
    replace_flags(x, q);
    struct ir_placed flags = *p;
    flags.d = q->d;
    if (!wanted) {
        put_down_first(x, &flags, X64_FLAGS_LOGIC, NULL);
        test_operands(x, is_wide(p), p);
    } else {
        unsigned d = gpr_def(x, p->d);
        bool b_first = !p->imm_b && gpr_at(x, p->b) == d;
        gpr_get(x, b_first ? p->b : p->a, true, d);
        if (b_first)
            flags.b = p->a, alu_b(x, X64_AND, is_wide(p), d, &flags);
        else
            alu_b(x, X64_AND, is_wide(p), d, p);
        gpr_done(x, p->d, d);
        flags.a = flags.b = p->d;
        flags.imm_b = false;
        note_result(x, p);
    }
    define_flags(x, &flags, X64_FLAGS_LOGIC);
    return true;
}

// a + b + C, a - b - !C; adcf, sbcf behind it of the same operands come for nothing.
static void carry_op(struct x64 *x, const struct ir_placed *p, bool sub, bool flags_only)
{
    bool w = is_wide(p);
    const struct ir_placed *q = flags_only ? p : next_op(x);
    bool both = !flags_only && q &&
                q->op == (sub ? (w ? IR_sbcf64 : IR_sbcf32) : (w ? IR_adcf64 : IR_adcf32)) &&
                same_operands(p, q) && q->c == p->c && q->d != p->d;
    if (flags_only || both) // what is lost by this: flags at another place
        store_other_flags(x, q->d);
    if (p->imm_b && w && !fits_32(p->imm)) {
        call_evaluator(x, p);
        return;
    }
    want_carry(x, p->c, sub, (flags_only || both) && q->d == p->c);
    unsigned d = flags_only ? X64_SCRATCH : gpr_def(x, p->d);
    struct ir_placed in = *p;
    if (b_is(x, p, d) && gpr_at(x, p->a) != d && !sub) {
        in.a = p->b;
        in.b = p->a;
    } else if (b_is(x, p, d) && gpr_at(x, p->a) != d) {
        d = X64_SCRATCH;
    }
    gpr_get(x, in.a, true, d);
    alu_b(x, sub ? X64_SBB : X64_ADC, w, d, &in);
    if (!flags_only)
        gpr_done(x, p->d, d);
    if (flags_only || both)
        define_host_flags(x, q->d, sub);
    if (both)
        x->i++;
}

X64_LOWER2(adc)
{
    carry_op(x, p, false, false);
}

X64_LOWER2(sbc)
{
    carry_op(x, p, true, false);
}

X64_LOWER2(adcf)
{
    carry_op(x, p, false, true);
}

X64_LOWER2(sbcf)
{
    carry_op(x, p, true, true);
}

X64_LOWER(x2f)
{
    clobber_flags(x);
    gpr_get(x, p->a, false, X64_RAX);
    x64_shift_ri(&x->a, X64_SHR, false, X64_RAX, 28);
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(f2x)
{
    store_flags(x, p->a);
    clobber_flags(x);
    gpr_get(x, p->a, false, X64_RAX);
    x64_shift_ri(&x->a, X64_SHL, false, X64_RAX, 28);
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(getf)
{
    store_flags(x, (unsigned)p->imm);
    gpr_get(x, (unsigned)p->imm, false, X64_RAX);
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(setf)
{
    struct x64_flags *f = &x->flags;
    if (f->kind != X64_FLAGS_NONE && f->place == p->a && dies_here(x, p->a)) {
        if (f->stored) {
            gpr_get(x, p->a, true, X64_RAX);
            gpr_done(x, (unsigned)p->imm, X64_RAX);
        }
        f->place = (uint16_t)p->imm;
        return;
    }
    store_flags(x, p->a);
    gpr_get(x, p->a, true, X64_RAX);
    gpr_done(x, (unsigned)p->imm, X64_RAX);
}

X64_LOWER(setc)
{
    unsigned d = gpr_def(x, p->d);
    if (p->imm >= 14) {
        x64_mov_ri(&x->a, d, 1);
    } else {
        enum x64_cc cc = want_condition(x, p->a, (unsigned)p->imm);
        x64_setcc(&x->a, cc, d);
        x64_rr8(&x->a, MOVZX8, d, d);
    }
    gpr_done(x, p->d, d);
}

X64_LOWER2(sel)
{
    bool w = is_wide(p);
    unsigned d = gpr_def(x, p->d), rb = gpr_at(x, p->b), rc = gpr_at(x, p->c);
    if (p->imm >= 14) {
        gpr_get(x, p->b, w, d);
        gpr_done(x, p->d, d);
        return;
    }
    enum x64_cc cc = want_condition(x, p->a, (unsigned)p->imm);
    unsigned take = p->b; // taken if cc, else what is in d
    if (rb == d && rb != X64_NONE && rc != d) {
        take = p->c;
        cc ^= 1;
    } else {
        gpr_get(x, p->c, w, d);
    }
    if (gpr_at(x, take) == X64_NONE)
        x64_rm(&x->a, X64_0F | 0x40 | cc, w, d, mem_of(x, take));
    else
        x64_cmov_rr(&x->a, cc, w, d, gpr_at(x, take));
    gpr_done(x, p->d, d);
}

// The conditional comparison: c = a ? b : constant, b made by the comparison before it.
X64_LOWER(self)
{
    struct x64_flags *f = &x->flags;
    if (p->imm >= 14) {
        store_flags(x, p->b);
        gpr_get(x, p->b, true, X64_RAX);
        f->kind = f->place == p->d ? X64_FLAGS_NONE : f->kind;
        gpr_done(x, p->d, X64_RAX);
        return;
    }
    if (f->kind != X64_FLAGS_NONE && f->place != p->a) // b or c, so that all of them are stored
        emit_store_flags(x, f);
    if (p->b == p->a || p->c == p->a)
        store_flags(x, p->a);
    bool a_at_hand = f->kind != X64_FLAGS_NONE && f->place == p->a;
    if (!a_at_hand) {
        store_flags(x, p->b);
        store_flags(x, p->c);
    }
    enum x64_cc cc = want_condition(x, p->a, (unsigned)p->imm);
    gpr_get(x, p->c, true, X64_RAX);
    if (gpr_at(x, p->b) == X64_NONE)
        x64_rm(&x->a, X64_0F | 0x40 | cc, true, X64_RAX, mem_of(x, p->b));
    else
        x64_cmov_rr(&x->a, cc, true, X64_RAX, gpr_at(x, p->b));
    f->kind = f->place == p->d ? X64_FLAGS_NONE : f->kind;
    gpr_done(x, p->d, X64_RAX);
}

X64_LOWER(selv)
{
    unsigned d = X64_XSCRATCH;
    if (p->imm >= 14) {
        xmm_done(x, p->d, xmm_use(x, p->b, X64_XSCRATCH));
        return;
    }
    enum x64_cc cc = want_condition(x, p->a, (unsigned)p->imm);
    unsigned b = xmm_use(x, p->b, X64_XSCRATCH);
    if (b != d)
        v_rr(x, X64_P66 | X64_0F | 0x6f, false, d, 0, b);
    uint8_t *over = x64_jcc(&x->a, cc, NULL, false);
    unsigned c = xmm_use(x, p->c, X64_XSCRATCH);
    if (c != d)
        v_rr(x, X64_P66 | X64_0F | 0x6f, false, d, 0, c);
    x64_patch(over, x->a.p);
    xmm_done(x, p->d, d);
}
