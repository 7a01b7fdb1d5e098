// SPDX-License-Identifier: MIT
// Registers have parts, so that random words make sense together: X0 to X3, in other cases X15 to X18
// or X22 to X25, values (compiled code has some registers in the host's, others in memory), X4 to X7
// and X28 and SP addresses, X8 to X11 small indices, X12 to X14 places to branch to; V0 to V7 are
// used most.
#include "generate.h"

#include "a64/words.h"
#include "base/bits.h"

#include <stdlib.h>
#include <string.h>

static uint64_t draw(struct generator *g)
{
    return random_next(&g->random);
}

// Uniform in [0, n).
static unsigned pick(struct generator *g, unsigned n)
{
    return (unsigned)((draw(g) >> 32) * n >> 32);
}

static bool chance(struct generator *g, unsigned of, unsigned in)
{
    return pick(g, in) < of;
}

// An element of `bits` (8 to 64) as an integer: about zero, the ends, a single bit, or anything.
static uint64_t integer(struct generator *g, unsigned bits)
{
    uint64_t one = 1;
    switch (pick(g, 6)) {
    case 0: return pick(g, 5) - UINT64_C(2);
    case 1: return (one << (bits - 1)) + pick(g, 5) - 2;
    case 2: return one << pick(g, bits);
    case 3: return draw(g) >> 33 & draw(g) & draw(g);
    default: return draw(g);
    }
}

// An element as a floating-point number: exponents about the ends and the middle, fractions about
// the ends, so that zeros, denormals, infinities and NaNs of both kinds with payloads are among them.
static uint64_t floating(struct generator *g, unsigned bits)
{
    unsigned fraction = bits == 16 ? (chance(g, 3, 4) ? 10 : 7) : bits == 32 ? 23 : 52;
    uint64_t exponents = (UINT64_C(1) << (bits - 1 - fraction)) - 1, e, f;
    switch (pick(g, 8)) {
    case 0: e = 0; break;
    case 1: e = exponents; break;
    case 2: e = 1 + pick(g, 3); break;
    case 3: e = exponents - 1 - pick(g, 3); break;
    case 4: e = draw(g); break;
    case 5: e = exponents / 2 + pick(g, 2 * fraction) - fraction; break;
    default: e = exponents / 2 + pick(g, 5) - 2; break;
    }
    switch (pick(g, 6)) {
    case 0: f = 0; break;
    case 1: f = pick(g, 3); break;
    case 2: f = UINT64_C(-1) - pick(g, 3); break;
    case 3: f = (UINT64_C(1) << (fraction - 1)) + pick(g, 5) - 2; break;
    case 4: f = UINT64_C(1) << pick(g, fraction); break;
    default: f = draw(g); break;
    }
    return draw(g) >> 63 << (bits - 1) | (e & exponents) << fraction |
           (f & bits_mask(fraction));
}

static uint64_t element(struct generator *g, unsigned bits)
{
    return bits_mask(bits) & (bits > 8 && chance(g, 2, 3) ? floating(g, bits) : integer(g, bits));
}

static void vector(struct generator *g, uint64_t v[2])
{
    unsigned bits = 8u << pick(g, 4);
    bool same = chance(g, 1, 8);
    v[0] = v[1] = 0;
    for (unsigned i = 0; i < 128; i += bits)
        v[i / 64] |= element(g, bits) << i % 64;
    if (same)
        v[1] = v[0];
}

// A number about a power of two: 1 + n units in the last place, or 2 - 2n of them. One of each with the
// same n have a product just below 2.
static uint64_t near_power(struct generator *g, unsigned fraction, uint64_t exponent, bool below)
{
    uint64_t n = chance(g, 3, 4) ? 1 + pick(g, 2) : chance(g, 1, 2) ? pick(g, 4) : draw(g);
    return exponent << fraction | ((below ? 0 - 2 * n : n) & bits_mask(fraction));
}

