// SPDX-License-Identifier: MIT
// variants: O0-static
// signal: 13
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    puts("before");
    fflush(stdout);
    int fds[2];
    CHECK(pipe(fds) == 0);
    close(fds[0]);
    CHECK(write(fds[1], "x", 1) == 1);
    puts("not reached");
    return 0;
}
