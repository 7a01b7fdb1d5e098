// SPDX-License-Identifier: MIT
// The rows as a set:
//   rows_test decode [-s SEED]     random words of every row decode to that row, with the fields
//                                  its pattern names
//   rows_test translate [-s SEED]  the body of every row makes IR that keeps the rules of ir_verify
//   rows_test covered FILE...      every row has a vector (*.xz) or a line (*.inc); tests/diff's
//                                  excluded.txt says which rows have no random test
//   rows_test classify             decodes all 2^32 words: each is one row's, or its special
//                                  case's, or undefined
#include "a64/translate.h"
#include "base/bits.h"
#include "lists.h"
#include "words.h"
#include "x64/compile.h"

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
                        &(struct a64_code){0x400000, &word, 1, mode, false, false, NULL});
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

// ---- what is tested ----

enum { BY_VECTOR = 1, BY_LINE = 2, BY_RANDOM = 4 };
static uint8_t *covered;

static void cover(uint32_t word, uint8_t by)
{
    struct a64_decoded d;
    if (a64_decode(word, &d))
        covered[row_index(d.insn)] |= by;
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
        cover((uint32_t)strtoul(p, &end, 16), BY_VECTOR);
        if (*end == ',')
            cover((uint32_t)strtoul(end + 1, NULL, 16), BY_VECTOR);
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
            cover(word, BY_LINE);
    fclose(f);
}

static unsigned rows_covered(uint8_t by)
{
    unsigned n = 0;
    for (unsigned row = 0; row < a64_row_count; row++)
        n += (covered[row] & by) != 0;
    return n;
}

// The IR operations that random words of the rows are translated to.
static void print_ops(void)
{
    static struct ir_inst storage[2048];
    static bool used[IR_OP_COUNT];
    unsigned n = 0;
    uint64_t seed = 1;
    for (unsigned row = 0; row < a64_row_count; row++) {
        for (unsigned i = 0; i < WORDS_PER_ROW; i++) {
            uint32_t word = row_random_word(row, &seed);
            struct a64_tr t;
            a64_translate_block(&t, storage, ARRAY_LEN(storage),
                                &(struct a64_code){0x400000, &word, 1, 0, false, false, NULL});
            for (unsigned k = 0; k < t.ir.count; k++)
                used[t.ir.inst[k].op] = true;
        }
    }
    for (unsigned op = 0; op < IR_OP_COUNT; op++)
        n += used[op];
    printf("%u of %u IR operations are used by the rows; not by any:", n, (unsigned)IR_OP_COUNT);
    for (unsigned op = 0; op < IR_OP_COUNT; op++)
        if (!used[op])
            printf(" %s", ir_op_info[op].name);
    printf("\n");
    n = 0;
    for (unsigned op = 0; op < IR_OP_COUNT; op++)
        n += x64_lowers(op);
    printf("%u of %u IR operations have an x86-64 lowering\n", n, (unsigned)IR_OP_COUNT);
}

static void test_covered(char **files)
{
    struct list excluded = {0};
    covered = calloc(a64_row_count, sizeof *covered);
    for (; *files; files++) {
        if (strstr(*files, ".xz"))
            cover_vectors(*files);
        else if (strstr(*files, ".txt"))
            excluded = list_read(*files, 3);
        else
            cover_lines(*files);
    }
    for (unsigned row = 0; row < a64_row_count; row++) {
        if (!covered[row])
            FAIL("row %s has neither a vector nor a line in tests/a64/*.inc\n",
                 a64_rows[row]->name);
        if (!list_has_row(&excluded, a64_rows[row]->name))
            covered[row] |= BY_RANDOM;
    }
    printf("%u rows: %u with a vector, %u with a line, %u with a random test\n", a64_row_count,
           rows_covered(BY_VECTOR), rows_covered(BY_LINE), rows_covered(BY_RANDOM));
    print_ops();
}

// ---- all words ----

// The rows with more fixed bits that take words of `row`; any other overlap is a failure.
static unsigned special_cases(unsigned row, unsigned *out)
{
    const struct a64_leaf *l = &a64_leaves[row];
    unsigned n = 0;
    for (unsigned other = 0; other < a64_row_count; other++) {
        const struct a64_leaf *o = &a64_leaves[other];
        if (other == row || (l->value ^ o->value) & l->mask & o->mask)
            continue;
        if ((l->mask & o->mask) == l->mask && l->mask != o->mask) {
            out[n++] = other;
            continue;
        }
        if ((l->mask & o->mask) == o->mask && l->mask != o->mask)
            continue; // the other way round
        // Exclusions may keep them apart.
        uint32_t both = ~(l->mask | o->mask);
        for (uint32_t v = both;; v = (v - 1) & both) {
            uint32_t word = l->value | o->value | v;
            if (row_matches(row, word) && row_matches(other, word)) {
                FAIL("%08" PRIx32 ": both %s and %s, and neither is a case of the other\n", word,
                     a64_rows[row]->name, a64_rows[other]->name);
                break;
            }
            if (!v)
                break;
        }
    }
    return n;
}

// How many words are the row's by its pattern, without the decode tree.
static uint64_t own_words(unsigned row)
{
    static unsigned special[1 << 12];
    unsigned n = special_cases(row, special);
    uint32_t bits = ~a64_leaves[row].mask;
    uint64_t own = 0;
    for (uint32_t v = bits;; v = (v - 1) & bits) {
        uint32_t word = a64_leaves[row].value | v;
        bool taken = !row_matches(row, word);
        for (unsigned i = 0; i < n && !taken; i++)
            taken = row_matches(special[i], word);
        own += !taken;
        if (!v)
            return own;
    }
}

// The decoder gives a word to a row only if it matches. So when each row gets as many words as its
// pattern and those of its special cases say, every word goes where it must.
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
    for (unsigned row = 0; row < a64_row_count; row++) {
        uint64_t own = own_words(row);
        if (!count[row] || count[row] != own)
            FAIL("row %s takes %" PRIu64 " words, its pattern %" PRIu64 "\n", a64_rows[row]->name,
                 count[row], own);
    }
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
