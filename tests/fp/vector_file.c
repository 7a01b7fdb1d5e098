// SPDX-License-Identifier: MIT
#include "vector_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static void default_state(struct machine *m)
{
    memset(m, 0, sizeof *m);
    for (unsigned i = 0; i < 31; i++)
        m->x[i] = mix(0x1000 + i);
    for (unsigned i = 0; i < 32; i++)
        m->v[i] = (struct vreg){{mix(0x2000 + i), mix(0x3000 + i)}};
}

static struct vreg parse_vreg(const char *digits)
{
    char high[17] = "";

    memcpy(high, digits, 16);
    return (struct vreg){{strtoull(digits + 16, NULL, 16), strtoull(high, NULL, 16)}};
}

// One key=value; false for keys of instructions that are not about floating point.
static bool parse_field(const char *key, const char *value, struct vector *v, struct machine *m)
{
    const uint64_t number = strtoull(value, NULL, 16);
    const unsigned reg = (unsigned)strtoul(key + 1, NULL, 10);

    if (!strcmp(key, "nzcv"))
        m->nzcv = (uint32_t)number;
    else if (!strcmp(key, "fpcr"))
        m->fpcr = (uint32_t)number;
    else if (!strcmp(key, "fpsr"))
        m->fpsr = (uint32_t)number;
    else if (!strcmp(key, "exc") && !strcmp(value, "und"))
        v->undefined = true;
    else if (key[0] == 'x' && reg < 31)
        m->x[reg] = number;
    else if (key[0] == 'v' && reg < 32 && strlen(value) == 32)
        m->v[reg] = parse_vreg(value);
    else
        return false;
    return true;
}

static bool parse_fields(char *text, struct vector *v, struct machine *m)
{
    char *save = NULL;

    for (char *field = strtok_r(text, " \n", &save); field; field = strtok_r(NULL, " \n", &save)) {
        char *equals = strchr(field, '=');

        if (!equals)
            return false;
        *equals = '\0';
        if (!parse_field(field, equals + 1, v, m))
            return false;
    }
    return true;
}

bool vector_parse(const char *line, struct vector *v)
{
    char copy[8192];
    int used = 0;

    if (strlen(line) >= sizeof copy ||
        sscanf(line, "%255s %" SCNx32 " |%n", v->name, &v->insn, &used) != 2 || !used)
        return false;
    strcpy(copy, line + used);

    char *output = strchr(copy, '|');

    if (!output)
        return false;
    *output++ = '\0';
    v->undefined = false;
    default_state(&v->in);
    if (!parse_fields(copy, v, &v->in))
        return false;
    v->want = v->in;
    return parse_fields(output, v, &v->want);
}

void vector_difference(const struct vector *v, const struct machine *got, char *text, unsigned size)
{
    const struct machine *want = &v->want;
    unsigned n = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < 31; i++) {
        if (got->x[i] != want->x[i] && n < size)
            n += (unsigned)snprintf(text + n, size - n, " x%u=%" PRIx64 " want %" PRIx64, i,
                                    got->x[i], want->x[i]);
    }
    for (unsigned i = 0; i < 32; i++) {
        const struct vreg g = got->v[i], w = want->v[i];

        if ((g.d[0] != w.d[0] || g.d[1] != w.d[1]) && n < size)
            n += (unsigned)snprintf(text + n, size - n,
                                    " v%u=%016" PRIx64 "%016" PRIx64 " want %016" PRIx64
                                    "%016" PRIx64,
                                    i, g.d[1], g.d[0], w.d[1], w.d[0]);
    }
    if (got->nzcv != want->nzcv && n < size)
        n += (unsigned)snprintf(text + n, size - n, " nzcv=%x want %x", got->nzcv, want->nzcv);
    if (got->fpsr != want->fpsr && n < size)
        snprintf(text + n, size - n, " fpsr=%x want %x", got->fpsr, want->fpsr);
}
