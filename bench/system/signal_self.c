// SPDX-License-Identifier: MIT
// A thread sends itself a signal, whose handler returns.
#include <signal.h>

static volatile int caught;

static void handler(int sig)
{
    caught += sig == SIGUSR1;
}

int main(void)
{
    signal(SIGUSR1, handler);
    for (int i = 0; i < 200000; i++)
        raise(SIGUSR1);
    return caught != 200000;
}
