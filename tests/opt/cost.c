// SPDX-License-Identifier: MIT
// What making blocks costs and what the passes save: translates all code of an AArch64 ELF file, cut into blocks of up to
// 16 instructions, with and without the passes.
//   opt_cost FILE          for example the C library of the cross compiler's sysroot
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "a64/translate.h"
#include "base/arena.h"
#include "base/die.h"
#include "ir/eval.h"
#include "opt/opt.h"

struct cost {
    double translate, passes, compile; // seconds
    unsigned long insns, ir, ops;
};

static double now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

static void measure(const uint32_t *code, size_t words, bool with_passes, struct cost *c)
{
    static struct ir_inst storage[OPT_MAX_INSTS];
    struct arena arena;
    arena_init(&arena, 1 << 24);
    *c = (struct cost){0};
    for (size_t at = 0; at + 16 <= words;) {
        struct a64_tr t;
        struct eval_code out;
        double t0 = now();
        a64_translate_block(&t, storage, OPT_MAX_INSTS, 4 * at, code + at, 16);
        double t1 = now();
        if (with_passes)
            opt_run(&t.ir);
        double t2 = now();
        arena_reset(&arena);
        if (!eval_compile(&t.ir, &arena, CPU_FIELD(temps), &out))
            die("the arena is too small");
        double t3 = now();
        c->translate += t1 - t0;
        c->passes += t2 - t1;
        c->compile += t3 - t2;
        c->insns += t.insns;
        c->ir += t.ir.count;
        c->ops += out.n_ops;
        at += t.insns;
    }
    arena_fini(&arena);
}

static void print(const char *what, const struct cost *c)
{
    double n = 1e-9 * (double)c->insns;
    printf("%-10s %lu instructions: translate %.0f ns, passes %.0f ns, compile %.0f ns each; %.2f IR, %.2f evaluator operations each\n",
           what, c->insns, c->translate / n, c->passes / n, c->compile / n, (double)c->ir / (double)c->insns,
           (double)c->ops / (double)c->insns);
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
        struct cost c;
        if (!(s[i].sh_flags & SHF_EXECINSTR) || s[i].sh_size < 4096)
            continue;
        for (unsigned round = 0; round < 3; round++) {
            measure((const uint32_t *)(file + s[i].sh_offset), s[i].sh_size / 4, false, &c);
            print("plain", &c);
            measure((const uint32_t *)(file + s[i].sh_offset), s[i].sh_size / 4, true, &c);
            print("passes", &c);
        }
    }
    return 0;
}
