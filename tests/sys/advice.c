// SPDX-License-Identifier: MIT
// beyond: advice beyond what any program asks for
// Every advice of madvise on memory of each kind: what is then read, what a child has, what is executed, and what is refused.
#define _GNU_SOURCE
#include "faults.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096ul

// Younger than some C libraries.
enum {
    COLD = 20,
    PAGEOUT,
    POPULATE_READ,
    POPULATE_WRITE,
    DONTNEED_LOCKED,
    COLLAPSE,
    SOFT_OFFLINE = 101,
    GUARD_INSTALL,
    GUARD_REMOVE,
    RW = PROT_READ | PROT_WRITE
};

static char *filled(int flags)
{
    char *p = mmap(NULL, 4 * PAGE, RW, flags | MAP_ANONYMOUS, -1, 0);
    memset(p, 'x', 4 * PAGE);
    return p;
}

// Which leave what is read as it is; those in the second list may be unknown to a kernel.
static void harmless(int flags)
{
    static const int known[] = {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTFORK,
                                MADV_DOFORK, MADV_DONTDUMP, MADV_DODUMP};
    static const int young[] = {MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, COLD,
                                PAGEOUT, POPULATE_READ, POPULATE_WRITE, COLLAPSE};
    char *p = filled(flags);
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
        CHECK(madvise(p, 4 * PAGE, known[i]) == 0 && p[0] == 'x' && p[4 * PAGE - 1] == 'x');
    for (unsigned i = 0; i < sizeof young / sizeof *young; i++)
        CHECK((madvise(p, 4 * PAGE, young[i]) == 0 || errno == EINVAL || errno == EAGAIN || errno == ENOMEM || errno == EBUSY) &&
              p[0] == 'x' && p[4 * PAGE - 1] == 'x');
    CHECK(munmap(p, 4 * PAGE) == 0);
}

static void contents(void)
{
    char *p = filled(MAP_PRIVATE), *s = filled(MAP_SHARED);
    CHECK(madvise(p + PAGE, PAGE, MADV_DONTNEED) == 0 && p[PAGE] == 0 && p[0] == 'x' && p[2 * PAGE] == 'x');
    CHECK(madvise(s + PAGE, PAGE, MADV_DONTNEED) == 0 && s[PAGE] == 'x'); // another look at the same
    CHECK(madvise(s + PAGE, PAGE, MADV_REMOVE) == 0 && s[PAGE] == 0 && s[0] == 'x');
    CHECK(madvise(p, PAGE, MADV_REMOVE) == -1 && errno == EINVAL);
    CHECK(madvise(p, PAGE, MADV_FREE) == 0 && (p[0] == 'x' || p[0] == 0));
    p[0] = 'y'; // written again, it stays
    CHECK(p[0] == 'y' && madvise(s, PAGE, MADV_FREE) == -1 && errno == EINVAL);
    // Locked pages are dropped by the one only.
    if (mlock(p + 2 * PAGE, PAGE) == 0) {
        CHECK(madvise(p + 2 * PAGE, PAGE, MADV_DONTNEED) == -1 && errno == EINVAL && p[2 * PAGE] == 'x');
        CHECK((madvise(p + 2 * PAGE, PAGE, DONTNEED_LOCKED) == 0 && p[2 * PAGE] == 0) || errno == EINVAL);
        CHECK(munlock(p + 2 * PAGE, PAGE) == 0);
    }
    // Populated without being touched.
    char *q = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char in_core[2] = {0};
    if (madvise(q, 2 * PAGE, POPULATE_WRITE) == 0)
        CHECK(mincore(q, 2 * PAGE, in_core) == 0 && in_core[0] & 1 && in_core[1] & 1);
    CHECK(mprotect(q, PAGE, PROT_READ) == 0);
    CHECK(madvise(q, 2 * PAGE, POPULATE_WRITE) == -1 && (errno == EFAULT || errno == EINVAL));
}

static void in_children(void)
{
    int status = -1;
    char *p = filled(MAP_PRIVATE);
    CHECK(madvise(p, PAGE, MADV_WIPEONFORK) == 0 && madvise(p + PAGE, PAGE, MADV_DONTFORK) == 0);
    CHECK(madvise(p + 2 * PAGE, PAGE, MADV_WIPEONFORK) == 0 && madvise(p + 2 * PAGE, PAGE, MADV_KEEPONFORK) == 0);
    fflush(stdout);
    pid_t pid = fork();
    if (!pid)
        _exit(p[0] != 0 || touch(p + PAGE) != SIGSEGV || p[2 * PAGE] != 'x' || p[3 * PAGE] != 'x');
    CHECK(waitpid(pid, &status, 0) == pid && status == 0 && p[0] == 'x' && p[PAGE] == 'x');
}

