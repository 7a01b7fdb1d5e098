// SPDX-License-Identifier: MIT
// native: arm64 code
// beyond: code that the kernel has written, moved or taken away
// Hot code is replaced in each way there is beside a store by who executes it: by a system call, by another thread, by another process,
// by a debugger, by a signal's handler, by moving and taking away its memory. What the architecture asks for is done (IC IVAU here or in
// another thread), and nothing where the kernel does it.
#define _GNU_SOURCE
#include "guest.h"
#include "faults.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, HOT = 200, R = PROT_READ, RX = R | PROT_EXEC, RW = R | PROT_WRITE, RWX = RW | PROT_EXEC };

typedef int function(void);

// movz w0, #n; ret
struct code {
    uint32_t word[2];
};

static struct code returning(int n)
{
    return (struct code){{0x52800000 | (uint32_t)n << 5, 0xd65f03c0}};
}

static void clean(void *at)
{
    __asm__ volatile("dc cvau, %0\n dsb ish" ::"r"(at) : "memory");
}

static void drop(void *at)
{
    __asm__ volatile("ic ivau, %0\n dsb ish\n isb" ::"r"(at) : "memory");
}

// What it returns, often enough to be compiled; -1 unless it is always the same.
static int hot(void *at)
{
    int first = ((function *)at)();
    for (int i = 0; i < HOT; i++)
        if (((function *)at)() != first)
            return -1;
    return first;
}

// The signal of calling it.
static int fault_of(void *at)
{
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        ((function *)at)();
    return seen.si_signo;
}

