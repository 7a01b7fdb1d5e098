// SPDX-License-Identifier: MIT
// beyond: MREMAP_DONTUNMAP, code that is moved, locks
// What mremap, madvise and mlock do to data and code, as the kernel has it.
#define _GNU_SOURCE
#include "faults.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096ul
enum { ANON = MAP_PRIVATE | MAP_ANONYMOUS, RW = PROT_READ | PROT_WRITE, DONTUNMAP = 4 };

static char *get(size_t pages, int prot)
{
    return mmap(NULL, pages * PAGE, prot, ANON, -1, 0);
}

static bool is_mapped(char *p)
{
    unsigned char in_core;
    return mincore(p, PAGE, &in_core) == 0;
}

static void moves(void)
{
    // Over something else, which goes.
    char *p = get(4, RW), *q = get(4, RW);
    memset(p, 'p', 4 * PAGE);
    memset(q, 'q', 4 * PAGE);
    CHECK(mremap(p, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q + PAGE) == q + PAGE);
    CHECK(q[0] == 'q' && q[PAGE] == 'p' && q[2 * PAGE] == 'p' && q[3 * PAGE] == 'q');
    CHECK(!is_mapped(p) && is_mapped(p + 2 * PAGE) && touch(p) == SIGSEGV);
    // Overlapping, misaligned, without MAYMOVE.
    CHECK(mremap(q, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q + PAGE) == MAP_FAILED &&
          errno == EINVAL);
    CHECK(mremap(q, PAGE, PAGE, MREMAP_FIXED, p) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(q + 1, PAGE, PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(q, PAGE, 0, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(q, PAGE, PAGE, 8) == MAP_FAILED && errno == EINVAL);
    // Not mapped; more than one mapping cannot grow.
    CHECK(mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT);
    CHECK(mprotect(q + PAGE, PAGE, PROT_READ) == 0);
    CHECK(mremap(q, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT);
    // Shrinking over several is unmapping.
    CHECK(mremap(q, 4 * PAGE, PAGE, 0) == q && is_mapped(q) && !is_mapped(q + PAGE));
    // Growing in place where there is room, and not where there is none.
    CHECK(mremap(q, PAGE, 3 * PAGE, 0) == q && q[0] == 'q' && q[2 * PAGE] == 0 &&
          poke(q + 2 * PAGE) == 0);
    CHECK(mmap(q + 3 * PAGE, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0) == q + 3 * PAGE);
    CHECK(mremap(q, 3 * PAGE, 4 * PAGE, 0) == MAP_FAILED && errno == ENOMEM);
    char *r = mremap(q, 3 * PAGE, 40 * PAGE, MREMAP_MAYMOVE);
    CHECK(r != MAP_FAILED && r != q && r[0] == 'q' && r[39 * PAGE] == 0 && !is_mapped(q));
    // A second view of shared memory.
    char *s = mmap(NULL, 2 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    s[0] = 's';
    char *t = mremap(s, 0, 2 * PAGE, MREMAP_MAYMOVE);
    CHECK(t != MAP_FAILED && t != s && t[0] == 's');
    t[PAGE] = 't';
    CHECK(s[PAGE] == 't');
}

static void keeps_old(void)
{
    char *p = get(3, RW), *q = get(3, RW);
    memset(p, 'p', 3 * PAGE);
    char *r = mremap(p, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, NULL);
    CHECK(r != MAP_FAILED && r != p && r[2 * PAGE] == 'p');
    CHECK(touch(p) == 0 && p[0] == 0 && poke(p + 2 * PAGE) == 0);
    CHECK(mremap(r, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | DONTUNMAP, q) == q &&
          q[0] == 'p' && r[0] == 0);
    CHECK(mremap(q, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, NULL) == MAP_FAILED &&
          errno == EINVAL);
    CHECK(mremap(q, 3 * PAGE, 3 * PAGE, DONTUNMAP, NULL) == MAP_FAILED && errno == EINVAL);
}

#ifdef __aarch64__
// mov w0, #n; ret
static void put_code(void *at, unsigned n)
{
    uint32_t code[2] = {0x52800000 | n << 5, 0xd65f03c0};
    memcpy(at, code, sizeof code);
    __builtin___clear_cache(at, (char *)at + sizeof code);
}

typedef int function(void);

static void code(void)
{
    const int all = RW | PROT_EXEC;
    char *p = get(2, all), *q = get(2, all);
    put_code(p, 1);
    put_code(q, 2);
    for (int i = 0; i < 100; i++)
        CHECK(((function *)p)() == 1 && ((function *)q)() == 2);
    // Other code comes to where code was.
    CHECK(mremap(p, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q) == q);
    CHECK(((function *)q)() == 1);
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        ((function *)p)();
    CHECK(seen.si_signo == SIGSEGV && seen.si_code == SEGV_MAPERR && seen.si_addr == p);
    // What is kept is empty: an instruction that is undefined.
    char *r = mremap(q, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, NULL);
    CHECK(((function *)r)() == 1);
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        ((function *)q)();
    CHECK(seen.si_signo == SIGILL && seen.si_code == ILL_ILLOPC && seen.si_addr == q);
    // Its pages dropped; its permission taken.
    CHECK(madvise(r, PAGE, MADV_DONTNEED) == 0);
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        ((function *)r)();
    CHECK(seen.si_signo == SIGILL && seen.si_addr == r);
    put_code(r, 3);
    CHECK(((function *)r)() == 3 && mprotect(r, PAGE, RW) == 0);
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        ((function *)r)();
    CHECK(seen.si_signo == SIGSEGV && seen.si_code == SEGV_ACCERR && seen.si_addr == r);
    CHECK(mprotect(r, PAGE, PROT_READ | PROT_EXEC) == 0 && ((function *)r)() == 3);
    // A file's code, changed through the file.
    int fd = memfd_create("code", 0);
    CHECK(ftruncate(fd, PAGE) == 0);
    char *w = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
    char *x = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    put_code(w, 4);
    __builtin___clear_cache(x, x + 8);
    CHECK(((function *)x)() == 4);
    put_code(w, 5);
    __builtin___clear_cache(x, x + 8);
    CHECK(((function *)x)() == 5);
    close(fd);
}
#else
static void code(void)
{
}
#endif

static void children(void)
{
    int status = -1;
    char *p = get(2, RW);
    memset(p, 'p', 2 * PAGE);
    CHECK(madvise(p, PAGE, MADV_WIPEONFORK) == 0);
    pid_t pid = fork();
    if (!pid) {
        int wrong = p[0] || p[PAGE] != 'p';
        pid = fork(); // and so for its own child
        p[0] = 1;
        if (!pid)
            _exit(p[0] != 1);
        wait(&status);
        _exit(wrong || status);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0 && p[0] == 'p');
    CHECK(madvise(p, PAGE, MADV_KEEPONFORK) == 0);
    char *shared = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(madvise(shared, PAGE, MADV_WIPEONFORK) == -1 && errno == EINVAL);
    CHECK(madvise(p, 2 * PAGE, MADV_DONTNEED) == 0 && !p[0] && !p[PAGE]);
    CHECK(madvise(p, -PAGE, MADV_DONTNEED) == -1 && (errno == EINVAL || errno == ENOMEM));
}

static void flags(void)
{
    const int map_32bit = 0x40;
    char *p = get(4, PROT_NONE);
    CHECK(touch(p) == SIGSEGV && seen.si_code == SEGV_ACCERR && seen.si_addr == p);
    CHECK(mmap(p + PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED &&
          errno == EEXIST);
    CHECK(munmap(p + PAGE, PAGE) == 0 &&
          mmap(p + PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) == p + PAGE);
    CHECK(mmap(p + 1, PAGE, RW, ANON | MAP_FIXED, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 0, RW, ANON, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, PAGE, RW, MAP_SHARED_VALIDATE | 0x4000000, -1, 0) == MAP_FAILED);
    CHECK(mmap((void *)0, PAGE, RW, ANON | MAP_FIXED, -1, 0) == MAP_FAILED || geteuid() == 0);
#ifdef __aarch64__
    CHECK((uintptr_t)mmap(NULL, PAGE, RW, ANON | map_32bit, -1, 0) >> 32);
#endif
    (void)map_32bit;
    CHECK(mprotect(p + 1, PAGE, RW) == -1 && errno == EINVAL);
    CHECK(mprotect(p, PAGE, PROT_READ | PROT_GROWSDOWN) == -1 && errno == EINVAL);
    CHECK(munmap(p + 2 * PAGE, PAGE) == 0 && mprotect(p, 4 * PAGE, PROT_READ) == -1 &&
          errno == ENOMEM);
    CHECK(poke(p + PAGE) == SIGSEGV && seen.si_code == SEGV_ACCERR); // as far as the hole it is done
    CHECK(msync(p, PAGE, MS_SYNC | MS_ASYNC) == -1 && errno == EINVAL);
    CHECK(msync(p, 3 * PAGE, MS_ASYNC) == -1 && errno == ENOMEM);
}

static void locks(void)
{
    struct rlimit old, limit;
    int status = -1;
    CHECK(getrlimit(RLIMIT_MEMLOCK, &old) == 0);
    pid_t pid = fork();
    if (!pid) {
        limit = (struct rlimit){4 * PAGE, 4 * PAGE};
        char *p = get(8, RW);
        int wrong = setrlimit(RLIMIT_MEMLOCK, &limit) || setuid(12345);
        wrong |= (mlock(p, 4 * PAGE) != 0) << 1;
        wrong |= (mlock(p, 5 * PAGE) != -1 || errno != ENOMEM) << 2;
        wrong |= (munlockall() != 0 || mlock(p + 4 * PAGE, 4 * PAGE) != 0) << 3;
        wrong |= (munlock(p, 8 * PAGE) != 0 || syscall(SYS_mlock2, p, PAGE, 1) != 0) << 4;
        wrong |= (mlockall(MCL_CURRENT) != -1 || errno != ENOMEM) << 5;
        limit.rlim_cur = 0;
        wrong |= (munlockall() || setrlimit(RLIMIT_MEMLOCK, &limit) || mlock(p, PAGE) != -1 ||
                  errno != EPERM)
                 << 6;
        _exit(wrong);
    }
    CHECK(geteuid() != 0 || (waitpid(pid, &status, 0) == pid && status == 0));
    if (status)
        printf("status %#x\n", status);
    CHECK(syscall(SYS_mlock2, &old, PAGE, 2) == -1 && errno == EINVAL);
    CHECK(mlockall(0) == -1 && errno == EINVAL && mlockall(MCL_ONFAULT) == -1 && errno == EINVAL);
}

// Another process's memory, and what of it is not there.
static void between(void)
{
    char *p = get(3, RW), buffer[16] = "";
    int status;
    memset(p, 'p', 3 * PAGE);
    CHECK(munmap(p + 2 * PAGE, PAGE) == 0);
    pid_t pid = fork();
    if (!pid) {
        memset(p, 'c', PAGE);
        raise(SIGSTOP);
        _exit(p[1] != 'w');
    }
    CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    struct iovec local = {buffer, 8}, remote[2] = {{p, 4}, {p + PAGE, 4}};
    CHECK(process_vm_readv(pid, &local, 1, remote, 2, 0) == 8 && !memcmp(buffer, "ccccpppp", 8));
    struct iovec w = {"ww", 2}, at = {p, 2};
    CHECK(process_vm_writev(pid, &w, 1, &at, 1, 0) == 2);
    remote[1].iov_base = p + 2 * PAGE;
    CHECK(process_vm_readv(pid, &local, 1, remote, 2, 0) == 4);
    CHECK(process_vm_readv(pid, &local, 1, remote + 1, 1, 0) == -1 && errno == EFAULT);
    CHECK(process_vm_readv(pid, &local, 1, remote, 1, 1) == -1 && errno == EINVAL);
    CHECK(process_vm_readv(pid, &local, 1, remote, 1, 0) == 4);
    CHECK(kill(pid, SIGCONT) == 0 && waitpid(pid, &status, 0) == pid && status == 0);
    CHECK(process_vm_readv(pid, &local, 1, remote, 1, 0) == -1 && errno == ESRCH);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    const int signals[] = {SIGSEGV, SIGBUS, SIGILL};
    for (unsigned i = 0; i < 3; i++)
        CHECK(sigaction(signals[i], &action, NULL) == 0);
    fflush(stdout);
    moves();
    keeps_old();
    code();
    children();
    flags();
    locks();
    between();
    return guest_done();
}
