// SPDX-License-Identifier: MIT
// Compares the disassembly of every row with GNU objdump's: for random words of each row, or for
// the instruction words of a file of vectors.
//   disasm_test [-n WORDS] [-s SEED] [-v VECTORS.xz] OBJDUMP UNKNOWN-FILE [ROW-SUBSTRING]
//   disasm_test -u WORDS [...] OBJDUMP UNKNOWN-FILE MORE-FILE   any words, too, with rows or not
// UNKNOWN-FILE names the rows that this objdump cannot print, one "row all|some reason" a line (the
// row may be a shell pattern): "all" words of the row, and objdump is then required not to print
// any, so that the list cannot outlive its reason; or "some", and then at least one word must
// agree. MORE-FILE lists the texts that objdump has for words without a row (tests/a64/lists.h:
// row "none", text, reason). Exit 77: no such objdump here.
#include "lists.h"
#include "words.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BASE \
    UINT64_C(0x40000000) // where objdump is told the words are: room for negative branch offsets
enum { MAX_WORDS = 1 << 22, SHOWN_PER_ROW = 3 };

static uint32_t *words;
static unsigned n_words;

struct row_result {
    unsigned same, undefined, refused; // refused: objdump has no text for the word
    unsigned bad[2];                   // words that differ, with ignored bits 0 and 1
    bool unknown, partly;
    char shown[SHOWN_PER_ROW][400]; // the first differences
    unsigned n_shown;
    char reason[120];
};
static struct row_result *results;

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "disasm_test: %s: %s\n", what, name);
    exit(2);
}

static void add_word(uint32_t word)
{
    if (n_words == MAX_WORDS)
        fail("too many words", "raise MAX_WORDS");
    words[n_words++] = word;
}

// System registers are many and few have names: all of them, with register 3.
static void add_all_system_registers(unsigned row)
{
    uint32_t bits = row_field_bits(row) & ~UINT32_C(31);
    for (uint32_t v = bits;; v = (v - 1) & bits) {
        add_word(a64_leaves[row].value | v | 3);
        if (!v)
            break;
    }
}

static void add_random(unsigned per_row, uint64_t seed, const char *only)
{
    for (unsigned row = 0; row < a64_row_count; row++) {
        if (only && !strstr(a64_rows[row]->name, only))
            continue;
        uint32_t ignored = row_ignored_bits(row);
        for (unsigned i = 0; i < per_row; i++) {
            uint32_t word = row_random_word(row, &seed);
            add_word(word);
            if (ignored)
                add_word(word | ignored);
        }
        if (strstr(a64_rows[row]->text, "{sysreg}"))
            add_all_system_registers(row);
    }
}

// Uniform words, and words of rows with one bit wrong.
static void add_any(unsigned count, uint64_t seed)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t r = random_next(&seed);
        uint32_t word = (uint32_t)(r >> 32);
        if (i & 1)
            word = row_random_word(word % a64_row_count, &seed) ^ UINT32_C(1) << (r & 31);
        add_word(word);
    }
}

// The words of the vectors that execute and have a row.
static void add_vectors(const char *path, const char *only)
{
    static char line[1 << 16], command[4096];
    snprintf(command, sizeof command, "xz -dc '%s'", path);
    FILE *f = popen(command, "r");
    uint32_t last = 0;
    unsigned without_row = 0;
    while (f && fgets(line, sizeof line, f)) {
        const char *p = strchr(line, ' ');
        struct a64_decoded d;
        if (line[0] == '#' || !p || strstr(line, "exc=und"))
            continue;
        uint32_t word = (uint32_t)strtoul(p, NULL, 16);
        if (word == last)
            continue;
        last = word;
        if (!a64_decode(word, &d))
            without_row++;
        else if (!only || strstr(d.insn->name, only))
            add_word(word);
    }
    if (!f || pclose(f) != 0 || !n_words)
        fail("cannot be read, or holds nothing to compare", path);
    if (without_row)
        printf("%u words of the vectors have no row\n", without_row);
}

