// SPDX-License-Identifier: MIT
// The condition flags that a handler of SIGSEGV finds where a thread has faulted.
#ifndef FLAGS_SEEN_H
#define FLAGS_SEEN_H

#include <setjmp.h>
#include <signal.h>
#include <ucontext.h>

static volatile unsigned seen;
static sigjmp_buf out; // where the handler goes on

static void handle(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)info;
    seen = (unsigned)(((ucontext_t *)context)->uc_mcontext.pstate >> 28 & 15);
    siglongjmp(out, 1);
}

static void see_flags(void)
{
    struct sigaction sa = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
}

#endif
