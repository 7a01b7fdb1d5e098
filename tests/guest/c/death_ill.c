// SPDX-License-Identifier: MIT
// variants: O0-static
// signal: 4
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    __asm__ volatile("udf #0");
    puts("not reached");
    return 0;
}