static void guards(void)
{
    char *p = filled(MAP_PRIVATE);
    if (madvise(p + PAGE, PAGE, GUARD_INSTALL) == -1 && errno == EINVAL)
        return; // before Linux 6.13
    CHECK(touch(p + PAGE) == SIGSEGV && seen.si_addr == p + PAGE && touch(p) == 0 && touch(p + 2 * PAGE) == 0);
    int pipes[2];
    CHECK(pipe(pipes) == 0 && write(pipes[1], p + PAGE, 1) == -1 && errno == EFAULT);
    CHECK(mprotect(p, 4 * PAGE, PROT_READ) == 0 && mprotect(p, 4 * PAGE, RW) == 0 && touch(p + PAGE) == SIGSEGV);
    CHECK(madvise(p, 4 * PAGE, MADV_DONTNEED) == 0 && touch(p + PAGE) == SIGSEGV && p[0] == 0);
    CHECK(madvise(p, 4 * PAGE, GUARD_REMOVE) == 0 && touch(p + PAGE) == 0 && p[PAGE] == 0);
    close(pipes[0]);
    close(pipes[1]);
}

static void refused(void)
{
    static const int unknown[] = {5, 6, 7, 26, 50, 99, 104, -1, 0x10000};
    char *p = filled(MAP_PRIVATE);
    for (unsigned i = 0; i < sizeof unknown / sizeof *unknown; i++)
        CHECK(madvise(p, PAGE, unknown[i]) == -1 && errno == EINVAL);
    CHECK(madvise(p + 1, PAGE, MADV_DONTNEED) == -1 && errno == EINVAL);
    CHECK(madvise(p, 0, MADV_DONTNEED) == 0 && madvise(p, 0, 99) == -1 && errno == EINVAL && p[0] == 'x');
    CHECK(munmap(p + PAGE, PAGE) == 0);
    CHECK(madvise(p, 4 * PAGE, MADV_DONTNEED) == -1 && errno == ENOMEM && p[0] == 0 && p[2 * PAGE] == 0); // but for the hole
    // By descriptor of the process itself; what destroys is not offered.
    int self = (int)syscall(434, getpid(), 0);
    struct iovec v[2] = {{p, PAGE}, {p + 2 * PAGE, PAGE}};
    if (self >= 0) {
        CHECK(syscall(440, self, v, 2L, COLD, 0) == (long)(2 * PAGE));
        CHECK(syscall(440, self, v, 2L, MADV_HWPOISON, 0) == -1);
        CHECK(syscall(440, self, v, 2L, COLD, 1) == -1 && errno == EINVAL);
        close(self);
    }
}

#ifdef __aarch64__
typedef int function(void);

// mov w0, #n; ret
static void put(void *at, unsigned n)
{
    uint32_t code[2] = {0x52800000 | n << 5, 0xd65f03c0};
    memcpy(at, code, sizeof code);
    __builtin___clear_cache(at, (char *)at + sizeof code);
}

static int fault_of(void *p)
{
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        ((function *)p)();
    return seen.si_signo;
}

// What was executed and is dropped is not executed again.
static void code(void)
{
    static const int drops[] = {MADV_DONTNEED, DONTNEED_LOCKED, GUARD_INSTALL};
    char *p = mmap(NULL, PAGE, RW | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned i = 0; i < 3; i++) {
        put(p, i);
        for (int n = 0; n < 100; n++)
            CHECK(((function *)p)() == (int)i);
        // (The emulator takes a page that cannot be read for one behind the end of a file.)
        int wanted = drops[i] == GUARD_INSTALL ? SIGBUS : SIGILL;
        if (madvise(p, PAGE, drops[i]) == 0)
            CHECK(fault_of(p) == wanted || (drops[i] == GUARD_INSTALL && seen.si_signo == SIGSEGV));
    }
    madvise(p, PAGE, GUARD_REMOVE);
    put(p, 9);
    CHECK(((function *)p)() == 9);
    // The emulator does not take memory away from the machine, whoever asks.
    CHECK(madvise(p, PAGE, MADV_HWPOISON) == -1 && madvise(p, PAGE, SOFT_OFFLINE) == -1 && ((function *)p)() == 9);
}
#else
static void code(void)
{
}
#endif

int main(void)
{
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGBUS, &sa, NULL);
    sigaction(SIGILL, &sa, NULL);
    harmless(MAP_PRIVATE);
    harmless(MAP_SHARED);
    contents();
    in_children();
    guards();
    refused();
    code();
    return guest_done();
}
