// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <fcntl.h>
#include <stdarg.h>
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

enum { HIGH_FD = 900 };

uint32_t log_mask;
static FILE *file;

FILE *log_file(void)
{
    return file ? file : stderr;
}

bool log_open(const char *path)
{
    char name[4096];
    const char *pid = strstr(path, "%d");
    if (pid)
        snprintf(name, sizeof name, "%.*s%d%s", (int)(pid - path), path, (int)getpid(), pid + 2);
    else
        snprintf(name, sizeof name, "%s", path);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return false;
    // Out of the way of the descriptors the guest counts on, if the limit on them allows.
    int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);
    if (high >= 0) {
        close(fd);
        fd = high;
    }
    FILE *f = fdopen(fd, "w");
    if (!f)
        return false;
    setvbuf(f, NULL, _IOLBF, 0);
    file = f;
    return true;
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
