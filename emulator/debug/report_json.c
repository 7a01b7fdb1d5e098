// SPDX-License-Identifier: MIT
// A report as one line of JSON: addresses are strings in hexadecimal, which JSON's numbers cannot
// hold.
#include "debug/report.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// How many bytes the character at s has in UTF-8; 0: it is none.
static size_t utf8(const char *s)
{
    unsigned char c = (unsigned char)*s;
    size_t n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

static void put_string(FILE *out, const char *s)
{
    fputc('"', out);
    while (*s) {
        unsigned char c = (unsigned char)*s;
        size_t n = utf8(s);
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 32 || c == 127 || !n)
            fprintf(out, "\\u%04x", c);
        else
            fwrite(s, 1, n, out);
        s += n ? n : 1;
    }
    fputc('"', out);
}

static void put_frame(FILE *out, const struct report_frame *f)
{
    fprintf(out, "{\"pc\":\"0x%" PRIx64 "\"", f->pc);
    if (f->function) {
        fprintf(out, ",\"function\":");
        put_string(out, f->function);
    }
    if (f->file) {
        fprintf(out, ",\"file\":");
        put_string(out, f->file);
        fprintf(out, ",\"line\":%u", f->line);
    }
    if (f->module) {
        fprintf(out, ",\"module\":");
        put_string(out, f->module);
        fprintf(out, ",\"offset\":\"0x%" PRIx64 "\"", f->offset);
    }
    fprintf(out, ",\"inlined\":%s,\"interrupted\":%s}", f->inlined ? "true" : "false",
            f->interrupted ? "true" : "false");
}

static void put_registers(FILE *out, const struct core_registers *r)
{
    fprintf(out, ",\"registers\":{");
    for (unsigned i = 0; i < 31; i++)
        fprintf(out, "\"x%u\":\"0x%" PRIx64 "\",", i, r->x[i]);
    fprintf(out, "\"sp\":\"0x%" PRIx64 "\",\"pc\":\"0x%" PRIx64 "\",\"pstate\":\"0x%" PRIx64 "\"}",
            r->sp, r->pc, r->pstate);
}

static void put_value(FILE *out, const char *key, const char *value)
{
    if (!strcmp(key, "pid") || !strcmp(key, "owner"))
        fputs(value, out);
    else
        put_string(out, value);
}

// Facts that there can be several of are arrays.
static bool is_list(const char *key)
{
    return !strcmp(key, "parent") || !strcmp(key, "deadlock");
}

static void put_facts(FILE *out, const struct report_facts *f)
{
    const char *end = f->at + f->size, *comma = "";
    for (const char *p = f->at; p && p < end;) {
        const char *value = p + strlen(p) + 1;
        bool thread = isdigit((unsigned char)*p), list = is_list(p);
        if (!thread && (!list || facts_find(f, 0, p, 0) == value)) {
            fprintf(out, "%s\"%s\":%s", comma, p, list ? "[" : "");
            const char *next = value;
            for (unsigned n = 1; next; n++) {
                put_value(out, p, next);
                next = list ? facts_find(f, 0, p, n) : NULL;
                fputs(next ? "," : "", out);
            }
            fputs(list ? "]" : "", out);
            comma = ",";
        }
        p = value + strlen(value) + 1;
    }
}

static void put_thread(FILE *out, const struct report *r, const struct report_thread *t)
{
    static const char *const keys[] = {"name", "state", "call", "waits", "owner"};
    fprintf(out, "{\"tid\":%d", t->tid);
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *value = facts_find(&r->facts, t->tid, keys[i], 0);
        if (value) {
            fprintf(out, ",\"%s\":", keys[i]);
            put_value(out, keys[i], value);
        }
    }
    put_registers(out, &t->registers);
    fprintf(out, ",\"frames\":[");
    for (size_t i = 0; i < t->frames; i++) {
        fputs(i ? "," : "", out);
        put_frame(out, &t->frame[i]);
    }
    fprintf(out, "]}");
}

void report_json(FILE *out, const struct report *r)
{
    fputc('{', out);
    put_facts(out, &r->facts);
    fprintf(out, ",\"threads\":[");
    for (size_t i = 0; i < r->threads; i++) {
        fputs(i ? "," : "", out);
        put_thread(out, r, &r->thread[i]);
    }
    fprintf(out, "]}\n");
}
