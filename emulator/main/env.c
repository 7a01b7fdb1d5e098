// SPDX-License-Identifier: MIT
#include "main/env.h"

#include "base/die.h"
#include "linux/sys/exec_host.h"

#include <stdlib.h>
#include <string.h>

static void append(struct env *e, char *string)
{
    if (e->count == e->capacity) {
        e->capacity = e->capacity ? e->capacity * 2 : 64;
        e->at = realloc(e->at, e->capacity * sizeof *e->at);
        if (!e->at)
            die("out of memory for %zu environment variables", e->capacity);
    }
    e->at[e->count++] = string;
}

static void own(struct env *e)
{
    if (e->at)
        return;
    for (char **from = e->given; *from; from++)
        append(e, *from);
}

static void unset(struct env *e, const char *name, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < e->count; i++)
        if (strncmp(e->at[i], name, n) != 0 || e->at[i][n] != '=')
            e->at[kept++] = e->at[i];
    e->count = kept;
}

static char *copy(const char *text, size_t n)
{
    char *s = strndup(text, n);
    if (!s)
        die("out of memory");
    return s;
}

// Takes the library for programs of the host out of a list of libraries, in place.
static void without_library(char *list)
{
    static const char name[] = "/" EXEC_HOST_LIBRARY;
    const size_t length = sizeof name - 1;
    for (char *at = list; *at;) {
        size_t n = strcspn(at, ": ");
        char *next = at + n + (at[n] != 0);
        if (n >= length && !memcmp(at + n - length, name, length))
            memmove(at, next, strlen(next) + 1);
        else
            at = next;
    }
}

// What a program of the host was given that has not taken it away itself.
static void drop_host(struct env *e)
{
    static const char preload[] = "LD_PRELOAD";
    own(e);
    unset(e, EXEC_HOST_VARIABLE, sizeof EXEC_HOST_VARIABLE - 2);
    for (size_t i = 0; i < e->count; i++) {
        if (strncmp(e->at[i], preload, sizeof preload - 1) || e->at[i][sizeof preload - 1] != '=')
            continue;
        without_library(e->at[i] + sizeof preload);
        if (!e->at[i][sizeof preload])
            unset(e, preload, sizeof preload - 1);
        break;
    }
}

void env_init(struct env *e, char **from)
{
    *e = (struct env){.given = from};
    for (; *from; from++)
        if (!strncmp(*from, EXEC_HOST_VARIABLE, sizeof EXEC_HOST_VARIABLE - 1)) {
            drop_host(e);
            break;
        }
}

const char *env_set_list(struct env *e, const char *list)
{
    own(e);
    while (*list) {
        size_t n = strcspn(list, ",");
        const char *eq = memchr(list, '=', n);
        if (!eq || eq == list)
            return copy(list, n);
        unset(e, list, (size_t)(eq - list));
        append(e, copy(list, n));
        list += n + (list[n] == ',');
    }
    return NULL;
}

const char *env_unset_list(struct env *e, const char *list)
{
    own(e);
    while (*list) {
        size_t n = strcspn(list, ",");
        if (!n || memchr(list, '=', n))
            return copy(list, n);
        unset(e, list, n);
        list += n + (list[n] == ',');
    }
    return NULL;
}

void env_set(struct env *e, const char *text)
{
    const size_t n = strcspn(text, "=");
    own(e);
    unset(e, text, n);
    if (text[n])
        append(e, copy(text, strlen(text)));
}

char **env_take(struct env *e)
{
    if (!e->at)
        return e->given;
    append(e, NULL);
    return e->at;
}
