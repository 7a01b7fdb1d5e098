// SPDX-License-Identifier: MIT
#include "base/die.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void (*print_context)(void);

void die_set_context(void (*print)(void))
{
    print_context = print;
}

static void message(const char *kind, const char *fmt, va_list args)
{
    fflush(stdout);
    fprintf(stderr, "a64run: %s", kind);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
}

void die(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    message("", fmt, args);
    va_end(args);
    exit(1);
}

void warn(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    message("warning: ", fmt, args);
    va_end(args);
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
    abort();
}
