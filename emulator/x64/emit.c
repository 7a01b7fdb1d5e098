// SPDX-License-Identifier: MIT
// Operands of lowerings: places become registers, memory or constants.
#include "x64/emit.h"

bool dies_here(const struct x64 *x, unsigned place)
{
    return is_temp(x, place) && !(x->live[x->i] >> temp_index(x, place) & 1);
}

unsigned gpr_use(struct x64 *x, unsigned place, bool wide, unsigned scratch)
{
    unsigned r = gpr_at(x, place);
    if (r != X64_NONE)
        return r;
    x64_load(&x->a, wide, scratch, mem_of(x, place));
    return scratch;
}

void gpr_get(struct x64 *x, unsigned place, bool wide, unsigned r)
{
    unsigned at = gpr_at(x, place);
    if (at == X64_NONE)
        x64_load(&x->a, wide, r, mem_of(x, place));
    else if (at != r || !wide)
        x64_mov_rr(&x->a, wide, r, at);
}

unsigned gpr_def(struct x64 *x, unsigned place)
{
    unsigned r = gpr_at(x, place);
    return r == X64_NONE ? X64_SCRATCH : r;
}

void gpr_done(struct x64 *x, unsigned place, unsigned r)
{
    unsigned at = gpr_at(x, place);
    if (at == X64_NONE)
        x64_store(&x->a, true, mem_of(x, place), r);
    else if (at != r)
        x64_mov_rr(&x->a, true, at, r);
    x->done = (uint16_t)place;
    if (is_kept_slot(x, place))
        x64_store(&x->a, true, mem_of(x, place), at);
}

void alu_b(struct x64 *x, enum x64_alu op, bool wide, unsigned d, const struct ir_placed *p)
{
    if (p->imm_b) {
        uint64_t v = wide ? p->imm : (uint64_t)(int64_t)(int32_t)p->imm;
        if (fits_32(v)) {
            x64_alu_ri(&x->a, op, wide, d, (int32_t)v);
            return;
        }
        assert_msg(d != X64_SCRATCH, "x64: no register for a constant");
        x64_mov_ri(&x->a, X64_SCRATCH, v);
        x64_alu_rr(&x->a, op, wide, d, X64_SCRATCH);
    } else if (gpr_at(x, p->b) != X64_NONE) {
        x64_alu_rr(&x->a, op, wide, d, gpr_at(x, p->b));
    } else {
        x64_alu_rm(&x->a, op, wide, d, mem_of(x, p->b));
    }
}

#define VMOVDQU_LOAD  (X64_PF3 | X64_0F | 0x6f)
#define VMOVDQU_STORE (X64_PF3 | X64_0F | 0x7f)
#define VMOVDQA_LOAD  (X64_P66 | X64_0F | 0x6f)
#define VMOVDQA_STORE (X64_P66 | X64_0F | 0x7f)

unsigned xmm_use(struct x64 *x, unsigned place, unsigned scratch)
{
    unsigned r = xmm_at(x, place);
    if (r != X64_NONE)
        return r;
    v_rm(x, VMOVDQA_LOAD, false, scratch, 0, mem_of(x, place));
    return scratch;
}

unsigned xmm_def(struct x64 *x, unsigned place)
{
    unsigned r = xmm_at(x, place);
    return r == X64_NONE ? X64_XSCRATCH : r;
}

void xmm_done(struct x64 *x, unsigned place, unsigned r)
{
    unsigned at = xmm_at(x, place);
    if (at == X64_NONE)
        v_rm(x, VMOVDQA_STORE, false, r, 0, mem_of(x, place));
    else if (at != r)
        v_rr(x, VMOVDQA_LOAD, false, at, 0, r);
}

void vex_b(struct x64 *x, unsigned op, bool w, unsigned d, unsigned a, unsigned place_b)
{
    unsigned b = xmm_at(x, place_b);
    if (b != X64_NONE)
        v_rr(x, op, w, d, a, b);
    else
        v_rm(x, op, w, d, a, mem_of(x, place_b));
}

