// SPDX-License-Identifier: MIT
// beyond: io_uring
// Rings that a thread calls by an index of its own: with the descriptor closed, in other threads and in children, which have none.
#define _GNU_SOURCE
#include "guest.h"
#include "ring.h"

#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>

enum { INDEXED = 16 };
#define BY_INDEX 0x80000000u // of io_uring_register, since Linux 6.3

static int change(int fd, int op, struct io_uring_rsrc_update *u, unsigned n)
{
    long res = syscall(SYS_io_uring_register, fd, op, u, n);
    return res < 0 ? -errno : (int)res;
}

static int nop(struct ring *r, int fd, unsigned flags)
{
    uint64_t data = 0;
    entry(r, IORING_OP_NOP, -1, NULL, 0, 0)->user_data = 77;
    r->waiting = 0;
    long res = syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS | flags, NULL, 0ul);
    if (res < 0)
        return -errno;
    CHECK(result(r, &data) == 0 && data == 77);
    return (int)res;
}

static void *in_thread(void *arg)
{
    int index = *(int *)arg;
    CHECK(syscall(SYS_io_uring_enter, index, 0, 0, IORING_ENTER_REGISTERED_RING, NULL, 0ul) == -1);
    CHECK(errno == EINVAL || errno == EBADF); // the one before the thread has used io_uring
    return NULL;
}

int main(void)
{
    struct ring r, other;
    if (!has_ring(&r, 8) || !has_ring(&other, 8))
        return guest_done();
    struct io_uring_rsrc_update u[INDEXED + 1] = {{.offset = -1u, .data = (uint64_t)r.fd}, {.offset = 5, .data = (uint64_t)other.fd}};
    CHECK(change(r.fd, IORING_REGISTER_RING_FDS, u, INDEXED + 1) == -EINVAL);
    CHECK(change(r.fd, IORING_REGISTER_RING_FDS, u, 0) == -EINVAL);
    CHECK(change(r.fd, IORING_REGISTER_RING_FDS, (void *)16, 1) == -EFAULT);
    CHECK(change(r.fd, IORING_REGISTER_RING_FDS, u, 2) == 2 && u[0].offset < INDEXED && u[0].offset != 5 && u[1].offset == 5);
    int index = (int)u[0].offset;
    struct io_uring_rsrc_update none = {.offset = 9, .data = (uint64_t)-1}, far = {.offset = INDEXED, .data = (uint64_t)r.fd};
    CHECK(change(r.fd, IORING_REGISTER_RING_FDS, &none, 1) == -EBADF);
    CHECK(change(r.fd, IORING_REGISTER_RING_FDS, &far, 1) == -EINVAL);
    CHECK(nop(&r, index, IORING_ENTER_REGISTERED_RING) == 1);
    CHECK(nop(&other, 5, IORING_ENTER_REGISTERED_RING) == 1);
    CHECK(nop(&r, r.fd, 0) == 1);
    CHECK(syscall(SYS_io_uring_enter, 9, 0, 0, IORING_ENTER_REGISTERED_RING, NULL, 0ul) == -1 && errno == EBADF);
    CHECK(syscall(SYS_io_uring_enter, 16, 0, 0, IORING_ENTER_REGISTERED_RING, NULL, 0ul) == -1 && errno == EINVAL);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, in_thread, &index) == 0 && pthread_join(thread, NULL) == 0);
    int status;
    pid_t child = fork();
    if (!child) {
        in_thread(&index);
        _exit(guest_failures != 0);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    // The ring lives on by its index.
    int fd = dup(r.fd);
    CHECK(close(r.fd) == 0 && nop(&r, index, IORING_ENTER_REGISTERED_RING) == 1);
    long probed = syscall(SYS_io_uring_register, index, IORING_REGISTER_ENABLE_RINGS | BY_INDEX, NULL, 0);
    CHECK(probed == -1 && (errno == EBADFD || errno == EINVAL)); // it is enabled
    CHECK(nop(&r, fd, 0) == 1);
    u[0] = (struct io_uring_rsrc_update){.offset = (unsigned)index};
    CHECK(change(fd, IORING_UNREGISTER_RING_FDS, u, 1) == 1);
    CHECK(syscall(SYS_io_uring_enter, index, 0, 0, IORING_ENTER_REGISTERED_RING, NULL, 0ul) == -1 && errno == EBADF);
    r.fd = fd;
    close_ring(&r);
    close_ring(&other);
    return guest_done();
}
