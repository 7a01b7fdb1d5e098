// SPDX-License-Identifier: MIT
// Executes itself, and waits to be told by a debugger that it may end.
#include <stdio.h>
#include <unistd.h>

volatile int go_on;

static void begin(void)
{
    puts("begun");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        begin();
        execl(argv[0], argv[0], "changed", (char *)0);
        return 1;
    }
    puts("changed");
    fflush(stdout);
    while (!go_on)
        usleep(1000);
    puts("went on");
    return 0;
}
