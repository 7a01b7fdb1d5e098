// SPDX-License-Identifier: MIT
// Loaded into programs of the host by LD_PRELOAD, starts AArch64 programs, and scripts for them,
// with the emulator where the kernel would refuse them. `a64kit exec --how=preload` has its command
// loaded with it, the emulator every program of the host that a guest executes.
//
// A64KIT_EXEC_EMULATOR is the emulator's path, then its options, a line each. The program does not
// see this variable, nor this library in LD_PRELOAD: both are taken away when it begins and given
// to what it executes, also with an environment that it has made itself. Programs that are static
// see them, and hand them on.
//
// execve(2), exec(3), posix_spawn(3), system(3), popen(3). Not covered: programs that are static,
// or make the system call themselves.
#define _GNU_SOURCE
#include <alloca.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

#define EMULATOR "A64KIT_EXEC_EMULATOR="
#define PRELOAD  "LD_PRELOAD="

typedef int exec_function(const char *, char *const[], char *const[]);
typedef int spawn_function(pid_t *, const char *, const posix_spawn_file_actions_t *,
                           const posix_spawnattr_t *, char *const[], char *const[]);

enum { WORDS = 64, HEAD = 256 };

static char variable[16384];        // EMULATOR and its value
static char lines[sizeof variable]; // the value, taken apart
static char *words[WORDS];          // which are these
static size_t word_count;           // 0: there is nothing to be done
static char library[PATH_MAX];      // this one, as it was named

static int begins(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

// Takes this library out of a list for the dynamic linker, in place; what is left may be empty.
static void without_library(char *list)
{
    size_t n = strlen(library);
    for (char *at = list; *at;) {
        size_t len = strcspn(at, ": ");
        char *next = at + len + (at[len] != 0);
        if (len == n && !memcmp(at, library, n))
            memmove(at, next, strlen(next) + 1);
        else
            at = next;
    }
}

// The program shall not see what is ours.
static void hide(void)
{
    char **to = environ;
    for (char **from = environ; *from; from++) {
        if (begins(*from, EMULATOR))
            continue;
        if (begins(*from, PRELOAD)) {
            without_library(*from + strlen(PRELOAD));
            if (!(*from)[strlen(PRELOAD)])
                continue;
        }
        *to++ = *from;
    }
    *to = NULL;
}

__attribute__((constructor)) static void begin(void)
{
    Dl_info self;
    const char *value = getenv("A64KIT_EXEC_EMULATOR");
    if (!value || strlen(value) + sizeof EMULATOR > sizeof variable || !dladdr(variable, &self) ||
        strlen(self.dli_fname) >= sizeof library)
        return;
    strcpy(library, self.dli_fname);
    strcat(strcpy(variable, EMULATOR), value);
    char *rest = strcpy(lines, value);
    while (rest && word_count < WORDS)
        words[word_count++] = strsep(&rest, "\n");
    if (rest)
        word_count = 0;
    hide();
}

// A program that the emulator is to run: itself, or by its name for a script.
struct program {
    char head[HEAD + 1];
    char *interpreter, *argument; // of a script; or NULL
};

static ssize_t read_head(const char *path, char head[HEAD + 1])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, head, HEAD);
    if (fd >= 0)
        close(fd);
    head[size > 0 ? size : 0] = 0;
    return size;
}

static int is_aarch64(const char *path)
{
    union {
        char head[HEAD + 1];
        Elf64_Ehdr elf;
    } u;
    return read_head(path, u.head) >= (ssize_t)sizeof u.elf &&
           !memcmp(u.elf.e_ident, ELFMAG, SELFMAG) && u.elf.e_ident[EI_CLASS] == ELFCLASS64 &&
           u.elf.e_ident[EI_DATA] == ELFDATA2LSB &&
           (u.elf.e_type == ET_EXEC || u.elf.e_type == ET_DYN) && u.elf.e_machine == EM_AARCH64 &&
           !access(path, X_OK);
}

