// SPDX-License-Identifier: MIT
// One pass over the placed operations of a block, then the stubs.
#include "x64/emit.h"

#include <limits.h>
#include <string.h>

enum {
    OP_BYTES = 2048,   // more than any operation's code
    STUB_BYTES = 1024, // and of a stub: all registers are stored and loaded there
    NO_GUESS = 1       // where no branch goes
};

static const uint8_t temp_xmm[XMM_TEMPS] = {12, 13};

x64_lower_fn *x64_lower_table[IR_OP_COUNT];
extern const struct x64_lowering __start_x64_lowerings[], __stop_x64_lowerings[];

void x64_lower_init(void)
{
    for (const struct x64_lowering *l = __start_x64_lowerings; l < __stop_x64_lowerings; l++)
        for (unsigned k = 0; k < l->n; k++)
            x64_lower_table[l->op + k] = l->lower;
}

bool x64_lowers(unsigned op)
{
    x64_lower_init();
    return x64_lower_table[op];
}

static uint64_t temp_bit(const struct x64 *x, unsigned place)
{
    return is_temp(x, place) ? UINT64_C(1) << temp_index(x, place) : 0;
}

unsigned insn_of(const struct x64 *x, unsigned i)
{
    const struct ir_places *places = x->places;
    unsigned insn = x->insn;
    while (insn + 1 < places->n_insns && places->insn_start[insn + 1] <= i)
        insn++;
    return insn;
}

// Backward: which temporaries are read after each operation.
static void find_live(struct x64 *x)
{
    uint64_t live = 0;
    for (unsigned i = x->places->n_ops; i-- > 0;) {
        const struct ir_placed *p = &x->places->ops[i];
        x->live[i] = live;
        if (ir_op_info[p->op].result != IR_TYPE_N)
            live &= ~temp_bit(x, p->d);
        for (unsigned reads = ir_reads(p); reads; reads &= reads - 1)
            live |= temp_bit(x, p->operand[__builtin_ctz(reads)]);
    }
}

void note_result(struct x64 *x, const struct ir_placed *p)
{
    unsigned result = ir_op_info[p->op].result;
    if (result == IR_TYPE_N || !is_temp(x, p->d) || temp_index(x, p->d) >= 3)
        return;
    uint8_t bit = (uint8_t)(1u << temp_index(x, p->d));
    x->temp_is_vector = result == IR_TYPE_V ? x->temp_is_vector | bit : x->temp_is_vector & ~bit;
}

// Whether the operation at x->i is the evaluator's although it has a lowering. Branches and moves
// between registers never are, nor is what was done already.
static bool is_left_out(const struct x64 *x)
{
    unsigned op = x->places->ops[x->i].op;
    bool may = x->i >= x->limit && !(x->computed && x->i == x->computed);
    return may && !(ir_op_info[op].flags & (IR_EXIT | IR_STATE)) && op != IR_label;
}

// Lowerings may put the condition flags into their place on their own.
static void note_flags(struct x64 *x, const struct ir_placed *p)
{
    const struct x64_flags *f = &x->flags;
    unsigned place = x->guest->flags;
    bool pending = f->kind != X64_FLAGS_NONE && f->place == place && !f->stored;
    for (const struct ir_placed *q = p; q <= &x->places->ops[x->i]; q++)
        if (!pending && writes_flags(q, place))
            flags_in_place(x);
}

static void lower(struct x64 *x, const struct ir_placed *p)
{
    if (!x->left_out && is_there_still(x, p)) {
        note_result(x, p);
        return;
    }
    flags_before(x, p);
    keep_result(x);
    if (x64_lower_table[p->op] && !x->left_out)
        x64_lower_table[p->op](x, p), take_back_xmms(x);
    else
        call_evaluator(x, p);
    flags_after(x);
    note_flags(x, p);
    note_result(x, p);
    note_low(x, p);
    for (const struct ir_placed *q = p; q <= &x->places->ops[x->i]; q++)
        note_there(x, q);
}

