// SPDX-License-Identifier: MIT
// Options about how code is translated and run.
#include "base/die.h"
#include "engine/engine.h"
#include "main/option.h"
#include "opt/opt.h"
#include "x64/host.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// eval; t1 or t1-N: compiled after N runs; t2 or t2-N: and regions after N runs of what was
// compiled.
void set_tier(struct state *s, const char *option, const char *value)
{
    (void)s;
    struct engine_settings *e = &engine_settings;
    bool tier =
        value[0] == 't' && (value[1] == '1' || value[1] == '2') && (!value[2] || value[2] == '-');
    if (!tier && strcmp(value, "eval"))
        die("%s %s: give eval, t1, t2, t1-RUNS or t2-RUNS", option, value);
    e->tier = tier ? (unsigned)(value[1] - '0') : 0;
    if (!tier || !value[2])
        return;
    unsigned runs = number(option, value, value + 3, UINT16_MAX - 1);
    if (e->tier == 2)
        e->region_runs = runs;
    if (e->tier == 1 || runs == 1)
        e->threshold = e->later = runs;
}

void set_threshold(struct state *s, const char *option, const char *value)
{
    (void)s;
    engine_settings.threshold = number(option, value, value, UINT16_MAX - 1);
    engine_settings.later = engine_settings.threshold;
}

void set_flush(struct state *s, const char *option, const char *value)
{
    (void)s;
    engine_settings.flush = number(option, value, value, INT_MAX);
}

// FIRST-LAST or FIRST-LAST/OPERATIONS, addresses in hexadecimal.
void set_compile(struct state *s, const char *option, const char *value)
{
    struct engine_settings *e = &engine_settings;
    int n = 0, all = 0;
    (void)s;
    e->max_operations = UINT_MAX;
    if (sscanf(value, "%" SCNx64 "-%" SCNx64 "%n/%u%n", &e->compile_first, &e->compile_last, &n,
               &e->max_operations, &all) < 2 ||
        value[all ? all : n])
        die("%s=%s: give the first and the last block's address in hexadecimal, FIRST-LAST, and how many operations of each are compiled if not all, FIRST-LAST/N",
            option, value);
    e->compile_some = true;
}

void set_without(struct state *s, const char *option, const char *value)
{
    (void)s;
    const char *names = x64_host_without(value);
    if (names)
        die("%s %s: give features of the host, separated by commas; there are: %s", option, value,
            names);
}

void set_fpsr(struct state *s, const char *option, const char *value)
{
    (void)s;
    engine_settings.lazy_fpsr = !strcmp(value, "lazy");
    if (!engine_settings.lazy_fpsr && strcmp(value, "exact"))
        die("%s %s: give exact or lazy (FPSR.UFC is exact once the thread has accessed FPSR)",
            option, value);
}

void set_returns(struct state *s, const char *option, const char *value)
{
    (void)s;
    engine_settings.paired = !strcmp(value, "paired");
    if (!engine_settings.paired && strcmp(value, "hash"))
        die("%s %s: give paired or hash (returns are looked up like other branches)", option,
            value);
}

void set_cache(struct state *s, const char *option, const char *value)
{
    uint64_t size;
    (void)s;
    if (!parse_size(value, 128 << 10, 1 << 30, &size))
        die("%s %s: give a size from 128k to 1G for compiled code, in bytes or with k, M or G",
            option, value);
    engine_settings.cache = size;
}

void set_saved(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (value[0] != '/' && strcmp(value, "off") != 0)
        die("%s %s: give the folder's whole path, from / on, or off", option, value);
    engine_settings.saved = value;
}

// Unless it was said where translated code is kept, it is where programs keep such things.
void settle_saved(void)
{
    static char folder[PATH_MAX];
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int n = 0;
    if (!engine_settings.saved && cache && cache[0] == '/')
        n = snprintf(folder, sizeof folder, "%s/a64run", cache);
    else if (!engine_settings.saved && home && home[0] == '/')
        n = snprintf(folder, sizeof folder, "%s/.cache/a64run", home);
    if (n > 0 && (size_t)n < sizeof folder)
        engine_settings.saved = folder;
    if (engine_settings.saved && !strcmp(engine_settings.saved, "off"))
        engine_settings.saved = NULL;
}

void set_dump(struct state *s, const char *option, const char *value)
{
    if (!*value)
        die("%s=: give guest, ir, eval, opt or x64, or several separated by commas", option);
    s->options->dump = value;
}

// Passes by their names.
static uint32_t passes(const char *option, const char *value)
{
    uint32_t chosen = 0;
    const char *bad = opt_choose(value, &chosen);
    if (bad)
        die("%s=%s: no pass is called '%s'; there are:%s (--passes=help says what they do)", option,
            value, bad, opt_names());
    return chosen;
}

void set_dump_after(struct state *s, const char *option, const char *value)
{
    (void)s;
    opt_settings.shown = passes(option, value);
}

static void list_passes(void)
{
    puts("Passes over what is compiled, in their order, and what they are made for:");
    for (unsigned i = 0; i < OPT_PASS_COUNT; i++) {
        const struct opt_pass *p = &opt_passes[i];
        printf("  %-8s %-9s %s\n", p->name,
               p->tiers == OPT_BLOCKS    ? "t1 blocks"
               : p->tiers == OPT_REGIONS ? "t2"
                                         : "t1, t2",
               p->what);
    }
    finish_output();
}

void set_passes(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (!strcmp(value, "help"))
        list_passes();
    opt_settings.off = OPT_ALL & ~(strcmp(value, "none") ? passes(option, value) : 0);
}

void set_no_pass(struct state *s, const char *option, const char *value)
{
    (void)s;
    opt_settings.off |= passes(option, value);
}

void set_pass_limit(struct state *s, const char *option, const char *value)
{
    (void)s;
    char *end;
    errno = 0;
    unsigned long n = strtoul(value, &end, 10);
    if (errno || end == value || *end || *value == '-' || n > INT_MAX)
        die("%s=%s: give how many passes are made, over one block each: a number, 0 for none",
            option, value);
    opt_settings.limit = (unsigned)n;
}

// On standard error without a value; a variable needs one.
void set_stats(struct state *s, const char *option, const char *value)
{
    static char path[PATH_MAX];
    (void)s;
    (void)option;
    engine_settings.stats = value && strcmp(value, "1") != 0 ? whole_path(value, path) : "";
}

void set_perf(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (!strcmp(value, "map"))
        engine_settings.perf = PERF_MAP;
    else if (!strcmp(value, "jitdump"))
        engine_settings.perf = PERF_JITDUMP;
    else
        die("%s=%s: give map (/tmp/perf-PID.map) or jitdump (jit-PID.dump here)", option, value);
}

void set_check(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    (void)value;
    engine_settings.check = opt_settings.verify = true;
}
