// SPDX-License-Identifier: MIT
// The files of /proc in which a guest would see the emulator: what is opened is looked at, and if
// it is one of these, replaced by what the kernel of an arm64 machine would show. That holds for
// the guest's own process and for others that run in this emulator, whose `process` and table of
// mappings are read from their memory. Where the host does not let one process look into another
// (another user's; Yama), the host's file is shown without the emulator's mappings, and the rest
// is as linux/publish.c has told the host's kernel.
#ifndef EMU_LINUX_SYS_PROCFS_H
#define EMU_LINUX_SYS_PROCFS_H

#include "linux/path.h"
#include "linux/thread.h"

#include <stdint.h>
#include <stdio.h>

// Whose files are meant.
struct subject {
    int pid, tid;                  // tid is 0 in the folder of the process
    char folder[PATH_SIZE];        // the host's, of the process or of the thread
    const struct process *process; // &process, &copy, or NULL: it may not be looked into
    struct vma_table vmas;         // its mappings; none if it may not be looked into
    struct process copy;
};

// The guest program that the link `path` (/proc/self/exe ...) names, in buf (PATH_SIZE bytes); else
// NULL. / The same, where the host finds it.
const char *procfs_exe(const char *path, char *buf);
const char *procfs_exe_file(const char *path, char *buf);

// Whether `pid` is this process or another one that runs in this emulator.
bool procfs_is_guest(int pid);

// Whether `fd` is the memory of a guest's process (/proc/self/mem).
bool procfs_is_memory(int fd);

// What a guest gets that has opened `path`, for which the host gave `fd` or -errno: that, or
// another descriptor in its place.
int64_t procfs_opened(int64_t fd, const char *path, unsigned host_flags);

// Whether `fd` may be such a file, a process's memory that is written to, or a list of descriptors:
// what is done with it then is looked at.
bool procfs_is_noted(int fd);

// A noted descriptor is about to be read from its beginning: its contents become what they are now.
// 0 or -errno.
int64_t procfs_read_again(int fd);

// 1 if `fd` is /proc/PID/maps of a guest, made here: that guest is in *s then, to be looked away
// from. -ESRCH if that has ended, 0 if it is another file. With the process's lock.
int64_t procfs_maps_of(int fd, struct subject *s);
void procfs_look_away(const struct subject *s);

// So much was written to a noted descriptor, from `pos` on: instructions, maybe.
void procfs_written(int fd, int64_t pos, int64_t size);

// Noted folder `fd` has put `n` bytes of entries there: how many are left without the descriptors
// that do not exist for a guest.
int64_t procfs_listed(int fd, uint64_t buf, int64_t n);

// Puts into `out` what the file `name` holds: in the folder of *s, or for a path elsewhere (s is
// then NULL). False: leave the host's.
typedef bool procfs_put(FILE *out, const struct subject *s, const char *name);

struct procfs_view {
    const char *name; // or path
    procfs_put *put;
};

// The view of a name in the folder of a process, or of a path; NULL if there is none.
const struct procfs_view *procfs_view_of_name(const char *name);
const struct procfs_view *procfs_view_of_path(const char *path);

// Whether a file that the guest calls by `path` can be one of them.
bool procfs_may_be_view(const char *path);

// Views of memory (procfs_memory.c).
procfs_put procfs_put_maps, procfs_put_smaps, procfs_put_rollup, procfs_put_stat, procfs_put_statm,
    procfs_put_status;

// The file `name` of *s as the host shows it, or NULL.
FILE *procfs_host_file(const struct subject *s, const char *name);

#endif
