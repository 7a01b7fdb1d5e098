// SPDX-License-Identifier: MIT
// beyond: io_uring
// Rings of buffers that the kernel takes from: added before and after the kernel has used some, wrapped around, by a thread that
// makes no call of io_uring in between, mapped from the ring, in a forked child, and with addresses where nothing is.
#define _GNU_SOURCE
#include "guest.h"
#include "ring.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { BUFFERS = 4, SIZE = 64, GROUP = 7, ROUNDS = 70, BY_MMAP = 1 };

static struct io_uring_buf_ring *pool;
static char bytes[BUFFERS][SIZE];

static int change_pool(struct ring *r, int op, const void *at, unsigned entries, unsigned flags)
{
    struct io_uring_buf_reg reg = {.ring_addr = (uint64_t)at, .ring_entries = entries, .bgid = GROUP, .pad = (uint16_t)flags};
    long res = syscall(SYS_io_uring_register, r->fd, op, &reg, 1);
    return res < 0 ? -errno : (int)res;
}

static void give(void *at, unsigned id)
{
    unsigned tail = pool->tail;
    struct io_uring_buf *b = &pool->bufs[tail & (BUFFERS - 1)];
    b->addr = (uint64_t)at;
    b->len = SIZE;
    b->bid = (uint16_t)id;
    __atomic_store_n(&pool->tail, (uint16_t)(tail + 1), __ATOMIC_RELEASE);
}

static int result_of(struct ring *r, unsigned *id)
{
    unsigned *head = word(r, r->p.cq_off.head);
    struct io_uring_cqe *c = (struct io_uring_cqe *)(r->shared + r->p.cq_off.cqes) + (*head & (r->p.cq_entries - 1));
    *id = c->flags & IORING_CQE_F_BUFFER ? c->flags >> IORING_CQE_BUFFER_SHIFT : 99;
    return result(r, NULL);
}

static void ask(struct ring *r, int fd)
{
    struct io_uring_sqe *e = entry(r, IORING_OP_RECV, fd, NULL, 0, 0);
    e->flags = IOSQE_BUFFER_SELECT;
    e->buf_group = GROUP;
}

static int receive(struct ring *r, int fd, unsigned *id)
{
    ask(r, fd);
    CHECK(enter(r, 1) == 1);
    return result_of(r, id);
}

static void registration(struct ring *r)
{
    char *page = (char *)pool;
    struct io_uring_buf_reg reg = {.resv = {1}};
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, page, 3, 0) == -EINVAL);
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, page, 0, 0) == -EINVAL);
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, page, 1 << 16, 0) == -EINVAL);
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, page + 16, BUFFERS, 0) == -EINVAL);
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, NULL, BUFFERS, 0) == -EFAULT);
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, page, BUFFERS, 0x8000) == -EINVAL);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_PBUF_RING, &reg, 1) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_PBUF_RING, &reg, 2) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_PBUF_RING, 16l, 1) == -1 && errno == EFAULT);
    CHECK(change_pool(r, IORING_UNREGISTER_PBUF_RING, NULL, 0, 0) == -ENOENT);
    char *gone = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, gone, BUFFERS, 0) == -EFAULT);
    munmap(gone, 4096);
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, gone, BUFFERS, 0) == -EFAULT);
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, page, BUFFERS, 0) == 0);
    CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, page, BUFFERS, 0) == -EEXIST);
}

