// SPDX-License-Identifier: MIT
// variants: O2-static
// engines: t1-100
// libs: pthread
// beyond: qemu itself is killed by SIGFPE with SI_USER
/*
 * FPCR and FPSR belong to the thread: what computing has raised is there after system calls, signals, jumps, in a new
 * thread and a new process; nobody else's is. And SIGFPE is a program's own, however much is invalid.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum { IOC = 1, DZC = 2, OFC = 4, UFC = 8, IXC = 16, UP = 1 << 22, DOWN = 2 << 22, ZERO = 3 << 22 };
#define QC (1u << 27)

static unsigned long fpsr(void)
{
    unsigned long r;
    __asm__ volatile("mrs %0, fpsr" : "=r"(r)::"memory");
    return r;
}

static void set_fpsr(unsigned long v)
{
    __asm__ volatile("msr fpsr, %0" ::"r"(v) : "memory");
}

static unsigned long fpcr(void)
{
    unsigned long r;
    __asm__ volatile("mrs %0, fpcr" : "=r"(r)::"memory");
    return r;
}

static void set_fpcr(unsigned long v)
{
    __asm__ volatile("msr fpcr, %0" ::"r"(v) : "memory");
}

static double divide(double a, double b)
{
    double r;
    __asm__ volatile("fdiv %d0, %d1, %d2" : "=w"(r) : "w"(a), "w"(b) : "memory");
    return r;
}

static uint64_t bits(double d)
{
    uint64_t r;
    memcpy(&r, &d, 8);
    return r;
}

static void raise_flags(unsigned flags)
{
    if (flags & IOC)
        divide(0, 0);
    if (flags & DZC)
        divide(1, 0);
    if (flags & OFC)
        divide(1e300, 1e-300);
    if (flags & UFC)
        divide(1e-300, 1.5e300);
    if (flags & IXC)
        divide(1, 3);
    if (flags & QC)
        __asm__ volatile("movi v0.16b, #200\n uqadd v0.16b, v0.16b, v0.16b" ::: "v0", "memory");
}

/* What raising one flag leaves: overflow and underflow are inexact as well. */
static unsigned long left_by(unsigned flags)
{
    return flags | (flags & (OFC | UFC) ? IXC : 0);
}

static const unsigned all[] = {0, IOC, DZC, OFC, UFC, IXC, QC, IOC | IXC, DZC | QC, IOC | UFC | QC};
enum { ALL = sizeof all / sizeof *all };

static unsigned long seen_fpsr, seen_fpcr, frame_fpsr;
static volatile unsigned handled;
static sigjmp_buf out;

static struct fpsimd_context *fpsimd(void *context)
{
    struct _aarch64_ctx *head = (void *)((ucontext_t *)context)->uc_mcontext.__reserved;
    while (head->magic != FPSIMD_MAGIC)
        head = (void *)((char *)head + head->size);
    return (void *)head;
}

/* A handler begins with what was there; what it changes goes, but for what it puts into the frame. */
static void looks(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    seen_fpsr = fpsr();
    seen_fpcr = fpcr();
    frame_fpsr = fpsimd(context)->fpsr;
    raise_flags(OFC | DZC);
    set_fpcr(ZERO);
    divide(1, 3);
    handled++;
}

static void puts_in_frame(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    fpsimd(context)->fpsr |= QC | UFC;
    fpsimd(context)->fpcr = DOWN;
    handled++;
}

static void jumps(int sig, siginfo_t *info, void *context)
{
    (void)info, (void)context;
    raise_flags(DZC);
    siglongjmp(out, sig);
}

static void install(int sig, void (*f)(int, siginfo_t *, void *))
{
    struct sigaction sa = {.sa_sigaction = f, .sa_flags = SA_SIGINFO | SA_NODEFER};
    CHECK(sigaction(sig, &sa, NULL) == 0);
}

static void system_calls_and_signals(void)
{
    for (unsigned n = 0; n < 20; n++) {
        for (unsigned i = 0; i < ALL; i++) {
            set_fpsr(0);
            set_fpcr(n % 4 << 22);
            raise_flags(all[i]);
            getppid();
            CHECK(fpsr() == left_by(all[i]));
            install(SIGUSR1, looks);
            raise(SIGUSR1);
            CHECK(seen_fpsr == left_by(all[i]) && frame_fpsr == seen_fpsr && seen_fpcr == n % 4 << 22);
            CHECK(fpsr() == left_by(all[i]) && fpcr() == n % 4 << 22);
            raise_flags(IXC);
            CHECK(fpsr() == (left_by(all[i]) | IXC));
            install(SIGUSR1, puts_in_frame);
            raise(SIGUSR1);
            CHECK(fpsr() == (left_by(all[i]) | IXC | QC | UFC) && fpcr() == DOWN);
            CHECK(bits(divide(1, 3)) == 0x3fd5555555555555 && bits(divide(-1, 3)) == 0xbfd5555555555556);
            set_fpcr(0);
        }
    }
}

