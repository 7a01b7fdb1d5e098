// SPDX-License-Identifier: MIT
// beyond: io_uring
// Rings shared with the kernel: operations of every kind of argument, chains, waiting with signal masks and times, rings with a
// poll thread, forked children, and entries that point to where nothing is.
#define _GNU_SOURCE
#include "guest.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void files(struct ring *r)
{
    char text[16] = {0};
    struct statx stx;
    struct io_uring_sqe *e = entry(r, IORING_OP_OPENAT, AT_FDCWD, "file", 0600, 0);
    e->open_flags = O_RDWR | O_CREAT | O_TRUNC;
    int fd = alone(r);
    CHECK(fd >= 0);
    CHECK(one(r, IORING_OP_WRITE, fd, "0123456789", 10, 0) == 10);
    CHECK(one(r, IORING_OP_READ, fd, text, 4, 3) == 4 && !strcmp(text, "3456"));
    struct iovec v[2] = {{text, 2}, {text + 8, 3}};
    CHECK(one(r, IORING_OP_READV, fd, v, 2, 0) == 5 && !memcmp(text, "0156", 4) && !memcmp(text + 8, "234", 3));
    CHECK(one(r, IORING_OP_WRITEV, fd, v, 2, 20) == 5);
    CHECK(one(r, IORING_OP_FSYNC, fd, NULL, 0, 0) == 0);
    e = entry(r, IORING_OP_STATX, AT_FDCWD, "file", STATX_SIZE, (uint64_t)&stx);
    CHECK(alone(r) == 0 && stx.stx_size == 25);
    e = entry(r, IORING_OP_FALLOCATE, fd, (void *)100, 0, 0);
    int res = alone(r);
    CHECK(res == 0 || res == -EOPNOTSUPP);
    CHECK(one(r, IORING_OP_CLOSE, fd, NULL, 0, 0) == 0 && fcntl(fd, F_GETFD) == -1);
    // Flags whose bits differ from machine to machine.
    CHECK(symlink("file", "link") == 0 && mkdir("folder", 0700) == 0);
    e = entry(r, IORING_OP_OPENAT, AT_FDCWD, "link", 0, 0);
    e->open_flags = O_RDONLY | O_NOFOLLOW;
    CHECK(alone(r) == -ELOOP);
    e = entry(r, IORING_OP_OPENAT, AT_FDCWD, "file", 0, 0);
    e->open_flags = O_RDONLY | O_DIRECTORY;
    CHECK(alone(r) == -ENOTDIR);
    e = entry(r, IORING_OP_OPENAT, AT_FDCWD, "folder", 0, 0);
    e->open_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    fd = alone(r);
    CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(fd, F_GETFL) & O_DIRECTORY);
    struct open_how how = {.flags = O_RDONLY | O_NOFOLLOW, .resolve = RESOLVE_BENEATH};
    CHECK(one(r, IORING_OP_OPENAT2, AT_FDCWD, "link", sizeof how, (uint64_t)&how) == -ELOOP);
    how.flags = O_WRONLY | O_CREAT;
    how.mode = 0600;
    int inner = one(r, IORING_OP_OPENAT2, fd, "inner", sizeof how, (uint64_t)&how);
    CHECK(inner >= 0);
    CHECK(one(r, IORING_OP_OPENAT2, fd, "inner", 8, (uint64_t)&how) == -EINVAL);
    CHECK(one(r, IORING_OP_RENAMEAT, fd, "inner", (unsigned)fd, (uint64_t)"other") == 0);
    CHECK(one(r, IORING_OP_LINKAT, fd, "other", (unsigned)fd, (uint64_t)"third") == 0);
    CHECK(one(r, IORING_OP_SYMLINKAT, fd, "third", 0, (uint64_t)"fourth") == 0);
    CHECK(one(r, IORING_OP_MKDIRAT, fd, "fifth", 0700, 0) == 0);
    struct stat st;
    CHECK(fstatat(fd, "third", &st, 0) == 0 && fstatat(fd, "fourth", &st, 0) == 0);
    for (int i = 0; i < 3; i++)
        CHECK(one(r, IORING_OP_UNLINKAT, fd, i == 0 ? "other" : i == 1 ? "third" : "fourth", 0, 0) == 0);
    e = entry(r, IORING_OP_UNLINKAT, fd, "fifth", 0, 0);
    e->unlink_flags = AT_REMOVEDIR;
    CHECK(alone(r) == 0);
    close(inner);
    close(fd);
}