static void buffers(struct ring *r, int out, int in)
{
    unsigned id;
    char text[SIZE];
    for (unsigned i = 0; i < BUFFERS; i++)
        give(bytes[i], i);
    for (unsigned round = 0; round < ROUNDS; round++) { // they come back in the order in which they are given
        snprintf(text, sizeof text, "message %u", round);
        CHECK(write(out, text, strlen(text) + 1) == (ssize_t)strlen(text) + 1);
        CHECK(receive(r, in, &id) == (int)strlen(text) + 1 && id == round % BUFFERS);
        CHECK(!strcmp(bytes[id & (BUFFERS - 1)], text));
        give(bytes[id & (BUFFERS - 1)], id);
    }
    struct {
        unsigned group, head, resv[8];
    } used = {GROUP}; // since Linux 6.8
    CHECK(syscall(SYS_io_uring_register, r->fd, 26, &used, 1) == 0 ? used.head == ROUNDS : errno == EINVAL);
    // None left.
    for (unsigned i = 0; i < BUFFERS; i++)
        CHECK(write(out, "x", 1) == 1 && receive(r, in, &id) == 1 && id < BUFFERS);
    CHECK(write(out, "y", 1) == 1 && receive(r, in, &id) == -ENOBUFS && id == 99);
    // Addresses where nothing is; a buffer that could not be used stays the next one.
    char *const nowhere[] = {(char *)16, (char *)0x600000010000, (char *)0x7ff000000000};
    for (unsigned i = 0; i < 3; i++) {
        give(nowhere[i], 20 + i);
        CHECK(receive(r, in, &id) == -EFAULT);
        CHECK(change_pool(r, IORING_UNREGISTER_PBUF_RING, NULL, 0, 0) == 0);
        pool->tail = 0;
        CHECK(change_pool(r, IORING_REGISTER_PBUF_RING, pool, BUFFERS, 0) == 0);
        CHECK(write(out, "y", 1) == 1);
    }
    give(bytes[1], 40);
    CHECK(receive(r, in, &id) == 1 && id == 40 && bytes[1][0] == 'y');
    char byte;
    while (recv(in, &byte, 1, MSG_DONTWAIT) == 1)
        continue;
}

static void *give_one(void *id)
{
    give(bytes[3], *(unsigned *)id);
    return NULL;
}

// Two operations wait and there is one buffer. The second is added by another thread, without a call of io_uring, and then this
// one sleeps elsewhere.
static void elsewhere(struct ring *r, int out, int in)
{
    unsigned id;
    int told = eventfd(0, EFD_CLOEXEC);
    struct pollfd p = {told, POLLIN, 0};
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_EVENTFD, &told, 1) == 0);
    give(bytes[2], 50);
    ask(r, in);
    ask(r, in);
    CHECK(enter(r, 0) == 2);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, give_one, &(unsigned){60}) == 0 && pthread_join(thread, NULL) == 0);
    pid_t child = fork();
    if (!child) {
        give(bytes[0], 70); // its own memory
        _exit(write(out, "late", 4) != 4 || write(out, "more", 4) != 4);
    }
    CHECK(waitpid(child, NULL, 0) == child && poll(&p, 1, 10000) == 1);
    for (int i = 0; i < 2000 && __atomic_load_n(word(r, r->p.cq_off.tail), __ATOMIC_ACQUIRE) - *word(r, r->p.cq_off.head) < 2; i++)
        poll(&p, 1, 1);
    CHECK(result_of(r, &id) == 4 && id == 50 && !memcmp(bytes[2], "late", 4));
    CHECK(result_of(r, &id) == 4 && id == 60 && !memcmp(bytes[3], "more", 4));
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_UNREGISTER_EVENTFD, NULL, 0) == 0);
    close(told);
}

// Since Linux 6.4 the kernel makes the ring, too.
static void mapped(struct ring *r, int out, int in)
{
    unsigned id;
    struct io_uring_buf_ring *own = pool;
    CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0x80000000 | GROUP << 16) == MAP_FAILED);
    CHECK(change_pool(r, IORING_UNREGISTER_PBUF_RING, NULL, 0, 0) == 0);
    int res = change_pool(r, IORING_REGISTER_PBUF_RING, NULL, BUFFERS, BY_MMAP);
    CHECK(res == 0 || res == -EINVAL);
    if (res)
        return;
    pool = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, 0x80000000 | GROUP << 16);
    CHECK(pool != MAP_FAILED);
    give(bytes[0], 3);
    CHECK(write(out, "mapped", 6) == 6 && receive(r, in, &id) == 6 && id == 3 && !memcmp(bytes[0], "mapped", 6));
    CHECK(munmap(pool, 4096) == 0 && change_pool(r, IORING_UNREGISTER_PBUF_RING, NULL, 0, 0) == 0);
    pool = own;
}

int main(void)
{
    struct ring r;
    int s[2];
    if (!has_ring(&r, 8))
        return guest_done();
    pool = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(pool != MAP_FAILED && socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == 0);
    registration(&r);
    buffers(&r, s[0], s[1]);
    elsewhere(&r, s[0], s[1]);
    mapped(&r, s[0], s[1]);
    close_ring(&r);
    return guest_done();
}
