// SPDX-License-Identifier: MIT
// The extended protocol: the program is run again, in the process it was in.
#include "debug/gdb_run.h"

#include "debug/gdb_commands.h"
#include "debug/gdb_follow.h"
#include "linux/host_call.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 512, BYTES = 64 << 10 };

static char **own;        // the command line
static int own_options;   // before the program
static uint64_t own_mask; // of signals, when it began

void gdb_run_remember(char **argv, int first)
{
    own = argv;
    own_options = first;
    host_call(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &own_mask, 8);
}

static struct {
    const char *words[WORDS];
    unsigned count;
    char bytes[BYTES];
    size_t used;
} line;

// What gdb says of the next run: variables, as options, and a folder.
static const char variable[] = "--variable=";
static struct {
    char bytes[BYTES];
    size_t used;
} given;
static char folder[4096];

static bool add(const char *word)
{
    if (line.count == WORDS - 1)
        return false;
    line.words[line.count++] = word;
    line.words[line.count] = NULL;
    return true;
}

// A word in hexadecimal; ends at ';' or the end.
static bool add_hex(const char **args)
{
    size_t n = strcspn(*args, ";") / 2;
    char *to = line.bytes + line.used;
    if (line.used + n + 1 > BYTES || !gdb_bytes(*args, to, n))
        return false;
    to[n] = 0;
    line.used += n + 1;
    *args += 2 * n;
    return add(to);
}

static bool add_program(const char *args)
{
    if (*args && *args != ';') {
        if (!add_hex(&args))
            return false;
    } else if (!add(process.exe)) {
        return false;
    }
    while (gdb_skip(&args, ";"))
        if (!add_hex(&args))
            return false;
    return true;
}

// "NAME=VALUE", or a name alone that is to be without value, in hexadecimal.
GDB_COMMAND(environment)
{
    size_t n = length / 2, head = sizeof variable - 1;
    char *to = given.bytes + given.used;
    if (given.used + head + n + 1 > BYTES || !gdb_bytes(args, to + head, n))
        return GDB_INVALID;
    memcpy(to, variable, head);
    to[head + n] = 0;
    given.used += head + n + 1;
    return GDB_OK;
}

GDB_COMMAND(environment_reset)
{
    (void)args;
    (void)length;
    given.used = 0;
    return GDB_OK;
}

GDB_COMMAND(folder)
{
    size_t n = length / 2;
    if (n >= sizeof folder || !gdb_bytes(args, folder, n))
        return GDB_INVALID;
    folder[n] = 0;
    return GDB_OK;
}

static bool add_given(void)
{
    bool good = true;
    for (const char *p = given.bytes; p < given.bytes + given.used && good; p += strlen(p) + 1)
        good = add(p);
    return good;
}

// Does not return unless it fails.
static void execute(void)
{
    if (*folder && chdir(folder) < 0) {
        follow_stays();
        return;
    }
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &own_mask, NULL, 8);
    host_call(SYS_execve, "/proc/self/exe", line.words, environ);
    uint64_t all = ~UINT64_C(0);
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8);
    follow_stays();
}

static bool add_options(void)
{
    bool good = true;
    for (int i = 0; i < own_options && good; i++) {
        if (!strcmp(own[i], "-g") && i + 1 < own_options)
            i++;
        else if (strncmp(own[i], "--gdb-connection=", 17) != 0 &&
                 strncmp(own[i], variable, sizeof variable - 1) != 0)
            good = add(own[i]);
    }
    return good && add(follow_option(true)) && add_given();
}

GDB_COMMAND(run)
{
    (void)length;
    line.count = 0;
    line.used = 0;
    if (!own || !add_options() || !add_program(args))
        return GDB_INVALID;
    execute();
    gdb_put_error(EIO);
    return GDB_ANSWER;
}

// With the same arguments.
GDB_COMMAND(restart)
{
    (void)args;
    (void)length;
    line.count = 0;
    line.used = 0;
    bool good = own && add_options();
    for (unsigned i = 0; good && process.argv[i]; i++)
        good = add(i ? process.argv[i] : process.exe);
    if (good)
        execute();
    return GDB_LATER; // the packet has no answer
}

// To the process itself, after a detach.
GDB_COMMAND(attach)
{
    uint64_t pid;
    (void)length;
    if (!gdb_number(&args, &pid) || pid != (uint64_t)process.pid || gdb.killed)
        return GDB_INVALID;
    tracing_attach();
    tracing_watch_signals();
    if (gdb.non_stop) // gdb stops threads itself
        return GDB_OK;
    tracing_stop_all(100);
    struct traced *x = gdb_chosen();
    if (!x)
        return GDB_INVALID;
    x->stop = (struct stop){.kind = STOP_ASKED};
    gdb_put_stop(x);
    return GDB_ANSWER;
}
