// SPDX-License-Identifier: MIT
// The rows as a set:
//   rows_test decode [-s SEED]  random words of every row decode to that row, with the fields its
//   pattern names rows_test translate [...]   the body of every row makes IR that keeps the rules
//   of ir_verify rows_test covered FILE...       every row has a vector or a line in one of the
//   files rows_test classify          decodes all 2^32 words; prints how many are some row's
#include "a64/translate.h"
#include "base/bits.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_PER_ROW = 200, ALL_MODES = A64_MODE_NEP | A64_MODE_MTE };
static unsigned failures;

#define FAIL(...)                    \
    do {                             \
        printf("FAIL " __VA_ARGS__); \
        failures++;                  \
    } while (0)

// The row whose pattern takes `word`: of several, the one with most fixed bits.
static int expected_row(uint32_t word)
{
    int best = -1;
    for (unsigned row = 0; row < a64_row_count; row++)
        if (row_matches(row, word) && (best < 0 || __builtin_popcount(a64_leaves[row].mask) >
                                                       __builtin_popcount(a64_leaves[best].mask)))
            best = (int)row;
    return best;
}

// The fields as the pattern's text has them, read without the generated tables.
static bool fields_agree(const struct a64_insn *insn, uint32_t word, const struct a64_args *args)
{
    uint32_t field[26] = {0};
    bool used[26] = {0};
    unsigned at = 32;
    for (const char *s = insn->bits; at > 0; s++) {
        if (*s == ' ')
            continue;
        uint32_t bit = word >> --at & 1;
        if ((*s == '0' || *s == '1') && bit != (uint32_t)(*s - '0'))
            return false;
        if (*s >= 'a' && *s <= 'z') {
            field[*s - 'a'] = field[*s - 'a'] << 1 | bit;
            used[*s - 'a'] = true;
        }
    }
    for (unsigned i = 0; i < 26; i++)
        if (used[i] && field[i] != args->field[i])
            return false;
    return true;
}

static void test_decode(uint64_t seed)
{
    for (unsigned row = 0; row < a64_row_count; row++) {
        uint32_t free_bits = ~a64_leaves[row].mask;
        unsigned own = 0;
        for (unsigned i = 0; i < WORDS_PER_ROW; i++) {
            uint32_t word =
                a64_leaves[row].value | ((uint32_t)(random_next(&seed) >> 32) & free_bits);
            struct a64_decoded d;
            int want = expected_row(word);
            bool found = a64_decode(word, &d);
            if (found != (want >= 0) || (found && d.insn != a64_rows[want]))
                FAIL("%08" PRIx32 ": decoded as %s, expected %s\n", word,
                     found ? d.insn->name : "nothing", want < 0 ? "nothing" : a64_rows[want]->name);
            else if (found && !fields_agree(d.insn, word, &d.args))
                FAIL("%08" PRIx32 ": fields of %s are not as its pattern says\n", word,
                     d.insn->name);
            own += want == (int)row;
        }
        if (!own)
            row_random_word(row, &seed); // dies if there is none
    }
    printf("%u rows, %u words each\n", a64_row_count, WORDS_PER_ROW);
}

static void check_ir(uint32_t word, const char *row, uint32_t mode)
{
    static struct ir_inst storage[2048];
    static char last[64];
    struct a64_tr t;
    char text[128];
    a64_translate_block(&t, storage, ARRAY_LEN(storage),
                        &(struct a64_code){0x400000, &word, 1, mode, false});
    const char *rule = ir_verify(&t.ir);
    if (!rule || !strcmp(last, row))
        return;
    snprintf(last, sizeof last, "%s", row); // one word of a row is enough
    FAIL("%s: %08" PRIx32 " %s: %s\n", row, word,
         a64_disassemble(word, 0x400000, text, sizeof text), rule);
    ir_print(stdout, &t.ir, a64_slot_name);
}

static void test_translate(uint64_t seed)
{
    for (unsigned row = 0; row < a64_row_count; row++)
        for (unsigned i = 0; i < WORDS_PER_ROW; i++)
            check_ir(row_random_word(row, &seed), a64_rows[row]->name, i & ALL_MODES);
    printf("%u rows, %u words each\n", a64_row_count, WORDS_PER_ROW);
}

static bool *covered;

static void cover(uint32_t word)
{
    struct a64_decoded d;
    if (a64_decode(word, &d))
        covered[row_index(d.insn)] = true;
}

static void cover_vectors(const char *path)
{
    static char line[1 << 16], command[4096];
    snprintf(command, sizeof command, "xz -dc '%s'", path);
    FILE *f = popen(command, "r");
    while (f && fgets(line, sizeof line, f)) {
        const char *p = strchr(line, ' ');
        if (line[0] == '#' || !p)
            continue;
        char *end;
        cover((uint32_t)strtoul(p, &end, 16));
        if (*end == ',')
            cover((uint32_t)strtoul(end + 1, NULL, 16));
    }
    if (!f || pclose(f) != 0) {
        fprintf(stderr, "rows_test: %s: cannot be read\n", path);
        exit(2);
    }
}

static void cover_lines(const char *path)
{
    char line[1024];
    unsigned word;
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        exit(2);
    }
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "T(%x,", &word) == 1)
            cover(word);
    fclose(f);
}

static void test_covered(char **files)
{
    covered = calloc(a64_row_count, sizeof *covered);
    for (; *files; files++) {
        if (strstr(*files, ".xz"))
            cover_vectors(*files);
        else
            cover_lines(*files);
    }
    unsigned n = 0;
    for (unsigned row = 0; row < a64_row_count; row++) {
        n += covered[row];
        if (!covered[row])
            FAIL("row %s has neither a vector nor a line in tests/a64/*.inc\n",
                 a64_rows[row]->name);
    }
    printf("%u of %u rows have a test\n", n, a64_row_count);
}

static void test_classify(void)
{
    uint64_t *count = calloc(a64_row_count + 1, sizeof *count);
    uint16_t *index = calloc(1 << 16, sizeof *index);
    const struct a64_insn *base = a64_rows[0];
    for (unsigned row = 0; row < a64_row_count; row++)
        if (a64_rows[row] < base)
            base = a64_rows[row];
    for (unsigned row = 0; row < a64_row_count; row++)
        index[a64_rows[row] - base] = (uint16_t)row;
    for (uint64_t word = 0; word <= UINT32_MAX; word++) {
        struct a64_decoded d;
        count[a64_decode((uint32_t)word, &d) ? index[d.insn - base] : a64_row_count]++;
    }
    for (unsigned row = 0; row < a64_row_count; row++)
        if (!count[row])
            FAIL("row %s takes no word\n", a64_rows[row]->name);
    printf("%u rows take %" PRIu64 " words, %" PRIu64 " (%.1f%%) are undefined or unknown\n",
           a64_row_count, (UINT64_C(1) << 32) - count[a64_row_count], count[a64_row_count],
           100.0 * (double)count[a64_row_count] / 4294967296.0);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    uint64_t seed = argc > 3 && !strcmp(argv[2], "-s") ? strtoull(argv[3], NULL, 0) | 1 : 1;
    if (!strcmp(what, "decode")) {
        test_decode(seed);
    } else if (!strcmp(what, "translate")) {
        test_translate(seed);
    } else if (!strcmp(what, "covered") && argc > 2) {
        test_covered(argv + 2);
    } else if (!strcmp(what, "classify")) {
        test_classify();
    } else {
        fprintf(stderr,
                "usage: rows_test decode|translate [-s SEED] | covered FILE... | classify\n");
        return 2;
    }
    printf("%u failures\n", failures);
    return failures != 0;
}