void may_fault(struct x64 *x)
{
    assert_msg(x->n_points < MAX_POINTS, "x64: too many points");
    x->a.fixed = x->a.p + 1;
    struct x64_point *point = &x->points[x->n_points++];
    *point = (struct x64_point){
        .at = (uint32_t)(x->a.p - x->start), .insn = (uint16_t)x->insn, .steps = x->untag};
    if (x->constant_now)
        point->constant = (uint16_t)x->n_constants & 0x7fff;
    x->constant_now = false;
    const struct x64_flags *f = &x->flags;
    if (f->kind == X64_FLAGS_NONE || f->stored || f->place != x->guest->flags)
        return;
    assert_msg(f->in_ops, "x64: flags would be lost at a fault");
    x->saved_flags[x->n_flags++] = *f;
    point->flags = (uint16_t)x->n_flags;
}

void may_trap(struct x64 *x)
{
    unsigned steps = steps_without_flags(x);
    const struct x64_flags *f = &x->flags;
    assert_msg(x->n_points < MAX_POINTS, "x64: too many points");
    x->a.fixed = x->a.p + 1;
    struct x64_point *point = &x->points[x->n_points++];
    *point = (struct x64_point){.at = (uint32_t)(x->a.p - x->start),
                                .insn = (uint16_t)x->insn,
                                .steps = (uint16_t)(steps ? steps : 1)};
    if (steps || f->kind == X64_FLAGS_NONE || f->stored || f->place != x->guest->flags)
        return;
    assert_msg(f->in_ops, "x64: flags would be lost at an exception");
    x->saved_flags[x->n_flags++] = *f;
    point->flags = (uint16_t)x->n_flags;
}

void evaluate_if(struct x64 *x, enum x64_cc cc)
{
    unsigned steps = steps_without_flags(x);
    assert_msg(x->n_stubs < MAX_STUBS, "x64: too many stubs");
    struct x64_stub *s = &x->stubs[x->n_stubs++];
    *s = (struct x64_stub){.kind = STUB_EVALUATE,
                           .flags = x->flags,
                           .insn = (uint16_t)x->insn,
                           .moved = x->moved,
                           .steps = (uint16_t)(steps ? steps : 1)};
    s->flags.in_host = false;
    if (steps)
        s->flags.kind = X64_FLAGS_NONE;
    s->from = x64_jcc(&x->a, cc, NULL, false);
}

void fault_if(struct x64 *x, enum x64_cc cc, enum ir_exit why, unsigned address)
{
    assert_msg(x->n_stubs < MAX_STUBS, "x64: too many stubs");
    struct x64_stub *s = &x->stubs[x->n_stubs++];
    *s = (struct x64_stub){.kind = STUB_FAULT,
                           .flags = x->flags,
                           .why = why,
                           .moved = x->moved,
                           .insn = (uint16_t)x->insn,
                           .address = (uint8_t)address};
    s->flags.in_host = false;
    s->from = x64_jcc(&x->a, cc, NULL, false);
}

// In order of cost: rax, a temporary that nobody reads any more, one that is put aside. One that
// holds an operand of flags not stored yet is left alone.
unsigned lend_register(struct x64 *x, struct x64_mem but, bool *kept)
{
    static const uint8_t candidates[3] = {X64_R11, X64_RDX, X64_RCX};
    const struct ir_placed *p = &x->places->ops[x->i];
    const struct x64_flags *f = &x->flags;
    *kept = false;
    if (but.base != X64_SCRATCH && but.index != X64_SCRATCH)
        return X64_SCRATCH;
    for (unsigned keep = 0; keep < 2; keep++) {
        for (unsigned k = 0; k < 3; k++) {
            unsigned r = candidates[k], t = 2 - k, place = x->guest->temps + 16 * t;
            bool used =
                r == but.base || r == but.index || p->a == place || p->b == place || p->c == place;
            bool flags = f->kind != X64_FLAGS_NONE && !f->stored &&
                         (f->a == place || (!f->b_imm && f->b == place));
            if (used || flags || (!keep && (x->kept[t] || x->live[x->i] >> t & 1)))
                continue;
            *kept = keep && !x->kept[t];
            give_up_register(x, r);
            if (*kept)
                x64_store(&x->a, true, MEM_FIELD(native_spill[0]), r);
            return r;
        }
    }
    die_bug(__FILE__, __LINE__, "x64: no register to lend");
}

void take_back(struct x64 *x, unsigned r, bool kept)
{
    if (kept)
        x64_load(&x->a, true, r, MEM_FIELD(native_spill[0]));
}

