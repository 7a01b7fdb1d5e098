// SPDX-License-Identifier: MIT
// Options about what the program finds: its environment, its processor, the kernel.
#include "a64/model.h"
#include "base/die.h"
#include "linux/contents.h"
#include "linux/inject.h"
#include "main/option.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

void set_sysroot(struct state *s, const char *option, const char *value)
{
    (void)option;
    s->options->sysroot = value;
}

void set_env(struct state *s, const char *option, const char *value)
{
    const char *bad = env_set_list(&s->env, value);
    if (bad)
        die("%s %s: '%s' is not NAME=VALUE (a comma separates variables)", option, value, bad);
}

void unset_env(struct state *s, const char *option, const char *value)
{
    const char *bad = env_unset_list(&s->env, value);
    if (bad)
        die("%s %s: '%s' is not the name of a variable (a comma separates them)", option, value,
            bad);
}

void set_variable(struct state *s, const char *option, const char *value)
{
    if (!*value || *value == '=')
        die("%s %s: give NAME=VALUE, or NAME to remove it", option, value);
    env_set(&s->env, value);
}

void set_argv0(struct state *s, const char *option, const char *value)
{
    (void)option;
    s->options->argv0 = value;
}

void set_stack(struct state *s, const char *option, const char *value)
{
    uint64_t size = 0;
    if (strcmp(value, "ulimit") && !parse_size(value, 128 << 10, UINT64_C(1) << 40, &size))
        die("%s %s: give a stack size from 128k to 1024G, in bytes or with k, M or G, or ulimit",
            option, value);
    s->options->stack_size = size;
}

void set_va_bits(struct state *s, const char *option, const char *value)
{
    char *end;
    unsigned long bits = strtoul(value, &end, 10);
    if (end == value || *end || (bits != 39 && bits != 42 && bits != 47))
        die("%s %s: give 39, 42 or 47, which is as many as programs have on the host", option,
            value);
    s->options->va_bits = bits == 47 ? 0 : (unsigned)bits;
}

void set_uname(struct state *s, const char *option, const char *value)
{
    if (strlen(value) > 64)
        die("%s %s: a kernel release has 64 characters at most", option, value);
    s->options->uname_release = value;
}

void list_cpus(struct state *s, const char *option, const char *value)
{
    (void)s;
    (void)option;
    (void)value;
    a64_list(stdout);
    finish_output();
}

void set_cpu(struct state *s, const char *option, const char *value)
{
    if (!strcmp(value, "help") || !strcmp(value, "?"))
        list_cpus(s, option, value);
    const char *wrong = a64_choose(value);
    if (wrong)
        die("%s %s: %s", option, value, wrong);
    s->options->cpu = value;
}

void list_features(struct state *s, const char *option, const char *value)
{
    struct elf_error error;
    (void)s;
    if (!contents_list(value, stdout, &error))
        die("%s=%s: %s", option, value, error.text);
    finish_output();
}

// What the program that executed this one had been given by setrlimit.
void set_limits(struct state *s, const char *option, const char *value)
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
void set_seccomp(struct state *s, const char *option, const char *value)
{
    s->options->seccomp = (int)number(option, value, value, INT_MAX - 1) + 1;
}

// The file of this emulator, which a program that executed this one has kept.
void set_emulator(struct state *s, const char *option, const char *value)
{
    s->options->emulator = (int)number(option, value, value, INT_MAX - 1) + 1;
}

// The program is at a path through this descriptor.
void set_opened(struct state *s, const char *option, const char *value)
{
    s->options->opened = (int)number(option, value, value, INT_MAX - 1) + 1;
}

// The names that a kernel would have made of what the guest executed.
void set_execfn(struct state *s, const char *option, const char *value)
{
    (void)option;
    s->options->execfn = value;
}

void set_comm(struct state *s, const char *option, const char *value)
{
    (void)option;
    s->options->comm = value;
}

// Rules of a program that executed this one may come by the variable and as options.
void set_inject(struct state *s, const char *option, const char *value)
{
    (void)s;
    const char *wrong = inject_add(value);
    if (wrong)
        die("%s=%s: %s", option, value, wrong);
}

// What the program that executed this one has counted for those.
void set_inject_counts(struct state *s, const char *option, const char *value)
{
    if (!inject_unpack(&s->options->inject_counts, value))
        die("%s=%s: give numbers of system calls and how often they were made, NR:COUNT,...",
            option, value);
}
