// SPDX-License-Identifier: MIT
// Commands of ioctl that are not simply the host's: functions that linux/sys/ioctl.def names.
#ifndef EMU_LINUX_SYS_IOCTL_H
#define EMU_LINUX_SYS_IOCTL_H

#include <stdint.h>

struct thread;

// Younger than some hosts' headers.
#ifndef PROCMAP_QUERY
#    define PROCMAP_QUERY _IOC(_IOC_READ | _IOC_WRITE, 'f', 17, 104)
#endif

// Each: command `cmd` with argument `arg` on descriptor `fd` by thread t; a value or -errno.
typedef int64_t ioctl_fn(struct thread *t, int fd, unsigned cmd, uint64_t arg);

ioctl_fn userfault_new, userfault_api, userfault_range; // userfault.c
ioctl_fn procfs_query;                                  // procfs_query.c
ioctl_fn loop_set_status, loop_get_status;              // loop.c

#endif
