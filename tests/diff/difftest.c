// SPDX-License-Identifier: MIT
// Random instructions on two emulators, which must agree on everything a program can see:
//   difftest [options] --a COMMAND --b COMMAND RUNNER LISTS
// RUNNER is guest/runner.c for the guest, LISTS the folder of excluded.txt and explained.txt. With
// --same the two are one emulator, run in two ways: nothing may differ. With --faults each case ends
// in an access, mostly to where there is no memory; a row that never faults is a difference, too.
// With --times N each case is run N times, so that what is compiled again is compared as well.
// Batch k of a run is made from seed SEED + k: a run is continued, or one batch of it repeated, by
// its seed. Exit status: 0 nothing unexplained, 1 differences, 2 trouble, 77 an emulator is missing.
#include "a64/words.h"
#include "base/bits.h"
#include "generate.h"
#include "reduce.h"

#include <getopt.h>
#include <inttypes.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SHOWN_PER_ROW = 1, MAX_SHOWN = 100, ENOUGH = 50 };

#define FPCR_WITHOUT_FUNCTION UINT32_C(0x370000) // Len and Stride

static struct {
    uint64_t seed, count;
    double seconds;
    const char *rows, *explained;
    bool undefined, verbose, faults;
    unsigned times;
} options = {.seed = 1, .count = 1000000, .times = 1};

static struct diff_pair pair;
static struct list excluded, excluded_other, explained, explained_too;
static struct diff_case cases[DIFF_CASES];
static struct diff_result results[2][DIFF_CASES];
static uint64_t instructions, n_cases, n_signals, n_explained, n_should_be, n_unexplained, n_endless;
static unsigned *shown, *of_row, *faulted; // by row: differences shown, instructions, memory faults
static unsigned total_shown;

// ---- which rows ----

static bool both_have(enum a64_feature feature)
{
    static const struct {
        uint8_t word, bit;
    } hwcap[] = {
#define A64_FEATURE(id, word, bit, ...) {word, bit},
#include "a64/feature.def"
#undef A64_FEATURE
    };
    unsigned word = hwcap[feature].word;
    return !word ||
           (pair.header[0].hwcap[word - 1] & pair.header[1].hwcap[word - 1]) >> hwcap[feature].bit & 1;
}

static unsigned choose_rows(unsigned *rows)
{
    regex_t regex;
    unsigned n = 0, without_feature = 0, not_compared = 0;
    if (regcomp(&regex, options.rows ? options.rows : "", REG_EXTENDED | REG_NOSUB)) {
        fprintf(stderr, "difftest: not a regular expression: %s\n", options.rows);
        exit(2);
    }
    for (unsigned row = 0; row < a64_row_count; row++) {
        if (regexec(&regex, a64_rows[row]->name, 0, NULL, 0))
            continue;
        if (list_has_row(&excluded, a64_rows[row]->name) ||
            list_has_row(&excluded_other, a64_rows[row]->name))
            not_compared++;
        else if (!both_have(a64_rows[row]->feature))
            without_feature++;
        else
            rows[n++] = row;
    }
    regfree(&regex);
    printf("%u rows; %u are left out because one side lacks the feature, %u by excluded.txt\n", n,
           without_feature, not_compared);
    if (!n) {
        fprintf(stderr, "difftest: nothing to do\n");
        exit(2);
    }
    return n;
}

// An emulator may take a word for undefined whose ignored bits are not what they should be, and a row
// does not say what that is: both are tried.
static void try_ignored_bits(const unsigned *rows, unsigned n_rows, bool *should_be_zero)
{
    struct diff_result *out[2] = {results[0], results[1]};
    unsigned of_case[DIFF_CASES], n = 0;
    uint64_t random = 1;
    for (unsigned i = 0; i < n_rows && n < DIFF_CASES; i++) {
        uint32_t bits = row_ignored_bits(rows[i]);
        if (!bits)
            continue;
        of_case[n] = rows[i];
        cases[n] = (struct diff_case){.before = generate_default(), .slot = n, .n = 1};
        cases[n++].word[0] = row_random_word(rows[i], &random) | bits;
    }
    batch_run(&pair, cases, n, out);
    for (unsigned i = 0; i < n; i++)
        should_be_zero[of_case[i]] =
            (results[0][i].signal == SIGILL) != (results[1][i].signal == SIGILL);
}

// ---- differences ----

