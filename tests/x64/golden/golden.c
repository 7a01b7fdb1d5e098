// SPDX-License-Identifier: MIT
// golden FILE: the file with the host instructions that its guest instructions become, as they are
// made today, on standard output.
//
// A file is entries with blank lines between them, and comments (#; "# pc 0x400000" says where the
// instructions are). An entry is a name in brackets
// if it is more than an instruction, its guest instructions (word and text), and what is made of
// them, indented: that is dropped and written anew. Code is made for a processor with every feature
// of x64/host.def, and once more without each of them if that makes a difference.
#include "a64/translate.h"
#include "base/bits.h"
#include "base/die.h"
#include "engine/native.h"
#include "listing.h"
#include "opt/opt.h"
#include "x64/host.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_GUEST = 64, CACHE = 1 << 20, MAX_LINE = 256 };
#define ALL ((1u << X64_FEATURES) - 1) // features

static struct x64_cache caches[2]; // for hosts without and with AVX-512
static uint64_t base_pc = 0x10000; // of every entry
static struct arena data;

static const char *const feature_name[X64_FEATURES] = {
#define X64_FEATURE(id, needed, state, leaf, reg, bits) #id,
#include "x64/host.def"
#undef X64_FEATURE
};
static const bool feature_needed[X64_FEATURES] = {
#define X64_FEATURE(id, needed, state, leaf, reg, bits) needed,
#include "x64/host.def"
#undef X64_FEATURE
};

struct entry {
    char line[MAX_GUEST][MAX_LINE]; // as they stand in the file
    uint32_t word[MAX_GUEST];
    unsigned n;
};

// One block of the entry's code, from instruction `from` on. Returns how many it has.
static unsigned print_block(FILE *out, const struct entry *e, unsigned from, bool glue,
                            const char *without)
{
    static struct ir_inst storage[OPT_MAX_INSTS];
    struct a64_tr t;
    struct x64_code code;
    char *text;
    size_t size;
    uint64_t pc = base_pc + 4 * from;
    a64_translate_block(&t, storage, OPT_MAX_INSTS,
                        &(struct a64_code){.pc = pc,
                                           .mode = A64_MODE_SP_ALIGNED,
                                           .words = e->word + from,
                                           .max_insns = e->n - from,
                                           .goes_on = a64_goes_on_always});
    const struct ir_inst *last = &t.ir.inst[t.ir.count - 1];
    if (last->op == IR_exit && last->c == IR_EXIT_UNDEF)
        die("undefined: %s", e->line[from + t.insns - 1]);
    opt_run(&t.ir, OPT_BLOCKS);
    struct x64_cache *cache = &caches[x64_host_has(X64_HAS_AVX512)];
    arena_reset(&data);
    x64_cache_fill(cache, cache->first, cache->limit, &data);
    if (!x64_compile(cache, &t.ir, (struct x64_wish){.fp = true, .tiny = true, .paired = true}, &code))
        die("the cache is too small");
    FILE *body = open_memstream(&text, &size);
    struct listing l = {
        .cache = cache, .code = &code, .pc = base_pc, .next = pc + 4 * t.insns, .glue = glue};
    listing_print(body, &l);
    fclose(body);
    fprintf(out, "    %u", l.count);
    if (t.insns != e->n)
        fprintf(out, ", pc+%u to pc+%u", 4 * from, 4 * (from + t.insns));
    fprintf(out, "%s%s\n%s", without ? " without " : "", without ? without : "", text);
    free(text);
    return t.insns;
}

// The text of the entry's code on a host with the features in `set`.
static char *code_text(const struct entry *e, uint32_t set, bool glue, const char *without)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    x64_host_assume(set);
    for (unsigned i = 0; i < e->n;)
        i += print_block(out, e, i, glue, without);
    fclose(out);
    return text;
}

static void print_entry(const struct entry *e, bool glue)
{
    char *best = code_text(e, ALL, glue, NULL);
    for (unsigned i = 0; i < e->n; i++)
        puts(e->line[i]);
    fputs(best, stdout);
    for (unsigned f = 0; f < X64_FEATURES; f++) {
        if (feature_needed[f])
            continue;
        char *plain = code_text(e, ALL & ~(1u << f), glue, NULL);
        if (strcmp(plain, best) != 0) {
            char *named = code_text(e, ALL & ~(1u << f), glue, feature_name[f]);
            fputs(named, stdout);
            free(named);
        }
        free(plain);
    }
    free(best);
}

static bool is_guest_line(const char *line, uint32_t *word)
{
    char *end;
    if (strspn(line, "0123456789abcdef") != 8 || strncmp(line + 8, "  ", 2) != 0)
        return false;
    *word = (uint32_t)strtoul(line, &end, 16);
    return true;
}

static void regenerate(const char *path, bool glue)
{
    static struct entry e;
    char line[MAX_LINE];
    unsigned number = 0;
    FILE *in = fopen(path, "r");
    if (!in)
        die("%s cannot be read", path);
    e.n = 0;
    for (bool more = true; more;) {
        more = fgets(line, sizeof line, in);
        number++;
        line[more ? strcspn(line, "\n") : 0] = 0;
        if (is_guest_line(line, &e.word[e.n])) {
            if (e.n + 1 == MAX_GUEST)
                die("%s:%u: an entry has fewer than %u instructions", path, number, MAX_GUEST);
            strcpy(e.line[e.n++], line);
        } else if (!*line) {
            if (e.n)
                print_entry(&e, glue);
            e.n = 0;
            if (more)
                putchar('\n');
        } else if (*line == '#' || *line == '[') {
            if (!strncmp(line, "# pc ", 5))
                base_pc = strtoull(line + 5, NULL, 0);
            puts(line);
        } else if (*line != ' ') {
            die("%s:%u: '%s' is no comment, name, or word and text; run update", path, number, line);
        }
    }
    fclose(in);
}

static bool has_glue(const char *path)
{
    const char *name = strrchr(path, '/');
    return !strcmp(name ? name + 1 : path, "glue.txt");
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage: golden FILE");
    for (unsigned wide = 0; wide < 2; wide++) {
        x64_host_assume(wide ? ALL : ALL & ~(1u << X64_HAS_AVX512));
        if (!x64_cache_init(&caches[wide], arena_address(2 * CACHE), CACHE, &native_guest))
            die("no memory that can be executed");
    }
    arena_init(&data, CACHE);
    regenerate(argv[1], has_glue(argv[1]));
    return 0;
}