// Whether the emulator is to run this file.
static int examine(const char *path, struct program *p)
{
    int saved = errno, ours = 0;
    p->interpreter = p->argument = NULL;
    if (!word_count) {
        // nothing to run it with
    } else if (read_head(path, p->head) > 2 && begins(p->head, "#!")) {
        char *line = p->head + 2, *end = line + strcspn(line, "\n");
        while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
            end--;
        *end = 0;
        line += strspn(line, " \t");
        p->interpreter = strsep(&line, " \t");
        p->argument = line ? line + strspn(line, " \t") : NULL;
        ours = *p->interpreter && is_aarch64(p->interpreter) && !access(path, X_OK);
    } else {
        ours = is_aarch64(path);
    }
    errno = saved;
    return ours;
}

static size_t count(char *const list[])
{
    size_t n = 0;
    while (list && list[n])
        n++;
    return n;
}

// What a program is told that it was started by (AT_EXECFN): the script, where that is one.
#define STARTED "--execfn="

// `to` has room for count(argv) + WORDS + 7 words, `started` for that option.
static void emulated(char **to, char *started, const char *path, const struct program *p,
                     char *const argv[])
{
    size_t n = count(argv);
    for (size_t i = 0; i < word_count; i++)
        *to++ = words[i];
    if (p->interpreter)
        *to++ = strcat(strcpy(started, STARTED), path);
    *to++ = "-0";
    *to++ = p->interpreter ? p->interpreter : n ? argv[0] : "";
    if (p->interpreter)
        *to++ = p->interpreter;
    if (p->argument)
        *to++ = p->argument;
    *to++ = (char *)path;
    for (size_t i = 1; i < n; i++)
        *to++ = argv[i];
    *to = NULL;
}

static const char *value_of(char *const env[], const char *name)
{
    for (; env && *env; env++)
        if (begins(*env, name))
            return *env + strlen(name);
    return "";
}

// The environment without what is ours; returns its end.
static char **without_ours(char **to, char *const env[])
{
    for (; env && *env; env++)
        if (!begins(*env, PRELOAD) && !begins(*env, EMULATOR))
            *to++ = *env;
    *to = NULL;
    return to;
}

// The environment with what is ours, for a program of the host; `text` is for the list of
// libraries.
static void with_ours(char **to, char *text, char *const env[])
{
    const char *others = value_of(env, PRELOAD);
    to = without_ours(to, env);
    sprintf(text, "%s%s%s%s", PRELOAD, library, *others ? ":" : "", others);
    *to++ = text;
    *to++ = variable;
    *to = NULL;
}

// In the caller's frame, since vfork may be around us: `env` becomes what a program of the host
// gets.
#define GIVE(env)                                                                     \
    char **given = alloca((count(env) + 3) * sizeof *given);                          \
    char *libraries =                                                                 \
        alloca(strlen(value_of(env, PRELOAD)) + sizeof library + sizeof PRELOAD + 1); \
    if (word_count) {                                                                 \
        with_ours(given, libraries, env);                                             \
        env = given;                                                                  \
    }

// So too how the program at `path` is started: as it is, or by the emulator.
#define START(path, argv, env)                                      \
    struct program program;                                         \
    char **args = alloca((count(argv) + WORDS + 7) * sizeof *args); \
    char **vars = alloca((count(env) + 1) * sizeof *vars);          \
    int is_ours = examine(path, &program);                          \
    if (is_ours) {                                                  \
        char *started = alloca(strlen(path) + sizeof STARTED);      \
        emulated(args, started, path, &program, argv);              \
        without_ours(vars, env);                                    \
        path = words[0];                                            \
        argv = args;                                                \
        env = vars;                                                 \
    }                                                               \
    char **host = (char **)env;                                     \
    GIVE(host)                                                      \
    if (!is_ours)                                                   \
        env = host;

int execve(const char *path, char *const argv[], char *const env[])
{
    exec_function *next = (exec_function *)dlsym(RTLD_NEXT, "execve");
    START(path, argv, env)
    return next(path, argv, env);
}

