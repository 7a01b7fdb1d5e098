// SPDX-License-Identifier: MIT
// variants: O0-static
// signal: 11
#include <stdio.h>

static int __attribute__((noinline)) deeper(volatile int *p)
{
    volatile int pad[1000];
    pad[0] = *p;
    return deeper(pad) + pad[0];
}

int main(void)
{
    int start = 1;
    puts("before");
    fflush(stdout);
    return deeper(&start);
}
