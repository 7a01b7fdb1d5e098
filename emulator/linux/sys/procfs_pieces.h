// SPDX-License-Identifier: MIT
// Mappings of a process as files of /proc tell of them.
#ifndef EMU_LINUX_SYS_PROCFS_PIECES_H
#define EMU_LINUX_SYS_PROCFS_PIECES_H

#include "linux/host_maps.h"
#include "linux/sys/procfs.h"
#include "linux/vma.h"

// A mapping of the guest, or the part of one that is also one mapping of the host.
struct piece {
    struct vma vma; // its start and end are the piece's
    const struct host_mapping *host;
};

// The next piece of *h at or above `from`. The table does not know yet how far down a mapping has
// grown.
bool next_piece(const struct subject *s, const struct host_mapping *h, uint64_t from,
                struct piece *p);

// "[stack]", a path, or "". / Where in the file it begins.
const char *piece_name(const struct piece *p);
uint64_t piece_offset(const struct piece *p);

#endif
