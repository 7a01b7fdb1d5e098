// SPDX-License-Identifier: MIT
// execve. A program for this emulator is started by starting the emulator again, which needs
// nothing registered with the host's kernel: settings travel as options, so the environment is
// exactly what the guest passed. What the host runs itself is left to it. A script is taken apart
// here, because its interpreter may be either. A program of the host is told how to do the same.
#include "base/arena.h"
#include "base/log.h"
#include "engine/engine.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/seccomp_rules.h"
#include "linux/sys.h"
#include "linux/sys/exec_host.h"
#include "linux/sys/exec_self.h"
#include "linux/sys/lookup.h"
#include "linux/sys_internal.h"
#include "linux/sys_trace.h"
#include "linux/thread.h"
#include "linux/tracer.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SCRIPT_DEPTH = 5,              // as many interpreters that are scripts as the kernel allows
    HEAD_SIZE = 256,               // of a file, looked at
    ARGS_MAX = 1 << 20,            // pointers in an argument list
    EXECVE_CHECK = 0x10000,        // AT_EXECVE_CHECK of execveat, Linux 6.14: do all but execute
    OWN_ARGS = 19 + OPTIONS_ALONG, // for the emulator's own options
};

// Pointers to strings, then NULL. There is room in front, in which the emulator's options and the
// interpreters' arguments go.
struct list {
    const char **at;
    size_t capacity, first, end;
};

// One execve in the making. The vectors hold pointers into guest memory, or to the strings kept
// here.
struct exec {
    uint64_t argv, envp; // the guest's, which become these
    struct list args, env;
    struct lookup file;
    char program[PATH_SIZE];                    // for the emulator
    char line[SCRIPT_DEPTH + 1][HEAD_SIZE + 1]; // of each script: its first
    char script[SCRIPT_DEPTH + 1][PATH_SIZE];   // and its path, for its interpreter
    char channels[256], stack[24], stats[PATH_SIZE + 16], limits[128];
    char trace[PATH_SIZE + 32];
    char seccomp[32], emulator[32], opened[32], injected[INJECT_CALLS * 10];
    char started[PATH_SIZE + 32], comm[PATH_SIZE + 8]; // options: the names that the kernel gives
    int through; // the descriptor by which the emulator finds the program, and which it closes; -1
    struct exec_host host;
};

// A child made by vfork shares this with its parent, so the memory is kept for the thread's next
// call.
static __thread struct exec *scratch;

static bool grow(struct list *l, size_t capacity)
{
    process_lock();
    const char **old = l->at, **at = malloc(capacity * sizeof *at);
    if (at) {
        if (old)
            memcpy(at, old, l->capacity * sizeof *at);
        __atomic_store_n(&l->at, at,
                         __ATOMIC_RELEASE); // ORDER: a child of vfork may be killed here
        l->capacity = capacity;
        free(old);
    }
    process_unlock();
    return at;
}

// Reads the guest's list at `from`, which is empty if that is NULL; 0 or -errno.
static int64_t read_list(struct list *l, uint64_t from)
{
    l->first = l->end = OWN_ARGS + 2 * (SCRIPT_DEPTH + 1);
    for (uint64_t p = from;; p += 8) {
        uint64_t string;
        if (l->end + 2 > l->capacity && !grow(l, l->capacity ? 2 * l->capacity : 128))
            return -ENOMEM;
        if (from && !guest_read64(&string, p))
            return -EFAULT;
        if (!from || !string)
            break;
        if (l->end - l->first > ARGS_MAX)
            return -E2BIG;
        l->at[l->end++] = (const char *)host_pointer(string);
    }
    l->at[l->end] = NULL;
    return 0;
}

// Reads the guest's arguments and environment; 0 or -errno.
static int64_t read_lists(struct exec *e)
{
    int64_t err = read_list(&e->args, e->argv);
    if (err)
        return err;
    if (e->args.first == e->args.end) { // there is always an argv[0]
        e->args.at[e->args.end++] = "";
        e->args.at[e->args.end] = NULL;
    }
    return read_list(&e->env, e->envp);
}

static void put_first(struct exec *e, const char *arg)
{
    e->args.at[--e->args.first] = arg;
}

