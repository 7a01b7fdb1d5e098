// SPDX-License-Identifier: MIT
// Every one of 10000 numbers comes down to 1 in less than 600 steps.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    unsigned long first = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
    unsigned most = 0;
    for (unsigned long n = first; n < first + 10000; n++) {
        unsigned steps = 0;
        for (unsigned long m = n; m != 1; steps++)
            m = m % 2 ? 3 * m + 1 : m / 2;
        if (steps > most)
            most = steps;
    }
    printf("%u steps\n", most);
    return most >= 600;
}
