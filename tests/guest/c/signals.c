// SPDX-License-Identifier: MIT
// variants: O0-static O2-static-pie O2-dynamic O2-dynamic:-mbranch-protection=standard
// beyond: every real-time signal is available
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t count, last_signal, order, nested;
static siginfo_t info_seen;
static sigjmp_buf env;
static char alt_stack[65536] __attribute__((aligned(16)));

static void simple(int sig)
{
    count++;
    last_signal = sig;
}

static void detailed(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    info_seen = *info;
    last_signal = sig;
    count++;
    CHECK(uc->uc_mcontext.sp != 0 && uc->uc_mcontext.pc != 0 && uc->uc_mcontext.sp % 16 == 0);
}

static void jump_out(int sig, siginfo_t *info, void *context)
{
    (void)context;
    info_seen = *info;
    siglongjmp(env, sig);
}

static void install(int sig, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    CHECK(sigaction(sig, &sa, NULL) == 0);
}

static void raising(void)
{
    CHECK(signal(SIGUSR1, simple) == SIG_DFL);
    CHECK(raise(SIGUSR1) == 0 && count == 1 && last_signal == SIGUSR1);
    install(SIGUSR2, detailed, 0);
    kill(getpid(), SIGUSR2);
    CHECK(count == 2 && info_seen.si_signo == SIGUSR2 && info_seen.si_code == SI_USER &&
          info_seen.si_pid == getpid());
    union sigval value = {.sival_int = 4711};
    CHECK(sigqueue(getpid(), SIGUSR2, value) == 0 && count == 3);
    CHECK(info_seen.si_code == SI_QUEUE && info_seen.si_value.sival_int == 4711);
    for (int sig = SIGRTMIN; sig <= SIGRTMAX; sig++) {
        install(sig, detailed, 0);
        raise(sig);
        CHECK(last_signal == sig && info_seen.si_code == SI_TKILL);
    }
    install(SIGFPE, detailed, 0);
    raise(SIGFPE);
    CHECK(last_signal == SIGFPE);
    CHECK(signal(SIGUSR1, SIG_IGN) == simple);
    int before = count;
    raise(SIGUSR1);
    CHECK(count == before);
    CHECK(signal(SIGKILL, simple) == SIG_ERR && errno == EINVAL);
    struct sigaction old;
    CHECK(sigaction(SIGUSR2, NULL, &old) == 0 && old.sa_sigaction == detailed &&
          (old.sa_flags & SA_SIGINFO));
    CHECK(kill(getpid(), 0) == 0 && kill(getpid(), 99) == -1 && errno == EINVAL);
}

static void masks(void)
{
    sigset_t set, old, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    count = 0;
    CHECK(sigprocmask(SIG_BLOCK, &set, &old) == 0 && !sigismember(&old, SIGUSR2));
    raise(SIGUSR2);
    raise(SIGUSR2);
    CHECK(count == 0 && sigpending(&pending) == 0 && sigismember(&pending, SIGUSR2));
    CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0 && count == 1);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 3; i++)
        sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i});
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    siginfo_t info;
    for (int i = 0; i < 3; i++)
        CHECK(sigwaitinfo(&set, &info) == SIGRTMIN && info.si_value.sival_int == i);
    struct timespec zero = {0, 1000000};
    CHECK(sigtimedwait(&set, &info, &zero) == -1 && errno == EAGAIN);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void nesting(int sig, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGUSR1) == 1);
    CHECK(sigismember(&now, SIGUSR2) == (sig == SIGUSR1));
    if (sig == SIGUSR1) {
        raise(SIGUSR2); /* in sa_mask: must wait until this handler returns */
        CHECK(order == 0);
        order = 1;
    } else {
        CHECK(order == 1);
        order = 2;
        if (!nested++)
            raise(SIGUSR2);
    }
}

static void handler_masks(void)
{
    struct sigaction sa = {.sa_sigaction = nesting, .sa_flags = SA_SIGINFO};
    sigaddset(&sa.sa_mask, SIGUSR2);
    sigaction(SIGUSR1, &sa, NULL);
    sigemptyset(&sa.sa_mask);
    sigaddset(&sa.sa_mask, SIGUSR1);
    sa.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESETHAND;
    sigaction(SIGUSR2, &sa, NULL);
    nested = 1;
    order = 0;
    raise(SIGUSR1);
    CHECK(order == 2);
    struct sigaction now;
    sigaction(SIGUSR2, NULL, &now);
    CHECK(now.sa_handler == SIG_DFL);
    signal(SIGUSR1, SIG_DFL);
}

static void faults(void)
{
    install(SIGSEGV, jump_out, SA_NODEFER);
    install(SIGILL, jump_out, 0);
    install(SIGTRAP, jump_out, 0);
    volatile int *null = (void *)0x10;
    for (int i = 0; i < 3; i++) {
        if (sigsetjmp(env, 1) == 0) {
            *null = 1;
            CHECK(0);
        }
        CHECK(info_seen.si_signo == SIGSEGV && info_seen.si_code == SEGV_MAPERR &&
              info_seen.si_addr == (void *)null);
    }
    if (sigsetjmp(env, 1) == 0)
        __asm__ volatile("udf #0");
    CHECK(info_seen.si_signo == SIGILL);
    if (sigsetjmp(env, 1) == 0)
        __builtin_trap();
    CHECK(info_seen.si_signo == SIGTRAP || info_seen.si_signo == SIGILL);
    install(SIGABRT, jump_out, 0);
    int sig = sigsetjmp(env, 1);
    if (sig == 0)
        abort();
    CHECK(sig == SIGABRT);
}

