// SPDX-License-Identifier: MIT
// Every operation that compiled code does itself, against the evaluator: one operation a block,
// with its operands and its result in pinned registers, in memory and in temporaries, with every
// literal, while other temporaries and the condition flags are alive. The whole guest state must be
// the same afterwards, FPSR.QC included.
// Loops that work on more vectors than there are registers, too.
// All of it on this processor, as if it were the first with AVX-512, and as if it had nothing but
// what compiled code needs.
//
//   lower_test [ROUNDS [OPERATION]]
#include "base/bits.h"
#include "base/die.h"
#include "x64/compile.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { X_SLOTS = 16, V_SLOTS = 26, F_SLOTS = 1, BIAS = 128, STORAGE = 64, INPUTS = 12 };
enum { RCX = 1, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };

struct state {
    struct ir_state s; // must be first
    uint64_t x[X_SLOTS];
    uint64_t f[F_SLOTS];
    union ir_val v[V_SLOTS] __attribute__((aligned(16)));
    union ir_val temps[IR_TEMPS];
};

#define X(n) offsetof(struct state, x[n])
#define V(n) offsetof(struct state, v[n])
#define F(n) offsetof(struct state, f[n])

static const struct x64_guest guest = {
    .bias = BIAS,
    .temps = offsetof(struct state, temps),
    .flags = F(0),
    .x = X(0),
    .n_x = X_SLOTS,
    .v = V(0),
    .n_v = V_SLOTS,
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
    .xmm_of_16 = {{V(0), 0},
                  {V(1), 1},
                  {V(2), 2},
                  {V(3), 3},
                  {V(4), 4},
                  {V(5), 5},
                  {V(6), 6},
                  {V(7), 7},
                  {V(8), 8},
                  {V(9), 9},
                  {V(10), 10},
                  {V(11), 11}},
    .xmm_of_32 = {{V(0), 0},   {V(1), 16},  {V(2), 2},   {V(3), 23},  {V(4), 4},   {V(5), 5},
                  {V(6), 6},   {V(7), 7},   {V(8), 1},   {V(9), 17},  {V(10), 18}, {V(11), 19},
                  {V(12), 20}, {V(13), 21}, {V(14), 22}, {V(15), 3},  {V(16), 24}, {V(17), 25},
                  {V(18), 26}, {V(19), 27}, {V(20), 28}, {V(21), 29}, {V(22), 30}, {V(23), 31}},
};

static struct x64_cache cache;
static struct arena data;
static struct arena arena;
static struct ir_jump jumps[IR_JUMPS];
static struct ir_native_jump native_jumps[IR_NATIVE_JUMPS];
static uint64_t seed = 88172645463325252;
static unsigned failures;
static uint64_t runs;

static uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static unsigned below(unsigned n)
{
    return (unsigned)((rnd() >> 20) % n);
}

// A lane of `bits`: anything, or where things change.
static uint64_t lane(unsigned bits)
{
    uint64_t top = UINT64_C(1) << (bits - 1);
    const uint64_t edges[] = {0,
                              1,
                              2,
                              top,
                              top - 1,
                              top + 1,
                              2 * top - 1,
                              2 * top - 2,
                              bits,
                              bits - 1,
                              -(uint64_t)bits,
                              -(uint64_t)bits - 1,
                              1 - (uint64_t)bits,
                              bits + 1};
    switch (below(4)) {
    case 0: return edges[below(ARRAY_LEN(edges))];
    case 1: return bits_mask(below(bits + 1));
    case 2: return (uint64_t)(int64_t)(int8_t)(below(40) - 20);
    default: return rnd();
    }
}

static uint64_t word(void)
{
    unsigned bits = 8u << below(4);
    uint64_t v = 0;
    if (below(4) == 0)
        return rnd();
    for (unsigned at = 0; at < 64; at += bits)
        v |= (lane(bits) & bits_mask(bits)) << at;
    return v;
}

static void fill(struct state *st)
{
    memset(st, 0, sizeof *st);
    for (unsigned i = 0; i < X_SLOTS; i++)
        st->x[i] = word();
    for (unsigned i = 0; i < F_SLOTS; i++)
        st->f[i] = rnd() >> 60;
    for (unsigned i = 0; i < V_SLOTS; i++)
        for (unsigned k = 0; k < 2; k++)
            st->v[i].l64[k] = word();
    for (unsigned i = 0; below(3) == 0 && i < V_SLOTS; i++) // equal lanes here and there
        st->v[i] = st->v[below(V_SLOTS)];
    for (unsigned kind = 0; kind < IR_BRANCH_KINDS; kind++) {
        st->s.jumps[kind] = jumps;
        st->s.native_jumps[kind] = native_jumps;
    }
}

