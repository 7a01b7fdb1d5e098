// SPDX-License-Identifier: MIT
// beyond: io_uring
// A ring of buffers whose memory another thread brings, entries that are unmapped and mapped again, rings that come and go, messages
// one after the other whose head is gone, and advice about more than fits into 32 bits.
#define _GNU_SOURCE
#include "guest.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { PAGE = 4096, BUFFERS = 4, SIZE = 64, GROUP = 5 };

static char bytes[BUFFERS][SIZE];

static struct io_uring_buf_ring *make_pool(struct ring *r)
{
    struct io_uring_buf_ring *pool = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct io_uring_buf_reg reg = {.ring_addr = (uint64_t)pool, .ring_entries = BUFFERS, .bgid = GROUP};
    CHECK(pool != MAP_FAILED && syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_PBUF_RING, &reg, 1) == 0);
    return pool;
}

static void end_pool(struct ring *r, struct io_uring_buf_ring *pool)
{
    struct io_uring_buf_reg reg = {.bgid = GROUP};
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_UNREGISTER_PBUF_RING, &reg, 1) == 0);
    munmap(pool, PAGE);
}

static void give(struct io_uring_buf_ring *pool, unsigned id)
{
    struct io_uring_buf *b = &pool->bufs[pool->tail & (BUFFERS - 1)];
    b->addr = (uint64_t)bytes[id];
    b->len = SIZE;
    b->bid = (uint16_t)id;
    __atomic_store_n(&pool->tail, (uint16_t)(pool->tail + 1), __ATOMIC_RELEASE);
}

static struct io_uring_sqe *receiving(struct ring *r, int op, int fd, const void *head)
{
    struct io_uring_sqe *e = entry(r, op, fd, head, head ? 1 : 0, 0);
    e->flags = IOSQE_BUFFER_SELECT;
    e->buf_group = GROUP;
    return e;
}

// ---- The page in which the buffers are goes away, and comes from a thread that makes calls.

static int uffd;

static void *bring(void *unused)
{
    static char page[PAGE] __attribute__((aligned(PAGE)));
    struct uffd_msg m;
    struct pollfd p = {.fd = uffd, .events = POLLIN};
    (void)unused;
    CHECK(poll(&p, 1, 60000) == 1 && read(uffd, &m, sizeof m) == sizeof m && m.event == UFFD_EVENT_PAGEFAULT);
    struct uffdio_copy c = {.dst = m.arg.pagefault.address & -(uint64_t)PAGE, .src = (uint64_t)page, .len = PAGE};
    CHECK(ioctl(uffd, UFFDIO_COPY, &c) == 0);
    return NULL;
}

static void page_is_brought(struct ring *r)
{
    struct uffdio_api api = {.api = UFFD_API};
    uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    if (uffd < 0) {
        CHECK(errno == EPERM || errno == ENOSYS);
        return;
    }
    CHECK(ioctl(uffd, UFFDIO_API, &api) == 0);
    struct io_uring_buf_ring *pool = make_pool(r);
    struct uffdio_register range = {.range = {(uint64_t)pool, PAGE}, .mode = UFFDIO_REGISTER_MODE_MISSING};
    CHECK(ioctl(uffd, UFFDIO_REGISTER, &range) == 0);
    CHECK(madvise(pool, PAGE, MADV_DONTNEED) == 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, bring, NULL) == 0);
    for (int i = 0; i < 20; i++) // calls that have nothing to do with it
        CHECK(getppid() > 0 && poll(NULL, 0, 1) == 0);
    CHECK(*(volatile uint16_t *)&pool->tail == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    end_pool(r, pool);
    close(uffd);
}

// ---- A ring lives as long as it is open.

static int receive(struct ring *r, int fd)
{
    receiving(r, IORING_OP_RECV, fd, NULL);
    return alone(r);
}

static void mapped_again(struct ring *r, const int *s)
{
    struct io_uring_buf_ring *pool = make_pool(r);
    give(pool, 0);
    CHECK(munmap(r->entries, r->entries_size) == 0);
    give(pool, 1);
    struct ring other; // meanwhile
    CHECK(open_ring(&other, 4, 0) == 0);
    r->entries = mmap(NULL, r->entries_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQES);
    CHECK(r->entries != MAP_FAILED);
    for (int i = 0; i < 2; i++) {
        CHECK(write(s[0], "again", 5) == 5 && receive(r, s[1]) == 5 && !memcmp(bytes[i], "again", 5));
        give(pool, (unsigned)i);
    }
    end_pool(r, pool);
    close_ring(&other);
}