static uint32_t xmms_of_operands(const struct x64 *x, const struct ir_placed *p)
{
    const struct ir_op_info *info = &ir_op_info[p->op];
    const uint16_t place[3] = {p->a, p->b, p->c};
    uint32_t used = 0;
    for (unsigned k = 0; k < 3; k++)
        if (info->operand[k] == IR_TYPE_V && xmm_at(x, place[k]) != X64_NONE)
            used |= 1u << xmm_at(x, place[k]);
    return used;
}

// Whether a vector in temporary t is read behind the operation, be it for condition flags that are
// not computed yet.
static bool is_live_vector(const struct x64 *x, unsigned t)
{
    unsigned place = x->guest->temps + 16 * t;
    const struct x64_flags *f = &x->flags;
    if (f->kind == X64_FLAGS_FP && f->in_ops && (f->a == place || f->b == place))
        return true;
    return x->live[x->i] >> t & 1 && x->temp_is_vector >> t & 1;
}

bool is_free_xmm(const struct x64 *x, unsigned t)
{
    unsigned r = xmm_at(x, x->guest->temps + 16 * t);
    return !(xmms_of_operands(x, &x->places->ops[x->i]) >> r & 1) && !is_live_vector(x, t);
}

static unsigned lent(struct x64 *x, unsigned r)
{
    forget_there(x, 1u << r);
    x->lent |= 1u << r;
    return r;
}

static unsigned lent_for(struct x64 *x, unsigned r, unsigned place, unsigned high)
{
    move_pin(x, r, place, high, false);
    x->lent_spilled |= 1u << r;
    return lent(x, r);
}

// In order of cost: the scratch register, the result's own, temporaries that hold nothing, and
// registers that are put into the memory of their places meanwhile.
static unsigned lend_below(struct x64 *x, unsigned limit)
{
    const struct ir_placed *p = &x->places->ops[x->i];
    uint32_t used = xmms_of_operands(x, p) | x->lent | x->reserved;
    unsigned result = ir_op_info[p->op].result == IR_TYPE_V ? xmm_at(x, p->d) : X64_NONE;
    if (!(used >> X64_XSCRATCH & 1))
        return lent(x, X64_XSCRATCH);
    if (!(used >> X64_XSCRATCH2 & 1))
        return lent(x, X64_XSCRATCH2);
    if (x->cache->wide && !(used >> X64_XSCRATCH3 & 1))
        return lent(x, X64_XSCRATCH3);
    if (x->cache->wide && !(used >> X64_XSCRATCH4 & 1))
        return lent(x, X64_XSCRATCH4);
    if (result < limit && !(used >> result & 1))
        return lent(x, result);
    for (unsigned spill = 0; spill < 2; spill++) {
        for (unsigned t = XMM_TEMPS; t-- > 0;) {
            unsigned place = x->guest->temps + 16 * t, r = xmm_at(x, place);
            if (used >> r & 1 || r == result)
                continue;
            if (!is_live_vector(x, t))
                return lent(x, r);
            if (spill && !x->doubled)
                return lent_for(x, r, place, 0);
        }
    }
    for (unsigned i = x->cache->n_xmm; i-- > 0;) {
        const struct x64_pin *pin = &x->xmm[i];
        if (pin->reg < limit && !(used >> pin->reg & 1) && pin->reg != result)
            return pin->slot ? lent_for(x, pin->reg, pin->slot, pin->high) : lent(x, pin->reg);
    }
    die_bug(__FILE__, __LINE__, "x64: no vector register to lend");
}

unsigned lend_xmm(struct x64 *x)
{
    return lend_below(x, 32);
}

unsigned lend_low_xmm(struct x64 *x)
{
    return lend_below(x, 16);
}

void take_back_xmms(struct x64 *x)
{
    uint32_t spilled = x->lent_spilled;
    x->lent = x->lent_spilled = 0;
    for (unsigned t = 0; spilled && t < XMM_TEMPS; t++) {
        unsigned place = x->guest->temps + 16 * t, r = xmm_at(x, place);
        if (spilled >> r & 1)
            v_rm(x, VMOVDQA_LOAD, false, r, 0, mem_of(x, place));
    }
    for (unsigned i = 0; spilled && i < x->cache->n_xmm; i++) {
        const struct x64_pin *pin = &x->xmm[i];
        if (spilled >> pin->reg & 1)
            move_pin(x, pin->reg, pin->slot, pin->high, true);
    }
}