// ---- blocks ----

static ir_ref get(struct ir_block *ir, unsigned type, bool temp)
{
    ir_ref r = 0, two;
    switch (type) {
    case IR_TYPE_W:
        if (below(6) == 0)
            return ir_emit(ir, IR_const32, 0, 0, 0, (uint32_t)word());
        r = ir_emit(ir, IR_getw, 0, 0, 0, X(below(X_SLOTS)));
        return temp ? ir_emit(ir, IR_not32, r, 0, 0, 0) : r;
    case IR_TYPE_X:
        if (below(6) == 0)
            return ir_emit(ir, IR_const64, 0, 0, 0, word());
        r = ir_emit(ir, IR_getx, 0, 0, 0, X(below(X_SLOTS)));
        return temp ? ir_emit(ir, IR_not64, r, 0, 0, 0) : r;
    case IR_TYPE_V:
        r = ir_emit(ir, IR_getv, 0, 0, 0, V(below(3) ? below(4) : below(V_SLOTS)));
        return temp ? ir_emit(ir, IR_vmov, r, 0, 0, 0) : r;
    case IR_TYPE_F:
        if (below(3) == 0)
            return ir_emit(ir, IR_getf, 0, 0, 0, F(below(F_SLOTS)));
        r = ir_emit(ir, IR_getx, 0, 0, 0, X(below(X_SLOTS)));
        two = ir_emit(ir, IR_getx, 0, 0, 0, X(below(X_SLOTS)));
        return ir_emit(ir, below(2) ? IR_addf64 : IR_subf64, r, two, 0, 0);
    default: return 0;
    }
}

static void put(struct ir_block *ir, ir_ref v, unsigned slot)
{
    unsigned type = ir_op_info[ir->inst[v].op].result;
    if (type == IR_TYPE_V)
        ir_emit(ir, IR_setv, v, 0, 0, V(slot));
    else if (type == IR_TYPE_F)
        ir_emit(ir, IR_setf, v, 0, 0, F(slot % F_SLOTS));
    else
        ir_emit(ir, IR_setx, type == IR_TYPE_W ? ir_emit(ir, IR_zext, v, 0, 0, 0) : v, 0, 0,
                X(slot % X_SLOTS));
}

// An operation behind `op` with which it is lowered together, or which is not the right one; 0:
// none is known.
static ir_ref pair(struct ir_block *ir, unsigned op, ir_ref r)
{
    switch (op) {
    case IR_aese: return ir_emit(ir, below(4) ? IR_aesmc : IR_aesimc, r, 0, 0, 0);
    case IR_aesd: return ir_emit(ir, below(4) ? IR_aesimc : IR_aesmc, r, 0, 0, 0);
    default: return 0;
    }
}

// One operation. Values made before it are put into slots behind it, so that they are alive across
// it: among them may be its operands, and flags that are computed late.
static void make_block(struct ir_block *ir, struct ir_inst *storage, unsigned op, uint64_t imm,
                       ir_ref clit)
{
    const struct ir_op_info *info = &ir_op_info[op];
    ir_ref operand[3] = {0, 0, clit}, keep[4], flags = 0;
    unsigned n_keep = 0;
    ir_block_init(ir, storage, STORAGE, 0x1000);
    ir_emit(ir, IR_insn, 0, 0, 0, 0x1000);
    if (below(3) == 0)
        flags = get(ir, IR_TYPE_F, false);
    for (unsigned n = below(3); n > 0; n--)
        keep[n_keep++] = get(ir, below(4) ? IR_TYPE_V : IR_TYPE_X, true);
    for (unsigned k = 0; k < 3; k++) {
        if (info->operand[k] == IR_TYPE_N)
            continue;
        bool same = k > 0 && info->operand[k] == info->operand[k - 1] && below(6) == 0;
        operand[k] = same ? operand[k - 1] : get(ir, info->operand[k], below(3) == 0);
        if (below(8) == 0 && n_keep < ARRAY_LEN(keep) && info->operand[k] != IR_TYPE_F)
            keep[n_keep++] = operand[k];
    }
    ir_ref r = ir_emit(ir, (enum ir_op)op, operand[0], operand[1], operand[2], imm);
    ir_ref second = below(2) ? pair(ir, op, r) : 0;
    if (second) {
        if (below(4) == 0 && n_keep < ARRAY_LEN(keep))
            keep[n_keep++] = r;
        r = second;
    }
    if (below(6) == 0 && info->result == IR_TYPE_V)
        r = ir_emit(ir, IR_vmov, r, 0, 0, 0);
    if (below(4))
        put(ir, r, below(2) ? below(4) : below(V_SLOTS)), r = 0;
    while (n_keep > 0)
        n_keep--, put(ir, keep[n_keep], 12 + n_keep);
    if (flags)
        put(ir, flags, 0);
    if (r)
        put(ir, r, below(2) ? below(4) : below(V_SLOTS));
    ir_emit(ir, IR_exit, 0, 0, IR_EXIT_SVC, 0x1004);
}

