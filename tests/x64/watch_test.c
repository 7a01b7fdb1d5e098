// SPDX-License-Identifier: MIT
// Compiled code before accesses that a debugger watches: random ranges, and accesses at and near
// their edges. What the evaluator would leave for, code leaves to it; what it would not leave for
// goes on in code, as long as the ranges lie in as few places as are told apart.
#include "base/die.h"
#include "ir/watch.h"
#include "x64/compile.h"
#include "x64/emit.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

enum { X_SLOTS = 16, BIAS = 128, ACCESSES = 2 * 3 * IR_WATCH_SIZES, OFFSET = 40 };
enum { RCX = 1, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };

struct state {
    struct ir_state s; // must be first
    uint64_t x[X_SLOTS];
    uint64_t f;
    union ir_val v[X64_XMM_PINS] __attribute__((aligned(16)));
    union ir_val temps[IR_TEMPS];
};

#define X(n) offsetof(struct state, x[n])
#define V(n) offsetof(struct state, v[n])
#define PIN2(n, r)      \
    {V(n), r},          \
    {                   \
        V(n + 1), r + 1 \
    }
#define PIN4(n, r) PIN2(n, r), PIN2(n + 2, r + 2)

static const struct x64_guest guest = {
    .bias = BIAS,
    .temps = offsetof(struct state, temps),
    .flags = offsetof(struct state, f),
    .x = X(0),
    .n_x = X_SLOTS,
    .v = V(0),
    .n_v = X64_XMM_PINS,
    .gpr = {{X(0), RBX},
            {X(1), RSI},
            {X(2), RDI},
            {X(3), R8},
            {X(4), R9},
            {X(5), R10},
            {X(6), R14},
            {X(7), R13},
            {X(8), R12},
            {X(9), RBP}},
    .xmm_of_16 = {PIN4(0, 0), PIN4(4, 4), PIN4(8, 8)},
    .xmm_of_32 = {PIN4(0, 0), PIN4(4, 4), PIN4(8, 16), PIN4(12, 20), PIN4(16, 24), PIN4(20, 28)},
};

static struct x64_cache cache;
static struct arena data;
static uint64_t seed = 88172645463325252;
static unsigned failures;

static uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static uint64_t below(uint64_t n)
{
    return (rnd() >> 16) % n;
}

// One access each, of every kind and size, by a pinned register and by one in memory.
static struct access {
    unsigned access, size, slot;
    uint64_t offset;
    bool untag;
    struct x64_code code;
} accesses[ACCESSES];

static void compile(struct access *a)
{
    static struct ir_inst storage[16];
    struct ir_block ir;
    ir_block_init(&ir, storage, 16, 0x1000);
    ir_emit(&ir, IR_insn, 0, 0, 0, 0x1000);
    ir_ref at = ir_emit(&ir, IR_getx, 0, 0, 0, X(a->slot));
    ir_emit(&ir, IR_watch_check, at, 0, a->access | a->size << 2, a->offset);
    ir_emit(&ir, IR_exit, 0, 0, IR_EXIT_SVC, 0x1004);
    const char *wrong = ir_verify(&ir);
    if (wrong)
        die("the test made a block that is none: %s", wrong);
    if (!x64_compile(&cache, &ir, (struct x64_wish){.untag = a->untag}, &a->code))
        die("the test's cache is too small");
}

static void compile_all(void)
{
    for (unsigned i = 0; i < ACCESSES; i++) {
        accesses[i] = (struct access){.access = 1 + i % 3,
                                      .size = i / 3 % IR_WATCH_SIZES,
                                      .slot = i & 1 ? 3 : 12,
                                      .offset = i % 5 == 0   ? -(uint64_t)OFFSET
                                                : i % 7 == 0 ? UINT64_C(0x123456789a)
                                                             : OFFSET,
                                      .untag = i >= ACCESSES / 2};
        compile(&accesses[i]);
    }
}

// Ranges around `places` addresses.
static void watch_some(unsigned places)
{
    uint64_t near[8];
    for (unsigned i = 0; i < places; i++)
        near[i] = 0x10000 + below(3) * UINT64_C(0x10000000) + below(2) * 0x7fff00000000 + i * 4096;
    ir_watches.count = (unsigned)below(places + 1);
    for (unsigned i = 0; i < ir_watches.count; i++)
        ir_watches.at[i] =
            (struct ir_watch){near[i], 1 + below(below(3) ? 16 : 300), (unsigned)(1 + below(3))};
    x64_watches_changed(&cache);
}

// False: compiled code left, or went on, and should not have.
static bool agrees(const struct access *a, uint64_t at, bool exact)
{
    static struct state want, got;
    memset(&want, 0, sizeof want);
    want.x[a->slot] = at - a->offset;
    if (a->untag)
        want.x[a->slot] |= UINT64_C(0x5a) << 56;
    got = want;
    bool watched =
        eval_watched(&want.s, want.x[a->slot] + a->offset, UINT64_C(1) << a->size, a->access);
    cache.enter(&got.s, a->code.entry + cache.exec);
    bool left = got.s.exit == IR_EXIT_EVALUATE && got.s.pc == 0x1000 && got.s.native_steps == 1,
         passed = got.s.exit == IR_EXIT_SVC && got.s.pc == 0x1004;
    if (memcmp(want.x, got.x, sizeof want.x) == 0 &&
        (watched || !exact ? left || passed : passed) && (!watched || left))
        return true;
    printf("FAIL: %u bytes at %" PRIx64 " (access %u): exit %u, expected %s\n", 1u << a->size, at,
           a->access, got.s.exit, watched ? "to leave" : "to go on");
    for (unsigned i = 0; i < ir_watches.count; i++)
        printf("  watched: %" PRIu64 " at %" PRIx64 " (access %u)\n", ir_watches.at[i].size,
               ir_watches.at[i].start, ir_watches.at[i].access);
    return false;
}

static uint64_t somewhere(void)
{
    if (!ir_watches.count || below(4) == 0)
        return 0x10000 + (rnd() >> 20);
    const struct ir_watch *w = &ir_watches.at[below(ir_watches.count)];
    uint64_t edge = below(2) ? w->start : w->start + w->size;
    return edge + below(140) - 70;
}

int main(void)
{
    enum { CACHE = 4 << 20, ROUNDS = 300, ADDRESSES = 20 };
    const char *lacks = x64_host_lacks();
    if (lacks) {
        printf("SKIP: this processor has no %s\n", lacks);
        return 77;
    }
    arena_init(&data, 1 << 20);
    if (!x64_cache_init(&cache, arena_address(2 * CACHE), CACHE, &guest))
        die("no memory that can be executed");
    x64_cache_fill(&cache, cache.first, cache.limit, &data);
    compile_all();
    unsigned runs = 0;
    for (unsigned round = 0; round < ROUNDS && failures < 5; round++) {
        unsigned places = round % 8 + 1;
        watch_some(places);
        for (unsigned i = 0; i < ACCESSES; i++)
            for (unsigned k = 0; k < ADDRESSES; k++, runs++)
                failures += !agrees(&accesses[i], somewhere(), places <= X64_WATCH_GAPS + 1);
    }
    printf("%u accesses, %u failures\n", runs, failures);
    return failures || !runs;
}
