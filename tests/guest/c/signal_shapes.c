// SPDX-License-Identifier: MIT
// variants: O2-static
// libs: pthread
// timeout: 300
/*
 * Hot loops of every shape under a storm of signals from timers, another process and another thread: each loop sees
 * its signals, none that is queued is lost or out of order, and what a loop computes is what it computes without them.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { QUEUED = 100, ROUNDS = 3000 };

typedef unsigned long shape(unsigned long rounds, volatile unsigned *stop, unsigned long seed,
                            unsigned long *memory);

/* Again from 1 on until the rounds (x0) are over or *x1 is set; x4 is the result. NEXT_Z leaves the flags alone. */
#define NEXT                                                                         \
    "ldr w5, [x1]\n sub x0, x0, #1\n cmp w5, #0\n ccmp x0, #0, #4, eq\n b.ne 1b\n" \
    "mov x0, x4\n ret\n"
#define NEXT_Z "sub x0, x0, #1\n ldr w5, [x1]\n cbnz w5, 9f\n cbnz x0, 1b\n 9: mov x0, x4\n"
#define MIX(r) "mul " r ", " r ", x2\n add " r ", " r ", x0\n eor " r ", " r ", " r ", ror #29\n"
#define SHAPE(name, ...)                                                                       \
    shape name;                                                                                \
    __asm__(".pushsection .text\n .arch_extension lse\n .balign 4\n" #name ": mov x4, x2\n" \
            __VA_ARGS__ ".popsection");

SHAPE(single_block, "1:" MIX("x4") NEXT)
SHAPE(two_blocks, "1:" MIX("x4") "tbz x4, #3, 2f\n add x4, x4, #5\n 2:" NEXT)
SHAPE(calls, "mov x15, x30\n 1: mov x6, x4\n bl 3f\n bl 4f\n mov x4, x6\n" NEXT_Z
             "mov x30, x15\n ret\n 3:" MIX("x6") "ret\n"
             "4: stp x29, x30, [sp, #-16]!\n bl 3b\n ldp x29, x30, [sp], #16\n ret\n")
SHAPE(indirect, "1:" MIX("x4") "adr x6, 3f\n and x7, x4, #3\n add x6, x6, x7, lsl #3\n br x6\n"
                "3: add x4, x4, #1\n b 4f\n eor x4, x4, #6\n b 4f\n ror x4, x4, #7\n b 4f\n"
                "neg x4, x4\n 4:" NEXT)
SHAPE(exclusives, "1: ldaxr x6, [x3]\n add x7, x6, x2\n stlxr w8, x7, [x3]\n cbnz w8, 1b\n"
                  "eor x4, x4, x6, ror #11\n" NEXT)
SHAPE(atomics, "1: ldaddal x2, x6, [x3]\n swp x4, x7, [x3]\n eor x4, x6, x7, ror #5\n" NEXT)
SHAPE(system_calls, "1:" MIX("x4") "mov x9, x0\n mov x8, #173\n svc #0\n sub x10, x10, x0\n"
                    "mov x0, x9\n" NEXT)
SHAPE(numbers, "fmov d0, #1.5\n fmov d1, #0.75\n fmov d2, #3.0\n fmov d9, #2.0\n"
               "1: fmadd d0, d0, d1, d2\n fdiv d2, d0, d9\n fmov x6, d2\n eor x4, x6, x4, ror #1\n" NEXT)
SHAPE(vectors, "dup v0.2d, x2\n dup v17.4s, w2\n movi v20.16b, #3\n"
               "1: mla v17.4s, v0.4s, v17.4s\n uqadd v0.16b, v0.16b, v20.16b\n eor v0.16b, v0.16b, v17.16b\n"
               "fmla v20.2s, v20.2s, v20.2s\n addv s3, v17.4s\n umov w6, v3.s[0]\n eor x4, x6, x4, ror #3\n" NEXT)
