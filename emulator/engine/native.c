// SPDX-License-Identifier: MIT
// The first compiled tier: the cache of code, which guest registers it pins, and the way back from
// a fault in it.
#include "engine/native.h"

#include "base/die.h"
#include "base/log.h"
#include "engine/engine_internal.h"
#include "engine/kept.h"
#include "engine/perf.h"
#include "engine/regions.h"
#include "engine/saved.h"
#include "engine/stats.h"
#include "x64/compile.h"

#include <stddef.h>
#include <string.h>
#include <ucontext.h>

enum {
    LEAST_REGION = 16 << 10, // what does not fit one stays evaluated
    ROUNDS = 32,             // of a loop each time, on average, to be worth a region
    LONG_ENOUGH = 16,        // instructions of a block that need not go on into code
    COUNTERS = 128,          // of rounds, that lie together
    MUCH = 1 << 14,          // blocks: who has so many compiled runs for long
};

enum { RCX = 1, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };

// The registers that gain most by it; by the measurement in docs/design.md. The bias puts X6 to
// X30, and of the fields behind them all up to native_stack_limit, within a byte's reach of r15.
enum { BIAS = CPU_X(22), INTERRUPTS = IR_INTERRUPT_CALLER | IR_INTERRUPT_SAFEPOINT };
_Static_assert((BIAS & INTERRUPTS) == INTERRUPTS && _Alignof(struct cpu) > INTERRUPTS,
               "r15 has the bits of all interrupts");

static struct ir_direct direct = {NULL, &(uint32_t){0}};

const struct x64_guest native_guest = {
    .bias = BIAS,
    .temps = CPU_FIELD(temps),
    .flags = CPU_FIELD(nzcv),
    .service = native_service,
    .direct = &direct,
    .call_number = CPU_X(8),
    .call_result = CPU_X(0),
    .loop = 4 * A64_REGION_INSNS,
    .x = CPU_X(0),
    .n_x = 32,
    .v = CPU_V(0),
    .n_v = 32,
    .gpr = {{CPU_X(0), RBX},
            {CPU_X(1), RSI},
            {CPU_X(2), RDI},
            {CPU_X(3), R8},
            {CPU_X(4), R9},
            {CPU_X(19), R14},
            {CPU_X(20), R13},
            {CPU_X(21), R12},
            {CPU_X(30), R10},
            {CPU_FIELD(sp), RBP}},
    .xmm_of_16 = {{CPU_V(0), 0},
                  {CPU_V(1), 1},
                  {CPU_V(2), 2},
                  {CPU_V(3), 3},
                  {CPU_V(4), 4},
                  {CPU_V(5), 5},
                  {CPU_V(6), 6},
                  {CPU_V(7), 7},
                  {CPU_V(8), 8},
                  {CPU_V(9), 9},
                  {CPU_V(10), 10},
                  {CPU_V(16), 11}},
    .xmm_of_32 = {{CPU_V(0), 0},   {CPU_V(1), 1},   {CPU_V(2), 2},   {CPU_V(3), 3},
                  {CPU_V(4), 4},   {CPU_V(5), 5},   {CPU_V(6), 6},   {CPU_V(7), 7},
                  {CPU_V(16), 16}, {CPU_V(17), 17}, {CPU_V(18), 18}, {CPU_V(19), 19},
                  {CPU_V(20), 20}, {CPU_V(21), 21}, {CPU_V(22), 22}, {CPU_V(23), 23},
                  {CPU_V(24), 24}, {CPU_V(25), 25}, {CPU_V(26), 26}, {CPU_V(27), 27},
                  {CPU_V(8), 28},  {CPU_V(9), 29},  {CPU_V(10), 30}, {CPU_V(11), 31}},
};

// Code and what belongs to it are regions that go together.
static struct {
    bool ready, refused;
    struct x64_cache cache;
    struct regions data;     // their items: the code, by where it is written
    size_t bytes_each;       // of code
    void *code_at, *data_at; // addresses that are kept for them
    struct x64_tally *tallies[REGIONS];
    struct native_rounds *rounds; // of the current region, the next ones
    unsigned n_rounds;
} native;

struct engine_settings engine_settings = {
    .tier = 2, .threshold = 50, .later = 16, .region_runs = 300, .paired = true, .lazy_fpsr = true};

bool native_wanted(void)
{
    return engine_settings.tier > 0 && !native.refused;
}

unsigned native_runs(void)
{
    return native_wanted() ? engine_settings.threshold : 0;
}

// What is new in a program that has run for long runs often more than in one that begins.
unsigned native_runs_now(void)
{
    return native_runs() && engine_stats.compiled >= MUCH ? engine_settings.later : native_runs();
}

