// SPDX-License-Identifier: MIT
#include "linux/uring.h"

#include "base/bits.h"
#include "base/host.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/lock.h"
#include "linux/sys_internal.h"
#include "linux/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Younger than some hosts' headers.
#define SETUP_NO_SQARRAY (1u << 16)
#define ENTER_ABS_TIMER  (1u << 5)

enum {
    // The rest has the kernel take entries from the program's memory, or makes them of two sizes.
    SETUP_KNOWN = IORING_SETUP_IOPOLL | IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF |
                  IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_ATTACH_WQ |
                  IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN |
                  IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SQE128 | IORING_SETUP_CQE32 |
                  IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | SETUP_NO_SQARRAY,
    ENTER_KNOWN = IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP | IORING_ENTER_SQ_WAIT |
                  IORING_ENTER_EXT_ARG | ENTER_ABS_TIMER,
    ENTER_OWN = IORING_ENTER_SQ_WAKEUP | IORING_ENTER_SQ_WAIT, // mean something to the poll thread
    FEATURES_KNOWN = (IORING_FEAT_LINKED_FILE << 1) - 1,
    SPACE = 256 << 20, // address space for what entries point to
};

struct ring {
    struct ring *next;
    dev_t device; // of the open file
    ino_t file;
    struct io_uring_params of;
    uint64_t guest;   // where the guest has its entries, or 0
    unsigned users;   // threads within uring_enter
    bool polled;      // the guest asked for the kernel's poll thread
    struct lock lock; // entries are handed in by one thread at a time
    // While the guest has entries: the kernel's memory, and room for what they point to.
    uint8_t *shared, *entries;
    struct arena space;
    uint32_t *given; // indices of the entries that are the host's to take, in `space`
    uint32_t n_given;
};

static struct ring *rings; // with the process's lock

static size_t entry_size(const struct ring *r)
{
    return sizeof(struct io_uring_sqe) << !!(r->of.flags & IORING_SETUP_SQE128);
}

static size_t entries_size(const struct ring *r)
{
    return r->of.sq_entries * entry_size(r);
}

// How much of the shared memory has what uring_enter looks at.
static size_t shared_size(const struct ring *r)
{
    size_t heads = r->of.sq_off.flags + sizeof(uint32_t);
    size_t array = r->of.sq_off.array + r->of.sq_entries * sizeof(uint32_t);
    return r->of.flags & SETUP_NO_SQARRAY || array < heads ? heads : array;
}

static uint32_t *word(const struct ring *r, uint32_t offset)
{
    return (uint32_t *)(r->shared + offset);
}

static struct ring *ring_of(int fd)
{
    struct stat st;
    if (!rings || host_call(SYS_fstat, fd, &st))
        return NULL;
    struct ring *r = rings;
    while (r && (r->file != st.st_ino || r->device != st.st_dev))
        r = r->next;
    return r;
}

// Whether each ring is a file of its own, which it is since Linux 5.12.
static bool has_own_file(const struct stat *st)
{
    struct stat other;
    int fd = eventfd(0, EFD_CLOEXEC);
    bool own = fd >= 0 && fstat(fd, &other) == 0 && other.st_ino != st->st_ino;
    if (fd >= 0)
        close(fd);
    return own;
}

static void *map(int fd, size_t size, uint64_t offset)
{
    void *p =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, (off_t)offset);
    return p == MAP_FAILED ? NULL : p;
}

// Puts down that who hands in entries has to say so.
static bool put_to_sleep(struct ring *r, int fd)
{
    r->shared = map(fd, shared_size(r), IORING_OFF_SQ_RING);
    if (!r->shared)
        return false;
    __atomic_or_fetch(word(r, r->of.sq_off.flags), IORING_SQ_NEED_WAKEUP, __ATOMIC_SEQ_CST);
    munmap(r->shared, shared_size(r));
    r->shared = NULL;
    return true;
}

// Notes the ring that the host has made; false if it cannot be one of the guest's.
static bool note(int fd, const struct io_uring_params *p, bool polled)
{
    struct stat st;
    if (!(p->features & IORING_FEAT_SUBMIT_STABLE) || fstat(fd, &st) || !has_own_file(&st))
        return false;
    process_lock();
    struct ring *r = calloc(1, sizeof *r);
    if (r) {
        *r = (struct ring){
            .next = rings, .device = st.st_dev, .file = st.st_ino, .of = *p, .polled = polled};
        if (!polled || put_to_sleep(r, fd)) {
            rings = r;
        } else {
            free(r);
            r = NULL;
        }
    }
    process_unlock();
    return r;
}

