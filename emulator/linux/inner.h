// SPDX-License-Identifier: MIT
// Pointers that lie in guest memory: those in a struct iovec, a struct msghdr and so on. The host's
// kernel follows them, and would into the emulator's own memory. So what it is given is a copy of
// the structure (which no other thread of the guest can change after the look at it), with every
// pointer as host_pointer (linux/guest.h) has it. Where pointers lie is said in linux/inner.def.
#ifndef EMU_LINUX_INNER_H
#define EMU_LINUX_INNER_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum inner {
    INNER_NONE,
#define INNER(name, ...) INNER_##name,
#include "linux/inner.def"
#undef INNER
};

// Structures that no header has, or not every one.
struct inner_xattr_args {
    uint64_t value;
    uint32_t size, flags;
};
struct inner_sigset {
    uint64_t set, size;
};
struct inner_waitv {
    uint64_t value, word;
    uint32_t flags, reserved;
};
struct inner_ipt_replace {
    char name[32];
    uint32_t hooks, entries, size, hook_entry[5], underflow[5], n_counters;
    uint64_t counters;
};

// Size of one such structure in bytes.
size_t inner_size(enum inner what);

// Copies `n` structures that are at guest address `from` to `to`, pointers made safe. Returns what
// the host's kernel is given in place of `from`: `to`, or, where the guest has no such memory, an
// address at which the kernel finds that out by itself and in its own order of errors.
uint64_t inner_copy(enum inner what, void *to, uint64_t from, uint64_t n);

// The same for one structure that the guest says is `size` bytes, longer or shorter than it is
// known here; `to` has room for `room`, at least the structure. What is too long to be copied is
// only looked at.
uint64_t inner_copy_sized(enum inner what, void *to, size_t room, uint64_t from, uint64_t size);

// After a call that may have changed one such structure in `copy`, `size` bytes (INNER_BACK at
// most) that came from guest address `to`: puts into the guest's what is no pointer. 0 or -EFAULT.
enum { INNER_BACK = 256 };
int64_t inner_put_back(enum inner what, const void *copy, uint64_t to, uint64_t size);

// A vector of buffers, as many as the kernel takes.
struct vectors {
    struct iovec v[IOV_MAX];
};
static inline uint64_t vectors_copy(struct vectors *to, uint64_t from, uint64_t count)
{
    return count > IOV_MAX ? from : inner_copy(INNER_iovec, to->v, from, count);
}

#endif