void lower_next(struct x64 *x)
{
    x->op_before = x->op_at;
    x->op_at = x->a.p;
    x->shifted = 0;
    x->left_out = is_left_out(x);
    if (!x->left_out) {
        if (test_bit_ahead(x) || test_ahead(x) || compare_chain_ahead(x) || store_constant_ahead(x))
            return;
        if (!address_ahead(x))
            constant_address_ahead(x);
        lane_ahead(x);
    }
    lower(x, &x->places->ops[x->i]);
}

static void store_pc(struct x64 *x, uint64_t pc)
{
    if (fits_32(pc)) {
        x64_store_i32(&x->a, true, MEM_FIELD(pc), (int32_t)pc);
        return;
    }
    x64_mov_ri(&x->a, X64_RAX, pc);
    x64_store(&x->a, true, MEM_FIELD(pc), X64_RAX);
}

void store_exit(struct x64 *x, enum ir_exit why, uint64_t pc)
{
    store_pc(x, pc);
    x64_store_i32(&x->a, false, MEM_FIELD(exit), (int32_t)why);
}

void leave_block(struct x64 *x, enum ir_exit why, uint64_t pc, bool stored)
{
    store_exit(x, why, pc);
    x64_jmp(&x->a, stored ? x->cache->leave_stored : x->cache->leave, false);
}

// Its address becomes known when the block is complete.
static void load_link(struct x64 *x, unsigned link, unsigned r)
{
    x64_byte(&x->a, 0x48);
    x64_byte(&x->a, 0xb8 | r); // mov r, imm64
    x->link_at[link] = x->a.p;
    x64_word64(&x->a, 0);
}

static void link_stub(struct x64 *x, struct x64_stub *s)
{
    struct x64_link *l = &x->links[s->link];
    bool store = flags_elsewhere(x, &s->flags);
    if (s->moved) {
        restore_pins(x);
        s->from = x64_jmp(&x->a, NULL, true);
        x64_patch(s->from, x->a.p);
    }
    if (store) {
        l->direct = s->from;
        defer_flags(x, &s->flags);
        l->jump = x64_jmp(&x->a, NULL, true);
        x64_patch(l->jump, x->a.p);
    } else if (s->from) {
        l->jump = s->from;
    }
    l->jump_home = x64_leads_to(l->jump);
    l->direct_home = l->direct ? x64_leads_to(l->direct) : NULL;
    load_link(x, s->link, X64_RAX);
    x64_jmp(&x->a, x->cache->unlinked, false);
}

// Of an indirect branch: the way to the engine, the way past the guess, the guess.
static void guess_stub(struct x64 *x, struct x64_stub *s)
{
    struct x64_link *l = &x->links[s->link];
    x64_patch(l->jump, x->a.p);
    x64_patch(l->miss, x->a.p);
    l->jump_home = x->a.p;
    load_link(x, s->link, X64_RCX);
    x64_jmp(&x->a, x->cache->unguessed[s->branch], false);
    l->lookup = x->a.p;
    emit_lookup(&x->a, x->cache, s->branch, s->back);
    if (s->back)
        x64_jmp(&x->a, s->back, false);
    x64_align(&x->a, 8, 0);
    l->guess = (uint64_t *)x->a.p;
    x64_patch(s->compared, x->a.p);
    x64_word64(&x->a, NO_GUESS);
}

static void fault_stub(struct x64 *x, struct x64_stub *s)
{
    x64_store(&x->a, true, MEM_FIELD(fault_addr), s->address);
    defer_flags(x, &s->flags);
    restore_pins(x);
    x64_store_i32(&x->a, true, MEM_FIELD(fault_op), 0);
    leave_block(x, s->why, x->ir->pc + 4 * s->insn, false);
}

// By its distance from where the code is run, or in rax if that is too far.
static struct x64_mem rounds_at(struct x64 *x, size_t field)
{
    struct x64_mem m;
    if (x64_reaches(&x->a, (uint64_t)x->rounds + field, &m))
        return m;
    x64_mov_ri(&x->a, X64_RAX, (uint64_t)x->rounds);
    return mem(X64_RAX, (int32_t)field);
}

static void note_hot(struct x64 *x)
{
    x64_lea(&x->a, true, X64_RAX, rounds_at(x, 0));
    x64_store(&x->a, true, MEM_FIELD(native_hot), X64_RAX);
}

