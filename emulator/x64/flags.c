// SPDX-License-Identifier: MIT
// The condition flags, computed as late as possible. The value that is known best (x->flags) may be
// in the host's flags, in the operands from which it can be computed again, and stored in its
// place; code is written only when the last of them is about to go and somebody may still look.
// Most values are consumed by the next branch and never cost anything. Arm's C is the host's CF
// after an addition and its complement after a subtraction.
#include "x64/emit.h"

#define LAHF     0x9f
#define SAHF     0x9e
#define CMC      0xf5
#define GROUP_BT (X64_0F | 0xba) // with an immediate
enum { BT = 4 };                 // in GROUP_BT
#define PEXT (X64_PF3 | X64_0F38 | 0xf5)
#define PDEP (X64_PF2 | X64_0F38 | 0xf5)

// Who looks at the condition flags of the guest wherever they are.
static bool observes(unsigned op)
{
    return ir_op_info[op].flags & (IR_MEM | IR_EXIT);
}

bool reads_flags(const struct ir_placed *p, unsigned place)
{
    const struct ir_op_info *info = &ir_op_info[p->op];
    for (unsigned k = 0; info->reads & IR_READS_FLAGS && k < 3; k++)
        if (info->operand[k] == IR_TYPE_F && p->operand[k] == place)
            return true;
    return p->op == IR_getf && p->imm == place;
}

bool writes_flags(const struct ir_placed *p, unsigned place)
{
    if (ir_op_info[p->op].result != IR_TYPE_N)
        return p->d == place;
    return ir_is_set(p->op) && p->imm == place;
}

unsigned steps_without_flags(const struct x64 *x)
{
    unsigned insn = x->insn;
    for (unsigned i = x->i; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        if (p->op == IR_label && i > x->i)
            return 0;
        while (insn + 1 < x->places->n_insns && x->places->insn_start[insn + 1] <= i)
            insn++;
        // Flags at any place: the guest's instruction reads its own.
        if (observes(p->op) || ir_op_info[p->op].reads & IR_READS_FLAGS || p->op == IR_getf)
            return 0;
        if (writes_flags(p, x->guest->flags))
            return insn + 1 - x->insn;
    }
    return 0;
}

bool flags_wanted(const struct x64 *x, unsigned from, unsigned place)
{
    for (unsigned i = from; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        if (reads_flags(p, place) || (place == x->guest->flags && observes(p->op)))
            return true;
        if (writes_flags(p, place))
            return false;
    }
    return false;
}

bool reads_first_flags(const struct x64 *x, unsigned from)
{
    for (unsigned i = from; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        if (reads_flags(p, x->guest->flags))
            return true;
        if (writes_flags(p, x->guest->flags))
            return false;
    }
    return false;
}

#define VUCOMIS   (X64_0F | 0x2e)
#define VCMP_LOW  (X64_0F | 0xc2)
#define VMOVD_OUT (X64_P66 | X64_0F | 0x7e)
#define SHRX      (X64_PF2 | X64_0F38 | 0xf7)

// The host's flags of a compared with b, or of b with a. Nothing is raised any more: it was when
// they were compared first.
static void compare_numbers(struct x64 *x, struct x64_flags *f, bool swapped)
{
    unsigned a = swapped ? f->b : f->a, b = swapped ? f->a : f->b;
    vex_b(x, VUCOMIS | (f->wide ? X64_P66 : 0), false, xmm_use(x, a, X64_XSCRATCH), 0, b);
    f->in_host = true;
    f->swapped = swapped;
}

