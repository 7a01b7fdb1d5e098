// SPDX-License-Identifier: MIT
#include "main/options.h"

#include "a64/model.h"
#include "base/die.h"
#include "base/log.h"
#include "debug/debug.h"
#include "debug/gdb.h"
#include "debug/gdb_run.h"
#include "engine/engine.h"
#include "linux/inject.h"
#include "linux/sys_trace.h"
#include "linux/tracer.h"
#include "main/env.h"
#include "opt/opt.h"
#include "x64/host.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { FLAGS_PRESERVE_ARGV0 = 1 }; // in AT_FLAGS, from <linux/binfmts.h>

// For a message: " in_asm ir ...".
static const char log_names[] =
#define LOG_CHANNEL(id, what) " " #id
#include "base/log.def"
#undef LOG_CHANNEL
    ;

struct state {
    struct linux_options *options;
    struct env env;
    const char *log_option, *log_path; // the last -D or its variable
    const char *trace_option, *trace_path;
    unsigned along;      // words of options->along
    const char *instead; // of the value of the option being handled, for other programs; or NULL
};

enum travels { HERE, ALONG, MADE }; // see options.def

struct option {
    const char *spelling, *argument, *variable;
    void (*handle)(struct state *s, const char *option, const char *value);
    const char *what;
    bool tool; // listed by --help-tools
    enum travels travels;
};

static void set_sysroot(struct state *s, const char *option, const char *value)
{
    (void)option;
    s->options->sysroot = value;
}

static void set_env(struct state *s, const char *option, const char *value)
{
    const char *bad = env_set_list(&s->env, value);
    if (bad)
        die("%s %s: '%s' is not NAME=VALUE (a comma separates variables)", option, value, bad);
}

static void unset_env(struct state *s, const char *option, const char *value)
{
    const char *bad = env_unset_list(&s->env, value);
    if (bad)
        die("%s %s: '%s' is not the name of a variable (a comma separates them)", option, value,
            bad);
}

static void set_variable(struct state *s, const char *option, const char *value)
{
    if (!*value || *value == '=')
        die("%s %s: give NAME=VALUE, or NAME to remove it", option, value);
    env_set(&s->env, value);
}

static void set_argv0(struct state *s, const char *option, const char *value)
{
    (void)option;
    s->options->argv0 = value;
}

// The number from 1 to `most` that `digits`, part of an option's value, is.
static unsigned number(const char *option, const char *value, const char *digits, unsigned most)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(digits, &end, 10);
    if (errno || end == digits || *end || *digits == '-' || n < 1 || n > most)
        die("%s %s: give a number from 1 to %u", option, value, most);
    return (unsigned)n;
}

// eval; t1 or t1-N: compiled after N runs; t2 or t2-N: and regions after N runs of what was
// compiled.
static void set_tier(struct state *s, const char *option, const char *value)
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
        e->threshold = runs;
}

static void set_threshold(struct state *s, const char *option, const char *value)
{
    (void)s;
    engine_settings.threshold = number(option, value, value, UINT16_MAX - 1);
}

static void set_flush(struct state *s, const char *option, const char *value)
{
    (void)s;
    engine_settings.flush = number(option, value, value, INT_MAX);
}

// FIRST-LAST or FIRST-LAST/OPERATIONS, addresses in hexadecimal.
static void set_compile(struct state *s, const char *option, const char *value)
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

static void set_without(struct state *s, const char *option, const char *value)
{
    (void)s;
    const char *names = x64_host_without(value);
    if (names)
        die("%s %s: give features of the host, separated by commas; there are: %s", option, value,
            names);
}

static void set_fpsr(struct state *s, const char *option, const char *value)
{
    (void)s;
    engine_settings.lazy_fpsr = !strcmp(value, "lazy");
    if (!engine_settings.lazy_fpsr && strcmp(value, "exact"))
        die("%s %s: give exact or lazy (FPSR.UFC is exact once the thread has accessed FPSR)",
            option, value);
}

static void set_returns(struct state *s, const char *option, const char *value)
{
    (void)s;
    engine_settings.paired = !strcmp(value, "paired");
    if (!engine_settings.paired && strcmp(value, "hash"))
        die("%s %s: give paired or hash (returns are looked up like other branches)", option,
            value);
}

// Bytes, or with k, M, G. False: it is no size from least to most.
static bool parse_size(const char *value, uint64_t least, uint64_t most, uint64_t *size)
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