// Jumps to `to`, one more of those that `left` counts down.
static uint8_t *count_down(struct x64 *x, size_t left, const uint8_t *to)
{
    uint8_t *from = x->a.p;
    x64_alu_mi(&x->a, X64_SUB, false, rounds_at(x, left), 1);
    x64_jcc(&x->a, X64_NS, to, false);
    return from;
}

// A loop's way in, and its way back to the block: whoever comes there as often as the counters say
// leaves, as if to be interrupted, but there is nothing to do but to go on.
static void count_stub(struct x64 *x, const struct x64_stub *s)
{
    uint8_t *often = NULL;
    if (x->rounds->entries != INT32_MAX) {
        x->arrived = count_down(x, offsetof(struct x64_rounds, entries), x->start);
        often = x->whole ? NULL : x64_jmp(&x->a, NULL, false);
    }
    x->counted = x->whole ? x->arrived : count_down(x, offsetof(struct x64_rounds, left), x->start);
    if (often)
        x64_patch(often, x->a.p);
    if (!s->steps) {
        x64_lea(&x->a, true, X64_RAX, rounds_at(x, 0));
        x64_jmp(&x->a, x->cache->leave_hot, false);
        return;
    }
    note_hot(x);
    x64_store_i32(&x->a, true, MEM_FIELD(native_steps), s->steps);
    x64_store_i32(&x->a, true, MEM_FIELD(arg), 0);
    leave_block(x, IR_EXIT_EVALUATE, x->ir->pc, false);
}

// where: what is to be compiled another way if that happens often, or NULL.
static void evaluate_stub(struct x64 *x, struct x64_stub *s, const uint8_t *where)
{
    defer_flags(x, &s->flags);
    restore_pins(x);
    x64_store_i32(&x->a, true, MEM_FIELD(native_steps), s->steps);
    x64_mov_ri(&x->a, X64_RAX, (uint64_t)where);
    x64_store(&x->a, true, MEM_FIELD(arg), X64_RAX);
    leave_block(x, IR_EXIT_EVALUATE, x->ir->pc + 4 * s->insn, false);
}

// The way back within a loop that is all there, which is left where it would be interrupted.
static void round_stub(struct x64 *x, const struct x64_stub *s)
{
    x->way_round = count_down(x, offsetof(struct x64_rounds, left), s->back);
    note_hot(x);
    x64_jmp(&x->a, x64_leads_to(x->stubs[s->link].from), false);
}

static void make_stub(struct x64 *x, struct x64_stub *s)
{
    x->flags_in_place = false; // not known here
    map_moves(x, s->moved);
    if (s->from)
        x64_patch(s->from, x->a.p);
    switch (s->kind) {
    case STUB_LINK: link_stub(x, s); break;
    case STUB_GUESS: guess_stub(x, s); break;
    case STUB_FAULT: fault_stub(x, s); break;
    case STUB_LEAVE: // the evaluator's function has set the reason
        store_pc(x, x->ir->pc + 4 * s->insn);
        x64_store_i32(&x->a, true, MEM_FIELD(fault_op), 0);
        x64_jmp(&x->a, x->cache->leave_stored, false);
        break;
    case STUB_DEEP:
        defer_flags(x, &s->flags);
        leave_block(x, IR_EXIT_LOOKUP, s->target, false);
        break;
    case STUB_DEEP_REG: // rax is the target
        x64_mov_ri(&x->a, X64_RCX, 0);
        x64_jmp(&x->a, x->cache->unguessed[s->branch], false);
        break;
    case STUB_EVALUATE: evaluate_stub(x, s, x->start + x->cache->exec); break;
    case STUB_WATCH:
        watch_stub(x, s);
        evaluate_stub(x, s, NULL);
        break;
    case STUB_SETTLE:
        x64_mov_ri(&x->a, X64_RAX, (uint64_t)(x->cache->settle_flags + x->cache->exec));
        x64_call_r(&x->a, X64_RAX);
        x64_jmp(&x->a, s->back, false);
        break;
    case STUB_INTERRUPT:
        // Whoever comes here may have left the condition flags behind: a handler sees those of the
        // instruction that sets them.
        defer_flags(x, &s->flags);
        restore_pins(x);
        if (s->steps) {
            x64_store_i32(&x->a, true, MEM_FIELD(native_steps), s->steps);
            x64_store_i32(&x->a, true, MEM_FIELD(arg), 0);
        }
        leave_block(x, s->steps ? IR_EXIT_EVALUATE : IR_EXIT_INTERRUPT, x->ir->pc + 4 * s->insn,
                    false);
        break;
    case STUB_EDGE: edge_stub(x, s); break;
    case STUB_COUNT: count_stub(x, s); break;
    case STUB_ROUND: round_stub(x, s); break;
    }
}

