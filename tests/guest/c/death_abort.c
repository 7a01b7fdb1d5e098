// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// signal: 6
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    abort();
    puts("not reached");
    return 0;
}
