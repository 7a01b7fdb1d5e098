// SPDX-License-Identifier: MIT
// variants: O0-static
// signal: 7
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    raise(SIGBUS);
    puts("not reached");
    return 0;
}
