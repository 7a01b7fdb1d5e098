// SPDX-License-Identifier: MIT
// Files of the emulator's own, in a process whose descriptors belong to the guest.
#ifndef EMU_BASE_FILE_H
#define EMU_BASE_FILE_H

#include <stddef.h>

// Opens `path` with %d in it replaced by the process id, as open(2) with `flags` and O_CLOEXEC. The
// descriptor is out of the way of those the guest counts on, if the limit on them allows. The
// name is left in name[size]. -1 with errno set if it cannot be opened.
int own_file(const char *path, int flags, char *name, size_t size);

// A descriptor out of the way in place of fd, which is closed; fd itself if there is no room.
int own_descriptor(int fd);

#endif
