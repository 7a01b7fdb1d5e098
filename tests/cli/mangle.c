// SPDX-License-Identifier: MIT
/*
 * mangle SEED <in >out: the same file with one to eight bytes of its ELF header and program headers
 * replaced, chosen by the seed, so that a failure can be repeated.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint32_t next(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

int main(int argc, char **argv)
{
    static unsigned char data[4 << 20];
    static const unsigned char edges[] = {0, 1, 0x7f, 0x80, 0xff, 0x40, 0x10, 0xfe};
    size_t size = fread(data, 1, sizeof data, stdin);
    if (argc != 2 || size < 64 || size == sizeof data) {
        fputs("mangle: usage: mangle SEED <elf >out (at most 4 MB)\n", stderr);
        return 2;
    }
    state = strtoull(argv[1], NULL, 10) * 2654435761u + 1;
    uint16_t headers;
    memcpy(&headers, data + 56, 2);
    size_t end = 64 + 56 * (size_t)headers;
    if (end > size)
        end = size;
    for (uint32_t n = 1 + next() % 8; n > 0; n--) {
        size_t at = next() % 3 ? 16 + next() % (end - 16) : next() % 64;
        data[at] = next() & 1 ? edges[next() % sizeof edges] : (unsigned char)next();
    }
    return fwrite(data, 1, size, stdout) != size;
}
