// SPDX-License-Identifier: MIT
// Pointers that lie in memory (vectors of buffers, message headers, structures of fcntl, ioctl, options of sockets ...) and
// lead to where the program has nothing: EFAULT, or what was done before it came to that.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/filter.h>
#include <mqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAULTS(call) CHECK((call) == -1 && errno == EFAULT)

static char here[4096];

static void vectors(char *bad)
{
    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600), p[2];
    struct iovec v[3] = {{here, 4}, {bad, 4}, {here, 4}}, local = {here, 8};
    CHECK(write(fd, "0123456789ab", 12) == 12);
    CHECK(preadv(fd, v, 3, 0) == 4 && !memcmp(here, "0123", 4));
    CHECK(preadv2(fd, v, 3, 0, 0) == 4);
    CHECK(lseek(fd, 0, SEEK_SET) == 0 && readv(fd, v, 3) == 4);
    FAULTS(preadv(fd, v + 1, 2, 0));
    CHECK(pwritev(fd, v, 3, 100) == 4 && lseek(fd, 0, SEEK_END) == 104);
    CHECK(pwritev2(fd, v, 3, 200, 0) == 4);
    FAULTS(pwritev(fd, v + 1, 2, 0));
    FAULTS(writev(fd, v + 1, 1));
    CHECK(syscall(SYS_preadv, fd, v, 1025l, 0l, 0l) == -1 && errno == EINVAL);
    CHECK(preadv(-1, (void *)bad, 1, 0) == -1 && errno == EBADF);
    CHECK(pipe(p) == 0);
    FAULTS(vmsplice(p[1], v + 1, 1, 0));
    CHECK(syscall(SYS_process_vm_readv, getpid(), &local, 1l, v, 3l, 0l) == 4);
    FAULTS(syscall(SYS_process_vm_readv, getpid(), &local, 1l, v + 1, 1l, 0l));
    FAULTS(syscall(SYS_process_vm_readv, getpid(), v + 1, 1l, &local, 1l, 0l));
    FAULTS(syscall(SYS_process_vm_writev, getpid(), &local, 1l, v + 1, 1l, 0l));
    close(p[0]);
    close(p[1]);
    close(fd);
}

static void messages(char *bad)
{
    int s[2];
    char control[64];
    struct iovec good = {here, 4}, wrong = {bad, 4}, both[2] = {{here, 4}, {bad, 4}};
    struct msghdr m = {.msg_iov = &good, .msg_iovlen = 1};
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == 0);
    CHECK(sendmsg(s[0], &m, 0) == 4);
    CHECK(recvmsg(s[1], &m, MSG_DONTWAIT) == 4 && m.msg_flags == 0);
#define WITH(member, value)                  \
    do {                                     \
        struct msghdr w = m;                 \
        w.member = (void *)(value);          \
        FAULTS(sendmsg(s[0], &w, 0));        \
    } while (0)
    WITH(msg_iov, bad);
    WITH(msg_iov, &wrong);
    m.msg_iovlen = 2;
    WITH(msg_iov, both);
    m.msg_iovlen = 1;
    m.msg_namelen = 16;
    WITH(msg_name, bad);
    m.msg_namelen = 0;
    m.msg_controllen = sizeof control;
    WITH(msg_control, bad);
    m.msg_controllen = 0;
    // What is received and has no place is lost.
    CHECK(sendmsg(s[0], &m, 0) == 4 && sendmsg(s[0], &m, 0) == 4);
    struct msghdr w = m;
    w.msg_iov = &wrong;
    FAULTS(recvmsg(s[1], &w, MSG_DONTWAIT));
    w = m;
    w.msg_iovlen = 5000;
    CHECK(recvmsg(s[1], &w, MSG_DONTWAIT) == -1 && errno == EMSGSIZE);
    // The fields that are said.
    memset(control, 0, sizeof control);
    w = m;
    w.msg_control = control;
    w.msg_controllen = sizeof control;
    w.msg_name = here + 100;
    w.msg_namelen = 16;
    good.iov_len = 2;
    CHECK(recvmsg(s[1], &w, MSG_DONTWAIT) == 2 && w.msg_flags == MSG_TRUNC);
    CHECK(w.msg_controllen == 0 && w.msg_namelen == 0 && w.msg_control == control);
    good.iov_len = 4;
    // Many at once, more than go at a time.
    enum { MANY = 150 };
    static struct mmsghdr many[MANY];
    for (int i = 0; i < MANY; i++)
        many[i] = (struct mmsghdr){.msg_hdr = m};
    struct timespec none = {0, 0};
    int size = 1 << 20;
    setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    many[1].msg_hdr.msg_iov = &wrong;
    CHECK(sendmmsg(s[0], many, 4, 0) == 1 && many[0].msg_len == 4);
    FAULTS(sendmmsg(s[0], many + 1, 3, 0));
    FAULTS(sendmmsg(s[0], (void *)bad, 3, 0));
    CHECK(sendmmsg(s[0], many + 2, 3, 0) == 3);
    CHECK(recvmmsg(s[1], many, 5, MSG_DONTWAIT, NULL) == 1);
    FAULTS(recvmmsg(s[1], many + 2, 5, MSG_DONTWAIT, &none)); // the error that was left over
    CHECK(recvmmsg(s[1], many + 2, 5, MSG_DONTWAIT, &none) == 1); // no time for more
    while (recv(s[1], here, 4, MSG_DONTWAIT) > 0)
        ;
    FAULTS(recvmmsg(s[1], many, 1, MSG_DONTWAIT, (void *)bad));
    CHECK(recvmmsg(s[1], many, 0, MSG_DONTWAIT, NULL) == 0);
    CHECK(sendmmsg(-1, many, 0, 0) == -1 && errno == EBADF);
    close(s[0]);
    close(s[1]);
}

