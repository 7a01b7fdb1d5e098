// SPDX-License-Identifier: MIT
// variants: O0-static
// signal: 10
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    raise(SIGUSR1);
    puts("not reached");
    return 0;
}
