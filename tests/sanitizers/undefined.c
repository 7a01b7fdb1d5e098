// SPDX-License-Identifier: MIT
// sanitizer: undefined
// finds: undefined\.c:18:[0-9]+: runtime error: signed integer overflow: 2147483647 \+ 1 cannot be represented in type 'int'
// finds: undefined\.c:20:[0-9]+: runtime error: shift exponent 33 is too large for 32-bit type 'int'
// finds: undefined\.c:22:[0-9]+: runtime error: index 5 out of bounds for type 'int \[4\]'
// finds: undefined\.c:24:[0-9]+: runtime error: load of misaligned address 0x[0-9a-f]+ for type 'const int', which requires 4 byte alignment
// finds: undefined\.c:26:[0-9]+: runtime error: division by zero
// status: 0
#include <limits.h>
#include <stdio.h>

static const int table[6] = {1, 2, 3, 4, 5, 6};

int main(int argc, char **argv)
{
    volatile int by = argc > 1 ? 1 : 0, four[4] = {0}, r;
    (void)argv;
    r = INT_MAX - 1 + by + by;
    by *= 33;
    r = 1 << by;
    by = by ? 5 : 3;
    r = four[by];
    const char *at = (const char *)table + (by == 5);
    r = *(const int *)at;
    by -= 5;
    r = 6 / by;
    puts(r > -9 ? "right" : "a number is missing");
    return 0;
}