void test_operands(struct x64 *x, bool wide, const struct ir_placed *p)
{
    struct x64_asm *a = &x->a;
    unsigned ra = gpr_at(x, p->a), rb;
    if (p->imm_b && (fits_32(p->imm) || !wide)) {
        bool short_enough = !wide || !(p->imm >> 31); // bit 31 of the result is no sign, but 0
        if (ra != X64_NONE)
            x64_rr(a, X64_OP(0xf7, 0), !short_enough, 0, ra);
        else
            x64_rm(a, X64_OP(0xf7, 0), !short_enough, 0, mem_of(x, p->a));
        x64_word32(a, (uint32_t)p->imm);
        return;
    }
    if (p->imm_b)
        x64_mov_ri(a, rb = X64_SCRATCH, p->imm);
    else if (ra == X64_NONE && gpr_at(x, p->b) == X64_NONE && p->a != p->b)
        x64_load(a, wide, rb = X64_SCRATCH, mem_of(x, p->b));
    else if (ra == X64_NONE && p->a == p->b)
        x64_load(a, wide, ra = rb = X64_SCRATCH, mem_of(x, p->b));
    else
        rb = gpr_at(x, p->b);
    if (ra == X64_NONE)
        x64_rm(a, 0x85, wide, rb, mem_of(x, p->a));
    else if (rb == X64_NONE)
        x64_rm(a, 0x85, wide, ra, mem_of(x, p->b));
    else
        x64_test_rr(a, wide, ra, rb);
}

// Of a loop, `ldr q0, [x0], #16` before a load that may fault, and `cmp x0, x1` at its end: what
// was compared is x0 less 16 then. One operand moves so, not both.
bool flags_follow(struct x64_flags *f, const struct ir_placed *p)
{
    bool wide = p->op == IR_add64 || p->op == IR_sub64,
         sub = p->op == IR_sub64 || p->op == IR_sub32;
    unsigned k = p->d == f->a ? 0 : 1;
    if (!(wide || ((p->op == IR_add32 || p->op == IR_sub32) && !f->wide)) || !p->imm_b ||
        p->a != p->d || f->kind != X64_FLAGS_SUB || f->result || f->moved[!k] ||
        (!f->b_imm && f->a == f->b) || (f->b_imm && f->wide && !fits_32(f->imm)))
        return false;
    int64_t by = wide ? (int64_t)p->imm : (int32_t)p->imm;
    int64_t sum = f->moved[k] + (sub ? -by : by);
    if (by != (int32_t)by || sum != (int32_t)sum || sum == INT32_MIN)
        return false;
    f->moved[k] = (int32_t)sum;
    return true;
}

// What has moved, as it was.
static void compare_moved(struct x64 *x, struct x64_flags *f, const struct ir_placed *p)
{
    struct x64_asm *a = &x->a;
    unsigned k = f->moved[1] != 0;
    gpr_get(x, k ? f->b : f->a, true, X64_SCRATCH);
    x64_lea(a, true, X64_SCRATCH, mem(X64_SCRATCH, -f->moved[k]));
    if (!k)
        alu_b(x, X64_CMP, f->wide, X64_SCRATCH, p);
    else if (gpr_at(x, f->a) == X64_NONE)
        x64_alu_mr(a, X64_CMP, f->wide, mem_of(x, f->a), X64_SCRATCH);
    else
        x64_alu_rr(a, X64_CMP, f->wide, gpr_at(x, f->a), X64_SCRATCH);
}

static void compare_again(struct x64 *x, struct x64_flags *f)
{
    struct x64_asm *a = &x->a;
    if (f->kind == X64_FLAGS_FP) {
        compare_numbers(x, f, false);
        return;
    }
    struct ir_placed p = {.a = f->a, .b = f->b, .imm_b = f->b_imm, .imm = f->imm};
    if (f->moved[0] || f->moved[1]) {
        compare_moved(x, f, &p);
        f->in_host = f->inverted = true;
        return;
    }
    if (f->kind == X64_FLAGS_LOGIC) {
        test_operands(x, f->wide, &p);
    } else if (f->kind == X64_FLAGS_SUB && !f->result) {
        bool big = f->b_imm && f->wide && !fits_32(f->imm);
        unsigned r = gpr_at(x, f->a), b = f->b_imm ? X64_NONE : gpr_at(x, f->b);
        if (r != X64_NONE) {
            alu_b(x, X64_CMP, f->wide, r, &p);
        } else if (f->b_imm && !big) {
            x64_alu_mi(a, X64_CMP, f->wide, mem_of(x, f->a), (int32_t)f->imm);
        } else {
            if (b == X64_NONE && f->b_imm)
                x64_mov_ri(a, b = X64_SCRATCH, f->imm);
            else if (b == X64_NONE)
                x64_load(a, f->wide, b = X64_SCRATCH, mem_of(x, f->b));
            x64_alu_mr(a, X64_CMP, f->wide, mem_of(x, f->a), b);
        }
    } else {
        // The other operand from the result, or the sum.
        bool sub = f->kind == X64_FLAGS_SUB;
        gpr_get(x, f->a, true, X64_SCRATCH);
        if (f->result)
            alu_b(x, sub ? X64_ADD : X64_SUB, f->wide, X64_SCRATCH, &p);
        alu_b(x, sub ? X64_CMP : X64_ADD, f->wide, X64_SCRATCH, &p);
    }
    f->in_host = true;
    f->inverted = f->kind == X64_FLAGS_SUB;
}