// Numbers whose products or quotients are about the least normal number, where results are found to
// be tiny before rounding or after it, or that are about the least normal of a narrower format.
static void near_least(struct generator *g, struct diff_state *s)
{
    bool wide = chance(g, 1, 2);
    unsigned fraction = wide ? 52 : 23, width = wide ? 64 : 32, kind = pick(g, 3);
    uint64_t bias = wide ? 1023 : 127, narrow = bias - (wide ? 127 : 15);
    uint64_t e = 1 + pick(g, (unsigned)bias);
    for (unsigned i = 0; i < 8; i++) {
        uint64_t about = bias + pick(g, 2), other = kind ? e + about - 1 : about - e;
        uint64_t exponent = kind == 2 ? narrow + pick(g, 2) : i % 2 ? e : other;
        for (unsigned at = 0; at < 128; at += width) {
            uint64_t v = near_power(g, fraction, exponent, i % 2) | draw(g) >> 63 << (width - 1);
            s->v[i][at / 64] = at % 64 ? s->v[i][at / 64] | v << at % 64 : v;
        }
    }
    memset(s->v[pick(g, 8)], 0, 16); // what a product is added to
}

static uint64_t value(struct generator *g)
{
    return integer(g, chance(g, 1, 2) ? 64 : 32);
}

static uint64_t address(struct generator *g)
{
    static const uint64_t odd[] = {0,
                                   8,
                                   UINT64_C(0x0000800000000000),
                                   UINT64_C(0x00ffffffffffffff),
                                   UINT64_C(0xffff000000000000),
                                   UINT64_C(0xfffffffffffffff0),
                                   DIFF_DATA + 2 * DIFF_PAGE,
                                   DIFF_DATA + 3 * DIFF_PAGE};
    uint64_t at = DIFF_DATA;
    switch (pick(g, 16)) {
    case 0: at += pick(g, 64); break;                        // the first page's begin,
    case 1: at += DIFF_PAGE - pick(g, 72); break;            // its end,
    case 2: at += DIFF_PAGE + 16 * pick(g, 8); break;        // the read-only page,
    case 3: at += 2 * DIFF_PAGE - pick(g, 72); break;        // its end
    case 4: at = odd[pick(g, ARRAY_LEN(odd))] + pick(g, 16); break;
    case 5:
    case 6: at += 0xc00 + pick(g, 0x380); break;
    case 7:
    case 8: at += 0x400 + pick(g, 0x400); break;
    default: at += 0x400 + 16 * pick(g, 0x90); break;
    }
    return chance(g, 1, 32) ? at | draw(g) << 56 : at;
}

// One where an access does not just succeed: beside a page's end, where there is no page, none that
// can be used, not canonical, misaligned; with a tag or without.
static uint64_t bad_address(struct generator *g)
{
    uint64_t at = DIFF_DATA;
    switch (pick(g, 8)) {
    case 0: at = address(g); break;
    case 1: at += DIFF_PAGE - pick(g, 72); break;
    case 2: at += DIFF_PAGE + 8 * pick(g, 500); break;
    case 3: at += 2 * DIFF_PAGE - pick(g, 72); break;
    case 4: at += 3 * DIFF_PAGE - pick(g, 72); break;
    case 5: at += 2 * DIFF_PAGE + 8 * pick(g, 1500); break;
    case 6: at = draw(g) >> pick(g, 40); break;
    default: at += 0x401 + pick(g, 0x400); break;
    }
    return chance(g, 1, 4) ? (at & bits_mask(56)) | draw(g) << 56 : at;
}

static uint64_t branch_target(struct generator *g, const struct diff_case *c)
{
    uint64_t start = DIFF_CODE + c->slot * DIFF_SLOT;
    switch (pick(g, 8)) {
    case 0: return address(g);
    case 1: return start + 4 * c->n + 1 + pick(g, 3);
    case 2: return (start + 4 * c->n) | draw(g) << 56;
    default: return start + 4 * c->n + 4 * pick(g, DIFF_ENTRY - c->n);
    }
}

static void state(struct generator *g, struct diff_case *c)
{
    struct diff_state *s = &c->before;
    for (unsigned i = 0; i < 31; i++) {
        if ((i >= 4 && i < 8) || i == 28)
            s->x[i] = address(g);
        else if (i >= 8 && i < 12)
            s->x[i] = pick(g, 33) - UINT64_C(16);
        else if (i >= 12 && i < 15)
            s->x[i] = branch_target(g, c);
        else
            s->x[i] = value(g);
    }
    s->sp = chance(g, 1, 16) ? address(g) : DIFF_DATA + 0x400 + 16 * pick(g, 0x80);
    for (unsigned i = 0; i < 32; i++)
        vector(g, s->v[i]);
    if (chance(g, 1, 4))
        near_least(g, s);
    s->pstate = draw(g) & g->pstate;
    s->fpcr = chance(g, 1, 2) ? 0 : (uint32_t)draw(g) & (uint32_t)(draw(g) >> 16) & g->fpcr;
    s->fpsr = chance(g, 3, 4) ? 0 : (uint32_t)draw(g) & g->fpsr;
}

