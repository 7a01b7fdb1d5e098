// SPDX-License-Identifier: MIT
// Options about what is told of the program: traces, logs, reports, gdb.
#include "base/die.h"
#include "base/log.h"
#include "debug/debug.h"
#include "debug/gdb.h"
#include "linux/sys_trace.h"
#include "linux/tracer.h"
#include "main/option.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// For a message: " in_asm ir ...".
static const char log_names[] =
#define LOG_CHANNEL(id, what) " " #id
#include "base/log.def"
#undef LOG_CHANNEL
    ;

// "death" is what it is under ctest.
void set_explain(struct state *s, const char *option, const char *value)
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
bool under_ctest(void)
{
    return getenv("CTEST_INTERACTIVE_DEBUG_MODE") || getenv("DASHBOARD_TEST_FROM_CTEST");
}

// Named as the host would name it without a value; a variable needs one.
void set_core(struct state *s, const char *option, const char *value)
{
    static char path[PATH_MAX];
    (void)option;
    debug_settings.core = value && strcmp(value, "1") != 0 ? whole_path(value, path) : "";
    s->instead = *debug_settings.core ? path : NULL;
}

void set_report(struct state *s, const char *option, const char *value)
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

void set_report_file(struct state *s, const char *option, const char *value)
{
    static char path[PATH_MAX];
    if (!*value)
        die("%s=: name a file for reports of crashes", option);
    debug_settings.report_file = s->instead = whole_path(value, path);
    if (debug_settings.report == REPORT_AUTO)
        debug_settings.report = REPORT_ALWAYS;
    debug_settings.json |= ends_in(value, ".json") || ends_in(value, ".jsonl");
}

void set_report_format(struct state *s, const char *option, const char *value)
{
    (void)s;
    debug_settings.json = !strcmp(value, "json");
    if (!debug_settings.json && strcmp(value, "text") != 0)
        die("%s=%s: give text or json", option, value);
}

// On SIGTERM, or after so many seconds too.
void set_hang_report(struct state *s, const char *option, const char *value)
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

void set_strace(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    (void)value;
    log_enable("strace");
}

void set_trace(struct state *s, const char *option, const char *value)
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

void set_trace_file(struct state *s, const char *option, const char *value)
{
    s->trace_option = option;
    s->trace_path = value;
    log_enable("strace");
}

void set_log(struct state *s, const char *option, const char *value)
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

void set_log_file(struct state *s, const char *option, const char *value)
{
    s->log_option = option;
    s->log_path = value;
}

// What is to be done for gdb before the first instruction.
static struct {
    char where[PATH_MAX];
    bool suspend;
    const char *connection;
    const char *traced;
} debugged;

void begin_gdb(struct thread *first)
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
void set_gdb(struct state *s, const char *option, const char *value)
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

void set_connection(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    debugged.connection = value;
}

void set_traced(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    debugged.traced = value;
}

void set_attach(struct state *s, const char *option, const char *value)
{
    (void)s;
    gdb_knock((int)number(option, value, value, INT_MAX));
}