static void read_unknown(const char *path)
{
    FILE *f = fopen(path, "r");
    char line[256], name[64], kind[8];
    int at;
    if (!f)
        fail("cannot be read", path);
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#' || sscanf(line, "%63s %7s %n", name, kind, &at) != 2)
            continue;
        bool all = !strcmp(kind, "all"), some = !strcmp(kind, "some");
        if (all == some || line[at] == '\n')
            fail("not \"row all|some reason\"", line);
        for (unsigned row = 0; row < a64_row_count; row++) {
            struct row_result *r = &results[row];
            if (fnmatch(name, a64_rows[row]->name, 0) != 0)
                continue;
            r->unknown = all;
            r->partly = some;
            snprintf(r->reason, sizeof r->reason, "%.*s", (int)strcspn(line + at, "\n"), line + at);
        }
    }
    fclose(f);
}

// One blank for any white space, no "<symbol>", no comment.
static void normalise(const char *s, char *out, size_t size)
{
    size_t n = 0;
    for (; *s && *s != '\n' && n + 1 < size; s++) {
        if ((s[0] == '/' && s[1] == '/') || s[0] == ';')
            break;
        if (*s == '<') {
            while (*s && *s != '>')
                s++;
            continue;
        }
        if (*s == ' ' || *s == '\t') {
            if (n && out[n - 1] != ' ')
                out[n++] = ' ';
        } else {
            out[n++] = *s;
        }
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = 0;
}

// A system register without a name in the rows may have one in objdump: then only the rest must
// agree.
static bool same_but_register(const char *ours, const char *theirs)
{
    const char *o = strstr(ours, " s"), *t = theirs;
    if (!o || !strstr(o, "_c"))
        return false;
    size_t head = (size_t)(o - ours) + 1;
    if (strncmp(ours, theirs, head) != 0)
        return false;
    o += strcspn(o + 1, ",") + 1;
    t += head + strcspn(theirs + head, ",");
    return !strcmp(o, t);
}

static struct list more;
static unsigned without_row, listed_more, bad_more;

// objdump should not know it either.
static void compare_without_row(uint32_t word, const char *theirs)
{
    without_row++;
    if (!strncmp(theirs, ".inst", 5) || !strncmp(theirs, "udf", 3))
        return;
    struct list_line *line = list_find(&more, "none", theirs, NULL, NULL);
    if (line) {
        line->used++;
        listed_more++;
    } else if (bad_more++ < 40) {
        printf("FAIL %08" PRIx32 " has no row, objdump \"%s\"\n", word, theirs);
    }
}

static void compare(uint32_t word, uint64_t pc, const char *theirs)
{
    char text[256], ours[256], wanted[256];
    struct a64_decoded d;
    normalise(theirs, wanted, sizeof wanted);
    if (!a64_decode(word, &d)) {
        compare_without_row(word, wanted);
        return;
    }
    unsigned row = row_index(d.insn);
    struct row_result *r = &results[row];
    uint32_t ignored = row_ignored_bits(row);
    if ((word & ignored) && (word & ignored) != ignored)
        return; // objdump insists on one or the other
    if (!strncmp(wanted, ".inst", 5)) {
        if (word_is_undefined(word)) {
            r->undefined++;
            return;
        }
        r->refused++;
        if (r->unknown || r->partly)
            return;
    }
    normalise(a64_disassemble(word, pc, text, sizeof text), ours, sizeof ours);
    if (!strcmp(ours, wanted) || same_but_register(ours, wanted)) {
        r->same++;
        return;
    }
    if (r->unknown || r->partly) {
        r->refused++;
        return;
    }
    unsigned *bad = &r->bad[ignored && (word & ignored) == ignored];
    ++*bad;
    if (r->n_shown < SHOWN_PER_ROW)
        snprintf(r->shown[r->n_shown++], sizeof r->shown[0],
                 "%08" PRIx32 "  ours \"%.160s\"  objdump \"%.160s\"", word, ours, wanted);
}

static void run_objdump(const char *objdump)
{
    static char line[4096], command[8192];
    const char *dir = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/a64words.XXXXXX", dir && *dir ? dir : "/tmp");
    int fd = mkstemp(path);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!f || fwrite(words, sizeof *words, n_words, f) != n_words || fclose(f) != 0)
        fail("cannot be written", path);
    snprintf(command, sizeof command,
             "'%s' -D -z -b binary -m aarch64 -M no-aliases --adjust-vma=%#" PRIx64 " '%s'",
             objdump, BASE, path);
    FILE *out = popen(command, "r");
    unsigned seen = 0;
    while (out && fgets(line, sizeof line, out)) {
        char *end, *text;
        uint64_t pc = strtoull(line, &end, 16);
        if (*end != ':' || pc < BASE || pc >= BASE + 4 * (uint64_t)n_words)
            continue;
        text = strchr(end + 2, '\t');
        if (!text)
            fail("objdump prints what this test cannot read", line);
        compare(words[(pc - BASE) / 4], pc, text + 1);
        seen++;
    }
    int status = out ? pclose(out) : -1;
    unlink(path);
    if (status != 0 || seen != n_words)
        fail("objdump failed or did not print every word", objdump);
}