int execv(const char *path, char *const argv[])
{
    return execve(path, argv, environ);
}

// The file that a name without a slash means, in `found` (PATH_MAX bytes), or the name itself.
static const char *look_up(const char *name, char *found)
{
    if (strchr(name, '/'))
        return name;
    const char *dir = getenv("PATH");
    for (dir = dir ? dir : "/bin:/usr/bin"; *dir;) {
        size_t len = strcspn(dir, ":");
        int n = snprintf(found, PATH_MAX, "%.*s%s%s", (int)len, dir, len ? "/" : "", name);
        if (n > 0 && n < PATH_MAX && !access(found, X_OK))
            return found;
        dir += len + (dir[len] == ':');
    }
    return name;
}

int execvpe(const char *name, char *const argv[], char *const env[])
{
    exec_function *next = (exec_function *)dlsym(RTLD_NEXT, "execvpe");
    char found[PATH_MAX];
    const char *path = look_up(name, found);
    struct program program;
    if (examine(path, &program))
        return execve(path, argv, env);
    char **host = (char **)env;
    GIVE(host)
    return next(name, argv, host);
}

int execvp(const char *name, char *const argv[])
{
    return execvpe(name, argv, environ);
}

// The arguments behind `first` up to NULL, on this frame.
#define COLLECT(first)                            \
    va_list list;                                 \
    size_t n = 1;                                 \
    va_start(list, first);                        \
    while (va_arg(list, char *))                  \
        n++;                                      \
    va_end(list);                                 \
    char **argv = alloca((n + 1) * sizeof *argv); \
    argv[0] = (char *)first;                      \
    va_start(list, first);                        \
    for (size_t i = 1; i <= n; i++)               \
        argv[i] = va_arg(list, char *);

int execl(const char *path, const char *first, ...)
{
    COLLECT(first)
    va_end(list);
    return execve(path, argv, environ);
}

int execlp(const char *name, const char *first, ...)
{
    COLLECT(first)
    va_end(list);
    return execvpe(name, argv, environ);
}

int execle(const char *path, const char *first, ...)
{
    COLLECT(first)
    char **env = va_arg(list, char **);
    va_end(list);
    return execve(path, argv, env);
}

int fexecve(int fd, char *const argv[], char *const env[])
{
    int (*next)(int, char *const[], char *const[]) =
        (int (*)(int, char *const[], char *const[]))dlsym(RTLD_NEXT, "fexecve");
    char name[64];
    struct program program;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (examine(name, &program))
        return execve(name, argv, env);
    char **host = (char **)env;
    GIVE(host)
    return next(fd, argv, host);
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const argv[], char *const env[])
{
    spawn_function *next = (spawn_function *)dlsym(RTLD_NEXT, "posix_spawn");
    START(path, argv, env)
    return next(pid, path, actions, attributes, argv, env);
}

int posix_spawnp(pid_t *pid, const char *name, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const argv[], char *const env[])
{
    spawn_function *next = (spawn_function *)dlsym(RTLD_NEXT, "posix_spawnp");
    char found[PATH_MAX];
    const char *path = look_up(name, found);
    struct program program;
    if (examine(path, &program))
        return posix_spawn(pid, path, actions, attributes, argv, env);
    char **host = (char **)env;
    GIVE(host)
    return next(pid, name, actions, attributes, argv, host);
}

// The C library starts a shell for these by itself, with the environment that it finds.
#define WITH_ENVIRONMENT(result) \
    char **own = environ;        \
    char **shown = own;          \
    GIVE(shown)                  \
    environ = shown;             \
    result;                      \
    if (environ == shown)        \
        environ = own;

int system(const char *command)
{
    int (*next)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "system");
    WITH_ENVIRONMENT(int status = next(command))
    return status;
}

FILE *popen(const char *command, const char *mode)
{
    FILE *(*next)(const char *, const char *) =
        (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, "popen");
    WITH_ENVIRONMENT(FILE *file = next(command, mode))
    return file;
}
