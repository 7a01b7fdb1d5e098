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
#include "linux/uring_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Younger than some hosts' headers.
#define SETUP_NO_SQARRAY    (1u << 16)
#define SETUP_HYBRID_IOPOLL (1u << 17)
#define SETUP_CQE_MIXED     (1u << 18)
#define ENTER_ABS_TIMER     (1u << 5)
#define ENTER_NO_IOWAIT     (1u << 7)
#define FEAT_NO_IOWAIT      (1u << 17)

enum {
    // The rest has the kernel take entries from the program's memory, or makes them of two sizes.
    SETUP_KNOWN = IORING_SETUP_IOPOLL | IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF |
                  IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_ATTACH_WQ |
                  IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN |
                  IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SQE128 | IORING_SETUP_CQE32 |
                  IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | SETUP_NO_SQARRAY |
                  SETUP_HYBRID_IOPOLL | SETUP_CQE_MIXED,
    ENTER_KNOWN = IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP | IORING_ENTER_SQ_WAIT |
                  IORING_ENTER_EXT_ARG | IORING_ENTER_REGISTERED_RING | ENTER_ABS_TIMER |
                  ENTER_NO_IOWAIT,
    ENTER_OWN = IORING_ENTER_SQ_WAKEUP | IORING_ENTER_SQ_WAIT, // mean something to the poll thread
    // Up to those of Linux 6.12, and one more.
    FEATURES_KNOWN = ((URING_FEAT_MIN_TIMEOUT << 1) - 1) | FEAT_NO_IOWAIT,
    SPACE = 256 << 20, // address space for what entries point to
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

struct ring *uring_of(int fd)
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

static void drop_carried(struct ring *r)
{
    if (r->carried)
        munmap(r->carried, r->n_carried * entry_size(r));
    r->carried = NULL;
    r->n_carried = 0;
}

// Whether only a descriptor can still lead to the ring.
static bool is_left(const struct ring *r)
{
    bool left = r->unmapped && !r->users;
    for (const struct thread *t = process.first; t && left; t = t->next)
        for (unsigned i = 0; i < URING_INDEXED; i++)
            left &= t->indexed[i] != r;
    return left;
}

// What is here for rings that are no more goes. The kernel does not say when that is: it is when
// the entries were unmapped and no descriptor leads there. Those of other processes that share this
// memory are not seen.
static void collect(void)
{
    bool any = false;
    for (struct ring *r = rings; r; r = r->next) {
        r->open = !is_left(r);
        any |= !r->open;
    }
    DIR *d = any && !process.mm.vmas.sharers ? opendir("/proc/self/fd") : NULL;
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d));) {
        struct ring *r = uring_of(atoi(e->d_name));
        if (r)
            r->open = true;
    }
    closedir(d);
    for (struct ring **at = &rings, *r; (r = *at);) {
        if (r->open) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        uring_pools_end(r);
        release(r);
        drop_carried(r);
        free(r);
    }
}