void host_to_nibble(struct x64 *x, const struct x64_flags *f)
{
    struct x64_asm *a = &x->a;
    const struct x64_constants *constants = x->cache->constants;
    x64_byte(a, LAHF);
    if (f->kind == X64_FLAGS_FP) {
        x64_vrm(a, PEXT, false, X64_RAX, X64_RAX, mem_rip(&constants->compare_bits));
        x64_lea(a, false, X64_RAX, (struct x64_mem){X64_RAX, X64_RAX, 0, 0, NULL});
        x64_lea(a, false, X64_RAX, (struct x64_mem){X64_RAX, X64_RAX, 0, 0, NULL});
        x64_vrm(a, SHRX, true, X64_RAX, X64_RAX, mem_rip(&constants->fp_nibbles[f->swapped]));
        x64_vrm(a, PEXT, false, X64_RAX, X64_RAX, mem_rip(&constants->low_nibble));
        return;
    }
    x64_setcc(a, X64_O, X64_RAX);
    if (f->inverted) // the bit above C is always set, so a carry out of C stops three bits on at
                     // most
        x64_lea(a, false, X64_RAX, mem(X64_RAX, 0x100));
    x64_vrm(a, PEXT, false, X64_RAX, X64_RAX, mem_rip(&constants->flag_bits));
}

void host_to_nibble_of(struct x64 *x, bool swapped)
{
    host_to_nibble(x, &(struct x64_flags){.kind = X64_FLAGS_FP, .swapped = swapped});
}

// Carried flags of which more is asked than C, or C later: they go to their place, if they are not
// there already.
static void settle_carried(struct x64 *x, struct x64_flags *f)
{
    x64_cmp_mi8(&x->a, MEM_FIELD(native_flags_kind), CARRIED_KIND);
    uint8_t *there = x64_jcc(&x->a, X64_NE, NULL, false);
    f->in_host = f->carried = x->flags_in_place = false;
    emit_store_flags(x, f);
    x64_patch(there, x->a.p);
    f->kind = X64_FLAGS_NONE;
    x->flags_in_place = true;
}

void emit_store_flags(struct x64 *x, struct x64_flags *f)
{
    if (f->kind == X64_FLAGS_NONE || f->stored)
        return;
    if (f->carried && reads_first_flags(x, x->i)) {
        settle_carried(x, f);
        return;
    }
    if (f->carried) {
        defer_flags(x, f);
        return;
    }
    if (f->kind == X64_FLAGS_CONSTANT) {
        x64_mov_ri(&x->a, X64_RAX, f->imm);
    } else {
        if (!f->in_host) {
            assert_msg(f->in_ops, "x64: flags are lost");
            compare_again(x, f);
        }
        host_to_nibble(x, f);
    }
    gpr_done(x, f->place, X64_RAX);
    if (f->place == x->guest->flags)
        flags_in_place(x);
    f->stored = true;
}

void store_flags(struct x64 *x, unsigned place)
{
    if (x->flags.kind != X64_FLAGS_NONE && x->flags.place == place)
        emit_store_flags(x, &x->flags);
}

void store_other_flags(struct x64 *x, unsigned place)
{
    struct x64_flags *f = &x->flags;
    if (f->kind != X64_FLAGS_NONE && f->place != place && !f->stored &&
        flags_wanted(x, x->i + 1, f->place))
        emit_store_flags(x, f);
}

static void drop_if_lost(struct x64_flags *f)
{
    if (!f->in_host && !f->in_ops)
        f->kind = X64_FLAGS_NONE;
}

