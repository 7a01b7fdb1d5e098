// SPDX-License-Identifier: MIT
#include "reduce.h"

#include "a64/insn.h"
#include "generate.h"

#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

// Takes the case if it differs, and in the same way if there is one already.
static bool try(struct diff_pair *pair, struct reduced *r, const struct diff_case *c)
{
    struct diff_result result[2];
    unsigned kinds = batch_run_one(pair, c, result);
    if (!kinds || (r->kinds && (kinds != r->kinds || result[0].signal != r->result[0].signal ||
                                result[1].signal != r->result[1].signal)))
        return false;
    r->c = *c;
    r->kinds = kinds;
    memcpy(r->result, result, sizeof result);
    return true;
}

struct reduced reduce_to_instruction(struct diff_pair *pair, const struct diff_case *c)
{
    struct reduced r = {.c = *c};
    struct diff_case prefix = *c;
    struct diff_state before = c->before;
    for (prefix.n = 1; prefix.n <= c->n; prefix.n++) {
        struct diff_result result[2];
        if (batch_run_one(pair, &prefix, result))
            break;
        before = result[0].after;
    }
    if (prefix.n > c->n)
        return r;
    r.culprit = c->word[prefix.n - 1];
    struct diff_case single = {.before = before, .slot = c->slot, .n = 1, .word = {r.culprit},
                               .tags = c->tags, .times = c->times};
    if (try(pair, &r, &single))
        return r;
    if (!try(pair, &r, &prefix))
        return r;
    for (unsigned i = 0; i + 1 < r.c.n;) {
        struct diff_case less = r.c;
        less.n--;
        memmove(less.word + i, less.word + i + 1, (less.n - i) * sizeof *less.word);
        if (!try(pair, &r, &less))
            i++;
    }
    return r;
}

// The parts of a state that are reset one by one.
static const struct part {
    unsigned offset, size;
} parts[] = {
#define PART(field) {offsetof(struct diff_state, field), sizeof((struct diff_state *)0)->field}
    PART(x), PART(v), PART(sp), PART(pstate), PART(fpcr), PART(fpsr),
#undef PART
};

static void reset(struct diff_pair *pair, struct reduced *r, size_t offset, size_t size)
{
    const struct diff_state plain = generate_default();
    struct diff_case c = r->c;
    memcpy((char *)&c.before + offset, (const char *)&plain + offset, size);
    if (memcmp(&c, &r->c, sizeof c) != 0)
        try(pair, r, &c);
}

void reduce_state(struct diff_pair *pair, struct reduced *r)
{
    struct diff_case c = r->c;
    c.slot = 0;
    try(pair, r, &c);
    for (unsigned i = 0; i < ARRAY_LEN(parts); i++)
        reset(pair, r, parts[i].offset, parts[i].size);
    for (unsigned i = 0; i < 31; i++)
        reset(pair, r, offsetof(struct diff_state, x[i]), 8);
    for (unsigned i = 0; i < 32; i++)
        reset(pair, r, offsetof(struct diff_state, v[i]), 16);
}

void reduce_describe(const struct reduced *r, char *kinds, char *signals)
{
    *kinds = 0;
    for (unsigned i = 0; i < KIND_COUNT; i++)
        if (r->kinds >> i & 1)
            kinds += sprintf(kinds, "%s%s", r->kinds & ((1u << i) - 1) ? " " : "", diff_kinds[i]);
    sprintf(signals, "%s/%s", batch_signal_name(r->result[0].signal),
            batch_signal_name(r->result[1].signal));
}

static void print_value(uint64_t v)
{
    if (v >= DIFF_DATA && v < DIFF_DATA + 4 * DIFF_PAGE)
        printf("DATA + %#" PRIx64, v - DIFF_DATA);
    else if (v >= DIFF_CODE && v < DIFF_DATA)
        printf("CODE + %#" PRIx64, v - DIFF_CODE);
    else
        printf("%#" PRIx64, v);
}

