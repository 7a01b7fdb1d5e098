// SPDX-License-Identifier: MIT
// What gdb's `info os` shows: tables of what the system has, as the program finds it in its /proc.
// A table holds what there is when gdb begins to read it.
#include "debug/gdb_commands.h"
#include "linux/host_call.h"
#include "linux/sys/procfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME = 128, TEXT = 4096 };

// Adds rows for what `folder`, an entry of another, stands for.
typedef void put_rows(FILE *out, const char *folder);

// Entries that are not numbers are something else.
static void put_for_each(FILE *out, const char *folder, put_rows *put)
{
    char path[NAME];
    DIR *all = opendir(folder);
    for (const struct dirent *e; all && (e = readdir(all));) {
        if (*e->d_name < '0' || *e->d_name > '9')
            continue;
        snprintf(path, sizeof path, "%.90s/%.20s", folder, e->d_name);
        put(out, path);
    }
    if (all)
        closedir(all);
}

static void put_column(FILE *out, const char *name, const char *value)
{
    fprintf(out, "<column name=\"%s\">", name);
    for (; *value; value++) {
        if (strchr("<>&", *value))
            fprintf(out, "&#%d;", *value);
        else
            fputc(*value >= ' ' && *value <= '~' ? *value : '?', out); // what is UTF-8 nobody knows
    }
    fputs("</column>", out);
}

// The file as the program sees it, without a newline at its end; words that end with a NUL stand
// side by side.
static bool read_file(const char *folder, const char *name, char text[TEXT])
{
    char path[NAME + 16];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const int how = O_RDONLY | O_CLOEXEC;
    int64_t fd = procfs_opened(host_call(SYS_openat, AT_FDCWD, path, how), path, O_CLOEXEC);
    int64_t n = fd < 0 ? 0 : host_call(SYS_read, fd, text, TEXT - 1);
    if (fd >= 0)
        host_call(SYS_close, fd);
    while (n > 0 && (!text[n - 1] || text[n - 1] == '\n'))
        n--;
    for (int64_t i = 0; i < n; i++)
        if (!text[i])
            text[i] = ' ';
    text[n > 0 ? n : 0] = 0;
    return n > 0;
}

static const char *last_of(const char *path)
{
    return strrchr(path, '/') + 1;
}

// The process whose folder `path` begins with.
static void put_pid(FILE *out, const char *path)
{
    char pid[24];
    path += strlen("/proc/");
    snprintf(pid, sizeof pid, "%.*s", (int)strcspn(path, "/"), path);
    put_column(out, "pid", pid);
}

static void put_name(FILE *out, const char *folder)
{
    char text[TEXT];
    read_file(folder, "comm", text);
    put_column(out, "command", text);
}

// The processor that it ran on last: the 39th word of "stat", whose second is in parentheses.
static void put_core(FILE *out, const char *folder, const char *column)
{
    char text[TEXT];
    char *at = read_file(folder, "stat", text) ? strrchr(text, ')') : NULL;
    for (unsigned word = 2; at && word < 39; word++)
        at = strchr(at + 1, ' ');
    if (!at)
        return;
    at[1 + strcspn(at + 1, " ")] = 0;
    put_column(out, column, at + 1);
}

static void put_process(FILE *out, const char *folder)
{
    char text[TEXT];
    struct stat st = {0};
    fputs("<item>", out);
    put_pid(out, folder);
    if (stat(folder, &st) == 0) {
        snprintf(text, sizeof text, "%u", st.st_uid);
        put_column(out, "user", text);
    }
    if (read_file(folder, "cmdline", text))
        put_column(out, "command", text);
    else
        put_name(out, folder); // of the kernel, or a zombie
    put_core(out, folder, "cores");
    fputs("</item>", out);
}

static void put_thread(FILE *out, const char *folder)
{
    fputs("<item>", out);
    put_pid(out, folder);
    put_name(out, folder);
    put_column(out, "tid", last_of(folder));
    put_core(out, folder, "core");
    fputs("</item>", out);
}

static void put_threads(FILE *out, const char *folder)
{
    char path[NAME];
    snprintf(path, sizeof path, "%s/task", folder);
    put_for_each(out, path, put_thread);
}

static void put_file(FILE *out, const char *path)
{
    char text[TEXT], folder[NAME];
    ssize_t n = readlink(path, text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    snprintf(folder, sizeof folder, "%.*s", (int)(strstr(path, "/fd/") - path), path);
    fputs("<item>", out);
    put_pid(out, path);
    put_name(out, folder);
    put_column(out, "file descriptor", last_of(path));
    put_column(out, "name", text);
    fputs("</item>", out);
}

static void put_files(FILE *out, const char *folder)
{
    char path[NAME];
    snprintf(path, sizeof path, "%s/fd", folder);
    put_for_each(out, path, put_file);
}

static const struct table {
    const char *annex, *title, *description;
    put_rows *put; // for each process
} tables[] = {
#define GDB_OSDATA(...) {__VA_ARGS__},
#include "debug/gdb_osdata.def"
#undef GDB_OSDATA
};

// The table of tables.
static void put_types(FILE *out)
{
    for (unsigned i = 0; i < ARRAY_LEN(tables); i++) {
        fputs("<item>", out);
        put_column(out, "Type", tables[i].annex);
        put_column(out, "Description", tables[i].description);
        put_column(out, "Title", tables[i].title);
        fputs("</item>", out);
    }
}

// The table of that name, which ends with ':', in memory to be freed; NULL if there is none.
static char *make(const char *name, size_t *size)
{
    char *text = NULL;
    const struct table *t = NULL;
    size_t n = strcspn(name, ":");
    for (unsigned i = 0; i < ARRAY_LEN(tables); i++)
        if (strlen(tables[i].annex) == n && !strncmp(name, tables[i].annex, n))
            t = &tables[i];
    FILE *out = t || !n ? open_memstream(&text, size) : NULL;
    if (!out)
        return NULL;
    fprintf(out, "<?xml version=\"1.0\"?><osdata type=\"%s\">", t ? t->annex : "types");
    if (t)
        put_for_each(out, "/proc", t->put);
    else
        put_types(out);
    fputs("</osdata>", out);
    fclose(out);
    return text;
}

// "[table]:offset,length"
GDB_COMMAND(osdata)
{
    static char *text;
    static size_t size;
    const char *part = strchr(args, ':');
    (void)length;
    if (!part)
        return GDB_INVALID;
    if (!strncmp(part, ":0,", 3)) {
        free(text);
        text = make(args, &size);
    }
    return text ? gdb_part(part + 1, text, size) : GDB_INVALID;
}