bool host_flags_count(const struct x64 *x)
{
    const struct x64_flags *f = &x->flags;
    return f->kind != X64_FLAGS_NONE && f->in_host && flags_wanted(x, x->i, f->place);
}

void clobber_flags(struct x64 *x)
{
    struct x64_flags *f = &x->flags;
    if (f->kind == X64_FLAGS_NONE || !f->in_host)
        return;
    if (!f->in_ops && !f->stored && flags_wanted(x, x->i, f->place))
        emit_store_flags(x, f);
    f->in_host = false;
    drop_if_lost(f);
}

void replace_flags(struct x64 *x, const struct ir_placed *p)
{
    struct x64_flags *f = &x->flags;
    clobber_flags(x);
    if (f->kind != X64_FLAGS_NONE && !f->stored && f->place != p->d &&
        flags_wanted(x, x->i, f->place))
        emit_store_flags(x, f);
    f->kind = X64_FLAGS_NONE;
}

struct x64_flags operand_flags(const struct ir_placed *p, int kind)
{
    bool big = p->imm_b && is_wide(p) && !fits_32(p->imm);
    return (struct x64_flags){.kind = kind,
                              .wide = is_wide(p),
                              .inverted = kind == X64_FLAGS_SUB,
                              .in_ops = kind != X64_FLAGS_ADD || !big,
                              .b_imm = p->imm_b,
                              .place = p->d,
                              .a = p->a,
                              .b = p->b,
                              .imm = p->imm};
}

void define_flags(struct x64 *x, const struct ir_placed *p, int kind)
{
    x->flags = operand_flags(p, kind);
    x->flags.in_host = true;
}

void define_host_flags(struct x64 *x, unsigned place, bool inverted)
{
    x->flags = (struct x64_flags){
        .kind = X64_FLAGS_HOST, .in_host = true, .inverted = inverted, .place = (uint16_t)place};
}

// Whether p asks for the condition before it writes its result, and for nothing else.
static bool asks_first(const struct ir_placed *p, unsigned place)
{
    return reads_flags(p, place) && (p->op == IR_sel32 || p->op == IR_sel64 || p->op == IR_setc);
}

// Whether the flags, of which operation x->i takes what they come from, will be looked at otherwise
// than by a branch that has them in the host's, or where that costs nothing (lower_br).
static bool outlast_operands(const struct x64 *x, unsigned place)
{
    for (unsigned i = x->i; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        if (writes_flags(p, place))
            return false;
        if (observes(p->op) && !ir_is_jump(p->op))
            return true;
        if (p->op == IR_br || p->op == IR_label)
            return false;
        if (ir_is_jump(p->op) && p->op != IR_br_cond)
            return true;
    }
    return false;
}

// The operation is about to take what the flags come from: that is put down.
static void save_operands(struct x64 *x, const struct ir_placed *p, struct x64_flags *f)
{
    uint16_t *operand[2] = {&f->a, &f->b};
    for (unsigned k = 0; k < 2; k++)
        if (writes_flags(p, *operand[k]) && !(k && f->b_imm))
            *operand[k] = put_down(x, f, k);
}

bool takes_carry(const struct ir_placed *p)
{
    bool op = p->op == IR_adc32 || p->op == IR_adc64 || p->op == IR_sbc32 || p->op == IR_sbc64 ||
              p->op == IR_adcf32 || p->op == IR_adcf64 || p->op == IR_sbcf32 || p->op == IR_sbcf64;
    return op && !(p->imm_b && !fits_32(p->imm));
}

