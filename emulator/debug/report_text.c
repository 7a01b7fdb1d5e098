// SPDX-License-Identifier: MIT
// A report in words. Lines begin with "a64run:" only where they are the emulator's own statement;
// the rest is indented, so that the report stands out from what the program itself says.
#include "debug/report.h"

#include <inttypes.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_frame(FILE *out, unsigned number, const struct report_frame *f)
{
    fprintf(out, "    #%-2u ", number);
    if (f->inlined)
        fprintf(out, "%18s ", "inlined");
    else
        fprintf(out, "0x%016" PRIx64 " ", f->pc);
    fprintf(out, "%s", f->function ? f->function : "??");
    if (f->file)
        fprintf(out, " at %s:%u", f->file, f->line);
    else if (f->module)
        fprintf(out, " in %s+%#" PRIx64, base_name(f->module), f->offset);
    if (f->interrupted)
        fprintf(out, "  <- interrupted by the signal");
    fputc('\n', out);
}

static bool is_same(const struct report_frame *a, const struct report_frame *b)
{
    return a->pc == b->pc && a->line == b->line && a->inlined == b->inlined && !b->skipped &&
           !strcmp(a->function ? a->function : "", b->function ? b->function : "");
}

// Frames that repeat themselves, as in a recursion without end, are said once: how many from `i` on
// are the `period` ones before it again.
static size_t repeated(const struct report_thread *t, size_t i, size_t period)
{
    size_t n = 0;
    while (i >= period && i + n < t->frames && is_same(&t->frame[i + n - period], &t->frame[i + n]))
        n++;
    return n - n % period;
}

static void put_stack(FILE *out, const struct report_thread *t)
{
    enum { MOST = 8, LEAST = 3 }; // frames of one round; rounds that are worth a line
    size_t number = 0;            // of those that were skipped
    for (size_t i = 0; i < t->frames; i++) {
        size_t period = 1, again = 0;
        for (; period <= MOST; period++) {
            again = repeated(t, i, period);
            if (again >= LEAST * period)
                break;
        }
        if (period <= MOST) {
            fprintf(out, "        ... and the %s %zu times more\n",
                    period == 1 ? "same frame" : "same frames", again / period);
            i += again - 1;
            continue;
        }
        if (t->frame[i].skipped)
            fprintf(out, "        ... %zu more\n", t->frame[i].skipped);
        put_frame(out, (unsigned)(number + i + t->frame[i].skipped), &t->frame[i]);
        number += t->frame[i].skipped;
    }
    if (t->cut)
        fprintf(out, "        ... and so on\n");
    if (!t->frames)
        fprintf(out, "        no stack was found\n");
}

static void put_registers(FILE *out, const struct core_registers *r)
{
    for (unsigned i = 0; i < 31; i++)
        fprintf(out, "%s%s%-3u %016" PRIx64, i % 4 ? "  " : i ? "\n    " : "    ", "x", i, r->x[i]);
    fprintf(
        out, "  sp   %016" PRIx64 "\n    pc   %016" PRIx64 "  pstate %08" PRIx64 " (%c%c%c%c)\n",
        r->sp, r->pc, r->pstate, r->pstate >> 31 & 1 ? 'N' : '-', r->pstate >> 30 & 1 ? 'Z' : '-',
        r->pstate >> 29 & 1 ? 'C' : '-', r->pstate >> 28 & 1 ? 'V' : '-');
}

static void put_fact(FILE *out, const struct report *r, const char *key, const char *title)
{
    const char *value;
    for (unsigned n = 0; (value = facts_find(&r->facts, 0, key, n)); n++)
        fprintf(out, "  %s: %s\n", title, value);
}

static void put_thread(FILE *out, const struct report *r, const struct report_thread *t)
{
    const char *name = facts_find(&r->facts, t->tid, "name", 0);
    const char *state = facts_find(&r->facts, t->tid, "state", 0);
    const char *waits = facts_find(&r->facts, t->tid, "waits", 0);
    fprintf(out, "  thread %d", t->tid);
    if (name)
        fprintf(out, " \"%s\"", name);
    if (state)
        fprintf(out, " %s", state);
    fprintf(out, ":\n");
    if (waits)
        fprintf(out, "    %s\n", waits);
    put_stack(out, t);
}

void report_text(FILE *out, const struct report *r)
{
    const struct report_facts *f = &r->facts;
    const char *title = facts_find(f, 0, "title", 0), *bar = "------------------------------";
    bool crash = facts_find(f, 0, "cause", 0);
    fprintf(out, "a64run: %s\n", title ? title : "report");
    put_fact(out, r, "cause", "cause");
    put_fact(out, r, "message", "message");
    put_fact(out, r, "instruction", "instruction");
    put_fact(out, r, "deadlock", "deadlock");
    if (crash && r->threads) {
        put_thread(out, r, &r->thread[0]);
        fprintf(out, "  registers:\n");
        put_registers(out, &r->thread[0].registers);
    }
    for (size_t i = crash; i < r->threads; i++)
        put_thread(out, r, &r->thread[i]);
    put_fact(out, r, "missing", "missing");
    put_fact(out, r, "core", "core file");
    put_fact(out, r, "folder", "in folder");
    put_fact(out, r, "command", "command");
    put_fact(out, r, "parent", "started by");
    put_fact(out, r, "reproduce", "under gdb");
    fprintf(out, "a64run: %s\n", bar);
}
