# SPDX-License-Identifier: MIT
# Sourced: makes ./hot, which spends its time in spin_alpha and half as much in spin_beta.
cat >hot.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) unsigned spin_alpha(unsigned n, unsigned x)
{
    for (unsigned i = 0; i < n; i++)
        x = x * 1664525u + (x >> 7) + i;
    return x;
}
__attribute__((noinline)) unsigned spin_beta(unsigned n, unsigned x)
{
    for (unsigned i = 0; i < n; i++)
        x ^= (x << 5) + (x >> 3) + i;
    return x;
}
int main(int argc, char **argv)
{
    unsigned n = (unsigned)atoi(argv[1]), x = spin_alpha(n, 1);
    if (argc > 2) { /* and say who the child is */
        int child = fork();
        if (child == 0)
            return spin_beta(n / 2, x) == 0;
        wait(NULL);
        printf("%d\n", child);
    }
    return spin_beta(n / 2, x) == 0;
}
C
"$CC" -O1 -static -o hot hot.c || fail 'cannot compile'
