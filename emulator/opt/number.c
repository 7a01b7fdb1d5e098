// SPDX-License-Identifier: MIT
// Local value numbering of vectors. An operation on the same operands as one before it, of the same
// stretch between labels, is that one. Programs do not compute twice, but the parts of their
// instructions are: UABDL2 and UABAL, or SMULL and SMULL2, of two registers have a difference or
// the halves of a product in common. Integers are left alone: such parts are rare among them, and
// a value that is kept costs a register.
//
// So values live on behind their guest instruction. Nothing comes back into the middle of a block
// that was left, and behind a call or a system call is a label. But an instruction that may begin
// again (IR_ENV) must find its sources as they were, and what keeps its result out of them until
// then looks at what it reads itself (x64/lower_fp.c): such a one has no values from before it.
#include "base/die.h"
#include "opt/opt.h"

#include <string.h>

enum {
    REMEMBERED = 8, // the last operations, with which each is compared: so few values are kept
    REACH = 96      // how far apart the two may be: until then the value wants a register
};

struct numbers {
    // The first operation that made the same value.
    ir_ref of[OPT_MAX_INSTS];
    ir_ref slot[IR_SLOTS / 2]; // of what the registers hold; 0: not known
    ir_ref made[REMEMBERED];   // the last operations, in turn; 0: none
    unsigned next;
    unsigned from; // operations before it are not to be taken
};

static void forget(struct numbers *n)
{
    memset(n->slot, 0, sizeof n->slot);
    memset(n->made, 0, sizeof n->made);
}

// Both halves of a register have one number.
static ir_ref *slot_of(struct numbers *n, const struct ir_inst *in)
{
    return &n->slot[in->imm >> 4];
}

static bool is_same(const struct numbers *n, const struct ir_inst *p, const struct ir_inst *q)
{
    bool literal = ir_op_info[p->op].flags & IR_CLIT;
    return p->op == q->op && p->imm == q->imm && n->of[p->a] == n->of[q->a] &&
           n->of[p->b] == n->of[q->b] && (literal ? p->c == q->c : n->of[p->c] == n->of[q->c]);
}

// The operation before i that computes the same; 0: none.
static ir_ref find(const struct numbers *n, const struct ir_block *ir, unsigned i)
{
    for (unsigned k = 0; k < REMEMBERED; k++)
        if (n->made[k] > n->from && i - n->made[k] <= REACH &&
            is_same(n, &ir->inst[n->made[k]], &ir->inst[i]))
            return n->made[k];
    return 0;
}

// Whose first operand and result are vectors; constants are as cheap as keeping them.
static bool is_numbered(const struct ir_op_info *info)
{
    return info->kind == IR_KIND_PURE && info->result == IR_TYPE_V && info->operand[0] == IR_TYPE_V;
}

// The value `in` joins is shifted to the right in one operand and to the left in the other, by as
// much as makes a rotation: USHR and SLI, or USRA, or shifts and ORR, which are the same as no bit
// is in both.
static void join_rotation(const struct numbers *n, const struct ir_block *ir, struct ir_inst *in)
{
    if (in->op != IR_vor && in->op != IR_vxor && in->op != IR_vadd32 && in->op != IR_vadd64)
        return;
    ir_ref a = n->of[in->a], b = n->of[in->b];
    bool a_is_left = ir->inst[a].op == IR_vshl32 || ir->inst[a].op == IR_vshl64;
    const struct ir_inst *left = &ir->inst[a_is_left ? a : b],
                         *right = &ir->inst[a_is_left ? b : a];
    bool words = left->op == IR_vshl32 && right->op == IR_vushr32,
         doublewords = left->op == IR_vshl64 && right->op == IR_vushr64;
    if ((!words && !doublewords) || !left->imm || n->of[left->a] != n->of[right->a] ||
        left->imm + right->imm != (words ? 32 : 64))
        return;
    const struct ir_inst *later = left > right ? left : right;
    if (in - later > REACH || later - ir->inst <= n->from)
        return;
    *in = (struct ir_inst){.op = words ? IR_vror32 : IR_vror64, .a = later->a, .imm = right->imm};
}

// The pairs that `in` flips back: the value that they came from; 0: others.
static ir_ref flipped_twice(const struct numbers *n, const struct ir_block *ir,
                            const struct ir_inst *in)
{
    if (in->op != IR_vflip1 && in->op != IR_vflip2)
        return 0;
    const struct ir_inst *low = &ir->inst[n->of[in->a]], *high = &ir->inst[n->of[in->b]];
    if (low->op != IR_vflip1 || high->op != IR_vflip2 || n->of[low->a] != n->of[high->a] ||
        n->of[low->b] != n->of[high->b])
        return 0;
    ir_ref value = in->op == IR_vflip1 ? high->a : high->b;
    return in - ir->inst - value <= REACH && value > n->from ? value : 0;
}

// Most blocks have nothing of the kind.
static bool has_two(const struct ir_block *ir)
{
    unsigned found = 0;
    for (unsigned i = 1; i < ir->count; i++)
        if (is_numbered(&ir_op_info[ir->inst[i].op]) && ++found == 2)
            return true;
    return false;
}

// Whether the guest instruction from operation i on may begin again.
static bool begins_again(const struct ir_block *ir, unsigned i)
{
    while (++i < ir->count && ir->inst[i].op != IR_insn)
        if (ir_op_info[ir->inst[i].op].flags & IR_ENV)
            return true;
    return false;
}

void opt_number(struct ir_block *ir)
{
    static SCRATCH struct numbers n;
    ir_ref replace[OPT_MAX_INSTS];
    assert_msg(ir->count <= OPT_MAX_INSTS, "opt: block at %#llx has %u operations",
               (unsigned long long)ir->pc, ir->count);
    if (!has_two(ir))
        return;
    forget(&n);
    n.from = 0;
    replace[0] = n.of[0] = 0;
    for (unsigned i = 1; i < ir->count; i++) {
        struct ir_inst *in = &ir->inst[i];
        const struct ir_op_info *info = &ir_op_info[in->op];
        replace[i] = n.of[i] = (ir_ref)i;
        opt_use_replaced(in, replace);
        if (in->op == IR_insn) {
            n.from = begins_again(ir, i) ? i : 0;
        } else if (in->op == IR_label) {
            forget(&n); // other values may come here
        } else if (in->op == IR_getv) {
            ir_ref *slot = slot_of(&n, in);
            n.of[i] = *slot ? *slot : (*slot = (ir_ref)i);
        } else if (ir_is_set(in->op)) {
            *slot_of(&n, in) = in->op == IR_setv ? n.of[in->a] : 0;
        } else if (is_numbered(info)) {
            join_rotation(&n, ir, in);
            ir_ref same = flipped_twice(&n, ir, in);
            if (!same)
                same = find(&n, ir, i);
            if (same) {
                *in = (struct ir_inst){.op = IR_nop};
                replace[i] = same;
                n.of[i] = n.of[same];
            } else {
                n.made[n.next++ % REMEMBERED] = (ir_ref)i;
            }
        }
    }
}
