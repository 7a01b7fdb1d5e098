// SPDX-License-Identifier: MIT
// Lines of the host's /proc/PID/maps, which are heads in smaps too.
#ifndef EMU_LINUX_HOST_MAPS_H
#define EMU_LINUX_HOST_MAPS_H

#include <stdbool.h>
#include <stdint.h>

enum { HOST_MAPPING_LINE = 4400 };

struct host_mapping {
    uint64_t start, end, offset, inode;
    unsigned major, minor;
    int prot; // PROT_READ ...
    bool shared;
    char name[HOST_MAPPING_LINE];
};

// False if `line` is not the line of a mapping.
bool host_mapping_parse(const char *line, struct host_mapping *h);

#endif