static void sockets(struct ring *r)
{
    int s[2], ep = epoll_create1(0);
    char text[16] = {0}, more[16] = {0};
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == 0);
    struct iovec v[2] = {{"ab", 2}, {"cde", 3}}, back[2] = {{text, 3}, {more, 9}};
    struct msghdr out = {.msg_iov = v, .msg_iovlen = 2}, in = {.msg_iov = back, .msg_iovlen = 2, .msg_flags = 77};
    entry(r, IORING_OP_RECVMSG, s[1], &in, 1, 0); // before there is one
    CHECK(enter(r, 0) == 1 && result(r, NULL) == -99999);
    CHECK(one(r, IORING_OP_SENDMSG, s[0], &out, 1, 0) == 5);
    for (int i = 0, res; i < 2000; i++) {
        if ((res = result(r, NULL)) != -99999) {
            CHECK(res == 5);
            break;
        }
        syscall(SYS_io_uring_enter, r->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0ul);
    }
    CHECK(!strcmp(text, "abc") && !strcmp(more, "de") && in.msg_flags == 0 && in.msg_iov == back);
    CHECK(one(r, IORING_OP_SEND, s[0], "xyz", 3, 0) == 3 && one(r, IORING_OP_RECV, s[1], text, 8, 0) == 3);
    CHECK(!memcmp(text, "xyz", 3));
    // The layout of this one differs between machines.
    struct epoll_event e = {.events = EPOLLIN, .data.u64 = 0x1122334455667788}, got = {0};
    CHECK(one(r, IORING_OP_EPOLL_CTL, ep, &e, EPOLL_CTL_ADD, (uint64_t)s[1]) == 0);
    CHECK(write(s[0], "q", 1) == 1 && epoll_wait(ep, &got, 1, 1000) == 1 && got.data.u64 == 0x1122334455667788);
    struct io_uring_sqe *p = entry(r, IORING_OP_POLL_ADD, s[1], NULL, 0, 0);
    p->poll32_events = POLLIN;
    CHECK(alone(r) & POLLIN);
    CHECK(one(r, IORING_OP_SHUTDOWN, s[0], NULL, SHUT_WR, 0) == 0);
    // accept and connect
    struct sockaddr_un a = {AF_UNIX, "socket"}, peer;
    socklen_t size = sizeof peer;
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(listener, (void *)&a, sizeof a) == 0 && listen(listener, 1) == 0);
    CHECK(one(r, IORING_OP_CONNECT, client, &a, 0, sizeof a) == 0);
    p = entry(r, IORING_OP_ACCEPT, listener, &peer, 0, (uint64_t)&size);
    p->accept_flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
    int fd = alone(r);
    CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(fd, F_GETFL) & O_NONBLOCK && size >= 2);
    close(fd);
    close(client);
    close(listener);
    close(s[0]);
    close(s[1]);
    close(ep);
}

static void times_and_chains(struct ring *r)
{
    struct __kernel_timespec t = {0, 1000000}, hour = {3600, 0};
    uint64_t data;
    CHECK(one(r, IORING_OP_TIMEOUT, -1, &t, 1, 0) == -ETIME);
    // A chain: the second is given up when the first fails.
    char byte;
    entry(r, IORING_OP_READ, -1, &byte, 1, 0)->flags = IOSQE_IO_LINK;
    entry(r, IORING_OP_NOP, -1, NULL, 0, 0);
    CHECK(enter(r, 2) >= 1);
    CHECK(result(r, NULL) == -EBADF && result(r, NULL) == -ECANCELED);
    // Cancelled by its mark.
    entry(r, IORING_OP_TIMEOUT, -1, &hour, 1, 0)->user_data = 5;
    CHECK(enter(r, 0) == 1);
    entry(r, IORING_OP_ASYNC_CANCEL, -1, (void *)5, 0, 0)->user_data = 6;
    CHECK(enter(r, 2) == 1);
    for (int i = 0; i < 2; i++) {
        int res = result(r, &data);
        CHECK((data == 5 && res == -ECANCELED) || (data == 6 && res == 0));
    }
    // As many as there is room for.
    for (unsigned i = 0; i < r->p.sq_entries; i++)
        entry(r, IORING_OP_NOP, -1, NULL, 0, 0)->user_data = i;
    CHECK(enter(r, r->p.sq_entries) == r->p.sq_entries);
    for (unsigned i = 0; i < r->p.sq_entries; i++)
        CHECK(result(r, &data) == 0 && data == i);
}

static volatile sig_atomic_t came;
static void on_signal(int sig)
{
    came = sig;
}