struct diff_state generate_default(void)
{
    struct diff_state s = {.sp = DIFF_DATA + 0x800};
    for (unsigned i = 0; i < 31; i++)
        s.x[i] = UINT64_C(0x0101010101010101) * (i + 1);
    s.x[28] = s.sp;
    for (unsigned i = 0; i < 32; i++)
        for (unsigned k = 0; k < 16; k++)
            ((uint8_t *)s.v[i])[k] = (uint8_t)(i * 16 + k);
    return s;
}

// ---- words ----

bool generate_is_access(const struct a64_insn *row)
{
    bool literal = strstr(row->text, "{label}") && (row->name[0] == 'l' || row->name[0] == 'p');
    return literal || strstr(row->text, " [{") || strstr(row->text, "{sys_xt}");
}

static unsigned register_for(struct generator *g, const struct a64_insn *row, char letter)
{
    static const uint8_t bases[] = {4, 5, 6, 7, 28, 31};
    bool memory = strchr(row->text, '[') != NULL;
    if (chance(g, 1, 16))
        return pick(g, 32);
    if (row->feature == FEAT_MOPS && strchr("dsn", letter)) // three that are different
        return letter == 'd' ? bases[pick(g, 2)] : letter == 's' ? bases[2 + pick(g, 2)] : 8u;
    if ((memory && letter == 'n') || (strstr(row->text, "{sys_xt}") && letter == 't'))
        return bases[pick(g, ARRAY_LEN(bases))];
    if (memory && letter == 'm')
        return 8 + pick(g, 4);
    if (!strncmp(row->name, "br", 2) || !strncmp(row->name, "blr", 3) ||
        !strncmp(row->name, "ret", 3))
        return 12 + pick(g, 3);
    unsigned n = pick(g, 10);
    return n < 8 ? g->values + n % 4 : n == 8 ? 4 : 31;
}

// A label: behind in the slot, where BRKs are, or behind all slots; never before, where loops are, and
// not in another case's slot.
static uint32_t label(struct generator *g, const struct diff_case *c, unsigned width)
{
    uint64_t pc = DIFF_CODE + c->slot * DIFF_SLOT + c->n * 4;
    uint64_t far = (DIFF_DATA - pc) / 4 + pick(g, 1u << (width - 2));
    bool reached = far < 1u << (width - 1);
    return reached && (g->faults || chance(g, 1, 8)) ? (uint32_t)far : 1 + pick(g, DIFF_ENTRY - c->n - 1);
}

static uint32_t field_for(struct generator *g, const struct diff_case *c,
                          const struct a64_insn *row, const struct a64_piece *p, uint32_t old)
{
    char letter = (char)('a' + p->letter);
    if (p->width == 5 && strchr("dnmtusa", letter))
        return register_for(g, row, letter);
    if (letter != 'i')
        return old;
    if (strstr(row->text, "{label"))
        return label(g, c, p->width);
    if (strchr(row->text, '[') && chance(g, 7, 8)) {
        unsigned small = pick(g, 8);
        return (p->width < 12 && chance(g, 1, 2) ? 0 - small : small) &
               (uint32_t)bits_mask(p->width);
    }
    return old;
}

static uint32_t biased(struct generator *g, const struct diff_case *c, unsigned row, uint32_t word)
{
    const struct a64_leaf *leaf = &a64_leaves[row];
    for (unsigned i = 0; i < leaf->n_pieces; i++) {
        const struct a64_piece *p = &a64_pieces[leaf->piece + i];
        uint32_t mask = (uint32_t)bits_mask(p->width) << p->shift;
        bool whole = p->first && (i + 1 == leaf->n_pieces || p[1].first);
        if (whole)
            word = (word & ~mask) |
                   field_for(g, c, a64_rows[row], p, (word & mask) >> p->shift) << p->shift;
    }
    return word;
}