// A stream takes as many as there are, so more go through at once than are copied at a time.
static void many_messages(void)
{
    enum { MANY = 150 };
    static struct mmsghdr many[MANY];
    static char bytes[MANY];
    struct iovec v[MANY];
    int s[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    for (int i = 0; i < MANY; i++) {
        bytes[i] = (char)i;
        v[i] = (struct iovec){bytes + i, 1};
        many[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = v + i, .msg_iovlen = 1}};
    }
    CHECK(sendmmsg(s[0], many, MANY, 0) == MANY && many[MANY - 1].msg_len == 1);
    memset(bytes, 0, sizeof bytes);
    CHECK(recvmmsg(s[1], many, MANY, MSG_WAITFORONE, NULL) == MANY);
    CHECK(bytes[100] == 100 && (unsigned char)bytes[MANY - 1] == MANY - 1);
    CHECK(sendmmsg(s[0], many, MANY, 0) == MANY);
    CHECK(recvmmsg(s[1], many, 140, MSG_WAITFORONE, NULL) == 140);
    CHECK(recvmmsg(s[1], many, 140, MSG_WAITFORONE, NULL) == 10);
    close(s[0]);
    close(s[1]);
}

static void by_command(char *bad)
{
    int fd = open("file", O_RDWR | O_CREAT, 0600), s = socket(AF_INET, SOCK_DGRAM, 0);
    FAULTS(fcntl(fd, F_GETLK, bad));
    FAULTS(fcntl(fd, F_SETLK, bad));
    FAULTS(fcntl(fd, F_OFD_SETLKW, bad));
    FAULTS(fcntl(fd, F_GETOWN_EX, bad));
    FAULTS(fcntl(fd, F_SETOWN_EX, bad));
    FAULTS(fcntl(fd, F_GET_RW_HINT, bad));
    FAULTS(ioctl(fd, FIONREAD, bad));
    FAULTS(ioctl(fd, FIONBIO, bad));
    FAULTS(ioctl(s, SIOCGIFCONF, bad));
    FAULTS(ioctl(s, SIOCGIFFLAGS, bad));
    struct ifconf list = {.ifc_len = 400, .ifc_buf = bad};
    FAULTS(ioctl(s, SIOCGIFCONF, &list));
    list = (struct ifconf){.ifc_len = sizeof here, .ifc_buf = here};
    CHECK(ioctl(s, SIOCGIFCONF, &list) == 0 && list.ifc_len < (int)sizeof here && list.ifc_buf == here);
    FAULTS(prctl(PR_SET_NAME, bad));
    FAULTS(prctl(PR_GET_PDEATHSIG, bad));
    FAULTS(prctl(PR_GET_CHILD_SUBREAPER, bad));
    struct sock_filter accept = {BPF_RET | BPF_K, 0, 0, 0xffff};
    struct sock_fprog program = {1, (void *)bad};
    FAULTS(setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
    FAULTS(setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, bad, sizeof program));
    program.filter = &accept;
    CHECK(setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0);
    CHECK(setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, &program, 8) == -1 && errno == EINVAL);
    int sem = semget(IPC_PRIVATE, 2, 0600);
    FAULTS(syscall(SYS_semctl, sem, 0l, GETALL, bad));
    FAULTS(syscall(SYS_semctl, sem, 0l, SETALL, bad));
    FAULTS(syscall(SYS_semctl, sem, 0l, IPC_STAT, bad));
    CHECK(syscall(SYS_semctl, sem, 0l, SETVAL, 7l) == 0 && semctl(sem, 0, GETVAL) == 7);
    semctl(sem, 0, IPC_RMID);
    close(fd);
    close(s);
}