// Opens the file to execute if it may be executed; reads its head. The descriptor is closed again:
// 0 or -errno.
static int64_t read_head(int dir, const char *path, int flags, char *head, int64_t *size)
{
    struct stat st;
    int at = flags & (AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
    int64_t err = host_call(SYS_newfstatat, dir, path, &st, at);
    if (err)
        return err;
    if (S_ISLNK(st.st_mode))
        return -ELOOP;
    if (!S_ISREG(st.st_mode))
        return -EACCES;
    // Kernels without faccessat2 cannot check with the effective ids; theirs are mostly the same.
    err = host_call(SYS_faccessat2, dir, path, X_OK, AT_EACCESS | at);
    if (err == -ENOSYS)
        err = host_call(SYS_faccessat, dir, path, X_OK);
    if (err)
        return err;
    char self[32];
    if (!*path) { // a descriptor, perhaps of O_PATH
        snprintf(self, sizeof self, "/proc/self/fd/%d", dir);
        path = self;
    }
    int64_t fd = host_call(SYS_openat, dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fd;
    *size = host_call(SYS_pread64, fd, head, HEAD_SIZE, 0);
    host_call(SYS_close, fd);
    return *size < 0 ? *size : 0;
}

enum file_kind { FILE_OTHER, FILE_GUEST, FILE_SCRIPT };

static enum file_kind file_kind(const char *head, int64_t size)
{
    Elf64_Ehdr h;
    if (size >= 2 && !memcmp(head, "#!", 2))
        return FILE_SCRIPT;
    if (size < (int64_t)sizeof h)
        return FILE_OTHER;
    memcpy(&h, head, sizeof h);
    bool guest = (h.e_type == ET_EXEC || h.e_type == ET_DYN) &&
                 !memcmp(h.e_ident, ELFMAG, SELFMAG) && h.e_ident[EI_CLASS] == ELFCLASS64 &&
                 h.e_ident[EI_DATA] == ELFDATA2LSB && h.e_machine == EM_AARCH64;
    return guest ? FILE_GUEST : FILE_OTHER;
}

// Splits "#! interpreter argument" into *interp and *arg (NULL if none), in `line`. 0 or -ENOEXEC.
static int64_t script_line(char *line, const char *head, int64_t size, const char **interp,
                           const char **arg)
{
    memcpy(line, head + 2, (size_t)size - 2);
    line[size - 2] = 0;
    char *end = strchr(line, '\n');
    if (end)
        *end = 0;
    else if (size == HEAD_SIZE && !strpbrk(line + strspn(line, " \t"), " \t"))
        return -ENOEXEC; // the interpreter's name is cut off
    char *word = line + strspn(line, " \t");
    for (end = word + strlen(word); end > word && strchr(" \t", end[-1]);)
        *--end = 0;
    if (!*word)
        return -ENOEXEC;
    char *rest = word + strcspn(word, " \t");
    *arg = NULL;
    if (*rest) {
        *rest++ = 0;
        *arg = rest + strspn(rest, " \t");
    }
    *interp = word;
    return 0;
}

// The names of the log channels that are on, as -d takes them.
static const char *log_channels(char *to, size_t size)
{
    to[0] = 0;
#define LOG_CHANNEL(id, what)                                   \
    if (log_on(LOG_##id) && strlen(to) + sizeof #id + 1 < size) \
        strcat(strcat(to, *to ? "," : ""), #id);
#include "base/log.def"
#undef LOG_CHANNEL
    return *to ? to : NULL;
}

static void put_option(struct exec *e, const char *option, const char *value)
{
    if (value) {
        put_first(e, value);
        put_first(e, option);
    }
}

static const char *const explain_options[] = {
    [EXPLAIN_NONE] = "--explain-sigill=off",
    [EXPLAIN_DEATH] = "--explain-sigill=death",
    [EXPLAIN_ALL] = "--explain-sigill=on",
};

// The option that gives the guest's limits on memory to the next program; false if it has set none.
static bool limits_word(char *to, size_t size)
{
    size_t n = (size_t)snprintf(to, size, "--limits");
    bool any = false;
    for (unsigned i = 0; i < LIMIT_COUNT && n < size; i++) {
        const struct limit_account *a = &process.limits[i];
        any |= a->known;
        n += (size_t)snprintf(to + n, size - n, i ? "," : "=");
        n += a->known ? (size_t)snprintf(to + n, size - n, "%" PRIu64 ":%" PRIu64,
                                         (uint64_t)a->limit.rlim_cur, (uint64_t)a->limit.rlim_max)
                      : (size_t)snprintf(to + n, size - n, "-");
    }
    return any;
}

// Puts the options that any program started from here has: of the rows of main/options.def those
// that go along, and of those that say MADE what is not for one program only.
static void put_settings(struct exec *e)
{
    const struct linux_options *o = &process.options;
    const size_t head = (size_t)snprintf(e->injected, sizeof e->injected, "--inject-counts=");
    // As it was found, and not as it was given: the working directory may have changed.
    if (o->sysroot)
        put_option(e, "-L", *path_sysroot() ? path_sysroot() : "/");
    put_first(e, explain_options[o->explain_sigill]);
    if (engine_settings.stats) {
        bool named = *engine_settings.stats;
        snprintf(e->stats, sizeof e->stats, "--stats%s%s", named ? "=" : "", engine_settings.stats);
        put_first(e, e->stats);
    }
    if (inject_pack(thread_self, e->injected + head, sizeof e->injected - head))
        put_first(e, e->injected);
    put_option(e, "-D", log_again());
    if (trace_again()) {
        snprintf(e->trace, sizeof e->trace, "--trace-file=%s", trace_again());
        put_first(e, e->trace);
    }
    put_option(e, "-d", log_channels(e->channels, sizeof e->channels));
    // The limit is the host's RLIMIT_STACK, and as the guest has set it, whatever the environment
    // says.
    snprintf(e->stack, sizeof e->stack, "ulimit");
    if (process.stack_fixed && o->stack_size)
        snprintf(e->stack, sizeof e->stack, "%llu", (unsigned long long)o->stack_size);
    put_option(e, "-s", e->stack);
    unsigned n = 0;
    while (o->along[n])
        n++;
    while (n)
        put_first(e, o->along[--n]);
}

#define STARTED "--execfn="

// Since Linux 6.14, the first that has AT_EXECVE_CHECK, a program that is executed by a descriptor
// is named after its file; before, after the number.
static bool kernel_names_files(void)
{
    return host_call(SYS_execveat, -1, "", NULL, NULL, AT_EMPTY_PATH | EXECVE_CHECK) != -EINVAL;
}

static void name_by_file(struct exec *e, int fd)
{
    static const char option[] = "--comm=", gone[] = " (deleted)";
    char link[32], path[PATH_SIZE];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int64_t n = host_call(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    path[n < 0 ? 0 : n] = 0;
    size_t tail = n < (int64_t)sizeof gone ? 0 : (size_t)n - (sizeof gone - 1);
    if (tail && !strcmp(path + tail, gone))
        path[tail] = 0;
    const char *name = strrchr(path, '/');
    if (name)
        snprintf(e->comm, sizeof e->comm, "%s%s", option, name + 1);
}

// What the kernel says the new program was started by: the name that the guest gave, also where
// that is a script's, a link or by way of the sysroot.
static void put_names(struct exec *e, int dir)
{
    const char *name = e->file.guest;
    *e->comm = 0;
    if (dir == AT_FDCWD || *name == '/')
        snprintf(e->started, sizeof e->started, STARTED "%s", name);
    else
        snprintf(e->started, sizeof e->started, STARTED "/dev/fd/%d%s%s", dir, *name ? "/" : "",
                 name);
    if (!*name && kernel_names_files())
        name_by_file(e, dir);
}

// Puts the emulator and its options before the program at `path` and its arguments, argv[0] going
// by option.
static void put_emulator(struct exec *e, const char *path, int seccomp, int emulator)
{
    const char *argv0 = e->args.at[e->args.first];
    e->args.at[e->args.first] = path;
    put_option(e, "-0", argv0);
    if (limits_word(e->limits, sizeof e->limits))
        put_first(e, e->limits);
    if (seccomp >= 0) {
        snprintf(e->seccomp, sizeof e->seccomp, "--seccomp=%d", seccomp);
        put_first(e, e->seccomp);
    }
    if (emulator != AT_FDCWD) {
        snprintf(e->emulator, sizeof e->emulator, "--emulator=%d", emulator);
        put_first(e, e->emulator);
    }
    if (e->through >= 0) {
        snprintf(e->opened, sizeof e->opened, "--opened=%d", e->through);
        put_first(e, e->opened);
    }
    if (strcmp(e->started + strlen(STARTED), path) != 0)
        put_first(e, e->started);
    if (*e->comm)
        put_first(e, e->comm);
    const char *debugged = tracer ? tracer->exec(thread_self) : NULL;
    if (debugged)
        put_first(e, debugged);
    put_settings(e);
    put_first(e, "a64run");
}

// The guest's value of LD_PRELOAD in `text`, and its place in the environment; NULL if it has none.
static const char **find_preload(struct exec *e, char *text, size_t size)
{
    static const char name[] = "LD_PRELOAD=";
    const size_t length = sizeof name - 1;
    for (const char **v = e->env.at + e->env.first; *v; v++)
        if (guest_read(text, (uint64_t)*v, length) && !memcmp(text, name, length))
            return guest_read_string(text, (uint64_t)*v + length, size) < 0 ? NULL : v;
    return NULL;
}

// Gives a program of the host what it needs to execute guest programs, if that is there.
static void put_host(struct exec *e)
{
    struct exec_host *h = &e->host;
    char others[PATH_SIZE];
    if (!exec_host_find(h))
        return;
    unsigned first = e->args.first;
    put_settings(e);
    bool fits = exec_host_words(h, e->args.at + e->args.first, first - e->args.first);
    e->args.first = first;
    const char **preload = find_preload(e, others, sizeof others);
    if (!fits || !exec_host_preload(h, preload ? others : NULL))
        return;
    if (preload)
        *preload = h->preload;
    else
        e->env.at[--e->env.first] = h->preload;
    e->env.at[--e->env.first] = h->words;
}

static int64_t run_host(struct thread *t, int dir, const char *path, struct exec *e, int flags)
{
    trace_before_exec();
    engine_end(&t->cpu);
    process_lock(); // what is changed for the new program is not to be seen by other threads
    signal_before_exec(t);
    int64_t err = host_call(SYS_execveat, dir, path, e->args.at + e->args.first,
                            e->env.at + e->env.first, flags);
    signal_after_failed_exec(t);
    return process_unlocked(err);
}

static const int accounts[] = {[LIMIT_AS] = RLIMIT_AS, [LIMIT_DATA] = RLIMIT_DATA};

// Executes a program of the host, which is to have the guest's soft limits. Where that fails they
// are put back, as hard ones could not be. `process` stays as it is: it may be shared with the
// maker of this process.
static int64_t run_host_limited(struct thread *t, int dir, const char *path, struct exec *e,
                                int flags)
{
    struct rlimit before[LIMIT_COUNT];
    bool changed[LIMIT_COUNT];
    for (unsigned i = 0; i < LIMIT_COUNT; i++) {
        const struct limit_account *a = &process.limits[i];
        changed[i] = a->known && !host_call(SYS_prlimit64, 0, accounts[i], NULL, &before[i]);
        struct rlimit wanted = before[i];
        wanted.rlim_cur = a->limit.rlim_cur < wanted.rlim_max ? a->limit.rlim_cur : wanted.rlim_max;
        if (changed[i])
            host_call(SYS_prlimit64, 0, accounts[i], &wanted, NULL);
    }
    int64_t err = run_host(t, dir, path, e, flags);
    for (unsigned i = 0; i < LIMIT_COUNT; i++)
        if (changed[i])
            host_call(SYS_prlimit64, 0, accounts[i], &before[i], NULL);
    return err;
}

// Runs e->program in this emulator.
static int64_t run_guest(struct thread *t, struct exec *e)
{
    int64_t rules = seccomp_pack(t);
    if (rules < 0 && rules != SECCOMP_NOTHING)
        return rules;
    const struct exec_self self = exec_self();
    put_emulator(e, e->program, (int)rules, self.dir);
    exec_self_passes(self.dir, true);
    int64_t err = run_host(t, self.dir, self.path, e, self.flags);
    exec_self_passes(self.dir, false);
    if (rules >= 0)
        host_call(SYS_close, rules);
    return err;
}

// Whether execveat names the file by a descriptor that the new program does not have.
static bool closes(int dir, const char *path)
{
    return dir != AT_FDCWD && *path != '/' && host_call(SYS_fcntl, dir, F_GETFD, 0) > 0;
}

// The descriptor of this process that `path` is the name of, or -1.
static int descriptor_of(const char *path)
{
    int pid, fd, end = 0;
    if (sscanf(path, "/proc/%d/fd/%d%n", &pid, &fd, &end) == 2 && pid != host_call(SYS_getpid))
        return -1;
    if (!end && sscanf(path, "/proc/self/fd/%d%n", &fd, &end) != 1 &&
        sscanf(path, "/proc/thread-self/fd/%d%n", &fd, &end) != 1)
        sscanf(path, "/dev/fd/%d%n", &fd, &end);
    return end && !path[end] ? fd : -1;
}

// A program that is named by a descriptor which execve closes: the emulator opens it only when it
// has been started, through another one.
static void keep_open(struct exec *e, int *dir, const char **path)
{
    int fd = descriptor_of(*path);
    if (fd >= 0 && closes(fd, "")) {
        *dir = fd;
        *path = "";
    }
    if (closes(*dir, *path))
        *dir = e->through = (int)host_call(SYS_fcntl, *dir, F_DUPFD, 3);
}

// A path by which the emulator, once started, finds the file that `dir` and `path` name.
static int64_t shown_path(char shown[PATH_SIZE], int dir, const char *path)
{
    bool named = *path && (dir == AT_FDCWD || *path == '/');
    if (named) {
        snprintf(shown, PATH_SIZE, "%s%s", *path == '-' ? "./" : "", path);
        return 0;
    }
    // The kernel names such a program after /dev/fd, which not every chroot has.
    const char *fds =
        host_call(SYS_faccessat, AT_FDCWD, "/dev/fd", F_OK) ? "/proc/self/fd" : "/dev/fd";
    if (!*path) {
        snprintf(shown, PATH_SIZE, "%s/%d", fds, dir);
    } else if (snprintf(shown, PATH_SIZE, "%s/%d/%s", fds, dir, path) >= PATH_SIZE) {
        return -ENAMETOOLONG;
    }
    return 0;
}

// Whether somebody has the file open for writing; kernels that cannot check without executing do
// not say.
static bool is_busy(int dir, const char *path, int flags)
{
    const char *args[] = {"", NULL};
    return host_call(SYS_execveat, dir, path, args, args + 1, flags | EXECVE_CHECK) == -ETXTBSY;
}

// Runs the file, or for a script says what to run instead: *interp, in which case the result is 0.
static int64_t exec_one(struct thread *t, struct exec *e, int dir, const char *path, int flags,
                        unsigned depth, const char **interp)
{
    char head[HEAD_SIZE];
    int64_t size;
    const char *arg;
    int64_t err = read_head(dir, path, flags, head, &size);
    if (!err && !depth) // as the kernel does it, when the file has been opened
        err = read_lists(e);
    if (err)
        return err;
    enum file_kind kind = file_kind(head, size);
    if (kind != FILE_OTHER && is_busy(dir, path, flags))
        return -ETXTBSY;
    switch (kind) {
    case FILE_OTHER: put_host(e); return run_host_limited(t, dir, path, e, flags);
    case FILE_GUEST:
        keep_open(e, &dir, &path);
        err = shown_path(e->program, dir, path);
        if (!err) {
            err = run_guest(t, e);
            if (tracer)
                tracer->exec_failed(t);
        }
        if (e->through >= 0)
            host_call(SYS_close, e->through);
        return err;
    case FILE_SCRIPT: break;
    }
    if (depth == SCRIPT_DEPTH)
        return -ELOOP;
    if (closes(dir, path))
        return -ENOENT; // its interpreter could not open it
    err = script_line(e->line[depth], head, size, interp, &arg);
    if (!err)
        err = shown_path(e->script[depth], dir, path);
    if (err)
        return err;
    // argv[0] makes way for the interpreter, its argument and the script.
    e->args.at[e->args.first] = e->script[depth];
    if (arg)
        put_first(e, arg);
    put_first(e, *interp);
    return 0;
}

// Follows scripts to a program.
static int64_t exec(struct thread *t, int dir, uint64_t path, uint64_t argv, uint64_t envp,
                    int flags)
{
    if (!scratch)
        scratch = arena_pages(sizeof *scratch);
    struct exec *e = scratch;
    if (!e)
        return -ENOMEM;
    int64_t err = lookup_path(&e->file, path, !(flags & AT_SYMLINK_NOFOLLOW));
    if (!err && !e->file.readable) // or too long
        err = host_call(SYS_faccessat, dir, e->file.path, X_OK) == -ENAMETOOLONG ? -ENAMETOOLONG
                                                                                 : -EFAULT;
    if (!err && !*e->file.path && !(flags & AT_EMPTY_PATH))
        err = -ENOENT;
    if (!err && flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
        err = -EINVAL;
    e->argv = argv;
    e->envp = envp;
    e->through = -1;
    if (!err)
        put_names(e, dir);
    const char *next = e->file.path;
    for (unsigned depth = 0; !err; depth++) {
        const char *interp;
        err = exec_one(t, e, dir, next, flags, depth, &interp);
        if (err)
            break;
        dir = AT_FDCWD;
        flags = 0;
        next = *interp == '/' ? path_in_sysroot(interp, e->file.host) : interp;
    }
    return err;
}

SYSCALL3(221, execve, int, path, path, strv, argv, envv, envp)
{
    return exec(t, AT_FDCWD, path, argv, envp, 0);
}

SYSCALL5(281, execveat, int, dirfd, dir, path, path, strv, argv, envv, envp, atflags, flags)
{
    return exec(t, dir, path, argv, envp, flags);
}
