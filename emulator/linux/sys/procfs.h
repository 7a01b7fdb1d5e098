// SPDX-License-Identifier: MIT
// The files of /proc in which a guest would see the emulator: they are made when they are opened,
// as the kernel of an arm64 machine would show them. That holds for the guest's own process and, as
// far as the host lets one process look into another, for others that run in this emulator.
#ifndef EMU_LINUX_SYS_PROCFS_H
#define EMU_LINUX_SYS_PROCFS_H

#include "linux/thread.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// Whose files are meant.
struct subject {
    int pid;
    const char *path;              // the host's file of that name
    const struct process *process; // &process, or copy
    struct process copy;
};

// If `path` lies in the folder of a guest process (/proc/self, /proc/<pid>, /proc/thread-self,
// /proc/self/task/<own tid>), returns what follows ("maps") and fills *s; else NULL. Looks at
// processes other than the guest's own only if `others`.
const char *procfs_subject(const char *path, struct subject *s, bool others);

// The guest program that the link `path` (/proc/self/exe ...) leads to, in buf (PATH_SIZE bytes);
// else NULL.
const char *procfs_exe(const char *path, char *buf);

// Opens `path` if it is such a file: a descriptor or -errno; -ENOENT if it is none of them.
int64_t procfs_open(struct thread *t, const char *path, unsigned host_flags);

// Something to put into a file: in a process's folder, or elsewhere (s is then NULL).
typedef void procfs_put(FILE *out, const struct subject *s);
procfs_put *procfs_view(const char *path, struct subject *s);

#endif