int64_t uring_setup(uint32_t entries, uint64_t params)
{
    enum {
        OF_RUNNING =
            IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_DEFER_TASKRUN
    };
    struct io_uring_params p;
    if (!guest_read(&p, params, sizeof p))
        return host_call(SYS_io_uring_setup, entries, GUEST_NOWHERE);
    uint32_t asked = p.flags, polled = asked & IORING_SETUP_SQPOLL;
    if (asked & ~(uint32_t)SETUP_KNOWN || (polled && asked & OF_RUNNING))
        return -EINVAL;
    if (polled)
        p.flags &= ~(uint32_t)(IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF);
    int64_t fd = host_call(SYS_io_uring_setup, entries, &p);
    if (fd < 0)
        return fd;
    bool good = note((int)fd, &p, polled);
    p.flags = asked;
    p.features &= FEATURES_KNOWN;
    if (good && guest_write(params, &p, sizeof p))
        return fd;
    host_call(SYS_close, fd);
    return good ? -EFAULT : -ENOSYS;
}

enum uring_part uring_part(int fd, uint64_t offset, uint64_t *size)
{
    struct ring *r = ring_of(fd);
    if (!r)
        return URING_NONE;
    *size = entries_size(r);
    return offset == IORING_OFF_SQES ? URING_ENTRIES : URING_HOST;
}

static void release(struct ring *r)
{
    if (r->shared)
        munmap(r->shared, shared_size(r));
    if (r->entries)
        munmap(r->entries, entries_size(r));
    if (r->space.base)
        arena_fini(&r->space);
    r->shared = r->entries = NULL;
    r->space = (struct arena){0};
}

int64_t uring_mapped(int fd, uint64_t addr)
{
    struct ring *r = ring_of(fd);
    if (!r || r->guest || r->users) // the entries are in one place
        return -ENOMEM;
    release(r);
    r->shared = map(fd, shared_size(r), IORING_OFF_SQ_RING);
    r->entries = map(fd, entries_size(r), IORING_OFF_SQES);
    if (!r->shared || !r->entries) {
        release(r);
        return -ENOMEM;
    }
    arena_init(&r->space, SPACE);
    r->guest = addr;
    return 0;
}

void uring_unmapped(uint64_t start, uint64_t end)
{
    for (struct ring *r = rings; r; r = r->next) {
        if (r->guest < start || r->guest >= end)
            continue;
        r->guest = 0;
        if (!r->users)
            release(r);
    }
}

void uring_after_fork(void)
{
    for (struct ring *r = rings; r; r = r->next) {
        r->lock = (struct lock){0};
        r->users = 0;
    }
}

// The index of the entry that is `n`th from the ring's head on; false if there is no such entry.
static bool entry_at(const struct ring *r, uint32_t n, uint32_t *index)
{
    uint32_t at = n & (r->of.sq_entries - 1);
    if (!(r->of.flags & SETUP_NO_SQARRAY))
        at = *(volatile uint32_t *)(word(r, r->of.sq_off.array) + at);
    *index = at;
    return at < r->of.sq_entries;
}

// Hands over at most `count` entries to the host's ring; how many there are.
static uint32_t hand_over(struct ring *r, uint32_t count)
{
    if (!r->guest || !r->shared)
        return 0;
    uint32_t head = __atomic_load_n(word(r, r->of.sq_off.head), __ATOMIC_ACQUIRE);
    uint32_t there = __atomic_load_n(word(r, r->of.sq_off.tail), __ATOMIC_ACQUIRE) - head;
    there = there < r->of.sq_entries ? there : r->of.sq_entries;
    count = count < there ? count : there;
    r->n_given = 0;
    r->given = arena_alloc(&r->space, count * sizeof *r->given);
    if (!r->given)
        return 0;
    for (uint32_t i = 0, index; i < count; i++) {
        struct io_uring_sqe e;
        if (!entry_at(r, head + i, &index))
            continue;
        r->given[r->n_given++] = index;
        if (guest_read(&e, r->guest + index * entry_size(r), sizeof e))
            uring_prepare(&e, &r->space);
        else
            e = (struct io_uring_sqe){.opcode = URING_REFUSED};
        memcpy(r->entries + index * entry_size(r), &e, sizeof e);
    }
    return count;
}

// The kernel may be pointed at any entry again by who has the ring's memory: there is none left
// that leads to `space`.
static void take_back(struct ring *r)
{
    for (uint32_t i = 0; i < r->n_given; i++) {
        uint8_t *e = r->entries + r->given[i] * entry_size(r);
        ((struct io_uring_sqe *)e)->opcode = URING_REFUSED;
    }
    arena_reset(&r->space);
}

