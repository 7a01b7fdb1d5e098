// SPDX-License-Identifier: MIT
/*
 * Runs one program and judges it: exit status or the signal it died by, its output against a file,
 * and that it left nothing on stderr. A shell cannot tell exit(139) from death by SIGSEGV, which is
 * what half of these tests are about; hence a program of its own. The child runs in an empty
 * scratch folder so that tests can run side by side.
 *
 *   runner [-d dir] [-o expected] [-i stdin] [-x status | -k signal] [-e] [-p] -- command args...
 *     -d  folder to empty, enter and keep stdout/stderr in       -e  stderr may hold anything
 *     -x  expected exit status (0)   -k  expected signal number  -p  judge nothing: print the
 * ending
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct options {
    const char *dir;
    const char *expected;
    const char *input;
    int status;
    int signal;
    bool any_stderr;
    bool print_only;
    char **command;
};

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("runner: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(99);
}

static int parse_number(const char *text)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < 0 || value > 255)
        die("not a status or signal number: %s", text);
    return (int)value;
}

static struct options parse_options(int argc, char **argv)
{
    struct options o = {0};
    int c;
    while ((c = getopt(argc, argv, "+d:o:i:x:k:ep")) != -1) {
        switch (c) {
        case 'd': o.dir = optarg; break;
        case 'o': o.expected = optarg; break;
        case 'i': o.input = optarg; break;
        case 'x': o.status = parse_number(optarg); break;
        case 'k': o.signal = parse_number(optarg); break;
        case 'e': o.any_stderr = true; break;
        case 'p': o.print_only = true; break;
        default: die("unknown option");
        }
    }
    if (optind >= argc)
        die("no command given");
    o.command = argv + optind;
    return o;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void enter_empty_dir(const char *dir)
{
    char *parent = strdup(dir);
    for (char *p = parent + 1; *p != '\0'; p++) {
        if (*p == '/') {
            *p = '\0';
            mkdir(parent, 0777);
            *p = '/';
        }
    }
    free(parent);
    nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    if (mkdir(dir, 0777) != 0)
        die("cannot make %s: %s", dir, strerror(errno));
    if (chdir(dir) != 0)
        die("cannot enter %s: %s", dir, strerror(errno));
}

static void redirect(int fd, const char *path, int flags)
{
    int opened = open(path, flags, 0666);
    if (opened < 0 || dup2(opened, fd) < 0)
        die("cannot open %s: %s", path, strerror(errno));
    close(opened);
}

static int run(const struct options *o)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        die("fork: %s", strerror(errno));
    if (pid == 0) {
        signal(SIGHUP, SIG_DFL); // which nohup ignores
        if (!o->print_only || o->input)
            redirect(0, o->input ? o->input : "/dev/null", O_RDONLY);
        if (o->dir) {
            redirect(1, "../stdout.tmp", O_WRONLY | O_CREAT | O_TRUNC);
            redirect(2, "../stderr.tmp", O_WRONLY | O_CREAT | O_TRUNC);
        }
        execvp(o->command[0], o->command);
        fprintf(stderr, "runner: cannot run %s: %s\n", o->command[0], strerror(errno));
        _exit(127);
    }
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            die("waitpid: %s", strerror(errno));
    }
    return status;
}

static char *read_file(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        die("cannot read %s: %s", path, strerror(errno));
    char *data = NULL;
    size_t used = 0, room = 0, got;
    do {
        if (room - used < 65536) {
            room = room * 2 + 65536;
            data = realloc(data, room + 1);
            if (!data)
                die("out of memory");
        }
        got = fread(data + used, 1, room - used, f);
        used += got;
    } while (got > 0);
    fclose(f);
    data[used] = '\0';
    *size = used;
    return data;
}

/* The first differing line says more than a full diff of a long table. */
static bool same_output(const char *expected_path, const char *actual_path)
{
    size_t expected_size, actual_size;
    char *expected = read_file(expected_path, &expected_size);
    char *actual = read_file(actual_path, &actual_size);
    bool same = expected_size == actual_size && memcmp(expected, actual, actual_size) == 0;
    if (!same) {
        size_t i = 0, start = 0;
        int line = 1;
        while (i < expected_size && i < actual_size && expected[i] == actual[i]) {
            if (expected[i++] == '\n') {
                line++;
                start = i;
            }
        }
        printf("FAIL: output differs from %s at line %d\n", expected_path, line);
        printf("  expected: %.*s\n", (int)strcspn(expected + start, "\n"), expected + start);
        printf("  actual:   %.*s\n", (int)strcspn(actual + start, "\n"), actual + start);
    }
    free(expected);
    free(actual);
    return same;
}

/* The reference emulator announces a guest's death itself; a64run must not, so only that is let by.
 */
static bool stderr_is_quiet(const char *path)
{
    size_t size;
    char *text = read_file(path, &size);
    bool quiet = true;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "qemu: uncaught target signal", 28) != 0) {
            if (quiet)
                puts("FAIL: unexpected stderr:");
            printf("  %s\n", line);
            quiet = false;
        }
    }
    free(text);
    return quiet;
}

static void show_tail(const char *name, const char *path)
{
    size_t size;
    char *text = read_file(path, &size);
    const char *from = size > 2000 ? text + size - 2000 : text;
    if (size > 0)
        printf("--- %s (end of %zu bytes)\n%s\n", name, size, from);
    free(text);
}

static bool same_ending(const struct options *o, int status)
{
    if (o->signal) {
        if (WIFSIGNALED(status) && WTERMSIG(status) == o->signal)
            return true;
        printf("FAIL: expected death by signal %d (%s)", o->signal, strsignal(o->signal));
    } else {
        if (WIFEXITED(status) && WEXITSTATUS(status) == o->status)
            return true;
        printf("FAIL: expected exit status %d", o->status);
    }
    if (WIFSIGNALED(status))
        printf(", died by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        printf(", exited with %d\n", WEXITSTATUS(status));
    return false;
}

int main(int argc, char **argv)
{
    struct options o = parse_options(argc, argv);
    if (o.print_only) {
        int status = run(&o);
        if (WIFSIGNALED(status))
            fprintf(stderr, "ended: signal %d\n", WTERMSIG(status));
        else
            fprintf(stderr, "ended: exit %d\n", WEXITSTATUS(status));
        return 0;
    }
    if (!o.dir)
        die("-d is needed to judge a program");
    char *work;
    if (asprintf(&work, "%s/cwd", o.dir) < 0)
        die("out of memory");
    enter_empty_dir(work);
    int status = run(&o);
    bool good = same_ending(&o, status);
    if (o.expected)
        good &= same_output(o.expected, "../stdout.tmp");
    if (!o.any_stderr)
        good &= stderr_is_quiet("../stderr.tmp");
    if (!good) {
        show_tail("stdout", "../stdout.tmp");
        show_tail("stderr", "../stderr.tmp");
    }
    free(work);
    return good ? 0 : 1;
}
