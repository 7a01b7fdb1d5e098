// SPDX-License-Identifier: MIT
#include "base/die.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*print_context)(void);

void die_set_context(void (*print)(void))
{
    print_context = print;
}

static void message(const char *kind, const char *fmt, va_list args)
{
    char line[8192];
    fflush(stdout);
    int n = snprintf(line, sizeof line, "a64run: %s", kind);
    vsnprintf(line + n, sizeof line - (size_t)n, fmt, args);
    // Names come from files and command lines: a newline or an escape sequence in one must not act.
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    // One write, so that the messages of emulators side by side do not mix.
    size_t length = strnlen(line, sizeof line - 2);
    line[length] = '\n';
    fwrite(line, 1, length + 1, stderr);
}

void die(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    message("", fmt, args);
    va_end(args);
    exit(1);
}

void complain(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    message("", fmt, args);
    va_end(args);
}

void warn(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    message("warning: ", fmt, args);
    va_end(args);
}

void finish_output(void)
{
    if (fflush(stdout) == EOF || ferror(stdout))
        die("cannot write to standard output: %s", strerror(errno));
    exit(0);
}

void die_bug(const char *file, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    message("internal error: ", fmt, args);
    va_end(args);
    fprintf(stderr, "  at %s:%d\n", file, line);
    if (print_context)
        print_context();
    die_abort();
}

void die_abort(void)
{
    signal(SIGABRT, SIG_DFL);
    abort();
}
