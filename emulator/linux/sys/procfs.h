// SPDX-License-Identifier: MIT
// The files of /proc in which the guest would see the emulator: they are made when they are opened,
// as the kernel of an arm64 machine would show them for the guest.
#ifndef EMU_LINUX_SYS_PROCFS_H
#define EMU_LINUX_SYS_PROCFS_H

#include <stdint.h>

struct thread;

// "maps" for /proc/self/maps, /proc/<own pid>/maps, /proc/thread-self/maps, /proc/self/task/<own
// tid>/maps; else NULL.
const char *procfs_own(const char *path);

// Opens `path` if it is such a file: a descriptor or -errno; -ENOENT if it is none of them.
int64_t procfs_open(struct thread *t, const char *path, unsigned host_flags);

#endif
