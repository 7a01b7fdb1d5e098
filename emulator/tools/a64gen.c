// SPDX-License-Identifier: MIT
// Build-time tool: reads the instruction rows linked into it and writes the decode tree
// (a64/tree.h) as C. It also refuses rows that are malformed or of which one hides another, so a
// wrong pattern fails the build.
#include "a64/tree.h"
#include "base/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct a64_insn __start_a64_insns[], __stop_a64_insns[];

enum { MAX_ROWS = 4096, MAX_PIECES = 32, MAX_EXCEPTS = 8, LEAF_ENOUGH = 3, MAX_WINDOW = 11 };

struct row {
    const struct a64_insn *insn;
    uint32_t mask, value;
    uint32_t letter_bits[26]
                        [32]; // for each letter, the word bits of its field, most significant first
    unsigned letter_width[26];
    struct a64_piece piece[MAX_PIECES];
    unsigned n_pieces;
    struct a64_except except[MAX_EXCEPTS];
    unsigned n_excepts;
};

static struct row rows[MAX_ROWS];
static unsigned n_rows;

static void fail(const struct row *r, const char *what)
{
    fprintf(stderr, "a64gen: %s: %s: \"%s\"\n", r->insn->name, what, r->insn->bits);
    exit(1);
}

// "zq!=11x": the words whose fields z and q, joined, read 11x are not of this row.
static const char *parse_except(struct row *r, const char *s)
{
    if (r->n_excepts == MAX_EXCEPTS)
        fail(r, "too many exclusions");
    struct a64_except *e = &r->except[r->n_excepts++];
    uint32_t bit[64];
    unsigned n = 0;
    for (; *s >= 'a' && *s <= 'z'; s++) {
        unsigned letter = (unsigned)(*s - 'a');
        if (!r->letter_width[letter])
            fail(r, "exclusion names an absent field");
        for (unsigned i = 0; i < r->letter_width[letter]; i++)
            bit[n++] = r->letter_bits[letter][i];
    }
    if (strncmp(s, "!=", 2) != 0)
        fail(r, "exclusion needs !=");
    s += 2;
    for (unsigned i = 0; i < n; i++, s++) {
        if (*s == 'x')
            continue;
        if (*s != '0' && *s != '1')
            fail(r, "exclusion has too few bits");
        e->mask |= UINT32_C(1) << bit[i];
        if (*s == '1')
            e->value |= UINT32_C(1) << bit[i];
    }
    if (*s && *s != ' ')
        fail(r, "exclusion has too many bits");
    return s;
}

static const char *parse_word(struct row *r, const char *s)
{
    unsigned at = 32;
    char previous = 0;
    for (; at > 0; s++) {
        if (*s == ' ')
            continue;
        if (!*s)
            fail(r, "fewer than 32 bits");
        at--;
        if (*s == '0' || *s == '1') {
            r->mask |= UINT32_C(1) << at;
            if (*s == '1')
                r->value |= UINT32_C(1) << at;
        } else if (*s >= 'a' && *s <= 'z') {
            unsigned letter = (unsigned)(*s - 'a');
            bool first = r->letter_width[letter] == 0;
            r->letter_bits[letter][r->letter_width[letter]++] = at;
            if (*s == previous && r->n_pieces) {
                r->piece[r->n_pieces - 1].shift = (uint8_t)at;
                r->piece[r->n_pieces - 1].width++;
            } else {
                if (r->n_pieces == MAX_PIECES)
                    fail(r, "too many field pieces");
                r->piece[r->n_pieces++] =
                    (struct a64_piece){(uint8_t)letter, (uint8_t)at, 1, first};
            }
        } else if (*s != '-') {
            fail(r, "bad character in pattern");
        }
        previous = *s;
    }
    return s;
}

static void parse(struct row *r)
{
    const char *s = parse_word(r, r->insn->bits);
    while (*s) {
        if (*s == ' ')
            s++;
        else if (*s >= 'a' && *s <= 'z')
            s = parse_except(r, s);
        else
            fail(r, "trailing characters");
    }
}

static bool excluded(const struct row *r, uint32_t mask, uint32_t value)
{
    for (unsigned i = 0; i < r->n_excepts; i++)
        if ((r->except[i].mask & ~mask) == 0 && (value & r->except[i].mask) == r->except[i].value)
            return true;
    return false;
}

// Two rows may share words only if one is a strict special case of the other (then it wins), or if
// exclusions keep them apart.
static void check_overlap(const struct row *a, const struct row *b)
{
    uint32_t both = a->mask & b->mask;
    if ((a->value ^ b->value) & both)
        return;
    uint32_t mask = a->mask | b->mask, value = a->value | b->value;
    if (excluded(a, mask, value) || excluded(b, mask, value))
        return;
    bool a_special = (b->mask & ~a->mask) == 0, b_special = (a->mask & ~b->mask) == 0;
    if (a_special != b_special)
        return;
    // Enumerate the exclusions' bits: the rows may still be disjoint for every value of them.
    uint32_t extra = 0;
    for (unsigned i = 0; i < a->n_excepts; i++)
        extra |= a->except[i].mask;
    for (unsigned i = 0; i < b->n_excepts; i++)
        extra |= b->except[i].mask;
    extra &= ~mask;
    for (uint32_t v = extra;; v = (v - 1) & extra) {
        if (!excluded(a, mask | extra, value | v) && !excluded(b, mask | extra, value | v)) {
            fprintf(stderr, "a64gen: %s and %s overlap: both match %#x\n", a->insn->name,
                    b->insn->name, value | v);
            exit(1);
        }
        if (!v)
            break;
    }
}

