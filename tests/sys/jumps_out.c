// SPDX-License-Identifier: MIT
// Handlers that do not return: siglongjmp and longjmp out of them, from the stack and from an alternate one, out of several at once, out of
// one that interrupted a system call, and again and again, so that whatever is kept for a handler that never returns is noticed.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

enum { MANY = 20000, DEEP = 8, ALTERNATE = 65536 };

static __thread sigjmp_buf back;
static __thread volatile int depth;
static __thread char *alternate;

static void install(int sig, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    CHECK(sigaction(sig, &sa, NULL) == 0);
}

static int is_on_alternate(void)
{
    char here;
    return alternate && &here >= alternate && &here < alternate + ALTERNATE;
}

static int is_blocked(int sig)
{
    sigset_t now;
    pthread_sigmask(SIG_BLOCK, NULL, &now);
    return sigismember(&now, sig);
}

static void jumps(int sig, siginfo_t *info, void *context)
{
    (void)info, (void)context;
    siglongjmp(back, is_on_alternate() ? sig + 100 : sig);
}

// With the mask of sigsetjmp the signal is open again; without it stays as the handler had it.
static void masks(void)
{
    install(SIGUSR1, jumps, 0);
    int r = sigsetjmp(back, 1);
    if (!r)
        raise(SIGUSR1);
    CHECK(r == SIGUSR1 && !is_blocked(SIGUSR1));
    r = sigsetjmp(back, 0);
    if (!r)
        raise(SIGUSR1);
    CHECK(r == SIGUSR1 && is_blocked(SIGUSR1));
    sigset_t set;
    sigemptyset(&set);
    pthread_sigmask(SIG_SETMASK, &set, NULL);
}

static void again_and_again(int flags, int expected)
{
    volatile int good = 0;
    install(SIGUSR1, jumps, flags);
    install(SIGSEGV, jumps, flags);
    for (volatile int i = 0; i < MANY; i++) {
        int r = sigsetjmp(back, 1);
        if (!r && i % 2)
            raise(SIGUSR1);
        else if (!r)
            *(volatile char *)8 = 1;
        good += r == (i % 2 ? SIGUSR1 : SIGSEGV) + expected;
    }
    CHECK(good == MANY && !is_on_alternate());
}

// A handler in a handler in a handler, the last of which leaves them all.
static void nests(int sig, siginfo_t *info, void *context)
{
    (void)info, (void)context;
    if (++depth == DEEP)
        siglongjmp(back, depth);
    raise(sig);
    CHECK(0);
}

static void nested(int flags)
{
    install(SIGUSR2, nests, SA_NODEFER | flags);
    for (volatile int i = 0; i < 500; i++) {
        depth = 0;
        int r = sigsetjmp(back, 1);
        if (!r)
            raise(SIGUSR2);
        if (r != DEEP)
            CHECK(0);
    }
    CHECK(!is_on_alternate());
}

// Out of a handler on the alternate stack into one on the usual stack, which returns.
static volatile int came_back;

static void outer(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    ucontext_t *uc = context;
    uint64_t flags = (uint64_t)uc->uc_flags;
    int r = sigsetjmp(back, 1);
    if (!r)
        raise(SIGUSR1);
    came_back += r == SIGUSR1 + 100 && (uint64_t)uc->uc_flags == flags && is_blocked(SIGUSR2) && !is_blocked(SIGUSR1);
}

static void inner_only(void)
{
    install(SIGUSR2, outer, 0);
    install(SIGUSR1, jumps, SA_ONSTACK);
    came_back = 0;
    for (int i = 0; i < 500; i++)
        raise(SIGUSR2);
    CHECK(came_back == 500 && !is_blocked(SIGUSR2));
}

// After the jump the stack is not in use, and may be changed.
static void stack_is_free(void)
{
    stack_t now;
    install(SIGUSR1, jumps, SA_ONSTACK);
    int r = sigsetjmp(back, 1);
    if (!r)
        raise(SIGUSR1);
    CHECK(r == SIGUSR1 + 100 && sigaltstack(NULL, &now) == 0 && now.ss_flags == 0 && now.ss_sp == alternate);
    CHECK(sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL) == 0);
    r = sigsetjmp(back, 1);
    if (!r)
        raise(SIGUSR1);
    CHECK(r == SIGUSR1);
    CHECK(sigaltstack(&now, NULL) == 0);
}

static int __attribute__((noinline)) overflow(int n)
{
    volatile char room[1024];
    room[0] = (char)n;
    return n < 0 ? 0 : overflow(n + 1) + room[0];
}

static void overflows(void)
{
    install(SIGSEGV, jumps, SA_ONSTACK);
    for (volatile int i = 0; i < 5; i++) {
        int r = sigsetjmp(back, 1);
        if (!r)
            overflow(0);
        CHECK(r == SIGSEGV + 100);
    }
}

// Out of a handler that a call was interrupted by, and out of one in the middle of computing.
static void from_anywhere(void)
{
    int pipes[2];
    char c;
    CHECK(pipe(pipes) == 0);
    install(SIGALRM, jumps, SA_RESTART);
    for (volatile int i = 0; i < 100; i++) {
        struct itimerval soon = {.it_value = {0, 500}};
        int r = sigsetjmp(back, 1);
        if (!r) {
            setitimer(ITIMER_REAL, &soon, NULL);
            if (i % 2)
                CHECK(read(pipes[0], &c, 1) == 0);
            for (volatile unsigned n = 0;; n++)
                ;
        }
        if (r != SIGALRM)
            CHECK(0);
    }
    close(pipes[0]);
    close(pipes[1]);
}

static void *all(void *alone)
{
    alternate = mmap(NULL, ALTERNATE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    masks();
    again_and_again(0, 0);
    nested(0);
    CHECK(sigaltstack(&(stack_t){.ss_sp = alternate, .ss_size = ALTERNATE}, NULL) == 0);
    again_and_again(SA_ONSTACK, 100);
    nested(SA_ONSTACK);
    inner_only();
    stack_is_free();
    overflows();
    if (alone)
        from_anywhere();
    CHECK(sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL) == 0 && munmap(alternate, ALTERNATE) == 0);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    all("alone");
    CHECK(pthread_create(&thread, NULL, all, NULL) == 0 && pthread_join(thread, NULL) == 0);
    return guest_done();
}
