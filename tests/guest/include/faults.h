// SPDX-License-Identifier: MIT
// Whether memory can be touched: the signal of an access, and what it told.
#ifndef GUEST_FAULTS_H
#define GUEST_FAULTS_H

#include <setjmp.h>
#include <signal.h>

static sigjmp_buf back;
static siginfo_t seen;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    seen = *info;
    siglongjmp(back, 1);
}

// The signal of a read (write) there, or 0. on_fault is the handler.
static inline int touch(volatile char *p)
{
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        (void)*p;
    return seen.si_signo;
}

static inline int poke(volatile char *p)
{
    seen.si_signo = 0;
    if (!sigsetjmp(back, 1))
        *p = 1;
    return seen.si_signo;
}

#endif
