// SPDX-License-Identifier: MIT
// Signals with a handler, without one, and a fault that a handler repairs.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int handled, value;
static sigjmp_buf back;

static void on_usr1(int sig)
{
    handled += sig;
}

static void on_segv(int sig)
{
    siglongjmp(back, sig);
}

static void ask(void)
{
    kill(getpid(), SIGUSR1);
}

static void fault(void)
{
    if (!sigsetjmp(back, 1))
        *(volatile int *)0x10 = 1;
    value = 7;
}

int main(void)
{
    signal(SIGUSR1, on_usr1);
    signal(SIGSEGV, on_segv);
    ask();
    ask();
    fault();
    printf("handled %d value %d\n", handled, value);
    fflush(stdout);
    kill(getpid(), SIGUSR2); // of which it dies
    printf("alive\n");
    return 0;
}