static void set_stack(struct state *s, const char *option, const char *value)
{
    uint64_t size = 0;
    if (strcmp(value, "ulimit") && !parse_size(value, 128 << 10, UINT64_C(1) << 40, &size))
        die("%s %s: give a stack size from 128k to 1024G, in bytes or with k, M or G, or ulimit",
            option, value);
    s->options->stack_size = size;
}

static void set_va_bits(struct state *s, const char *option, const char *value)
{
    char *end;
    unsigned long bits = strtoul(value, &end, 10);
    if (end == value || *end || (bits != 39 && bits != 42 && bits != 47))
        die("%s %s: give 39, 42 or 47, which is as many as programs have on the host", option,
            value);
    s->options->va_bits = bits == 47 ? 0 : (unsigned)bits;
}

static void set_cache(struct state *s, const char *option, const char *value)
{
    uint64_t size;
    (void)s;
    if (!parse_size(value, 128 << 10, 1 << 30, &size))
        die("%s %s: give a size from 128k to 1G for compiled code, in bytes or with k, M or G",
            option, value);
    engine_settings.cache = size;
}

static void set_saved(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (value[0] != '/' && strcmp(value, "off") != 0)
        die("%s %s: give the folder's whole path, from / on, or off", option, value);
    engine_settings.saved = value;
}

// Unless it was said where translated code is kept, it is where programs keep such things.
static void settle_saved(void)
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

static void set_uname(struct state *s, const char *option, const char *value)
{
    if (strlen(value) > 64)
        die("%s %s: a kernel release has 64 characters at most", option, value);
    s->options->uname_release = value;
}

static void list_cpus(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    (void)value;
    a64_list(stdout);
    finish_output();
}

static void set_cpu(struct state *s, const char *option, const char *value)
{
    if (!strcmp(value, "help") || !strcmp(value, "?"))
        list_cpus(s, option, value);
    const char *wrong = a64_choose(value);
    if (wrong)
        die("%s %s: %s", option, value, wrong);
    s->options->cpu = value;
}

// "death" is what it is under ctest.
static void set_explain(struct state *s, const char *option, const char *value)
{
    if (!strcmp(value, "on"))
        s->options->explain_sigill = EXPLAIN_ALL;
    else if (!strcmp(value, "death"))
        s->options->explain_sigill = EXPLAIN_DEATH;
    else if (!strcmp(value, "off"))
        s->options->explain_sigill = EXPLAIN_NONE;
    else
        die("%s=%s: give on, off or death (only if the program dies of it)", option, value);
}

// ctest marks its children.
static bool under_ctest(void)
{
    return getenv("CTEST_INTERACTIVE_DEBUG_MODE") || getenv("DASHBOARD_TEST_FROM_CTEST");
}

// A path that holds in programs that are executed from elsewhere too.
static const char *whole_path(const char *path, char whole[PATH_MAX])
{
    char folder[PATH_MAX];
    if (!*path || *path == '/' || !getcwd(folder, sizeof folder) ||
        snprintf(whole, PATH_MAX, "%s/%s", folder, path) >= PATH_MAX)
        snprintf(whole, PATH_MAX, "%s", path);
    return whole;
}

// Named as the host would name it without a value; a variable needs one.
static void set_core(struct state *s, const char *option, const char *value)
{
    static char path[PATH_MAX];
    (void)option;
    debug_settings.core = value && strcmp(value, "1") != 0 ? whole_path(value, path) : "";
    s->instead = *debug_settings.core ? path : NULL;
}

static void set_report(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (!strcmp(value, "auto"))
        debug_settings.report = REPORT_AUTO;
    else if (!strcmp(value, "never"))
        debug_settings.report = REPORT_NEVER;
    else if (!strcmp(value, "always"))
        debug_settings.report = REPORT_ALWAYS;
    else
        die("%s=%s: give never, auto (under ctest, or if standard error is a terminal) or always",
            option, value);
}

static bool ends_in(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);
    return n >= e && !strcmp(name + n - e, end);
}

static void set_report_file(struct state *s, const char *option, const char *value)
{
    static char path[PATH_MAX];
    if (!*value)
        die("%s=: name a file for reports of crashes", option);
    debug_settings.report_file = s->instead = whole_path(value, path);
    if (debug_settings.report == REPORT_AUTO)
        debug_settings.report = REPORT_ALWAYS;
    debug_settings.json |= ends_in(value, ".json") || ends_in(value, ".jsonl");
}

static void set_report_format(struct state *s, const char *option, const char *value)
{
    (void)s;
    debug_settings.json = !strcmp(value, "json");
    if (!debug_settings.json && strcmp(value, "text") != 0)
        die("%s=%s: give text or json", option, value);
}