SHAPE(side_exits, "1:" MIX("x4") "tbnz x4, #1, 3f\n 4: tbnz x4, #2, 5f\n 6: cbz w4, 7f\n"
                  "add x4, x4, #1\n tbz x4, #60, 8f\n eor x4, x4, #0x60\n 8:" NEXT
                  "3: eor x4, x4, #2\n b 4b\n 5: add x4, x4, #9\n b 6b\n 7: mov x4, x2\n b 8b\n")
SHAPE(flags, "1: adcs x4, x4, x2\n adcs x6, x6, x4\n mov x7, #3\n adc x7, x7, x7\n eor x4, x4, x7\n" NEXT_Z "ret\n")
SHAPE(strings, "mov x6, x3\n 1: ldrb w7, [x6], #1\n strb w4, [x6, #64]\n ldp x9, x10, [x3, #16]\n"
               "eor x4, x7, x4, ror #9\n eor x4, x4, x9\n stp x4, x10, [x3, #32]!\n"
               "and x6, x4, #63\n sub x3, x3, #32\n add x6, x6, x3\n" NEXT)

static const struct {
    const char *name;
    shape *run;
} shapes[] = {
#define ROW(name) {#name, name}
    ROW(single_block), ROW(two_blocks),   ROW(calls),   ROW(indirect), ROW(exclusives), ROW(atomics),
    ROW(system_calls), ROW(numbers),      ROW(vectors), ROW(side_exits), ROW(flags),    ROW(strings),
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static volatile unsigned handled, in_order, stop;
static const volatile unsigned never = 0;

/* Leaves nothing in its registers that was there. */
static void handler(int sig, siginfo_t *info, void *context)
{
    (void)context;
    if (sig == SIGRTMIN)
        in_order += (unsigned)info->si_value.sival_int == in_order;
    handled++;
    __asm__ volatile("msr fpcr, %0\n msr fpsr, %1\n movi v0.16b, #0x55\n mov v1.16b, v0.16b\n mov v2.16b, v0.16b\n"
                     "mov v3.16b, v0.16b\n mov v9.16b, v0.16b\n mov v17.16b, v0.16b\n mov v20.16b, v0.16b\n"
                     "cmn x2, #1\n"
                     :
                     : "r"(0xc00000ul), "r"(0x9ful)
                     : "x2", "x3", "x4", "x5", "x6", "x7", "x9", "x10", "v0", "v1", "v2", "v3", "v9", "v17", "v20", "cc");
}

static void stopper(int sig, siginfo_t *info, void *context)
{
    handler(sig, info, context);
    stop = 1;
}

static void install(int sig, void (*f)(int, siginfo_t *, void *))
{
    struct sigaction sa = {.sa_sigaction = f, .sa_flags = SA_SIGINFO | SA_RESTART};
    CHECK(sigaction(sig, &sa, NULL) == 0);
}

static void every(int usec)
{
    struct itimerval it = {{0, usec}, {0, usec}};
    setitimer(ITIMER_REAL, &it, NULL);
}

static unsigned long run(unsigned i, unsigned long rounds, const volatile unsigned *until)
{
    unsigned long memory[32];
    for (unsigned k = 0; k < 32; k++)
        memory[k] = k * 0x9e3779b97f4a7c15;
    unsigned long r = shapes[i].run(rounds, (volatile unsigned *)until, 0x5851f42d4c957f2d + i, memory);
    return r ^ guest_hash(memory, sizeof memory);
}

static unsigned long expected[SHAPES];

static void check(unsigned i)
{
    if (run(i, ROUNDS, &never) != expected[i]) {
        printf("%s: another result\n", shapes[i].name);
        guest_failures++;
    }
    guest_checks++;
}

/* Until so many have been handled; a loop that gets none ends by the test's time. */
static void check_until(unsigned i, unsigned count)
{
    while (handled < count)
        check(i);
}

static void timers(unsigned i)
{
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec often = {{0, 200000}, {0, 200000}};
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_settime(timer, 0, &often, NULL) == 0);
    every(300);
    handled = 0;
    check_until(i, 100);
    every(0);
    timer_delete(timer);
}

