// SPDX-License-Identifier: MIT
#include "base/nearest.h"

#include "base/host.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

// The number of characters to be put in, taken out or changed to get from one to the other, row by
// row of the usual table.
static unsigned distance(const char *from, const char *to)
{
    unsigned row[NEAREST_LENGTH + 1];
    size_t n = strnlen(to, NEAREST_LENGTH);
    for (unsigned k = 0; k <= n; k++)
        row[k] = k;
    for (unsigned i = 0; from[i] && i < NEAREST_LENGTH; i++) {
        unsigned diagonal = row[0];
        row[0] = i + 1;
        for (unsigned k = 0; k < n; k++) {
            unsigned changed = diagonal + (from[i] != to[k]);
            diagonal = row[k + 1];
            row[k + 1] = least(changed, least(row[k], row[k + 1]) + 1);
        }
    }
    return row[n];
}

void nearest_try(struct nearest *n, const char *name)
{
    unsigned d = distance(n->wanted, name), at = n->count;
    for (unsigned i = 0; i < n->count; i++)
        if (!strcmp(n->name[i], name))
            return;
    while (at > 0 && n->distance[at - 1] > d)
        at--;
    if (at == NEAREST_NAMES)
        return;
    n->count += n->count < NEAREST_NAMES;
    for (unsigned i = n->count - 1; i > at; i--) {
        n->distance[i] = n->distance[i - 1];
        memcpy(n->name[i], n->name[i - 1], NEAREST_LENGTH);
    }
    n->distance[at] = d;
    snprintf(n->name[at], NEAREST_LENGTH, "%s", name);
}

const char *nearest_text(const struct nearest *n, char *out, unsigned size)
{
    unsigned used = 0;
    out[0] = 0;
    for (unsigned i = 0; i < n->count && used < size; i++) {
        const char *before = !i ? "" : i + 1 < n->count ? ", " : " or ";
        used += (unsigned)snprintf(out + used, size - used, "%s%s", before, n->name[i]);
    }
    return out;
}
