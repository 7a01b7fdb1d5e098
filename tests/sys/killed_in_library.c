// SPDX-License-Identifier: MIT
// label: full
// timeout: 240
// beyond: processes that share memory and run beside their maker
/*
 * Processes that share their maker's memory (clone with CLONE_VM, vfork) read /proc, try to execute what is not there, fork
 * and make further such processes, and are killed anywhere: whatever they were about (memory, streams and threads of an
 * emulator's own C library, a line of its log), those that are left can do the same.
 *
 * The first argument is how many are killed of each kind (default 150).
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STACK = 64 << 10 };
static volatile int at_work, vfork_child, all_killed, inner;
static char *inner_stack;

static unsigned next(unsigned *seed, unsigned n)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 12) % n;
}

// How much there is to read; 0: it cannot be opened.
static size_t length_of(const char *path)
{
    char part[2048];
    size_t all = 0;
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    while ((n = read(fd, part, sizeof part)) > 0)
        all += (size_t)n;
    close(fd);
    return all;
}

static const char *const files[] = {"/proc/self/maps", "/proc/self/smaps", "/proc/self/status", "/proc/self/stat", "/proc/cpuinfo"};
enum { FILES = sizeof files / sizeof *files };

static void execute_nothing(unsigned n)
{
    static char *args[200], *env[] = {"A=1", NULL};
    for (unsigned i = 0; i < n; i++)
        args[i] = "argument";
    args[n] = NULL;
    execve("/nowhere/at/all", args, env);
}

static int ends_at_once(void *argument)
{
    (void)argument;
    inner = 1;
    for (;;)
        syscall(SYS_exit, 0);
    return 0;
}

// The one that it makes is told by a word that is its, so the maker may be gone before.
static void make_another(void)
{
    inner = 0;
    clone(ends_at_once, inner_stack + STACK, CLONE_VM, NULL);
    for (int i = 0; !inner && i < 1000; i++)
        sched_yield();
}

static int churns(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    at_work = 1;
    for (;;) {
        switch (next(&seed, 4)) {
        case 0: execute_nothing(1 + next(&seed, 190)); break;
        case 1: make_another(); break;
        default: length_of(files[next(&seed, FILES)]);
        }
    }
    return 0;
}

// ---- what those that are left do

static void *reads(void *argument)
{
    return (void *)length_of(argument);
}

static void thread_reads(void)
{
    pthread_t t;
    void *n;
    CHECK(pthread_create(&t, NULL, reads, "/proc/self/status") == 0);
    CHECK(pthread_join(t, &n) == 0 && n);
}

static void child_reads(void)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        thread_reads();
        _exit(length_of("/proc/self/maps") ? 7 : 8);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

static void use_all(unsigned n)
{
    CHECK(length_of(files[n % FILES]) > 0);
    execute_nothing(1 + n % 190);
    CHECK(errno == ENOENT);
    thread_reads();
    if (n % 8 == 0)
        child_reads();
}

// Whether `n` of a kind are enough because it takes long.
static int enough(unsigned n)
{
    static time_t begun;
    if (!n)
        begun = time(NULL);
    return n >= 10 && time(NULL) - begun > 60;
}

static void nap(unsigned ns)
{
    nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

static char *new_stack(void)
{
    return mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void beside(unsigned count)
{
    char *stack = new_stack();
    unsigned seed = 1;
    for (unsigned n = 0; n < count && !enough(n); n++) {
        int status;
        at_work = 0;
        pid_t pid = clone(churns, stack + STACK, CLONE_VM | SIGCHLD, (void *)(uintptr_t)(n + 1));
        CHECK(pid > 0);
        while (!at_work)
            nap(10000);
        nap(next(&seed, 500) * 1000);
        kill(pid, SIGKILL);
        CHECK(waitpid(pid, &status, __WALL) == pid && WIFSIGNALED(status));
        use_all(n);
    }
}

static void *killer(void *argument)
{
    unsigned seed = 2;
    for (;;) {
        while (!vfork_child && !all_killed)
            nap(10000);
        if (all_killed)
            return argument;
        nap(next(&seed, 500) * 1000);
        int pid = vfork_child;
        vfork_child = 0;
        kill(pid, SIGKILL);
    }
}

static void vforked(unsigned count)
{
    pthread_t thread;
    pthread_create(&thread, NULL, killer, NULL);
    for (unsigned n = 0; n < count && !enough(n); n++) {
        int status;
        pid_t pid = vfork();
        if (pid == 0) {
            vfork_child = (int)syscall(SYS_getpid);
            churns((void *)(uintptr_t)(n + 1000));
        }
        CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
        use_all(n);
    }
    all_killed = 1;
    pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 150;
    alarm(200);
    inner_stack = new_stack();
    beside(count);
    vforked(count);
    return guest_done();
}