static void *keep(struct x64 *x, const void *from, size_t size)
{
    void *to = arena_alloc(x->cache->data, size);
    if (to)
        memcpy(to, from, size);
    else
        x->full = true;
    return to;
}

static bool finish_block(struct x64 *x, struct x64_code *out)
{
    out->end = x->a.p;
    x->a = (struct x64_asm){x->cache->cold, x->cache->cold_end, x->cache->cold, x->cache->exec};
    out->stubs = x->a.p;
    give_up_all(x);
    for (unsigned i = 0; i < x->n_stubs; i++) {
        if (x->a.p + STUB_BYTES > x->a.end)
            return false;
        make_stub(x, &x->stubs[i]);
    }
    patch_jumps(x);
    out->n_points = (uint16_t)x->n_points;
    out->n_flags = (uint16_t)x->n_flags;
    out->n_links = (uint16_t)x->n_links;
    out->n_moves = (uint16_t)x->n_moves;
    out->n_constants = (uint16_t)x->n_constants;
    out->points = keep(x, x->points, x->n_points * sizeof *x->points);
    out->flags = keep(x, x->saved_flags, x->n_flags * sizeof *x->saved_flags);
    out->links = keep(x, x->links, x->n_links * sizeof *x->links);
    out->moves = keep(x, x->moves, x->n_moves * sizeof *x->moves);
    out->constants = keep(x, x->constants, x->n_constants * sizeof *x->constants);
    if (x->full)
        return false;
    for (unsigned i = 0; i < x->n_links; i++)
        memcpy(x->link_at[i], &(uint64_t){(uint64_t)&out->links[i]}, 8);
    out->stubs_end = x->a.p;
    out->guesses = x->guessed;
    out->counted = x->counted;
    out->arrived = x->arrived;
    return true;
}

static void map_registers(struct x64 *x)
{
    static const uint8_t temp_gpr[3] = {X64_RCX, X64_RDX, X64_R11};
    const struct x64_guest *g = x->guest;
    if (x->mapped == x->cache->xmm)
        return;
    memset(x->gpr_at, X64_NONE, sizeof x->gpr_at);
    memset(x->xmm_at, X64_NONE, sizeof x->xmm_at);
    for (unsigned i = 0; i < X64_GPR_PINS; i++)
        x->gpr_at[g->gpr[i].slot / 8] = g->gpr[i].reg;
    for (unsigned i = 0; i < x->cache->n_xmm; i++)
        x->xmm_at[x->cache->xmm[i].slot / 8] = x->cache->xmm[i].reg;
    for (unsigned t = 0; t < 3; t++) {
        x->gpr_at[(g->temps + 16 * t) / 8] = temp_gpr[t];
        if (t < XMM_TEMPS)
            x->xmm_at[(g->temps + 16 * t) / 8] = temp_xmm[t];
    }
    x->mapped = x->cache->xmm;
}

void check_interrupt(struct x64 *x, unsigned steps)
{
    test_interrupt(&x->a, MEM_FIELD(interrupt));
    x->stubs[x->n_stubs++] = (struct x64_stub){.kind = STUB_INTERRUPT,
                                               .steps = (uint16_t)steps,
                                               .insn = (uint16_t)x->insn,
                                               .flags = x->flags,
                                               .moved = x->moved,
                                               .from = x64_jcc(&x->a, X64_NE, NULL, false)};
}

