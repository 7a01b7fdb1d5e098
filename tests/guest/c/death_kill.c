// SPDX-License-Identifier: MIT
// variants: O0-static
// signal: 9
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    kill(getpid(), SIGKILL);
    puts("not reached");
    return 0;
}
