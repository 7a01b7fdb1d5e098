// SPDX-License-Identifier: MIT
// When blocks are compiled, and when they are compiled again.
#include "base/log.h"
#include "engine/check.h"
#include "engine/engine_internal.h"
#include "engine/native.h"
#include "engine/saved.h"
#include "engine/stats.h"
#include "opt/opt.h"

// Of a block, until it is compiled for them: floating-point exceptions, accesses with a tagged
// address.
enum { EXCEPTIONS_LIMIT = 8, TAGS_LIMIT = 8 };

// So many blocks with tagged addresses, and it is the program's way: all that is compiled from then
// on is for them.
enum { TAGGED_BLOCKS_LIMIT = 16 };
static unsigned tagged_blocks; // with the lock

// A look-up of a block counts as so many of its runs: it takes as long, above all from compiled
// code and back.
enum { LOOKUP_RUNS = 10 };

enum { RETRY_RUNS = 100 }; // before it is tried again where there was no memory

static void count_compiled(const struct a64_tr *t, uint64_t start)
{
    engine_stats.compiled++;
    engine_stats.insns_compiled += t->insns;
    engine_stats.compilation_ns += stats_clock() - start;
}

static void count_region(const struct a64_tr *t, uint64_t start)
{
    engine_stats.regions++;
    engine_stats.insns_in_regions += t->insns;
    engine_stats.region_ns += stats_clock() - start;
}

// What a thread was held up by.
static void count_wait(uint64_t start)
{
    uint64_t waited = stats_clock() - start;
    engine_stats.region_waits_ns += waited;
    if (waited > engine_stats.region_longest_ns)
        engine_stats.region_longest_ns = waited;
}

// Without room for the code of b it goes on as it is, and gets hot again.
static void promote(struct cpu *c, struct block *b, bool counted)
{
    bool guarded = false;
    unsigned max_insns = block_limit(b->pc, &guarded);
    struct a64_tr t;
    if (!max_insns || !native_chosen(b->pc))
        return;
    uint64_t start = stats_clock();
    translate(&c->engine->fetching, &t, b->pc, b->mode, max_insns, guarded, true);
    if (engine_settings.check)
        check_prepare(b, &t.ir);
    opt_run(&t.ir, OPT_BLOCKS);
    if (!native_compile(b, &t, (struct native_form){.counted = counted}, dump_layout())) {
        if (!b->native)
            blocks_count(b, native_runs() + RETRY_RUNS);
        return;
    }
    if (!b->native)
        return;
    if (log_mask)
        dump_compiled(b, &t.ir, t.insns);
    if (t.insns > b->n_insns)
        blocks_grow(b, t.insns);
    count_compiled(&t, start);
}

void promote_sooner(struct block *b)
{
    if (!native_runs() || __atomic_load_n(&b->native, __ATOMIC_RELAXED))
        return;
    uint16_t left = blocks_left(b);
    if (left <= LOOKUP_RUNS || left > native_runs())
        return;
    __atomic_store_n(b->code.ops[0].left, (uint16_t)(left - LOOKUP_RUNS), __ATOMIC_RELAXED);
    if (stats_wanted()) // they were no runs
        __atomic_fetch_sub(&b->runs_left, LOOKUP_RUNS, __ATOMIC_RELAXED);
}

static bool is_counted(const struct block *b)
{
    return b->native && b->native->code.counted;
}

void promote_anew(struct block *b)
{
    unsigned runs = native_runs();
    if (!b->native && blocks_left(b) <= runs)
        blocks_count(b, runs);
    else if (is_counted(b) && native_counts_in_vain(b->native))
        x64_count_no_more(&b->native->code); // thousands of them would be asked about in each run
    else if (is_counted(b))
        native_count_on(b->native, b->native->region ? SAVED_RUNS : 0);
}

// Soon is at once: where the block goes on the program has been, in this run.
void promote_next_run(struct block *b)
{
    uint16_t left = blocks_left(b), ran = (uint16_t)(b->runs - left);
    if (is_counted(b)) {
        native_count_on(b->native, SAVED_RUNS);
        return;
    }
    promote_anew(b);
    if (!b->native && left <= native_runs() && ran * SAVED_HOT_RUNS >= (int)native_runs())
        blocks_count(b, 1);
}

void promote_hot(struct cpu *c, struct block *b)
{
    engine_lock();
    if (blocks_has(b) && !b->native) {
        blocks_count(b, UINT16_MAX); // should it stay as it is
        b->untag = tagged_blocks >= TAGGED_BLOCKS_LIMIT;
        promote(c, b, true);
    }
    engine_unlock();
}

