// SPDX-License-Identifier: MIT
// variants: O0-static
// beyond: the guest may die by any real-time signal
// signal: 40
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    raise(40);
    puts("not reached");
    return 0;
}
