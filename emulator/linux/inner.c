// SPDX-License-Identifier: MIT
#include "linux/inner.h"

#include "base/host.h"
#include "linux/guest.h"

#include <errno.h>
#include <linux/blkpg.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/io_uring.h>
#include <linux/kd.h>
#include <linux/keyctl.h>
#include <linux/route.h>
#include <linux/tcp.h>
#include <string.h>

struct layout {
    uint16_t size, count, at[3];
};

#define AT(type, member) (uint16_t) offsetof(type, member)
#define INNER(name, type, ...) \
    [INNER_##name] = {sizeof(type), ARRAY_LEN(((uint16_t[]){__VA_ARGS__})), {__VA_ARGS__}},
static const struct layout layouts[] = {
#include "linux/inner.def"
};
#undef INNER

size_t inner_size(enum inner what)
{
    return layouts[what].size;
}

// Makes the pointers of one structure safe, as far as its `size` bytes go; whether one was not.
static bool make_safe(const struct layout *l, char *object, uint64_t size)
{
    bool changed = false;
    for (unsigned k = 0; k < l->count && l->at[k] + sizeof(uint64_t) <= size; k++) {
        uint64_t was, is;
        memcpy(&was, object + l->at[k], sizeof was);
        is = host_pointer(was);
        memcpy(object + l->at[k], &is, sizeof is);
        changed |= is != was;
    }
    return changed;
}

// What the kernel is given for an address without memory: another thread may be about to map some.
static uint64_t unreadable(uint64_t from)
{
    return from ? GUEST_NOWHERE : 0;
}

uint64_t inner_copy(enum inner what, void *to, uint64_t from, uint64_t n)
{
    const struct layout *l = &layouts[what];
    if (!guest_read(to, from, n * l->size))
        return unreadable(from);
    for (uint64_t i = 0; i < n; i++)
        make_safe(l, (char *)to + i * l->size, l->size);
    return (uint64_t)to;
}

uint64_t inner_copy_sized(enum inner what, void *to, size_t room, uint64_t from, uint64_t size)
{
    const struct layout *l = &layouts[what];
    if (!guest_read(to, from, size <= room ? size : l->size))
        return unreadable(from);
    bool changed = make_safe(l, to, size);
    return size <= room ? (uint64_t)to : changed ? GUEST_NOWHERE : from;
}

int64_t inner_put_back(enum inner what, const void *copy, uint64_t to, uint64_t size)
{
    const struct layout *l = &layouts[what];
    char now[INNER_BACK], was[INNER_BACK];
    if (size > sizeof now || !guest_read(was, to, size))
        return -EFAULT;
    memcpy(now, copy, size);
    for (unsigned k = 0; k < l->count && l->at[k] + sizeof(uint64_t) <= size; k++)
        memcpy(now + l->at[k], was + l->at[k], sizeof(uint64_t));
    return !memcmp(now, was, size) || guest_write(to, now, size) ? 0 : -EFAULT;
}
