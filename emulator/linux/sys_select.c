// SPDX-License-Identifier: MIT
// Which calls the trace shows. A class is found in the rows: by their file, or by the kinds of
// their arguments.
#include "linux/sys_internal.h"
#include "linux/sys_trace.h"

#include <stdio.h>
#include <string.h>

enum { CLASS_KINDS = 3 };

static const struct {
    const char *name, *files, *what;
    enum sys_kind kind[CLASS_KINDS];
} classes[] = {
#define SYS_CLASS(name, files, k0, k1, k2, what) \
    {#name, files, what, {SYS_KIND_##k0, SYS_KIND_##k1, SYS_KIND_##k2}},
#include "linux/sys_classes.def"
#undef SYS_CLASS
};

static bool hidden[SYS_NR_END + 1]; // not shown; one per number, the last for those beyond
static bool only_failures, times;

bool trace_shows(uint64_t nr)
{
    return !hidden[nr < SYS_NR_END ? nr : SYS_NR_END];
}

bool trace_shows_only_failures(void)
{
    return only_failures;
}

bool trace_shows_times(void)
{
    return times;
}

static bool has_kind(const struct sys_row *row, enum sys_kind kind)
{
    bool found = row->ret == kind;
    for (unsigned i = 0; i < SYS_ARGS; i++)
        found |= row->kind[i] == kind;
    return found && kind != SYS_KIND_none;
}

static bool in_class(const struct sys_row *row, unsigned c)
{
    const char *at = strstr(classes[c].files, row->file);
    bool found = at && (at == classes[c].files || at[-1] == ' ');
    for (unsigned i = 0; i < CLASS_KINDS; i++)
        found |= has_kind(row, classes[c].kind[i]);
    return found;
}

bool sys_choose(bool chosen[SYS_NR_END + 1], const char *name, bool value)
{
    unsigned c = 0;
    name += *name == '%';
    if (!strcmp(name, "all")) {
        memset(chosen, value, (SYS_NR_END + 1) * sizeof *chosen);
        return true;
    }
    while (c < ARRAY_LEN(classes) && strcmp(classes[c].name, name) != 0)
        c++;
    bool found = c < ARRAY_LEN(classes);
    for (unsigned nr = 0; nr < SYS_NR_END; nr++) {
        const struct sys_row *row = sys_row_of(nr);
        if (row && (c < ARRAY_LEN(classes) ? in_class(row, c) : !strcmp(row->name, name))) {
            chosen[nr] = value;
            found = true;
        }
    }
    return found;
}

const char *trace_select(const char *list)
{
    static char item[64];
    bool first = true;
    while (*list) {
        size_t n = strcspn(list, ",");
        snprintf(item, sizeof item, "%.*s", (int)n, list);
        list += n + (list[n] == ',');
        bool hide = *item == '!';
        const char *name = item + hide + (item[hide] == '%');
        if (!strcmp(name, "fail") || !strcmp(name, "failed")) {
            only_failures = !hide;
            continue;
        }
        if (!strcmp(name, "timing")) {
            times = !hide;
            continue;
        }
        if (first && !hide)
            memset(hidden, true, sizeof hidden);
        first = false;
        if (!sys_choose(hidden, name, hide))
            return item;
    }
    return NULL;
}

void trace_list_classes(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(classes); i++)
        printf("  %-10s %s\n", classes[i].name, classes[i].what);
    printf("  %-10s only calls that fail\n", "fail");
    printf("  %-10s when each call began, and how long it took\n", "timing");
}
