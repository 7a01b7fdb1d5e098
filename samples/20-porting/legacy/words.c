// SPDX-License-Identifier: MIT
#include <stdio.h>

extern const int char_is_unsigned;
extern const unsigned char upper[256];

int main(void)
{
    for (int c; (c = getchar()) != EOF;)
        putchar(upper[c]);
    printf("char is %s here\n", char_is_unsigned ? "unsigned" : "signed");
    return 0;
}
