// SPDX-License-Identifier: MIT
#include "waiting.h"

#include "modules.h"

#include <stdlib.h>
#include <string.h>

// The text again, with the names of variables behind their addresses.
static void put_named(FILE *out, Dwfl *dwfl, const char *text)
{
    while (*text) {
        const char *at = strstr(text, "0x");
        char *end = at ? (char *)at : strchr(text, 0);
        uint64_t addr = at ? strtoull(at, &end, 16) : 0;
        char *name = at ? modules_variable(dwfl, addr) : NULL;
        fprintf(out, "%.*s%s%s%s", (int)(end - text), text, name ? " (" : "", name ? name : "",
                name ? ")" : "");
        free(name);
        text = end;
    }
}

static bool is_about_locks(const char *key)
{
    const char *dot = strrchr(key, '.');
    return !strcmp(key, "deadlock") || (dot && (!strcmp(dot, ".waits") || !strcmp(dot, ".state")));
}

// What threads wait for the emulator knows by address.
static void name_locks(struct image *i, Dwfl *dwfl)
{
    struct report_facts named = {0}, *old = &i->report.facts;
    const char *end = old->at + old->size;
    for (const char *key = old->at; key && key < end;) {
        const char *value = key + strlen(key) + 1;
        char *text = NULL;
        size_t size;
        FILE *out = is_about_locks(key) ? open_memstream(&text, &size) : NULL;
        if (out) {
            put_named(out, dwfl, value);
            fclose(out);
        }
        facts_add(&named, key, text ? text : value);
        free(text);
        key = value + strlen(value) + 1;
    }
    free(old->at);
    *old = named;
}

// What a thread waits for in these functions, where no more is known.
static const struct {
    const char *function, *waits;
} waiting[] = {
    {"pthread_cond_wait", "waits to be woken by a condition variable"},
    {"pthread_cond_timedwait", "waits to be woken by a condition variable"},
    {"pthread_cond_clockwait", "waits to be woken by a condition variable"},
    {"__pthread_rwlock_wrlock", "waits for a read-write lock that others read, to write"},
    {"__pthread_rwlock_rdlock", "waits for a read-write lock, to read"},
    {"pthread_barrier_wait", "waits at a barrier for other threads"},
    {"__cxa_guard_acquire",
     "waits for a static variable that another thread, or this one, is about to make"},
    {"std::__atomic_futex_unsigned_base::_M_futex_wait_until", "waits for a result (std::future)"},
};

static const char *waits_in(const struct report_thread *t)
{
    enum { DEPTH = 4 };
    for (size_t k = 0; k < t->frames && k < DEPTH; k++)
        for (size_t n = 0; n < sizeof waiting / sizeof *waiting; n++) {
            const char *name = t->frame[k].function;
            size_t length = strlen(waiting[n].function);
            if (name && !strncmp(name, waiting[n].function, length) &&
                (!name[length] || name[length] == '('))
                return waiting[n].waits;
        }
    return NULL;
}

static void add_waits(struct report *r)
{
    for (size_t k = 0; k < r->threads; k++) {
        const struct report_thread *t = &r->thread[k];
        const char *waits = waits_in(t);
        char key[32];
        snprintf(key, sizeof key, "%d.waits", t->tid);
        if (waits && !facts_find(&r->facts, t->tid, "waits", 0))
            facts_add(&r->facts, key, waits);
    }
}

void waiting_explain(struct image *i, Dwfl *dwfl)
{
    add_waits(&i->report);
    name_locks(i, dwfl);
}
