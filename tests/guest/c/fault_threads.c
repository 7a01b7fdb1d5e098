// SPDX-License-Identifier: MIT
// variants: O2-static
// engines: t1-100
// libs: pthread
// timeout: 300
/*
 * Threads in the same code at once, each with faults that its handler repairs, tagged addresses, invalid numbers and
 * signals: code that is compiled again on account of one is right for all.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { THREADS = 4, PAGE = 4096, KINDS = 24 };

static __thread char *page;
static __thread unsigned faults;
static __thread volatile unsigned signals;
static __thread sigjmp_buf out;
static __thread int leaving;
static atomic_uint done;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    faults++;
    if (leaving)
        siglongjmp(out, 1);
    if ((char *)info->si_addr < page || (char *)info->si_addr >= page + PAGE)
        _exit(9);
    mprotect(page, PAGE, PROT_READ | PROT_WRITE);
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info, (void)context;
    signals++;
}

/* Kinds of the same loop, each a function of its own that gets hot, then compiled again. */
#define LOOP(n, kind)                                                                              \
    static unsigned long __attribute__((noinline)) loop_##n(unsigned rounds, unsigned long seed)   \
    {                                                                                              \
        unsigned long a = seed;                                                                    \
        for (unsigned i = 0; i < rounds; i++) {                                                    \
            if (kind != 1 && i % 8 == 7)                                                           \
                mprotect(page, PAGE, PROT_NONE);                                                   \
            unsigned long at = (unsigned long)page + 8 * (i % 400), t = a;                         \
            double d = i % 3 ? 0.0 : 1.0;                                                          \
            if (kind == 2)                                                                         \
                at |= 0x4bul << 56;                                                                \
            __asm__ volatile("fdiv %d1, %d1, %d3\n fmov x9, %d1\n adds %0, %0, x9\n"              \
                             "str %0, [%2]\n adc %0, %0, %0\n ldr x9, [%2]\n eor %0, %0, x9, ror #" #n \
                             : "+r"(t), "+w"(d)                                                    \
                             : "r"(at), "w"(0.0)                                                   \
                             : "x9", "cc", "memory");                                              \
            a = t * 6364136223846793005ul + i;                                                     \
        }                                                                                          \
        return a;                                                                                  \
    }
#define THREE(n, m, k) LOOP(n, 0) LOOP(m, 1) LOOP(k, 2)
THREE(1, 2, 3) THREE(4, 5, 6) THREE(7, 8, 9) THREE(10, 11, 12)
THREE(13, 14, 15) THREE(16, 17, 18) THREE(19, 20, 21) THREE(22, 23, 24)
static unsigned long (*const loops[KINDS])(unsigned, unsigned long) = {
    loop_1,  loop_2,  loop_3,  loop_4,  loop_5,  loop_6,  loop_7,  loop_8,
    loop_9,  loop_10, loop_11, loop_12, loop_13, loop_14, loop_15, loop_16,
    loop_17, loop_18, loop_19, loop_20, loop_21, loop_22, loop_23, loop_24,
};

static unsigned long results[THREADS][KINDS];
static unsigned left[THREADS];

static void leave_loops(unsigned me)
{
    for (volatile unsigned i = 0; i < 50; i++) {
        leaving = 1;
        mprotect(page, PAGE, PROT_NONE);
        if (sigsetjmp(out, 1) == 0)
            loops[i % KINDS](1000, i);
        else
            left[me]++;
        leaving = 0;
        mprotect(page, PAGE, PROT_READ | PROT_WRITE);
    }
}

static void *work(void *arg)
{
    unsigned me = (unsigned)(uintptr_t)arg;
    page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned round = 0; round < 6; round++)
        for (unsigned k = 0; k < KINDS; k++)
            results[me][k] = results[me][k] * 31 + loops[(k + me) % KINDS](60, round);
    leave_loops(me);
    done++;
    return NULL;
}

int main(void)
{
    pthread_t t[THREADS];
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
    sa.sa_sigaction = on_signal;
    sigaction(SIGUSR1, &sa, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        CHECK(pthread_create(&t[i], NULL, work, (void *)(uintptr_t)i) == 0);
    while (done < THREADS) {
        for (unsigned i = 0; i < THREADS; i++)
            pthread_kill(t[i], SIGUSR1);
        usleep(500);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    for (unsigned i = 0; i < THREADS; i++) {
        CHECK(left[i] == 50);
        for (unsigned k = 0; k < KINDS; k++)
            CHECK(results[i][k] == results[0][(k + i) % KINDS]);
    }
    printf("%016lx %d failures\n", guest_hash(results, sizeof results), guest_failures);
    return guest_failures != 0;
}
