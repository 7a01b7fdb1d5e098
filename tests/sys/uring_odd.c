// SPDX-License-Identifier: MIT
// label: full
// beyond: io_uring
// native: entries that point to where an emulator may be
// Entries made at random: every operation, with addresses that are good, bad, and no program's, structures that hold such addresses,
// odd lengths, flags and descriptors. The kernel may say what it likes, but never that it has read or written what is not the
// program's, and the program and its ring go on.
#define _GNU_SOURCE
#include "guest.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

enum { OPERATIONS = 66, ROUNDS = 40, ENTRIES = 64, SIZE = 8192, DESCRIPTORS = 9 };

// The kernel writes where it is told to, longer than what is there.
static struct target {
    struct iovec vector[4];
    struct msghdr head[4];
    struct timespec soon;
    struct open_how how[2];
    char name[5][24];
    char area[SIZE];
    char behind[4 * SIZE];
} *target;
static const uint64_t nowhere[] = {0x600000010000, 0x6100003e0010, 0x610015a00000, 0x7ffff7ff0000, 0x7fffffffe000};
enum { NOWHERE = sizeof nowhere / sizeof *nowhere };
static int descriptor[DESCRIPTORS];

static unsigned pick(unsigned n)
{
    return (unsigned)(guest_random() >> 20) % n;
}

static uint64_t of_nobody(void)
{
    return nowhere[pick(NOWHERE)] + pick(3) * 4096;
}

static bool is_of_nobody(uint64_t at)
{
    return at >= nowhere[0] && at < 1ul << 47;
}

// Something that an operation may be pointed to: parts of it good, others not.
static uint64_t object(void)
{
    static const char *const names[] = {"file", "folder/none", "/proc/self/maps", "", "link"};
    struct target *t = target;
    for (int i = 0; i < 4; i++) {
        t->vector[i] = (struct iovec){pick(2) ? t->area + i : (char *)of_nobody(), pick(100)};
        t->head[i] = (struct msghdr){.msg_iov = pick(4) ? t->vector : (void *)of_nobody(), .msg_iovlen = pick(5)};
        if (!pick(4))
            t->head[i].msg_name = (void *)of_nobody(), t->head[i].msg_namelen = 16;
        if (!pick(4))
            t->head[i].msg_control = (void *)of_nobody(), t->head[i].msg_controllen = 64;
    }
    t->soon = (struct timespec){0, 1000};
    t->how[0] = (struct open_how){.flags = O_RDONLY};
    t->how[1] = (struct open_how){.flags = O_RDWR | O_CREAT, .mode = 0600};
    for (int i = 0; i < 5; i++)
        strcpy(t->name[i], names[i]);
    switch (pick(6)) {
    case 0: return (uint64_t)t->vector;
    case 1: return (uint64_t)&t->head[pick(4)];
    case 2: return (uint64_t)&t->soon;
    case 3: return (uint64_t)&t->how[pick(2)];
    case 4: return (uint64_t)t->name[pick(5)];
    default: return (uint64_t)t->area + pick(SIZE);
    }
}

static uint64_t address(void)
{
    static const uint64_t odd[] = {0, 1, 16, 4096, 1ul << 47, ~0ul, 1ul << 63};
    unsigned what = pick(8);
    return what < 4 ? object() : what < 7 ? of_nobody() : odd[pick(7)];
}

static unsigned bits(unsigned n)
{
    return pick(3) ? 0 : 1u << pick(n);
}

static bool is_left_out(unsigned op)
{
    return op == IORING_OP_FALLOCATE || op == IORING_OP_CLOSE; // which would fill the disk, close what others use
}

static struct io_uring_sqe random_entry(unsigned op)
{
    return (struct io_uring_sqe){.opcode = (uint8_t)op,
                                 .flags = (uint8_t)(pick(3) ? 0 : 1 << (2 + pick(4))), // links, at once, a buffer, no completion
                                 .ioprio = (uint16_t)bits(6),
                                 .fd = descriptor[pick(DESCRIPTORS)],
                                 .off = pick(2) ? pick(9000) : address(),
                                 .addr = address(),
                                 .len = pick(2) ? pick(4) : pick(5000),
                                 .rw_flags = (int)bits(12),
                                 .buf_index = (uint16_t)pick(2),
                                 .file_index = pick(8) ? 0 : pick(200),
                                 .addr3 = pick(2) ? 0 : address()};
}

