// SPDX-License-Identifier: MIT
/* The one guest program of the command-line tests; its first argument says what to do. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

extern char **environ;

static int show_args(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        printf("%d [%s]\n", i, argv[i]);
    return 0;
}

static int show_env(char **names)
{
    if (!*names) {
        for (char **e = environ; *e; e++)
            puts(*e);
    }
    for (; *names; names++) {
        const char *value = getenv(*names);
        printf("%s=%s\n", *names, value ? value : "(unset)");
    }
    return 0;
}

static int copy(void)
{
    char buffer[65536];
    ssize_t n;
    while ((n = read(0, buffer, sizeof buffer)) > 0) {
        for (ssize_t done = 0, m; done < n; done += m) {
            m = write(1, buffer + done, (size_t)(n - done));
            if (m < 0)
                return 1;
        }
    }
    return n < 0 ? 2 : 0;
}

static int __attribute__((noinline)) use_stack(long kib)
{
    volatile char page[1024];
    page[0] = (char)kib;
    return kib <= 0 ? 0 : use_stack(kib - 1) + page[0] - (char)kib;
}

static int die_by(int sig)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(sig, SIG_DFL);
    kill(getpid(), sig);
    pause();
    return 1;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    struct utsname u;
    struct rlimit limit;
    if (strcmp(verb, "args") == 0)
        return show_args(argc, argv);
    if (strcmp(verb, "env") == 0)
        return show_env(argv + 2);
    if (strcmp(verb, "exit") == 0)
        return atoi(argv[2]);
    if (strcmp(verb, "kill") == 0)
        return die_by(atoi(argv[2]));
    if (strcmp(verb, "segv") == 0)
        return *(volatile int *)16;
    if (strcmp(verb, "copy") == 0)
        return copy();
    if (strcmp(verb, "stack") == 0)
        return use_stack(atol(argv[2]));
    if (strcmp(verb, "stacklimit") == 0 && getrlimit(RLIMIT_STACK, &limit) == 0)
        return printf("%lu\n", (unsigned long)limit.rlim_cur) < 0;
    if (strcmp(verb, "release") == 0 && uname(&u) == 0)
        return printf("%s %s %s\n", u.sysname, u.release, u.machine) < 0;
    if (strcmp(verb, "both") == 0) {
        puts("to stdout");
        fputs("to stderr\n", stderr);
        return 0;
    }
    puts("Hello, World!");
    return 0;
}
