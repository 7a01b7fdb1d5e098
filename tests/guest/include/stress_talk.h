// SPDX-License-Identifier: MIT
// What the threads of tests/sys/stress.c do with the kernel's queues: signals with values, timers, pipes, sockets, programs that
// are executed. Each gives true when all of it was as it should be.
#ifndef GUEST_STRESS_TALK_H
#define GUEST_STRESS_TALK_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#    define sigev_notify_thread_id _sigev_un._tid
#endif

extern char **environ;

// ---- Signals with values: what was sent is what came.

static unsigned long values_sent, values_come;
static int values_wrong;

static inline void value_comes(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    if (info->si_code != SI_QUEUE || info->si_pid != getpid() || info->si_value.sival_int <= 0)
        __atomic_fetch_add(&values_wrong, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&values_come, (unsigned long)info->si_value.sival_int, __ATOMIC_RELAXED);
}

// False only for another error than that too many wait.
static inline bool send_value(pthread_t to, int value)
{
    int e = pthread_sigqueue(to, SIGRTMIN, (union sigval){.sival_int = value});
    __atomic_fetch_add(&values_sent, e ? 0 : (unsigned long)value, __ATOMIC_RELAXED);
    return e == 0 || e == EAGAIN;
}

// ---- A timer that tells its own thread, which waits for that.

static inline bool use_timer(int me)
{
    sigset_t it, before;
    timer_t timer;
    siginfo_t info;
    int sig;
    struct sigevent how = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 1, .sigev_value.sival_int = me};
    how.sigev_notify_thread_id = gettid();
    sigemptyset(&it);
    sigaddset(&it, SIGRTMIN + 1);
    pthread_sigmask(SIG_BLOCK, &it, &before);
    if (timer_create(CLOCK_MONOTONIC, &how, &timer))
        return false;
    bool good = timer_settime(timer, 0, &(struct itimerspec){.it_value.tv_nsec = 200000}, NULL) == 0;
    while ((sig = sigtimedwait(&it, &info, &(struct timespec){.tv_sec = 100})) < 0 && errno == EINTR)
        continue;
    good &= sig == SIGRTMIN + 1 && info.si_code == SI_TIMER && info.si_value.sival_int == me;
    good &= timer_delete(timer) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

// ---- A pipe of all threads: whole records go in and come out.

struct record {
    uint64_t from, number, rest[5], sum;
};
static int common[2];
static unsigned long records_in, records_out;

static inline uint64_t sum_of(const struct record *r)
{
    uint64_t sum = r->from * 31 + r->number;
    for (int i = 0; i < 5; i++)
        sum = sum * 31 + r->rest[i];
    return sum;
}

static inline bool use_pipe(int me, unsigned long number)
{
    struct record out = {.from = (uint64_t)me, .number = number}, in;
    for (int i = 0; i < 5; i++)
        out.rest[i] = number * 7 + (uint64_t)i;
    out.sum = sum_of(&out);
    if (write(common[1], &out, sizeof out) != sizeof out)
        return false;
    __atomic_fetch_add(&records_in, out.sum, __ATOMIC_RELAXED);
    if (read(common[0], &in, sizeof in) != sizeof in) // another thread's, mostly
        return false;
    __atomic_fetch_add(&records_out, in.sum, __ATOMIC_RELAXED);
    return in.sum == sum_of(&in);
}

// ---- Sockets: a connection to oneself, through which bytes and a descriptor go.

static inline bool is_ready(int fd)
{
    struct epoll_event e = {.events = EPOLLIN, .data.u64 = 0x123456789abcdef0 + (uint64_t)fd}, is;
    int set = epoll_create1(EPOLL_CLOEXEC), n;
    if (set < 0 || epoll_ctl(set, EPOLL_CTL_ADD, fd, &e))
        return false;
    while ((n = epoll_wait(set, &is, 1, 100000)) < 0 && errno == EINTR)
        continue;
    close(set);
    return n == 1 && is.data.u64 == e.data.u64;
}

static inline bool send_descriptor(int through, int fd, const char *text, size_t size)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof fd)];
    } control = {.head = {CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS}};
    struct iovec v = {(char *)text, size};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
    return sendmsg(through, &m, MSG_NOSIGNAL) == (ssize_t)size;
}