static const uint8_t refusal[] = {[A64_REGION_PLAIN] = ENGINE_REFUSED_plain,
                                  [A64_REGION_BRANCHES] = ENGINE_REFUSED_branches,
                                  [A64_REGION_CALLS] = ENGINE_REFUSED_calls};

// Whether all that was counted as coming round does so within the region. What does not comes from
// behind an indirect branch: the region is then another loop, of which nothing is known.
static bool is_that_loop(const struct native_code *n)
{
    if (engine_settings.region_runs <= 1)
        return true;
    for (const struct x64_link *link = n->code.entered_by; link; link = link->next)
        if (link->counts && !a64_region_has(link->behind))
            return false;
    return true;
}

static bool is_made(enum a64_region found, const struct a64_tr *t, const struct native_code *n)
{
    enum engine_refusal why;
    if (found != A64_REGION_MADE)
        why = refusal[found];
    else if (!n->region && !is_that_loop(n))
        why = ENGINE_REFUSED_around;
    else if (!native_region_gains(t))
        why = ENGINE_REFUSED_gain;
    else
        return true;
    engine_stats.refused[why]++;
    return false;
}

// The region of block b, whose code stays as it is if none begins there, or there is no memory.
static bool make_region(struct cpu *c, struct block *b, bool counted)
{
    bool guarded = false;
    unsigned bytes = block_region_limit(b->pc, &guarded);
    struct a64_tr t;
    if (!bytes || !native_chosen(b->pc))
        return false;
    uint64_t start = stats_clock();
    enum a64_region found =
        translate_region(&c->engine->fetching, &t, b->pc, b->mode, bytes, guarded);
    if (!is_made(found, &t, b->native))
        return false;
    opt_run(&t.ir, OPT_REGIONS);
    const struct native_code *before = b->native;
    struct native_form form = {.region = true, .counted = counted};
    if (!native_compile(b, &t, form, dump_layout()) || !b->native || b->native == before) {
        engine_stats.refused[ENGINE_REFUSED_memory]++;
        return false;
    }
    if (log_mask)
        dump_compiled(b, &t.ir, t.insns);
    if (t.insns > b->n_insns)
        blocks_grow(b, t.insns);
    if (b->native->code.counted) // it is only tried
        count_compiled(&t, start);
    else
        count_region(&t, start);
    return true;
}

// A region is tried of a loop that came round so often, but was never seen entered: who comes from
// code that begins before it, or into the middle of it, is seen by the region.
static void promote_to_region(struct cpu *c, struct block *b)
{
    bool comes_round = native_comes_round(b->native), seen = !native_enters_unseen(b->native);
    x64_count_no_more(&b->native->code);
    if (comes_round)
        make_region(c, b, !seen && engine_settings.region_runs > 1);
    else
        engine_stats.refused[ENGINE_REFUSED_rounds]++;
}

// What was tried, and has told how often it comes round each time: a region, or the block again.
// Until there is memory for that it goes on counting.
static void promote_tried(struct cpu *c, struct block *b)
{
    bool comes_round = native_comes_round(b->native);
    native_count_on(b->native, 0);
    if (!comes_round)
        engine_stats.refused[ENGINE_REFUSED_rounds]++;
    if (!comes_round || !make_region(c, b, false))
        promote(c, b, false);
}

void promote_region(struct cpu *c)
{
    struct native_code *n = ((struct native_rounds *)c->s.native_hot)->of;
    c->s.native_hot = 0;
    engine_lock();
    if (safepoint_is_recent(c->engine) && n->block && n->block->native == n && n->code.counted) {
        uint64_t start = stats_clock();
        (n->region ? promote_tried : promote_to_region)(c, n->block);
        count_wait(start);
    }
    engine_unlock();
}

void promote_excepting(struct cpu *c, struct native_code *n)
{
    engine_lock();
    struct block *b = n->block;
    if (b && !b->evaluate_fp && ++b->exceptions >= EXCEPTIONS_LIMIT) {
        b->exceptions = 0;
        if (n->code.guesses)
            b->no_guess = true;
        else
            b->evaluate_fp = true;
        promote(c, b, true);
    }
    engine_unlock();
}

void promote_tagged(struct cpu *c, struct native_code *n)
{
    engine_lock();
    struct block *b = n->block;
    if (b && !b->untag && ++b->tags >= TAGS_LIMIT) {
        b->untag = true;
        tagged_blocks++;
        promote(c, b, true);
    }
    engine_unlock();
}
