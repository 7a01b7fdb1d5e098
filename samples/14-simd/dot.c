// SPDX-License-Identifier: MIT
#include "dot.h"

#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#ifndef HWCAP_ASIMDDP
#define HWCAP_ASIMDDP (1 << 20)
#endif

int main(int argc, char **argv)
{
    static int8_t a[1024], b[1024];
    for (int i = 0; i < 1024; i++) {
        a[i] = (int8_t)(i % 100 - 50);
        b[i] = (int8_t)(i % 7);
    }
    int has = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
    if (argc > 1)
        has = !strcmp(argv[1], "dotprod");
    printf("%s: %d\n", has ? "dotprod" : "neon", (has ? dot_dotprod : dot_neon)(a, b, 1024));
    return 0;
}
