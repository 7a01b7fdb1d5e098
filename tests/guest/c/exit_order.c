// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// exit: 42
#include <stdio.h>
#include <stdlib.h>

static void first(void)
{
    puts("registered first, runs last");
}

static void second(void)
{
    puts("registered second");
}

static void __attribute__((constructor(101))) early(void)
{
    puts("early constructor");
}

static void __attribute__((constructor(102))) late(void)
{
    puts("late constructor");
}

static void __attribute__((destructor(101))) very_last(void)
{
    puts("destructor");
}

static void quick(int status, void *arg)
{
    printf("on_exit %d %s\n", status, (char *)arg);
}

int on_exit(void (*)(int, void *), void *);

int main(void)
{
    atexit(first);
    on_exit(quick, "argument");
    atexit(second);
    printf("main, unflushed");
    puts("");
    exit(256 + 42);
}