// On SIGTERM, or after so many seconds too.
static void set_hang_report(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (!value || !strcmp(value, "on")) {
        debug_settings.hang = REPORT_ALWAYS;
    } else if (!strcmp(value, "off")) {
        debug_settings.hang = REPORT_NEVER;
        debug_settings.hang_seconds = 0;
    } else {
        char *end;
        unsigned long n = strtoul(value, &end, 10);
        if (end == value || *end || !n || n > 1000000 || *value == '-')
            die("%s=%s: give on, off or a number of seconds", option, value);
        debug_settings.hang = REPORT_ALWAYS;
        debug_settings.hang_seconds = (unsigned)n;
    }
}

static void set_strace(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    (void)value;
    log_enable("strace");
}

static void set_trace(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (!strcmp(value, "help")) {
        puts("Separated by commas, with ! in front for all but these; names of system calls, and:");
        trace_list_classes();
        finish_output();
    }
    const char *bad = trace_select(value);
    if (bad)
        die("%s %s: %s is neither a system call nor a class; --trace=help lists the classes",
            option, value, bad);
    log_enable("strace");
}

static void set_trace_file(struct state *s, const char *option, const char *value)
{
    s->trace_option = option;
    s->trace_path = value;
    log_enable("strace");
}

static void set_log(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (!strcmp(value, "help") || !strcmp(value, "?")) {
        puts("Log items, separated by commas:");
        log_list(stdout);
        finish_output();
    }
    const char *bad = log_enable(value);
    if (bad)
        die("%s %s: unknown log item '%s'; there are:%s", option, value, bad, log_names);
}

static void set_log_file(struct state *s, const char *option, const char *value)
{
    s->log_option = option;
    s->log_path = value;
}

static void set_dump(struct state *s, const char *option, const char *value)
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

static void set_dump_after(struct state *s, const char *option, const char *value)
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

static void set_passes(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (!strcmp(value, "help"))
        list_passes();
    opt_settings.off = OPT_ALL & ~(strcmp(value, "none") ? passes(option, value) : 0);
}

static void set_no_pass(struct state *s, const char *option, const char *value)
{
    (void)s;
    opt_settings.off |= passes(option, value);
}

static void set_pass_limit(struct state *s, const char *option, const char *value)
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
static void set_stats(struct state *s, const char *option, const char *value)
{
    static char path[PATH_MAX];
    (void)s;
    (void)option;
    engine_settings.stats = value && strcmp(value, "1") != 0 ? whole_path(value, path) : "";
}

// What the program that executed this one had been given by setrlimit.
static void set_limits(struct state *s, const char *option, const char *value)
{
    const char *rest = value;
    for (unsigned i = 0; i < LIMIT_COUNT; i++) {
        struct limit_account *a = &s->options->limits[i];
        uint64_t soft, hard;
        int n = 0;
        if (sscanf(rest, "%" SCNu64 ":%" SCNu64 "%n", &soft, &hard, &n) == 2 && n)
            *a = (struct limit_account){true, {soft, hard}};
        else
            n = *rest == '-';
        rest += n;
        if (!n || (i + 1 < LIMIT_COUNT ? *rest++ != ',' : *rest))
            die("%s=%s: give soft and hard limit on address space, then on data, in bytes: soft:hard,soft:hard, a - for none",
                option, value);
    }
}

// What the program that executed this one had been ruled by.
static void set_seccomp(struct state *s, const char *option, const char *value)
{
    s->options->seccomp = (int)number(option, value, value, INT_MAX - 1) + 1;
}

// Rules of a program that executed this one may come by the variable and as options.
static void set_inject(struct state *s, const char *option, const char *value)
{
    (void)s;
    const char *wrong = inject_add(value);
    if (wrong)
        die("%s=%s: %s", option, value, wrong);
}

// What the program that executed this one has counted for those.
static void set_inject_counts(struct state *s, const char *option, const char *value)
{
    if (!inject_unpack(&s->options->inject_counts, value))
        die("%s=%s: give numbers of system calls and how often they were made, NR:COUNT,...",
            option, value);
}

// What is to be done for gdb before the first instruction.
static struct {
    char where[PATH_MAX];
    bool suspend;
    const char *connection;
    const char *traced;
} debugged;

static void begin_gdb(struct thread *first)
{
    if (debugged.connection)
        gdb_take_over(first, debugged.connection);
    else if (debugged.where[0])
        gdb_start(first, debugged.where, debugged.suspend);
    else
        tracer_wanted = gdb_knocked;
    if (debugged.traced)
        ptraced_take_over(first, debugged.traced);
}

