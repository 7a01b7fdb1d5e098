// SPDX-License-Identifier: MIT
// io_uring. A ring is the host's, and so is the guest's view of it: heads, tails and completions
// are the kernel's own memory. Only the entries that the kernel takes its orders from are not: the
// guest has other memory in their place, and what it hands in is looked at and copied to the
// kernel's by io_uring_enter (linux/uring_entry.c). So no order reaches the host that names the
// emulator's memory or that an x86-64 machine would understand otherwise.
//
// Rings of buffers (linux/uring_pool.c) are two as well: the guest writes buffers' addresses into
// its own, and from there they are copied to the kernel's when the guest makes a system call.
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

// The guest may have put buffers into rings of them: the kernel is told. Called before each system
// call of a process that has such rings (JUDGED_URING).
void uring_see_buffers(void);

// For mmap, with the process's lock. What a mapping of `fd` at `offset` would show: nothing of a
// ring, the host's memory, or entries or buffers' addresses, which are the guest's own. *size: how
// much there is of those.
enum uring_part { URING_NONE, URING_HOST, URING_OWN };
enum uring_part uring_part(int fd, uint64_t offset, uint64_t *size);

// The guest has what is its own of ring `fd` at `addr` now; 0 or -errno, and then it is not to be
// there. / What is mapped in [start, end) went away / is at `to` now.
int64_t uring_mapped(int fd, uint64_t offset, uint64_t addr);
void uring_unmapped(uint64_t start, uint64_t end);
void uring_moved(uint64_t start, uint64_t end, uint64_t to);

// In the child of a fork.
void uring_after_fork(void);

// Process number `gone`, which shared the memory, is no more: its locks are given back. What it was
// about to see or to hand in is seen or handed in once more.
void uring_settle(uint32_t gone);

// Entries that are handed in together.
struct uring_batch {
    struct arena *space; // for what they point to and has to be another: until the host took them
    bool behind_link;    // the next entry begins when the one before it is done
    bool injects;        // the host has operations whose result the caller gives
    int64_t opened;      // out: a descriptor that is already open, which is such a result, or -1
};

// Makes an entry of the guest's, the next one, one that the host may have.
enum { URING_REFUSED = 255 }; // an operation that no kernel has
void uring_prepare(struct io_uring_sqe *e, struct uring_batch *b);

// Whether the guest has operation `op`.
bool uring_has(unsigned op);

#endif
