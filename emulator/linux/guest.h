// SPDX-License-Identifier: MIT
// The emulator's own accesses to guest memory: they answer false instead of faulting. Host system
// calls may be handed guest addresses directly, the host kernel answers -EFAULT itself; everything
// else goes through here.
#ifndef EMU_LINUX_GUEST_H
#define EMU_LINUX_GUEST_H

#include "linux/mm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool guest_read(void *to, uint64_t from, size_t size);
bool guest_write(uint64_t to, const void *from, size_t size);

// Puts `to` into the word there if it is *was, as one access, and what it was into *was. False: it
// cannot be written.
bool guest_swap32(uint64_t at, uint32_t *was, uint32_t to);

// Copies a string of at most `size` - 1 characters and its NUL. Returns its length, -EFAULT, or
// -ENAMETOOLONG.
int64_t guest_read_string(char *to, uint64_t from, size_t size);

// The same, but false instead of waiting for a page that somebody else is to bring: since the first
// userfaultfd of the process, which guest_pages_are_brought() tells of.
bool guest_read_at_once(void *to, uint64_t from, size_t size);
void guest_pages_are_brought(void);

static inline bool guest_read64(uint64_t *to, uint64_t from)
{
    return guest_read(to, from, 8);
}

static inline bool guest_write32(uint64_t to, uint32_t v)
{
    return guest_write(to, &v, 4);
}

static inline bool guest_write64(uint64_t to, uint64_t v)
{
    return guest_write(to, &v, 8);
}

// The guest's pointer as the host's kernel may have it: without a tag if the thread may give tags,
// and GUEST_NOWHERE, where nothing ever is, instead of where the emulator is. There the kernel's
// answer is what it is for memory that the guest does not have.
#ifdef __SANITIZE_THREAD__ // has memory of its own there, and none of anybody's here
#    define GUEST_NOWHERE UINT64_C(0xc000000000)
#else
#    define GUEST_NOWHERE MM_LIMIT
#endif
uint64_t host_pointer(uint64_t guest);

// Reads a structure of `known` bytes that the guest says is `size`, as the kernel does: what is
// missing is zero, what is more must be. 0, -EFAULT, or -E2BIG, also if it is more than a page.
int64_t guest_read_longer(void *to, size_t known, uint64_t from, uint64_t size);

// For the host's fault handler: if the fault at *ip is one of these accesses, moves *ip to its
// failure exit.
bool guest_recover(uint64_t *ip);

#endif
