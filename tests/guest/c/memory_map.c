// SPDX-License-Identifier: MIT
// variants: O0-static O2-static-pie O2-dynamic
// beyond: MAP_FIXED_NOREPLACE is honoured
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf env;
static volatile sig_atomic_t code;
static void *volatile address;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)context;
    code = info->si_code;
    address = info->si_addr;
    siglongjmp(env, sig);
}

/* 0 when the access works, else the signal. */
static int probe(volatile char *p, int write)
{
    int sig = sigsetjmp(env, 1);
    if (sig)
        return sig;
    if (write)
        *p = 1;
    else
        (void)*p;
    return 0;
}

static void *anonymous(size_t size, int prot)
{
    void *p = mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED && ((uintptr_t)p & 4095) == 0);
    return p;
}

static void protections(void)
{
    char *p = anonymous(3 * 4096, PROT_READ | PROT_WRITE);
    p[4096] = 'x';
    CHECK(p[0] == 0 && p[3 * 4096 - 1] == 0);
    CHECK(mprotect(p + 4096, 4096, PROT_READ) == 0);
    CHECK(probe(p, 1) == 0 && probe(p + 4096, 0) == 0 && p[4096] == 'x');
    CHECK(probe(p + 4096 + 5, 1) == SIGSEGV && code == SEGV_ACCERR && address == p + 4096 + 5);
    CHECK(mprotect(p + 4096, 4096, PROT_NONE) == 0 && probe(p + 4096, 0) == SIGSEGV &&
          code == SEGV_ACCERR);
    CHECK(mprotect(p + 4096, 4096, PROT_READ | PROT_WRITE) == 0 && p[4096] == 'x');
    CHECK(munmap(p + 4096, 4096) == 0);
    CHECK(probe(p + 4096, 0) == SIGSEGV && code == SEGV_MAPERR && address == p + 4096);
    CHECK(probe(p, 1) == 0 && probe(p + 8192, 1) == 0);
    CHECK(mprotect(p, 3 * 4096, PROT_READ) == -1 && errno == ENOMEM);
    munmap(p, 3 * 4096);
    /* An access across two pages faults at the second. */
    p = anonymous(2 * 4096, PROT_READ | PROT_WRITE);
    munmap(p + 4096, 4096);
    if (sigsetjmp(env, 1) == 0) {
        volatile uint64_t *q = (void *)(p + 4096 - 4);
        *q = ~0ul;
        CHECK(0);
    }
    CHECK(address == p + 4096);
    munmap(p, 4096);
}

static void files(void)
{
    int fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(ftruncate(fd, 2 * 4096) == 0);
    char *s = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *p = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    CHECK(s != MAP_FAILED && p != MAP_FAILED);
    strcpy(s + 4090, "crossing");
    char back[16] = {0};
    CHECK(pread(fd, back, 9, 4090) == 9 && strcmp(back, "crossing") == 0);
    CHECK(strcmp(p + 4090, "crossing") == 0);
    p[4090] = 'K';
    CHECK(s[4090] == 'c' && msync(s, 8192, MS_SYNC) == 0);
    char *second = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 4096);
    CHECK(second != MAP_FAILED && strcmp(second, "ng") == 0);
    CHECK(ftruncate(fd, 4096) == 0 && probe(s + 4096, 0) == SIGBUS);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 123) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, 999, 0) == MAP_FAILED && errno == EBADF);
    CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED &&
          errno == EINVAL);
    munmap(s, 8192);
    munmap(p, 8192);
    munmap(second, 4096);
    close(fd);
}

static void placement(void)
{
    char *p = anonymous(16 * 4096, PROT_READ | PROT_WRITE);
    p[5 * 4096] = 7;
    char *fixed =
        mmap(p + 4 * 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(fixed == p + 4 * 4096 && probe(fixed, 1) == SIGSEGV && p[5 * 4096] == 7);
    CHECK(mmap(p, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) ==
              MAP_FAILED &&
          errno == EEXIST);
    munmap(p + 8 * 4096, 8 * 4096);
    char *hint = mmap(p + 8 * 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(hint == p + 8 * 4096);
    munmap(p, 16 * 4096);
    CHECK(munmap(p + 1, 4096) == -1 && errno == EINVAL);

    char *r = anonymous(4 * 4096, PROT_READ | PROT_WRITE);
    for (int i = 0; i < 4; i++)
        r[i * 4096] = (char)('a' + i);
    char *grown = mremap(r, 4 * 4096, 64 * 4096, MREMAP_MAYMOVE);
    CHECK(grown != MAP_FAILED && grown[0] == 'a' && grown[3 * 4096] == 'd' &&
          grown[63 * 4096] == 0);
    char *shrunk = mremap(grown, 64 * 4096, 2 * 4096, 0);
    CHECK(shrunk == grown && shrunk[4096] == 'b' && probe(shrunk + 2 * 4096, 0) == SIGSEGV);
    char *target = anonymous(4 * 4096, PROT_NONE);
    char *moved = mremap(shrunk, 2 * 4096, 2 * 4096, MREMAP_MAYMOVE | MREMAP_FIXED, target);
    CHECK(moved == target && moved[4096] == 'b' && probe(shrunk, 0) == SIGSEGV);
    CHECK(madvise(moved, 4096, MADV_DONTNEED) == 0 && moved[0] == 0 && moved[4096] == 'b');
    unsigned char core[2];
    CHECK(mincore(moved, 2 * 4096, core) == 0);
    munmap(target, 4 * 4096);
}

static void breaks(void)
{
    char *start = sbrk(0);
    CHECK(sbrk(100000) == start && sbrk(0) == start + 100000);
    memset(start, 0x55, 100000);
    CHECK(brk(start + 50000) == 0 && sbrk(0) == start + 50000 && start[49999] == 0x55);
    CHECK(brk(start + 200000) == 0 && start[150000] == 0);
    CHECK(brk(start) == 0);
    CHECK(brk((void *)1) == -1 || sbrk(0) == start);
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGBUS, &sa, NULL);
    protections();
    files();
    placement();
    breaks();
    CHECK(probe(NULL, 0) == SIGSEGV && code == SEGV_MAPERR && address == NULL);
    CHECK(probe((char *)0xffff000012345000, 0) == SIGSEGV);
    return guest_done();
}