// Where the program has been; a block of some length ends where there is code already: shorter ones
// take it in once more, since an indirect branch of their own is predicted better, but not behind a
// call, where blocks would end anyway. At the threshold 1 nobody has been anywhere.
bool native_goes_on(const struct a64_tr *t, uint64_t pc)
{
    const struct block *b = blocks_find(pc, t->mode);
    if (!b)
        return engine_settings.threshold <= 1;
    return !b->native || (t->insns < LONG_ENOUGH && !t->label);
}

bool native_comes_to(const struct a64_tr *t, uint64_t pc)
{
    const struct block *b = blocks_find(pc, t->mode);
    return engine_settings.region_runs <= 1 || (b && blocks_is_warm(b));
}

static size_t code_bytes(void)
{
    size_t least = REGIONS * LEAST_REGION;
    return engine_settings.cache < least ? least : engine_settings.cache;
}

// Code is to go to the current region.
static void fill_region(void)
{
    uint8_t *from = native.cache.first + native.data.current * native.bytes_each;
    x64_cache_fill(&native.cache, from, from + native.bytes_each,
                   &native.data.at[native.data.current].memory);
    native.n_rounds = 0;
}

void native_init(void)
{
    native.code_at = arena_address_near(2 * code_bytes());
    native.data_at = arena_address_near(2 * code_bytes());
}

// At the first hot block: short programs never get here.
static bool make_ready(void)
{
    if (native.ready || native.refused)
        return native.ready;
    const char *lacks = x64_host_lacks();
    if (engine_os && engine_os->direct && engine_chains())
        direct = *engine_os->direct;
    if (lacks || !x64_cache_init(&native.cache, native.code_at, code_bytes(), &native_guest)) {
        if (lacks)
            complain("this processor has no %s: programs are interpreted, and slow", lacks);
        else
            complain("the host gives no executable memory: programs are interpreted, and slow");
        native.refused = true;
        saved_never(); // blocks count no runs from here on
        return false;
    }
    size_t size = (size_t)(native.cache.limit - native.cache.first);
    native.bytes_each = size / REGIONS / 4096 * 4096;
    regions_init(&native.data, native.data_at, 2 * native.bytes_each);
    fill_region();
    native.ready = true;
    perf_code("a64run_enter_leave", native.cache.base + native.cache.exec,
              native.cache.first + native.cache.exec);
    return true;
}

static eval_fn run_native;

// Where an indirect branch of compiled code leads, if that is a block of the evaluator's which such
// branches know: the way by the driver takes longer. One that is compiled by now is the driver's,
// which tells compiled code's branches.
static const struct eval_op *evaluated(struct ir_state *s)
{
    const struct cpu *c = container_of(s, struct cpu, s);
    const struct ir_jump *j = &s->jumps[s->branch][(s->pc >> 2) % IR_JUMPS];
    if (s->exit != IR_EXIT_LOOKUP || s->native_link || s->native_hot ||
        __atomic_load_n(&s->interrupt, __ATOMIC_RELAXED) ||
        __atomic_load_n(&j->pc, __ATOMIC_RELAXED) != s->pc || cpu_mode(c) != c->engine->mode)
        return NULL;
    const struct eval_op *code = __atomic_load_n(&j->code, __ATOMIC_RELAXED);
    if (__atomic_load_n(&code->fn, __ATOMIC_ACQUIRE) == run_native)
        return NULL;
    s->branch = IR_BRANCH_RETURN;
    return code;
}

// What the first operation of a compiled block's evaluator code becomes: the way in. The block may
// be compiled again meanwhile.
static const struct eval_op *run_native(struct ir_state *s, const struct eval_op *op)
{
    x64_env_enter(s);
    native.cache.enter(s, (const uint8_t *)__atomic_load_n(&op[1].imm, __ATOMIC_ACQUIRE));
    x64_env_leave(s);
    return evaluated(s);
}

void native_serviced(struct ir_state *s, bool goes_on)
{
    native.cache.serviced(s, goes_on);
}

static void drop(struct native_code *n)
{
    struct block *b = n->block;
    if (!b)
        return;
    n->block = NULL;
    __atomic_store_n(&b->native, NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&b->runs_left, blocks_left(b), __ATOMIC_RELAXED); // promote_sooner() of others
    blocks_count(b, native_runs());
}

void native_drop(struct block *b)
{
    if (!b->native)
        return;
    x64_unlink_all(&b->native->code);
    jumps_remove(b->pc);
    if (b->native->code.loops) // a loop within it has no link to undo
        safepoint_reached(safepoint_removed());
    drop(b->native);
}