// port or path, then ,suspend=y or ,suspend=n
static void set_gdb(struct state *s, const char *option, const char *value)
{
    // Not for the programs that this one executes: they would listen at the same place.
    if (option[0] != '-')
        env_unset_list(&s->env, option);
    const char *comma = strchr(value, ',');
    size_t n = comma ? (size_t)(comma - value) : strlen(value);
    debugged.suspend = !comma || strcmp(comma, ",suspend=n") != 0;
    if (!n || n >= sizeof debugged.where ||
        (comma && debugged.suspend && strcmp(comma, ",suspend=y") != 0))
        die("%s %s: give a port or a socket's path, and ,suspend=n if the program is not to wait",
            option, value);
    memcpy(debugged.where, value, n);
    debugged.where[n] = 0;
}

static void set_connection(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    debugged.connection = value;
}

static void set_traced(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    debugged.traced = value;
}

static void set_attach(struct state *s, const char *option, const char *value)
{
    (void)s;
    gdb_knock((int)number(option, value, value, INT_MAX));
}

static void set_perf(struct state *s, const char *option, const char *value)
{
    (void)s;
    if (!strcmp(value, "map"))
        engine_settings.perf = PERF_MAP;
    else if (!strcmp(value, "jitdump"))
        engine_settings.perf = PERF_JITDUMP;
    else
        die("%s=%s: give map (/tmp/perf-PID.map) or jitdump (jit-PID.dump here)", option, value);
}

static void set_check(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    (void)value;
    engine_settings.check = opt_settings.verify = true;
}

static void show_version(struct state *s, const char *option, const char *value)
{
    (void)option;
    (void)value;
    (void)s;
    puts("a64run version " A64KIT_VERSION
         "\nRuns AArch64 Linux programs on x86-64 Linux. MIT licence.");
    finish_output();
}

static void show_help(struct state *s, const char *option, const char *value);
static void show_tools(struct state *s, const char *option, const char *value);

static const struct option table[] = {
#define OPTION(spelling, argument, variable, travels, handler, what) \
    {spelling, argument, variable, handler, what, false, travels},
#define TOOL(spelling, argument, variable, travels, handler, what) \
    {spelling, argument, variable, handler, what, true, travels},
#define ALIAS(spelling, handler) {spelling, NULL, NULL, handler, NULL, false, HERE},
#include "main/options.def"
#undef OPTION
#undef TOOL
#undef ALIAS
};

// Whether the value may be left out.
static bool is_optional(const struct option *o)
{
    return o->argument && o->argument[0] == '[';
}

static void list_options(bool tools)
{
    puts("Option           Variable             What it does");
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        const struct option *o = &table[i];
        char left[32], var[32] = "";
        if (!o->what || o->tool != tools)
            continue;
        const char *argument = o->argument ? o->argument + is_optional(o) : "";
        const char *between = !*argument ? "" : !strncmp(o->spelling, "--", 2) ? "=" : " ";
        snprintf(left, sizeof left, "%s%s%s%s", o->spelling, is_optional(o) ? "[" : "", between,
                 argument);
        if (o->variable)
            snprintf(var, sizeof var, "A64RUN_%s", o->variable);
        printf("%-16s %-20s %s\n", left, var, o->what);
    }
}

static void show_help(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    (void)value;
    puts("usage: a64run [options] program [arguments...]\n");
    list_options(false);
    puts("\nQEMU_ names of the variables work too; -- ends the options. Without -L:\n"
         "../sysroot or ../share/a64kit/sysroot beside a64run, /usr/aarch64-linux-gnu.\n"
         "Exit status: the program's; 126 cannot be run, 127 missing, 1 usage.");
    finish_output();
}

static void show_tools(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    (void)value;
    puts("For work on the emulator itself; docs/debugging.md says how they are used.\n");
    list_options(true);
    puts("\nAll but --dump also concern the programs that the program starts.");
    finish_output();
}

// The row that argv[i] names, and where its value begins if it stands in the same word
// ("--dump=ir").
static const struct option *find(const char *word, const char **value)
{
    *value = NULL;
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        const struct option *o = &table[i];
        size_t n = strlen(o->spelling);
        if (!strcmp(word, o->spelling))
            return o;
        if (o->argument && !strncmp(o->spelling, "--", 2) && !strncmp(word, o->spelling, n) &&
            word[n] == '=') {
            *value = word + n + 1;
            return o;
        }
    }
    return NULL;
}

