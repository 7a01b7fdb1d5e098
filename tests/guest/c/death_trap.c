// SPDX-License-Identifier: MIT
// variants: O0-static
// signal: 5
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    __asm__ volatile("brk #1");
    puts("not reached");
    return 0;
}