// Notes the ring that the host has made; false if it cannot be one of the guest's.
static bool note(int fd, const struct io_uring_params *p, bool polled)
{
    struct stat st;
    if (!(p->features & IORING_FEAT_SUBMIT_STABLE) || fstat(fd, &st) || !has_own_file(&st))
        return false;
    process_lock();
    collect();
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

// What the host says of a poll thread on a processor of the guest's choice.
static int64_t try_setup(uint32_t entries, struct io_uring_params p)
{
    int64_t fd = host_call(SYS_io_uring_setup, entries, &p);
    return fd < 0 ? fd : host_call(SYS_close, fd);
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
    int64_t err = asked & IORING_SETUP_SQ_AFF ? try_setup(entries, p) : 0;
    if (err < 0)
        return err;
    if (polled) // whose entries are the thread's to take, whoever handed them in
        p.flags &=
            ~(uint32_t)(IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF | IORING_SETUP_SINGLE_ISSUER);
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

// The kernel looks at these bits of an offset only.
static bool is_entries(uint64_t offset)
{
    const uint64_t kind = UINT64_C(0xf8000000);
    return (offset & kind) == IORING_OFF_SQES;
}

enum uring_part uring_part(int fd, uint64_t offset, uint64_t *size)
{
    struct ring *r = uring_of(fd);
    if (!r)
        return URING_NONE;
    *size = is_entries(offset) ? entries_size(r) : uring_pool_size(r, offset);
    return *size ? URING_OWN : URING_HOST;
}

// The entry that the `n`th from the beginning on is, whichever it is that the kernel takes then.
static size_t place_of(const struct ring *r, uint32_t n)
{
    return (n & (r->of.sq_entries - 1)) * entry_size(r);
}

// Entries that the guest has put into the ring and not handed in, which is about to be another one.
static void carry_entries(struct ring *r)
{
    if (!r->guest || !r->shared)
        return;
    uint32_t head = __atomic_load_n(word(r, r->of.sq_off.head), __ATOMIC_ACQUIRE);
    uint32_t n = __atomic_load_n(word(r, r->of.sq_off.tail), __ATOMIC_ACQUIRE) - head;
    if (!n || n > r->of.sq_entries)
        return;
    r->carried = arena_pages(n * entry_size(r));
    r->n_carried = r->carried ? n : 0;
    for (uint32_t i = 0; i < r->n_carried; i++)
        guest_read(r->carried + i * entry_size(r), r->guest + place_of(r, head + i), entry_size(r));
}

// The kernel has put its copies of them there, too.
static void put_carried(struct ring *r)
{
    uint32_t head = __atomic_load_n(word(r, r->of.sq_off.head), __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < r->n_carried; i++)
        guest_write(r->guest + place_of(r, head + i), r->carried + i * entry_size(r),
                    entry_size(r));
    drop_carried(r);
}

// The guest maps the new one next, and until then has no entries.
static void become(struct ring *r, const struct io_uring_params *p)
{
    process_lock();
    release(r);
    r->guest = 0;
    r->unmapped = true;
    r->of.sq_entries = p->sq_entries;
    r->of.cq_entries = p->cq_entries;
    r->of.sq_off = p->sq_off;
    r->of.cq_off = p->cq_off;
    // The kernel does not say: behind the completions, in a line of its own.
    size_t completion = sizeof(struct io_uring_cqe) << !!(r->of.flags & IORING_SETUP_CQE32);
    r->of.sq_off.array = (uint32_t)round_up(p->cq_off.cqes + p->cq_entries * completion, 64);
    process_unlock();
}

int64_t uring_resize(struct ring *r, int fd, uint32_t op, uint64_t arg, uint32_t count)
{
    struct io_uring_params p;
    if (count != 1 || !guest_read(&p, arg, sizeof p))
        return host_call(SYS_io_uring_register, fd, op, uring_unread(arg), count);
    lock_take(&r->lock);
    drop_carried(r);
    carry_entries(r);
    int64_t result = host_call(SYS_io_uring_register, fd, op, &p, count);
    if (result < 0)
        drop_carried(r);
    else
        become(r, &p);
    lock_give(&r->lock);
    if (result < 0 && result != -EOVERFLOW) // when the kernel had said how large it would be
        return result;
    return guest_write(arg, &p, sizeof p) ? result : -EFAULT;
}

int64_t uring_mapped(int fd, uint64_t offset, uint64_t addr)
{
    struct ring *r = uring_of(fd);
    if (r && !is_entries(offset))
        return uring_pool_mapped(r, offset, addr);
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
    r->unmapped = false;
    put_carried(r);
    return 0;
}

void uring_unmapped(uint64_t start, uint64_t end)
{
    for (struct ring *r = rings; r; r = r->next) {
        if (r->guest < start || r->guest >= end)
            continue;
        r->guest = 0;
        r->unmapped = true;
        if (!r->users)
            release(r);
    }
    uring_pools_unmapped(start, end);
}

void uring_moved(uint64_t start, uint64_t end, uint64_t to)
{
    for (struct ring *r = rings; r; r = r->next)
        if (r->guest >= start && r->guest < end)
            r->guest += to - start;
    uring_pools_moved(start, end, to);
}

void uring_settle(uint32_t gone)
{
    uring_pools_settle(gone);
    process_lock();
    for (struct ring *r = rings; r; r = r->next)
        if (lock_take_over(&r->lock, gone))
            lock_give(&r->lock);
    process_unlock();
}

void uring_after_fork(void)
{
    for (struct ring *r = rings; r; r = r->next) {
        r->lock = (struct lock){0};
        r->users = 0;
    }
    uring_pools_after_fork();
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
    r->opened = arena_alloc(&r->space, count * sizeof *r->opened);
    if (!r->given || !r->opened)
        return 0;
    struct uring_batch batch = {.space = &r->space,
                                .injects = r->of.features & URING_FEAT_MIN_TIMEOUT};
    for (uint32_t i = 0, index; i < count; i++) {
        struct io_uring_sqe e;
        if (!entry_at(r, head + i, &index))
            continue;
        batch.opened = -1;
        if (guest_read(&e, r->guest + index * entry_size(r), sizeof e))
            uring_prepare(&e, &batch);
        else
            e = (struct io_uring_sqe){.opcode = URING_REFUSED};
        memcpy(r->entries + index * entry_size(r), &e, sizeof e);
        r->opened[r->n_given] = batch.opened;
        r->given[r->n_given++] = index;
    }
    return count;
}

// The kernel may be pointed at any entry again by who has the ring's memory: there is none left
// that leads to `space`. Of those that it has not taken, all but the first `done`, nobody will hear
// what was opened for them.
static void take_back(struct ring *r, int64_t done)
{
    for (uint32_t i = done > 0 ? (uint32_t)done : 0; i < r->n_given; i++)
        if (r->opened[i] >= 0)
            host_call(SYS_close, r->opened[i]);
    for (uint32_t i = 0; i < r->n_given; i++) {
        uint8_t *e = r->entries + r->given[i] * entry_size(r);
        ((struct io_uring_sqe *)e)->opcode = URING_REFUSED;
    }
    arena_reset(&r->space);
}

// io_uring_enter's first half: what it returns.
static int64_t submit(struct thread *t, struct ring *r, int fd, uint32_t count, uint32_t by)
{
    lock_take(&r->lock);
    int64_t done = 0, n, all = 0;
    do {
        n = hand_over(r, count - (uint32_t)all);
        done = host_call_blocking(t, SYS_io_uring_enter, fd, n, 0, by, NULL, 0);
        if (n)
            take_back(r, done);
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
    uint32_t by = flags & IORING_ENTER_REGISTERED_RING;
    if (r->polled) {
        if (flags & IORING_ENTER_SQ_WAKEUP) {
            int64_t err = submit(t, r, fd, UINT32_MAX, by);
            if (err < 0)
                return err;
        }
    } else {
        done = count ? submit(t, r, fd, count, by) : 0;
        if (done != count)
            return done;
    }
    flags &= ~(uint32_t)ENTER_OWN;
    if (count && !(flags & IORING_ENTER_GETEVENTS))
        return done;
    int64_t r2 = wait_for(t, fd, least, flags, arg, size);
    return done ? done : r2;
}

struct ring *uring_hold(const struct thread *t, int fd, bool by_index)
{
    struct ring *r = NULL;
    process_lock();
    if (!by_index)
        r = uring_of(fd);
    else if ((unsigned)fd < URING_INDEXED)
        r = t->indexed[fd];
    if (r)
        r->users++;
    process_unlock();
    return r;
}

void uring_let_go(struct ring *r)
{
    process_lock();
    if (!--r->users && !r->guest)
        release(r);
    process_unlock();
}

int64_t uring_unknown(int fd, bool by_index)
{
    int64_t err = by_index ? host_call(SYS_io_uring_enter, fd, 0, 0, IORING_ENTER_REGISTERED_RING)
                           : host_call(SYS_fcntl, fd, F_GETFD, 0);
    return err < 0 ? err : -EOPNOTSUPP;
}

int64_t uring_enter(struct thread *t, int fd, uint32_t count, uint32_t least, uint32_t flags,
                    uint64_t arg, uint64_t size)
{
    if (flags & ~(uint32_t)ENTER_KNOWN)
        return -EINVAL;
    uring_see_buffers();
    bool by_index = flags & IORING_ENTER_REGISTERED_RING;
    struct ring *r = uring_hold(t, fd, by_index);
    if (!r) // no descriptor, or a ring that another program has made
        return uring_unknown(fd, by_index);
    int64_t result = enter(t, r, fd, count, least, flags, arg, size);
    uring_let_go(r);
    return result;
}
