// SPDX-License-Identifier: MIT
// beyond: the name of a process is its program's
// The name of a process, in all places that show it: that of its program until it sets another.
#define _GNU_SOURCE
#include "guest.h"

#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

// Whether the file holds `what`.
static int holds(const char *path, const char *what)
{
    static char text[4096];
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = 0;
    return strstr(text, what) != NULL;
}

static void named(const char *name)
{
    char now[16] = {0}, line[64];
    CHECK(prctl(PR_GET_NAME, now) == 0 && !strcmp(now, name));
    snprintf(line, sizeof line, "%s\n", name);
    CHECK(holds("/proc/self/comm", line));
    snprintf(line, sizeof line, "Name:\t%s\n", name);
    CHECK(holds("/proc/self/status", line));
    snprintf(line, sizeof line, "%d (%s) ", getpid(), name);
    CHECK(holds("/proc/self/stat", line));
}

int main(void)
{
    named("comm");
    CHECK(prctl(PR_SET_NAME, "odd) (name") == 0);
    named("odd) (name");
    return guest_done();
}