// Whether the kernel has done what it cannot have done: moved bytes of nobody's.
static bool is_wrong(const struct io_uring_sqe *e, int res)
{
    switch (e->opcode) {
    case IORING_OP_READ:
    case IORING_OP_WRITE:
    case IORING_OP_RECV:
    case IORING_OP_SEND: return res > 0 && is_of_nobody(e->addr) && !(e->flags & IOSQE_BUFFER_SELECT);
    case IORING_OP_STATX: return res == 0 && (is_of_nobody(e->off) || is_of_nobody(e->addr));
    default: return false;
    }
}

static int wrongs(struct ring *r, const struct io_uring_sqe *given, unsigned n)
{
    int wrong = 0, res;
    uint64_t data;
    while ((res = result(r, &data)) != -99999)
        if (data < n && is_wrong(&given[data], res)) {
            printf("operation %d of address %#lx, offset %#lx: %d\n", given[data].opcode, (unsigned long)given[data].addr,
                   (unsigned long)given[data].off, res);
            wrong++;
        }
    return wrong;
}

// What waits is taken back.
static int cancel(struct ring *r)
{
    entry(r, IORING_OP_ASYNC_CANCEL, -1, NULL, 0, 0)->cancel_flags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY;
    r->waiting = 0;
    return syscall(SYS_io_uring_enter, r->fd, 1, 0, IORING_ENTER_GETEVENTS, NULL, 0ul) == 1;
}

static int all_at_random(unsigned long seed)
{
    struct ring r;
    static struct io_uring_sqe given[ENTRIES];
    int wrong = 0, p[2], s[2];
    guest_seed = seed;
    target = mmap(NULL, sizeof *target, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(open_ring(&r, ENTRIES, 0) == 0);
    CHECK(pipe2(p, O_NONBLOCK) == 0 && socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, s) == 0);
    int all[DESCRIPTORS] = {p[0], p[1], s[0], s[1], open("file", O_RDWR | O_CREAT, 0600), epoll_create1(0), AT_FDCWD, -1, r.fd};
    memcpy(descriptor, all, sizeof all);
    CHECK(write(all[4], target->area, 3000) == 3000);
    for (int round = 0; round < ROUNDS; round++) {
        CHECK(write(p[1], "some bytes", 10) == 10 || errno == EAGAIN || errno == EPIPE);
        CHECK(write(s[1], "some bytes", 10) == 10 || errno);
        unsigned n = 0;
        while (n < ENTRIES - 1) {
            unsigned op = pick(OPERATIONS);
            if (is_left_out(op))
                continue;
            given[n] = random_entry(op);
            given[n].user_data = n;
            *entry(&r, 0, -1, NULL, 0, 0) = given[n];
            n++;
        }
        while (r.waiting) { // the kernel stops at what is wrong
            long took = syscall(SYS_io_uring_enter, r.fd, r.waiting, 0, 0, NULL, 0ul);
            if (took <= 0)
                break;
            r.waiting -= (unsigned)took;
        }
        CHECK(r.waiting == 0);
        wrong += wrongs(&r, given, n);
        CHECK(cancel(&r));
        wrong += wrongs(&r, given, n);
        syscall(SYS_close_range, r.fd > all[5] ? r.fd + 1 : all[5] + 1, ~0u, 0); // what was opened
    }
    CHECK(wrong == 0);
    fflush(stdout);
    return guest_failures != 0;
}

int main(int argc, char **argv)
{
    struct ring r;
    unsigned long from = argc > 1 ? strtoul(argv[1], NULL, 0) : 1, n = argc > 2 ? strtoul(argv[2], NULL, 0) : 4;
    if (!has_ring(&r, 8))
        return guest_done();
    close_ring(&r);
    signal(SIGPIPE, SIG_IGN);
    for (unsigned long i = from; i < from + n; i++) {
        int status;
        fflush(stdout);
        pid_t child = fork(); // which may lose its descriptors
        if (!child)
            _exit(all_at_random(i * 0x9e3779b97f4a7c15ul));
        CHECK(waitpid(child, &status, 0) == child && status == 0);
        if (status)
            printf("seed %lu: status %#x\n", i, status);
    }
    return guest_done();
}
