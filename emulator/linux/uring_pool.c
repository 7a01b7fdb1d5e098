// SPDX-License-Identifier: MIT
// Rings of buffers (IORING_REGISTER_PBUF_RING): the kernel takes a buffer from one when data has
// come. The guest adds buffers by writing their addresses and then the ring's tail, without a
// system call, so the kernel's ring is another one, to which what is new is copied when the guest
// makes a call: its addresses looked at. What is added while nobody makes one is seen later, as if
// it had been added then.
#include "base/arena.h"
#include "base/bits.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/sys.h"
#include "linux/thread.h"
#include "linux/uring_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

// Younger than some hosts' headers.
enum {
    POOL_BY_MMAP = 1, // IOU_PBUF_RING_MMAP: the kernel makes it, and the program maps it
    POOL_PARTS = 2,   // IOU_PBUF_RING_INC: a buffer is used up in pieces
    OFFSET_POOL = 0x80000000u,
    OFFSET_MASK = 0xf8000000u,
    OFFSET_ID = 16, // the first bit of its number
};

struct pool {
    struct pool *next;
    const struct ring *ring;
    uint16_t id;
    bool by_mmap;
    uint16_t seen;    // the tail that the kernel has been told
    uint32_t entries; // a power of two
    uint64_t guest;   // where the guest has it, or 0
    struct io_uring_buf_ring *host;
};

// The lock is not the process's: guest memory is read with it, but never waited for. The kernel
// does not wait either, as it holds the pages: who brings them (userfaultfd) makes calls, too.
static struct pool *pools;
static struct lock pools_lock;

static size_t pool_size(uint32_t entries)
{
    return entries * sizeof(struct io_uring_buf);
}

static void add(const struct pool *p, uint32_t i)
{
    struct io_uring_buf b, *to = &p->host->bufs[i & (p->entries - 1)];
    if (!guest_read_at_once(&b, p->guest + ((const char *)to - (const char *)p->host), sizeof b))
        b = (struct io_uring_buf){.addr = GUEST_NOWHERE};
    b.addr = host_pointer(b.addr);
    if (b.addr < MM_LIMIT && b.len > MM_LIMIT - b.addr)
        b.addr = GUEST_NOWHERE;
    to->addr = b.addr;
    to->len = b.len;
    to->bid = b.bid; // what follows is the tail, in the first one
}

// The ring's tail, read as the second half of a word, which is read as a whole.
static bool read_tail(const struct pool *p, uint16_t *tail)
{
    enum { AT = offsetof(struct io_uring_buf_ring, tail) - sizeof *tail };
    _Static_assert(AT % sizeof(uint32_t) == 0, "it begins a word");
    uint32_t word;
    if (!p->guest || !guest_read_at_once(&word, p->guest + AT, sizeof word))
        return false;
    *tail = (uint16_t)(word >> 16);
    return true;
}

static void see(struct pool *p)
{
    uint16_t tail;
    if (!read_tail(p, &tail) || tail == p->seen)
        return;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    uint32_t fresh = (uint16_t)(tail - p->seen);
    fresh = fresh < p->entries ? fresh : p->entries;
    for (uint32_t i = 0; i < fresh; i++)
        add(p, tail - fresh + i);
    __atomic_store_n(&p->host->tail, tail, __ATOMIC_RELEASE);
    p->seen = tail;
}

void uring_see_buffers(void)
{
    if (!__atomic_load_n(&pools, __ATOMIC_RELAXED))
        return;
    lock_take(&pools_lock);
    for (struct pool *p = pools; p; p = p->next)
        see(p);
    lock_give(&pools_lock);
}

void uring_pools_settle(uint32_t gone)
{
    if (lock_take_over(&pools_lock, gone))
        lock_give(&pools_lock);
}

static void free_pool(struct pool *p)
{
    if (p && p->host)
        munmap(p->host, round_up(pool_size(p->entries), MM_PAGE));
    free(p);
}

// The pool that the kernel is about to get for the guest's registration *reg; NULL if it is wrong
// in a way that the kernel finds, too, or there is no memory.
static struct pool *new_pool(const struct ring *r, const struct io_uring_buf_reg *reg)
{
    enum { MOST = 1 << 15 };
    uint32_t n = reg->ring_entries;
    bool by_mmap = reg->pad & POOL_BY_MMAP;
    if (!n || n > MOST || n & (n - 1) || (!by_mmap && reg->ring_addr & (MM_PAGE - 1)))
        return NULL;
    uint64_t guest = by_mmap ? 0 : host_pointer(reg->ring_addr);
    // The kernel holds the memory, so it has to be there and may be written.
    if (!by_mmap && host_call(SYS_madvise, guest, round_up(pool_size(n), MM_PAGE),
                              23 /* MADV_POPULATE_WRITE */) < 0)
        return NULL;
    struct pool *p = calloc(1, sizeof *p);
    if (p)
        *p = (struct pool){.ring = r,
                           .id = reg->bgid,
                           .by_mmap = by_mmap,
                           .entries = n,
                           .guest = guest,
                           .host = arena_pages(round_up(pool_size(n), MM_PAGE))};
    if (p && !p->host) {
        free(p);
        p = NULL;
    }
    return p;
}