static int by_name(const void *x, const void *y)
{
    return strcmp(((const struct row *)x)->insn->name, ((const struct row *)y)->insn->name);
}

static int by_fixed_bits(const void *x, const void *y)
{
    const struct row *a = &rows[*(const uint16_t *)x], *b = &rows[*(const uint16_t *)y];
    int d = __builtin_popcount(b->mask) - __builtin_popcount(a->mask);
    return d ? d : (int)*(const uint16_t *)x - (int)*(const uint16_t *)y;
}

// The tree under construction.
static struct a64_node nodes[16384];
static int16_t children[1 << 16];
static uint16_t lists[1 << 15];
static unsigned n_nodes, n_children, n_lists;

static unsigned select_rows(const uint16_t *set, unsigned n, uint32_t mask, uint32_t value,
                            uint16_t *out)
{
    unsigned m = 0;
    for (unsigned i = 0; i < n; i++)
        if (!((rows[set[i]].value ^ value) & rows[set[i]].mask & mask))
            out[m++] = set[i];
    return m;
}

static int make_list(const uint16_t *set, unsigned n)
{
    static uint16_t sorted[MAX_ROWS];
    memcpy(sorted, set, n * sizeof *set);
    qsort(sorted, n, sizeof *sorted, by_fixed_bits);
    for (unsigned at = 0; at + n < n_lists; at++)
        if (!memcmp(&lists[at], sorted, n * sizeof *sorted) && lists[at + n] == 0xffff)
            return ~(int)at;
    unsigned at = n_lists;
    memcpy(&lists[at], sorted, n * sizeof *sorted);
    lists[at + n] = 0xffff;
    n_lists += n + 1;
    return ~(int)at;
}

// The window whose children hold the fewest rows in all, weighted by how much it costs.
static void best_window(const uint16_t *set, unsigned n, uint32_t known, unsigned *shift,
                        unsigned *width)
{
    static uint16_t out[MAX_ROWS];
    double best = n;
    for (unsigned w = 1; w <= MAX_WINDOW; w++) {
        for (unsigned s = 0; s + w <= 32; s++) {
            uint32_t mask = (uint32_t)(bits_mask(w) << s);
            if (mask & known)
                continue;
            double sum = 0;
            for (uint32_t v = 0; v < UINT32_C(1) << w; v++) {
                unsigned m = select_rows(set, n, mask, v << s, out);
                sum += (double)m * m;
            }
            // Rows that a row will still stand beside, plus a little for each row's part of the
            // table.
            double score = sum / n + 0.5 / n * (double)(UINT32_C(1) << w);
            if (score < best - 1e-9) {
                best = score;
                *shift = s;
                *width = w;
            }
        }
    }
}

static int build(const uint16_t *set, unsigned n, uint32_t known)
{
    unsigned shift = 0, width = 0;
    if (n > LEAF_ENOUGH)
        best_window(set, n, known, &shift, &width);
    if (!width)
        return make_list(set, n);
    unsigned at = n_nodes++, first = n_children;
    nodes[at] = (struct a64_node){(uint8_t)shift, (uint8_t)width, (uint16_t)first};
    n_children += 1u << width;
    uint32_t mask = (uint32_t)(bits_mask(width) << shift);
    for (uint32_t v = 0; v < UINT32_C(1) << width; v++) {
        uint16_t *sub = malloc((n + 1) * sizeof *sub);
        unsigned m = select_rows(set, n, mask, v << shift, sub);
        children[first + v] = (int16_t)build(sub, m, known | mask);
        free(sub);
    }
    return (int)at;
}

// How a field is put together from its pieces.
static void write_field(FILE *f, const struct row *r, unsigned letter)
{
    unsigned below = r->letter_width[letter];
    const char *plus = "";
    fprintf(f, "%s.%c = ", letter ? " " : "", 'a' + letter);
    for (unsigned k = 0; k < r->n_pieces; k++) {
        const struct a64_piece *p = &r->piece[k];
        if (p->letter != letter)
            continue;
        below -= p->width;
        fprintf(f, "%s(w >> %u & 0x%x) << %u", plus, p->shift, (unsigned)bits_mask(p->width),
                below);
        plus = " | ";
    }
    fprintf(f, ",");
}

static bool same_fields(const struct row *a, const struct row *b)
{
    return a->n_pieces == b->n_pieces &&
           !memcmp(a->piece, b->piece, a->n_pieces * sizeof *a->piece);
}