static void jumping(void)
{
    install(SIGUSR1, jumps);
    for (volatile unsigned n = 0; n < 20; n++) {
        set_fpsr(0);
        set_fpcr(UP);
        raise_flags(IOC);
        if (sigsetjmp(out, 1) == 0)
            raise(SIGUSR1);
        CHECK(fpsr() == (IOC | DZC) && fpcr() == UP);
        CHECK(bits(divide(1, 3)) == 0x3fd5555555555556);
        set_fpcr(0);
    }
}

struct given {
    unsigned long fpsr, fpcr;
    double third;
};

static void *in_thread(void *arg)
{
    struct given *g = arg;
    g->fpsr = fpsr();
    g->fpcr = fpcr();
    g->third = divide(1, 3);
    raise_flags(DZC | OFC);
    set_fpcr(0);
    return NULL;
}

static void new_threads_and_processes(void)
{
    for (unsigned n = 0; n < 20; n++) {
        struct given g;
        pthread_t t;
        int status;
        set_fpsr(0);
        set_fpcr(UP);
        raise_flags(IOC);
        CHECK(pthread_create(&t, NULL, in_thread, &g) == 0);
        pthread_join(t, NULL);
        CHECK(g.fpsr == IOC && g.fpcr == UP && bits(g.third) == 0x3fd5555555555556);
        CHECK(fpsr() == IOC && fpcr() == UP);
        pid_t child = fork();
        if (child == 0) {
            raise_flags(UFC);
            _exit(fpsr() != (IOC | UFC | IXC) || fpcr() != UP || bits(divide(1, 3)) != 0x3fd5555555555556);
        }
        CHECK(waitpid(child, &status, 0) == child && status == 0);
        CHECK(fpsr() == IOC && fpcr() == UP);
        set_fpcr(0);
    }
}

/* ---- SIGFPE ---- */

static siginfo_t fpe;

static void on_fpe(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    fpe = *info;
    handled++;
}

/* Invalid operations all the time, which are nobody's business. */
static double invalid_loop(unsigned n)
{
    double sum = 0;
    for (unsigned i = 0; i < n; i++) {
        double r = divide(0, (double)(i % 3));
        sum += r == r ? 1 : 3;
        __asm__ volatile("fsqrt %d0, %d1\n fcvtzs x3, %d0" : "=w"(r) : "w"(-2.0) : "x3", "memory");
        sum += r != r;
    }
    return sum;
}

static void divisions(void)
{
    long q, r;
    unsigned w;
    __asm__ volatile("sdiv %0, %2, xzr\n udiv %w1, %w2, wzr" : "=r"(q), "=r"(w) : "r"(-7l));
    __asm__ volatile("sdiv %0, %1, %2" : "=r"(r) : "r"(INT64_MIN), "r"(-1l));
    CHECK(q == 0 && w == 0 && r == INT64_MIN);
    /* No exception can be trapped: the enables read as zero. */
    set_fpcr(0x9f00);
    CHECK(fpcr() == 0);
    divide(0, 0);
    set_fpcr(0);
}

static void own_sigfpe(void)
{
    sigset_t set, pending;
    struct timespec no_time = {0, 0};
    double once = invalid_loop(300);
    sigemptyset(&set);
    sigaddset(&set, SIGFPE);
    install(SIGFPE, on_fpe);
    handled = 0;
    CHECK(invalid_loop(300) == once && handled == 0);
    raise(SIGFPE);
    CHECK(handled == 1 && fpe.si_code == SI_TKILL && fpe.si_pid == getpid());
    kill(getpid(), SIGFPE);
    CHECK(handled == 2 && fpe.si_code == SI_USER);
    sigqueue(getpid(), SIGFPE, (union sigval){.sival_int = 77});
    CHECK(handled == 3 && fpe.si_code == SI_QUEUE && fpe.si_value.sival_int == 77);
    /* Blocked, it waits, and computing goes on. */
    sigprocmask(SIG_BLOCK, &set, NULL);
    sigqueue(getpid(), SIGFPE, (union sigval){.sival_int = 78});
    CHECK(invalid_loop(300) == once && handled == 3);
    CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGFPE));
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK(handled == 4 && fpe.si_value.sival_int == 78);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGFPE);
    CHECK(sigtimedwait(&set, &fpe, &no_time) == SIGFPE && handled == 4);
    CHECK(sigpending(&pending) == 0 && !sigismember(&pending, SIGFPE));
    CHECK(invalid_loop(300) == once);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK(handled == 4);
    signal(SIGFPE, SIG_IGN);
    raise(SIGFPE);
    CHECK(invalid_loop(300) == once);
    signal(SIGFPE, SIG_DFL);
    CHECK(invalid_loop(300) == once);
}

/* Timer signals between invalid operations, flags kept. */
static void storm(void)
{
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    double once = invalid_loop(500);
    install(SIGALRM, looks);
    handled = 0;
    setitimer(ITIMER_REAL, &often, NULL);
    while (handled < 200) {
        set_fpsr(0);
        CHECK(invalid_loop(500) == once && fpsr() == IOC);
    }
    setitimer(ITIMER_REAL, &never, NULL);
}

int main(void)
{
    system_calls_and_signals();
    jumping();
    new_threads_and_processes();
    divisions();
    own_sigfpe();
    storm();
    printf("%d failures\n", guest_failures);
    return guest_failures != 0;
}
