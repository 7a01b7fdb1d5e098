// SPDX-License-Identifier: MIT
// beyond: io_uring
// Children that share the memory, of a program with a ring of buffers, are killed wherever they are in their system calls: what
// they had taken is free again.
#define _GNU_SOURCE
#include "guest.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

enum { CHILDREN = 200, BUFFERS = 8 };
static volatile int *victim; // shared with who kills it

static void kill_them(void)
{
    unsigned s = 1;
    for (int n = 0; n < CHILDREN; n++) {
        while (*victim <= 0)
            sched_yield();
        s = s * 1103515245 + 12345;
        for (volatile unsigned k = s >> 16 & 4095; k; k--)
            ;
        int pid = *victim;
        *victim = 0;
        kill(pid, SIGKILL);
    }
    _exit(0);
}

static int child(void *pool)
{
    struct io_uring_buf_ring *ring = pool;
    *victim = (int)syscall(SYS_getpid);
    while (!fcntl(-1, F_GETFD) || errno == EBADF)
        ring->tail++; // there is something new to be seen
    return 0;
}

int main(void)
{
    struct ring r;
    if (!has_ring(&r, 8))
        return guest_done();
    victim = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct io_uring_buf_ring *pool = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct io_uring_buf_reg reg = {.ring_addr = (uint64_t)pool, .ring_entries = BUFFERS, .bgid = 1};
    if (syscall(SYS_io_uring_register, r.fd, IORING_REGISTER_PBUF_RING, &reg, 1) < 0) {
        CHECK(errno == EINVAL);
        printf("no rings of buffers here\n");
        return guest_done();
    }
    int killer = fork();
    if (killer == 0)
        kill_them();
    alarm(100);
    for (int n = 0; n < CHILDREN; n++) {
        int status, pid = clone(child, stack + 65536, CLONE_VM | CLONE_VFORK | SIGCHLD, pool);
        CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        CHECK(fcntl(-1, F_GETFD) == -1 && errno == EBADF);
    }
    CHECK(waitpid(killer, NULL, 0) == killer);
    close_ring(&r);
    return guest_done();
}
