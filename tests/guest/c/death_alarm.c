// SPDX-License-Identifier: MIT
// variants: O0-static
// signal: 14
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    alarm(1);
    for (;;)
        pause();
    puts("not reached");
    return 0;
}
