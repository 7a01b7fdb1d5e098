// SPDX-License-Identifier: MIT
// Debugging a process that was not prepared for it. It listens nowhere until it is asked to, by a
// signal that only the kernel's permissions for signals keep others from sending: whoever may
// signal the process may debug it.
#include "base/die.h"
#include "debug/gdb.h"
#include "debug/gdb_listen.h"
#include "linux/host_call.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 3000 };

// Whether somebody listens at the socket, by the host's list of them.
static bool is_listening(const char *path)
{
    char line[256];
    bool found = false;
    FILE *list = fopen("/proc/net/unix", "re");
    while (list && !found && fgets(line, sizeof line, list)) {
        char *name = strchr(line, '/');
        line[strcspn(line, "\n")] = 0;
        found = name && !strcmp(name, path) && strstr(line, " 00010000 ");
    }
    if (list)
        fclose(list);
    return found;
}

static bool is_guest(int pid)
{
    char path[64], own[PATH_MAX], other[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    ssize_t a = readlink("/proc/self/exe", own, sizeof own);
    ssize_t b = readlink(path, other, sizeof other);
    return a > 0 && a == b && !memcmp(own, other, (size_t)a);
}

void gdb_knock(int pid)
{
    char path[GDB_ADDRESS];
    if (!is_guest(pid))
        die("--attach=%d: that is no process of this a64run; ps lists them, by the names of their programs",
            pid);
    if (!(listen_find(path, pid) && is_listening(path)) && !signal_knock(pid, 0))
        die("--attach=%d: %s", pid, strerror(errno));
    for (int waited = 0; waited < WAIT_MS; waited++) {
        if (listen_find(path, pid) && is_listening(path)) {
            puts(path);
            finish_output();
        }
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    die("--attach=%d: no answer within %d seconds; a process that is under gdb already, or sleeps in the host's kernel, gives none",
        pid, WAIT_MS / 1000);
}
