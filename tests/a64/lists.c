// SPDX-License-Identifier: MIT
#include "lists.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *trimmed(char *s)
{
    s += strspn(s, " ");
    for (size_t n = strlen(s); n && (s[n - 1] == ' ' || s[n - 1] == '\n');)
        s[--n] = 0;
    return s;
}

static bool split(char *text, unsigned columns, char **out)
{
    for (unsigned i = 0; i < columns; i++) {
        char *bar = i + 1 < columns ? strstr(text, " | ") : NULL;
        if (bar)
            *bar = 0;
        else if (i + 1 < columns)
            return false;
        out[i] = trimmed(text);
        if (!*out[i])
            return false;
        if (bar)
            text = bar + 3;
    }
    return true;
}

struct list list_read(const char *path, unsigned columns)
{
    struct list list = {0};
    char line[1024], *column[5];
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        exit(2);
    }
    for (unsigned number = 1; fgets(line, sizeof line, f); number++) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (!split(strdup(line), columns, column)) {
            fprintf(stderr, "%s:%u: not %u columns\n", path, number, columns);
            exit(2);
        }
        list.line = realloc(list.line, (list.n + 1) * sizeof *list.line);
        struct list_line *l = &list.line[list.n++];
        *l = (struct list_line){.row = column[0], .text = column[1], .reason = column[columns - 1]};
        if (columns == 5) {
            l->signals = column[2];
            l->kinds = column[3];
        }
        if (regcomp(&l->regex, l->text, REG_EXTENDED | REG_NOSUB)) {
            fprintf(stderr, "%s:%u: not a regular expression: %s\n", path, number, l->text);
            exit(2);
        }
    }
    fclose(f);
    return list;
}

// Every name in `kinds` must be one of those in `allowed`, or that is "*".
static bool allows(const char *allowed, const char *kinds)
{
    char name[32], padded[256];
    int n;
    if (!strcmp(allowed, "*"))
        return true;
    snprintf(padded, sizeof padded, " %s ", allowed);
    for (; sscanf(kinds, "%29s%n", name + 1, &n) == 1; kinds += n) {
        name[0] = ' ';
        strcat(name, " ");
        if (!strstr(padded, name))
            return false;
    }
    return true;
}

struct list_line *list_find(const struct list *list, const char *row, const char *text,
                            const char *signals, const char *kinds)
{
    for (unsigned i = 0; i < list->n; i++) {
        struct list_line *l = &list->line[i];
        if (fnmatch(l->row, row, 0) || regexec(&l->regex, text, 0, NULL, 0))
            continue;
        if (!l->signals || (!fnmatch(l->signals, signals, 0) && allows(l->kinds, kinds)))
            return l;
    }
    return NULL;
}

bool list_has_row(const struct list *list, const char *row)
{
    for (unsigned i = 0; i < list->n; i++)
        if (!fnmatch(list->line[i].row, row, 0) && !strcmp(list->line[i].text, "."))
            return true;
    return false;
}
