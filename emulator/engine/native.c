// SPDX-License-Identifier: MIT
// The first compiled tier: the cache of code, which guest registers it pins, and the way back from
// a fault in it.
#include "engine/native.h"

#include "base/die.h"
#include "base/log.h"
#include "engine/engine.h"
#include "engine/perf.h"
#include "x64/compile.h"

#include <stddef.h>
#include <string.h>
#include <ucontext.h>

enum { CACHE_BYTES = 64 << 20, MAX_NATIVE = 1 << 17 };

enum { RCX = 1, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };

// The registers that programs use most; by the measurement in docs/design.md. The bias puts X0 to
// X30 within a byte's reach of r15.
const struct x64_guest native_guest = {
    .bias = CPU_X(16),
    .temps = CPU_FIELD(temps),
    .flags = CPU_FIELD(nzcv),
    .gpr = {{CPU_X(0), RBX},
            {CPU_X(1), RSI},
            {CPU_X(2), RDI},
            {CPU_X(3), R8},
            {CPU_X(4), R9},
            {CPU_X(5), R10},
            {CPU_X(19), R14},
            {CPU_X(20), R13},
            {CPU_X(21), R12},
            {CPU_FIELD(sp), RBP}},
    .xmm = {{CPU_V(0), 0},
            {CPU_V(1), 1},
            {CPU_V(2), 2},
            {CPU_V(3), 3},
            {CPU_V(4), 4},
            {CPU_V(5), 5},
            {CPU_V(6), 6},
            {CPU_V(7), 7},
            {CPU_V(16), 8},
            {CPU_V(17), 9},
            {CPU_V(18), 10},
            {CPU_V(19), 11}},
};

static struct {
    bool ready, refused;
    struct x64_cache cache;
    struct native_code { // of a block, by address: its last, or one that has been replaced
        const uint8_t *start;
        struct block *block;
    } * in_order;
    unsigned count;
    struct arena tables;
} native;

struct engine_settings engine_settings = {.tier = 1, .threshold = 100};

bool native_wanted(void)
{
    return engine_settings.tier > 0 && !native.refused;
}

unsigned native_runs(void)
{
    return native_wanted() ? engine_settings.threshold : 0;
}

// Where the program has been, and where there is no code yet to go on with. At the threshold 1
// nobody has been anywhere.
bool native_goes_on(uint64_t pc, uint32_t mode)
{
    const struct block *b = blocks_find(pc, mode);
    return b ? !b->native.entry : engine_settings.threshold <= 1;
}

// At the first hot block: short programs never get here.
static bool make_ready(void)
{
    if (native.ready || native.refused)
        return native.ready;
    const char *lacks = x64_host_lacks();
    if (lacks || !x64_cache_init(&native.cache, CACHE_BYTES, &native_guest)) {
        if (lacks)
            complain("this processor has no %s: programs are interpreted, and slow", lacks);
        else
            complain("the host gives no executable memory: programs are interpreted, and slow");
        native.refused = true;
        return false;
    }
    arena_init(&native.tables, MAX_NATIVE * sizeof *native.in_order);
    native.in_order = arena_alloc(&native.tables, MAX_NATIVE * sizeof *native.in_order);
    native.ready = true;
    perf_code("a64run_enter_leave", native.cache.base, native.cache.first);
    return true;
}

// What the first operation of a compiled block's evaluator code becomes: the way in.
static const struct eval_op *run_native(struct ir_state *s, const struct eval_op *op)
{
    x64_env_enter(s);
    native.cache.enter(s, (const uint8_t *)op->imm);
    x64_env_leave(s);
    return NULL;
}

// Of the code that was made last, without what counts; `old` are the counters before.
static uint64_t code_bytes(const struct block *b, const struct x64_tally *old)
{
    uint64_t bytes = (uint64_t)(b->native.end - b->native.checked);
    for (const struct x64_tally *t = native.cache.tallies; t != old; t = t->next)
        bytes -= X64_TALLY_BYTES;
    return bytes;
}

bool native_compile(struct block *b, const struct ir_block *ir, struct x64_layout *layout)
{
    if (!make_ready())
        return true;
    struct x64_code old = b->native;
    const struct x64_tally *counted = native.cache.tallies;
    struct x64_wish wish = {.fp = !(b->mode & A64_MODE_FP || b->evaluate_fp),
                            .untag = b->untag,
                            .count = engine_settings.stats != NULL,
                            .layout = layout};
    if (native.count == MAX_NATIVE || !x64_compile(&native.cache, ir, wish, &b->native)) {
        b->native.entry = NULL;
        return false;
    }
    if (old.entry && b->native.wants_flags && !old.wants_flags)
        return false; // the guest's code is another: those who jump there leave the flags behind
    if (old.entry)
        x64_replace(&old, &b->native);
    native.in_order[native.count++] = (struct native_code){b->native.checked, b};
    engine_stats.code_bytes += code_bytes(b, counted);
    if (engine_settings.perf)
        perf_block(b);
    b->code.ops[0] = (struct eval_op){.fn = run_native, .imm = (uint64_t)b->native.checked};
    return true;
}

struct block *native_block_at(const void *at)
{
    const uint8_t *p = at;
    if (!native.ready || p < native.cache.first || p >= native.cache.next)
        return NULL;
    unsigned lo = 0, hi = native.count;
    while (hi - lo > 1) {
        unsigned mid = (lo + hi) / 2;
        if (native.in_order[mid].start <= p)
            lo = mid;
        else
            hi = mid;
    }
    return lo < hi ? native.in_order[lo].block : NULL;
}

unsigned native_recover(struct cpu *c, const struct block *b, void *ucontext)
{
    static const uint8_t greg[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                     REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                     REG_R12, REG_R13, REG_R14, REG_R15};
    const ucontext_t *uc = ucontext;
    uint64_t gpr[16];
    const uint8_t *rip = (const uint8_t *)uc->uc_mcontext.gregs[REG_RIP];
    const struct x64_point *point = x64_point_at(&b->native, rip);
    assert_msg(point, "engine: fault in compiled code at %p, where none can be (block %#llx)",
               (const void *)rip, (unsigned long long)b->pc);
    for (unsigned i = 0; i < 16; i++)
        gpr[i] = (uint64_t)uc->uc_mcontext.gregs[greg[i]];
    x64_recover(&native.cache, &b->native, point, &c->s, gpr, uc->uc_mcontext.fpregs->_xmm);
    c->s.pc = b->pc + 4 * point->insn;
    return point->steps;
}

void native_collect(void)
{
    for (struct x64_tally *t = native.cache.tallies; t; t = t->next) {
        for (unsigned i = 0; i < t->n; i++) {
            bool called = t->ops[i] & X64_CALLED;
            *(called ? &engine_stats.called : &engine_stats.lowered) += t->runs;
            if (called)
                engine_stats.calls[t->ops[i] & ~X64_CALLED] += t->runs;
        }
        t->runs = 0;
    }
}

void native_each(void (*visit)(const struct block *b))
{
    for (unsigned i = 0; i < native.count; i++)
        if (native.in_order[i].start == native.in_order[i].block->native.checked)
            visit(native.in_order[i].block);
}

void native_clear(void)
{
    if (native.ready)
        x64_cache_clear(&native.cache);
    native.count = 0;
}