// What differs between two states, in the words of tests/a64/insn_test.c; returns how much did.
static unsigned print_changes(const struct diff_state *from, const struct diff_state *to)
{
    unsigned n = 0;
    for (unsigned i = 0; i < 31; i++) {
        if (from->x[i] == to->x[i])
            continue;
        printf("%sX(%u, ", n++ ? " " : "", i);
        print_value(to->x[i]);
        printf(")");
    }
    for (unsigned i = 0; i < 32; i++)
        if (memcmp(from->v[i], to->v[i], 16) != 0)
            printf("%sV(%u, %#" PRIx64 ", %#" PRIx64 ")", n++ ? " " : "", i, to->v[i][1],
                   to->v[i][0]);
    if (from->sp != to->sp) {
        printf("%sSP(", n++ ? " " : "");
        print_value(to->sp);
        printf(")");
    }
    if ((from->pstate ^ to->pstate) >> 28)
        printf("%sNZCV(%#" PRIx64 ")", n++ ? " " : "", to->pstate >> 28);
    if ((from->pstate ^ to->pstate) & 0x0fffffff)
        printf("%sPSTATE(%#" PRIx64 ")", n++ ? " " : "", to->pstate & 0x0fffffff);
    if (from->fpcr != to->fpcr)
        printf("%sFPCR(%#" PRIx32 ")", n++ ? " " : "", to->fpcr);
    if (from->fpsr != to->fpsr)
        printf("%sFPSR(%#" PRIx32 ")", n++ ? " " : "", to->fpsr);
    return n;
}

// The changed bytes and their surroundings, in units of eight.
static unsigned print_memory(const struct diff_result *result)
{
    unsigned end = result->first + (result->length < DIFF_SHOWN ? result->length : DIFF_SHOWN);
    for (unsigned at = result->first & ~7u; at < end; at += 8) {
        uint64_t v = 0;
        for (unsigned i = 0; i < 8; i++) {
            unsigned k = at + i;
            bool changed = k >= result->first && k < end;
            v |= (uint64_t)(changed ? result->memory[k - result->first] : diff_memory(k)) << 8 * i;
        }
        printf(" MEM(%#x, %#" PRIx64 ")", at, v);
    }
    return result->length;
}

static void print_outcome(const struct diff_case *c, const struct diff_result *result)
{
    unsigned n = 0;
    if (result->signal)
        printf("[%s code %d address %#" PRIx64 " esr %#" PRIx64 " pc %#" PRIx64 "] ",
               batch_signal_name(result->signal), (int)result->code, result->address, result->esr,
               result->pc);
    if (result->signal != DIFF_DIED && result->signal != SIGALRM)
        n = print_changes(&c->before, &result->after) + print_memory(result);
    if (!n)
        printf("NOTHING");
}

void reduce_print(const struct diff_pair *pair, const struct reduced *r)
{
    const struct diff_state plain = generate_default();
    char text[128], kinds[256], signals[64];
    reduce_describe(r, kinds, signals);
    printf("  differs: %s (%s)\n", kinds, signals);
    for (unsigned i = 0; r->c.n > 1 && i < r->c.n; i++)
        printf("    %08" PRIx32 "  %s\n", r->c.word[i],
               a64_disassemble(r->c.word[i], DIFF_CODE + 4 * i, text, sizeof text));
    for (unsigned side = 0; side < 2; side++) {
        printf("  %c: ", "AB"[side]);
        print_outcome(&r->c, &r->result[side]);
        printf("   (%s)\n", pair->command[side]);
    }
    printf("  T(0x%08" PRIx32 ", \"%s\", ", r->c.word[r->c.n - 1],
           a64_disassemble(r->c.word[r->c.n - 1], DIFF_CODE, text, sizeof text));
    if (!print_changes(&plain, &r->c.before))
        printf("NOTHING");
    printf(", ");
    print_outcome(&r->c, &r->result[1]);
    printf(")\n");
}
