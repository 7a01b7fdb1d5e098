// SPDX-License-Identifier: MIT
// io_uring. A ring is the host's, and so is the guest's view of it: heads, tails and completions
// are the kernel's own memory. Only the entries that the kernel takes its orders from are not: the
// guest has other memory in their place, and what it hands in is looked at and copied to the
// kernel's by io_uring_enter (linux/uring_entry.c). So no order reaches the host that names the
// emulator's memory or that an x86-64 machine would understand otherwise.
//
// The kernel's poll thread (IORING_SETUP_SQPOLL), which would take entries that nobody has looked
// at, is to the guest one that always sleeps: the ring says that it needs to be woken, and
// io_uring_enter hands in what is there.
#ifndef EMU_LINUX_URING_H
#define EMU_LINUX_URING_H

#include "base/arena.h"
#include "base/lock.h"

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct thread;

// System calls: what they return.
int64_t uring_setup(uint32_t entries, uint64_t params);
int64_t uring_enter(struct thread *t, int fd, uint32_t count, uint32_t least, uint32_t flags,
                    uint64_t arg, uint64_t size);
int64_t uring_register(struct thread *t, int fd, uint32_t op, uint64_t arg, uint32_t count);

// For mmap, with the process's lock. What a mapping of `fd` at `offset` would show: nothing of a
// ring, the host's memory, or entries, which are the guest's. *size: how much there is of those.
enum uring_part { URING_NONE, URING_HOST, URING_ENTRIES };
enum uring_part uring_part(int fd, uint64_t offset, uint64_t *size);

// The guest has the entries of ring `fd` at `addr` now; 0 or -errno, and then they are not to be
// there. / What is mapped in [start, end) went away.
int64_t uring_mapped(int fd, uint64_t addr);
void uring_unmapped(uint64_t start, uint64_t end);

// In the child of a fork.
void uring_after_fork(void);

// Makes an entry of the guest's one that the host may have. What it points to and has to be another
// is put into `space`, which is needed until the host has taken the entry.
enum { URING_REFUSED = 255 }; // an operation that no kernel has
void uring_prepare(struct io_uring_sqe *e, struct arena *space);

// Whether the guest has operation `op`.
bool uring_has(unsigned op);

#endif