static void *anonymous(int prot)
{
    return mmap(NULL, PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

// Private memory with that in it, hot.
static void *made(int n, int prot)
{
    void *p = anonymous(RW);
    *(struct code *)p = returning(n);
    clean(p);
    drop(p);
    mprotect(p, PAGE, prot);
    CHECK(hot(p) == n);
    return p;
}

static void by_reading(void)
{
    struct code *p = made(0, RWX);
    int ends[2], pair[2];
    CHECK(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    for (int i = 1; i <= 30; i++) {
        struct code c = returning(i);
        struct iovec v[2] = {{&p->word[0], 4}, {&p->word[1], 4}};
        CHECK(write(ends[1], &c, sizeof c) == sizeof c && write(pair[1], &c, sizeof c) == sizeof c);
        switch (i % 4) {
        case 0: CHECK(read(ends[0], p, sizeof *p) == sizeof *p); break;
        case 1: CHECK(readv(ends[0], v, 2) == sizeof *p); break;
        case 2: CHECK(recv(pair[0], p, sizeof *p, 0) == sizeof *p); break;
        case 3: CHECK(recvmsg(pair[0], &(struct msghdr){.msg_iov = v, .msg_iovlen = 2}, 0) == sizeof *p); break;
        }
        CHECK((i % 4 < 2 ? read(pair[0], &c, sizeof c) : read(ends[0], &c, sizeof c)) == sizeof c);
        drop(p);
        CHECK(hot(p) == i);
    }
    close(ends[0]), close(ends[1]), close(pair[0]), close(pair[1]);
    munmap(p, PAGE);
}

static void by_process_vm_writev(void)
{
    void *p = made(0, RWX);
    for (int i = 1; i <= 20; i++) {
        struct code c = returning(i);
        struct iovec from = {&c, sizeof c}, to = {p, sizeof c};
        CHECK(process_vm_writev(getpid(), &from, 1, &to, 1, 0) == sizeof c);
        drop(p);
        CHECK(hot(p) == i);
    }
    munmap(p, PAGE);
}

// The kernel itself makes instructions seen that are written to a process's memory, whatever its protection.
static void by_memory_file(void)
{
    void *p = made(0, RX);
    int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    CHECK(fd >= 0);
    for (int i = 1; i <= 20; i++) {
        struct code c = returning(i);
        struct iovec v = {&c, sizeof c};
        switch (i % 3) {
        case 0: CHECK(pwrite(fd, &c, sizeof c, (off_t)(uintptr_t)p) == sizeof c); break;
        case 1: CHECK(lseek(fd, (off_t)(uintptr_t)p, SEEK_SET) > 0 && write(fd, &c, sizeof c) == sizeof c); break;
        case 2: CHECK(pwritev(fd, &v, 1, (off_t)(uintptr_t)p) == sizeof c); break;
        }
        CHECK(hot(p) == i);
    }
    close(fd);
    munmap(p, PAGE);
}

// A child that says what its hot code returns each time it is asked.
struct child {
    pid_t pid;
    int ask, answer;
};

static struct child begin(void *p, int maintains)
{
    int ask[2], answer[2], value;
    CHECK(pipe(ask) == 0 && pipe(answer) == 0);
    struct child c = {fork(), ask[1], answer[0]};
    if (!c.pid) {
        close(ask[1]);
        while (value = hot(p), write(answer[1], &value, sizeof value) == sizeof value && read(ask[0], &value, sizeof value) > 0)
            if (maintains)
                drop(p);
        _exit(0);
    }
    close(ask[0]), close(answer[1]);
    return c;
}

static int answer(struct child c)
{
    int value = -2;
    CHECK(read(c.answer, &value, sizeof value) == sizeof value);
    return value;
}

static void ask(struct child c)
{
    CHECK(write(c.ask, "now!", 4) == 4);
}

static void end(struct child c)
{
    int status = -1;
    close(c.ask), close(c.answer);
    CHECK(waitpid(c.pid, &status, 0) == c.pid && status == 0);
}

static void of_another_process(void)
{
    void *p = made(1, RWX);
    struct child c = begin(p, 1);
    CHECK(answer(c) == 1);
    for (int i = 2; i < 12; i++) {
        struct code code = returning(i);
        struct iovec from = {&code, sizeof code}, to = {p, sizeof code};
        CHECK(process_vm_writev(c.pid, &from, 1, &to, 1, 0) == sizeof code);
        ask(c);
        CHECK(answer(c) == i && hot(p) == 1);
    }
    end(c);
    munmap(p, PAGE);
}

static void by_debugger(void)
{
    void *p = made(1, RX);
    struct child c = begin(p, 0);
    int status;
    CHECK(answer(c) == 1);
    for (int i = 2; i < 8; i++) {
        struct code code = returning(i);
        uint64_t word;
        memcpy(&word, &code, sizeof word);
        CHECK(ptrace(PTRACE_ATTACH, c.pid, 0, 0) == 0 && waitpid(c.pid, &status, 0) == c.pid && WIFSTOPPED(status));
        CHECK(ptrace(PTRACE_POKETEXT, c.pid, p, word) == 0);
        CHECK(ptrace(PTRACE_DETACH, c.pid, 0, 0) == 0);
        ask(c);
        CHECK(answer(c) == i && hot(p) == 1);
    }
    end(c);
    munmap(p, PAGE);
}

// One thread writes, another does the maintenance, this one executes.
static struct {
    atomic_int turn;
    struct code *at;
} relay;

static void *maintains(void *argument)
{
    for (int i = 1; i <= 100; i++) {
        while (atomic_load(&relay.turn) != 2 * i - 1)
            sched_yield();
        clean(relay.at);
        __asm__ volatile("ic ivau, %0\n dsb ish" ::"r"(relay.at) : "memory");
        atomic_store(&relay.turn, 2 * i);
    }
    return argument;
}

static void by_relay(void)
{
    pthread_t thread;
    relay.at = made(0, RWX);
    CHECK(pthread_create(&thread, NULL, maintains, NULL) == 0);
    for (int i = 1; i <= 100; i++) {
        *relay.at = returning(i);
        atomic_store(&relay.turn, 2 * i - 1);
        while (atomic_load(&relay.turn) != 2 * i)
            sched_yield();
        __asm__ volatile("isb");
        CHECK(hot(relay.at) == i);
    }
    pthread_join(thread, NULL);
    munmap(relay.at, PAGE);
}

// Never writable and executable at once, as careful compilers do; the maintenance is done while it is writable, or after.
static void by_turns(void)
{
    struct code *p = made(0, RX);
    for (int i = 1; i <= 40; i++) {
        CHECK(mprotect(p, PAGE, RW) == 0);
        *p = returning(i);
        clean(p);
        if (i % 2)
            drop(p);
        CHECK(mprotect(p, PAGE, RX) == 0);
        if (i % 2 == 0)
            drop(p);
        CHECK(hot(p) == i);
    }
    munmap(p, PAGE);
}

static void *interrupted;

static void rewrites(int sig)
{
    (void)sig;
    *(struct code *)interrupted = returning(((struct code *)interrupted)->word[0] >> 5 & 1 ? 4 : 3);
    clean(interrupted);
    drop(interrupted);
}

static void by_handler(void)
{
    interrupted = made(0, RWX);
    signal(SIGUSR1, rewrites);
    for (int i = 0; i < 40; i++) {
        raise(SIGUSR1);
        CHECK(hot(interrupted) == (i % 2 ? 4 : 3));
    }
    munmap(interrupted, PAGE);
}

// A loop that does not end by itself: the handler of a timer's signal writes the instruction it leaves by.
static void *endless;

static void ends_loop(int sig)
{
    (void)sig;
    ((uint32_t *)endless)[1] = 0xd65f03c0; // ret
    clean(endless);
    drop(endless);
}

static void under_a_loop(void)
{
    uint32_t *p = endless = anonymous(RWX);
    for (int i = 0; i < 3; i++) {
        p[0] = 0x91000400; // add x0, x0, #1
        p[1] = 0x17ffffff; // b .-4
        clean(p);
        drop(p);
        signal(SIGALRM, ends_loop);
        ualarm(30000, 0);
        CHECK(((uint64_t(*)(uint64_t))p)(0) > 0);
    }
    munmap(p, PAGE);
}

static void moved(void)
{
    char *p = made(1, RX), *q = made(2, RX), *r = anonymous(PROT_NONE);
    CHECK(mremap(q, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p) == p);
    CHECK(hot(p) == 2 && fault_of(q) == SIGSEGV);
    CHECK(mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q) == q);
    CHECK(hot(q) == 2 && fault_of(p) == SIGSEGV);
    // Its place stays, and is zeros.
    CHECK(mremap(q, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, r) == r);
    CHECK(hot(r) == 2 && fault_of(q) == SIGILL && seen.si_addr == q);
    munmap(q, PAGE), munmap(r, PAGE);
}

static void taken_away(void)
{
    char *p = made(1, RWX);
    CHECK(madvise(p, PAGE, MADV_DONTNEED) == 0 && fault_of(p) == SIGILL);
    *(struct code *)p = returning(2);
    clean(p);
    drop(p);
    CHECK(hot(p) == 2);
    CHECK(mmap(p, PAGE, RX, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p && fault_of(p) == SIGILL);
    CHECK(mprotect(p, PAGE, PROT_NONE) == 0 && fault_of(p) == SIGSEGV);
    munmap(p, PAGE);
}

// Of a file: what was changed privately is lost, and what is beyond the end is not there.
static void of_a_file(void)
{
    int fd = memfd_create("code", MFD_CLOEXEC);
    struct code one = returning(1), two = returning(2);
    CHECK(pwrite(fd, &one, sizeof one, 0) == sizeof one && ftruncate(fd, PAGE) == 0);
    char *p = mmap(NULL, PAGE, RWX, MAP_PRIVATE, fd, 0);
    CHECK(hot(p) == 1);
    *(struct code *)p = two;
    clean(p);
    drop(p);
    CHECK(hot(p) == 2);
    CHECK(madvise(p, PAGE, MADV_DONTNEED) == 0 && hot(p) == 1);
    munmap(p, PAGE);
    close(fd);
}

static void of_segments(void)
{
    int one = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0700), two = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0700);
    struct code *p = shmat(one, NULL, SHM_EXEC), *q = shmat(two, NULL, SHM_EXEC);
    CHECK(p != (void *)-1 && q != (void *)-1);
    *p = returning(1), *q = returning(2);
    clean(p), clean(q);
    drop(p), drop(q);
    CHECK(hot(p) == 1 && hot(q) == 2);
    CHECK(shmat(two, p, SHM_EXEC | SHM_REMAP) == p && hot(p) == 2);
    CHECK(shmdt(p) == 0 && fault_of(p) == SIGSEGV);
    CHECK(shmat(one, p, SHM_EXEC) == p && hot(p) == 1);
    shmdt(p), shmdt(q);
    shmctl(one, IPC_RMID, NULL), shmctl(two, IPC_RMID, NULL);
}

// A process with the same memory, as vfork makes it, writes and does the maintenance.
static int writes_beside(void *argument)
{
    *(struct code *)argument = returning(7);
    clean(argument);
    drop(argument);
    return 0;
}

static void by_process_beside(void)
{
    static char stack[65536] __attribute__((aligned(16)));
    void *p = made(1, RWX);
    int pid = clone(writes_beside, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, p), status = -1;
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
    __asm__ volatile("isb");
    CHECK(hot(p) == 7);
    munmap(p, PAGE);
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGILL, &sa, NULL);
    sigaction(SIGBUS, &sa, NULL);
    by_reading();
    by_process_vm_writev();
    by_memory_file();
    of_another_process();
    by_debugger();
    by_relay();
    by_turns();
    by_handler();
    under_a_loop();
    moved();
    taken_away();
    of_a_file();
    of_segments();
    by_process_beside();
    return guest_done();
}