// Whether one of the branches may be taken again and again without any call. Who comes round comes
// by the beginning of a block that ends so: behind a call within it, only to make the call again.
static bool may_come_round(const struct x64 *x)
{
    for (unsigned i = 0; i < x->places->n_ops; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        if (p->op == IR_br_reg || (ir_is_jump(p->op) && p->imm <= x->ir->pc + 4 * insn_of(x, i)))
            return true;
    }
    return !x->paired; // calls and returns are as other branches
}

// A loop has its own check at its label.
static void begin_block(struct x64 *x, struct x64_code *out)
{
    x->start = out->entry = x->a.p;
    x->i = x->insn = 0;
    unsigned steps = steps_without_flags(x);
    x->wants_flags = out->wants_flags = !steps;
    bool moved = x->moved;
    x->moved = false;
    if (!begins_loop(x) && may_come_round(x))
        check_interrupt(x, steps);
    if (x->rounds)
        x->stubs[x->n_stubs++] = (struct x64_stub){.kind = STUB_COUNT, .steps = (uint16_t)steps};
    x->moved = moved;
    x->flags_in_place = false;
    x->asks_flags = reads_first_flags(x, x->i);
    if (x->asks_flags) {
        x64_cmp_mi8(&x->a, MEM_FIELD(native_flags_kind), 0);
        struct x64_stub s = {.kind = STUB_SETTLE, .from = x64_jcc(&x->a, X64_NE, NULL, false)};
        s.back = x->a.p;
        x->stubs[x->n_stubs++] = s;
        x->flags_in_place = true;
    }
    enter_pins(x);
    for (unsigned i = 0; i < x->n_labels; i++)
        out->loops |= x->labels[i].loop;
}

bool x64_compile(struct x64_cache *cache, const struct ir_block *ir, struct x64_wish wish,
                 struct x64_code *out)
{
    static SCRATCH struct x64 scratch; // one thread at a time compiles
    static SCRATCH struct ir_places places;
    struct x64 *x = &scratch;
    *out = (struct x64_code){0};
    x->a = (struct x64_asm){cache->next, cache->end, cache->next, cache->exec};
    x->cache = cache;
    x->guest = cache->guest;
    x->ir = ir;
    x->places = &places;
    x->flags.kind = X64_FLAGS_NONE;
    x->n_stubs = x->n_points = x->n_links = x->n_flags = x->n_constants = 0;
    x->constant_now = false;
    x->full = x->has_address = false;
    x->lane = NULL;
    x->fp = wish.fp;
    x->tiny = wish.tiny;
    x->guess = wish.guess;
    x->guessed = false;
    x->counted = NULL;
    x->rounds = wish.rounds;
    x->whole = wish.whole;
    x->region = wish.region;
    x->sets_flags = wish.sets_flags;
    x->mode = wish.mode;
    x->arrived = NULL;
    x->untag = wish.untag;
    x->count = wish.count;
    x->called = false;
    x->paired = wish.paired;
    x->limit = wish.limited ? wish.limit : UINT_MAX;
    memset(x->low, 0, sizeof x->low);
    x->temp_is_vector = 0;
    forget_there(x, ~0u);
    x->lent = x->lent_spilled = x->reserved = x->computed = 0;
    x->doubled = false;
    map_registers(x);
    ir_place(ir, x->guest->temps, &places);
    if (cache->end - cache->next < 256)
        return false;
    keep_nothing(x);
    map_moves(x, false);
    find_live(x);
    find_labels(x);
    if (x->whole && (!begins_loop(x) || x->labels->carry)) // al is what it comes round with
        x->rounds = NULL;
    choose_pins(x);
    memset(x->low_first, 16, sizeof x->low_first);
    find_low(x);
    find_again(x);
    begin_block(x, out);
    x->op_at = x->a.p;
    x->insn = 0;
    for (x->i = 0; x->i < places.n_ops; x->i++) {
        x->insn = insn_of(x, x->i);
        if (x->a.end - x->a.p < OP_BYTES)
            return false;
        unsigned first = x->i;
        uint32_t at = (uint32_t)(x->a.p - x->start);
        if (x->count)
            tally_before(x);
        if (!lower_twins(x)) {
            keep_operands(x);
            lower_next(x);
        }
        keep_no_longer(x, first);
        if (x->count)
            tally_after(x, first);
        for (unsigned i = first; wish.layout && i <= x->i; i++)
            wish.layout->at[i] = at + x->shifted;
    }
    if (wish.layout) {
        wish.layout->places = places;
        wish.layout->at[places.n_ops] = (uint32_t)(x->a.p - x->start);
    }
    if (!finish_block(x, out))
        return false;
    cache->next = out->end;
    cache->cold = out->stubs_end;
    return true;
}