// Of the system registers, which are many, a word with one that has a name.
static uint32_t named_register(struct generator *g, unsigned row)
{
    static uint32_t *words[2];
    static unsigned count[2];
    unsigned which = a64_rows[row]->name[1] == 'r'; // mrs or msr
    if (!count[which]) {
        uint32_t bits = row_field_bits(row) & ~UINT32_C(31);
        words[which] = malloc(sizeof(uint32_t) << __builtin_popcount(bits));
        for (uint32_t v = bits;; v = (v - 1) & bits) {
            char text[64];
            a64_disassemble(a64_leaves[row].value | v, 0, text, sizeof text);
            if (!strstr(text, "s2_") && !strstr(text, "s3_"))
                words[which][count[which]++] = a64_leaves[row].value | v;
            if (!v)
                break;
        }
    }
    return words[which][pick(g, count[which])] | pick(g, 4);
}

static bool is_excluded(const struct generator *g, const char *row, const char *text)
{
    return list_find(g->excluded[0], row, text, NULL, NULL) ||
           list_find(g->excluded[1], row, text, NULL, NULL);
}

static bool usable(const struct generator *g, uint32_t word, unsigned row, bool last)
{
    struct a64_decoded d;
    char text[128];
    if (!a64_decode(word, &d) || d.insn != a64_rows[row])
        return false;
    a64_disassemble(word, DIFF_CODE, text, sizeof text);
    if (g->fpcr_last && !last && !strncmp(text, "msr fpcr", 8))
        return false;
    if ((strstr(text, "ssbs") && !(g->pstate & 1u << 12)) ||
        (strstr(text, "dit") && !(g->pstate & 1u << 24)))
        return false; // not in the HWCAPs of both
    return !is_excluded(g, d.insn->name, text);
}

// The next word of the case, of the row.
static uint32_t word_of(struct generator *g, const struct diff_case *c, unsigned row, bool last)
{
    for (unsigned tries = 0; tries < 1000; tries++) {
        uint32_t word = row_random_word(row, &g->random);
        if (strstr(a64_rows[row]->text, "{sysreg}") && chance(g, 7, 8))
            word = named_register(g, row);
        else
            word = biased(g, c, row, word);
        if (chance(g, 127, 128) != g->should_be_zero[row])
            word |= row_ignored_bits(row);
        if (usable(g, word, row, last))
            return word;
    }
    return 0xd503201f; // nop: the list leaves almost nothing of the row
}

void generate_binary(uint32_t word, char text[33])
{
    for (unsigned i = 0; i < 32; i++)
        text[i] = (char)('0' + (word >> (31 - i) & 1));
    text[32] = 0;
}

// Without a row: anything, or an instruction with one bit wrong.
static uint32_t word_without_row(struct generator *g)
{
    for (;;) {
        struct a64_decoded d;
        uint32_t word = (uint32_t)(draw(g) >> 32);
        char text[33];
        if (chance(g, 7, 8))
            word = row_random_word(pick(g, a64_row_count), &g->random) ^ UINT32_C(1) << pick(g, 32);
        if (a64_decode(word, &d))
            continue;
        generate_binary(word, text);
        if (!is_excluded(g, "none", text))
            return word;
    }
}

#define LOAD_EXCLUSIVE (UINT32_C(1) << 22)

static bool is_exclusive(uint32_t word, bool load)
{
    const uint32_t op = load ? 0x08400000 : 0x08000000;
    return (word & 0x3fe00000) == op || (word & 0xbfe00000) == (op | 0x80200000);
}

// A load-exclusive is followed by the store-exclusive of the same size and address.
static void add_exclusive_store(struct generator *g, struct diff_case *c)
{
    const uint32_t load = LOAD_EXCLUSIVE;
    uint32_t word = c->word[c->n - 1];
    if (is_exclusive(word, true) && c->n < DIFF_INSNS && chance(g, 3, 4))
        c->word[c->n++] = (word & ~load & ~(UINT32_C(31) << 16)) | pick(g, 4) << 16;
}

// A store-exclusive of another size than the load-exclusive before is CONSTRAINED UNPREDICTABLE.
static bool fits(const struct diff_case *c, uint32_t word)
{
    if (is_exclusive(word, false))
        for (unsigned i = 0; i < c->n; i++)
            if (is_exclusive(c->word[i], true) && (c->word[i] ^ word) & 0xc0200000)
                return false;
    return true;
}

