// SPDX-License-Identifier: MIT
// The notes of a core file: what the threads and the process were. They come first in the file, and
// alone they are what a reporter is told.
#ifndef EMU_DEBUG_NOTES_H
#define EMU_DEBUG_NOTES_H

#include "debug/core_maps.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

// Bytes that grow; one that there was no memory for is marked and stays as it is.
struct notes {
    uint8_t *at;
    size_t size, capacity;
    bool failed;
};

void notes_add(struct notes *n, const char *name, uint32_t type, const void *data, size_t size);
void notes_free(struct notes *n);

// Those of the process, in the kernel's order: first thread t, to which *info has come. The threads
// rest (linux/stop.h); the caller has the process's lock.
void notes_of_process(struct notes *n, struct thread *t, const siginfo_t *info,
                      const struct core_maps *maps);

#endif