static const char *row_and_text(uint32_t word, char *text, size_t size, unsigned *row)
{
    struct a64_decoded d;
    *row = a64_row_count;
    if (!a64_decode(word, &d)) {
        generate_binary(word, text);
        return "none";
    }
    *row = row_index(d.insn);
    a64_disassemble(word, DIFF_CODE, text, (unsigned)size);
    return d.insn->name;
}

static struct list_line *explanation(const struct reduced *r)
{
    char text[128], kinds[256], signals[64];
    unsigned row;
    const char *name = row_and_text(r->culprit, text, sizeof text, &row);
    reduce_describe(r, kinds, signals);
    struct list_line *line = list_find(&explained, name, text, signals, kinds);
    return line ? line : list_find(&explained_too, name, text, signals, kinds);
}

// Whether it is only the bits that should be 0 or 1, where the architecture allows an emulator to
// take the others for undefined (Arm ARM, "fixed values in instruction descriptions").
static bool is_should_be(const struct reduced *r, unsigned row)
{
    struct reduced other = *r;
    uint32_t bits = row < a64_row_count ? row_ignored_bits(row) : 0;
    if (!bits || (r->result[0].signal != SIGILL && r->result[1].signal != SIGILL))
        return false;
    other.c.word[other.c.n - 1] ^= bits;
    other.kinds = batch_run_one(&pair, &other.c, other.result);
    return !other.kinds || explanation(&other);
}

// The instruction at which the first side stopped, or the last one.
static uint32_t stopped_at(const struct diff_case *c, const struct diff_result *a,
                           const struct diff_result *b)
{
    uint64_t start = DIFF_CODE + c->slot * DIFF_SLOT;
    uint64_t pc = a->signal && (!b->signal || a->pc < b->pc) ? a->pc : b->pc;
    return c->word[pc >= start && pc < start + 4 * c->n ? (pc - start) / 4 : c->n - 1];
}

static bool is_explained(const struct reduced *r)
{
    struct list_line *line = explanation(r);
    if (!line)
        return false;
    line->used++;
    n_explained++;
    return true;
}

// Whether the case differs again with all cases before it. A signal of the runner's clock may come
// at any instruction: what it meets once is told, but nothing can be made of it.
static bool is_repeated(const struct diff_case *c)
{
    static struct diff_result again[2][DIFF_CASES];
    struct diff_result *out[2] = {again[0], again[1]};
    batch_run(&pair, cases, c->slot + 1, out);
    return batch_compare(&pair, &again[0][c->slot], &again[1][c->slot]) != 0;
}

static void show(const struct reduced *whole, struct reduced r, uint64_t batch_seed)
{
    char text[128];
    unsigned row;
    const char *name = row_and_text(r.culprit, text, sizeof text, &row);
    n_unexplained++;
    if (shown[row]++ >= (row < a64_row_count ? SHOWN_PER_ROW : MAX_SHOWN) || total_shown++ >= MAX_SHOWN)
        return;
    printf("DIFFERENCE in row %s, %08" PRIx32 " %s (--seed %" PRIu64 ", case %u%s)\n", name,
           r.culprit, text, batch_seed, whole->c.slot, r.kinds ? "" : ", but not when run alone");
    if (r.kinds)
        reduce_state(&pair, &r);
    else
        r = *whole; // it did not differ when run alone
    reduce_print(&pair, &r);
    fflush(stdout);
}

static void examine(const struct diff_case *c, const struct diff_result *a,
                    const struct diff_result *b, uint64_t batch_seed)
{
    char text[128];
    unsigned row;
    struct reduced whole = {.c = *c, .result = {*a, *b}, .culprit = stopped_at(c, a, b)};
    whole.kinds = batch_compare(&pair, a, b);
    if (is_explained(&whole)) // as it is, which costs nothing
        return;
    struct reduced r = reduce_to_instruction(&pair, c);
    row_and_text(r.culprit, text, sizeof text, &row);
    if (r.kinds && is_explained(&r))
        return;
    if (r.kinds && is_should_be(&r, row))
        n_should_be++;
    else if (!r.kinds && !is_repeated(c))
        printf("once and not again: --seed %" PRIu64 ", case %u (%s)\n", batch_seed, c->slot,
               a64_disassemble(whole.culprit, DIFF_CODE, text, sizeof text));
    else
        show(&whole, r, batch_seed);
}

// ---- the run ----

