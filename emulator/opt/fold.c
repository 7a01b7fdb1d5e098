// SPDX-License-Identifier: MIT
// Constant folding and identities, in one walk. What an operation of constants gives is computed by
// the operation's own meaning (eval_pure), so there is no second arithmetic here. A guest register
// that was set to a constant is one until it is set again: that is how the address of ADRP and ADD
// comes together. Values that are not constant are not forwarded from a set to a get: the evaluator
// reads them in the guest's slot anyway.
#include "base/bits.h"
#include "base/die.h"
#include "ir/eval.h"
#include "opt/opt.h"

#include <stddef.h>
#include <string.h>

static bool constant(const struct ir_block *ir, ir_ref r, uint64_t *v)
{
    const struct ir_inst *in = &ir->inst[r];
    *v = in->imm;
    return in->op == IR_const32 || in->op == IR_const64 || in->op == IR_constf;
}

static bool is_constant(const struct ir_block *ir, ir_ref r, uint64_t v)
{
    uint64_t have;
    return constant(ir, r, &have) && have == v;
}

// What the slots are known to hold: what was learnt since `forgot`. Times are counted on from block
// to block, so that nothing need be cleared.
struct known {
    struct {
        uint64_t value, learnt;
        uint64_t clear, cleared; // of vectors: bits that are 0 in each half
    } slot[IR_SLOTS];
    uint64_t forgot;
    ir_ref reversed, reversed_set; // the last bit reversal that went into a slot, and its set
};

static void forget(struct known *k)
{
    k->forgot++;
    k->reversed = k->reversed_set = 0;
}

static void learn(struct known *k, const struct ir_block *ir, const struct ir_inst *set)
{
    unsigned slot = (unsigned)(set->imm >> 3);
    bool is_known = set->op != IR_setv && constant(ir, set->a, &k->slot[slot].value);
    k->slot[slot].learnt = is_known ? k->forgot : 0;
    ir_ref value = ir->inst[set->a].op == IR_zext ? ir->inst[set->a].a : set->a;
    if (ir->inst[value].op == IR_rbit32 || ir->inst[value].op == IR_rbit64) {
        k->reversed = value;
        k->reversed_set = (ir_ref)(set - ir->inst);
    } else if (ir->inst[k->reversed_set].imm == set->imm) {
        k->reversed = 0;
    }
}

static uint64_t clear_of(const struct known *k, const struct ir_inst *get)
{
    unsigned slot = (unsigned)(get->imm >> 3);
    return k->slot[slot].cleared == k->forgot ? k->slot[slot].clear : 0;
}

static void note_clear(struct known *k, const struct ir_inst *set, const uint64_t *clear)
{
    unsigned slot = (unsigned)(set->imm >> 4 << 1);
    k->slot[slot].cleared = set->op == IR_setv && clear[set->a] ? k->forgot : 0;
    k->slot[slot].clear = clear[set->a];
}

// The leading zeros of a register that holds bits reversed are the trailing ones of what they were.
static void count_trailing(const struct known *k, const struct ir_block *ir, struct ir_inst *in)
{
    bool wide = in->op == IR_clz64;
    const struct ir_inst *get = &ir->inst[in->a];
    if (!(wide || in->op == IR_clz32) || !k->reversed ||
        ir->inst[k->reversed].op != (wide ? IR_rbit64 : IR_rbit32) ||
        get->op != (wide ? IR_getx : IR_getw) || in->a < k->reversed_set ||
        get->imm != ir->inst[k->reversed_set].imm)
        return;
    in->op = wide ? IR_ctz64 : IR_ctz32;
    in->a = ir->inst[k->reversed].a;
}

static struct ir_inst make_constant(enum ir_type type, uint64_t v)
{
    unsigned op = type == IR_TYPE_W ? IR_const32 : type == IR_TYPE_X ? IR_const64 : IR_constf;
    return (struct ir_inst){.op = (uint16_t)op, .imm = v};
}

// Gets that became constants. Some are to be gets again, if the constant itself is asked for.
struct recalled {
    struct {
        ir_ref ref;
        bool back;
        uint64_t slot;
    } get[OPT_MAX_INSTS];
    unsigned n;
};

// A get of a slot whose contents are known.
static void recall(const struct known *k, struct ir_block *ir, struct ir_inst *in,
                   struct recalled *r)
{
    unsigned slot = (unsigned)(in->imm >> 3);
    if (in->op == IR_getv || k->slot[slot].learnt != k->forgot)
        return;
    uint64_t v = in->imm & 4 ? k->slot[slot].value >> 32 : k->slot[slot].value;
    if (in->op == IR_getx) {
        r->get[r->n].ref = (ir_ref)(in - ir->inst);
        r->get[r->n].back = v != (uint64_t)(int32_t)v; // too wide for an instruction of the host
        r->get[r->n++].slot = in->imm;
    }
    *in = make_constant(ir_op_info[in->op].result, in->op == IR_getw ? (uint32_t)v : v);
}

