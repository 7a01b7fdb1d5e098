// SPDX-License-Identifier: MIT
// What the reporter is told of a process: the notes of a core file, and its memory, either in the
// same file or of the process itself.
#ifndef A64REPORT_IMAGE_H
#define A64REPORT_IMAGE_H

#include "debug/report.h"

#include <elfutils/libdwfl.h>

struct image_map {
    uint64_t start, end, offset;
    const char *file; // NULL: none is mapped there
};

struct image {
    struct report report;  // threads and facts; no stacks yet
    struct image_map *map; // of files, by address
    size_t maps;
    uint64_t vdso; // its address, or 0
    uint64_t pac;  // the bits of pointers that are codes
    // Memory: of a process, or segments of `core`.
    int memory, core;
    struct image_segment {
        uint64_t start, size, offset;
    } * segment;
    size_t segments;
};

// Reads the core file, or its beginning, from descriptor `core`; memory from `memory` if that is
// not -1. False with a message on standard error if it is not one of AArch64.
bool image_read(struct image *i, int core, int memory);

// Reads memory; false if it is not known.
bool image_memory(const struct image *i, uint64_t from, void *to, size_t size);

// The file mapped at addr, or NULL.
const struct image_map *image_map_at(const struct image *i, uint64_t addr);

#endif