static void evict(void *item)
{
    struct native_code *n = item;
    if (n->block)
        native_drop(n->block);
}

// Of the code that was made last, without what counts; `old` are the counters before.
static uint64_t bytes_of(const struct native_code *n, const struct x64_tally *old)
{
    uint64_t bytes =
        (uint64_t)(n->code.end - n->code.entry) + (uint64_t)(n->code.stubs_end - n->code.stubs);
    for (const struct x64_tally *t = native.cache.tallies; t != old; t = t->next)
        bytes -= X64_TALLY_BYTES;
    return bytes;
}

// Counters of code go with its region.
static void collect(struct x64_tally *first)
{
    for (struct x64_tally *t = first; t; t = t->next) {
        for (unsigned i = 0; i < t->n; i++) {
            bool called = t->ops[i] & X64_CALLED;
            *(called ? &engine_stats.called : &engine_stats.lowered) += t->runs;
            if (called)
                engine_stats.calls[t->ops[i] & ~X64_CALLED] += t->runs;
        }
        t->runs = 0;
    }
}

void native_collect(void)
{
    if (!native.ready)
        return;
    native.tallies[native.data.current] = native.cache.tallies;
    for (unsigned i = 0; i < REGIONS; i++)
        collect(native.tallies[i]);
}

static bool next_region(void)
{
    native_collect();
    if (!regions_advance(&native.data, evict))
        return false;
    if (native.data.anew)
        kept_end();
    native.cache.tallies = native.tallies[native.data.current] = NULL;
    fill_region();
    return true;
}

// Whether it has a loop within it that does not begin where it does.
static bool has_inner_loop(const struct a64_tr *t)
{
    uint64_t pc = t->ir.pc;
    for (unsigned i = 1; i < t->ir.count; i++) {
        const struct ir_inst *in = &t->ir.inst[i];
        if (in->op == IR_insn)
            pc = in->imm;
        else if (ir_is_jump(in->op) && in->imm > t->ir.pc && in->imm <= pc)
            return true;
    }
    return false;
}

bool native_comes_round(const struct native_code *n)
{
    return __atomic_load_n(&n->rounds->left.entries, __ATOMIC_RELAXED) >= 0;
}

// How often a loop comes round until it is looked at. What is a region already was one that did.
static int32_t rounds_for(bool region)
{
    int32_t runs = (int32_t)engine_settings.region_runs;
    return region ? (runs + 2) / 3 : runs;
}

// How often a loop may be entered until it has come round so often; at least once.
static int32_t entries_for(int32_t rounds)
{
    return (rounds + ROUNDS - 1) / ROUNDS;
}

static int32_t counted_on(int32_t from, int32_t left, int times)
{
    int64_t to = from - (int64_t)(from - left) * times;
    return to > 0 ? (int32_t)to : 0;
}

// How many instructions a loop has, as far as those who came round say.
static unsigned loop_insns(const struct native_code *n)
{
    unsigned insns = n->n_insns;
    for (const struct x64_link *link = n->code.entered_by; link; link = link->next)
        if (link->counts && link->behind >= insns)
            insns = link->behind + 1u;
    return insns;
}

static bool is_of_integers(const struct native_code *n)
{
    unsigned insns = loop_insns(n);
    for (unsigned i = 0; i < insns; i++) {
        const struct block *b = blocks_find(n->pc + 4 * (uint64_t)i, n->block->mode);
        if (b && b->vectors)
            return false;
    }
    return true;
}

bool native_counts_in_vain(const struct native_code *n)
{
    const struct x64_rounds *r = &n->rounds->left;
    int32_t rounds = rounds_for(false);
    return !n->region && (r->left < rounds || r->entries < entries_for(rounds)) &&
           is_of_integers(n);
}

void native_count_on(struct native_code *n, int times)
{
    int32_t rounds = rounds_for(n->region), entries = entries_for(rounds);
    struct x64_rounds *r = &n->rounds->left;
    int32_t came_round = rounds - r->left;
    r->left = counted_on(rounds, r->left, times);
    if (r->entries == INT32_MAX)
        return;
    bool often = came_round >= ROUNDS * (entries - r->entries);
    r->entries = counted_on(entries, r->entries, times);
    if (often && !r->left) // it would first be entered, too often
        r->entries = entries;
}

static bool computes(const struct a64_tr *t)
{
    enum { SOME = 2 };
    unsigned fp = 0;
    for (unsigned i = 1; i < t->ir.count; i++)
        fp += (ir_op_info[t->ir.inst[i].op].flags & IR_ENV) != 0;
    return fp >= SOME;
}

