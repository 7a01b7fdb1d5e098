// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

static int is_leap(int year)
{
    if (year % 400 == 0)
        return 1;
    if (year % 100 == 0)
        return 0;
    return year % 4 == 0;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("%s: %s\n", argv[i], is_leap(atoi(argv[i])) ? "leap" : "common");
    return 0;
}
