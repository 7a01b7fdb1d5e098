// SPDX-License-Identifier: MIT
// label: full
// timeout: 240
// beyond: processes that share memory and run beside their maker
/*
 * Processes that share their maker's memory (clone with CLONE_VM, vfork) map, protect, move and unmap
 * memory, move the break, attach segments and run code that they write, and are killed anywhere. What
 * the others see of the address space must then be whole: /proc/self/maps, what system calls say of
 * each page, and what is free must agree, and no code runs that is no longer there.
 *
 * The first argument is how many are killed of each kind (default 400, fewer where that takes long).
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
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, STACK = 64 << 10, SLOTS = 64, SLOT = 16 * PAGE };

// Where mappings are made at fixed places: nothing else comes there.
static char *const window = (char *)0x1000000000;
static int segment;
static volatile int wrong, at_work, vfork_child, all_killed;

static unsigned next(unsigned *seed, unsigned n)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 12) % n;
}

#if GUEST_ARM64
static void write_code(uint32_t *to, unsigned n)
{
    to[0] = 0x52800000 | n << 5; // movz w0, #n
    to[1] = 0xd65f03c0;          // ret
    __builtin___clear_cache((char *)to, (char *)(to + 2));
}
#else
static void write_code(uint32_t *to, unsigned n)
{
    uint8_t code[6] = {0xb8, (uint8_t)n, (uint8_t)(n >> 8), 0, 0, 0xc3};
    memcpy(to, code, sizeof code);
}
#endif

static void run_code(char *at, unsigned n)
{
    char *p = mmap(at, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0), -1, 0);
    if (p == MAP_FAILED) {
        wrong = __LINE__;
        return;
    }
    write_code((uint32_t *)p, n);
    for (int i = 0; i < 3; i++)
        if (((unsigned (*)(void))p)() != n)
            wrong = __LINE__;
    munmap(p, PAGE);
}

static void move_break(void)
{
    char *now = (char *)syscall(SYS_brk, 0);
    syscall(SYS_brk, now + 2 * PAGE);
    syscall(SYS_brk, now);
}

static void map_somewhere(unsigned *seed)
{
    size_t size = PAGE * (1 + next(seed, 5));
    char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        wrong = __LINE__;
        return;
    }
    p[0] = 1;
    char *q = mremap(p, size, size + 2 * PAGE, MREMAP_MAYMOVE);
    if (q == MAP_FAILED) {
        wrong = __LINE__;
        return;
    }
    mprotect(q, PAGE, PROT_READ);
    munmap(q, size + 2 * PAGE);
}

static void map_in_window(unsigned *seed)
{
    char *slot = window + SLOT * next(seed, SLOTS);
    mmap(slot, SLOT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    mprotect(slot + PAGE * next(seed, 8), PAGE * 3, next(seed, 2) ? PROT_READ : PROT_NONE);
    munmap(slot + PAGE * next(seed, 8), PAGE * (1 + next(seed, 8)));
    if (next(seed, 2))
        munmap(slot, SLOT);
}

static int churns(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    at_work = 1;
    for (;;) {
        switch (next(&seed, 5)) {
        case 0: map_somewhere(&seed); break;
        case 1: map_in_window(&seed); break;
        case 2: run_code(NULL, next(&seed, 60000)); break;
        case 3: move_break(); break;
        default: {
            void *p = shmat(segment, NULL, 0);
            if (p != (void *)-1)
                shmdt(p);
        }
        }
    }
    return 0;
}

// ---- what there is

static void is_free(uintptr_t start, uintptr_t end, int line)
{
    void *p = mmap((void *)start, end - start, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
                   -1, 0);
    if (p != (void *)start) {
        printf("%d: %#lx-%#lx is not free (%s)\n", line, (long)start, (long)end, strerror(errno));
        guest_check(0, "what maps does not show is free", __FILE__, line);
    } else {
        munmap(p, end - start);
    }
}

static char maps[1 << 20];

static void read_maps(void)
{
    int fd = open("/proc/self/maps", O_RDONLY);
    ssize_t n = 0, got;
    while ((got = read(fd, maps + n, sizeof maps - 1 - (size_t)n)) > 0)
        n += got;
    maps[n] = 0;
    close(fd);
}

// Mapped where maps says so, free between, as far as that is not the rest of the address space.
static void look_at_maps(void)
{
    uintptr_t before = 0;
    read_maps();
    for (char *line = maps; *line;) {
        unsigned long start, end;
        char *after = strchr(line, '\n');
        if (sscanf(line, "%lx-%lx", &start, &end) != 2 || start >> 47)
            break;
        CHECK(msync((void *)start, end - start, MS_ASYNC) == 0);
        if (before && start > before && start - before <= 32 << 20 && !strstr(line, "[stack]"))
            is_free(before, start, __LINE__);
        before = end;
        line = after ? after + 1 : line + strlen(line);
    }
}

static void look_at_window(void)
{
    unsigned char in_core;
    for (int i = 0; i < SLOTS * SLOT / PAGE; i++) {
        char *page = window + i * PAGE;
        int mapped = mincore(page, PAGE, &in_core) == 0;
        void *p = mmap(page, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        CHECK(mapped == (p == MAP_FAILED));
        if (p != MAP_FAILED)
            CHECK(p == page && munmap(p, PAGE) == 0);
    }
}

static void use_break(void)
{
    char *now = (char *)syscall(SYS_brk, 0);
    CHECK((char *)syscall(SYS_brk, now + 3 * PAGE) == now + 3 * PAGE);
    now[0] = now[3 * PAGE - 1] = 1;
    CHECK((char *)syscall(SYS_brk, now) == now);
}

static void use_code(unsigned n)
{
    for (unsigned i = 0; i < 4; i++)
        run_code(NULL, n * 4 + i);
}

// Whoever is left works on: hints, code where others had theirs.
static void use_memory(unsigned n)
{
    char *p = mmap(window + SLOT * (n % SLOTS), SLOT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED);
    memset(p, 1, SLOT);
    CHECK(munmap(p, SLOT) == 0);
    use_code(n);
    run_code(window + SLOT * (n % SLOTS), n);
}

static void after_one(unsigned n)
{
    use_break();
    use_memory(n);
    if (n % 8 == 0) {
        look_at_maps();
        look_at_window();
    }
    CHECK(wrong == 0);
    if (wrong)
        printf("wrong in line %d, after %u\n", wrong, n);
    wrong = 0;
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

static void beside(unsigned count)
{
    char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned seed = 1;
    for (unsigned n = 0; n < count && !enough(n); n++) {
        int status;
        at_work = 0;
        pid_t pid = clone(churns, stack + STACK, CLONE_VM | SIGCHLD, (void *)(uintptr_t)(n + 1));
        CHECK(pid > 0);
        while (!at_work)
            nap(10000);
        nap(next(&seed, 300) * 1000);
        kill(pid, SIGKILL);
        use_code(n); // while it goes
        CHECK(waitpid(pid, &status, __WALL) == pid && WIFSIGNALED(status));
        after_one(n);
    }
}

// Kills the child of a vfork, for which its maker waits.
static void *killer(void *argument)
{
    unsigned seed = 2;
    for (;;) {
        while (!vfork_child && !all_killed)
            nap(10000);
        if (all_killed)
            return argument;
        nap(next(&seed, 300) * 1000);
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
        after_one(n);
    }
    all_killed = 1;
    pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 400;
    static char output[BUFSIZ];
    setvbuf(stdout, output, _IOLBF, sizeof output); // the break is the children's: no malloc
    alarm(200);
    segment = shmget(IPC_PRIVATE, 3 * PAGE, 0600);
    CHECK(segment >= 0);
    beside(count);
    vforked(count);
    look_at_maps();
    CHECK(shmctl(segment, IPC_RMID, NULL) == 0);
    return guest_done();
}