// A memory copy or set is three instructions, which differ in a field. One alone may go back for ever.
static void complete_copy(struct diff_case *c, const struct a64_insn *row)
{
    unsigned shift = row->name[0] == 's' ? 14 : 22;
    if (row->feature != FEAT_MOPS)
        return;
    c->word[c->n - 1] &= ~(UINT32_C(3) << shift);
    for (unsigned i = 1; i <= 2; i++, c->n++)
        c->word[c->n] = c->word[c->n - 1] + (UINT32_C(1) << shift);
}

// The registers that are the addresses of an access.
static void aim(struct generator *g, struct diff_case *c, const struct a64_insn *row, uint32_t word)
{
    struct a64_decoded d;
    a64_decode(word, &d);
    bool system = strstr(row->text, "{sys_xt}") != NULL, mops = row->feature == FEAT_MOPS;
    unsigned n = mops ? d.args.d : system ? d.args.t : d.args.n;
    *(n == 31 ? &c->before.sp : &c->before.x[n]) = bad_address(g);
    if (n == 31 && chance(g, 7, 8))
        c->before.sp &= ~UINT64_C(15);
    if (mops && row->name[0] == 'c')
        c->before.x[d.args.s] = chance(g, 1, 2) ? bad_address(g) : address(g);
    if (mops)
        c->before.x[d.args.n] = pick(g, chance(g, 1, 2) ? 64 : 10000);
    if (mops && chance(g, 1, 2)) { // granules
        c->before.x[n] &= ~UINT64_C(15);
        c->before.x[d.args.n] &= ~UINT64_C(15);
    }
}

// Any instructions, then an access, of each row in turn.
static void generate_fault(struct generator *g, struct diff_case *c)
{
    unsigned n = pick(g, DIFF_INSNS - 2), row;
    for (unsigned tries = 0; c->n < n && tries < 100; tries++) {
        row = g->rows[pick(g, g->n_rows)];
        if (a64_rows[row]->feature == FEAT_MOPS) // may go back
            continue;
        uint32_t word = word_of(g, c, row, false);
        if (fits(c, word) && (!generate_is_access(a64_rows[row]) || chance(g, 1, 8)))
            c->word[c->n++] = word;
    }
    do
        row = g->rows[g->next_row++ % g->n_rows];
    while (!generate_is_access(a64_rows[row]));
    uint32_t word = word_of(g, c, row, true);
    if (is_exclusive(word, false)) // it does nothing without
        c->word[c->n++] = word | LOAD_EXCLUSIVE | UINT32_C(31) << 16;
    c->word[c->n++] = word;
    complete_copy(c, a64_rows[row]);
    state(g, c);
    aim(g, c, a64_rows[row], word);
}

// A single instruction, some, or as many as compiled code needs to run short of registers.
static unsigned length(struct generator *g)
{
    switch (pick(g, 4)) {
    case 0:
    case 1: return 1;
    case 2: return 2 + pick(g, 7);
    default: return 9 + pick(g, DIFF_INSNS - 8);
    }
}

void generate(struct generator *g, unsigned slot, struct diff_case *c)
{
    static const uint8_t values[] = {0, 15, 22};
    unsigned n = length(g);
    g->values = values[pick(g, ARRAY_LEN(values))];
    memset(c, 0, sizeof *c);
    c->slot = slot;
    c->times = g->times;
    c->tags = g->tags;
    if (g->faults) {
        generate_fault(g, c);
        return;
    }
    if (!g->n_rows)
        n = 1;
    while (c->n < n) {
        unsigned row = g->n_rows ? g->rows[pick(g, g->n_rows)] : 0;
        uint32_t word = g->n_rows ? word_of(g, c, row, c->n + 1 == n) : word_without_row(g);
        bool copy = g->n_rows && a64_rows[row]->feature == FEAT_MOPS;
        if (!fits(c, word) || (copy && c->n + 3 > DIFF_INSNS))
            continue;
        c->word[c->n++] = word;
        if (copy)
            complete_copy(c, a64_rows[row]);
        else
            add_exclusive_store(g, c);
    }
    state(g, c);
}