// One function for all rows whose fields lie alike: that of the first.
static unsigned first_alike(unsigned row)
{
    unsigned i = 0;
    while (!same_fields(&rows[i], &rows[row]))
        i++;
    return i;
}

static void write_extractors(FILE *f)
{
    for (unsigned i = 0; i < n_rows; i++) {
        if (first_alike(i) != i)
            continue;
        fprintf(f,
                "static void fields_%u(uint32_t w, struct a64_args *a)\n{\n"
                "    (void)w;\n    *a = (struct a64_args){{{",
                i);
        for (unsigned letter = 0; letter < 26; letter++)
            if (rows[i].letter_width[letter])
                write_field(f, &rows[i], letter);
        fprintf(f, "}}};\n}\n");
    }
}

static void write_rows(FILE *f)
{
    fprintf(f, "#include \"a64/tree.h\"\n\n");
    write_extractors(f);
    for (unsigned i = 0; i < n_rows; i++)
        fprintf(f, "extern const struct a64_insn a64_insn_%s;\n", rows[i].insn->name);
    fprintf(f, "const unsigned a64_row_count = %u;\nconst struct a64_insn *const a64_rows[] = {\n",
            n_rows);
    for (unsigned i = 0; i < n_rows; i++)
        fprintf(f, "    &a64_insn_%s,\n", rows[i].insn->name);
    fprintf(f, "};\nconst struct a64_leaf a64_leaves[] = {\n");
    unsigned piece = 0, except = 0;
    for (unsigned i = 0; i < n_rows; i++) {
        const struct row *r = &rows[i];
        fprintf(f, "    {fields_%u, 0x%08x, 0x%08x, %u, %u, %u, %u, %u},\n", first_alike(i),
                r->mask, r->value, i, piece, r->n_pieces, except, r->n_excepts);
        piece += r->n_pieces;
        except += r->n_excepts;
    }
    fprintf(f, "};\nconst struct a64_piece a64_pieces[] = {\n");
    for (unsigned i = 0; i < n_rows; i++)
        for (unsigned k = 0; k < rows[i].n_pieces; k++)
            fprintf(f, "    {%u, %u, %u, %u},\n", rows[i].piece[k].letter, rows[i].piece[k].shift,
                    rows[i].piece[k].width, rows[i].piece[k].first);
    fprintf(f, "    {0, 0, 0, 0}};\nconst struct a64_except a64_excepts[] = {\n");
    for (unsigned i = 0; i < n_rows; i++)
        for (unsigned k = 0; k < rows[i].n_excepts; k++)
            fprintf(f, "    {0x%08x, 0x%08x},\n", rows[i].except[k].mask, rows[i].except[k].value);
    fprintf(f, "    {0, 1}};\n");
}

static void write_tree(FILE *f)
{
    fprintf(f, "const struct a64_node a64_nodes[] = {\n");
    for (unsigned i = 0; i < n_nodes; i++)
        fprintf(f, "    {%u, %u, %u},\n", nodes[i].shift, nodes[i].width, nodes[i].first);
    fprintf(f, "};\nconst int16_t a64_children[] = {");
    for (unsigned i = 0; i < n_children; i++)
        fprintf(f, "%s%d,", i % 16 ? " " : "\n    ", children[i]);
    fprintf(f, "\n};\nconst uint16_t a64_lists[] = {");
    for (unsigned i = 0; i < n_lists; i++)
        fprintf(f, "%s%u,", i % 16 ? " " : "\n    ", lists[i]);
    fprintf(f, "\n};\n");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: a64gen OUTPUT.c\n");
        return 1;
    }
    for (const struct a64_insn *i = __start_a64_insns; i < __stop_a64_insns; i++) {
        if (n_rows == MAX_ROWS) {
            fprintf(stderr, "a64gen: more than %d rows: raise MAX_ROWS\n", MAX_ROWS);
            return 1;
        }
        rows[n_rows++].insn = i;
    }
    qsort(rows, n_rows, sizeof rows[0], by_name);
    static uint16_t all[MAX_ROWS];
    for (unsigned i = 0; i < n_rows; i++) {
        parse(&rows[i]);
        all[i] = (uint16_t)i;
    }
    for (unsigned i = 0; i < n_rows; i++)
        for (unsigned j = i + 1; j < n_rows; j++)
            check_overlap(&rows[i], &rows[j]);
    lists[0] = 0xffff; // the empty list
    n_lists = 1;
    build(all, n_rows, 0);
    if (n_nodes > 16384 || n_children > 1 << 16 || n_lists > 1 << 15) {
        fprintf(stderr, "a64gen: tree too large: %u nodes, %u children, %u list entries\n", n_nodes,
                n_children, n_lists);
        return 1;
    }
    FILE *f = fopen(argv[1], "w");
    if (!f) {
        perror(argv[1]);
        return 1;
    }
    write_rows(f);
    write_tree(f);
    return fclose(f) ? 1 : 0;
}
