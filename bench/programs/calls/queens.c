// SPDX-License-Identifier: MIT
// Queens on a board by backtracking: calls with several arguments, bit masks.
#include "bench.h"

__attribute__((noinline)) static unsigned place(unsigned all, unsigned cols, unsigned left, unsigned right)
{
    if (cols == all)
        return 1;
    unsigned count = 0;
    for (unsigned free = all & ~(cols | left | right); free; free &= free - 1) {
        unsigned bit = free & -free;
        count += place(all, cols | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return count;
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 180);
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++)
        sum = bench_mix(sum, place((1u << (10 + r % 3)) - 1, 0, 0, 0));
    return bench_done(sum);
}
