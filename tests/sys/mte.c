// SPDX-License-Identifier: MIT
// beyond: SA_EXPOSE_TAGBITS, asynchronous faults of the calling thread, and what mappings do to tags
// native: memory tags are arm64's
// Memory tagging as the kernel offers it: what can have tags, what becomes of them, and what a wrong
// tag leads to.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define MTE     ".arch armv8.5-a+memtag\n"
#define TAG(n)  ((uint64_t)(n) << 56)
#define ADDR(p) ((uint64_t)(p) << 8 >> 8)
enum {
    PAGE = 4096,
    MTE_PROT = 0x20,
    RW = PROT_READ | PROT_WRITE,
    ENABLE = PR_TAGGED_ADDR_ENABLE,
    EXPOSE_TAGBITS = 0x800,
    UNSUPPORTED = 0x400,
    TCO = 1 << 25
};

static char *tagged(void *p, unsigned tag)
{
    return (char *)(ADDR(p) | TAG(tag));
}

static void set_tag(char *p, unsigned tag)
{
    __asm__ volatile(MTE "stg %0, [%1]" : : "r"(tagged(p, tag)), "r"(ADDR(p)) : "memory");
}

static unsigned get_tag(char *p)
{
    uint64_t v = 0;
    __asm__ volatile(MTE "ldg %0, [%1]" : "+r"(v) : "r"(ADDR(p)) : "memory");
    return v >> 56;
}

static uint64_t tco(void)
{
    uint64_t v;
    __asm__ volatile(MTE "mrs %0, tco" : "=r"(v));
    return v;
}

static void set_tco(uint64_t v)
{
    __asm__ volatile(MTE "msr tco, %0" : : "r"(v) : "memory");
}

static int control(unsigned long how)
{
    return prctl(PR_SET_TAGGED_ADDR_CTRL, how, 0, 0, 0);
}

static char *map(int prot, int flags)
{
    return mmap(NULL, 4 * PAGE, prot, flags | MAP_ANONYMOUS, -1, 0);
}

// ---- faults ----

static sigjmp_buf back;
static volatile int code, count, signals_pending;
static volatile uint64_t where, context_address, context_pstate, handler_tco;
static volatile int leave = 1;

static void handler(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)sig;
    code = info->si_code;
    where = (uint64_t)info->si_addr;
    context_address = uc->uc_mcontext.fault_address;
    context_pstate = uc->uc_mcontext.pstate;
    handler_tco = tco();
    count++;
    if (leave)
        siglongjmp(back, 1);
}

static void install(unsigned flags)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | (int)flags};
    CHECK(sigaction(SIGSEGV, &sa, NULL) == 0);
}

// si_code of the fault that the statement leads to; 0: none.
#define FAULT(statement)        \
    ({                          \
        code = 0;               \
        leave = 1;              \
        if (!sigsetjmp(back, 1)) \
            statement;          \
        code;                   \
    })

static void synchronous(void)
{
    char *p = map(RW | MTE_PROT, MAP_PRIVATE);
    set_tag(p + 16, 5);
    install(0);
    CHECK(FAULT(*(volatile char *)(p + 16)) == 0); // no mode was asked for
    CHECK(control(ENABLE | PR_MTE_TCF_SYNC) == 0);
    CHECK(FAULT(*(volatile char *)p) == 0);
    CHECK(FAULT(*(volatile char *)tagged(p + 16, 5) = 1) == 0);
    CHECK(FAULT(*(volatile char *)(p + 17) = 7) == SEGV_MTESERR && where == (uint64_t)p + 17);
    CHECK(p[16 - 1] == 0 && *tagged(p + 17, 5) == 0); // the store was not made
    CHECK(FAULT(*(volatile uint64_t *)(p + 12)) == SEGV_MTESERR && where == (uint64_t)p + 16);
    // The tag is told only to those who ask.
    CHECK(FAULT(*(volatile char *)tagged(p, 0xa3)) == SEGV_MTESERR && where == (uint64_t)p);
    install(EXPOSE_TAGBITS);
    CHECK(FAULT(*(volatile char *)tagged(p, 0xa3)) == SEGV_MTESERR &&
          where == ((uint64_t)p | TAG(3)) && context_address == (uint64_t)p);
    mprotect(p + PAGE, PAGE, PROT_NONE);
    CHECK(FAULT(*(volatile char *)tagged(p + PAGE, 0xa3)) == SEGV_ACCERR &&
          where == ((uint64_t)(p + PAGE) | TAG(0xa3)) && context_address == (uint64_t)p + PAGE);
    CHECK(FAULT(set_tag(p + PAGE, 1)) == SEGV_ACCERR);
    CHECK(FAULT(get_tag(p + PAGE)) == SEGV_ACCERR);
    // The override stops checks; a handler starts without it, and it comes back.
    set_tco(TCO);
    CHECK(FAULT(*(volatile char *)(p + 16)) == 0 && tco() == TCO);
    leave = 0;
    raise(SIGSEGV);
    CHECK(handler_tco == 0 && context_pstate & TCO && tco() == TCO);
    set_tco(0);
    // Memory without tags takes any.
    char *q = map(RW, MAP_PRIVATE);
    set_tag(q, 5);
    CHECK(get_tag(q) == 0 && FAULT(*(volatile char *)tagged(q, 9)) == 0);
    CHECK(control(0) == 0 && FAULT(*(volatile char *)(p + 16)) == 0);
}

