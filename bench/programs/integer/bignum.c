// SPDX-License-Identifier: MIT
// Factorials in base 2^64: widening multiplications and carries.
#include "bench.h"

enum { WORDS = 400 };

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 700);
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        static uint64_t n[WORDS];
        int used = 1;
        n[0] = r + 1;
        for (uint64_t k = 2; k < 2500 && used < WORDS; k++) {
            uint64_t carry = 0;
            for (int i = 0; i < used; i++) {
                unsigned __int128 p = (unsigned __int128)n[i] * k + carry;
                n[i] = (uint64_t)p;
                carry = (uint64_t)(p >> 64);
            }
            if (carry)
                n[used++] = carry;
        }
        for (int i = 0; i < used; i++)
            sum = bench_mix(sum, n[i]);
    }
    return bench_done(sum);
}