bool native_region_gains(const struct a64_tr *t)
{
    return engine_settings.region_runs <= 1 || !t->nested || computes(t);
}

// Whether a loop from here is worth a region however often it comes round; what lies around another
// loop is looked at as a whole when it is hot.
static bool may_become_region(const struct a64_tr *t)
{
    return engine_settings.region_runs <= 1 || t->insns >= MAX_BLOCK_INSNS || computes(t) ||
           has_inner_loop(t);
}

// Apart from the rest, as the counters of blocks are.
static bool count_rounds(struct native_code *n, struct region *r, bool entries)
{
    if (!native.n_rounds) {
        native.rounds = arena_alloc(&r->memory, COUNTERS * sizeof *native.rounds);
        if (!native.rounds)
            return false;
        native.n_rounds = COUNTERS;
    }
    native.n_rounds--;
    int32_t runs = rounds_for(n->region);
    *native.rounds =
        (struct native_rounds){{entries ? entries_for(runs) : INT32_MAX, runs, n->pc}, n};
    n->rounds = native.rounds++;
    return true;
}

bool native_enters_unseen(const struct native_code *n)
{
    return n->rounds->left.entries == entries_for(rounds_for(n->region));
}

static bool asks(const struct block *b, const struct a64_tr *t, struct native_form form)
{
    bool loop = form.region || b->looped || may_become_region(t);
    return form.counted && engine_settings.tier > 1 && loop;
}

static bool sets_flags(uint64_t pc, uint32_t mode)
{
    const struct block *b = blocks_find(pc, mode);
    return b && b->sets_flags;
}

static struct native_code *compile(struct block *b, const struct a64_tr *t, struct native_form form,
                                   struct x64_layout *layout)
{
    struct x64_wish wish = {.fp = !(b->mode & A64_MODE_FP || b->evaluate_fp),
                            .tiny = !(b->mode & A64_MODE_FPSR_UNSEEN),
                            .guess = !b->no_guess,
                            .untag = b->untag,
                            .region = form.region,
                            .count = engine_settings.stats != NULL,
                            .paired = engine_settings.paired && !engine_settings.check,
                            .sets_flags = sets_flags,
                            .mode = b->mode,
                            .layout = layout,
                            .limited = engine_settings.compile_some,
                            .limit = engine_settings.max_operations};
    const struct x64_tally *counted = native.cache.tallies;
    struct region *r = &native.data.at[native.data.current];
    uint8_t *start = native.cache.next, *cold = native.cache.cold;
    struct native_code *n = arena_alloc(&r->memory, sizeof *n);
    if (!n)
        return NULL;
    *n = (struct native_code){.block = b,
                              .pc = b->pc,
                              .n_insns = t->insns,
                              .made_from = t->made_from,
                              .region = form.region};
    if (asks(b, t, form)) {
        if (!count_rounds(n, r, form.region || !may_become_region(t)))
            return NULL;
        wish.rounds = &n->rounds->left;
        wish.whole = form.region;
    }
    if (!x64_compile(&native.cache, &t->ir, wish, &n->code))
        return NULL;
    if (!region_note(r, n->code.entry, n)) {
        native.cache.next = start;
        native.cache.cold = cold;
        return NULL;
    }
    engine_stats.code_bytes += bytes_of(n, counted);
    return n;
}

bool native_chosen(uint64_t pc)
{
    const struct engine_settings *s = &engine_settings;
    return !s->compile_some || (pc >= s->compile_first && pc <= s->compile_last);
}

// Half of what code branches to is compiled before it: that would be looked up when each branch is
// first taken. Loops' ways back tell who comes round there, and so wait until somebody does.
static void link_ahead(struct native_code *n, uint32_t mode)
{
    for (unsigned i = 0; engine_chains() && i < n->code.n_links; i++) {
        struct x64_link *link = &n->code.links[i];
        bool waits = link->guess || link->counts;
        const struct block *to = waits ? NULL : blocks_find(link->target, mode);
        if (!to || !to->native || to->lands & A64_LANDS_TELL)
            continue;
        engine_stats.linked++;
        x64_link_to(link, to->pc, &to->native->code);
    }
}

// Room is made once: what does not fit an empty region stays evaluated.
bool native_compile(struct block *b, const struct a64_tr *t, struct native_form form,
                    struct x64_layout *layout)
{
    if (!native_chosen(b->pc) || !make_ready())
        return true;
    struct native_code *n = compile(b, t, form, layout);
    if (!n) {
        if (!next_region())
            return false;
        n = compile(b, t, form, layout);
    }
    if (!n)
        return true;
    if (b->native) {
        native_drop(b);
        safepoint_removed();
    }
    __atomic_store_n(&b->native, n, __ATOMIC_RELEASE);
    if (engine_settings.perf)
        perf_block(n);
    eval_take_over(&b->code, run_native, (uint64_t)native_entry(n));
    link_ahead(n, b->mode);
    return true;
}

