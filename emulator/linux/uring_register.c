// SPDX-License-Identifier: MIT
// io_uring_register: commands whose structures hold addresses, and those that are handed on.
#include "base/bits.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/lock.h"
#include "linux/sys.h"
#include "linux/sys_internal.h"
#include "linux/thread.h"
#include "linux/uring_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

// Younger than some hosts' headers.
#define BY_INDEX (1u << 31) // IORING_REGISTER_USE_REGISTERED_RING: the ring is named by its index
enum {
    REGISTER_PBUF_STATUS = 26,
    REGISTER_NAPI = 27,
    UNREGISTER_NAPI = 28,
    REGISTER_CLOCK = 29,
    REGISTER_CLONE_BUFFERS = 30,
    REGISTER_SEND_MSG_RING = 31,
    REGISTER_ZCRX_IFQ = 32,
    REGISTER_RESIZE_RINGS = 33,
    REGISTER_MEM_REGION = 34,
};

// A command that the guest has not got, as before the kernel that brought it, and why.
#define LACKS(name, why)                                                    \
    case REGISTER_##name: {                                                 \
        static bool said;                                                   \
        return sys_refused(&said, "io_uring_register " #name, why, EINVAL); \
    }

// IORING_REGISTER_PROBE: what the host has and the guest has not is taken out.
static int64_t probe(struct thread *t, int fd, uint32_t op, uint64_t arg, uint32_t count)
{
    int64_t r = host_call_blocking(t, SYS_io_uring_register, fd, op, arg, count);
    if (r < 0)
        return r;
    struct io_uring_probe head;
    if (!guest_read(&head, arg, sizeof head))
        return -EFAULT;
    for (unsigned i = 0; i < head.ops_len; i++) {
        struct io_uring_probe_op has;
        uint64_t at = arg + sizeof head + i * sizeof has;
        if (!guest_read(&has, at, sizeof has))
            return -EFAULT;
        if (has.flags & IO_URING_OP_SUPPORTED && !uring_has(has.op)) {
            has.flags &= (uint16_t)~IO_URING_OP_SUPPORTED;
            if (!guest_write(at, &has, sizeof has))
                return -EFAULT;
        }
    }
    return r;
}

// The addresses of buffers as the host is given them.
struct buffers {
    uint64_t at;
    void *copy;
    size_t size;
};

static struct buffers buffers_copy(uint64_t from, uint32_t n)
{
    enum { MOST = 1 << 14 }; // more are refused unread
    struct buffers b = {.at = host_pointer(from),
                        .size = round_up(n * sizeof(struct iovec), MM_PAGE)};
    if (from && n && n <= MOST)
        b.copy = arena_pages(b.size);
    if (b.copy)
        b.at = inner_copy(INNER_iovec, b.copy, from, n);
    return b;
}

static int64_t buffers_done(const struct buffers *b, int64_t result)
{
    if (b->copy)
        munmap(b->copy, b->size);
    return result;
}

// The younger commands for buffers and files have a structure that says where they are.
static int64_t with_structure(struct thread *t, int fd, uint32_t op, uint64_t arg, uint32_t count)
{
    uint32_t command = op & ~BY_INDEX;
    bool update =
        command == IORING_REGISTER_BUFFERS_UPDATE || command == IORING_REGISTER_FILES_UPDATE2;
    bool buffers = command == IORING_REGISTER_BUFFERS_UPDATE || command == IORING_REGISTER_BUFFERS2;
    struct io_uring_rsrc_register made;
    struct io_uring_rsrc_update2 changed;
    if (!update && count == sizeof made && guest_read(&made, arg, sizeof made)) {
        struct buffers b = buffers_copy(made.data, buffers ? made.nr : 0);
        made.data = b.at;
        made.tags = host_pointer(made.tags);
        return buffers_done(&b, host_call_blocking(t, SYS_io_uring_register, fd, op, &made, count));
    }
    if (update && count == sizeof changed && guest_read(&changed, arg, sizeof changed)) {
        struct buffers b = buffers_copy(changed.data, buffers ? changed.nr : 0);
        changed.data = b.at;
        changed.tags = host_pointer(changed.tags);
        return buffers_done(&b,
                            host_call_blocking(t, SYS_io_uring_register, fd, op, &changed, count));
    }
    return host_call_blocking(t, SYS_io_uring_register, fd, op, uring_unread(arg), count);
}

// What io_uring_register says of a descriptor that is no ring: the host's word, where it has
// nothing to do it to.
static int64_t no_ring(int fd, uint32_t op)
{
    enum { NO_SUCH = 0x7fffffff };
    if (host_call(SYS_fcntl, fd, F_GETFD, 0) >= 0)
        return -EOPNOTSUPP;
    return host_call(SYS_io_uring_register, fd, op < IORING_REGISTER_LAST ? op : NO_SUCH, NULL, 0);
}

