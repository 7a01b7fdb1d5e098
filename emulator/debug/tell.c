// SPDX-License-Identifier: MIT
#include "debug/tell.h"

#include "base/arena.h"
#include "base/die.h"
#include "base/file.h"
#include "debug/core.h"
#include "debug/debug.h"
#include "debug/plain_stack.h"
#include "linux/clone.h"
#include "linux/host_call.h"
#include "linux/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    STACK = 64 << 10, // of the child until it executes the reporter
    PATIENCE = 20000, // milliseconds that the reporter may take
    STUCK = 2000,     // and those in which nobody reads what it has to say
    NOT_THERE = 127,  // its exit status if it could not be executed
};

// What the child needs; it shares this memory.
struct start {
    const char *path;
    char notes[32], memory[32];
    int out, notes_fd, memory_fd;
};

static void execute(void *argument)
{
    const struct start *s = argument;
    const char *args[] = {"a64report", s->notes, s->memory, debug_settings.json ? "--json" : NULL,
                          NULL};
    // The program's own environment may name libraries of the guest.
    const char *env[] = {"LC_ALL=C", NULL};
    // What ends the program may be for its whole group, and once more: from timeout(1), a terminal.
    static const int group[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    uint64_t held = 0;
    for (unsigned i = 0; i < ARRAY_LEN(group); i++)
        held |= UINT64_C(1) << (group[i] - 1);
    host_call(SYS_dup3, s->out, 1, 0);
    host_call(SYS_dup3, s->out, 2, 0);
    host_call(SYS_fcntl, s->notes_fd, F_SETFD, 0);
    host_call(SYS_fcntl, s->memory_fd, F_SETFD, 0);
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &held, NULL, sizeof held);
    host_call(SYS_execve, s->path, args, env);
    for (;;)
        host_call(SYS_exit_group, NOT_THERE);
}

// Whether something can be written now: to a pipe that is full, or a terminal that is stopped, it
// cannot.
static bool takes(int out)
{
    struct pollfd p = {.fd = out, .events = POLLOUT};
    return host_call(SYS_poll, &p, 1, 0) > 0;
}

// Waits for the child; its exit status, or -1.
static int wait_for(int pid, int out)
{
    const struct timespec step = {.tv_nsec = 1000000};
    int status;
    for (unsigned ms = 0, stuck = 0; ms < PATIENCE && stuck < STUCK; ms++) {
        stuck = takes(out) ? 0 : stuck + 1;
        int64_t r = host_call(SYS_wait4, pid, &status, WNOHANG | __WALL, NULL);
        if (r == pid)
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        if (r < 0 && r != -EINTR)
            return -1;
        host_call(SYS_nanosleep, &step, NULL);
    }
    host_call(SYS_kill, pid, SIGKILL);
    host_call(SYS_wait4, pid, &status, __WALL, NULL);
    return -1;
}

// The child has no exit signal: the guest is not to see it.
static int run(struct start *s)
{
    const struct clone_wish wish = {.flags = CLONE_VFORK};
    char *stack = arena_pages(STACK);
    if (!stack)
        return -1;
    const struct host_child child = {
        .stack = stack + STACK, .stack_size = STACK, .run = execute, .argument = s};
    int64_t pid = host_clone(&wish, CLONE_VM, &child);
    munmap(stack, STACK);
    return pid < 0 ? -1 : wait_for((int)pid, s->out);
}

// The reporter stands beside a64run.
static bool find_reporter(char path[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 16);
    if (n <= 0)
        return false;
    path[n] = 0;
    strcpy(strrchr(path, '/') + 1, "a64report");
    return access(path, X_OK) == 0;
}

// The program's own limit of the size of files is not for the report. Returns what it was.
static struct rlimit lift_limit(void)
{
    struct rlimit was = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &was);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){was.rlim_max, was.rlim_max});
    return was;
}

// Has the reporter print the report to `out`. NULL, or why it did not.
static const char *ask_reporter(int out, const struct notes *notes)
{
    char path[PATH_MAX];
    struct start s = {.path = path, .out = out};
    if (!find_reporter(path))
        return "source lines, inlined functions and functions without frame pointers: a64report is not beside a64run (apt-get install libdw-dev, then build again)";
    s.notes_fd = own_descriptor(memfd_create("notes", MFD_CLOEXEC));
    s.memory_fd = own_descriptor(open("/proc/self/mem", O_RDONLY | O_CLOEXEC));
    int status = -1;
    if (s.notes_fd >= 0 && s.memory_fd >= 0 && !core_write_notes(s.notes_fd, notes)) {
        snprintf(s.notes, sizeof s.notes, "--notes=%d", s.notes_fd);
        snprintf(s.memory, sizeof s.memory, "--memory=%d", s.memory_fd);
        status = run(&s);
    }
    if (s.notes_fd >= 0)
        close(s.notes_fd);
    if (s.memory_fd >= 0)
        close(s.memory_fd);
    return status ? "source lines and inlined functions: a64report failed" : NULL;
}

// A piece that is not larger is taken by a pipe that takes anything.
enum { PIECE = PIPE_BUF };

static void write_while_taken(int out, const char *text, size_t size)
{
    for (unsigned ms = 0; size && ms < STUCK;) {
        const struct timespec step = {.tv_nsec = 1000000};
        int64_t n = 0;
        if (takes(out))
            n = host_call(SYS_write, out, text, size < PIECE ? size : PIECE);
        if (n < 0 && n != -EINTR && n != -EAGAIN)
            return;
        if (n > 0) {
            text += n;
            size -= (size_t)n;
        } else {
            host_call(SYS_nanosleep, &step, NULL);
            ms++;
        }
    }
}

static void print_plainly(int out, struct thread *t, struct report_facts *facts, const char *why)
{
    struct report r = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    facts_add(facts, "missing", why);
    r.facts = *facts;
    plain_stacks(&r, t);
    r.facts = *facts;
    if (file) {
        (debug_settings.json ? report_json : report_text)(file, &r);
        fclose(file);
        write_while_taken(out, text, size);
        free(text);
    }
    r.facts = (struct report_facts){0}; // the caller's
    report_free(&r);
}

void tell(struct thread *t, const struct notes *notes, struct report_facts *facts)
{
    char name[PATH_MAX];
    const char *path = debug_settings.report_file;
    int out = path ? own_file(path, O_WRONLY | O_CREAT | O_APPEND, name, sizeof name)
                   : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (out < 0) {
        if (path)
            complain("--report-file: %s: %s; name a file that can be written", path,
                     strerror(errno));
        return;
    }
    fflush(stderr);
    const struct rlimit limit = lift_limit();
    const char *why = ask_reporter(out, notes);
    if (why)
        print_plainly(out, t, facts, why);
    setrlimit(RLIMIT_FSIZE, &limit);
    close(out);
}
