// SPDX-License-Identifier: MIT
#include "debug/report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void facts_add(struct report_facts *f, const char *key, const char *value)
{
    size_t k = strlen(key) + 1, v = strlen(value) + 1;
    if (f->size + k + v > f->capacity) {
        size_t capacity = 2 * (f->size + k + v) + 1024;
        char *at = realloc(f->at, capacity);
        if (!at)
            return;
        f->at = at;
        f->capacity = capacity;
    }
    memcpy(f->at + f->size, key, k);
    memcpy(f->at + f->size + k, value, v);
    f->size += k + v;
}

void facts_printf(struct report_facts *f, const char *key, const char *fmt, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    if (vasprintf(&text, fmt, args) >= 0)
        facts_add(f, key, text);
    va_end(args);
    free(text);
}

const char *facts_find(const struct report_facts *f, int tid, const char *key, unsigned nth)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, tid ? "%d.%s" : "%.0d%s", tid, key);
    const char *end = f->at + f->size;
    for (const char *p = f->at; p && p < end;) {
        const char *value = p + strlen(p) + 1;
        if (value >= end)
            break;
        if (!strcmp(p, wanted) && !nth--)
            return value;
        p = value + strlen(value) + 1;
    }
    return NULL;
}

struct report_thread *report_add_thread(struct report *r, int tid,
                                        const struct core_registers *registers)
{
    struct report_thread *all = realloc(r->thread, (r->threads + 1) * sizeof *all);
    if (!all)
        return NULL;
    r->thread = all;
    struct report_thread *t = &all[r->threads++];
    *t = (struct report_thread){.tid = tid, .registers = *registers};
    return t;
}

struct report_frame *report_add_frame(struct report_thread *t)
{
    if (t->frames == t->capacity) {
        size_t capacity = t->capacity ? 2 * t->capacity : 16;
        struct report_frame *all = realloc(t->frame, capacity * sizeof *all);
        if (!all)
            return NULL;
        t->frame = all;
        t->capacity = capacity;
    }
    struct report_frame *f = &t->frame[t->frames++];
    *f = (struct report_frame){0};
    return f;
}

void report_free(struct report *r)
{
    for (size_t i = 0; i < r->threads; i++) {
        struct report_thread *t = &r->thread[i];
        for (size_t k = 0; k < t->frames; k++) {
            free(t->frame[k].function);
            free(t->frame[k].file);
            free(t->frame[k].module);
        }
        free(t->frame);
    }
    free(r->thread);
    free(r->facts.at);
    *r = (struct report){0};
}
