// SPDX-License-Identifier: MIT
#include "a64/model.h"

#include "base/nearest.h"

#include <stdarg.h>
#include <string.h>

// Without the algorithms that exclude the one it has.
#define A64_MAX \
    ((((a64_features)1 << (FEAT_COUNT - 1) << 1) - 1) & ~(A64_F(PACQARMA5) | A64_F(PACQARMA3)))

const struct a64_model a64_models[] = {
#define A64_MODEL(name, midr, line, block, features, what) \
    {name, midr, line, block, features, what},
#include "a64/model.def"
#undef A64_MODEL
};
const unsigned a64_model_count = ARRAY_LEN(a64_models);
const a64_features a64_v8_0 = V8_0;

enum { LAST = ARRAY_LEN(a64_models) - 1 }; // max
const struct a64_model *a64_model = &a64_models[LAST];
a64_features a64_present = A64_MAX;

static char message[512];

static const char *refuse(const char *fmt, ...) PRINTF_LIKE(1, 2);

static const char *refuse(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    return message;
}

static void try_option(void *context, const char *option)
{
    nearest_try(context, option);
}

static const char *unknown_model(const char *name)
{
    char names[128];
    struct nearest n = {.wanted = name};
    for (unsigned i = 0; i < a64_model_count; i++)
        nearest_try(&n, a64_models[i].name);
    return refuse("unknown processor '%.60s'; the nearest names are %s; --list-cpus lists all",
                  name, nearest_text(&n, names, sizeof names));
}

static const char *unknown_feature(const char *name)
{
    char names[128];
    struct nearest n = {.wanted = name};
    a64_feature_options(try_option, &n);
    return refuse("unknown feature '%.60s'; the nearest names are %s; --list-cpus lists all", name,
                  nearest_text(&n, names, sizeof names));
}

// Names that are well known, but of nothing that is emulated: they can be switched off.
static bool is_absent(const char *name)
{
    static const char *const absent[] = {"sve", "sve2", "sme", "sme2"};
    for (unsigned i = 0; i < ARRAY_LEN(absent); i++)
        if (!strcmp(name, absent[i]))
            return true;
    return false;
}

// What was asked for expressly, so far.
struct wishes {
    a64_features on, off;
};

static const char *change(struct wishes *w, char *item)
{
    char *value = strchr(item, '=');
    bool on = value && !strcmp(value, "=on");
    if (!value || (!on && strcmp(value, "=off") != 0))
        return refuse("'%.60s' is neither feature=on nor feature=off", item);
    *value = 0;
    a64_features which = a64_find_features(item);
    if (!which && is_absent(item))
        return on ? refuse("'%s' is not implemented; only %s=off is possible", item, item) : NULL;
    if (!which)
        return unknown_feature(item);
    for (unsigned i = 0; i < FEAT_COUNT; i++)
        if (which >> i & 1)
            a64_set_feature((enum a64_feature)i, on);
    // Of several settings of one feature the last one counts.
    w->on = on ? w->on | which : w->on & ~which;
    w->off = on ? w->off & ~which : w->off | which;
    return NULL;
}

// Settings of which one takes back the other: pmull=on needs aes, but aes=off.
static const char *contradiction(const struct wishes *w)
{
    for (unsigned i = 0; i < FEAT_COUNT; i++) {
        bool have = a64_has((enum a64_feature)i);
        const char *option = a64_feature_option((enum a64_feature)i);
        if (w->on >> i & 1 && !have)
            return refuse(
                "%s=on and a later setting that switches off what it requires contradict each other",
                option);
        if (w->off >> i & 1 && have)
            return refuse("%s=off and a later setting that requires it contradict each other",
                          option);
    }
    return NULL;
}

const char *a64_choose(const char *text)
{
    static char copy[1024];
    struct wishes wishes = {0, 0};
    if (strlen(text) >= sizeof copy)
        return refuse("more than %zu characters", sizeof copy - 1);
    strcpy(copy, text);
    char *next = copy, *name = strsep(&next, ",");
    const struct a64_model *model = NULL;
    for (unsigned i = 0; i < a64_model_count; i++)
        if (!strcmp(a64_models[i].name, name))
            model = &a64_models[i];
    if (!model)
        return unknown_model(name);
    a64_model = model;
    a64_present = model->features;
    while (next) {
        const char *wrong = change(&wishes, strsep(&next, ","));
        if (wrong)
            return wrong;
    }
    return contradiction(&wishes);
}

void a64_list(FILE *out)
{
    fputs("Processors:\n", out);
    for (unsigned i = 0; i < a64_model_count; i++)
        fprintf(out, "  %-13s %s\n", a64_models[i].name, a64_models[i].what);
    fputs("Features that can be switched (name,feature=off,feature=on):\n", out);
    unsigned column = 0;
    for (unsigned i = FEAT_EL1 + 1; i < FEAT_COUNT; i++) {
        const char *option = a64_feature_option((enum a64_feature)i);
        if (column && column + strlen(option) > 76) {
            fputc('\n', out);
            column = 0;
        }
        column += (unsigned)fprintf(out, "%s%s", column ? " " : "  ", option);
    }
    fputs("\nThe kernel's names in /proc/cpuinfo and those of gcc's -march work too.\n", out);
}

// The binary logarithm of a size in words of four bytes, as the registers have sizes.
static uint64_t words(unsigned bytes)
{
    return (uint64_t)__builtin_ctz(bytes) - 2;
}

// Data caches need no maintenance for instructions (IDC); granules of exclusives and write-back are
// lines.
uint64_t a64_ctr(void)
{
    enum { RES1 = 31, IDC = 28, CWG = 24, ERG = 20, D_MIN_LINE = 16, L1_IP = 14, PIPT = 3 };
    uint64_t line = words(a64_model->dcache_line);
    return UINT64_C(1) << RES1 | 1u << IDC | line << CWG | line << ERG | line << D_MIN_LINE |
           PIPT << L1_IP | words(A64_ICACHE_LINE);
}

uint64_t a64_dczid(void)
{
    return words(a64_model->zva_block);
}
