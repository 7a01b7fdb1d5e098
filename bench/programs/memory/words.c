// SPDX-License-Identifier: MIT
// Counting words with a hash table: bytes in, probes, comparisons.
#include "bench.h"

#include <string.h>

enum { SLOTS = 4096, TEXT = 1 << 16 };
static struct {
    uint32_t start, length, count;
} slots[SLOTS];
static char text[TEXT];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 3500);
    uint32_t seed = 19;
    for (int i = 0; i < TEXT; i++) {
        uint32_t x = bench_random(&seed);
        text[i] = x % 4 == 0 ? ' ' : (char)('a' + x / 4 % 7);
    }
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        if (r % 16 == 0)
            memset(slots, 0, sizeof slots);
        uint32_t i = r % 64;
        while (i < TEXT) {
            uint32_t start = i, hash = 0;
            while (i < TEXT && text[i] != ' ')
                hash = (hash ^ (uint8_t)text[i++]) * 16777619;
            uint32_t length = i++ - start;
            if (length == 0 || length > 4)
                continue;
            uint32_t slot = hash % SLOTS;
            while (slots[slot].count &&
                   (slots[slot].length != length || memcmp(text + slots[slot].start, text + start, length)))
                slot = (slot + 1) % SLOTS;
            slots[slot].start = start;
            slots[slot].length = length;
            sum += ++slots[slot].count;
        }
    }
    return bench_done(sum);
}