void flags_before(struct x64 *x, const struct ir_placed *p)
{
    struct x64_flags *f = &x->flags;
    if (f->kind == X64_FLAGS_NONE)
        return;
    if (f->carried && reads_flags(p, f->place) && !(f->in_host && takes_carry(p) && !x->left_out)) {
        settle_carried(x, f);
        return;
    }
    if (writes_flags(p, f->place) && !reads_flags(p, f->place)) {
        f->kind = X64_FLAGS_NONE; // replaced
        return;
    }
    bool goes = writes_flags(p, f->a) || (!f->b_imm && writes_flags(p, f->b));
    if (goes && f->carried && f->in_ops && flags_follow(f, p))
        goes = false;
    if (f->in_ops && goes && asks_first(p, f->place) && !flags_wanted(x, x->i + 1, f->place)) {
        x->operands_go = true;
    } else if (f->in_ops && goes && f->kind != X64_FLAGS_FP && !f->carried && !f->stored &&
               f->place == x->guest->flags && outlast_operands(x, f->place)) {
        save_operands(x, p, f);
    } else if (f->in_ops && goes) {
        if (!f->in_host && !f->stored && flags_wanted(x, x->i, f->place))
            emit_store_flags(x, f);
        f->in_ops = false;
        drop_if_lost(f);
    }
    // A handler sees the state: what cannot be computed from operands is stored.
    bool looks = ir_op_info[p->op].flags & IR_MEM ||
                 (ir_op_info[p->op].flags & IR_ENV && x->fp && !steps_without_flags(x));
    if (f->kind != X64_FLAGS_NONE && looks && !f->in_ops && f->place == x->guest->flags)
        emit_store_flags(x, f);
}

void flags_before_call(struct x64 *x, const struct ir_placed *p, bool faults)
{
    struct x64_flags *f = &x->flags;
    clobber_flags(x);
    if (f->kind == X64_FLAGS_NONE)
        return;
    // The temporaries' registers do not outlive the call.
    bool lost = is_temp(x, f->a) || (!f->b_imm && is_temp(x, f->b));
    if (lost || faults || reads_flags(p, f->place)) {
        if (!f->stored && flags_wanted(x, x->i, f->place))
            emit_store_flags(x, f);
        f->in_host = false;
        f->in_ops = f->in_ops && !lost;
        drop_if_lost(f);
    }
    if (writes_flags(p, f->place))
        f->kind = X64_FLAGS_NONE;
}

void flags_after(struct x64 *x)
{
    if (!x->operands_go)
        return;
    x->operands_go = x->flags.in_ops = false;
    drop_if_lost(&x->flags);
}

static enum x64_cc condition(const struct x64_flags *f, unsigned cond)
{
    static const uint8_t cc[14] = {X64_E,  X64_NE, X64_AE, X64_B,  X64_S, X64_NS, X64_O,
                                   X64_NO, X64_A,  X64_BE, X64_GE, X64_L, X64_G,  X64_LE};
    bool asks_c = cond == 2 || cond == 3;
    return (enum x64_cc)(asks_c && !f->inverted ? cc[cond] ^ 1 : cc[cond]);
}

// The flags stored at `place`, as a subtraction leaves them in the host's.
static void nibble_to_host(struct x64 *x, unsigned place)
{
    struct x64_asm *a = &x->a;
    gpr_get(x, place, false, X64_RAX);
    x64_vrm(a, PDEP, false, X64_RAX, X64_RAX, mem_rip(&x->cache->constants->flag_bits));
    x64_alu_ri(a, X64_XOR, false, X64_RAX, 0x100);
    x64_byte(a, 0x04); // add al, 0x7f: overflows if bit 0 is set
    x64_byte(a, 0x7f);
    x64_byte(a, SAHF);
}

// Makes the host's flags those of `place`.
static struct x64_flags *want_host(struct x64 *x, unsigned place)
{
    struct x64_flags *f = &x->flags;
    if (f->kind != X64_FLAGS_NONE && f->place == place) {
        if (!f->in_host)
            compare_again(x, f);
        return f;
    }
    clobber_flags(x);
    if (f->kind != X64_FLAGS_NONE && !f->stored && flags_wanted(x, x->i, f->place))
        emit_store_flags(x, f);
    nibble_to_host(x, place);
    *f = (struct x64_flags){.kind = X64_FLAGS_HOST,
                            .stored = true,
                            .in_host = true,
                            .inverted = true,
                            .place = (uint16_t)place};
    return f;
}

