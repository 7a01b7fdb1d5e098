// SPDX-License-Identifier: MIT
// The guest's memory as a core file has it: which mappings there are, and how much of each is
// worth keeping (core(5), /proc/PID/coredump_filter).
#ifndef EMU_DEBUG_CORE_MAPS_H
#define EMU_DEBUG_CORE_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct core_map {
    uint64_t start, end;
    uint64_t offset; // in the file
    uint64_t kept;   // bytes from the start that go into a core file
    uint8_t prot;    // PROT_READ ...
    bool tagged;     // its allocation tags go into a core file
    bool sparse;     // pages that were never touched need not be looked at
    char *file;      // NULL: none
};

struct core_maps {
    struct core_map *at;
    size_t count, capacity;
};

// By address; with the process's lock held. Released by core_maps_free.
void core_maps_read(struct core_maps *m);
void core_maps_free(struct core_maps *m);

#endif
