// SPDX-License-Identifier: MIT
// Core files of the guest, as an arm64 kernel would write them: gdb-multiarch opens them.
#ifndef EMU_DEBUG_CORE_H
#define EMU_DEBUG_CORE_H

#include "debug/core_maps.h"
#include "debug/notes.h"

#include <stdbool.h>
#include <stdint.h>

enum { CORE_NAME_SIZE = 4096 };

// The name that the host's kernel would give a core file of signal `sig` now (core(5)):
// /proc/sys/kernel/core_pattern. Where the host hands core files to a program it is core.PID.
void core_name(int sig, char name[CORE_NAME_SIZE]);

// Writes one to `name`, not more than `limit` bytes. 0, or an errno. With the process's lock.
int core_write(const char *name, uint64_t limit, const struct notes *notes,
               const struct core_maps *maps);

// Writes one without memory to fd.
int core_write_notes(int fd, const struct notes *notes);

#endif