// Rings that the thread calls by an index: the host's thread has the same ones.
static int64_t register_rings(struct thread *t, int fd, uint32_t op, uint64_t arg, uint32_t count)
{
    bool adds = (op & ~BY_INDEX) == IORING_REGISTER_RING_FDS;
    struct io_uring_rsrc_update given[URING_INDEXED];
    if (!count || count > URING_INDEXED)
        return host_call(SYS_io_uring_register, fd, op, arg, count);
    uint32_t n = 0;
    while (n < count && guest_read(&given[n], arg + n * sizeof *given, sizeof *given))
        n++;
    int64_t done = n ? host_call(SYS_io_uring_register, fd, op, given, n) : -EFAULT;
    for (int64_t i = 0; i < done; i++) {
        process_lock();
        t->indexed[given[i].offset] = adds ? uring_of((int)given[i].data) : NULL;
        process_unlock();
        if (adds && !guest_write(arg + (uint64_t)i * sizeof *given, &given[i], sizeof *given))
            return i ? i : -EFAULT;
    }
    return done;
}

static int64_t command(struct thread *t, struct ring *r, int fd, uint32_t op, uint64_t arg,
                       uint32_t count)
{
    switch (op & ~BY_INDEX) {
    case IORING_REGISTER_BUFFERS: {
        struct buffers b = buffers_copy(arg, count);
        return buffers_done(&b, host_call_blocking(t, SYS_io_uring_register, fd, op, b.at, count));
    }
    case IORING_REGISTER_BUFFERS2:
    case IORING_REGISTER_BUFFERS_UPDATE:
    case IORING_REGISTER_FILES2:
    case IORING_REGISTER_FILES_UPDATE2: return with_structure(t, fd, op, arg, count);
    case IORING_REGISTER_FILES_UPDATE: {
        struct io_uring_files_update u;
        if (!guest_read(&u, arg, sizeof u))
            return host_call(SYS_io_uring_register, fd, op, uring_unread(arg), count);
        u.fds = host_pointer(u.fds);
        return host_call_blocking(t, SYS_io_uring_register, fd, op, &u, count);
    }
    case IORING_REGISTER_PROBE: return probe(t, fd, op, arg, count);
    case IORING_REGISTER_RING_FDS:
    case IORING_UNREGISTER_RING_FDS: return register_rings(t, fd, op, arg, count);
    case IORING_REGISTER_PBUF_RING: return uring_pool_register(t, r, fd, op, arg, count);
    case IORING_UNREGISTER_PBUF_RING: return uring_pool_unregister(r, fd, op, arg, count);
    case IORING_UNREGISTER_BUFFERS:
    case IORING_REGISTER_FILES:
    case IORING_UNREGISTER_FILES:
    case IORING_REGISTER_EVENTFD:
    case IORING_UNREGISTER_EVENTFD:
    case IORING_REGISTER_EVENTFD_ASYNC:
    case IORING_REGISTER_PERSONALITY:
    case IORING_UNREGISTER_PERSONALITY:
    case IORING_REGISTER_RESTRICTIONS:
    case IORING_REGISTER_ENABLE_RINGS:
    case IORING_REGISTER_IOWQ_AFF:
    case IORING_UNREGISTER_IOWQ_AFF:
    case IORING_REGISTER_IOWQ_MAX_WORKERS:
    case IORING_REGISTER_SYNC_CANCEL:
    case IORING_REGISTER_FILE_ALLOC_RANGE:
    case REGISTER_PBUF_STATUS:
    case REGISTER_NAPI:
    case UNREGISTER_NAPI:
    case REGISTER_CLOCK:
    case REGISTER_CLONE_BUFFERS: break;
    case REGISTER_RESIZE_RINGS:
        return uring_resize(r, fd, op, arg, count);
        LACKS(MEM_REGION, "the kernel would read signal masks and times from it, unseen")
        LACKS(ZCRX_IFQ, "its buffers are a device's, in memory of the kernel's own")
    default: return -EINVAL;
    }
    return host_call_blocking(t, SYS_io_uring_register, fd, op, arg, count);
}

int64_t uring_register(struct thread *t, int fd, uint32_t op, uint64_t arg, uint32_t count)
{
    if (fd == -1 && op == REGISTER_SEND_MSG_RING) // an entry that no ring of the caller's has
        return host_call_blocking(t, SYS_io_uring_register, fd, op, arg, count);
    struct ring *r = uring_hold(t, fd, op & BY_INDEX);
    if (!r)
        return op & BY_INDEX ? uring_unknown(fd, true) : no_ring(fd, op);
    int64_t result = command(t, r, fd, op, arg, count);
    uring_let_go(r);
    return result;
}
