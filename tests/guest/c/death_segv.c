// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// signal: 11
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    *(volatile int *)8 = 1;
    puts("not reached");
    return 0;
}
