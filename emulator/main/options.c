// SPDX-License-Identifier: MIT
#include "main/options.h"

#include "base/die.h"
#include "base/log.h"
#include "debug/debug.h"
#include "debug/gdb_run.h"
#include "linux/sys_trace.h"
#include "main/option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { FLAGS_PRESERVE_ARGV0 = 1 }; // in AT_FLAGS, from <linux/binfmts.h>

void show_version(struct state *s, const char *option, const char *value)
{
    (void)option;
    (void)value;
    (void)s;
    puts("a64run version " A64KIT_VERSION
         "\nRuns AArch64 Linux programs on x86-64 Linux. MIT licence.");
    finish_output();
}

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

// What the emulator gives to itself, for a program that is executed.
static bool is_own(const struct option *o)
{
    return o->travels == MADE && !o->variable;
}

static void list_options(bool tools)
{
    puts("Option           Variable             What it does");
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        const struct option *o = &table[i];
        char left[32], var[32] = "";
        if (!o->what || o->tool != tools || is_own(o))
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

void show_help(struct state *s, const char *option, const char *value)
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

void show_tools(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    (void)value;
    puts("For work on the emulator itself; docs/debugging.md says how they are used.\n");
    list_options(true);
    puts("\nAll but --dump, --features, --attach and --variable also concern the programs\n"
         "that the program starts.");
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