// Notes an option for the programs that the guest executes: each spelling and value once, in the
// order of their last occurrence, so that it does not matter whether later ones replace or add, and
// a chain of programs that also passes the variable on does not make the list longer.
static void travel(struct state *s, const struct option *o, const char *value)
{
    const char **along = s->options->along;
    bool one_word = !strncmp(o->spelling, "--", 2);
    char *word = (char *)o->spelling;
    unsigned words = one_word ? 1 : 2, kept = 0;
    if (one_word && value && asprintf(&word, "%s=%s", o->spelling, value) < 0)
        die("no memory for the option %s", o->spelling);
    for (unsigned i = 0; i < s->along; i += words) {
        words = !strncmp(along[i], "--", 2) ? 1 : 2;
        if (!strcmp(along[i], word) && (one_word || !strcmp(along[i + 1], value)))
            continue;
        memmove(along + kept, along + i, words * sizeof *along);
        kept += words;
    }
    words = one_word ? 1 : 2;
    if (kept + words > OPTIONS_ALONG)
        die("more than %d options; a64run -h lists them", OPTIONS_ALONG / 2);
    along[kept] = word;
    if (!one_word)
        along[kept + 1] = value;
    s->along = kept + words;
    along[s->along] = NULL;
}

static void handle(struct state *s, const struct option *o, const char *name, const char *value)
{
    s->instead = NULL;
    o->handle(s, name, value);
    if (o->travels == ALONG)
        travel(s, o, s->instead ? s->instead : o->argument ? value : NULL);
}

static bool has_variables(const char *prefix)
{
    char **e = environ;
    while (*e && strncmp(*e, prefix, strlen(prefix)) != 0)
        e++;
    return *e;
}

static void read_variables(struct state *s)
{
    static const char *const prefixes[] = {"A64RUN_", "QEMU_"}; // the first one wins
    bool there[ARRAY_LEN(prefixes)];
    for (unsigned p = 0; p < ARRAY_LEN(prefixes); p++)
        there[p] = has_variables(prefixes[p]);
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        const char *value = NULL;
        for (unsigned p = 0; table[i].variable && p < ARRAY_LEN(prefixes) && !value; p++) {
            char name[64];
            if (!there[p])
                continue;
            snprintf(name, sizeof name, "%s%s", prefixes[p], table[i].variable);
            value = getenv(name);
            if (value)
                handle(s, &table[i], name, value);
        }
    }
}

int options_parse(int argc, char **argv, char **host_env, struct linux_options *options,
                  char ***envp)
{
    struct state s = {.options = options};
    env_init(&s.env, host_env);
    debug_settings.ctest = under_ctest();
    options->explain_sigill = under_ctest() ? EXPLAIN_DEATH : EXPLAIN_NONE;
    read_variables(&s);
    int i = 1;
    bool by_kernel = getauxval(AT_FLAGS) & FLAGS_PRESERVE_ARGV0;
    for (; !by_kernel && i < argc && argv[i][0] == '-'; i++) {
        if (!strcmp(argv[i], "--")) {
            i++;
            break;
        }
        const char *value;
        const struct option *o = find(argv[i], &value);
        if (!o)
            die("unknown option %s; a64run -h lists the options", argv[i]);
        if (o->argument && !value && !is_optional(o)) {
            if (!strncmp(o->spelling, "--", 2))
                die("option %s needs a value in the same word: %s=%s", o->spelling, o->spelling,
                    o->argument);
            if (++i == argc)
                die("option %s needs a value: %s; a64run -h lists the options", o->spelling,
                    o->argument);
            value = argv[i];
        }
        handle(&s, o, o->spelling, value);
    }
    if (i >= argc)
        die("no program given; usage: a64run [options] program [arguments...], a64run -h for help");
    if (!argv[i][0])
        die("the program's name is empty; usage: a64run [options] program [arguments...], a64run -h for help");
    // Not before all is read: a log that an option replaces must not be begun anew.
    if (s.trace_path && !trace_open(s.trace_path))
        die("%s %s: %s; name a file that can be written", s.trace_option, s.trace_path,
            strerror(errno));
    if (s.log_path && !log_open(s.log_path))
        die("%s %s: %s; name a file that can be written", s.log_option, s.log_path,
            strerror(errno));
    options->program = argv[i];
    options->begin = begin_gdb;
    gdb_run_remember(argv, i);
    settle_saved();
    // The kernel (binfmt_misc with flag P) puts argv[0] behind the path, and options nowhere.
    if (by_kernel && i + 1 < argc)
        i++;
    *envp = env_take(&s.env);
    return i;
}
