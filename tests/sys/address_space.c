// SPDX-License-Identifier: MIT
// beyond: mappings that grow, MADV_DONTFORK and READ_IMPLIES_EXEC
// Mappings that grow downwards, files that end inside a mapping, advice for children, limits of
// locked memory, and what mmap, mremap and brk refuse.
#define _GNU_SOURCE
#include "faults.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096ul

enum { POPULATE_READ = 22, POPULATE_WRITE = 23, ANON = MAP_PRIVATE | MAP_ANONYMOUS };

static char *get(void *at, size_t size, int prot, int flags)
{
    return mmap(at, size, prot, ANON | flags, -1, 0);
}

// The permissions in /proc/self/maps of what holds `p`, and where that begins.
static const char *listed(void *p, unsigned long *start)
{
    static char perm[8];
    char line[4400];
    const char *found = "";
    unsigned long end;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx %7s", start, &end, perm) == 3 && *start <= (unsigned long)p &&
            (unsigned long)p < end) {
            found = perm;
            break;
        }
    fclose(maps);
    return found;
}

static void grows_down(void)
{
    unsigned long start;
    char *area = get(NULL, 2048 * PAGE, PROT_NONE, MAP_NORESERVE);
    CHECK(munmap(area, 2048 * PAGE) == 0);
    CHECK(get(area, PAGE, PROT_READ, MAP_FIXED) == area);
    char *stack =
        get(area + 2040 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_GROWSDOWN);
    CHECK(stack == area + 2040 * PAGE);
    CHECK(poke(stack - 1) == 0 && poke(stack - 1000 * PAGE) == 0);
    CHECK(poke(area + 100 * PAGE) == SIGSEGV && seen.si_code == SEGV_MAPERR); // too near the next
    int pipes[2];
    CHECK(pipe(pipes) == 0 && write(pipes[1], "abc", 3) == 3 &&
          read(pipes[0], stack - 1100 * PAGE, 3) == 3); // grows in a system call, too
    CHECK(!strcmp(listed(stack - 1050 * PAGE, &start), "rw-p") &&
          start == (unsigned long)(stack - 1100 * PAGE));
    CHECK(get(stack - 1100 * PAGE, PAGE, PROT_READ, MAP_FIXED_NOREPLACE) == MAP_FAILED &&
          errno == EEXIST);
    CHECK(mprotect(stack, PAGE, PROT_READ | PROT_GROWSDOWN) == 0 &&
          poke(stack - 1100 * PAGE) == SIGSEGV && seen.si_code == SEGV_ACCERR);
    CHECK(munmap(area, 2048 * PAGE) == 0 && touch(stack - PAGE) == SIGSEGV);
}

static void files_end(void)
{
    int fd = memfd_create("file", 0);
    CHECK(ftruncate(fd, PAGE) == 0);
    char *p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(touch(p) == 0 && touch(p + PAGE) == SIGBUS && seen.si_code == BUS_ADRERR &&
          seen.si_addr == p + PAGE);
    CHECK(ftruncate(fd, 2 * PAGE) == 0 && touch(p + PAGE) == 0);
    CHECK(ftruncate(fd, 0) == 0 && touch(p) == SIGBUS && seen.si_code == BUS_ADRERR);
    CHECK(syscall(SYS_getcwd, p, PAGE) == -1 && errno == EFAULT);
    close(fd);
}

static int in_child(char *p)
{
    return p[0] || touch(p + PAGE) != SIGSEGV ||
           get(p + PAGE, PAGE, PROT_READ, MAP_FIXED_NOREPLACE) != p + PAGE;
}

static void advice(void)
{
    int status = -1;
    unsigned char in_core[4];
    char *p = get(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, 0);
    memset(p, 1, 4 * PAGE);
    CHECK(madvise(p, PAGE, MADV_WIPEONFORK) == 0 && madvise(p + PAGE, PAGE, MADV_DONTFORK) == 0);
    fflush(stdout);
    pid_t pid = fork();
    if (!pid)
        _exit(in_child(p));
    CHECK(waitpid(pid, &status, 0) == pid && status == 0 && p[0] == 1 && p[PAGE] == 1);
    CHECK(madvise(p + PAGE, PAGE, MADV_DOFORK) == 0);
    pid = fork();
    if (!pid)
        _exit(p[PAGE] != 1);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    CHECK(madvise(p, PAGE, MADV_FREE) == 0 && madvise(p, 4 * PAGE, POPULATE_WRITE) == 0 &&
          madvise(p, 4 * PAGE, POPULATE_READ) == 0 && madvise(p, 0, MADV_NORMAL) == 0);
    CHECK(madvise(p, PAGE, 77) == -1 && errno == EINVAL);
    CHECK(madvise(p + 1, PAGE, MADV_NORMAL) == -1 && errno == EINVAL);
    CHECK(mincore(p, 4 * PAGE, in_core) == 0 && in_core[3] & 1);
    CHECK(mincore(p + 1, PAGE, in_core) == -1 && errno == EINVAL);
    CHECK(munmap(p + 3 * PAGE, PAGE) == 0 && mincore(p, 4 * PAGE, in_core) == -1 &&
          errno == ENOMEM);
}

static void refusals(void)
{
    char *p = get(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, 0);
    int fd = open("/proc/self/exe", O_RDONLY);
    CHECK(mremap(p, 0, PAGE, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(p, 0, PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
    CHECK(get((void *)(1ul << 48), PAGE, PROT_READ, MAP_FIXED) == MAP_FAILED && errno == ENOMEM);
    CHECK(get((void *)(1ul << 48), PAGE, PROT_READ, 0) != MAP_FAILED);
    CHECK(get(NULL, -1ul, PROT_READ, 0) == MAP_FAILED && errno == ENOMEM);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, 777, 0) == MAP_FAILED && errno == EBADF);
    CHECK(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES);
    CHECK((p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0)) != MAP_FAILED &&
          mprotect(p, PAGE, PROT_WRITE) == -1 && errno == EACCES);
    CHECK(munmap(NULL, 0) == -1 && errno == EINVAL && munmap((void *)0x1000000, PAGE) == 0);
    char *end = sbrk(0);
    CHECK(syscall(SYS_brk, end + 5000) == (long)(end + 5000));
    CHECK(syscall(SYS_brk, 1ul << 60) == (long)(end + 5000) &&
          syscall(SYS_brk, 0) == (long)(end + 5000) && syscall(SYS_brk, end) == (long)end);
}

static void personalities(void)
{
    unsigned long start;
    int old = personality(0xffffffff);
    CHECK(personality((unsigned long)old | READ_IMPLIES_EXEC) == old &&
          personality(0xffffffff) == (old | READ_IMPLIES_EXEC));
    char *p = get(NULL, PAGE, PROT_READ, 0), *q = get(NULL, PAGE, PROT_NONE, 0);
    CHECK(!strcmp(listed(p, &start), "r-xp") && mprotect(q, PAGE, PROT_READ | PROT_WRITE) == 0 &&
          !strcmp(listed(q, &start), "rwxp"));
    CHECK(personality((unsigned long)old) == (old | READ_IMPLIES_EXEC));
    CHECK(mprotect(p, PAGE, PROT_READ) == 0 && !strcmp(listed(p, &start), "r--p"));
}

int main(void)
{
    static char alternate[65536];
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    CHECK(sigaltstack(&stack, NULL) == 0 && sigaction(SIGSEGV, &action, NULL) == 0 &&
          sigaction(SIGBUS, &action, NULL) == 0);
    grows_down();
    files_end();
    advice();
    refusals();
    personalities();
    return guest_done();
}
