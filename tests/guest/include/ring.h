// SPDX-License-Identifier: MIT
// A ring of io_uring for programs that test it; after guest.h.
#ifndef GUEST_RING_H
#define GUEST_RING_H

#include <errno.h>
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct ring {
    int fd;
    struct io_uring_params p;
    char *shared;
    size_t shared_size, entries_size;
    struct io_uring_sqe *entries;
    unsigned waiting; // not handed in yet
};

static unsigned *word(struct ring *r, unsigned offset)
{
    return (unsigned *)(r->shared + offset);
}

static int open_ring(struct ring *r, unsigned entries, unsigned flags)
{
    *r = (struct ring){.p.flags = flags};
    r->fd = (int)syscall(SYS_io_uring_setup, entries, &r->p);
    if (r->fd < 0)
        return -1;
    size_t sq = r->p.sq_off.array + r->p.sq_entries * 4, cq = r->p.cq_off.cqes + r->p.cq_entries * 16;
    r->shared_size = sq > cq ? sq : cq;
    r->entries_size = r->p.sq_entries * sizeof *r->entries;
    r->shared = mmap(NULL, r->shared_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQ_RING);
    r->entries = mmap(NULL, r->entries_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQES);
    CHECK(r->shared != MAP_FAILED && r->entries != MAP_FAILED);
    return 0;
}

// False: there is no io_uring, and the test is done.
static bool has_ring(struct ring *r, unsigned entries)
{
    if (open_ring(r, entries, 0) == 0)
        return true;
    CHECK(errno == ENOSYS || errno == EPERM); // not built in, or forbidden
    printf("no io_uring here\n");
    return false;
}

static void close_ring(struct ring *r)
{
    CHECK(munmap(r->shared, r->shared_size) == 0 && munmap(r->entries, r->entries_size) == 0);
    CHECK(close(r->fd) == 0);
}

static struct io_uring_sqe *entry(struct ring *r, int op, int fd, const void *addr, unsigned len, uint64_t off)
{
    unsigned tail = *word(r, r->p.sq_off.tail), at = tail & (r->p.sq_entries - 1);
    struct io_uring_sqe *e = &r->entries[at];
    *e = (struct io_uring_sqe){.opcode = (unsigned char)op, .fd = fd, .addr = (uint64_t)addr, .len = len, .off = off};
    e->user_data = 1000 + tail;
    word(r, r->p.sq_off.array)[at] = at;
    __atomic_store_n(word(r, r->p.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
    r->waiting++;
    return e;
}

static long enter(struct ring *r, unsigned least)
{
    unsigned n = r->waiting;
    r->waiting = 0;
    return syscall(SYS_io_uring_enter, r->fd, n, least, least ? IORING_ENTER_GETEVENTS : 0, NULL, 0ul);
}

// The next completion, which is there.
static int result(struct ring *r, uint64_t *data)
{
    unsigned *head = word(r, r->p.cq_off.head);
    if (*head == __atomic_load_n(word(r, r->p.cq_off.tail), __ATOMIC_ACQUIRE))
        return -99999;
    struct io_uring_cqe *c = (struct io_uring_cqe *)(r->shared + r->p.cq_off.cqes) + (*head & (r->p.cq_entries - 1));
    int res = c->res;
    if (data)
        *data = c->user_data;
    __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    return res;
}

// Hands in one entry and waits for it.
static int alone(struct ring *r)
{
    CHECK(enter(r, 1) == 1);
    return result(r, NULL);
}

static inline int one(struct ring *r, int op, int fd, const void *addr, unsigned len, uint64_t off)
{
    entry(r, op, fd, addr, len, off);
    return alone(r);
}

#endif
