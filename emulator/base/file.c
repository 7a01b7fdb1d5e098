// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HIGH_FD = 900 };

int own_descriptor(int fd)
{
    int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);
    if (high < 0)
        return fd;
    close(fd);
    return high;
}

int own_file(const char *path, int flags, char *name, size_t size)
{
    const char *pid = strstr(path, "%d");
    if (pid)
        snprintf(name, size, "%.*s%d%s", (int)(pid - path), path, (int)getpid(), pid + 2);
    else
        snprintf(name, size, "%s", path);
    return own_descriptor(open(name, flags | O_CLOEXEC, 0666));
}