static void waits(struct ring *r)
{
    struct __kernel_timespec t = {0, 2000000};
    uint64_t mask = 0, all = ~0ul;
    struct io_uring_getevents_arg a = {.sigmask = (uint64_t)&all, .sigmask_sz = 8, .ts = (uint64_t)&t};
    const unsigned how = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
    CHECK(syscall(SYS_io_uring_enter, r->fd, 0, 1, how, &a, sizeof a) == -1 && errno == ETIME);
    a.ts = 16;
    CHECK(syscall(SYS_io_uring_enter, r->fd, 0, 1, how, &a, sizeof a) == -1 && errno == EFAULT);
    a.ts = 0x600000010000;
    CHECK(syscall(SYS_io_uring_enter, r->fd, 0, 1, how, &a, sizeof a) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_io_uring_enter, r->fd, 0, 1, how, &a, 8ul) == -1 && errno == EINVAL);
    // A signal that is blocked, except while it waits.
    sigset_t usr1, old;
    struct sigaction sa = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &sa, NULL);
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, &old);
    raise(SIGUSR1);
    CHECK(came == 0);
    CHECK(syscall(SYS_io_uring_enter, r->fd, 0, 1, IORING_ENTER_GETEVENTS, &mask, 8ul) == -1 && errno == EINTR);
    CHECK(came == SIGUSR1);
    came = 0;
    raise(SIGUSR1);
    a = (struct io_uring_getevents_arg){.sigmask = (uint64_t)&mask, .sigmask_sz = 8};
    CHECK(syscall(SYS_io_uring_enter, r->fd, 0, 1, how, &a, sizeof a) == -1 && errno == EINTR && came == SIGUSR1);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void registered(struct ring *r)
{
    static char area[8192];
    struct iovec v[2] = {{area, 4096}, {area + 4096, 4096}}, bad = {(void *)0x600000100000, 4096};
    int fd = open("file", O_RDWR | O_CREAT, 0600), fds[2] = {fd, -1};
    struct io_uring_probe *probe = calloc(1, sizeof *probe + 256 * sizeof probe->ops[0]);
    CHECK(pwrite(fd, "registered", 10, 0) == 10);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_BUFFERS, v, 2) == 0);
    struct io_uring_sqe *e = entry(r, IORING_OP_READ_FIXED, fd, area + 4096, 10, 0);
    e->buf_index = 1;
    CHECK(alone(r) == 10 && !strcmp(area + 4096, "registered"));
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_UNREGISTER_BUFFERS, NULL, 0) == 0);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_BUFFERS, &bad, 1) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_BUFFERS, 16l, 1) == -1 && errno == EFAULT);
    struct io_uring_rsrc_register made = {.nr = 1, .data = (uint64_t)v};
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_BUFFERS2, &made, sizeof made) == 0);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_UNREGISTER_BUFFERS, NULL, 0) == 0);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_FILES, fds, 2) == 0);
    e = entry(r, IORING_OP_READ, 0, area, 10, 0);
    e->flags = IOSQE_FIXED_FILE;
    CHECK(alone(r) == 10 && !strcmp(area, "registered"));
    struct io_uring_files_update u = {.offset = 1, .fds = (uint64_t)&fd};
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_FILES_UPDATE, &u, 1) == 1);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_UNREGISTER_FILES, NULL, 0) == 0);
    CHECK(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_PROBE, probe, 256) == 0);
    CHECK(probe->ops_len > IORING_OP_STATX && probe->ops[IORING_OP_STATX].flags & IO_URING_OP_SUPPORTED);
    CHECK(syscall(SYS_io_uring_register, r->fd, 9999, NULL, 0) == -1 && errno == EINVAL);
    free(probe);
    close(fd);
}

