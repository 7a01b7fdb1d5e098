// SPDX-License-Identifier: MIT
// Which file is mapped where: the host's list knows.
#include "linux/host_maps.h"
#include "linux/lock.h"
#include "linux/mm.h"
#include "linux/thread.h"

#include <string.h>

bool mm_image_at(uint64_t addr, struct mm_image *image)
{
    process_lock();
    FILE *host = fopen("/proc/self/maps", "re");
    char line[HOST_MAPPING_LINE];
    struct host_mapping h;
    bool found = false;
    while (host && !found && fgets(line, sizeof line, host))
        found = host_mapping_parse(line, &h) && addr >= h.start && addr < h.end && h.name[0] == '/';
    if (host)
        fclose(host);
    process_unlock();
    // The segment's address in the file differs from its offset by a multiple of a page that only
    // the program headers know; its own bias is known for the program, and for the others offset
    // and address agree in their text.
    if (found) {
        snprintf(image->file, sizeof image->file, "%.*s", (int)sizeof image->file - 1, h.name);
        image->start = h.start;
        image->end = h.end;
        image->bias = !strcmp(h.name, process.exe) ? process.load_bias : h.start - h.offset;
    }
    return found;
}
