// SPDX-License-Identifier: MIT
// Indirect branches, calls and returns.
//
// An indirect branch finds its target in a table of the thread. What is there may be landed on by
// branches of its kind, so that landing pads cost nothing. Where the target is mostly the same it
// is compared with the first one there was, for which there is a direct jump.
//
// A call is a call of the host, a return a return of the host, with the guest's return address in
// rax. Behind the call that is compared with the address that it should be: then the host's
// prediction was right, and so was the jump. Otherwise (longjmp, another coroutine's stack, an
// exception) the table is asked. So the host's stack is only ever a guess, and may be dropped at
// any time: when it gets too deep, and whenever translated code is left, since code that is thrown
// away may have return addresses there. At its bottom is one that leads to the table.
#include "x64/emit.h"

static struct x64_mem field(const struct x64_guest *g, size_t offset)
{
    return mem(X64_STATE, (int32_t)offset - g->bias);
}
#define FIELD(f) field(g, offsetof(struct ir_state, f))

// Field of the entry of table r11 at rcx, which is 4 times its number.
static struct x64_mem entry(size_t field)
{
    enum { SCALE = 2 };
    return mem_index(X64_R11, X64_RCX, SCALE, (int32_t)field);
}

// Compares rax with what is in the table, r11, at the first place for it, rcx, or at the second.
static void compare_entry(struct x64_asm *a, bool second)
{
    x64_mov_rr(a, second, X64_RCX, X64_RAX);
    if (second) {
        x64_shift_ri(a, X64_SHR, true, X64_RCX, IR_SECOND_JUMP);
        x64_alu_rr(a, X64_XOR, false, X64_RCX, X64_RAX);
    }
    x64_alu_ri(a, X64_AND, false, X64_RCX, (IR_NATIVE_JUMPS - 1) * 4);
    x64_alu_mr(a, X64_CMP, true, entry(offsetof(struct ir_native_jump, pc)), X64_RAX);
}

void emit_lookup(struct x64_asm *a, const struct x64_cache *cache, unsigned kind, bool call)
{
    x64_load(a, true, X64_R11, field(cache->guest, offsetof(struct ir_state, native_jumps[kind])));
    compare_entry(a, false);
    if (!call) {
        x64_jcc(a, X64_NE, cache->unknown[kind], false);
        x64_jmp_m(a, entry(offsetof(struct ir_native_jump, code)));
        return;
    }
    uint8_t *elsewhere = x64_jcc(a, X64_NE, NULL, false);
    x64_call_m(a, entry(offsetof(struct ir_native_jump, code)));
    uint8_t *over = x64_jmp(a, NULL, false);
    x64_patch(elsewhere, a->p);
    x64_call(a, cache->unknown[kind], false);
    x64_patch(over, a->p);
}

static void make_unlinked(struct x64_cache *cache, struct x64_asm *a)
{
    const struct x64_guest *g = cache->guest;
    cache->unlinked = a->p;
    x64_store(a, true, FIELD(native_link), X64_RAX);
    x64_load(a, true, X64_RCX, mem(X64_RAX, offsetof(struct x64_link, target)));
    x64_store(a, true, FIELD(pc), X64_RCX);
    x64_store_i32(a, false, FIELD(exit), IR_EXIT_LOOKUP);
    x64_jmp(a, cache->leave, false);
}

void make_dispatch(struct x64_cache *cache, struct x64_asm *a)
{
    const struct x64_guest *g = cache->guest;
    uint8_t *leave[IR_BRANCH_KINDS];
    for (unsigned kind = 0; kind < IR_BRANCH_KINDS; kind++) {
        cache->unknown[kind] = a->p;
        compare_entry(a, true);
        uint8_t *nowhere = x64_jcc(a, X64_NE, NULL, false);
        x64_jmp_m(a, entry(offsetof(struct ir_native_jump, code)));
        leave[kind] = a->p;
        x64_patch(nowhere, a->p);
        x64_mov_ri(a, X64_RCX, 0);
        cache->unguessed[kind] = a->p;
        x64_store(a, true, FIELD(native_link), X64_RCX);
        x64_store(a, true, FIELD(pc), X64_RAX);
        x64_store_i32(a, false, FIELD(branch), (int32_t)kind);
        x64_store_i32(a, false, FIELD(exit), IR_EXIT_LOOKUP);
        x64_jmp(a, cache->leave, false);
    }
    make_unlinked(cache, a);
    cache->stack_empty = a->p;
    x64_lea(a, true, X64_RSP, mem(X64_RSP, -8)); // it stays there
    cache->return_elsewhere = a->p;
    test_interrupt(a, FIELD(interrupt));
    x64_jcc(a, X64_NE, leave[IR_BRANCH_RETURN], false);
    emit_lookup(a, cache, IR_BRANCH_RETURN, false);
}