/* The handler repairs the cause and returns: the access is then repeated with all registers intact.
 */
static char *guarded;

static void repair(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)context;
    count++;
    CHECK(info->si_addr == guarded + 4096 + 16);
    mprotect(guarded, 8192, PROT_READ | PROT_WRITE);
}

static void skip_instruction(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)sig;
    (void)info;
    uc->uc_mcontext.pc += 4;
    uc->uc_mcontext.regs[7] += 1000;
    count++;
}

static void resuming(void)
{
    guarded = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    install(SIGSEGV, repair, 0);
    count = 0;
    long sum = 0;
    for (int i = 0; i < 4; i++) {
        ((volatile char *)guarded)[4096 + 16] = (char)i;
        sum = sum * 10 + i;
    }
    CHECK(count == 1 && sum == 123 && guarded[4096 + 16] == 3);
    install(SIGILL, skip_instruction, 0);
    register long x7 __asm__("x7") = 5;
    double d = 1.25;
    __asm__ volatile("udf #1" : "+r"(x7), "+w"(d)::"memory");
    CHECK(x7 == 1005 && d == 1.25);
    /* Flags and vector registers survive a handler. */
    unsigned long flags;
    __asm__ volatile(
        "movi v9.16b, #0x5a\n subs xzr, xzr, xzr\n udf #2\n mrs %0, nzcv\n umov w1, v9.b[15]\n orr %0, %0, x1"
        : "=r"(flags)::"x1", "v9", "cc");
    CHECK(flags == 0x6000005a);
    munmap(guarded, 8192);
}

static void on_alt(int sig, siginfo_t *info, void *context)
{
    char here;
    (void)context;
    CHECK(&here > alt_stack && &here < alt_stack + sizeof alt_stack);
    stack_t ss;
    CHECK(sigaltstack(NULL, &ss) == 0 && (ss.ss_flags & SS_ONSTACK));
    info_seen = *info;
    siglongjmp(env, sig);
}

static int __attribute__((noinline)) overflow(int depth)
{
    volatile char pad[4096];
    pad[0] = (char)depth;
    int r = overflow(depth + 1);
    return r + pad[0];
}

static void alternate(void)
{
    stack_t ss = {.ss_sp = alt_stack, .ss_size = sizeof alt_stack}, now;
    CHECK(sigaltstack(&ss, NULL) == 0 && sigaltstack(NULL, &now) == 0 && now.ss_sp == alt_stack &&
          now.ss_flags == 0);
    install(SIGSEGV, on_alt, SA_ONSTACK);
    install(SIGUSR1, on_alt, SA_ONSTACK);
    int sig = sigsetjmp(env, 1);
    if (sig == 0)
        raise(SIGUSR1);
    CHECK(sig == SIGUSR1);
    sig = sigsetjmp(env, 1);
    if (sig == 0)
        overflow(0);
    CHECK(sig == SIGSEGV);
    ss.ss_flags = SS_DISABLE;
    CHECK(sigaltstack(&ss, NULL) == 0);
}

static void timers(void)
{
    install(SIGALRM, detailed, 0);
    count = 0;
    CHECK(alarm(1) == 0);
    CHECK(pause() == -1 && errno == EINTR && count == 1 && info_seen.si_code == SI_KERNEL);
    struct itimerval it = {{0, 5000}, {0, 5000}}, zero = {{0, 0}, {0, 0}};
    /* A handler without checks: a busy machine has a fifth tick before the end. */
    CHECK(signal(SIGALRM, simple) != SIG_ERR);
    setitimer(ITIMER_REAL, &it, NULL);
    while (count < 4)
        ; /* a loop without system calls must still be interrupted */
    setitimer(ITIMER_REAL, &zero, &it);
    CHECK(it.it_interval.tv_usec == 5000);
    install(SIGALRM, detailed, 0);
    struct timespec ask = {1000, 0}, left;
    struct itimerval once = {{0, 0}, {0, 20000}};
    setitimer(ITIMER_REAL, &once, NULL);
    CHECK(nanosleep(&ask, &left) == -1 && errno == EINTR && left.tv_sec >= 500 && left.tv_sec < 1000);
    /* read() on an empty pipe: EINTR without SA_RESTART, restarted with it. */
    int fds[2];
    char c = 0;
    CHECK(pipe(fds) == 0);
    setitimer(ITIMER_REAL, &once, NULL);
    CHECK(read(fds[0], &c, 1) == -1 && errno == EINTR);
    install(SIGALRM, detailed, SA_RESTART);
    pid_t child = fork();
    if (child == 0) {
        usleep(100000);
        _exit(write(fds[1], "z", 1) != 1);
    }
    count = 0;
    setitimer(ITIMER_REAL, &once, NULL);
    CHECK(read(fds[0], &c, 1) == 1 && c == 'z' && count == 1);
    int status;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

int main(void)
{
    raising();
    masks();
    handler_masks();
    faults();
    resuming();
    alternate();
    timers();
    return guest_done();
}
