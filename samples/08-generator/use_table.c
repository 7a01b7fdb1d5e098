// SPDX-License-Identifier: MIT
#include <stdint.h>
#include <stdio.h>

#include "table.inc"

int main(void)
{
    uint32_t crc = ~0u;
    for (const char *s = "123456789"; *s; s++)
        crc = crc >> 8 ^ crc_table[(crc ^ (unsigned char)*s) & 255];
    printf("long double has %d bytes, crc of \"123456789\" is %08x\n", LONG_DOUBLE, ~crc);
    return 0;
}
