// SPDX-License-Identifier: MIT
#include "waiting.h"

#include "modules.h"

#include <ctype.h>
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

// What a thread waits for in functions that have a name in them which begins so, where no more is
// known: in those of glibc, with and without what marks them as its own, and those of libstdc++.
// The first row counts that one of its last calls fits.
static const struct {
    const char *function, *waits;
} waiting[] = {
    {"pthread_cond_wait", "waits to be woken by a condition variable"},
    {"pthread_cond_timedwait", "waits to be woken by a condition variable"},
    {"pthread_cond_clockwait", "waits to be woken by a condition variable"},
    {"pthread_rwlock_wrlock", "waits for a read-write lock that others read, to write"},
    {"pthread_rwlock_rdlock", "waits for a read-write lock, to read"},
    {"pthread_barrier_wait", "waits at a barrier for other threads"},
    {"sem_wait", "waits for a semaphore"},
    {"sem_timedwait", "waits for a semaphore"},
    {"sem_clockwait", "waits for a semaphore"},
    {"__cxa_guard_acquire",
     "waits for a static variable that another thread, or this one, is about to make"},
    {"std::__atomic_futex_unsigned_base::_M_futex_wait_until", "waits for a result (std::future)"},
    {"std::__tree_barrier<", "waits at a barrier for other threads (std::barrier)"},
    {"std::latch::wait", "waits for others to count down (std::latch)"},
    {"std::__atomic_semaphore::", "waits for a semaphore (std::counting_semaphore)"},
    {"std::__atomic_wait_address", "waits for another value of a std::atomic"},
};

static bool is_in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == ':';
}

// Whether a name begins at `at` in `text`, that of a function or of a type in its arguments. What
// the library puts before names of its own counts as nothing.
static bool begins_name(const char *text, const char *at)
{
    static const char *const marks[] = {"", "_", "__", "___", "__GI_", "__GI___", "__new_"};
    const char *begin = at;
    while (begin > text && is_in_name(begin[-1]))
        begin--;
    size_t size = (size_t)(at - begin);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strlen(marks[i]) == size && !strncmp(begin, marks[i], size))
            return true;
    return false;
}

static bool has_name(const char *text, const char *name)
{
    for (const char *at = text; (at = strstr(at, name)); at++)
        if (begins_name(text, at))
            return true;
    return false;
}

static const char *waits_in(const struct report_thread *t)
{
    enum { DEPTH = 5 };
    for (size_t n = 0; n < sizeof waiting / sizeof *waiting; n++)
        for (size_t k = 0; k < t->frames && k < DEPTH; k++) {
            const char *name = t->frame[k].function;
            if (name && has_name(name, waiting[n].function))
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