static void bad(struct ring *r, char *at)
{
    int fd = open("file", O_RDWR | O_CREAT, 0600), s[2];
    char text[8];
    struct iovec v[2] = {{text, 4}, {at, 4}};
    struct msghdr m = {.msg_iov = v + 1, .msg_iovlen = 1};
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == 0 && pwrite(fd, "12345678", 8, 0) == 8);
    CHECK(one(r, IORING_OP_READ, fd, at, 4, 0) == -EFAULT);
    CHECK(one(r, IORING_OP_WRITE, fd, at, 4, 0) == -EFAULT);
    CHECK(one(r, IORING_OP_READV, fd, at, 1, 0) == -EFAULT);
    CHECK(one(r, IORING_OP_READV, fd, v, 2, 0) == 4);
    CHECK(one(r, IORING_OP_READV, fd, v + 1, 1, 0) == -EFAULT);
    CHECK(one(r, IORING_OP_SENDMSG, s[0], at, 1, 0) == -EFAULT);
    CHECK(one(r, IORING_OP_SENDMSG, s[0], &m, 1, 0) == -EFAULT);
    CHECK(write(s[0], "data", 4) == 4);
    CHECK(one(r, IORING_OP_RECVMSG, s[1], &m, 1, 0) == -EFAULT);
    CHECK(one(r, IORING_OP_OPENAT, AT_FDCWD, at, 0, 0) == -EFAULT);
    CHECK(one(r, IORING_OP_STATX, AT_FDCWD, "file", STATX_SIZE, (uint64_t)at) == -EFAULT);
    CHECK(one(r, IORING_OP_TIMEOUT, -1, at, 1, 0) == -EFAULT);
    CHECK(one(r, IORING_OP_OPENAT2, AT_FDCWD, "file", 24, (uint64_t)at) == -EFAULT);
    CHECK(one(r, IORING_OP_EPOLL_CTL, s[0], at, EPOLL_CTL_ADD, (uint64_t)fd) == -EFAULT);
    CHECK(one(r, 200, -1, NULL, 0, 0) == -EINVAL);
    close(s[0]);
    close(s[1]);
    close(fd);
}

static void polled(void)
{
    struct ring r;
    char text[8] = {0};
    struct io_uring_params p = {.flags = IORING_SETUP_SQ_AFF};
    CHECK(syscall(SYS_io_uring_setup, 4, &p) == -1 && errno == EINVAL);
    if (open_ring(&r, 4, IORING_SETUP_SQPOLL) < 0) {
        CHECK(errno == EPERM);
        return;
    }
    CHECK(r.p.flags & IORING_SETUP_SQPOLL);
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(pwrite(fd, "polled", 6, 0) == 6);
    for (int round = 0; round < 3; round++) {
        entry(&r, IORING_OP_READ, fd, text, 6, 0);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        unsigned flags = __atomic_load_n(word(&r, r.p.sq_off.flags), __ATOMIC_ACQUIRE);
        unsigned wake = flags & IORING_SQ_NEED_WAKEUP ? IORING_ENTER_SQ_WAKEUP : 0;
        CHECK(syscall(SYS_io_uring_enter, r.fd, 1, 1, wake | IORING_ENTER_GETEVENTS, NULL, 0ul) == 1);
        CHECK(result(&r, NULL) == 6 && !strcmp(text, "polled"));
    }
    close(fd);
    close_ring(&r);
}

static void in_child(struct ring *r)
{
    int status;
    pid_t child = fork();
    if (!child) {
        struct ring own;
        CHECK(one(r, IORING_OP_NOP, -1, NULL, 0, 0) == 0);
        CHECK(open_ring(&own, 4, 0) == 0 && one(&own, IORING_OP_NOP, -1, NULL, 0, 0) == 0);
        close_ring(&own);
        _exit(guest_failures != 0);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

static void errors(struct ring *r)
{
    struct io_uring_params p = {.flags = 0x80000000};
    CHECK(syscall(SYS_io_uring_setup, 8, &p) == -1 && errno == EINVAL);
    p.flags = 0;
    CHECK(syscall(SYS_io_uring_setup, 0, &p) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_io_uring_setup, 8, 16l) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_io_uring_enter, 0, 0, 0, 0x10000000, NULL, 0ul) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0ul) == -1 && errno == EBADF);
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(syscall(SYS_io_uring_enter, fd, 0, 0, 0, NULL, 0ul) == -1 && errno == EOPNOTSUPP);
    CHECK(syscall(SYS_io_uring_register, fd, IORING_UNREGISTER_FILES, NULL, 0) == -1 && errno == EOPNOTSUPP);
    close(fd);
    CHECK(syscall(SYS_io_uring_enter, r->fd, 5, 0, 0, NULL, 0ul) == 0); // there is none
}

int main(void)
{
    struct ring r;
    if (!has_ring(&r, 16))
        return guest_done();
    files(&r);
    sockets(&r);
    times_and_chains(&r);
    waits(&r);
    registered(&r);
    char *const nowhere[] = {(char *)16, (char *)0x600000010000, (char *)0x600000100000};
    for (int i = 0; i < 3; i++)
        bad(&r, nowhere[i]);
    in_child(&r);
    errors(&r);
    close_ring(&r);
    for (int i = 0; i < 20; i++) {
        CHECK(open_ring(&r, 4, 0) == 0 && one(&r, IORING_OP_NOP, -1, NULL, 0, 0) == 0);
        close_ring(&r);
    }
    polled();
    return guest_done();
}