// An access's address: the register is as good as a constant that is part of the instruction.
static void note_address(struct recalled *r, ir_ref address)
{
    unsigned i = r->n;
    while (i > 0 && r->get[i - 1].ref > address)
        i--;
    if (i > 0 && r->get[i - 1].ref == address)
        r->get[i - 1].back = true;
}

// Who still asks for such a constant itself, and not for what it computed, has it in a register,
// which is shorter than the constant: `ldr x0, [x4, x0, lsl #3]` behind ADRP x4 is one instruction.
static void put_back(struct ir_block *ir, const struct recalled *r)
{
    for (unsigned i = 0; i < r->n; i++)
        if (r->get[i].back)
            ir->inst[r->get[i].ref] = (struct ir_inst){.op = IR_getx, .imm = r->get[i].slot};
}

// All operands of a pure operation constant: the result.
static bool compute(const struct ir_block *ir, struct ir_inst *in)
{
    const struct ir_op_info *info = &ir_op_info[in->op];
    if (ir_op_info[ir->inst[in->a].op].kind != IR_KIND_CONST || info->flags & IR_CLIT ||
        info->result == IR_TYPE_V)
        return false;
    const ir_ref ref[3] = {in->a, in->b, in->c};
    union ir_val operand[3] = {{.l64 = {0, 0}}, {.l64 = {0, 0}}, {.l64 = {0, 0}}};
    for (unsigned k = 0; k < 3; k++)
        if (info->operand[k] != IR_TYPE_N && !constant(ir, ref[k], &operand[k].l64[0]))
            return false;
    *in = make_constant(info->result, eval_pure((enum ir_op)in->op, operand, in->imm).l64[0]);
    return true;
}

// The operand that `in` is equal to, or 0.
static ir_ref identity(const struct ir_block *ir, const struct ir_inst *in)
{
    switch ((unsigned)in->op) {
    case IR_add32:
    case IR_add64:
    case IR_or32:
    case IR_or64:
    case IR_xor32:
    case IR_xor64: return is_constant(ir, in->b, 0) ? in->a : is_constant(ir, in->a, 0) ? in->b : 0;
    case IR_sub32:
    case IR_sub64:
    case IR_andn32:
    case IR_andn64:
    case IR_lsl32:
    case IR_lsl64:
    case IR_lsr32:
    case IR_lsr64:
    case IR_asr32:
    case IR_asr64:
    case IR_ror32:
    case IR_ror64: return is_constant(ir, in->b, 0) ? in->a : 0;
    case IR_and32:
        return in->a == in->b || is_constant(ir, in->b, UINT32_MAX) ? in->a
               : is_constant(ir, in->a, UINT32_MAX)                 ? in->b
                                                                    : 0;
    case IR_and64:
        return in->a == in->b || is_constant(ir, in->b, UINT64_MAX) ? in->a
               : is_constant(ir, in->a, UINT64_MAX)                 ? in->b
                                                                    : 0;
    case IR_mul32:
    case IR_mul64: return is_constant(ir, in->b, 1) ? in->a : is_constant(ir, in->a, 1) ? in->b : 0;
    case IR_ubfx32:
    case IR_sbfx32: return in->imm == 32 << 8 ? in->a : 0;
    case IR_ubfx64:
    case IR_sbfx64: return in->imm == 64 << 8 ? in->a : 0;
    case IR_trunc: return ir->inst[in->a].op == IR_zext ? ir->inst[in->a].a : 0;
    case IR_sel32:
    case IR_sel64:
    case IR_self:
    case IR_selv: {
        uint64_t flags;
        if (in->b == in->c)
            return in->b;
        return constant(ir, in->a, &flags)
                   ? (ir_cond_holds((unsigned)in->imm, (uint32_t)flags) ? in->b : in->c)
                   : 0;
    }
    case IR_vmov: return in->a;
    default: return 0;
    }
}

// Of a vector, the bits that a shift has made 0.
static uint64_t clear_bits(const struct ir_inst *in)
{
    bool right = in->op >= IR_vushr8 && in->op <= IR_vushr64,
         left = in->op >= IR_vshl8 && in->op <= IR_vshl64;
    if (!right && !left)
        return 0;
    unsigned bits = 8u << (in->op - (right ? IR_vushr8 : IR_vshl8));
    uint64_t kept = in->imm >= bits ? 0 : bits_mask(bits - (unsigned)in->imm);
    return ~bits_replicate(right ? kept : kept << in->imm, bits);
}

// Whether a & mask is a, as where SLI and SRI join two parts (the two shifts of a rotation).
static bool takes_nothing(const struct ir_block *ir, ir_ref a, ir_ref mask, const uint64_t *clear)
{
    const struct ir_inst *m = &ir->inst[mask];
    return m->op == IR_vconst && m->c && !(~m->imm & ~clear[a]);
}

