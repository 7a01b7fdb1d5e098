// SPDX-License-Identifier: MIT
#include <stdio.h>

int count_primes(int n);

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        return 1;
    return printf("%d primes below 100000\n", count_primes(100000)) < 0;
}
