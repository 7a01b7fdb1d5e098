// SPDX-License-Identifier: MIT
// a64kit exec --how=preload: loaded into host programs by LD_PRELOAD, starts AArch64 programs with
// the emulator where the kernel would refuse them. A64KIT_EXEC_EMULATOR is the emulator's path.
// What the emulator runs does not get this library (it is for another processor), and starts
// programs without it.
//
// execve(2), exec(3), posix_spawn(3). Not covered: host programs that are static, or make the
// system call themselves.
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

typedef int exec_function(const char *, char *const[], char *const[]);
typedef int spawn_function(pid_t *, const char *, const posix_spawn_file_actions_t *,
                           const posix_spawnattr_t *, char *const[], char *const[]);

static int is_aarch64(const char *path)
{
    Elf64_Ehdr header;
    int saved = errno;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, &header, sizeof header);
    if (fd >= 0)
        close(fd);
    errno = saved;
    return size == sizeof header && !memcmp(header.e_ident, ELFMAG, SELFMAG) &&
           header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == ELFDATA2LSB &&
           header.e_machine == EM_AARCH64 && !access(path, X_OK);
}

static size_t count(char *const words[])
{
    size_t n = 0;
    while (words && words[n])
        n++;
    return n;
}

// `to` has room for count(env) + 1 words.
static void without_preload(char *to[], char *const env[])
{
    for (; env && *env; env++)
        if (strncmp(*env, "LD_PRELOAD=", 11) && strncmp(*env, "A64KIT_EXEC_EMULATOR=", 21))
            *to++ = *env;
    *to = NULL;
}

// How the program at `path` is started: as it is, or by the emulator; in the caller's frame, vfork
// may be around us.
#define START(path, argv, env)                             \
    const char *emulator = getenv("A64KIT_EXEC_EMULATOR"); \
    size_t words = count(argv);                            \
    char **args = alloca((words + 5) * sizeof *args);      \
    char **vars = alloca((count(env) + 1) * sizeof *vars); \
    if (emulator && is_aarch64(path)) {                    \
        size_t n = 0;                                      \
        args[n++] = (char *)emulator;                      \
        args[n++] = "-0";                                  \
        args[n++] = words ? argv[0] : "";                  \
        args[n++] = (char *)path;                          \
        for (size_t i = 1; i < words; i++)                 \
            args[n++] = argv[i];                           \
        args[n] = NULL;                                    \
        without_preload(vars, env);                        \
        path = emulator;                                   \
        argv = args;                                       \
        env = vars;                                        \
    }

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
    return is_aarch64(path) ? execve(path, argv, env) : next(name, argv, env);
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
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (is_aarch64(path))
        return execve(path, argv, env);
    int (*next)(int, char *const[], char *const[]) =
        (int (*)(int, char *const[], char *const[]))dlsym(RTLD_NEXT, "fexecve");
    return next(fd, argv, env);
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
    return is_aarch64(path) ? posix_spawn(pid, path, actions, attributes, argv, env)
                            : next(pid, name, actions, attributes, argv, env);
}
