// SPDX-License-Identifier: MIT
// Writes a table that depends on the machine (the size of long double) and one that does not (of CRC-32).
#include <stdint.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (!out)
        return 1;
    fprintf(out, "enum { LONG_DOUBLE = %zu };\nstatic const uint32_t crc_table[256] = {", sizeof(long double));
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t c = n;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
        fprintf(out, "%s0x%08x,", n % 6 ? " " : "\n    ", c);
    }
    fprintf(out, "\n};\n");
    return fclose(out) != 0;
}