static void send(pid_t to)
{
    for (int n = 0; n < QUEUED;) {
        if (sigqueue(to, SIGRTMIN, (union sigval){.sival_int = n}) == 0)
            n++;
        else if (errno != EAGAIN)
            _exit(1);
        if (n % 16 == 0)
            kill(to, SIGUSR1); /* may be merged with another */
    }
    _exit(0);
}

static void processes(unsigned i)
{
    int status;
    pid_t parent = getpid(), child;
    handled = in_order = 0;
    child = fork();
    if (child == 0)
        send(parent);
    while (in_order < QUEUED && waitpid(child, &status, WNOHANG) == 0)
        check(i);
    for (unsigned more = 0; in_order < QUEUED && more < 1000; more++) // what is still on its way
        check(i);
    CHECK(in_order == QUEUED);
    waitpid(child, &status, 0);
}

static pthread_t main_thread;

static void *send_from_thread(void *arg)
{
    (void)arg;
    for (int n = 0; n < QUEUED;) {
        if (pthread_sigqueue(main_thread, SIGRTMIN, (union sigval){.sival_int = n}) == 0)
            n++;
        if (n % 16 == 0)
            pthread_kill(main_thread, SIGUSR1);
    }
    return NULL;
}

static void threads(unsigned i)
{
    pthread_t other;
    sigset_t set, old;
    sigfillset(&set);
    handled = in_order = 0;
    pthread_sigmask(SIG_SETMASK, &set, &old);
    CHECK(pthread_create(&other, NULL, send_from_thread, NULL) == 0);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    while (in_order < QUEUED)
        check(i);
    pthread_join(other, NULL);
}

/* A loop that ends by nothing but its signal. */
static void interrupted(unsigned i)
{
    for (int n = 0; n < 5; n++) {
        struct itimerval once = {{0, 0}, {0, 1000}};
        stop = 0;
        setitimer(ITIMER_REAL, &once, NULL);
        run(i, ~0ul, &stop);
        CHECK(stop == 1);
    }
}

/* A handler sees the condition flags too, though the loop may set them again before it looks. */
enum { DOWN = 100000 };
static unsigned long first_pc, end_pc;
static volatile unsigned seen, wrong;

static void looks_at_flags(int sig, siginfo_t *info, void *context)
{
    const ucontext_t *uc = context;
    unsigned long pc = uc->uc_mcontext.pc, x9 = uc->uc_mcontext.regs[9], nzcv = uc->uc_mcontext.pstate >> 28;
    (void)sig, (void)info;
    if (pc < first_pc || pc >= end_pc)
        return;
    seen++;
    wrong += nzcv != (x9 == 0 || x9 == DOWN ? 6 : 2);
}

static void flags_in_frame(void)
{
    install(SIGALRM, looks_at_flags);
    every(300);
    for (unsigned i = 0; seen < 100 && i < 100000; i++)
        __asm__ volatile("adr %0, 1f\n adr %1, 2f\n mov x9, %2\n cmp xzr, xzr\n"
                         "1: add x10, x10, x9\n subs x9, x9, #1\n eor x10, x10, x9\n b.ne 1b\n 2:"
                         : "=&r"(first_pc), "=&r"(end_pc)
                         : "r"((unsigned long)DOWN)
                         : "x9", "x10", "cc", "memory");
    every(0);
    CHECK(seen >= 100 && wrong == 0);
}

int main(void)
{
    main_thread = pthread_self();
    install(SIGALRM, handler);
    install(SIGUSR1, handler);
    install(SIGRTMIN, handler);
    for (unsigned i = 0; i < SHAPES; i++) {
        expected[i] = run(i, ROUNDS, &never);
        timers(i);
        processes(i);
    }
    install(SIGALRM, stopper);
    for (unsigned i = 0; i < SHAPES; i++)
        interrupted(i);
    install(SIGALRM, handler);
    for (unsigned i = 0; i < SHAPES; i++)
        threads(i);
    flags_in_frame();
    printf("%d failures\n", guest_failures);
    return guest_failures != 0;
}
