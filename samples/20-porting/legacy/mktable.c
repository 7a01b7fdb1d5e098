// SPDX-License-Identifier: MIT
#include <stdio.h>

int main(void)
{
    // A char without a sign is what AArch64 has, and x86-64 has not: tables like this one differ.
    printf("const int char_is_unsigned = %d;\nconst unsigned char upper[256] = {", (char)-1 > 0);
    for (int c = 0; c < 256; c++)
        printf("%d,", c >= 'a' && c <= 'z' ? c - 32 : c);
    puts("};");
    return 0;
}