static void asynchronous(void)
{
    char *p = map(RW | MTE_PROT, MAP_PRIVATE);
    set_tag(p, 5);
    install(0);
    leave = 0;
    CHECK(control(ENABLE | PR_MTE_TCF_ASYNC) == 0);
    count = code = 0;
    p[3] = 42;
    getpid();
    CHECK(count == 1 && code == SEGV_MTEAERR && where == 0 && p[3 + 16] == 0);
    CHECK(control(0) == 0 && p[3] == 42); // it was made all the same
    // A system call is made after the signal, once.
    int fds[2];
    char two[2];
    CHECK(pipe(fds) == 0 && control(ENABLE | PR_MTE_TCF_ASYNC) == 0);
    count = 0;
    (void)*(volatile char *)p;
    CHECK(write(fds[1], "x", 1) == 1 && count >= 1);
    CHECK(read(fds[0], two, 2) == 1);
    // It can be blocked, which one that stops cannot.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGSEGV);
    sigprocmask(SIG_BLOCK, &set, NULL);
    count = 0;
    (void)*(volatile char *)p;
    getpid();
    sigset_t pending;
    CHECK(count == 0 && sigpending(&pending) == 0 && sigismember(&pending, SIGSEGV));
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK(count == 1 && code == SEGV_MTEAERR);
    // Where the program leaves it open, checks are asynchronous.
    CHECK(control(ENABLE | PR_MTE_TCF_ASYNC | PR_MTE_TCF_SYNC) == 0);
    CHECK(prctl(PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0) ==
          (int)(ENABLE | PR_MTE_TCF_ASYNC | PR_MTE_TCF_SYNC));
    code = 0;
    (void)*(volatile char *)p;
    getpid();
    CHECK(code == SEGV_MTEAERR);
    CHECK(control(0) == 0);
}

static void deaths(void)
{
    char *p = map(RW | MTE_PROT, MAP_PRIVATE);
    set_tag(p, 5);
    for (int sync = 0; sync < 2; sync++) {
        int status;
        pid_t child = fork();
        if (!child) {
            signal(SIGSEGV, SIG_DFL);
            control(ENABLE | (sync ? PR_MTE_TCF_SYNC : PR_MTE_TCF_ASYNC));
            (void)*(volatile char *)p;
            getpid();
            _exit(0);
        }
        CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
              WTERMSIG(status) == SIGSEGV);
    }
}

// ---- settings ----

static void settings(void)
{
    CHECK(getauxval(AT_HWCAP2) >> 18 & 1);
    CHECK(prctl(PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0) == 0);
    unsigned long all = ENABLE | PR_MTE_TCF_SYNC | PR_MTE_TCF_ASYNC | PR_MTE_TAG_MASK;
    CHECK(control(all) == 0 && prctl(PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0) == (int)all);
    CHECK(control(all | 1ul << 19) == -1 && errno == EINVAL);
    CHECK(prctl(PR_SET_TAGGED_ADDR_CTRL, 1, 1, 0, 0) == -1 && errno == EINVAL);
    CHECK(prctl(PR_GET_TAGGED_ADDR_CTRL, 1, 0, 0, 0) == -1 && errno == EINVAL);
    // Tags of chance are those of the mask; without one there is only 0.
    char *p = (char *)0x1230, *q;
    CHECK(control(1 << 9 << PR_MTE_TAG_SHIFT) == 0);
    __asm__(MTE "irg %0, %1" : "=r"(q) : "r"(p));
    CHECK(q == tagged(p, 9));
    __asm__(MTE "addg %0, %1, #16, #3" : "=r"(q) : "r"(p));
    CHECK(q == tagged(p + 16, 9));
    CHECK(control(0) == 0);
    __asm__(MTE "irg %0, %1" : "=r"(q) : "r"(tagged(p, 7)));
    CHECK(q == p);
    struct sigaction sa = {.sa_handler = SIG_DFL,
                           .sa_flags = SA_SIGINFO | EXPOSE_TAGBITS | UNSUPPORTED},
                     old;
    CHECK(sigaction(SIGUSR1, &sa, NULL) == 0 && sigaction(SIGUSR1, NULL, &old) == 0);
    CHECK(old.sa_flags & EXPOSE_TAGBITS && !(old.sa_flags & UNSUPPORTED));
}

