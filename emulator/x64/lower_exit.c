// SPDX-License-Identifier: MIT
// Leaving a block by a direct branch, which is a jump that the engine patches, or for the engine.
#include "x64/emit.h"

#define BT 0xba

enum { JCC_BYTES = 6 };

unsigned new_link(struct x64 *x, uint64_t target)
{
    assert_msg(x->n_links < MAX_LINKS, "x64: too many links");
    x->links[x->n_links] = (struct x64_link){.target = target};
    return x->n_links++;
}

void link_from(struct x64 *x, uint8_t *from, uint64_t target)
{
    if (jump_to_label(x, from, target))
        return;
    unsigned link = new_link(x, target);
    uint64_t behind = x->ir->pc + 4 * x->insn - target;
    // From a block that begins before the loop it has come round once, and enters it; as it does
    // from far behind.
    x->links[link].counts =
        target <= x->ir->pc && behind < x->guest->loop && x->places->ops[x->i].op != IR_call;
    x->links[link].behind = (uint16_t)(behind / 4);
    x->stubs[x->n_stubs++] = (struct x64_stub){
        .kind = STUB_LINK, .link = link, .flags = x->flags, .from = from, .moved = x->moved};
}

// Whether who goes on at pc may have the condition flags looked at, so that the way there puts them
// down, f.
static bool wants_flags_at(const struct x64 *x, uint64_t pc, const struct x64_flags *f)
{
    const struct x64_label *l = label_of(x, pc);
    return l ? edge_puts_down(x, l, f) : x->sets_flags && !x->moved && !x->sets_flags(pc, x->mode);
}

static bool is_last(const struct x64 *x, unsigned i)
{
    return i + 1 == x->places->n_ops && x->places->ops[i].op == IR_br;
}

// What the flags come from is put down before the block's last branches where all that these lead
// to wants it: out of line it would be done by each, in another line of the host's code. So it is
// before a loop's way back, which is taken most.
static bool both_want_flags(const struct x64 *x, unsigned branch, const struct x64_flags *f)
{
    const struct ir_placed *ops = x->places->ops;
    uint64_t pc = ops[branch].imm;
    const struct x64_label *l = label_of(x, pc);
    if (!can_put_down(x, f) || !wants_flags_at(x, pc, f))
        return false;
    if (l) // a loop's, if the label has been come to
        return l->at && !reads_first_flags(x, branch + 1);
    return is_last(x, branch + 1) && wants_flags_at(x, ops[branch + 1].imm, f);
}

static void put_down_here(struct x64 *x)
{
    put_down_flags(x, &x->flags);
    x->flags.kind = X64_FLAGS_NONE;
}

void put_down_first(struct x64 *x, const struct ir_placed *p, int kind,
                    const struct ir_placed *result)
{
    unsigned branch = x->i + (result ? 2 : 1);
    const struct ir_placed *q = &x->places->ops[branch];
    struct x64_flags f = operand_flags(p, kind), there = f;
    there.result = result && result->d == p->a;
    x->put_down = branch < x->places->n_ops && q->op == IR_br_cond && q->c < 14 && q->a == p->d &&
                  both_want_flags(x, branch, &there);
    if (x->put_down)
        put_down_flags(x, &f);
}

void jump_if(struct x64 *x, enum x64_cc cc, uint8_t *from, uint64_t pc)
{
    bool patched = !label_of(x, pc);
    if (patched)
        x64_align_distances(&x->a, from, 2, 2);
    link_from(x, x64_jcc(&x->a, cc, NULL, false), pc);
}

// Out of line is the storing of the flags, which a target that does not want them skips.
X64_LOWER(br)
{
    if (label_is_next(x, p->imm))
        return;
    bool patched = !label_of(x, p->imm);
    if ((!patched || is_last(x, x->i)) && can_put_down(x, &x->flags) &&
        wants_flags_at(x, p->imm, &x->flags))
        put_down_here(x);
    if (patched)
        restore_pins(x);
    link_from(x, x64_jmp(&x->a, NULL, patched), p->imm);
}

X64_LOWER(br_cond)
{
    if (p->c >= 14) {
        lower_br(x, p);
        return;
    }
    enum x64_cc cc = want_condition(x, p->a, p->c);
    if (x->put_down)
        x->flags.kind = X64_FLAGS_NONE;
    else if (both_want_flags(x, x->i, &x->flags))
        put_down_here(x);
    x->put_down = false;
    bool before = x->a.p == x->op_at;
    carry_flags(x, p->imm, before ? x->op_before : x->op_at);
    jump_if(x, cc, before ? x->op_before : x->op_at, p->imm);
    if (before)
        x->shifted = (unsigned)(x->a.p - JCC_BYTES - x->op_at);
}

// Branches on a register: the comparison with zero takes the host's flags, so that those in them go
// elsewhere or are computed again.
static void branch_zero(struct x64 *x, const struct ir_placed *p, enum x64_cc cc)
{
    if (both_want_flags(x, x->i, &x->flags))
        put_down_here(x);
    clobber_flags(x);
    carry_carry(x, p->imm);
    if (gpr_at(x, p->a) == X64_NONE) {
        x64_alu_mi(&x->a, X64_CMP, is_wide(p), mem_of(x, p->a), 0);
    } else {
        unsigned a = gpr_at(x, p->a);
        x64_test_rr(&x->a, is_wide(p), a, a);
    }
    jump_if(x, cc, x->op_at, p->imm);
    x->carries = false;
}

X64_LOWER2(br_nz)
{
    branch_zero(x, p, X64_NE);
}

X64_LOWER2(br_z)
{
    branch_zero(x, p, X64_E);
}

// A single bit that only the branch behind it looks at: t = ubfx a; br_z t.
bool test_bit_ahead(struct x64 *x)
{
    const struct ir_placed *p = &x->places->ops[x->i], *q = p + 1;
    if ((p->op != IR_ubfx32 && p->op != IR_ubfx64) || p->imm >> 8 != 1 ||
        x->i + 1 >= x->places->n_ops)
        return false;
    bool zero = q->op == IR_br_z32 || q->op == IR_br_z64,
         nonzero = q->op == IR_br_nz32 || q->op == IR_br_nz64;
    if (!(zero || nonzero) || q->a != p->d || !is_temp(x, p->d) ||
        x->live[x->i + 1] >> temp_index(x, p->d) & 1)
        return false;
    flags_before(x, p);
    x->i++;
    flags_before(x, q);
    clobber_flags(x);
    unsigned bit = (unsigned)p->imm & 255, a = gpr_use(x, p->a, is_wide(p), X64_SCRATCH);
    x64_rri(&x->a, X64_0F | BT, bit >= 32, 4, a, bit);
    jump_if(x, zero ? X64_AE : X64_B, x->op_at, q->imm);
    return true;
}

// A system call, and on behind it. The state is as if the block were left.
static void make_service_call(struct x64 *x, uint64_t pc)
{
    store_exit(x, IR_EXIT_SVC, pc);
    x64_lea(&x->a, true, X64_RAX, mem_rip(x->a.p));
    uint8_t *behind = x->a.p - 4;
    x64_jmp(&x->a, x->cache->service, false);
    x64_patch(behind, x->a.p);
    x->flags.kind = X64_FLAGS_NONE;
    link_from(x, x64_jmp(&x->a, NULL, true), pc);
}

X64_LOWER(exit)
{
    restore_pins(x);
    defer_flags(x, &x->flags);
    if (p->c == IR_EXIT_SVC && x->cache->service) {
        make_service_call(x, p->imm);
        return;
    }
    leave_block(x, (enum ir_exit)p->c, p->imm, false);
}
