// SPDX-License-Identifier: MIT
// What making blocks costs and what the passes save: translates all code of an AArch64 ELF file,
// cut into blocks of up to 16 instructions, with and without the passes.
//   opt_cost FILE          for example the C library of the cross compiler's sysroot
#include "a64/translate.h"
#include "base/arena.h"
#include "base/die.h"
#include "ir/eval.h"
#include "opt/opt.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PASSES = 1, COMPILE = 2 };

struct cost {
    double ns; // of processor time for each guest instruction
    unsigned long insns, ir, ops;
};

static double now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return 1e9 * (double)ts.tv_sec + (double)ts.tv_nsec;
}

static struct cost translate(const uint32_t *code, size_t words, unsigned how)
{
    static struct ir_inst storage[OPT_MAX_INSTS];
    struct cost c = {0};
    struct arena arena;
    arena_init(&arena, 1 << 24);
    double start = now();
    for (size_t at = 0; at + 16 <= words;) {
        struct a64_tr t;
        struct eval_code out = {0};
        a64_translate_block(&t, storage, OPT_MAX_INSTS,
                            &(struct a64_code){4 * at, code + at, 16, 0, false, false});
        if (how & PASSES)
            opt_run(&t.ir);
        arena_reset(&arena);
        if (how & COMPILE && !eval_compile(&t.ir, &arena, CPU_FIELD(temps), 0, &out))
            die("the arena is too small");
        c.insns += t.insns;
        c.ir += t.ir.count;
        c.ops += out.n_ops;
        at += t.insns;
    }
    c.ns = (now() - start) / (double)c.insns;
    arena_fini(&arena);
    return c;
}

// The cheapest of a few runs.
static struct cost measure(const uint32_t *code, size_t words, unsigned how)
{
    struct cost best = translate(code, words, how);
    for (unsigned i = 0; i < 6; i++) {
        struct cost c = translate(code, words, how);
        if (c.ns < best.ns)
            best = c;
    }
    return best;
}

int main(int argc, char **argv)
{
    FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (!f)
        die("usage: opt_cost ELF-FILE");
    static uint8_t file[1 << 25];
    size_t size = fread(file, 1, sizeof file, f);
    fclose(f);
    const Elf64_Ehdr *e = (const Elf64_Ehdr *)file;
    if (size < sizeof *e || memcmp(e->e_ident, ELFMAG, SELFMAG) != 0 || e->e_machine != EM_AARCH64)
        die("%s: not an AArch64 ELF file", argv[1]);
    const Elf64_Shdr *s = (const Elf64_Shdr *)(file + e->e_shoff);
    for (unsigned i = 0; i < e->e_shnum; i++) {
        if (!(s[i].sh_flags & SHF_EXECINSTR) || s[i].sh_size < 4096)
            continue;
        const uint32_t *code = (const uint32_t *)(file + s[i].sh_offset);
        size_t words = s[i].sh_size / 4;
        struct cost ir = measure(code, words, 0), passes = measure(code, words, PASSES);
        struct cost plain = measure(code, words, COMPILE),
                    all = measure(code, words, PASSES | COMPILE);
        double n = (double)ir.insns;
        printf(
            "%lu instructions; ns each: translate %.0f, passes %.0f, compile %.0f without and %.0f after passes\n",
            ir.insns, ir.ns, passes.ns - ir.ns, plain.ns - ir.ns, all.ns - passes.ns);
        printf(
            "    each is %.2f operations of IR, %.2f after passes; %.2f of the evaluator, %.2f after passes\n",
            (double)ir.ir / n, (double)passes.ir / n, (double)plain.ops / n, (double)all.ops / n);
    }
    return 0;
}
