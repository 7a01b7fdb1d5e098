// SPDX-License-Identifier: MIT
// beyond: io_pgetevents
// What the other tests of sockets, semaphores, message queues and asynchronous input leave out.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t got;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)context;
    if (info->si_code == SI_MESGQ && info->si_value.sival_int == 0x1234)
        got = sig;
}

static void other_handler(int sig)
{
    got = sig;
}

static void accepted(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, b;
    socklen_t size = sizeof a;
    int l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(l, (void *)&a, sizeof a) == 0 && listen(l, 1) == 0 &&
          getsockname(l, (void *)&a, &size) == 0);
    CHECK(connect(c, (void *)&a, sizeof a) == 0);
    size = sizeof b;
    int s = (int)syscall(SYS_accept, l, &b, &size);
    CHECK(s >= 0 && size == sizeof b && b.sin_family == AF_INET);
    CHECK(getpeername(c, (void *)&b, &size) == 0 && b.sin_port == a.sin_port);
    CHECK(getpeername(l, (void *)&b, &size) == -1 && errno == ENOTCONN);
    CHECK(syscall(SYS_getpeername, c, 16l, &size) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_getpeername, c, &b, 16l) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_accept, -1, &b, &size) == -1 && errno == EBADF);
    close(l);
    close(c);
    close(s);
}

static void semaphores(void)
{
    int id = semget(IPC_PRIVATE, 2, 0600);
    struct sembuf up = {0, 1, 0}, down = {0, -1, IPC_NOWAIT}, two[2] = {{1, 3, 0}, {1, -2, 0}};
    CHECK(id >= 0);
    int other = (int)syscall(SYS_semget, IPC_PRIVATE, 1, 0);
    CHECK(other >= 0 && semctl(other, 0, IPC_RMID) == 0);
#ifdef SYS_semop
    CHECK(syscall(SYS_semop, id, &up, 1ul) == 0 && semctl(id, 0, GETVAL) == 1);
    CHECK(syscall(SYS_semop, id, &down, 1ul) == 0 && syscall(SYS_semop, id, &down, 1ul) == -1 &&
          errno == EAGAIN);
    CHECK(syscall(SYS_semop, id, two, 2ul) == 0 && semctl(id, 1, GETVAL) == 1);
    CHECK(syscall(SYS_semop, id, 16l, 1ul) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_semop, id, &up, 100000ul) == -1 && errno == E2BIG);
#endif
    CHECK(semctl(id, 0, IPC_RMID) == 0);
}

static void messages(void)
{
    struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = 16};
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGUSR1,
                             .sigev_value.sival_int = 0x1234};
    char name[64];
    snprintf(name, sizeof name, "/a64-queues-test-%d", (int)getpid()); // others may run beside this one
    mqd_t q = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
    if (q == (mqd_t)-1) {
        CHECK(errno == ENOSYS || errno == EACCES || errno == EMFILE);
        return;
    }
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0 && mq_notify(q, &event) == 0);
    CHECK(mq_notify(q, &event) == -1 && errno == EBUSY);
    CHECK(mq_send(q, "text", 4, 1) == 0);
    for (int i = 0; i < 1000 && !got; i++)
        usleep(1000);
    CHECK(got == SIGUSR1);
    CHECK(mq_notify(q, NULL) == 0 && syscall(SYS_mq_notify, (int)q, 16l) == -1 && errno == EFAULT);
    event.sigev_signo = 99;
    CHECK(mq_notify(q, &event) == -1 && errno == EINVAL);
    CHECK(mq_unlink(name) == 0 && mq_close(q) == 0);
}

static void asynchronous(void)
{
    aio_context_t context = 0;
    char text[4] = "text";
    struct io_event event;
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    if (syscall(SYS_io_setup, 4, &context) == -1)
        return;
    struct iocb block = {.aio_lio_opcode = IOCB_CMD_PWRITE,
                         .aio_fildes = (unsigned)fd,
                         .aio_buf = (unsigned long)text,
                         .aio_nbytes = 4},
                *list[] = {&block};
    struct timespec limit = {5, 0};
    CHECK(syscall(SYS_io_submit, context, 1l, list) == 1);
    CHECK(syscall(SYS_io_pgetevents, context, 1l, 1l, &event, &limit, NULL) == 1 && event.res == 4);
    CHECK(syscall(SYS_io_pgetevents, context, 0l, 1l, &event, &limit, 16l) == -1 &&
          errno == EFAULT);
    // With a mask that lets in the signal that waits.
    struct {
        const void *set;
        size_t size;
    } mask = {&(unsigned long){0}, 8};
    unsigned long usr2 = 1ul << (SIGUSR2 - 1);
    signal(SIGUSR2, other_handler);
    CHECK(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &usr2, NULL, 8ul) == 0 && raise(SIGUSR2) == 0);
    CHECK(got != SIGUSR2);
    CHECK(syscall(SYS_io_pgetevents, context, 1l, 1l, &event, &limit, &mask) == -1 &&
          errno == EINTR && got == SIGUSR2);
    CHECK(syscall(SYS_io_cancel, context, &block, &event) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_io_cancel, context, 16l, &event) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_io_destroy, context) == 0);
}

int main(void)
{
    accepted();
    semaphores();
    messages();
    asynchronous();
    return guest_done();
}
