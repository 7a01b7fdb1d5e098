// SPDX-License-Identifier: MIT
#include "debug/facts.h"

#include "debug/cause.h"
#include "debug/waits.h"
#include "linux/path.h"
#include "linux/signal_trace.h"
#include "linux/thread.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A command line being written as a shell takes it.
struct command {
    char at[4096];
    size_t n;
};

static void put(struct command *c, const char *text, size_t size)
{
    size_t room = sizeof c->at - 1 - c->n;
    size = size < room ? size : room;
    memcpy(c->at + c->n, text, size);
    c->n += size;
    c->at[c->n] = 0;
}

static void put_word(struct command *c, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_@%+=:,./-";
    if (c->n)
        put(c, " ", 1);
    if (*word && !word[strspn(word, plain)]) {
        put(c, word, strlen(word));
        return;
    }
    put(c, "'", 1);
    for (; *word; word++) {
        if (*word == '\'')
            put(c, "'\\''", 4);
        else
            put(c, word, 1);
    }
    put(c, "'", 1);
}

static bool is_file(const char *path, const char *other)
{
    struct stat a, b;
    return !stat(path, &a) && !stat(other, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// a64run with its options, `more`, and the program with its arguments.
static void put_call(struct command *c, const char *more)
{
    const struct linux_options *o = &process.options;
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = 0;
    put_word(c, n > 0 ? self : "a64run");
    for (unsigned i = 0; o->along[i]; i++)
        put_word(c, o->along[i]);
    if (o->sysroot) {
        put_word(c, "-L");
        put_word(c, *path_sysroot() ? path_sysroot() : "/");
    }
    if (*more)
        put(c, more, strlen(more));
    // As it was given, unless that has another meaning in the folder where the program is now.
    const char *program = is_file(o->program, process.exe) ? o->program : process.exe;
    if (process.argv[0] && strcmp(process.argv[0], program) != 0) {
        put_word(c, "-0");
        put_word(c, process.argv[0]);
    }
    put_word(c, program);
    for (char **a = process.argv; *a && *++a;)
        put_word(c, *a);
}

static void add_commands(struct report_facts *f)
{
    struct command c = {.n = 0};
    char folder[PATH_MAX];
    if (getcwd(folder, sizeof folder))
        facts_add(f, "folder", folder);
    put_call(&c, "");
    facts_add(f, "command", c.at);
    c.n = 0;
    put_call(&c, " -g 1234");
    put(&c, " & gdb-multiarch", 16);
    put_word(&c, process.exe);
    put(&c, " -ex 'target remote localhost:1234'", 35);
    facts_add(f, "reproduce", c.at);
}

static int parent_of(int pid)
{
    char path[64], line[512];
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    const char *rest = file && fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    if (rest)
        sscanf(rest, ") %*c %d", &parent);
    if (file)
        fclose(file);
    return parent;
}

// Whether the process is one of a64run's too.
static bool is_guest(int pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    return is_file(path, "/proc/self/exe");
}

// Reads /proc/PID/what; returns how many bytes, behind which there is a NUL.
static size_t read_proc(int pid, const char *what, char *to, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, what);
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(to, 1, size - 1, file) : 0;
    if (file)
        fclose(file);
    to[n] = 0;
    return n;
}

bool process_name(int pid, char *name, size_t size)
{
    bool known = read_proc(pid, "comm", name, size);
    name[strcspn(name, "\n")] = 0;
    return known;
}

// The processes from which this one comes, nearest first: guests with their command lines, those of
// the host, whose command lines are their own business, by name.
static void add_parents(struct report_facts *f)
{
    enum { MOST = 4 };
    int pid = getppid();
    for (unsigned i = 0; i < MOST && pid > 1; i++, pid = parent_of(pid)) {
        struct command c = {.n = 0};
        char text[512];
        bool guest = is_guest(pid);
        size_t n = read_proc(pid, guest ? "cmdline" : "comm", text, sizeof text);
        if (!guest)
            text[strcspn(text, "\n")] = 0;
        for (const char *word = text; guest && word < text + n; word += strlen(word) + 1)
            put_word(&c, word);
        facts_printf(f, "parent", "%s (process %d)", guest ? c.at : text, pid);
    }
}

static void add_program(struct report_facts *f)
{
    facts_add(f, "program", process.exe);
    facts_printf(f, "pid", "%d", (int)getpid());
}

void facts_of_crash(struct report_facts *f, struct thread *t, const siginfo_t *info)
{
    char name[24], text[4096];
    const char *code = signal_code_name(info);
    bool address = info->si_code > 0 && info->si_code != SI_KERNEL &&
                   (info->si_signo == SIGSEGV || info->si_signo == SIGBUS);
    signal_name(info->si_signo, name, sizeof name);
    facts_add(f, "kind", "crash");
    facts_printf(f, "title", "%s (process %d) dies of %s%s%s%s: %s", process.exe, (int)getpid(),
                 name, code ? " (" : "", code ? code : "", code ? ")" : "",
                 strsignal(info->si_signo));
    add_program(f);
    facts_add(f, "signal", name);
    if (code)
        facts_add(f, "code", code);
    if (address)
        facts_printf(f, "address", "%#" PRIx64, (uint64_t)info->si_addr);
    facts_add(f, "cause", cause_text(t, info, text, sizeof text));
    bool exception = info->si_code > 0 && info->si_code != SI_KERNEL;
    if (exception && cause_instruction(t, text, sizeof text))
        facts_add(f, "instruction", text);
    waits_add(f, t);
    add_commands(f);
    add_parents(f);
}

void facts_of_hang(struct report_facts *f, struct thread *t, const char *why)
{
    facts_add(f, "kind", "hang");
    facts_printf(f, "title", "%s (process %d) %s", process.exe, (int)getpid(), why);
    add_program(f);
    waits_add(f, t);
    add_commands(f);
    add_parents(f);
}
