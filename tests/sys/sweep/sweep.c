// SPDX-License-Identifier: MIT
// sweep pointers | odd N: makes every system call of rows.h with bad pointers, or N times with odd arguments of all kinds, each
// time in a child of its own, and prints what came of it. Built for the guest and for the host, it prints the same.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS = 6, ARRAY = 4096, NOBODY = 65534 };
#define LEN(a) (sizeof(a) / sizeof *(a))

struct row {
    long nr;
    const char *name, *file, *kind[ARGS];
};
#ifdef __aarch64__
#    define ROW(guest, host, name, file, ...) {guest, name, file, {__VA_ARGS__}},
#else
#    define ROW(guest, host, name, file, ...) {host, name, file, {__VA_ARGS__}},
#endif
static const struct row rows[] = {
#include "rows.h"
};

// What a pointer that is good points to. The data is the last that is there.
struct objects {
    struct iovec vector;
    struct msghdr message;
    struct sockaddr_un address;
    char *strings[1];
    int length;
    char data[ARRAY];
};
static struct objects *good;

// The end of other memory.
static char *end;

static int file, sock, epoll, timer, watch, queue, pipes[2];
static int semaphores;

// Arguments that no rule by kind gives: the call gets as far as its pointers.
static const struct given {
    const char *name;
    int arg;
    const int *place; // of the value, or NULL
    long value;
} given[] = {
    {"epoll_ctl", 0, &epoll, 0},
    {"epoll_ctl", 1, NULL, EPOLL_CTL_ADD},
    {"epoll_ctl", 2, &pipes[0], 0},
    {"epoll_pwait", 0, &epoll, 0},
    {"epoll_pwait2", 0, &epoll, 0},
    {"futex", 1, NULL, 1}, // wake
    {"futex_wait", 1, NULL, 1},
    {"timerfd_settime", 0, &timer, 0},
    {"timerfd_gettime", 0, &timer, 0},
    {"inotify_add_watch", 0, &watch, 0},
    {"inotify_add_watch", 2, NULL, IN_MODIFY},
    {"mq_timedsend", 0, &queue, 0},
    {"mq_timedreceive", 0, &queue, 0},
    {"mq_timedreceive", 2, NULL, ARRAY},
    {"mq_notify", 0, &queue, 0},
    {"mq_getsetattr", 0, &queue, 0},
    {"signalfd4", 0, NULL, -1},
    {"splice", 0, &file, 0},
    {"splice", 2, &pipes[1], 0},
    {"vmsplice", 0, &pipes[1], 0},
    {"socketpair", 0, NULL, AF_UNIX},
    {"socketpair", 1, NULL, SOCK_STREAM},
    {"setsockopt", 1, NULL, SOL_SOCKET},
    {"setsockopt", 2, NULL, SO_REUSEADDR},
    {"setsockopt", 4, NULL, 4},
    {"getsockopt", 1, NULL, SOL_SOCKET},
    {"getsockopt", 2, NULL, SO_TYPE},
    {"bind", 2, NULL, sizeof good->address},
    {"connect", 2, NULL, sizeof good->address},
    {"sendto", 5, NULL, sizeof good->address},
    {"semop", 0, &semaphores, 0},
    {"semtimedop", 0, &semaphores, 0},
    {"semctl", 0, &semaphores, 0},
    {"sched_getattr", 2, NULL, 48},
    {"sched_getaffinity", 1, NULL, 1024},
    {"sched_setaffinity", 1, NULL, 1024},
    {"getgroups", 0, NULL, 64},
    {"set_robust_list", 1, NULL, 24},
    {"openat2", 3, NULL, 24},
    {"ppoll", 1, NULL, 1},
    {"pselect6", 0, NULL, 8},
    {"rt_sigprocmask", 0, NULL, SIG_BLOCK},
    {"io_setup", 0, NULL, 1},
    {"readlinkat", 3, NULL, 64},
    {"waitid", 3, NULL, 4},
    {"quotactl", 0, NULL, 0x80000100}, // Q_SYNC of no type
};

