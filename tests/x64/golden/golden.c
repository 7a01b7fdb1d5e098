// SPDX-License-Identifier: MIT
// golden FILE: the file with the host instructions that its guest instructions become, as they are
// made today, on standard output. golden -s FILE...: a table of how many they are.
//
// A file is entries with blank lines between them, and comments (#). An entry is a name in brackets
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

enum { PC = 0x10000, MAX_GUEST = 64, CACHE = 1 << 20, MAX_LINE = 256 };

static struct x64_cache cache;

static const char *const feature_name[X64_FEATURES] = {
#define X64_FEATURE(id, needed, leaf, reg, bit) #id,
#include "x64/host.def"
#undef X64_FEATURE
};
static const bool feature_needed[X64_FEATURES] = {
#define X64_FEATURE(id, needed, leaf, reg, bit) needed,
#include "x64/host.def"
#undef X64_FEATURE
};

struct entry {
    char line[MAX_GUEST][MAX_LINE]; // as they stand in the file
    uint32_t word[MAX_GUEST];
    unsigned n;
};

struct totals {
    unsigned entries, guest, host, bytes;
};

// One block of the entry's code, from instruction `from` on. Returns how many it has.
static unsigned print_block(FILE *out, const struct entry *e, unsigned from, bool glue,
                            const char *without, struct totals *sum)
{
    static struct ir_inst storage[OPT_MAX_INSTS];
    struct a64_tr t;
    struct x64_code code;
    char *text;
    size_t size;
    uint64_t pc = PC + 4 * from;
    a64_translate_block(&t, storage, OPT_MAX_INSTS,
                        &(struct a64_code){.pc = pc,
                                           .words = e->word + from,
                                           .max_insns = e->n - from,
                                           .goes_on = a64_goes_on_always});
    const struct ir_inst *last = &t.ir.inst[t.ir.count - 1];
    if (last->op == IR_exit && last->c == IR_EXIT_UNDEF)
        die("undefined: %s", e->line[from + t.insns - 1]);
    opt_run(&t.ir);
    x64_cache_clear(&cache);
    if (!x64_compile(&cache, &t.ir, (struct x64_wish){.fp = true}, &code))
        die("the cache is too small");
    FILE *body = open_memstream(&text, &size);
    struct listing l = {
        .cache = &cache, .code = &code, .pc = PC, .next = pc + 4 * t.insns, .glue = glue};
    listing_print(body, &l);
    fclose(body);
    fprintf(out, "    %u", l.count);
    if (t.insns != e->n)
        fprintf(out, ", pc+%u to pc+%u", 4 * from, 4 * (from + t.insns));
    fprintf(out, "%s%s\n%s", without ? " without " : "", without ? without : "", text);
    free(text);
    sum->host += l.count;
    sum->bytes += l.bytes;
    return t.insns;
}

// The text of the entry's code on a host with the features in `set`.
static char *code_text(const struct entry *e, uint32_t set, bool glue, const char *without,
                       struct totals *sum)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    x64_host_assume(set);
    for (unsigned i = 0; i < e->n;)
        i += print_block(out, e, i, glue, without, sum);
    fclose(out);
    return text;
}

static void print_entry(FILE *out, const struct entry *e, bool glue, struct totals *sum)
{
    uint32_t all = (1u << X64_FEATURES) - 1;
    struct totals ignored;
    char *best = code_text(e, all, glue, NULL, sum);
    for (unsigned i = 0; i < e->n; i++)
        fprintf(out, "%s\n", e->line[i]);
    fputs(best, out);
    for (unsigned f = 0; f < X64_FEATURES; f++) {
        if (feature_needed[f])
            continue;
        char *plain = code_text(e, all & ~(1u << f), glue, NULL, &ignored);
        if (strcmp(plain, best) != 0) {
            char *named = code_text(e, all & ~(1u << f), glue, feature_name[f], &ignored);
            fputs(named, out);
            free(named);
        }
        free(plain);
    }
    free(best);
    sum->entries++;
    sum->guest += e->n;
}

static bool is_guest_line(const char *line, uint32_t *word)
{
    char *end;
    if (strspn(line, "0123456789abcdef") != 8 || strncmp(line + 8, "  ", 2) != 0)
        return false;
    *word = (uint32_t)strtoul(line, &end, 16);
    return true;
}

static struct totals regenerate(FILE *out, const char *path, bool glue)
{
    static struct entry e;
    struct totals sum = {0};
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
                print_entry(out, &e, glue, &sum);
            e.n = 0;
            if (more)
                fputc('\n', out);
        } else if (*line == '#' || *line == '[') {
            fprintf(out, "%s\n", line);
        } else if (*line != ' ') {
            die("%s:%u: '%s' is no comment, name, or word and text; run update", path, number, line);
        }
    }
    fclose(in);
    return sum;
}

static bool has_glue(const char *path)
{
    const char *name = strrchr(path, '/');
    return !strcmp(name ? name + 1 : path, "glue.txt");
}

static void print_totals(const char *name, unsigned length, struct totals t)
{
    printf("%-10.*s %7u %7u %7u %7.2f %7.1f\n", (int)length, name, t.entries, t.guest, t.host,
           t.guest ? (double)t.host / t.guest : 0, t.guest ? (double)t.bytes / t.guest : 0);
}

static void print_summary(int n, char **paths)
{
    FILE *nowhere = fopen("/dev/null", "w");
    struct totals all = {0};
    printf("area       entries   guest    host   ratio   bytes\n");
    for (int i = 0; i < n; i++) {
        if (has_glue(paths[i]))
            continue;
        struct totals t = regenerate(nowhere, paths[i], false);
        const char *name = strrchr(paths[i], '/');
        name = name ? name + 1 : paths[i];
        print_totals(name, (unsigned)strcspn(name, "."), t);
        all.entries += t.entries;
        all.guest += t.guest;
        all.host += t.host;
        all.bytes += t.bytes;
    }
    print_totals("all", 3, all);
    fclose(nowhere);
}

int main(int argc, char **argv)
{
    bool summary = argc > 1 && !strcmp(argv[1], "-s");
    if (argc < 2 + summary || (!summary && argc > 2))
        die("usage: golden FILE, or golden -s FILE...");
    if (!x64_cache_init(&cache, CACHE, &native_guest))
        die("no memory that can be executed");
    if (summary)
        print_summary(argc - 2, argv + 2);
    else
        regenerate(stdout, argv[1], has_glue(argv[1]));
    return 0;
}