// Before a call: if there is no more room, or the thread is to be interrupted, it leaves for where
// the call leads, and those that have not returned are forgotten.
static void make_room(struct x64 *x, struct x64_stub leave)
{
    clobber_flags(x);
    x64_alu_rm(&x->a, X64_CMP, true, X64_RSP, MEM_FIELD(native_stack_limit));
    leave.flags = x->flags;
    leave.from = x64_jcc(&x->a, X64_B, NULL, false);
    x->stubs[x->n_stubs++] = leave;
}

// Behind a call.
static void land(struct x64 *x)
{
    uint64_t pc = x->ir->pc + 4 * ((uint64_t)x->insn + 1);
    x->flags.kind = X64_FLAGS_NONE;
    if (fits_32(pc)) {
        x64_alu_ri(&x->a, X64_CMP, true, X64_RAX, (int32_t)pc);
    } else {
        x64_mov_ri(&x->a, X64_RCX, pc);
        x64_alu_rr(&x->a, X64_CMP, true, X64_RAX, X64_RCX);
    }
    x64_jcc(&x->a, X64_NE, x->cache->return_elsewhere, false);
    if (!label_is_next(x, pc))
        link_from(x, x64_jmp(&x->a, NULL, true), pc);
}

X64_LOWER(call)
{
    restore_pins(x);
    if (!x->paired) {
        link_from(x, x64_jmp(&x->a, NULL, true), p->imm);
        return;
    }
    make_room(x, (struct x64_stub){.kind = STUB_DEEP, .target = p->imm});
    link_from(x, x64_call(&x->a, NULL, true), p->imm);
    land(x);
}

// The jump or call to the first target of this branch; rax: where to.
static struct x64_stub *guess(struct x64 *x, unsigned kind, bool call)
{
    struct x64_stub *s = &x->stubs[x->n_stubs++];
    *s = (struct x64_stub){.kind = STUB_GUESS, .branch = kind, .link = new_link(x, 0)};
    struct x64_link *l = &x->links[s->link];
    enum { COMPARE = 7, JCC = 6 }; // bytes
    x64_align_distances(&x->a, x->a.p, COMPARE + 2, COMPARE + JCC + 1);
    x64_rm(&x->a, 0x3b, true, X64_RAX, mem_rip(x->a.p)); // cmp rax, m
    s->compared = x->a.p - 4;
    l->miss = x64_jcc(&x->a, X64_NE, NULL, true);
    l->jump = call ? x64_call(&x->a, NULL, true) : x64_jmp(&x->a, NULL, true);
    return s;
}

X64_LOWER(br_reg)
{
    unsigned kind = p->c % IR_BRANCH_KINDS;
    restore_pins(x);
    defer_flags(x, &x->flags);
    gpr_get(x, p->a, true, X64_RAX);
    if (p->c & IR_BRANCH_STEADY)
        guess(x, kind, false);
    else
        emit_lookup(&x->a, x->cache, kind, false);
}

X64_LOWER(call_reg)
{
    restore_pins(x);
    defer_flags(x, &x->flags);
    gpr_get(x, p->a, true, X64_RAX);
    if (x->paired)
        make_room(x, (struct x64_stub){.kind = STUB_DEEP_REG, .branch = p->c});
    struct x64_stub *s = guess(x, p->c, x->paired);
    if (x->paired) {
        s->back = x->a.p;
        land(x);
    }
}

X64_LOWER(ret)
{
    restore_pins(x);
    defer_flags(x, &x->flags);
    gpr_get(x, p->a, true, X64_RAX);
    if (x->paired)
        x64_ret(&x->a);
    else
        emit_lookup(&x->a, x->cache, IR_BRANCH_RETURN, false);
}