static int is_kind(const struct row *r, int arg, const char *kinds)
{
    const char *kind = r->kind[arg], *at = kind ? strstr(kinds, kind) : NULL;
    size_t n = kind ? strlen(kind) : 0;
    return at && (at[n] == ' ' || !at[n]) && (at == kinds || at[-1] == ' ');
}

static int is_pointer(const struct row *r, int arg)
{
    return is_kind(r, arg, "ptr path str strv envv pollfds fdset") ||
           (r->kind[arg] && (!strncmp(r->kind[arg], "in_", 3) || !strncmp(r->kind[arg], "out_", 4))) ||
           (is_kind(r, arg, "addr") && strcmp(r->file, "mm.c") && strcmp(r->name, "clone"));
}

static long good_value(const struct row *r, int arg)
{
    for (unsigned i = 0; i < LEN(given); i++)
        if (given[i].arg == arg && !strcmp(given[i].name, r->name))
            return given[i].place ? *given[i].place : given[i].value;
    if (is_kind(r, arg, "fd"))
        return strcmp(r->file, "socket.c") ? file : sock;
    if (is_kind(r, arg, "dirfd"))
        return AT_FDCWD;
    if (is_kind(r, arg, "path"))
        return (long)"file";
    if (is_kind(r, arg, "str"))
        return (long)"user.name";
    if (is_kind(r, arg, "strv envv"))
        return (long)good->strings;
    if (is_kind(r, arg, "in_iovec out_iovec"))
        return (long)&good->vector;
    if (is_kind(r, arg, "in_msghdr out_msghdr"))
        return (long)&good->message;
    if (is_kind(r, arg, "in_sockaddr"))
        return (long)&good->address;
    if (is_kind(r, arg, "size"))
        return arg && strstr(r->kind[arg - 1], "sig") ? 8 : 64;
    if (is_kind(r, arg, "count ulong uint long"))
        return 1;
    if (is_kind(r, arg, "signal"))
        return SIGUSR1;
    if (is_kind(r, arg, "msgflags"))
        return MSG_DONTWAIT;
    if (is_kind(r, arg, "out_int"))
        return (long)&good->length;
    if (is_pointer(r, arg) || is_kind(r, arg, "addr kept"))
        return (long)good->data;
    return 0;
}

// Where the next child finds everything as the one before.
static void set_up(void)
{
    char zeros[ARRAY] = {0};
    struct stat st;
    close(file);
    chmod("file", 0666);
    file = open("file", O_RDWR | O_CREAT, 0666);
    if (file < 0) {
        unlink("file");
        rmdir("file");
        file = open("file", O_RDWR | O_CREAT, 0666);
    }
    // Not made empty each time: that is written to the disk when it is closed.
    if (file < 0 || fstat(file, &st) || (st.st_size != 64 && ftruncate(file, 64)) || pwrite(file, zeros, 64, 0) != 64)
        perror("file"), exit(2);
    memset(good->data, 0, sizeof good->data);
    good->length = 64;
    while (recv(sock, zeros, sizeof zeros, MSG_DONTWAIT) > 0 ||
           read(pipes[0], zeros, sizeof zeros) > 0)
        ;
}

// Stands for the child's own number.
#define OWN 0x5e1f5e1f

struct outcome {
    long result;
    int error, stage;
};
static struct outcome *outcome;

