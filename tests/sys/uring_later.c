// SPDX-License-Identifier: MIT
// beyond: io_uring
// What kernels of 6.12 and later have: buffers of another ring, a clock, messages to a ring without one of one's own, waiting that
// is not counted as such, completions of two sizes.
#define _GNU_SOURCE
#include "guest.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

enum { REGISTER_CLOCK = 29, CLONE_BUFFERS = 30, SEND_MSG_RING = 31 };
#define SINCE_6_12  (1u << 15) // features: the least time to wait
#define NO_IOWAIT   (1u << 17) // since 6.15
#define WITHOUT     (1u << 7)  // of io_uring_enter
#define MIXED_SIZES (1u << 18) // of io_uring_setup, since 6.18

static long change(int fd, unsigned op, const void *arg, unsigned n)
{
    long res = syscall(SYS_io_uring_register, fd, op, arg, n);
    return res < 0 ? -errno : res;
}

static void buffers_of(struct ring *from, struct ring *to)
{
    static char area[4096];
    struct iovec v = {area, sizeof area};
    struct {
        unsigned src, flags, src_off, dst_off, nr, pad[3];
    } clone = {.src = (unsigned)from->fd};
    CHECK(change(to->fd, CLONE_BUFFERS, &clone, 1) == -ENXIO); // it has none
    CHECK(change(from->fd, IORING_REGISTER_BUFFERS, &v, 1) == 0);
    CHECK(change(to->fd, CLONE_BUFFERS, &clone, 1) == 0);
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(pwrite(fd, "cloned", 6, 0) == 6);
    CHECK(one(to, IORING_OP_READ_FIXED, fd, area + 10, 6, 0) == 6 && !memcmp(area + 10, "cloned", 6));
    clone.src = (unsigned)fd;
    CHECK(change(to->fd, CLONE_BUFFERS, &clone, 1) == -EBUSY); // it has some
    CHECK(change(to->fd, CLONE_BUFFERS, (void *)16, 1) == -EFAULT);
    close(fd);
}

static void message_to(struct ring *r)
{
    uint64_t data = 0;
    struct io_uring_sqe e = {.opcode = IORING_OP_MSG_RING, .fd = r->fd, .len = 77, .off = 1234};
    long res = change(-1, SEND_MSG_RING, &e, 1);
    if (res == -EINVAL) // 6.12
        return;
    CHECK(res == 0 && result(r, &data) == 77 && data == 1234);
    e.opcode = IORING_OP_NOP;
    CHECK(change(-1, SEND_MSG_RING, &e, 1) == -EINVAL);
    CHECK(change(-1, SEND_MSG_RING, (void *)16, 1) == -EFAULT);
    CHECK(change(-1, SEND_MSG_RING, (void *)0x600000010000, 1) == -EFAULT);
}

// Many buffers in one sending (6.17), pipes (6.16).
static void sockets_and_pipes(struct ring *r)
{
    enum { VECTORIZED = 1 << 5, PIPE = 62 };
    int fd[2];
    char got[16];
    struct iovec v[2] = {{"one, ", 5}, {"two", 3}};
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
    entry(r, IORING_OP_SEND, fd[0], v, 2, 0)->ioprio = VECTORIZED;
    int res = alone(r);
    CHECK(res == 8 || res == -EINVAL);
    if (res == 8) {
        CHECK(read(fd[1], got, sizeof got) == 8 && !memcmp(got, "one, two", 8));
        v[1].iov_base = (void *)0x600000400000; // no program's
        entry(r, IORING_OP_SEND, fd[0], v + 1, 1, 0)->ioprio = VECTORIZED;
        CHECK(alone(r) == -EFAULT);
    }
    close(fd[0]);
    close(fd[1]);
    entry(r, PIPE, 0, fd, 0, 0)->rw_flags = O_DIRECT | O_CLOEXEC;
    res = alone(r);
    CHECK(res == 0 || res == -EINVAL);
    if (res == 0) {
        CHECK(fcntl(fd[1], F_GETFL) & O_DIRECT && fcntl(fd[1], F_GETFD) == FD_CLOEXEC);
        close(fd[0]);
        close(fd[1]);
    }
}

static int next_descriptor(void)
{
    int fd = dup(1);
    close(fd);
    return fd;
}

// The kernel stops at an entry that is wrong: what stands behind it has not been done, whoever looks at it first.
static void left_behind(struct ring *r)
{
    int next = next_descriptor();
    entry(r, 200, -1, NULL, 0, 0);
    entry(r, IORING_OP_OPENAT, AT_FDCWD, "/proc/self/maps", 0, 0);
    CHECK(enter(r, 1) == 1 && result(r, NULL) == -EINVAL && next_descriptor() == next);
    r->waiting = 1;
    int fd = alone(r);
    CHECK(fd == next && read(fd, &next, 1) == 1);
    close(fd);
}

// Of the offset of a mapping the kernel knows some bits only. Wherever entries are mapped, they are the program's.
static void mapped_elsewhere(struct ring *r)
{
    struct io_uring_sqe *again = mmap(NULL, r->entries_size, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0x10001000);
    CHECK(again != MAP_FAILED || errno == ENOMEM);
    struct io_uring_sqe *e = entry(r, IORING_OP_OPENAT, AT_FDCWD, "/dev/null", 0, 0);
    int fd = alone(r);
    CHECK(fd >= 0 && (again == MAP_FAILED || again[e - r->entries].addr == e->addr));
    close(fd);
    if (again != MAP_FAILED)
        munmap(again, r->entries_size);
}

