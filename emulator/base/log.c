// SPDX-License-Identifier: MIT
#include "base/log.h"

#include "base/file.h"

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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

void log_flush(void)
{
    if (opened.file) // stderr has no buffer
        fflush(opened.file);
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
    s->file = f;
    s->again[0] = '+';
    if (!realpath(name, s->again + 1))
        snprintf(s->again + 1, sizeof s->again - 1, "%s", name);
    return true;
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
    va_list args;
    va_start(args, fmt);
    vfprintf(log_file(), fmt, args);
    va_end(args);
}
