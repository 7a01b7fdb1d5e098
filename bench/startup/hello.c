// SPDX-License-Identifier: MIT
#include <stdio.h>

int main(void)
{
    puts("Hello, World!");
    return 0;
}