void settle_flags(struct x64 *x)
{
    struct x64_flags *f = &x->flags;
    bool in_temps = is_temp(x, f->a) || (!f->b_imm && is_temp(x, f->b));
    if (f->kind != X64_FLAGS_NONE && !f->stored && in_temps && flags_wanted(x, x->i, f->place))
        emit_store_flags(x, f);
    clobber_flags(x);
}

static const uint8_t temp_registers[3] = {X64_RCX, X64_RDX, X64_R11};

static bool is_kept_temp(const struct x64 *x, unsigned t)
{
    unsigned place = x->guest->temps + 16 * t;
    const struct x64_flags *f = &x->flags;
    return x->live[x->i] >> t & 1 ||
           (f->kind != X64_FLAGS_NONE && (f->a == place || (!f->b_imm && f->b == place)));
}

bool is_kept(const struct x64 *x, unsigned r)
{
    for (unsigned t = 0; t < 3; t++)
        if (temp_registers[t] == r)
            return is_kept_temp(x, t);
    return true;
}

static void lend(struct x64 *x, struct x64_loans *loans, unsigned t)
{
    unsigned k = loans->n++;
    give_up_register(x, temp_registers[t]);
    loans->reg[k] = temp_registers[t];
    loans->kept[k] = is_kept_temp(x, t);
    if (loans->kept[k])
        x64_store(&x->a, true, MEM_FIELD(native_spill[k]), temp_registers[t]);
}

unsigned borrow(struct x64 *x, struct x64_loans *loans, unsigned taken)
{
    for (unsigned k = 0; k < loans->n; k++)
        taken |= 1u << loans->reg[k];
    for (unsigned t = 3; t-- > 0;)
        if (!(taken >> temp_registers[t] & 1)) {
            lend(x, loans, t);
            return temp_registers[t];
        }
    die_bug(__FILE__, __LINE__, "x64: no register to lend");
}

void borrow_reg(struct x64 *x, struct x64_loans *loans, unsigned r)
{
    for (unsigned t = 0; t < 3; t++)
        if (temp_registers[t] == r)
            lend(x, loans, t);
}

void pay_back(struct x64 *x, const struct x64_loans *loans)
{
    for (unsigned k = 0; k < loans->n; k++)
        if (loans->kept[k])
            x64_load(&x->a, true, loans->reg[k], MEM_FIELD(native_spill[k]));
}

// The evaluator's function finds its operands in memory and may change any register.
static void save_operand(struct x64 *x, unsigned place, unsigned type)
{
    if (!is_temp(x, place))
        return; // pinned registers are all stored
    if (type == IR_TYPE_V && xmm_at(x, place) != X64_NONE)
        v_rm(x, VMOVDQA_STORE, false, xmm_at(x, place), 0, mem_of(x, place));
    else if (type != IR_TYPE_V && gpr_at(x, place) != X64_NONE)
        x64_store(&x->a, true, mem_of(x, place), gpr_at(x, place));
}

static bool is_callee_saved(unsigned r)
{
    return r == X64_RBX || r == X64_RBP || r >= X64_R12;
}

// Temporaries in registers that live on: which of them are vectors is not known here, so both are
// kept.
static void keep_temps(struct x64 *x, bool load, unsigned but)
{
    for (unsigned t = 0; t < 3; t++) {
        unsigned place = x->guest->temps + 16 * t;
        if (!(x->live[x->i] >> t & 1) || place == but)
            continue;
        struct x64_mem m = mem_of(x, place);
        if (x->temp_is_vector >> t & 1 && xmm_at(x, place) == X64_NONE)
            continue;
        if (x->temp_is_vector >> t & 1)
            v_rm(x, load ? VMOVDQA_LOAD : VMOVDQA_STORE, false, xmm_at(x, place), 0, m);
        else
            x64_rm(&x->a, load ? 0x8b : 0x89, true, gpr_at(x, place), m);
    }
}

// The evaluator's functions are compiled for any host, and but for those that copy and set memory
// they call nothing of the C library, whose functions know AVX-512: xmm16 to xmm31 stay as they are
// (tests/x64/evaluator_registers.sh). At a fault all pins are to be in memory.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
enum { EVALUATOR_KEEPS_HIGH = true };
#else
enum { EVALUATOR_KEEPS_HIGH = false };
#endif

