// SPDX-License-Identifier: MIT
// Entries of io_uring: their addresses, by the rows of linux/uring.def, and the few numbers that
// mean something else on the host.
#include "base/host.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/mm.h"
#include "linux/sys.h"
#include "linux/sys/lookup.h"
#include "linux/sys/procfs.h"
#include "linux/sys_abi.h"
#include "linux/uring.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>

// Younger than some hosts' headers.
enum { NOP_INJECT_RESULT = 1 }; // the operation's result is `len`
enum { SOCKET_SIOCINQ, SOCKET_SIOCOUTQ, SOCKET_GETSOCKOPT, SOCKET_SETSOCKOPT };

enum place {
    ABSENT,
    VALUE,
    DATA,
    VECTOR,
    WAITERS,
    MESSAGE,
    ANSWER,
    PATH,
    NAMED,
    HOW,
    EVENT,
    RANGE,
    COMMAND
};

#define URING_LACKS(number, name, why)
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
#undef URING_LACKS
};

// An operation that the guest has not got is logged once.
static void tell_lack(unsigned op)
{
    switch (op) {
#define URING_OP(number, name, addr, off)
#define URING_LACKS(number, name, why)                      \
    case number: {                                          \
        static bool said;                                   \
        sys_refused(&said, "io_uring " #name, why, EINVAL); \
        break;                                              \
    }
#include "linux/uring.def"
#undef URING_OP
#undef URING_LACKS
    default: break;
    }
}

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

// Messages that come one after the other: each with a head of its own in its buffer (Linux 6.0).
static bool is_multishot(const struct io_uring_sqe *e)
{
    return e->ioprio & IORING_RECV_MULTISHOT;
}

// The kernel writes into the head of a message when one has come, long after this, and the guest
// sees the completion in memory at once: nobody could write to it from a copy in between. So it
// stays where it is and is only looked at. A thread that changes it before the kernel has read it,
// in the same io_uring_enter, can have the kernel write into the emulator's memory.
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

// Whether a link at the end of the entry's path is followed.
static bool follows(const struct io_uring_sqe *e)
{
    switch (e->opcode) {
    case OP_STATX: return !(e->statx_flags & AT_SYMLINK_NOFOLLOW);
    case OP_LINKAT: return e->hardlink_flags & AT_SYMLINK_FOLLOW;
    default: return true;
    }
}

// Puts what was looked up where the kernel finds it.
static bool hand_on(uint64_t *at, const struct lookup *l, struct arena *space)
{
    *at = (uint64_t)l->path;
    if (!l->readable)
        return true;
    size_t size = strlen(l->path) + 1;
    char *copy = arena_alloc(space, size);
    if (copy)
        memcpy(copy, l->path, size);
    *at = (uint64_t)copy;
    return copy;
}

// Whether a path leads to a file of the kernel's, or to none: opening it does not wait.
static bool is_of_kernel(int dir, const char *path)
{
    int64_t fd = host_call(SYS_openat, dir, path, O_PATH | O_CLOEXEC);
    struct statfs s;
    if (fd < 0)
        return true;
    bool is = host_call(SYS_fstatfs, fd, &s) == 0 &&
              (s.f_type == PROC_SUPER_MAGIC || s.f_type == SYSFS_MAGIC);
    host_call(SYS_close, fd);
    return is;
}

// A file that this layer makes when it is opened (/proc/self/maps): that is done now, and the
// kernel gives the descriptor as the result when it comes to the entry. False: if the entry were
// cancelled, by one before it, or the kernel cannot do that, a descriptor would be left.
static bool open_now(struct io_uring_sqe *e, const struct lookup *l, const struct open_how *how,
                     struct uring_batch *b)
{
    if (b->behind_link || !b->injects || e->file_index)
        return false;
    int64_t fd = host_call(SYS_openat2, e->fd, l->path, how, sizeof *how);
    fd = procfs_opened(fd, l->guest, (unsigned)how->flags);
    b->opened = fd < 0 ? -1 : fd;
    *e = (struct io_uring_sqe){.opcode = OP_NOP,
                               .flags = e->flags,
                               .len = (uint32_t)fd,
                               .rw_flags = NOP_INJECT_RESULT,
                               .user_data = e->user_data,
                               .personality = e->personality};
    return true;
}

// Looks up the path at guest address *at, and puts in what the host is given. False: it cannot have
// it.
static bool path(uint64_t *at, const struct io_uring_sqe *e, struct arena *space)
{
    struct lookup l;
    return !lookup_path(&l, *at, follows(e)) && hand_on(at, &l, space);
}

// The same for a file that is opened.
static bool open_path(struct io_uring_sqe *e, const struct open_how *how, struct uring_batch *b)
{
    struct lookup l;
    bool stays = how->flags & O_CREAT || (how->flags & O_TMPFILE) == O_TMPFILE ||
                 how->resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT);
    int64_t err =
        stays ? lookup_new(&l, e->addr) : lookup_path(&l, e->addr, !(how->flags & HOST_O_NOFOLLOW));
    if (err)
        return false;
    bool refused = e->flags & IOSQE_FIXED_FILE || e->buf_index; // by the kernel
    if (!refused && procfs_may_be_view(l.guest) && is_of_kernel(e->fd, l.path))
        return open_now(e, &l, how, b);
    uint64_t at;
    bool good = hand_on(&at, &l, b->space);
    e->addr = at;
    return good;
}