// The kernel does not say where the indices are: they are behind the completions.
static void map_again(struct ring *r)
{
    size_t end = r->p.cq_off.cqes + r->p.cq_entries * sizeof(struct io_uring_cqe);
    r->p.sq_off.array = (unsigned)(end + 63) & ~63u;
    munmap(r->shared, r->shared_size);
    munmap(r->entries, r->entries_size);
    r->shared_size = r->p.sq_off.array + r->p.sq_entries * 4;
    r->entries_size = r->p.sq_entries * sizeof *r->entries;
    r->shared = mmap(NULL, r->shared_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQ_RING);
    r->entries = mmap(NULL, r->entries_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQES);
    CHECK(r->shared != MAP_FAILED && r->entries != MAP_FAILED);
}

// A ring becomes a larger one (6.13), with the completions in it and an entry that is not handed in yet.
static void resized(struct ring *plain)
{
    enum { RESIZE = 33, SINGLE_ISSUER = 1 << 12, DEFER_TASKRUN = 1 << 13 };
    struct ring r;
    uint64_t data[3];
    struct io_uring_params p = {.sq_entries = 8, .cq_entries = 32, .flags = IORING_SETUP_CQSIZE};
    CHECK(open_ring(&r, 4, SINGLE_ISSUER | DEFER_TASKRUN) == 0);
    for (int i = 0; i < 8; i++) {
        entry(&r, IORING_OP_NOP, -1, NULL, 0, 0);
        CHECK(enter(&r, 1) == 1 && (i >= 6 || result(&r, NULL) == 0));
    }
    entry(&r, IORING_OP_OPENAT, AT_FDCWD, "/dev/null", 0, 0);
    if (change(r.fd, RESIZE, &p, 1) == -EINVAL) { // before
        close_ring(&r);
        return;
    }
    CHECK(p.sq_entries == 8 && p.cq_entries == 32);
    r.p = p;
    map_again(&r);
    CHECK(result(&r, data) == 0 && result(&r, data + 1) == 0 && data[0] == 1006 && data[1] == 1007);
    CHECK(enter(&r, 1) == 1);
    int fd = result(&r, data + 2);
    CHECK(fd > 2 && data[2] == 1008 && close(fd) == 0);
    for (int i = 0; i < 7; i++) // more than there was room for
        entry(&r, IORING_OP_NOP, -1, NULL, 0, 0);
    CHECK(enter(&r, 7) == 7);
    p = (struct io_uring_params){.sq_entries = 2, .cq_entries = 4, .flags = IORING_SETUP_CQSIZE};
    CHECK(change(r.fd, RESIZE, &p, 1) == -EOVERFLOW);
    for (int i = 0; i < 7; i++)
        CHECK(result(&r, data) == 0 && data[0] == 1009 + (uint64_t)i);
    CHECK(one(&r, IORING_OP_NOP, -1, NULL, 0, 0) == 0);
    CHECK(change(r.fd, RESIZE, &p, 1) == 0);
    r.p = p;
    map_again(&r);
    CHECK(one(&r, IORING_OP_NOP, -1, NULL, 0, 0) == 0);
    CHECK(change(r.fd, RESIZE, (void *)16, 1) == -EFAULT && change(r.fd, RESIZE, &p, 2) == -EINVAL);
    p.flags = IORING_SETUP_SQPOLL;
    CHECK(change(r.fd, RESIZE, &p, 1) == -EINVAL);
    p.flags = 0;
    CHECK(change(plain->fd, RESIZE, &p, 1) == -EINVAL); // completes by itself
    close_ring(&r);
}

int main(void)
{
    struct ring r, other;
    if (!has_ring(&r, 8) || !has_ring(&other, 8))
        return guest_done();
    if (r.p.features & SINCE_6_12) {
        unsigned clock[4] = {CLOCK_BOOTTIME};
        CHECK(change(r.fd, REGISTER_CLOCK, clock, 0) == 0);
        clock[0] = 99;
        CHECK(change(r.fd, REGISTER_CLOCK, clock, 0) == -EINVAL);
        buffers_of(&r, &other);
        message_to(&r);
        resized(&r);
    }
    sockets_and_pipes(&r);
    left_behind(&r);
    mapped_elsewhere(&r);
    if (r.p.features & NO_IOWAIT) {
        entry(&r, IORING_OP_NOP, -1, NULL, 0, 0);
        CHECK(syscall(SYS_io_uring_enter, r.fd, 1, 1, IORING_ENTER_GETEVENTS | WITHOUT, NULL, 0ul) == 1 && result(&r, NULL) == 0);
        r.waiting = 0;
    }
    struct io_uring_params p = {.flags = MIXED_SIZES};
    int fd = (int)syscall(SYS_io_uring_setup, 8, &p);
    CHECK(fd >= 0 || errno == EINVAL);
    close_ring(&r);
    close_ring(&other);
    return guest_done();
}