// Makes the call in a child, which may take so long.
static int make_within(int ms, const struct row *r, const long a[ARGS])
{
    const struct itimerval end = {.it_value = {ms / 1000, ms % 1000 * 1000}};
    set_up();
    fflush(stdout);
    *outcome = (struct outcome){0};
    pid_t pid = fork();
    if (!pid) {
        pid = getpid();
        setsid();
        setitimer(ITIMER_REAL, &end, NULL);
        long b[ARGS];
        for (int i = 0; i < ARGS; i++)
            b[i] = a[i] == OWN ? pid : a[i];
        outcome->stage = 1;
        errno = 0;
        long result = syscall(r->nr, b[0], b[1], b[2], b[3], b[4], b[5]);
        int error = errno;
        if (getpid() != pid)
            _exit(0);
        outcome->result = result;
        outcome->error = error;
        outcome->stage = 2;
        _exit(0);
    }
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

// What sleeps is asked once more: it may have been the machine that was slow.
static int make(const struct row *r, const long a[ARGS])
{
    int status = make_within(300, r, a);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        status = make_within(3000, r, a);
    return status;
}

static const char *error_name(int error)
{
    static const struct {
        int error;
        const char *name;
    } names[] = {
#define E(name) {name, #name}
        E(EPERM),  E(ENOENT),  E(ESRCH), E(EINTR),     E(EIO),     E(ENXIO),       E(E2BIG),    E(ENOEXEC),
        E(EBADF),  E(ECHILD),  E(EAGAIN), E(ENOMEM),   E(EACCES),  E(EFAULT),      E(ENOTBLK),  E(EBUSY),
        E(EEXIST), E(EXDEV),   E(ENODEV), E(ENOTDIR),  E(EISDIR),  E(EINVAL),      E(EMFILE),   E(ENOTTY),
        E(EFBIG),  E(ENOSPC),  E(ESPIPE), E(EROFS),    E(EPIPE),   E(ERANGE),      E(EDEADLK),  E(ENAMETOOLONG),
        E(ENOSYS), E(ENOTEMPTY), E(ELOOP), E(ENODATA), E(EOVERFLOW), E(EOPNOTSUPP), E(ENOTSOCK), E(EDESTADDRREQ),
        E(EMSGSIZE), E(ENOTCONN), E(EISCONN), E(ETIMEDOUT), E(ECONNREFUSED), E(EPROTONOSUPPORT), E(EAFNOSUPPORT),
        E(ESOCKTNOSUPPORT), E(EPROTOTYPE), E(ENOPROTOOPT), E(EADDRINUSE), E(EKEYREVOKED), E(ENOKEY)};
    static char number[16];
    for (unsigned i = 0; i < LEN(names); i++)
        if (names[i].error == error)
            return names[i].name;
    snprintf(number, sizeof number, "error-%d", error);
    return number;
}

static void report(const struct row *r, const char *what, int status)
{
    printf("%s %s ", r->name, what);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        printf("sleeps\n");
    else if (WIFSIGNALED(status))
        printf("signal-%d\n", WTERMSIG(status));
    else if (outcome->stage < 2)
        printf("exits\n");
    else if (outcome->result == -1)
        printf("%s\n", error_name(outcome->error));
    else if (!strcmp(r->file, "rw.c"))
        printf("%ld\n", outcome->result);
    else
        printf("ok\n");
}

// Addresses: where nothing is, where an emulator may be, the start of an object whose end is not there, and none.
static const char *const bad_names[] = {"unmapped", "beyond", "half", "null"};
static long bad_pointer(unsigned way, long object)
{
    switch (way) {
    case 0: return 16;
    case 1: return 0x600000010000;
    case 2: memcpy(end - 4, (const void *)object, 4); return (long)(end - 4);
    default: return 0;
    }
}

static void pointers(const struct row *r)
{
    for (int arg = 0; arg < ARGS && r->kind[arg]; arg++) {
        for (unsigned way = 0; is_pointer(r, arg) && way < LEN(bad_names); way++) {
            long a[ARGS];
            char what[64];
            set_up();
            for (int i = 0; i < ARGS; i++)
                a[i] = r->kind[i] ? good_value(r, i) : 0;
            a[arg] = bad_pointer(way, a[arg]);
            snprintf(what, sizeof what, "%d %s", arg + 1, bad_names[way]);
            report(r, what, make(r, a));
        }
    }
}

static uint64_t seed;
static unsigned roll(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 20) % n;
}