// Where the memory is moved to, the ring and its buffers are.
static void moved(struct ring *r, const int *s)
{
    struct io_uring_buf_ring *pool = make_pool(r);
    char *to = mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    give(pool, 0);
    pool = mremap(pool, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
    CHECK((char *)pool == to);
    void *entries = mremap(r->entries, r->entries_size, r->entries_size, MREMAP_MAYMOVE | MREMAP_FIXED, to + PAGE);
    CHECK(entries == to + PAGE || errno == EINVAL); // since Linux 6.4 the kernel says where
    if (entries != MAP_FAILED)
        r->entries = entries;
    give(pool, 1);
    for (int i = 0; i < 2; i++)
        CHECK(write(s[0], "moved", 5) == 5 && receive(r, s[1]) == 5 && !memcmp(bytes[i], "moved", 5));
    end_pool(r, pool);
}

static void come_and_go(void)
{
    for (int i = 0; i < 50; i++) {
        struct ring r;
        CHECK(open_ring(&r, 4, 0) == 0);
        struct io_uring_buf_ring *pool = make_pool(&r);
        int again = dup(r.fd);
        CHECK(one(&r, IORING_OP_NOP, -1, NULL, 0, 0) == 0);
        close_ring(&r);
        r.fd = again; // which has it still
        if (i % 2)
            end_pool(&r, pool);
        else
            munmap(pool, PAGE);
        close(again);
    }
}

// ---- Messages one after the other: what was said of them is read once.

static void one_after_the_other(struct ring *r, const int *s)
{
    enum { MULTISHOT = 1 << 1 };
    struct {
        uint32_t name, control, payload, flags;
        char text[8];
    } *got;
    struct io_uring_buf_ring *pool = make_pool(r);
    struct msghdr head = {.msg_namelen = 0};
    for (unsigned i = 0; i < 3; i++)
        give(pool, i);
    receiving(r, IORING_OP_RECVMSG, s[1], &head)->ioprio = MULTISHOT;
    entry(r, IORING_OP_NOP, -1, NULL, 0, 0);
    CHECK(enter(r, 1) == 2);
    int res = result(r, NULL);
    if (res == -EINVAL) { // before Linux 6.0
        end_pool(r, pool);
        return;
    }
    CHECK(res == 0);
    memset(&head, 0xff, sizeof head);
    for (unsigned i = 0; i < 2; i++) {
        CHECK(write(s[0], "message", 7) == 7 && enter(r, 1) == 0);
        got = (void *)bytes[i];
        CHECK(result(r, NULL) == 16 + 7 && got->payload == 7 && got->name == 0 && !memcmp(got->text, "message", 7));
    }
    entry(r, IORING_OP_ASYNC_CANCEL, -1, (void *)(uint64_t)(1000 + *word(r, r->p.sq_off.tail) - 2), 0, 0);
    CHECK(enter(r, 2) == 1);
    int first = result(r, NULL), second = result(r, NULL);
    CHECK(first + second == -ECANCELED);
    head = (struct msghdr){.msg_iov = (void *)0x600000010000, .msg_iovlen = 1}; // no program's
    receiving(r, IORING_OP_RECVMSG, s[1], &head)->ioprio = MULTISHOT;
    CHECK(alone(r) == -EFAULT);
    end_pool(r, pool);
}

// Since Linux 6.11 the length may be where others have an offset.
static void long_advice(struct ring *r)
{
    char *at = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    entry(r, IORING_OP_MADVISE, -1, at, 0, 3 * PAGE)->fadvise_advice = MADV_RANDOM;
    int res = alone(r);
    CHECK(res == 0 || res == -EINVAL);
    entry(r, IORING_OP_MADVISE, -1, at, PAGE, 1ul << 40)->fadvise_advice = MADV_NORMAL;
    res = alone(r);
    CHECK(res == -ENOMEM || res == -EINVAL);
    entry(r, IORING_OP_MADVISE, -1, at, PAGE, 1ul << 62)->fadvise_advice = MADV_NORMAL;
    res = alone(r);
    CHECK(res == -ENOMEM || res == -EINVAL);
    munmap(at, 3 * PAGE);
}

int main(void)
{
    struct ring r;
    int s[2];
    if (!has_ring(&r, 8))
        return guest_done();
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == 0);
    page_is_brought(&r);
    mapped_again(&r, s);
    moved(&r, s);
    come_and_go();
    one_after_the_other(&r, s);
    long_advice(&r);
    close_ring(&r);
    return guest_done();
}
