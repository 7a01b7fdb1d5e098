// SPDX-License-Identifier: MIT
// The sysroot: a folder with the guest's libraries, laid over the host's file tree for absolute
// paths.
#ifndef EMU_LINUX_PATH_H
#define EMU_LINUX_PATH_H

#include <stdio.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096 };

// The sysroot without a trailing slash, or "" when there is none (or it is "/"). Found on first
// use.
const char *path_sysroot(void);

// The host path for a path the guest uses: the sysroot's file if `path` is absolute and the sysroot
// has it, else `path` itself. A folder that the host has too stays the host's. Writes to buf
// (PATH_SIZE bytes) if it needs to.
const char *path_in_sysroot(const char *path, char *buf);

// The same, and what is at that host path, if it was looked at on the way: also without following a
// link at its end, or only with.
enum path_seen { PATH_NOT_SEEN, PATH_SEEN_TARGET, PATH_SEEN };
const char *path_look(const char *path, char *buf, struct stat *st, enum path_seen *seen);

// Finds the program interpreter `wanted`: buf receives its host path and is returned. NULL if it is
// nowhere; `places` then receives the list of everything looked at.
const char *path_find_interpreter(const char *wanted, char *buf, char *places, size_t places_size);

#endif
