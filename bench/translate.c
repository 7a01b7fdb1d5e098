// SPDX-License-Identifier: MIT
// What making code costs, stage by stage: translates all code of an AArch64 ELF file, block behind
// block, and prints nanoseconds of processor time for each guest instruction.
//   bench_translate FILE [ROUNDS]     for example the C library of the cross compiler's sysroot
#include "a64/translate.h"

#include "base/arena.h"
#include "base/die.h"
#include "engine/native.h"
#include "ir/eval.h"
#include "opt/opt.h"
#include "x64/compile.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BLOCK_INSNS = 64, IR_CAPACITY = 2048, CODE_BYTES = 64 << 20 };

enum stage { DECODE, TRANSLATE, PASSES, PLACE, PLACE_PASSED, EVAL, X64, STAGES };

struct work {
    const uint32_t *code;
    size_t words;
    struct arena arena;
    struct x64_cache cache;
    struct arena data; // of the code
};

struct counts {
    unsigned long insns, blocks, ir, passed, placed, bytes;
};

static double now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return 1e9 * (double)ts.tv_sec + (double)ts.tv_nsec;
}

static void decode_all(const struct work *w)
{
    struct a64_decoded d;
    for (size_t i = 0; i < w->words; i++)
        a64_decode(w->code[i], &d);
}

static void evaluate(struct work *w, const struct ir_block *ir)
{
    struct eval_code out;
    arena_reset(&w->arena);
    if (!eval_compile(ir, &w->arena, CPU_FIELD(temps), &(uint16_t){1}, &out))
        die("the arena is too small");
}

static void empty_cache(struct work *w)
{
    arena_reset(&w->data);
    x64_cache_fill(&w->cache, w->cache.first, w->cache.limit, &w->data);
}

static void compile(struct work *w, const struct ir_block *ir, struct counts *n)
{
    struct x64_code out;
    while (!x64_compile(&w->cache, ir, (struct x64_wish){.fp = true}, &out))
        empty_cache(w);
    n->bytes += (unsigned long)(out.end - out.entry);
}

// All blocks, as the evaluator gets them (up to a branch) or as they are compiled (up to one that
// is always taken), through one stage and those it builds on.
static struct counts run(struct work *w, enum stage stage)
{
    static struct ir_inst storage[IR_CAPACITY];
    static struct ir_places places;
    struct counts n = {0};
    bool extended = stage != EVAL && stage != PLACE;
    for (size_t at = 0; at < w->words; n.blocks++) {
        struct a64_tr t;
        size_t left = w->words - at;
        unsigned max = left < BLOCK_INSNS ? (unsigned)left : BLOCK_INSNS;
        a64_translate_block(&t, storage, IR_CAPACITY,
                            &(struct a64_code){.pc = 4 * at,
                                               .words = w->code + at,
                                               .max_insns = max,
                                               .goes_on = extended ? a64_goes_on_always : NULL});
        n.ir += t.ir.count;
        if (stage == PASSES || stage == PLACE_PASSED || stage == X64)
            opt_run(&t.ir, OPT_BLOCKS);
        n.passed += t.ir.count;
        if (stage == PLACE || stage == PLACE_PASSED) {
            ir_place(&t.ir, CPU_FIELD(temps), &places);
            n.placed += places.n_ops;
        }
        if (stage == EVAL)
            evaluate(w, &t.ir);
        if (stage == X64)
            compile(w, &t.ir, &n);
        n.insns += t.insns;
        at += t.insns;
    }
    return n;
}

static double measure(struct work *w, enum stage stage, unsigned rounds, struct counts *n)
{
    double best = 0;
    for (unsigned i = 0; i < rounds; i++) {
        double start = now();
        if (stage == DECODE)
            decode_all(w);
        else
            *n = run(w, stage);
        double ns = (now() - start) / (double)w->words;
        if (!i || ns < best)
            best = ns;
    }
    return best;
}

static void report(struct work *w, unsigned rounds)
{
    double ns[STAGES];
    struct counts n[STAGES];
    for (unsigned stage = 0; stage < STAGES; stage++)
        ns[stage] = measure(w, (enum stage)stage, rounds, &n[stage]);
    double insns = (double)w->words;
    printf("%zu instructions; ns of each: decode %.0f, translate %.0f, passes %.0f, place %.0f\n",
           w->words, ns[DECODE], ns[TRANSLATE] - ns[DECODE], ns[PASSES] - ns[TRANSLATE],
           ns[PLACE_PASSED] - ns[PASSES]);
    printf("  for the evaluator %.0f (place %.0f, make %.0f); for the host %.0f (make %.0f)\n",
           ns[EVAL], ns[PLACE] - ns[TRANSLATE], ns[EVAL] - ns[PLACE], ns[X64],
           ns[X64] - ns[PLACE_PASSED]);
    printf("  each is %.2f operations of IR, %.2f after the passes, %.2f placed (without passes "
           "%.2f), %.1f bytes; blocks of %.1f, extended %.1f\n",
           (double)n[TRANSLATE].ir / insns, (double)n[PASSES].passed / insns,
           (double)n[PLACE_PASSED].placed / insns, (double)n[PLACE].placed / insns,
           (double)n[X64].bytes / insns, insns / (double)n[EVAL].blocks,
           insns / (double)n[X64].blocks);
}

int main(int argc, char **argv)
{
    FILE *f = argc >= 2 ? fopen(argv[1], "rb") : NULL;
    unsigned rounds = argc == 3 ? (unsigned)atoi(argv[2]) : 7;
    if (!f || !rounds)
        die("usage: bench_translate ELF-FILE [ROUNDS]");
    static uint8_t file[1 << 26];
    size_t size = fread(file, 1, sizeof file, f);
    fclose(f);
    const Elf64_Ehdr *e = (const Elf64_Ehdr *)file;
    if (size < sizeof *e || memcmp(e->e_ident, ELFMAG, SELFMAG) != 0 || e->e_machine != EM_AARCH64)
        die("%s: not an AArch64 ELF file", argv[1]);
    struct work w;
    arena_init(&w.arena, 1 << 24);
    if (!x64_cache_init(&w.cache, arena_address(2 * CODE_BYTES), CODE_BYTES, &native_guest))
        die("the host gives no executable memory");
    arena_init(&w.data, 2 * CODE_BYTES);
    empty_cache(&w);
    const Elf64_Shdr *s = (const Elf64_Shdr *)(file + e->e_shoff);
    for (unsigned i = 0; i < e->e_shnum; i++) {
        if (!(s[i].sh_flags & SHF_EXECINSTR) || s[i].sh_size < 4096)
            continue;
        w.code = (const uint32_t *)(file + s[i].sh_offset);
        w.words = s[i].sh_size / 4;
        report(&w, rounds);
    }
    return 0;
}