static bool same(const struct state *a, const struct state *b)
{
    return memcmp(a->x, b->x, sizeof a->x) == 0 && memcmp(a->v, b->v, sizeof a->v) == 0 &&
           memcmp(a->f, b->f, sizeof a->f) == 0 && a->s.fp.fpsr == b->s.fp.fpsr &&
           a->s.fp.fpcr == b->s.fp.fpcr;
}

static void report(const struct ir_block *ir, const struct state *in, const struct state *want,
                   const struct state *got)
{
    if (++failures > 10)
        return;
    printf("FAIL\n");
    ir_print(stdout, ir, NULL);
    for (unsigned i = 0; i < X_SLOTS; i++)
        if (want->x[i] != got->x[i])
            printf("  x%u (slot %zu): was %016" PRIx64 " want %016" PRIx64 " got %016" PRIx64 "\n",
                   i, X(i), in->x[i], want->x[i], got->x[i]);
    for (unsigned i = 0; i < F_SLOTS; i++)
        if (want->f[i] != got->f[i])
            printf("  f%u (slot %zu): want %" PRIx64 " got %" PRIx64 "\n", i, F(i), want->f[i],
                   got->f[i]);
    for (unsigned i = 0; i < V_SLOTS; i++)
        if (memcmp(&want->v[i], &got->v[i], 16) != 0)
            printf("  v%u (slot %zu): want %016" PRIx64 "_%016" PRIx64 " got %016" PRIx64
                   "_%016" PRIx64 "\n",
                   i, V(i), want->v[i].l64[1], want->v[i].l64[0], got->v[i].l64[1],
                   got->v[i].l64[0]);
    for (unsigned i = 1; i < ir->count; i++)
        if (ir->inst[i].op == IR_getv) {
            unsigned n = (unsigned)(ir->inst[i].imm - V(0)) / 16;
            printf("  in v%u (slot %zu): %016" PRIx64 "_%016" PRIx64 "\n", n, V(n), in->v[n].l64[1],
                   in->v[n].l64[0]);
        }
    if (want->s.fp.fpsr != got->s.fp.fpsr)
        printf("  fpsr: want %#x got %#x\n", want->s.fp.fpsr, got->s.fp.fpsr);
}

// ---- loops over many vectors ----

enum { BODY = 48, COUNTER = 9 };

struct step {
    struct ir_inst in; // operation and literals
    unsigned slot[3], d;
};

static bool literal(unsigned op, unsigned n, struct ir_inst *in);
static void empty_cache(void);

// An operation on vectors alone, with literals that fit.
static bool is_on_vectors(unsigned op)
{
    const struct ir_op_info *info = &ir_op_info[op];
    bool vectors = info->flags & IR_PURE && info->result == IR_TYPE_V &&
                   info->operand[0] == IR_TYPE_V && x64_lowers(op);
    for (unsigned k = 1; k < 3; k++)
        vectors &= info->operand[k] == IR_TYPE_V || info->operand[k] == IR_TYPE_N;
    return vectors;
}

static struct step any_step(unsigned slots)
{
    struct step s = {.d = below(slots)};
    unsigned op;
    do
        op = below(IR_OP_COUNT);
    while (!is_on_vectors(op));
    while (!literal(op, below(0x4200), &s.in))
        ;
    for (unsigned k = 0; k < 3; k++)
        s.slot[k] = below(4) ? below(slots) : s.d;
    return s;
}

