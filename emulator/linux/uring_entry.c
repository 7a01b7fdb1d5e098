// SPDX-License-Identifier: MIT
// Entries of io_uring: their addresses, by the rows of linux/uring.def, and the few numbers that
// mean something else on the host.
#include "base/log.h"
#include "linux/guest.h"
#include "linux/inner.h"
#include "linux/mm.h"
#include "linux/sys/lookup.h"
#include "linux/sys/procfs.h"
#include "linux/sys_abi.h"
#include "linux/sys_trace.h"
#include "linux/uring.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum place { ABSENT, VALUE, DATA, VECTOR, WAITERS, MESSAGE, ANSWER, PATH, HOW, EVENT, RANGE };

#define URING_OP(number, name, addr, off) OP_##name = number,
enum {
#include "linux/uring.def"
};
#undef URING_OP

static const struct {
    uint8_t addr, off;
} rows[] = {
#define URING_OP(number, name, addr, off) [number] = {addr, off},
#include "linux/uring.def"
#undef URING_OP
};

bool uring_has(unsigned op)
{
    return op < ARRAY_LEN(rows) && rows[op].addr != ABSENT;
}

// A copy of `n` structures at guest address `from`, pointers made safe; an address without memory
// if that is what they are at. False: there is no room.
static bool copied(enum inner what, uint64_t *from, uint64_t n, struct arena *space)
{
    void *to = arena_alloc(space, n * inner_size(what) + 1);
    if (to)
        *from = inner_copy(what, to, *from, n);
    return to;
}

static bool vector(uint64_t *at, uint64_t n, struct arena *space)
{
    return n > IOV_MAX || copied(INNER_iovec, at, n, space); // too many are refused unread
}

static bool message(uint64_t *at, struct arena *space)
{
    if (!copied(INNER_msghdr, at, 1, space))
        return false;
    struct msghdr m;
    if (*at == GUEST_NOWHERE || !*at)
        return true;
    struct msghdr *copy = (struct msghdr *)*at;
    m = *copy;
    uint64_t v = (uint64_t)m.msg_iov;
    bool fits = vector(&v, m.msg_iovlen, space);
    copy->msg_iov = (struct iovec *)v;
    return fits;
}

// The kernel writes into the head of a message when one has come, long after this: it stays where
// it is and is only looked at.
static bool is_safe_answer(uint64_t at)
{
    struct msghdr m;
    if (!guest_read(&m, at, sizeof m))
        return true; // the kernel sees it
    bool safe = host_pointer((uint64_t)m.msg_name) != GUEST_NOWHERE &&
                host_pointer((uint64_t)m.msg_iov) != GUEST_NOWHERE &&
                host_pointer((uint64_t)m.msg_control) != GUEST_NOWHERE;
    for (uint64_t i = 0; safe && i < m.msg_iovlen && i < IOV_MAX; i++) {
        uint64_t base;
        if (guest_read64(&base, (uint64_t)(m.msg_iov + i)))
            safe = host_pointer(base) != GUEST_NOWHERE;
    }
    return safe;
}

// Whether a link at the end of the entry's path is followed, or is made a file.
static bool follows(const struct io_uring_sqe *e, uint64_t open_flags)
{
    switch (e->opcode) {
    case OP_STATX: return !(e->statx_flags & AT_SYMLINK_NOFOLLOW);
    case OP_LINKAT: return e->hardlink_flags & AT_SYMLINK_FOLLOW;
    default: return !(open_flags & HOST_O_NOFOLLOW);
    }
}

// Looks a path up. `how` is what opens it, or NULL. False: the file is one that this layer makes
// (/proc/self/maps) when it is opened by a system call, and the host's is not to be shown.
static bool path(uint64_t *at, const struct io_uring_sqe *e, const struct open_how *how,
                 struct arena *space)
{
    struct lookup l;
    uint64_t flags = how ? how->flags : 0;
    bool stays = how && (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ||
                         how->resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT));
    int64_t err = stays ? lookup_new(&l, *at) : lookup_path(&l, *at, follows(e, flags));
    if (err || (how && procfs_may_be_view(l.guest)))
        return false;
    *at = (uint64_t)l.path;
    if (!l.readable)
        return true;
    size_t size = strlen(l.path) + 1;
    char *copy = arena_alloc(space, size);
    if (copy)
        memcpy(copy, l.path, size);
    *at = (uint64_t)copy;
    return copy;
}