static void *thread(void *p)
{
    CHECK(prctl(PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0) == (int)(ENABLE | PR_MTE_TCF_SYNC));
    CHECK(FAULT(*(volatile char *)p) == SEGV_MTESERR);
    CHECK(control(0) == 0);
    return NULL;
}

// A thread starts with its maker's settings and has its own.
static void inheritance(void)
{
    pthread_t t;
    char *p = map(RW | MTE_PROT, MAP_PRIVATE);
    set_tag(p, 5);
    install(0);
    CHECK(control(ENABLE | PR_MTE_TCF_SYNC) == 0);
    CHECK(pthread_create(&t, NULL, thread, p) == 0 && pthread_join(t, NULL) == 0);
    CHECK(prctl(PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0) == (int)(ENABLE | PR_MTE_TCF_SYNC));
    int status;
    pid_t child = fork();
    if (!child) {
        set_tag(p + 16, 3); // not the parent's any more
        _exit(FAULT(*(volatile char *)p) == SEGV_MTESERR && get_tag(p) == 5 ? 0 : 1);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0 && get_tag(p + 16) == 0);
    child = fork();
    if (!child) {
        execl("/proc/self/exe", "mte", "settings", NULL);
        _exit(1);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(control(0) == 0);
}

// ---- mappings ----

static void mappings(void)
{
    int file = open("/proc/self/exe", O_RDONLY), memory = memfd_create("tags", 0);
    CHECK(file >= 0 && memory >= 0 && ftruncate(memory, PAGE) == 0);
    CHECK(mmap(NULL, PAGE, PROT_READ | MTE_PROT, MAP_PRIVATE, file, 0) == MAP_FAILED &&
          errno == EINVAL);
    char *f = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0);
    CHECK(f != MAP_FAILED && mprotect(f, PAGE, PROT_READ | MTE_PROT) == -1 && errno == EINVAL);
    char *m = mmap(NULL, PAGE, RW | MTE_PROT, MAP_SHARED, memory, 0);
    CHECK(m != MAP_FAILED);
    set_tag(m, 4);
    CHECK(get_tag(m) == 4 && madvise(m, PAGE, MADV_DONTNEED) == 0 && get_tag(m) == 4);
    char *later = mmap(NULL, PAGE, RW, MAP_SHARED, memory, 0);
    CHECK(later != MAP_FAILED && mprotect(later, PAGE, RW | MTE_PROT) == 0);

    char *p = map(RW, MAP_PRIVATE);
    set_tag(p, 5);
    CHECK(get_tag(p) == 0); // none yet
    CHECK(mprotect(p, 2 * PAGE, RW | MTE_PROT) == 0 && get_tag(p) == 0);
    set_tag(p, 5);
    set_tag(p + 2 * PAGE, 5);
    CHECK(get_tag(p) == 5 && get_tag(p + 2 * PAGE) == 0);
    CHECK(mprotect(p, 2 * PAGE, PROT_READ) == 0 && mprotect(p, 2 * PAGE, RW) == 0);
    set_tag(p + 16, 6); // it cannot be taken away
    CHECK(get_tag(p) == 5 && get_tag(p + 16) == 6);
    char *heap = (char *)(((uint64_t)sbrk(2 * PAGE) + PAGE - 1) & ~(uint64_t)(PAGE - 1));
    CHECK(mprotect(heap, PAGE, RW | MTE_PROT) == 0); // the heap and the stack can have tags
    char *stack = (char *)((uint64_t)__builtin_frame_address(0) & ~(uint64_t)(PAGE - 1));
    CHECK(mprotect(stack, PAGE, RW | MTE_PROT) == 0);
    set_tag(heap, 3);
    CHECK(get_tag(heap) == 3 && get_tag(stack) == 0);

    // Moved with their pages, gone with them.
    char *q = map(RW | MTE_PROT, MAP_PRIVATE);
    set_tag(q + PAGE, 7);
    char *r = mremap(q, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
    CHECK(r != MAP_FAILED && get_tag(r + PAGE) == 7 && get_tag(r) == 0);
    set_tag(r + 5 * PAGE, 2);
    CHECK(get_tag(r + 5 * PAGE) == 2);
    char *to = map(PROT_NONE, MAP_PRIVATE);
    char *s = mremap(r, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
    CHECK(s == to && get_tag(s + PAGE) == 7);
    char *t = mremap(s, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
    CHECK(t != MAP_FAILED && get_tag(t + PAGE) == 7 && get_tag(s + PAGE) == 0);
    set_tag(s, 1);
    CHECK(get_tag(s) == 1); // still tagged memory
    CHECK(madvise(t, 2 * PAGE, MADV_DONTNEED) == 0 && get_tag(t + PAGE) == 0);
    set_tag(t, 8);
    CHECK(mmap(t, PAGE, RW | MTE_PROT, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == t &&
          get_tag(t) == 0);
    set_tag(t, 8);
    CHECK(munmap(t, PAGE) == 0 &&
          mmap(t, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == t);
    set_tag(t, 8);
    CHECK(get_tag(t) == 0 && mprotect(t, PAGE, RW | MTE_PROT) == 0 && get_tag(t) == 0);

    // Much memory, of which little has tags.
    size_t much = (size_t)1 << 36;
    char *b = mmap(NULL, much, RW | MTE_PROT, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(b != MAP_FAILED);
    set_tag(b + much - 16, 9);
    CHECK(get_tag(b + much - 16) == 9 && get_tag(b + much / 2) == 0);
    CHECK(madvise(b, much, MADV_DONTNEED) == 0 && get_tag(b + much - 16) == 0);
    CHECK(munmap(b, much) == 0);
}

// ---- system calls ----

static void system_calls(void)
{
    int fds[2];
    char *p = map(RW | MTE_PROT, MAP_PRIVATE);
    CHECK(pipe(fds) == 0);
    set_tag(p + 32, 5);
    CHECK(control(ENABLE | PR_MTE_TCF_SYNC) == 0);
    CHECK(write(fds[1], p, 8) == 8 && read(fds[0], p, 8) == 8);
    CHECK(write(fds[1], tagged(p, 5), 8) == -1 && errno == EFAULT);
    CHECK(write(fds[1], tagged(p + 32, 5), 8) == 8);
    CHECK(read(fds[0], p + 32, 8) == -1 && errno == EFAULT);
    CHECK(read(fds[0], p, 64) == 8);
    CHECK(write(fds[1], p, 64) == 32); // up to the tag
    CHECK(read(fds[0], tagged(p + 32, 5), 64) == 16);
    CHECK(getcwd(tagged(p, 1), 16) == NULL && errno == EFAULT);
    // The override is the program's, not the kernel's.
    set_tco(TCO);
    CHECK(write(fds[1], tagged(p, 5), 8) == -1 && errno == EFAULT);
    set_tco(0);
    // Pointers to be mapped, or behind other pointers.
    CHECK(madvise(tagged(p, 9), PAGE, MADV_WILLNEED) == 0);
    struct iovec v[2] = {{tagged(p + 32, 5), 8}, {p, 4}};
    CHECK(writev(fds[1], v, 2) == 12);
    CHECK(control(ENABLE | PR_MTE_TCF_ASYNC) == 0);
    CHECK(write(fds[1], tagged(p, 5), 8) == 8);
    CHECK(control(ENABLE) == 0 && write(fds[1], tagged(p, 5), 8) == 8);
    CHECK(control(0) == 0 && write(fds[1], tagged(p, 5), 8) == -1 && errno == EFAULT);
    // A signal stack may be given with its tag.
    char *stack = map(RW | MTE_PROT, MAP_PRIVATE);
    for (int i = 0; i < 4 * PAGE; i += 16)
        set_tag(stack + i, 3);
    stack_t ss = {.ss_sp = tagged(stack, 3), .ss_size = 4 * PAGE}, none = {.ss_flags = SS_DISABLE};
    CHECK(control(ENABLE | PR_MTE_TCF_SYNC) == 0 && sigaltstack(&ss, NULL) == 0);
    install(SA_ONSTACK);
    leave = 0;
    count = 0;
    raise(SIGSEGV);
    CHECK(count == 1 && sigaltstack(&none, NULL) == 0);
    CHECK(control(0) == 0);
}

int main(int argc, char **argv)
{
    (void)argv;
    settings();
    if (argc > 1)
        return guest_failures;
    synchronous();
    asynchronous();
    deaths();
    inheritance();
    mappings();
    system_calls();
    return guest_done();
}