// Whether the call for p leaves the register of this pin alone, and does not look at its slot / set
// it.
static bool is_left_alone(const struct ir_placed *p, const struct x64_pin *pin, bool load)
{
    const struct ir_op_info *info = &ir_op_info[p->op];
    const uint16_t place[3] = {p->a, p->b, p->c};
    if (!EVALUATOR_KEEPS_HIGH || pin->reg < 16 || p->op == IR_mem_copy || p->op == IR_mem_set)
        return false;
    if (load)
        return info->result != IR_TYPE_V || p->d != pin->slot;
    if (info->flags & IR_MEM)
        return false;
    for (unsigned k = 0; k < 3; k++)
        if (info->operand[k] == IR_TYPE_V && place[k] == pin->slot)
            return false;
    return true;
}

static void keep_pins(struct x64 *x, const struct ir_placed *p, bool load, bool all)
{
    for (unsigned i = 0; i < X64_GPR_PINS; i++) {
        const struct x64_pin *pin = &x->gpr[i];
        if ((all && !load) || !is_callee_saved(pin->reg))
            x64_rm(&x->a, load ? 0x8b : 0x89, true, pin->reg, mem_of(x, pin->slot));
    }
    for (unsigned i = 0; i < x->cache->n_xmm; i++) {
        const struct x64_pin *pin = &x->xmm[i];
        if (pin->slot && !is_left_alone(p, pin, load))
            move_pin(x, pin->reg, pin->slot, pin->high, load);
    }
    if (x->has_twins && !load)
        clear_high_halves(x);
}

void call_evaluator(struct x64 *x, const struct ir_placed *p)
{
    const struct ir_op_info *info = &ir_op_info[p->op];
    bool faults = info->flags & IR_MEM;
    x->called = true;
    flags_before_call(x, p, faults);
    forget_there(x, ~0u);
    give_up_all(x);
    for (unsigned k = 0; k < 3; k++)
        if (ir_reads(p) >> k & 1)
            save_operand(x, p->operand[k], info->operand[k]);
    keep_temps(x, false, p->d);
    keep_pins(x, p, false, true);
    struct eval_op *ops = arena_alloc(x->cache->data, 2 * sizeof *ops);
    if (!ops) {
        x->full = true;
        return;
    }
    ops[0] = eval_make_op(p);
    ops[1] = (struct eval_op){.fn = x64_continue, .imm = x->ir->pc + 4 * x->insn};
    x64_lea(&x->a, true, X64_RDI, mem(X64_STATE, -x->guest->bias));
    x64_mov_ri(&x->a, X64_RSI, (uint64_t)ops);
    x64_mov_ri(&x->a, X64_RAX, (uint64_t)ops[0].fn);
    x64_store(&x->a, true, MEM_FIELD(native_stack_now), X64_RSP);
    x64_alu_ri(&x->a, X64_AND, true, X64_RSP, -16); // aligned to 16, as C wants it
    x64_call_r(&x->a, X64_RAX);
    x64_load(&x->a, true, X64_RSP, MEM_FIELD(native_stack_now));
    if (faults) {
        x64_test_rr(&x->a, true, X64_RAX, X64_RAX);
        x->stubs[x->n_stubs++] = (struct x64_stub){.kind = STUB_LEAVE,
                                                   .insn = (uint16_t)x->insn,
                                                   .from = x64_jcc(&x->a, X64_E, NULL, false)};
    }
    keep_pins(x, p, true, false);
    keep_temps(x, true, p->d);
    // A result that belongs into a register is in memory now. Guest slots: done with the pins, but
    // those that the callee keeps.
    if (info->result == IR_TYPE_V && xmm_at(x, p->d) != X64_NONE && is_temp(x, p->d))
        v_rm(x, VMOVDQA_LOAD, false, xmm_at(x, p->d), 0, mem_of(x, p->d));
    else if (info->result != IR_TYPE_N && info->result != IR_TYPE_V && gpr_at(x, p->d) != X64_NONE)
        x64_load(&x->a, true, gpr_at(x, p->d), mem_of(x, p->d));
}

const struct eval_op *x64_continue(struct ir_state *s, const struct eval_op *op)
{
    (void)s;
    return op;
}

bool x64_is_call(const struct eval_op *op, uint64_t *pc)
{
    *pc = op[1].imm;
    return op[1].fn == x64_continue;
}