static int report(bool every_row)
{
    unsigned bad_rows = 0, unknown = 0, same = 0, undefined = 0;
    for (unsigned row = 0; row < a64_row_count; row++) {
        const struct row_result *r = &results[row];
        const char *name = a64_rows[row]->name;
        same += r->same;
        undefined += r->undefined;
        if (r->refused && (r->unknown || r->partly)) {
            printf("not compared: %s (%u words): %s\n", name, r->refused, r->reason);
            unknown++;
        }
        // objdump insists on what should be 0 or should be 1 in some rows; either is good, both
        // wrong is not.
        unsigned bad =
            row_ignored_bits(row) && !(r->bad[0] && r->bad[1]) ? 0 : r->bad[0] + r->bad[1];
        if (bad) {
            printf("FAIL %s: %u of %u words differ\n", name, bad, bad + r->same);
            for (unsigned i = 0; i < r->n_shown; i++)
                printf("    %s\n", r->shown[i]);
            bad_rows++;
        } else if (r->unknown && r->same) {
            printf("FAIL %s: objdump prints it now: remove it from the list of unknown rows\n",
                   name);
            bad_rows++;
        } else if (every_row && !r->same && !r->unknown) {
            printf("FAIL %s: no word of it could be compared\n", name);
            bad_rows++;
        }
    }
    printf(
        "%u words agree, %u undefined on both sides; %u rows: %u differ, %u not or only partly known to objdump\n",
        same, undefined, a64_row_count, bad_rows, unknown);
    for (unsigned i = 0; i < more.n; i++)
        printf("%u words without a row: %s: %s\n", more.line[i].used, more.line[i].text,
               more.line[i].reason);
    if (without_row)
        printf("%u words without a row: %u in the list of what objdump knows, %u wrongly\n",
               without_row, listed_more, bad_more);
    return bad_rows != 0 || bad_more;
}

int main(int argc, char **argv)
{
    unsigned per_row = 64, any = 0;
    uint64_t seed = 1;
    const char *vectors = NULL;
    int opt;
    while ((opt = getopt(argc, argv, "n:s:u:v:")) != -1) {
        switch (opt) {
        case 'n': per_row = (unsigned)atoi(optarg); break;
        case 's': seed = strtoull(optarg, NULL, 0) | 1; break;
        case 'u': any = (unsigned)atoi(optarg); break;
        case 'v': vectors = optarg; break;
        default: return 2;
        }
    }
    if (argc - optind < 2) {
        fprintf(
            stderr,
            "usage: disasm_test [-n WORDS] [-s SEED] [-v VECTORS.xz] [-u WORDS] OBJDUMP UNKNOWN-FILE [ROW-SUBSTRING|MORE-FILE]\n");
        return 2;
    }
    const char *objdump = argv[optind], *only = argv[optind + 2];
    char command[4096];
    snprintf(command, sizeof command, "command -v '%s' >/dev/null", objdump);
    if (system(command) != 0) {
        printf("SKIP: no %s (package binutils-aarch64-linux-gnu)\n", objdump);
        return 77;
    }
    words = malloc(MAX_WORDS * sizeof *words);
    results = calloc(a64_row_count, sizeof *results);
    read_unknown(argv[optind + 1]);
    if (any && only) {
        more = list_read(only, 3);
        only = NULL;
        add_any(any, seed);
    }
    if (vectors)
        add_vectors(vectors, only);
    else
        add_random(per_row, seed, only);
    run_objdump(objdump);
    return report(!vectors && !only);
}