static long odd_value(const struct row *r, int arg, char *what, size_t room)
{
    static const long numbers[] = {0, 1, -1, 2, 7, 64, 4096, INT32_MAX, 1l << 46, INT64_MIN};
    if (is_pointer(r, arg) || is_kind(r, arg, "addr kept")) {
        unsigned way = roll(LEN(bad_names) + 3);
        if (way == 1 && !strcmp(r->file, "mm.c")) // the guest's addresses end there, the host's do not
            way = LEN(bad_names);
        snprintf(what, room, " %s", way < LEN(bad_names) ? bad_names[way] : "good");
        return way < LEN(bad_names) ? bad_pointer(way, (long)good->data) : good_value(r, arg);
    }
    if (is_kind(r, arg, "fd dirfd")) {
        static const char *const names[] = {"good", "-1", "closed", "socket", "pipe", "cwd"};
        const long fds[] = {good_value(r, arg), -1, 1000000, sock, pipes[1], AT_FDCWD};
        unsigned way = roll(LEN(fds));
        snprintf(what, room, " %s", names[way]);
        return fds[way];
    }
    if (is_kind(r, arg, "pid")) { // never -1: that is everybody
        static const char *const names[] = {"0", "own", "none"};
        const long pids[] = {0, OWN, 0x3fffffff};
        unsigned way = roll(LEN(pids));
        snprintf(what, room, " %s", names[way]);
        return pids[way];
    }
    if (!roll(3)) {
        snprintf(what, room, " good");
        return good_value(r, arg);
    }
    long v = numbers[roll(LEN(numbers))];
    snprintf(what, room, " %#lx", v);
    return v;
}

static void odd(const struct row *r, unsigned times)
{
    seed = 88172645463325252ul ^ (uint64_t)strlen(r->name) << 40 ^ (uint64_t)(r - rows) * 0x9e3779b97f4a7c15ul;
    for (unsigned i = 0; i < times; i++) {
        long a[ARGS] = {0};
        char what[200] = "(";
        set_up();
        for (int arg = 0; arg < ARGS && r->kind[arg]; arg++)
            a[arg] = odd_value(r, arg, what + strlen(what), sizeof what - strlen(what));
        strcat(what, " )");
        report(r, what, make(r, a));
    }
}

// Without rights, since the host is to stay as it is, and with little room.
static void give_up(void)
{
    const struct rlimit none = {0, 0}, small = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &small);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_DFL); // a shell ignores these for what runs beside it
    signal(SIGQUIT, SIG_DFL);
    if (!getuid() && (syscall(SYS_setgroups, 0l, 0l) || setresgid(NOBODY, NOBODY, NOBODY) ||
                      setresuid(NOBODY, NOBODY, NOBODY)))
        perror("cannot give up the rights of root"), exit(2);
    prctl(PR_SET_DUMPABLE, 1);
}

// Some memory behind which there is none.
static char *end_of_memory(size_t size)
{
    char *at = mmap(NULL, size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(at + size, 4096, PROT_NONE);
    return at + size;
}

int main(int argc, char **argv)
{
    give_up();
    end = end_of_memory(4096);
    good = (struct objects *)(end_of_memory(2 * ARRAY) - sizeof *good);
    outcome = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    good->vector = (struct iovec){good->data, 16};
    good->message = (struct msghdr){.msg_iov = &good->vector, .msg_iovlen = 1};
    good->address = (struct sockaddr_un){AF_UNIX, "nobody listens"};
    int both[2];
    file = -1;
    socketpair(AF_UNIX, SOCK_STREAM, 0, both);
    sock = both[0];
    epoll = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, 0);
    watch = inotify_init1(IN_NONBLOCK);
    queue = (int)syscall(SYS_mq_open, "sweep", O_RDWR | O_CREAT | O_NONBLOCK, 0600l, 0l);
    syscall(SYS_mq_unlink, "sweep");
    semaphores = semget(IPC_PRIVATE, 1, 0600);
    if (pipe2(pipes, O_NONBLOCK))
        return 2;
    for (unsigned i = 0; i < LEN(rows); i++) {
        bool skip = false;
        for (int k = 3; k < argc && !skip; k++)
            skip = !strcmp(argv[k], rows[i].name);
        if (skip)
            continue;
        if (!strcmp(argv[1], "pointers"))
            pointers(&rows[i]);
        else
            odd(&rows[i], (unsigned)atoi(argv[2]));
    }
    semctl(semaphores, 0, IPC_RMID);
    return 0;
}