// ORDER: the jump before the guess before the way past it. A guess stays, since a thread may be
// between the comparison and the jump.
static void set_guess(struct x64_link *link, uint64_t pc)
{
    link->target = pc;
    __atomic_store_n(link->guess, pc, __ATOMIC_RELEASE);
    x64_patch(link->miss, link->lookup);
}

static void lead(struct x64_link *link)
{
    const struct x64_code *to = link->to;
    uint8_t *way = to->entry;
    if (to->counted && link->counts)
        way = to->counted;
    else if (to->counted && to->arrived)
        way = to->arrived;
    x64_patch(link->jump, way);
    if (link->direct && !to->wants_flags)
        x64_patch(link->direct, way);
}

void x64_count_no_more(struct x64_code *code)
{
    code->counted = NULL;
    for (struct x64_link *link = code->entered_by; link; link = link->next)
        lead(link);
}

void x64_link_to(struct x64_link *link, uint64_t pc, struct x64_code *target)
{
    bool guessed = !link->guess || *link->guess != NO_GUESS;
    if (link->to || (guessed && link->target != pc))
        return;
    link->to = target;
    link->next = target->entered_by;
    link->at = &target->entered_by;
    if (link->next)
        link->next->at = &link->next;
    target->entered_by = link;
    lead(link);
    if (!guessed)
        set_guess(link, pc);
}

static void lead_home(struct x64_link *link)
{
    x64_patch(link->jump, link->jump_home);
    if (link->direct)
        x64_patch(link->direct, link->direct_home);
}

void x64_unlink(struct x64_link *link)
{
    if (!link->to)
        return;
    lead_home(link);
    *link->at = link->next;
    if (link->next)
        link->next->at = link->at;
    link->to = NULL;
}

void x64_unlink_all(struct x64_code *code)
{
    while (code->entered_by)
        x64_unlink(code->entered_by);
    for (unsigned i = 0; i < code->n_links; i++)
        x64_unlink(&code->links[i]);
}

void x64_unlink_anyhow(struct x64_code *code)
{
    code->entered_by = NULL;
    for (unsigned i = 0; i < code->n_links; i++) {
        lead_home(&code->links[i]);
        code->links[i].to = NULL;
    }
}

const struct x64_point *x64_point_at(const struct x64_code *code, const uint8_t *at)
{
    uint32_t offset = (uint32_t)(at - code->entry);
    unsigned lo = 0, hi = code->n_points;
    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (code->points[mid].at < offset)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < code->n_points && code->points[lo].at == offset ? &code->points[lo] : NULL;
}

static uint64_t value_at(const struct x64_guest *g, const struct ir_state *s, unsigned place,
                         const uint64_t gpr[16])
{
    static const uint8_t temp_gpr[3] = {X64_RCX, X64_RDX, X64_R11};
    if (place >= g->temps && place < g->temps + 16u * 3)
        return gpr[temp_gpr[(place - g->temps) / 16]];
    return *(const uint64_t *)((const char *)s + place);
}

// The same of a vector's low half.
static uint64_t number_at(const struct x64_guest *g, const struct ir_state *s, unsigned place,
                          const union ir_val xmm[32])
{
    uint64_t v;
    for (unsigned t = 0; t < XMM_TEMPS; t++)
        if (place == g->temps + 16 * t)
            return xmm[temp_xmm[t]].l64[0];
    memcpy(&v, (const char *)s + place, sizeof v);
    return v;
}

static uint64_t compare_numbers(const struct x64_flags *f, uint64_t a, uint64_t b)
{
    struct fp_env raised_before = {0};
    return f->wide ? fp64_compare(a, b, false, &raised_before)
                   : fp32_compare((uint32_t)a, (uint32_t)b, false, &raised_before);
}