static bool open_by_flags(struct io_uring_sqe *e, struct uring_batch *b)
{
    e->open_flags = host_open_flags(e->open_flags);
    struct open_how how = {.flags = e->open_flags};
    if (how.flags & O_CREAT || (how.flags & O_TMPFILE) == O_TMPFILE)
        how.mode = e->len & 07777;
    return open_path(e, &how, b);
}

static bool open_by_how(struct io_uring_sqe *e, struct uring_batch *b)
{
    struct open_how *how = arena_alloc(b->space, sizeof *how);
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
    e->addr2 = (uint64_t)how;
    e->len = sizeof *how;
    return open_path(e, how, b);
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

// How long the range is: advice has a long length since Linux 6.11.
static uint64_t range_size(const struct io_uring_sqe *e)
{
    if (e->opcode == OP_PROVIDE_BUFFERS)
        return (uint64_t)e->len * (uint32_t)e->fd;
    return e->off ? e->off : e->len;
}

// Ranges of memory: all of it is the guest's. Of advice, only that which changes nothing that this
// layer keeps.
static bool range(struct io_uring_sqe *e)
{
    uint64_t size = range_size(e);
    if (e->opcode == OP_MADVISE && e->fadvise_advice != MADV_NORMAL &&
        e->fadvise_advice != MADV_WILLNEED && e->fadvise_advice != MADV_SEQUENTIAL &&
        e->fadvise_advice != MADV_RANDOM && e->fadvise_advice != MADV_COLD &&
        e->fadvise_advice != MADV_PAGEOUT)
        return false;
    e->addr = host_pointer(e->addr);
    if (e->addr < MM_LIMIT && size > MM_LIMIT - e->addr)
        e->addr = GUEST_NOWHERE;
    if (e->opcode == OP_MADVISE && e->addr == GUEST_NOWHERE) { // so much is nowhere
        e->off = 0;
        e->len = MM_PAGE;
    }
    return true;
}

// A command for a driver: those that all sockets have. An option that is as long as a structure
// with an address in it is refused.
static bool command(struct io_uring_sqe *e)
{
    struct stat st;
    uint64_t option = e->addr3;
    if (e->flags & IOSQE_FIXED_FILE || host_call(SYS_fstat, e->fd, &st) || !S_ISSOCK(st.st_mode))
        return false;
    switch ((uint32_t)e->off) { // cmd_op
    case SOCKET_SIOCINQ:
    case SOCKET_SIOCOUTQ: return true;
    case SOCKET_SETSOCKOPT:
        if (e->file_index >= inner_size(INNER_sock_fprog)) // optlen
            return false;
        FALLS_THROUGH;
    case SOCKET_GETSOCKOPT: e->addr3 = host_pointer(option); return true;
    default: return false;
    }
}

// Buffers to be sent that are many (Linux 6.17).
static bool is_vectorized(const struct io_uring_sqe *e)
{
    enum { SEND_VECTORIZED = 1 << 5 };
    return (e->opcode == OP_SEND || e->opcode == OP_SEND_ZC) && e->ioprio & SEND_VECTORIZED;
}

static bool prepare(struct io_uring_sqe *e, struct uring_batch *b)
{
    struct arena *space = b->space;
    uint64_t at = e->addr, name;
    bool good = true;
    if (rows[e->opcode].off == DATA)
        e->addr2 = host_pointer(e->addr2);
    switch ((enum place)rows[e->opcode].addr) {
    case ABSENT: return false;
    case VALUE:
    case HOW:
        if (e->opcode == OP_CLOSE && sys_is_own(e->fd))
            e->fd = -1; // which does not exist for the guest
        return true;
    case DATA:
        if (is_vectorized(e))
            good = vector(&at, e->len, space);
        else
            at = host_pointer(at);
        if (e->opcode == OP_PIPE)
            e->open_flags = host_open_flags(e->open_flags);
        break;
    case VECTOR: good = vector(&at, e->len, space); break;
    case WAITERS: good = e->len > 128 || copied(INNER_futex_waitv, &at, e->len, space); break;
    case MESSAGE: good = message(&at, space); break;
    case ANSWER:
        if (is_multishot(e))
            good = message(&at, space);
        else
            at = is_safe_answer(at) ? host_pointer(at) : GUEST_NOWHERE;
        break;
    case PATH:
        if (e->opcode == OP_OPENAT)
            return open_by_flags(e, b);
        if (e->opcode == OP_OPENAT2)
            return open_by_how(e, b);
        good = path(&at, e, space);
        break;
    case NAMED:
        name = e->addr3;
        good = path(&name, e, space);
        e->addr3 = name;
        at = host_pointer(at);
        break;
    case COMMAND: return command(e);
    case EVENT: return event(e, space);
    case RANGE: return range(e);
    }
    e->addr = at;
    return good;
}

void uring_prepare(struct io_uring_sqe *e, struct uring_batch *b)
{
    bool links = e->flags & (IOSQE_IO_LINK | IOSQE_IO_HARDLINK);
    tell_lack(e->opcode);
    // The last word is one more address to kernels that are younger than the rows.
    if (!uring_has(e->opcode) || e->__pad2[0] || !prepare(e, b))
        e->opcode = URING_REFUSED;
    b->behind_link = links;
}
