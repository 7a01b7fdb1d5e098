// SPDX-License-Identifier: MIT
#include "base/log.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    const char *what;
} channels[] = {
#define LOG_CHANNEL(id, what) {#id, what},
#include "base/log.def"
#undef LOG_CHANNEL
};

uint32_t log_mask;
static struct log_stream opened;

FILE *log_file(void)
{
    return opened.file ? opened.file : stderr;
}

int log_fd(void)
{
    return opened.file ? fileno(opened.file) : -1;
}

void log_init(void)
{
    __fsetlocking(stdout, FSETLOCKING_BYCALLER);
    __fsetlocking(stderr, FSETLOCKING_BYCALLER);
}

bool log_stream_open(struct log_stream *s, const char *path)
{
    char name[PATH_MAX];
    bool append = path[0] == '+';
    // For appending in any case: children write to it too.
    int flags = O_WRONLY | O_CREAT | O_APPEND | (append ? 0 : O_TRUNC);
    int fd = own_file(path + append, flags, name, sizeof name);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "a");
    if (!f)
        return false;
    setvbuf(f, NULL, _IOLBF, 0);
    __fsetlocking(f, FSETLOCKING_BYCALLER);
    s->file = f;
    s->again[0] = '+';
    if (!realpath(name, s->again + 1))
        snprintf(s->again + 1, sizeof s->again - 1, "%s", name);
    return true;
}

void log_stream_put(const struct log_stream *s, const char *text, size_t size)
{
    int fd = fileno(s->file ? s->file : log_file());
    while (size) {
        ssize_t n = write(fd, text, size);
        if (n < 0 && errno != EINTR)
            return;
        text += n < 0 ? 0 : n;
        size -= n < 0 ? 0 : (size_t)n;
    }
}

bool log_open(const char *path)
{
    return log_stream_open(&opened, path);
}

const char *log_again(void)
{
    return opened.file ? opened.again : NULL;
}

const char *log_enable(const char *list)
{
    static char bad[64];
    while (*list) {
        size_t n = strcspn(list, ",");
        unsigned i = 0;
        while (i < LOG_CHANNEL_COUNT &&
               (strlen(channels[i].name) != n || memcmp(channels[i].name, list, n) != 0))
            i++;
        if (i == LOG_CHANNEL_COUNT) {
            snprintf(bad, sizeof bad, "%.*s", (int)n, list);
            return bad;
        }
        log_mask |= UINT32_C(1) << i;
        list += n + (list[n] == ',');
    }
    return NULL;
}

void log_list(FILE *out)
{
    for (unsigned i = 0; i < LOG_CHANNEL_COUNT; i++)
        fprintf(out, "  %-10s %s\n", channels[i].name, channels[i].what);
}

void log_printf(const char *fmt, ...)
{
    char text[PATH_MAX + 512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n > 0)
        log_stream_put(&opened, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}