// The steps, an instruction each; loop: as often as the counter says.
static void make_steps(struct ir_block *ir, struct ir_inst *storage, const struct step *steps,
                       bool loop)
{
    uint64_t pc = 0x1000;
    ir_block_init(ir, storage, STORAGE + BODY * 6, pc);
    for (unsigned i = 0; i < BODY; i++, pc += 4) {
        const struct ir_op_info *info = &ir_op_info[steps[i].in.op];
        ir_ref operand[3] = {0, 0, info->flags & IR_CLIT ? steps[i].in.c : 0};
        ir_emit(ir, IR_insn, 0, 0, 0, pc);
        if (loop && i == 0)
            ir_emit(ir, IR_label, 0, 0, 0, pc);
        for (unsigned k = 0; k < 3; k++)
            if (info->operand[k] == IR_TYPE_V)
                operand[k] = ir_emit(ir, IR_getv, 0, 0, 0, V(steps[i].slot[k]));
        put(ir,
            ir_emit(ir, (enum ir_op)steps[i].in.op, operand[0], operand[1], operand[2],
                    steps[i].in.imm),
            steps[i].d);
    }
    ir_emit(ir, IR_insn, 0, 0, 0, pc);
    ir_ref left = ir_emit(ir, IR_getx, 0, 0, 0, X(COUNTER)),
           one = ir_emit(ir, IR_const64, 0, 0, 0, 1);
    left = ir_emit(ir, IR_sub64, left, one, 0, 0);
    put(ir, left, COUNTER);
    if (loop)
        ir_emit(ir, IR_br_nz64, left, 0, 0, 0x1000);
    ir_emit(ir, IR_insn, 0, 0, 0, pc + 4);
    ir_emit(ir, IR_exit, 0, 0, IR_EXIT_SVC, pc + 8);
}

// Steps with the first half of the vectors and the same with the second, a few at a time, as code
// for two blocks of data has them. Now and then both read one that nobody writes.
static void make_twins(struct step *steps)
{
    unsigned half = (V_SLOTS - 2) / 2, used = 4 + below(half - 3);
    for (unsigned i = 0; i < BODY;) {
        unsigned n = 1 + below(3);
        n = n < (BODY - i) / 2 ? n : (BODY - i) / 2;
        for (unsigned k = 0; k < n; k++) {
            do
                steps[i + k] = any_step(used);
            while (!x64_doubles(steps[i + k].in.op));
            if (below(8) == 0)
                steps[i + k].slot[below(3)] = V_SLOTS - 1;
        }
        for (unsigned k = 0; k < n; k++) {
            struct step *twin = &steps[i + n + k];
            *twin = steps[i + k];
            twin->d += half;
            for (unsigned j = 0; j < 3; j++)
                if (twin->slot[j] < half)
                    twin->slot[j] += half;
        }
        i += 2 * n;
    }
}

static bool has_twins(const struct x64_code *code)
{
    for (unsigned i = 0; i < code->n_moves; i++)
        if (code->moves[i].high)
            return true;
    return false;
}

static void check_loop(bool twins, unsigned *found)
{
    static struct ir_inst storage[STORAGE + BODY * 6];
    static struct eval_code eval;
    static struct state in, want, got;
    struct step steps[BODY];
    struct ir_block ir;
    struct x64_code code;
    for (unsigned i = 0, slots = 6 + below(V_SLOTS - 5); i < BODY; i++)
        steps[i] = any_step(slots);
    if (twins)
        make_twins(steps);
    make_steps(&ir, storage, steps, false);
    arena_reset(&arena);
    if (!eval_compile(&ir, &arena, guest.temps, 0, &eval))
        die("the test's arena is too small");
    make_steps(&ir, storage, steps, true);
    const char *wrong = ir_verify(&ir);
    if (wrong)
        die("the test made a loop that is none: %s", wrong);
    empty_cache();
    if (!x64_compile(&cache, &ir, (struct x64_wish){.fp = false}, &code))
        die("the test's cache is too small");
    *found += has_twins(&code);
    for (unsigned i = 0; i < INPUTS; i++) {
        fill(&in);
        in.x[COUNTER] = 1 + below(3);
        want = got = in;
        for (unsigned n = 0; n < in.x[COUNTER]; n++)
            eval_run(&want.s, eval.ops);
        cache.enter(&got.s, code.entry + cache.exec);
        runs++;
        if (!same(&want, &got)) {
            report(&ir, &in, &want, &got);
            return;
        }
    }
}

static void check_loops(unsigned rounds)
{
    unsigned twins = 0, before = failures;
    for (unsigned n = 0; n < rounds && failures < before + 2; n++)
        check_loop(n & 1, &twins);
    assert_msg(twins > rounds / 8, "no loops that do two vectors at once");
    printf("%u loops, %u with two vectors in a register\n", rounds, twins);
}

