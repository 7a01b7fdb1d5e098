// SPDX-License-Identifier: MIT
// `monitor` commands (qRcmd): what the emulator itself has to say.
#include "debug/breaks.h"
#include "debug/gdb_commands.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void help(const char *rest);

static void say(const char *text)
{
    gdb_hex(&gdb.out, text, strlen(text));
}

#define SAY(...)                                  \
    do {                                          \
        char said[256];                           \
        snprintf(said, sizeof said, __VA_ARGS__); \
        say(said);                                \
    } while (0)

static void stats(const char *rest)
{
    const struct engine_stats *s = &engine_stats;
    unsigned breaks, watches;
    uint64_t evaluated;
    (void)rest;
    breaks_count(&breaks, &watches, &evaluated);
    SAY("blocks translated %" PRIu64 ", of earlier runs %" PRIu64 ", removed %" PRIu64 "\n",
        s->blocks, s->kept, s->removed);
    SAY("blocks compiled %" PRIu64 ", code %" PRIu64 " bytes\n", s->compiled, s->code_bytes);
    SAY("breakpoints %u, watchpoints %u, conditions evaluated %" PRIu64 "\n", breaks, watches,
        evaluated);
}

static void flush(const char *rest)
{
    (void)rest;
    engine_flush();
    say("all translations are thrown away\n");
}

// Blocks that are there were made without what the comparison needs.
static void check(const char *rest)
{
    if (!strcmp(rest, "on") || !strcmp(rest, "off")) {
        engine_settings.check = rest[1] == 'n';
        engine_flush();
    } else if (*rest) {
        say("monitor check on, or monitor check off\n");
        return;
    }
    SAY("compiled code is %scompared with the evaluator\n", engine_settings.check ? "" : "not ");
}

static void end(const char *rest)
{
    (void)rest;
    gdb.kills = true;
}

// gdb's own command of that name is for native targets. The copy is a child by fork, to gdb.
static void checkpoint(const char *rest)
{
    struct traced *x = gdb_chosen();
    (void)rest;
    if (!x || x->pid != process.pid || !gdb.follows_forks) {
        say("gdb has no thread of the process, or does not follow forks\n");
        return;
    }
    traced_settle(x);
    x->copies = true;
    SAY("when thread %d goes on a copy of the process is left here; "
        "with \"set detach-on-fork off\" it is another inferior\n",
        x->tid);
}

static const struct {
    const char *name, *what;
    void (*run)(const char *rest);
} commands[] = {
    {"help", "these commands", help},
    {"stats", "what was translated and compiled", stats},
    {"flush", "throw all translations away", flush},
    {"exit", "kill the program", end},
    {"checkpoint", "leave a copy of the process here, to go back to", checkpoint},
    {"check", "[on|off] run compiled code against the evaluator", check},
};

static void help(const char *rest)
{
    (void)rest;
    for (unsigned i = 0; i < ARRAY_LEN(commands); i++)
        SAY("monitor %-10s %s\n", commands[i].name, commands[i].what);
}

GDB_COMMAND(monitor)
{
    char text[128];
    if (length / 2 >= sizeof text || !gdb_bytes(args, text, length / 2))
        return GDB_INVALID;
    text[length / 2] = 0;
    for (unsigned i = 0; i < ARRAY_LEN(commands); i++) {
        const char *rest = text;
        if (!gdb_skip(&rest, commands[i].name) || (*rest && *rest != ' '))
            continue;
        commands[i].run(rest + strspn(rest, " "));
        return GDB_ANSWER;
    }
    say("there is no such command; monitor help lists them\n");
    return GDB_ANSWER;
}