// The upper lanes widened are taken from where they are.
static void widen_in_place(const struct ir_block *ir, struct ir_inst *in)
{
    if (in->op >= IR_vuxtl8 && in->op <= IR_vuxtl32 && ir->inst[in->a].op == IR_vhigh) {
        in->op = (uint16_t)(in->op - IR_vuxtl8 + IR_vuxtl28);
        in->a = ir->inst[in->a].a;
    }
}

// 1: this branch is always taken and goes to imm, 0: never taken, -1: not known.
static int always_taken(const struct ir_block *ir, struct ir_inst *in)
{
    uint64_t v;
    if (!(ir_op_info[in->op].flags & IR_EXIT) || !in->a || !constant(ir, in->a, &v))
        return -1;
    switch ((unsigned)in->op) {
    case IR_br_cond: return ir_cond_holds(in->c, (uint32_t)v);
    case IR_br_nz32:
    case IR_br_nz64: return v != 0;
    case IR_br_z32:
    case IR_br_z64: return v == 0;
    case IR_ret: in->imm = v; return 1;
    case IR_br_reg:
    case IR_call_reg:
        if (in->c % IR_BRANCH_KINDS != IR_BRANCH_RETURN) // where it lands must be looked at
            return -1;
        in->imm = v;
        return 1;
    default: return -1;
    }
}

// Returns what stands for the result from now on.
static ir_ref fold_pure(const struct known *k, const struct ir_block *ir, struct ir_inst *in,
                        const uint64_t *clear)
{
    count_trailing(k, ir, in);
    widen_in_place(ir, in);
    ir_ref same = compute(ir, in) ? 0 : identity(ir, in);
    if (in->op == IR_vand)
        same = takes_nothing(ir, in->a, in->b, clear)   ? in->a
               : takes_nothing(ir, in->b, in->a, clear) ? in->b
                                                        : 0;
    if (!same)
        return (ir_ref)(in - ir->inst);
    *in = (struct ir_inst){.op = IR_nop};
    return same;
}

// Nothing comes to operation i from above: away with what follows, up to where a branch may lead.
static void cut(struct ir_block *ir, unsigned i)
{
    unsigned label = i;
    while (label < ir->count && ir->inst[label].op != IR_label)
        label++;
    if (label == ir->count) {
        ir->count = i;
        return;
    }
    for (; i < label; i++)
        if (ir->inst[i].op != IR_insn)
            ir->inst[i] = (struct ir_inst){.op = IR_nop};
}

static void fold_branch(struct ir_block *ir, struct ir_inst *in)
{
    int taken = always_taken(ir, in);
    if (taken == 1) {
        *in = (struct ir_inst){.op = in->op == IR_call_reg ? IR_call : IR_br, .imm = in->imm};
        cut(ir, (unsigned)(in - ir->inst) + 1);
    } else if (taken == 0) {
        *in = (struct ir_inst){.op = IR_nop};
    }
}

void opt_fold(struct ir_block *ir)
{
    ir_ref replace[OPT_MAX_INSTS];                // the value that stands for each
    static SCRATCH uint64_t clear[OPT_MAX_INSTS]; // of vectors: bits that are 0 in each half of it
    static SCRATCH struct known known;
    static SCRATCH struct recalled recalled;
    assert_msg(ir->count <= OPT_MAX_INSTS, "opt: block at %#llx has %u operations",
               (unsigned long long)ir->pc, ir->count);
    forget(&known);
    recalled.n = 0;
    replace[0] = 0;
    clear[0] = 0;
    for (unsigned i = 1; i < ir->count; i++) {
        struct ir_inst *in = &ir->inst[i];
        const struct ir_op_info *info = &ir_op_info[in->op];
        replace[i] = (ir_ref)i;
        clear[i] = 0;
        switch ((enum ir_kind)info->kind) {
        case IR_KIND_MARK:
            if (in->op == IR_label)
                forget(&known); // other values may come here
            break;
        case IR_KIND_CONST: break;
        case IR_KIND_GET:
            recall(&known, ir, in, &recalled);
            clear[i] = in->op == IR_getv ? clear_of(&known, in) : 0;
            break;
        case IR_KIND_SET:
            in->a = replace[in->a];
            learn(&known, ir, in);
            note_clear(&known, in, clear);
            break;
        case IR_KIND_VIEW:
        case IR_KIND_PURE:
            opt_use_replaced(in, replace);
            clear[i] = clear_bits(in);
            replace[i] = fold_pure(&known, ir, in, clear);
            break;
        case IR_KIND_EFFECT:
            opt_use_replaced(in, replace);
            if (info->flags & IR_MEM)
                note_address(&recalled, in->a);
            if (info->flags & IR_ENV) // changes fpsr
                known.slot[offsetof(struct ir_state, fp) >> 3].learnt = 0;
            fold_branch(ir, in);
            break;
        }
    }
    put_back(ir, &recalled);
}