// After a comparison of numbers every condition but EQ and NE is one of the host's, some of them
// with the operands the other way round.
static enum x64_cc fp_condition(struct x64 *x, struct x64_flags *f, unsigned cond)
{
    static const struct {
        uint8_t cc, swapped;
    } how[14] = {[2] = {X64_BE, 1},  [3] = {X64_A, 1},  [4] = {X64_A, 1},  [5] = {X64_BE, 1},
                 [6] = {X64_P, 0},   [7] = {X64_NP, 0}, [8] = {X64_B, 1},  [9] = {X64_AE, 1},
                 [10] = {X64_AE, 0}, [11] = {X64_B, 0}, [12] = {X64_A, 0}, [13] = {X64_BE, 0}};
    if (cond >= 2) {
        if (!(f->in_host && f->swapped == how[cond].swapped))
            compare_numbers(x, f, how[cond].swapped);
        return (enum x64_cc)how[cond].cc;
    }
    unsigned a = xmm_use(x, f->a, X64_XSCRATCH), b = xmm_at(x, f->b);
    unsigned op = VCMP_LOW | (f->wide ? X64_PF2 : X64_PF3);
    if (b != X64_NONE)
        v_rri(x, op, false, X64_XSCRATCH, a, b, 0);
    else
        v_rmi(x, op, false, X64_XSCRATCH, a, mem_of(x, f->b), 0);
    v_rr(x, VMOVD_OUT, false, X64_XSCRATCH, 0, X64_RAX);
    x64_test_rr(&x->a, false, X64_RAX, X64_RAX);
    f->in_host = false;
    return cond == 0 ? X64_NE : X64_E;
}

// Flags that are neither where a condition can ask for them nor in their place go there.
static void fp_to_place(struct x64 *x, struct x64_flags *f)
{
    emit_store_flags(x, f);
    f->kind = X64_FLAGS_NONE;
}

enum x64_cc want_condition(struct x64 *x, unsigned place, unsigned cond)
{
    struct x64_flags *known = &x->flags;
    if (known->kind != X64_FLAGS_NONE && known->carried && known->place == place)
        settle_carried(x, known);
    if (known->kind == X64_FLAGS_FP && known->place == place) {
        if (known->in_ops)
            return fp_condition(x, known, cond);
        fp_to_place(x, known);
    }
    bool carry = (cond == 2 || cond == 3) && known->kind == X64_FLAGS_ADD && known->result &&
                 known->place == place && !known->in_host;
    if (carry) { // of a sum: whether it is less than what was added
        const struct ir_placed p = {
            .a = known->a, .b = known->b, .imm_b = known->b_imm, .imm = known->imm};
        alu_b(x, X64_CMP, known->wide, gpr_use(x, known->a, known->wide, X64_SCRATCH), &p);
        return cond == 2 ? X64_B : X64_AE;
    }
    struct x64_flags *f = want_host(x, place);
    if ((cond == 8 || cond == 9) && !f->inverted) { // HI and LS
        x64_byte(&x->a, CMC);
        f->inverted = true;
    }
    return condition(f, cond);
}

void test_carry(struct x64 *x, unsigned place)
{
    if (gpr_at(x, place) == X64_NONE)
        x64_rmi(&x->a, GROUP_BT, false, BT, mem_of(x, place), 1);
    else
        x64_rri(&x->a, GROUP_BT, false, BT, gpr_at(x, place), 1);
}

// C is a bit of the flags in their place: no need for the others in the host's.
static void carry_from_place(struct x64 *x, unsigned place, bool inverted)
{
    struct x64_flags *f = &x->flags;
    clobber_flags(x);
    if (f->kind != X64_FLAGS_NONE && f->place != place && !f->stored &&
        flags_wanted(x, x->i, f->place))
        emit_store_flags(x, f);
    test_carry(x, place);
    if (inverted)
        x64_byte(&x->a, CMC);
}

void want_carry(struct x64 *x, unsigned place, bool inverted, bool replaced)
{
    if (x->flags.kind == X64_FLAGS_FP && x->flags.place == place)
        fp_to_place(x, &x->flags);
    struct x64_flags *f = &x->flags;
    bool known = f->kind != X64_FLAGS_NONE && f->place == place;
    if (!known || (f->stored && !f->in_host)) {
        carry_from_place(x, place, inverted);
        return;
    }
    f = want_host(x, place);
    if (!f->in_ops && !f->stored && !replaced && flags_wanted(x, x->i + 1, place))
        emit_store_flags(x, f);
    if (f->inverted != inverted)
        x64_byte(&x->a, CMC);
    f->in_host = false; // the caller goes on to change them
    drop_if_lost(f);
}
