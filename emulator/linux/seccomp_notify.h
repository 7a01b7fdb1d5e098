// SPDX-License-Identifier: MIT
// Calls that a filter leaves to a supervisor (SECCOMP_RET_USER_NOTIF). The supervisor, which may be
// any process that has the listener, waits in the host's kernel: the host gets a filter too, which
// lets everything pass but calls that stand for the guest's, and the listener is that one's.
#ifndef EMU_LINUX_SECCOMP_NOTIFY_H
#define EMU_LINUX_SECCOMP_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

// A new listener for the calling thread and what it makes; `flags` of seccomp(2) apply. Its
// descriptor, or -errno: -EBUSY if there is one already.
int64_t seccomp_listener(uint64_t flags);

// Has the supervisor answer call `nr` of thread t: true if it says that the call is to be made,
// else its answer is in *result.
bool seccomp_ask(struct thread *t, uint64_t nr, const uint64_t args[6], int64_t *result);

// The supervisor's ioctl of a listener, which tells and takes the guest's numbers.
int64_t seccomp_notify_ioctl(struct thread *t, int fd, unsigned cmd, uint64_t arg);

#endif
