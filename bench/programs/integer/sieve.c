// SPDX-License-Identifier: MIT
// Primes by crossing out: byte stores at growing strides.
#include "bench.h"

#include <string.h>

enum { LIMIT = 1 << 19 };
static uint8_t composite[LIMIT];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 350);
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        memset(composite, 0, sizeof composite);
        for (uint32_t i = 2; i < LIMIT; i++) {
            if (composite[i])
                continue;
            sum += i ^ r;
            for (uint64_t j = (uint64_t)i * i; j < LIMIT; j += i)
                composite[j] = 1;
        }
    }
    return bench_done(sum);
}