static void waiting(char *bad)
{
    struct {
        uint64_t set, size;
    } pair = {(uint64_t)bad, 8};
    struct timespec none = {0, 0};
    FAULTS(syscall(SYS_pselect6, 0l, 0l, 0l, 0l, &none, &pair));
    pair.set = 0;
    CHECK(syscall(SYS_pselect6, 0l, 0l, 0l, 0l, &none, &pair) == 0);
    struct {
        uint64_t value, word;
        uint32_t flags, reserved;
    } wait = {0, (uint64_t)bad & ~7ul, 2, 0};
    CHECK(syscall(449, &wait, 1l, 0l, 0l, 0l) == -1 && (errno == EFAULT || errno == ENOSYS));
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_value.sival_ptr = bad};
    int fd = (int)syscall(SYS_mq_open, "inner_pointers", O_RDWR | O_CREAT, 0600l, 0l);
    if (fd >= 0 || errno != ENOSYS) {
        FAULTS(syscall(SYS_mq_notify, fd, &event));
        syscall(SYS_mq_unlink, "inner_pointers");
        close(fd);
    }
    // Asynchronous: at once, or when it is done.
    aio_context_t context = 0;
    struct iocb block = {.aio_lio_opcode = IOCB_CMD_PWRITE, .aio_buf = (uint64_t)bad, .aio_nbytes = 4};
    struct iovec v = {bad, 4};
    struct iocb *list[2] = {&block, (void *)bad};
    struct io_event done = {0};
    int file = open("file", O_RDWR | O_CREAT, 0600);
    block.aio_fildes = (uint32_t)file;
    if (syscall(SYS_io_setup, 8l, &context) == 0) {
        for (int vectored = 0; vectored < 2; vectored++) {
            long r = syscall(SYS_io_submit, context, 1l, list);
            CHECK((r == -1 && errno == EFAULT) ||
                  (r == 1 && syscall(SYS_io_getevents, context, 1l, 1l, &done, 0l) == 1 &&
                   done.res == -EFAULT));
            block.aio_lio_opcode = IOCB_CMD_PWRITEV;
            block.aio_buf = (uint64_t)&v;
            block.aio_nbytes = 1;
        }
        v.iov_base = here;
        CHECK(syscall(SYS_io_submit, context, 2l, list) == 1);
        CHECK(syscall(SYS_io_getevents, context, 1l, 1l, &done, 0l) == 1 && done.res == 4);
        CHECK(done.obj == (uint64_t)&block);
        FAULTS(syscall(SYS_io_submit, context, 1l, list + 1));
        syscall(SYS_io_destroy, context);
    }
    close(file);
}

static void processes(char *bad)
{
    char *good[] = {"sh", NULL}, *wrong[] = {"sh", bad, NULL};
    FAULTS(execve("/bin/sh", wrong, good + 1));
    FAULTS(execve("/bin/sh", good, wrong));
    uint64_t args[11] = {CLONE_PIDFD, (uint64_t)bad, 0, 0, SIGCHLD};
    CHECK(syscall(435, args, sizeof args) == -1 && (errno == EFAULT || errno == ENOSYS));
    int fd = (int)syscall(434, getpid(), 0l); // pidfd_open
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct iovec v = {(char *)((uint64_t)bad & ~4095ul), 4096};
    enum { COLD = 20 };
    CHECK(fd >= 0);
    CHECK(syscall(440, fd, &v, 1l, COLD, 0l) == -1 && (errno == ENOMEM || errno == ENOSYS));
    v.iov_base = page;
    CHECK(syscall(440, fd, &v, 1l, COLD, 0l) == 4096 || errno == ENOSYS);
    close(fd);
}

int main(void)
{
    // The first page; then where an emulator may be, and the host has nothing.
    char *const bad[] = {(char *)16, (char *)0x600000010008, (char *)0x600000040008};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        vectors(bad[i]);
        messages(bad[i]);
        by_command(bad[i]);
        waiting(bad[i]);
        processes(bad[i]);
    }
    many_messages();
    return guest_done();
}