int64_t uring_pool_register(struct thread *t, struct ring *r, int fd, uint32_t op, uint64_t arg,
                            uint32_t count)
{
    struct io_uring_buf_reg reg;
    if (count != 1 || !guest_read(&reg, arg, sizeof reg))
        return host_call(SYS_io_uring_register, fd, op, uring_unread(arg), count);
    if (reg.pad & ~(POOL_BY_MMAP | POOL_PARTS))
        return -EINVAL;
    // Since Linux 6.12, or the host says EINVAL.
    if (reg.pad & POOL_PARTS && !(r->of.features & URING_FEAT_MIN_TIMEOUT))
        return -EINVAL;
    struct pool *p = new_pool(r, &reg);
    if (p) {
        reg.ring_addr = (uint64_t)p->host;
        reg.pad &= (uint16_t)~POOL_BY_MMAP;
    } else if (reg.ring_addr) {
        reg.ring_addr = GUEST_NOWHERE + (reg.ring_addr & (MM_PAGE - 1));
    }
    int64_t result = host_call(SYS_io_uring_register, fd, op, &reg, 1);
    if (result >= 0 && !p) { // a ring of the kernel's own, which nobody would look at
        op += IORING_UNREGISTER_PBUF_RING - IORING_REGISTER_PBUF_RING;
        host_call(SYS_io_uring_register, fd, op, &reg, 1);
        return -ENOMEM;
    }
    if (result < 0) {
        free_pool(p);
        return result;
    }
    lock_take(&pools_lock);
    p->next = pools;
    __atomic_store_n(&pools, p, __ATOMIC_RELEASE);
    lock_give(&pools_lock);
    sys_judge_all(t, JUDGED_URING);
    return result;
}

// Takes out the pools of a ring: all, or the one with that number.
static void end(const struct ring *r, int64_t id)
{
    lock_take(&pools_lock);
    for (struct pool **at = &pools, *p; (p = *at);) {
        if (p->ring == r && (id < 0 || p->id == id)) {
            *at = p->next;
            free_pool(p); // the kernel holds the pages for as long as it looks at them
        } else {
            at = &p->next;
        }
    }
    lock_give(&pools_lock);
}

int64_t uring_pool_unregister(struct ring *r, int fd, uint32_t op, uint64_t arg, uint32_t count)
{
    struct io_uring_buf_reg reg;
    if (!guest_read(&reg, arg, sizeof reg))
        return host_call(SYS_io_uring_register, fd, op, uring_unread(arg), count);
    int64_t result = host_call(SYS_io_uring_register, fd, op, &reg, count);
    if (result >= 0)
        end(r, reg.bgid);
    return result;
}

static struct pool *pool_at(const struct ring *r, uint64_t offset)
{
    struct pool *p = (offset & OFFSET_MASK) == OFFSET_POOL ? pools : NULL;
    while (p && (p->ring != r || p->id != (offset & ~(uint64_t)OFFSET_MASK) >> OFFSET_ID))
        p = p->next;
    return p && p->by_mmap ? p : NULL;
}

uint64_t uring_pool_size(const struct ring *r, uint64_t offset)
{
    lock_take(&pools_lock);
    const struct pool *p = pool_at(r, offset);
    uint64_t size = p ? pool_size(p->entries) : 0;
    lock_give(&pools_lock);
    return size;
}

int64_t uring_pool_mapped(const struct ring *r, uint64_t offset, uint64_t addr)
{
    lock_take(&pools_lock);
    struct pool *p = pool_at(r, offset);
    bool free = p && !p->guest; // it is in one place
    if (free)
        p->guest = addr;
    lock_give(&pools_lock);
    return free ? 0 : -ENOMEM;
}

void uring_pools_unmapped(uint64_t start, uint64_t last)
{
    if (!__atomic_load_n(&pools, __ATOMIC_RELAXED))
        return;
    lock_take(&pools_lock);
    for (struct pool *p = pools; p; p = p->next)
        if (p->guest >= start && p->guest < last)
            p->guest = 0;
    lock_give(&pools_lock);
}

// Also memory of the program's own: the kernel holds its pages, wherever they are mapped.
void uring_pools_moved(uint64_t start, uint64_t end, uint64_t to)
{
    if (!__atomic_load_n(&pools, __ATOMIC_RELAXED))
        return;
    lock_take(&pools_lock);
    for (struct pool *p = pools; p; p = p->next)
        if (p->guest >= start && p->guest < end)
            p->guest += to - start;
    lock_give(&pools_lock);
}

void uring_pools_end(const struct ring *r)
{
    if (__atomic_load_n(&pools, __ATOMIC_RELAXED))
        end(r, -1);
}

// The kernel reads the parent's.
void uring_pools_after_fork(void)
{
    pools_lock = (struct lock){0};
    while (pools) {
        struct pool *next = pools->next;
        free_pool(pools);
        pools = next;
    }
}
