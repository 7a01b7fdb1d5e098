// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

long add_up(const long *values, long count);

int main(int argc, char **argv)
{
    long values[100];
    int count = 0;
    for (; count + 1 < argc && count < 100; count++)
        values[count] = atol(argv[count + 1]);
    printf("%ld\n", add_up(values, count));
    return 0;
}