static uint64_t flags_of(const struct x64_flags *f, uint64_t a, uint64_t b)
{
    enum ir_op op = f->kind == X64_FLAGS_SUB   ? f->wide ? IR_subf64 : IR_subf32
                    : f->kind == X64_FLAGS_ADD ? f->wide ? IR_addf64 : IR_addf32
                    : f->wide                  ? IR_logf64
                                               : IR_logf32;
    if (f->result)
        a = f->kind == X64_FLAGS_SUB ? a + b : a - b;
    if (!f->wide) {
        a = (uint32_t)a;
        b = (uint32_t)b;
    }
    if (f->kind == X64_FLAGS_LOGIC)
        a &= b;
    union ir_val operand[3] = {{.l64 = {a}}, {.l64 = {b}}, {.l64 = {0}}};
    return eval_pure(op, operand, 0).l32[0];
}

static void put_flags(const struct x64_guest *g, struct ir_state *s, const struct x64_flags *f,
                      uint64_t a, uint64_t b)
{
    *(uint64_t *)((char *)s + g->flags) =
        f->kind == X64_FLAGS_FP ? compare_numbers(f, a, b) : flags_of(f, a, b);
    s->native_flags_kind = 0;
}

void x64_settle(const struct x64_guest *g, struct ir_state *s)
{
    if (s->native_flags_kind == CARRIED_KIND) { // nobody looks at them
        s->native_flags_kind = 0;
    } else if (s->native_flags_kind) {
        struct x64_flags deferred = deferred_flags(s->native_flags_word);
        put_flags(g, s, &deferred, s->native_flags[0],
                  deferred.b_imm ? deferred.imm : s->native_flags[1]);
    }
}

void x64_recover(const struct x64_cache *cache, const struct x64_code *code,
                 const struct x64_point *point, struct ir_state *s, const uint64_t gpr[16],
                 const union ir_val xmm[32], const union ir_val high[32])
{
    const struct x64_guest *g = cache->guest;
    struct x64_pin gpr_pins[X64_GPR_PINS], xmm_pins[X64_XMM_PINS];
    memcpy(gpr_pins, g->gpr, sizeof gpr_pins);
    memcpy(xmm_pins, cache->xmm, cache->n_xmm * sizeof *xmm_pins);
    for (unsigned i = 0; i < code->n_moves; i++) {
        const struct x64_move *m = &code->moves[i];
        struct x64_pin *pins = m->vector ? xmm_pins : gpr_pins;
        while (pins->reg != m->reg)
            pins++;
        pins->slot = m->in;
        pins->high = m->high;
    }
    for (unsigned i = 0; i < X64_GPR_PINS; i++) {
        const struct x64_pin *pin = &gpr_pins[i];
        *(uint64_t *)((char *)s + pin->slot) = point->rbx_spilled && pin->reg == X64_RBX
                                                   ? s->native_spill[X64_RBX_SPILL]
                                                   : gpr[pin->reg];
    }
    for (unsigned i = 0; i < cache->n_xmm; i++) {
        const struct x64_pin *pin = &xmm_pins[i];
        if (pin->slot)
            memcpy((char *)s + pin->slot, &xmm[pin->reg], sizeof *xmm);
        if (pin->high)
            memcpy((char *)s + pin->high, &high[pin->reg], sizeof *high);
    }
    if (point->constant) {
        const struct x64_constant *constant = &code->constants[point->constant - 1];
        *(uint64_t *)((char *)s + constant->slot) = constant->value;
    }
    const struct x64_flags *f = point->flags ? &code->flags[point->flags - 1] : NULL;
    if (f && (!f->carried || s->native_flags_kind == CARRIED_KIND)) {
        bool fp = f->kind == X64_FLAGS_FP;
        uint64_t a = fp ? number_at(g, s, f->a, xmm) : value_at(g, s, f->a, gpr);
        uint64_t b = fp         ? number_at(g, s, f->b, xmm)
                     : f->b_imm ? f->imm
                                : value_at(g, s, f->b, gpr);
        put_flags(g, s, f, a - (uint64_t)(int64_t)f->moved[0], b - (uint64_t)(int64_t)f->moved[1]);
    } else {
        x64_settle(g, s);
    }
}