// io_uring_enter's first half: what it returns.
static int64_t submit(struct thread *t, struct ring *r, int fd, uint32_t count)
{
    lock_take(&r->lock);
    int64_t done = 0, n, all = 0;
    do {
        n = hand_over(r, count - (uint32_t)all);
        done = host_call_blocking(t, SYS_io_uring_enter, fd, n, 0, 0, NULL, 0);
        if (n)
            take_back(r);
        all += done > 0 ? done : 0;
        // The poll thread goes on behind an entry that is wrong.
    } while (r->polled && done > 0 && (uint32_t)all < count);
    lock_give(&r->lock);
    return all ? all : done;
}

// Its second half.
static int64_t wait_for(struct thread *t, int fd, uint32_t least, uint32_t flags, uint64_t arg,
                        uint64_t size)
{
    struct io_uring_getevents_arg a;
    uint64_t mask = arg;
    if (flags & IORING_ENTER_EXT_ARG) {
        mask = 0;
        if (size == sizeof a) {
            arg = inner_copy(INNER_uring_wait, &a, arg, 1);
            mask = arg == (uint64_t)&a && a.sigmask_sz == sizeof mask ? a.sigmask : 0;
        }
    } else if (size != sizeof mask) {
        mask = 0;
    }
    return signal_masked_call(t, mask, SYS_io_uring_enter, (uint64_t)fd, 0, least, flags, arg,
                              size);
}

static int64_t enter(struct thread *t, struct ring *r, int fd, uint32_t count, uint32_t least,
                     uint32_t flags, uint64_t arg, uint64_t size)
{
    int64_t done = count;
    if (r->polled) {
        if (flags & IORING_ENTER_SQ_WAKEUP) {
            int64_t err = submit(t, r, fd, UINT32_MAX);
            if (err < 0)
                return err;
        }
    } else {
        done = count ? submit(t, r, fd, count) : 0;
        if (done != count)
            return done;
    }
    flags &= ~(uint32_t)ENTER_OWN;
    if (count && !(flags & IORING_ENTER_GETEVENTS))
        return done;
    int64_t r2 = wait_for(t, fd, least, flags, arg, size);
    return done ? done : r2;
}

int64_t uring_enter(struct thread *t, int fd, uint32_t count, uint32_t least, uint32_t flags,
                    uint64_t arg, uint64_t size)
{
    if (flags & ~(uint32_t)ENTER_KNOWN)
        return -EINVAL;
    process_lock();
    struct ring *r = ring_of(fd);
    if (r)
        r->users++;
    process_unlock();
    if (!r) // no descriptor, or a ring that another program has made
        return host_call(SYS_fcntl, fd, F_GETFD, 0) < 0 ? -EBADF : -EOPNOTSUPP;
    int64_t result = enter(t, r, fd, count, least, flags, arg, size);
    process_lock();
    if (!--r->users && !r->guest)
        release(r);
    return process_unlocked(result);
}

// IORING_REGISTER_PROBE: what the host has and the guest has not is taken out.
static int64_t probe(struct thread *t, int fd, uint64_t arg, uint32_t count)
{
    int64_t r = host_call_blocking(t, SYS_io_uring_register, fd, IORING_REGISTER_PROBE, arg, count);
    if (r < 0)
        return r;
    struct io_uring_probe head;
    if (!guest_read(&head, arg, sizeof head))
        return -EFAULT;
    for (unsigned i = 0; i < head.ops_len; i++) {
        struct io_uring_probe_op op;
        uint64_t at = arg + sizeof head + i * sizeof op;
        if (!guest_read(&op, at, sizeof op))
            return -EFAULT;
        if (op.flags & IO_URING_OP_SUPPORTED && !uring_has(op.op)) {
            op.flags &= (uint16_t)~IO_URING_OP_SUPPORTED;
            if (!guest_write(at, &op, sizeof op))
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
    bool update = op == IORING_REGISTER_BUFFERS_UPDATE || op == IORING_REGISTER_FILES_UPDATE2;
    bool buffers = op == IORING_REGISTER_BUFFERS_UPDATE || op == IORING_REGISTER_BUFFERS2;
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
    return host_call_blocking(t, SYS_io_uring_register, fd, op, arg, count);
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

int64_t uring_register(struct thread *t, int fd, uint32_t op, uint64_t arg, uint32_t count)
{
    process_lock();
    struct ring *r = ring_of(fd);
    process_unlock();
    if (!r)
        return no_ring(fd, op);
    switch (op) {
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
            break;
        u.fds = host_pointer(u.fds);
        return host_call_blocking(t, SYS_io_uring_register, fd, op, &u, count);
    }
    case IORING_REGISTER_PROBE: return probe(t, fd, arg, count);
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
    case IORING_REGISTER_FILE_ALLOC_RANGE: break;
    // Not: rings by an index of the thread's, rings of buffers (their addresses would not be looked
    // at), and what is younger.
    default: return -EINVAL;
    }
    return host_call_blocking(t, SYS_io_uring_register, fd, op, arg, count);
}
