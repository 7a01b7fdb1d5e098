// SPDX-License-Identifier: MIT
// What the values of options are made of: numbers, sizes, paths.
#include "base/die.h"
#include "main/option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The number from 1 to `most` that `digits`, part of an option's value, is.
unsigned number(const char *option, const char *value, const char *digits, unsigned most)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(digits, &end, 10);
    if (errno || end == digits || *end || *digits == '-' || n < 1 || n > most)
        die("%s %s: give a number from 1 to %u", option, value, most);
    return (unsigned)n;
}

// Bytes, or with k, M, G. False: it is no size from least to most.
bool parse_size(const char *value, uint64_t least, uint64_t most, uint64_t *size)
{
    char *end;
    errno = 0;
    uint64_t n = strtoull(value, &end, 0);
    unsigned shift = 0;
    switch (*end) {
    case 'k':
    case 'K': shift = 10; break;
    case 'M': shift = 20; break;
    case 'G': shift = 30; break;
    default: break;
    }
    end += shift != 0;
    *size = n << shift;
    return !errno && end != value && !*end && value[0] != '-' && n <= most >> shift &&
           *size >= least;
}

// A path that holds in programs that are executed from elsewhere too.
const char *whole_path(const char *path, char whole[PATH_MAX])
{
    char folder[PATH_MAX];
    if (!*path || *path == '/' || !getcwd(folder, sizeof folder) ||
        snprintf(whole, PATH_MAX, "%s/%s", folder, path) >= PATH_MAX)
        snprintf(whole, PATH_MAX, "%s", path);
    return whole;
}

bool ends_in(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);
    return n >= e && !strcmp(name + n - e, end);
}
