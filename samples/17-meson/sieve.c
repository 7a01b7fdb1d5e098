// SPDX-License-Identifier: MIT
#include <string.h>

// How many primes are below n (at most 100000).
int count_primes(int n)
{
    static char composite[100000];
    int count = 0;
    memset(composite, 0, sizeof composite);
    for (int i = 2; i < n; i++) {
        if (composite[i])
            continue;
        count++;
        for (long j = (long)i * i; j < n; j += i)
            composite[j] = 1;
    }
    return count;
}
