// SPDX-License-Identifier: MIT
// beyond: faults of exclusives and atomics, and in system calls
// Behind the end of a mapped file: SIGBUS with the address for every kind of load and store, EFAULT in system calls, a handler that
// makes the file longer and has the access done again, and the end of a process that has no handler.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096 };

static sigjmp_buf back;
static siginfo_t seen;
static int fd, longer;
static char *file; // three pages, one of them there

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    seen = *info;
    if (!longer)
        siglongjmp(back, 1);
    CHECK(ftruncate(fd, 3 * PAGE) == 0);
}

// That what is done faults as behind the end of a file, at that address.
#define FAULTS(at, ...)                                                                                        \
    do {                                                                                                       \
        seen.si_signo = 0;                                                                                     \
        if (!sigsetjmp(back, 1)) {                                                                             \
            __VA_ARGS__;                                                                                       \
        }                                                                                                      \
        CHECK(seen.si_signo == SIGBUS && seen.si_code == BUS_ADRERR && (char *)seen.si_addr == (char *)(at)); \
    } while (0)

static void accesses(char *p)
{
    uint64_t value = 1;
    uint64_t expected = 0;
    FAULTS(p, (void)*(volatile char *)p);
    FAULTS(p, (void)*(volatile uint64_t *)p);
    FAULTS(p, *(volatile char *)p = 1);
    FAULTS(p, *(volatile uint64_t *)p = 1);
    FAULTS(p + 4088, *(volatile uint64_t *)(p + 4088) = 1);
    FAULTS(p, __atomic_fetch_add((uint64_t *)p, 1, __ATOMIC_SEQ_CST));
    FAULTS(p, __atomic_exchange_n((uint64_t *)p, 1, __ATOMIC_SEQ_CST));
    FAULTS(p, __atomic_compare_exchange_n((uint64_t *)p, &expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    FAULTS(p, (void)__atomic_load_n((uint64_t *)p, __ATOMIC_SEQ_CST));
    FAULTS(p, __atomic_store_n((uint64_t *)p, 1, __ATOMIC_SEQ_CST));
#ifdef __aarch64__
    uint64_t a, b;
    FAULTS(p, __asm__ volatile("ldp %0, %1, [%2]" : "=r"(a), "=r"(b) : "r"(p) : "memory"));
    FAULTS(p, __asm__ volatile("stp %0, %0, [%1]" ::"r"(value), "r"(p) : "memory"));
    FAULTS(p, __asm__ volatile("ldr q0, [%0]" ::"r"(p) : "v0", "memory"));
    FAULTS(p, __asm__ volatile("st1 {v0.16b, v1.16b}, [%0]" ::"r"(p) : "memory"));
    FAULTS(p, __asm__ volatile("ldxr %0, [%1]" : "=r"(a) : "r"(p) : "memory"));
    FAULTS(p, __asm__ volatile("dc zva, %0" ::"r"(p) : "memory"));
    // Half of it before the end: what is there is not written.
    p[-4] = 7;
    FAULTS(p, __asm__ volatile("ldr %0, [%1]" : "=r"(a) : "r"(p - 4) : "memory"));
    FAULTS(p, __asm__ volatile("str %0, [%1]" ::"r"(value), "r"(p - 4) : "memory"));
    CHECK(p[-4] == 7);
#endif
}

#define EFAULTS(...) CHECK((__VA_ARGS__) == -1 && errno == EFAULT)

static void system_calls(char *p)
{
    struct iovec two[2] = {{p - 8, 8}, {p, 8}};
    int pipes[2], pair[2];
    CHECK(pipe(pipes) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    EFAULTS(write(pipes[1], p, 1));
    CHECK(write(pipes[1], "0123456789abcdef0123456789abcdef", 32) == 32);
    EFAULTS(read(pipes[0], p, 1));
    EFAULTS(pipe((int *)p));
    EFAULTS(stat(p, &(struct stat){0}));
    EFAULTS(stat("/", (struct stat *)p));
    EFAULTS(open(p, O_RDONLY));
    EFAULTS(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, p));
    EFAULTS(nanosleep((struct timespec *)p, NULL));
    EFAULTS(poll((struct pollfd *)p, 1, 0));
    EFAULTS(syscall(SYS_rt_sigaction, SIGUSR1, p, NULL, 8L));
    EFAULTS(syscall(SYS_rt_sigprocmask, SIG_BLOCK, p, NULL, 8L));
    EFAULTS(send(pair[0], p, 1, 0));
    EFAULTS(getrlimit(RLIMIT_NOFILE, (struct rlimit *)p));
    EFAULTS(execve("/proc/self/exe", (char **)p, NULL));
    EFAULTS(syscall(SYS_futex, p, 0 /* FUTEX_WAIT */, 1, NULL));
    EFAULTS(readv(pipes[0], (struct iovec *)p, 1));
    // As much as there is room for, and the rest is not lost where it need not be.
    ssize_t n = writev(pair[0], two, 2);
    CHECK(n == 8 || (n == -1 && errno == EFAULT));
    EFAULTS(syscall(SYS_getcwd, p, (long)PAGE));
    close(pipes[0]);
    close(pipes[1]);
    close(pair[0]);
    close(pair[1]);
}

// Each access is done again, and to the end.
static void repaired(char *p)
{
    longer = 1;
    volatile char *at = p;
    *at = 5;
    CHECK(*at == 5 && seen.si_signo == SIGBUS && ftruncate(fd, PAGE) == 0);
    CHECK(__atomic_fetch_add((uint32_t *)p, 3, __ATOMIC_SEQ_CST) == 0 && *at == 3 && ftruncate(fd, PAGE) == 0);
    uint64_t *word = (uint64_t *)(p - 4); // on both sides
    memcpy(p - 4, "abcd", 4);
    *(volatile uint64_t *)word = 0x8877665544332211;
    CHECK((uint8_t)p[-1] == 0x44 && (uint8_t)p[0] == 0x55 && ftruncate(fd, PAGE) == 0);
    longer = 0;
    FAULTS(p, (void)*(volatile char *)p);
}

static void deaths(char *p)
{
    for (int store = 0; store < 2; store++) {
        int status = -1;
        fflush(stdout);
        pid_t pid = fork();
        if (!pid) {
            setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
            signal(SIGBUS, store ? SIG_IGN : SIG_DFL); // a fault is not ignored
            if (store)
                *(volatile char *)p = 1;
            else
                (void)*(volatile char *)p;
            _exit(0);
        }
        CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
    }
}

// The first page ends with the file's, filled with zeros, which no file sees.
static void rest_of_page(void)
{
    char c = 'x';
    CHECK(ftruncate(fd, 10) == 0);
    file[10] = 'y';
    CHECK(ftruncate(fd, 20) == 0 && pread(fd, &c, 1, 10) == 1 && (c == 'y' || c == 0));
    CHECK(ftruncate(fd, PAGE) == 0);
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    CHECK(sigaction(SIGBUS, &sa, NULL) == 0 && sigaction(SIGSEGV, &sa, NULL) == 0);
    for (int flags = MAP_SHARED; flags <= MAP_PRIVATE; flags++) {
        fd = memfd_create("file", MFD_CLOEXEC);
        CHECK(fd >= 0 && ftruncate(fd, PAGE) == 0);
        file = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, flags, fd, 0);
        CHECK(file != MAP_FAILED);
        accesses(file + PAGE);
        system_calls(file + PAGE);
        deaths(file + PAGE);
        if (flags == MAP_SHARED) { // private pages that were written are kept
            repaired(file + PAGE);
            rest_of_page();
        }
        CHECK(munmap(file, 3 * PAGE) == 0 && close(fd) == 0);
    }
    return guest_done();
}