// The descriptor that comes, with that text, or -1.
static inline int receive_descriptor(int from, const char *text, size_t size)
{
    char got[64];
    int fd = -1;
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof fd)];
    } control;
    struct iovec v = {got, size};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    if (recvmsg(from, &m, MSG_CMSG_CLOEXEC | MSG_WAITALL) != (ssize_t)size || memcmp(got, text, size) != 0)
        return -1;
    if (m.msg_controllen >= CMSG_LEN(sizeof fd) && control.head.cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(&control.head), sizeof fd);
    return fd;
}

static inline bool use_connection(int to, int from)
{
    enum { SIZE = 3000 };
    unsigned char out[SIZE], in[SIZE];
    char byte;
    int p[2];
    for (int i = 0; i < SIZE; i++)
        out[i] = (unsigned char)(to * 3 + i);
    if (write(to, out, SIZE) != SIZE || !is_ready(from) || recv(from, in, SIZE, MSG_WAITALL) != SIZE || memcmp(in, out, SIZE) != 0)
        return false;
    if (pipe2(p, O_CLOEXEC))
        return false;
    bool good = send_descriptor(to, p[0], "a pipe", 6) && write(p[1], "x", 1) == 1;
    close(p[0]);
    int got = good ? receive_descriptor(from, "a pipe", 6) : -1;
    close(p[1]);
    good = got >= 0 && read(got, &byte, 1) == 1 && byte == 'x' && read(got, &byte, 1) == 0;
    if (got >= 0)
        close(got);
    return good && shutdown(to, SHUT_WR) == 0 && read(from, &byte, 1) == 0;
}

static inline bool use_socket(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    socklen_t size = sizeof a;
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), to = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), from = -1;
    bool good = listener >= 0 && to >= 0 && bind(listener, (struct sockaddr *)&a, sizeof a.sun_family) == 0 && // the kernel names it
                getsockname(listener, (struct sockaddr *)&a, &size) == 0 && listen(listener, 4) == 0 &&
                connect(to, (struct sockaddr *)&a, size) == 0 && (from = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0 &&
                use_connection(to, from);
    int all[3] = {listener, to, from};
    for (int i = 0; i < 3; i++)
        if (all[i] >= 0)
            close(all[i]);
    return good;
}

// ---- Programs: this one once more, which answers through pipes.

enum { ANSWERS = 3 };

// The program that use_program() executes.
static inline int answer(void)
{
    int n;
    if (read(0, &n, sizeof n) != sizeof n)
        return 1;
    n *= ANSWERS;
    return write(1, &n, sizeof n) == sizeof n ? n & 63 : 2;
}

static inline bool use_program(int me, bool by_vfork)
{
    int ask[2], told[2], n = me * 1000 + 7, status;
    char *const argv[] = {(char *)"stress", (char *)"answer", NULL};
    if (pipe2(ask, O_CLOEXEC) || pipe2(told, O_CLOEXEC))
        return false;
    pid_t pid;
    if (by_vfork) {
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_adddup2(&files, ask[0], 0);
        posix_spawn_file_actions_adddup2(&files, told[1], 1);
        if (posix_spawn(&pid, "/proc/self/exe", &files, NULL, argv, environ))
            pid = -1;
        posix_spawn_file_actions_destroy(&files);
    } else if (!(pid = fork())) {
        dup2(ask[0], 0);
        dup2(told[1], 1);
        execv("/proc/self/exe", argv);
        _exit(3);
    }
    close(ask[0]);
    close(told[1]);
    bool good = pid > 0 && write(ask[1], &n, sizeof n) == sizeof n;
    close(ask[1]);
    int got = 0;
    good &= read(told[0], &got, sizeof got) == sizeof got && got == n * ANSWERS;
    close(told[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return good && WIFEXITED(status) && WEXITSTATUS(status) == (got & 63);
}

// A child that would never end is killed.
static inline bool use_kill(void)
{
    int status;
    pid_t pid = fork();
    if (!pid)
        for (;;)
            pause();
    if (pid < 0 || kill(pid, SIGKILL))
        return false;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

#endif