const uint8_t *native_entry(const struct native_code *n)
{
    return n->code.entry + native.cache.exec;
}

struct native_code *native_code_at(const void *at)
{
    if (!native.ready)
        return NULL;
    const uint8_t *p = (const uint8_t *)at - native.cache.exec;
    if (p < native.cache.first || p >= native.cache.first + REGIONS * native.bytes_each)
        return NULL;
    size_t i = (size_t)(p - native.cache.first) / native.bytes_each;
    struct native_code *n = region_find(&native.data.at[i], p);
    return n && p < n->code.end ? n : NULL;
}

unsigned native_recover(struct cpu *c, const struct native_code *n, void *ucontext)
{
    static const uint8_t greg[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                     REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                     REG_R12, REG_R13, REG_R14, REG_R15};
    const ucontext_t *uc = ucontext;
    uint64_t gpr[16];
    union ir_val xmm[32], high[32];
    const uint8_t *rip = (const uint8_t *)uc->uc_mcontext.gregs[REG_RIP];
    const struct x64_point *point = x64_point_at(&n->code, rip - native.cache.exec);
    assert_msg(point, "engine: fault in compiled code at %p, where none can be (block %#llx)",
               (const void *)rip, (unsigned long long)n->pc);
    for (unsigned i = 0; i < 16; i++)
        gpr[i] = (uint64_t)uc->uc_mcontext.gregs[greg[i]];
    x64_host_vectors(uc->uc_mcontext.fpregs, xmm, high);
    x64_recover(&native.cache, &n->code, point, &c->s, gpr, xmm, high);
    c->s.pc = n->pc + 4 * point->insn;
    return point->steps;
}

void native_recover_call(struct cpu *c)
{
    x64_settle(&native_guest, &c->s);
}

// The region that is being filled counts as full: how far it is filled nobody can tell.
void native_start_over(void)
{
    if (!native.ready)
        return;
    for (unsigned i = 0; i < REGIONS; i++)
        for (unsigned k = 0; k < native.data.at[i].count; k++) {
            struct native_code *n = region_item(&native.data.at[i], k);
            n->block = NULL;
            x64_unlink_anyhow(&n->code);
        }
    regions_give_up(&native.data);
    uint8_t *end = native.cache.first + (native.data.current + 1) * native.bytes_each;
    x64_cache_fill(&native.cache, end, end, &native.data.at[native.data.current].memory);
}

void native_watches_changed(void)
{
    if (native.ready)
        x64_watches_changed(&native.cache);
}

void native_each(void (*visit)(const struct native_code *n))
{
    for (unsigned i = 0; native.ready && i < REGIONS; i++)
        for (unsigned k = 0; k < native.data.at[i].count; k++)
            visit(region_item(&native.data.at[i], k));
}

bool native_has_memory(void)
{
    return native.ready;
}

bool native_place(struct native_place *place)
{
    if (!native_wanted() || !make_ready() || native.cache.exec)
        return false;
    *place = (struct native_place){.data = native.data, .base = native.cache.base};
    for (unsigned i = 0; i <= native.data.current; i++) {
        const struct region *r = &native.data.at[i];
        uint8_t *first = native.cache.first + i * native.bytes_each;
        const struct native_code *last = r->count ? region_item(r, r->count - 1) : NULL;
        place->first[i] = first;
        place->next[i] = last ? last->code.end : first;
        place->cold[i] = x64_cold(first, first + native.bytes_each);
        place->cold_next[i] = last ? last->code.stubs_end : place->cold[i];
    }
    return true;
}

void native_come_back(const struct native_place *place)
{
    native.data = place->data;
    fill_region();
    native.cache.next = place->next[native.data.current];
    native.cache.cold = place->cold_next[native.data.current];
}

// Where code is shared with the parent it is the parent's, which changes it, links and all.
bool native_after_fork(void)
{
    if (!native.ready || !native.cache.exec)
        return false;
    for (unsigned i = 0; i < REGIONS; i++) {
        struct region *r = &native.data.at[i];
        for (unsigned k = 0; k < r->count; k++)
            drop(region_item(r, k));
        region_clear(r);
        native.tallies[i] = NULL;
    }
    native.cache.tallies = NULL;
    native.data.current = 0;
    native.ready = x64_cache_renew(&native.cache);
    native.refused = !native.ready;
    fill_region();
    return true;
}