static bool open_by_flags(struct io_uring_sqe *e, struct arena *space)
{
    struct open_how how = {.flags = e->open_flags = host_open_flags(e->open_flags)};
    uint64_t at = e->addr;
    bool good = path(&at, e, &how, space);
    e->addr = at;
    return good;
}

static bool open_by_how(struct io_uring_sqe *e, struct arena *space)
{
    struct open_how *how = arena_alloc(space, sizeof *how);
    if (!how)
        return false;
    int64_t err =
        e->len < sizeof *how ? -EINVAL : guest_read_longer(how, sizeof *how, e->addr2, e->len);
    if (err) {
        e->addr = host_pointer(e->addr);
        e->addr2 = GUEST_NOWHERE;
        return err == -EFAULT;
    }
    how->flags = (how->flags & ~UINT64_C(0xffffffff)) | host_open_flags((uint32_t)how->flags);
    uint64_t at = e->addr;
    bool good = path(&at, e, how, space);
    e->addr = at;
    e->addr2 = (uint64_t)how;
    e->len = sizeof *how;
    return good;
}

static bool event(struct io_uring_sqe *e, struct arena *space)
{
    struct guest_epoll_event g;
    struct epoll_event *h = arena_alloc(space, sizeof *h);
    if (!h)
        return false;
    if (!guest_read(&g, e->addr, sizeof g)) {
        e->addr = host_pointer(e->addr) ? GUEST_NOWHERE : 0;
        return true;
    }
    *h = (struct epoll_event){.events = g.events, .data.u64 = g.data};
    e->addr = (uint64_t)h;
    return true;
}

// Ranges of memory: all of it is the guest's. Of advice, only that which changes nothing that this
// layer keeps.
static bool range(struct io_uring_sqe *e)
{
    uint64_t size = e->opcode == OP_PROVIDE_BUFFERS ? (uint64_t)e->len * (uint32_t)e->fd : e->len;
    if (e->opcode == OP_MADVISE && e->fadvise_advice != MADV_NORMAL &&
        e->fadvise_advice != MADV_WILLNEED && e->fadvise_advice != MADV_SEQUENTIAL &&
        e->fadvise_advice != MADV_RANDOM && e->fadvise_advice != MADV_COLD &&
        e->fadvise_advice != MADV_PAGEOUT)
        return false;
    e->addr = host_pointer(e->addr);
    if (e->addr < MM_LIMIT && size > MM_LIMIT - e->addr)
        e->addr = GUEST_NOWHERE;
    return true;
}

static bool prepare(struct io_uring_sqe *e, struct arena *space)
{
    uint64_t at = e->addr;
    bool good = true;
    if (rows[e->opcode].off == DATA)
        e->addr2 = host_pointer(e->addr2);
    switch ((enum place)rows[e->opcode].addr) {
    case ABSENT: return false;
    case VALUE:
    case HOW:
        if (e->opcode == OP_CLOSE && (e->fd == log_fd() || e->fd == trace_fd()))
            e->fd = -1; // which do not exist for the guest
        return true;
    case DATA: at = host_pointer(at); break;
    case VECTOR: good = vector(&at, e->len, space); break;
    case WAITERS: good = e->len > 128 || copied(INNER_futex_waitv, &at, e->len, space); break;
    case MESSAGE: good = message(&at, space); break;
    case ANSWER: at = is_safe_answer(at) ? host_pointer(at) : GUEST_NOWHERE; break;
    case PATH:
        if (e->opcode == OP_OPENAT)
            return open_by_flags(e, space);
        if (e->opcode == OP_OPENAT2)
            return open_by_how(e, space);
        good = path(&at, e, NULL, space);
        break;
    case EVENT: return event(e, space);
    case RANGE: return range(e);
    }
    e->addr = at;
    return good;
}

void uring_prepare(struct io_uring_sqe *e, struct arena *space)
{
    // The last word is one more address to kernels that are younger than the rows.
    if (!uring_has(e->opcode) || e->__pad2[0] || !prepare(e, space))
        e->opcode = URING_REFUSED;
}
