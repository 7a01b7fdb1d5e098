// SPDX-License-Identifier: MIT
// From a path argument of the guest to the path the host is given: the sysroot is laid over
// absolute paths and /proc/self/exe is the guest's program.
#ifndef EMU_LINUX_SYS_LOOKUP_H
#define EMU_LINUX_SYS_LOOKUP_H

#include "linux/path.h"

#include <stdbool.h>
#include <stdint.h>

struct lookup {
    const char *path;      // for the host; NULL if the guest gave NULL
    bool readable;         // path is a string: the guest's memory is there, and it is not too long
    char guest[PATH_SIZE]; // as the guest gave it; "" if it is not readable
    char host[PATH_SIZE];
    struct stat st; // of `path`, as far as `seen` says
    enum path_seen seen;
};

// Fills *l from the string at guest address addr. `follow`: a symbolic link at the end will be
// followed. 0 or -errno.
int64_t lookup_path(struct lookup *l, uint64_t addr, bool follow);

// The same for a path that is to be created: the place is the host's unless the sysroot has the
// folder and the host has not.
int64_t lookup_new(struct lookup *l, uint64_t addr);

#endif
