// SPDX-License-Identifier: MIT
// CRC-32 by table, one byte a step: a load that depends on the last one.
#include "bench.h"

static uint32_t table[256];
static uint8_t data[1 << 16];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 2500);
    uint32_t seed = 23, crc = 0;
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
        table[i] = c;
    }
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)bench_random(&seed);
    for (unsigned r = 0; r < rounds; r++) {
        crc = ~crc;
        for (size_t i = 0; i < sizeof data; i++)
            crc = table[(crc ^ data[i]) & 0xff] ^ crc >> 8;
        crc = ~crc;
    }
    return bench_done(crc);
}