static void empty_cache(void)
{
    arena_reset(&data);
    x64_cache_fill(&cache, cache.first, cache.limit, &data);
}

static bool check(unsigned op, uint64_t imm, ir_ref clit)
{
    static struct ir_inst storage[STORAGE];
    static struct eval_code eval;
    static struct state in, want, got;
    struct ir_block ir;
    struct x64_code code;
    make_block(&ir, storage, op, imm, clit);
    const char *wrong = ir_verify(&ir);
    if (wrong)
        die("the test made a block that is none: %s", wrong);
    arena_reset(&arena);
    if (!eval_compile(&ir, &arena, guest.temps, NULL, &eval))
        die("the test's arena is too small");
    struct x64_wish wish = {.fp = false}; // that is for tests which take exceptions
    if (!x64_compile(&cache, &ir, wish, &code)) {
        empty_cache();
        if (!x64_compile(&cache, &ir, wish, &code))
            die("the test's cache is too small");
    }
    for (unsigned i = 0; i < INPUTS; i++) {
        fill(&in);
        want = got = in;
        eval_run(&want.s, eval.ops);
        cache.enter(&got.s, code.entry + cache.exec);
        runs++;
        if (!same(&want, &got)) {
            report(&ir, &in, &want, &got);
            return false;
        }
    }
    return true;
}

// The n-th literal that could be: small numbers and pairs of them (lanes, fields), then any.
static bool literal(unsigned op, unsigned n, struct ir_inst *in)
{
    unsigned flags = ir_op_info[op].flags;
    *in = (struct ir_inst){.op = (uint16_t)op};
    if (flags & IR_CLIT)
        in->c = (ir_ref)(n & 15);
    if (flags & IR_IMM)
        in->imm = n < 0x4100 ? n : word();
    return ir_literals_fit(in);
}

static void check_op(unsigned op, unsigned rounds)
{
    enum { TRIED = 0x4200 };
    struct ir_inst in;
    unsigned flags = ir_op_info[op].flags, before = failures, done = 0;
    while (done < rounds && failures < before + 2) {
        unsigned n = flags & (IR_IMM | IR_CLIT) ? 0 : TRIED - 1, fit = 0;
        for (; n < TRIED && failures < before + 2; n++) {
            // Constants may be anything: a sample of them.
            if (!literal(op, n, &in) || (fit > 200 && below(64)))
                continue;
            fit++;
            check(op, in.imm, in.c);
            done++;
        }
        assert_msg(fit, "no literal fits %s", ir_op_info[op].name);
    }
}

// What computes a value from values. The rest is for blocks as the engine runs them.
static bool is_computation(unsigned op)
{
    const struct ir_op_info *info = &ir_op_info[op];
    return info->flags & (IR_PURE | IR_ENV) && info->result != IR_TYPE_N && op != IR_zext &&
           op != IR_trunc;
}

static unsigned check_all(unsigned rounds, const char *only)
{
    unsigned done = 0, called = 0;
    for (unsigned op = 0; op < IR_OP_COUNT; op++) {
        if (!is_computation(op) || (only && !strstr(ir_op_info[op].name, only)))
            continue;
        if (x64_lowers(op)) {
            check_op(op, rounds);
            done++;
        } else {
            called++;
            if (only)
                printf("not lowered: %s\n", ir_op_info[op].name);
        }
    }
    printf("%u operations compared with the evaluator in %" PRIu64 " runs, %u are the evaluator's, "
           "%u failures\n",
           done, runs, called, failures);
    return done;
}

// As if the processor had not the features in this list, and not those of the lists before.
static unsigned check_host(const char *without, unsigned rounds, const char *only)
{
    enum { CACHE = 16 << 20 };
    if (x64_host_without(without))
        die("%s: no list of host features", without);
    if (!x64_cache_init(&cache, arena_address(2 * CACHE), CACHE, &guest))
        die("no memory that can be executed");
    empty_cache();
    if (!only)
        check_loops(rounds * 4);
    return check_all(rounds, only);
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 60;
    const char *lacks = x64_host_lacks(), *only = argc > 2 ? argv[2] : NULL;
    if (lacks) {
        printf("SKIP: this processor has no %s\n", lacks);
        return 77;
    }
    arena_init(&arena, 1 << 20);
    arena_init(&data, 16 << 20);
    unsigned done = check_host("", rounds, only);
    done += check_host("VAES,VPCLMULQDQ,GFNI,BITALG", rounds / 4 + 1, only);
    done += check_host("optional", rounds / 4 + 1, only);
    return failures || !done;
}
