// SPDX-License-Identifier: MIT
// What the files of io_uring share: rings as this layer has them.
#ifndef EMU_LINUX_URING_INTERNAL_H
#define EMU_LINUX_URING_INTERNAL_H

#include "linux/guest.h"
#include "linux/uring.h"

// Younger than some hosts' headers. Since Linux 6.12, and the first feature that says so.
#define URING_FEAT_MIN_TIMEOUT (1u << 15)

struct ring {
    struct ring *next;
    dev_t device; // of the open file
    ino_t file;
    struct io_uring_params of;
    uint64_t guest;   // where the guest has its entries, or 0
    unsigned users;   // threads within a call
    bool polled;      // the guest asked for the kernel's poll thread
    bool unmapped;    // the guest has had its entries, and no longer has
    bool open;        // for collect(): it is still somebody's
    struct lock lock; // entries are handed in by one thread at a time
    // While the guest has entries: the kernel's memory, and room for what they point to.
    uint8_t *shared, *entries;
    struct arena space;
    uint32_t *given;  // indices of the entries that are the host's to take, in `space`
    uint8_t *carried; // entries that were in the ring when it became another one (uring_resize)
    uint32_t n_carried;
    int64_t *opened; // for each of them, a descriptor that was opened ahead (uring_entry.c), or -1
    uint32_t n_given;
};

// With the process's lock: the ring of a descriptor, or NULL.
struct ring *uring_of(int fd);

// The ring of a descriptor, or of an index of the thread's, until uring_let_go; or NULL.
struct ring *uring_hold(const struct thread *t, int fd, bool by_index);
void uring_let_go(struct ring *r);

// IORING_REGISTER_RESIZE_RINGS.
int64_t uring_resize(struct ring *r, int fd, uint32_t op, uint64_t arg, uint32_t count);

// An argument that could not be read, or that the kernel does not read: another thread may change
// it meanwhile, so the kernel does not get to see it.
static inline uint64_t uring_unread(uint64_t arg)
{
    return arg ? GUEST_NOWHERE : 0;
}

// The error for a ring that is not known here.
int64_t uring_unknown(int fd, bool by_index);

// Commands of io_uring_register for rings of buffers (uring_pool.c). `op` is the command as the
// host is told it.
int64_t uring_pool_register(struct thread *t, struct ring *r, int fd, uint32_t op, uint64_t arg,
                            uint32_t count);
int64_t uring_pool_unregister(struct ring *r, int fd, uint32_t op, uint64_t arg, uint32_t count);

// What a mapping of the ring at `offset` shows of them, in bytes, and where the guest has it now;
// what is mapped in [start, end) went away / is at `to` now; all of a ring end.
uint64_t uring_pool_size(const struct ring *r, uint64_t offset);
int64_t uring_pool_mapped(const struct ring *r, uint64_t offset, uint64_t addr);
void uring_pools_unmapped(uint64_t start, uint64_t end);
void uring_pools_moved(uint64_t start, uint64_t end, uint64_t to);
void uring_pools_end(const struct ring *r);
void uring_pools_after_fork(void);
void uring_pools_settle(uint32_t gone);

#endif