static void count_case(const struct diff_case *c, const struct diff_result *result)
{
    uint64_t start = DIFF_CODE + c->slot * DIFF_SLOT;
    bool inside = result->pc >= start && result->pc < start + 4 * c->n;
    uint64_t done = result->signal && inside ? (result->pc - start) / 4 + 1 : c->n;
    n_cases++;
    n_signals += result->signal != 0;
    n_endless += result->signal == SIGALRM;
    instructions += done;
    for (unsigned i = 0; i < done; i++) {
        struct a64_decoded d;
        if (!a64_decode(c->word[i], &d))
            continue;
        of_row[row_index(d.insn)]++;
        bool fault = result->signal == SIGSEGV || result->signal == SIGBUS;
        faulted[row_index(d.insn)] += fault && inside && i + 1 == done;
    }
}

static void run_batch(struct generator *g, uint64_t seed)
{
    struct diff_result *out[2] = {results[0], results[1]};
    g->random = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
    for (unsigned i = 0; i < 8; i++)
        random_next(&g->random); // near seeds must not begin alike
    for (unsigned i = 0; i < DIFF_CASES; i++)
        generate(g, i, &cases[i]);
    batch_run(&pair, cases, DIFF_CASES, out);
    for (unsigned i = 0; i < DIFF_CASES; i++) {
        count_case(&cases[i], &results[1][i]);
        if (batch_compare(&pair, &results[0][i], &results[1][i]))
            examine(&cases[i], &results[0][i], &results[1][i], seed);
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void print_used(const struct list *list)
{
    for (unsigned i = 0; i < list->n; i++) {
        const struct list_line *l = &list->line[i];
        if (l->used)
            printf("explained %u times: %s | %s | %s: %s\n", l->used, l->row, l->text, l->signals,
                   l->reason);
    }
}

// Rows that had many accesses, none of which faulted. Prefetches never do.
static unsigned never_faulted(void)
{
    unsigned n = 0;
    for (unsigned row = 0; options.faults && row < a64_row_count; row++) {
        if (of_row[row] < ENOUGH || faulted[row] || !generate_is_access(a64_rows[row]) ||
            !strncmp(a64_rows[row]->name, "prf", 3))
            continue;
        printf("row %s has not faulted\n", a64_rows[row]->name);
        n++;
    }
    return n;
}

static int report(const unsigned *rows, unsigned n_rows, uint64_t next, double seconds)
{
    unsigned least = ~0u, idle = 0;
    for (unsigned i = 0; i < n_rows; i++) {
        least = of_row[rows[i]] < least ? of_row[rows[i]] : least;
        if (!of_row[rows[i]]) {
            idle++;
            if (options.verbose)
                printf("no instruction of row %s was executed\n", a64_rows[rows[i]]->name);
        }
    }
    print_used(&explained);
    print_used(&explained_too);
    if (n_should_be)
        printf("explained %" PRIu64 " times: bits that should be 0 or 1 are not, and one side takes "
               "the word for undefined\n",
               n_should_be);
    printf("%" PRIu64 " instructions in %" PRIu64 " cases (%" PRIu64 " signals, %" PRIu64
           " endless) in %.0f s",
           instructions, n_cases, n_signals, n_endless, seconds);
    if (n_rows)
        printf(", at least %u of each row, none of %u rows", least, idle);
    printf("\n%" PRIu64 " differences explained, %" PRIu64
           " not explained; go on with --seed %" PRIu64 "\n",
           n_explained + n_should_be, n_unexplained, next);
    return n_unexplained || never_faulted() != 0;
}

static void usage(void)
{
    fprintf(stderr, "usage: difftest [--seed S] [--count INSTRUCTIONS] [--time SECONDS] "
                    "[--rows REGEX] [--undefined] [--faults] [--times N] [--same] "
                    "[--explained FILE] [--verbose] --a COMMAND --b COMMAND RUNNER LISTS\n");
    exit(2);
}

static void read_options(int argc, char **argv)
{
    static const struct option names[] = {{"a", 1, NULL, 'a'},       {"b", 1, NULL, 'b'},
                                          {"seed", 1, NULL, 's'},    {"count", 1, NULL, 'n'},
                                          {"time", 1, NULL, 't'},    {"rows", 1, NULL, 'r'},
                                          {"undefined", 0, NULL, 'u'}, {"explained", 1, NULL, 'e'}, {"verbose", 0, NULL, 'v'},
                                          {"faults", 0, NULL, 'f'},  {"times", 1, NULL, 'x'},
                                          {"same", 0, NULL, 'm'},
                                          {NULL, 0, NULL, 0}};
    int opt;
    while ((opt = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (opt) {
        case 'a': pair.command[0] = optarg; break;
        case 'b': pair.command[1] = optarg; break;
        case 's': options.seed = strtoull(optarg, NULL, 0); break;
        case 'n': options.count = strtoull(optarg, NULL, 0); break;
        case 't': options.seconds = strtod(optarg, NULL); break;
        case 'r': options.rows = optarg; break;
        case 'u': options.undefined = true; break;
        case 'e': options.explained = optarg; break;
        case 'v': options.verbose = true; break;
        case 'f': options.faults = true; break;
        case 'x': options.times = (unsigned)strtoul(optarg, NULL, 0); break;
        case 'm': pair.same = true; break;
        default: usage();
        }
    }
    if (argc - optind != 2 || !pair.command[0] || !pair.command[1])
        usage();
    pair.runner = argv[optind];
}

static bool missing(const char *command)
{
    char line[4096];
    snprintf(line, sizeof line, "set -- %s; while expr \"$1\" : '.*=' >/dev/null; do shift; done; command -v \"$1\" >/dev/null",
             command);
    return system(line) != 0;
}

int main(int argc, char **argv)
{
    char path[4096];
    read_options(argc, argv);
    for (unsigned side = 0; side < 2; side++) {
        if (missing(pair.command[side])) {
            printf("skipped: no %s\n", pair.command[side]);
            return 77;
        }
    }
    snprintf(path, sizeof path, "%s/excluded.txt", argv[optind + 1]);
    excluded = list_read(path, 3);
    if (!pair.same) {
        snprintf(path, sizeof path, "%s/excluded_other.txt", argv[optind + 1]);
        excluded_other = list_read(path, 3);
        snprintf(path, sizeof path, "%s/explained.txt", argv[optind + 1]);
        explained = list_read(path, 5);
    }
    if (options.explained)
        explained_too = list_read(options.explained, 5);
    shown = calloc(a64_row_count + 1, sizeof *shown);
    of_row = calloc(a64_row_count, sizeof *of_row);
    faulted = calloc(a64_row_count, sizeof *faulted);
    unsigned *rows = calloc(a64_row_count, sizeof *rows), n_rows = 0;
    struct diff_result *none[2] = {results[0], results[1]};
    batch_run(&pair, cases, 0, none); // for the headers
    if (!options.undefined)
        n_rows = choose_rows(rows);
    uint64_t hwcap = pair.header[0].hwcap[0] & pair.header[1].hwcap[0];
    pair.pstate = (hwcap >> 24 & 1) << 24 | (hwcap >> 28 & 1) << 12;
    pair.fpcr_of_one = (uint32_t)(pair.header[0].fpcr ^ pair.header[1].fpcr);
    pair.fpsr_of_one = (uint32_t)(pair.header[0].fpsr ^ pair.header[1].fpsr);
    if (pair.fpcr_of_one | pair.fpsr_of_one)
        printf("not compared because only one side has them: bits %#" PRIx32 " of FPCR, %#" PRIx32
               " of FPSR\n",
               pair.fpcr_of_one, pair.fpsr_of_one);
    bool *should_be_zero = calloc(a64_row_count, sizeof *should_be_zero);
    try_ignored_bits(rows, n_rows, should_be_zero);
    struct generator g = {.rows = rows, .n_rows = n_rows, .should_be_zero = should_be_zero, .excluded = {&excluded, &excluded_other},
                          .faults = options.faults, .times = options.times, .tags = pair.same,
                          .fpcr_last = (pair.fpcr_of_one & ~FPCR_WITHOUT_FUNCTION) != 0,
                          .fpcr = (uint32_t)(pair.header[0].fpcr & pair.header[1].fpcr),
                          .fpsr = (uint32_t)(pair.header[0].fpsr & pair.header[1].fpsr),
                          .pstate = (uint32_t)(UINT64_C(0xf) << 28 | pair.pstate)};
    double start = now();
    uint64_t seed = options.seed;
    const bool terminal = isatty(STDERR_FILENO);
    while (instructions < options.count && (!(options.seconds > 0) || now() - start < options.seconds)) {
        if (terminal)
            fprintf(stderr, "\r\033[Kdifftest: %" PRIu64 " instructions\r", instructions);
        run_batch(&g, seed++);
    }
    if (terminal)
        fputs("\033[K", stderr);
    return report(rows, n_rows, seed, now() - start);
}
