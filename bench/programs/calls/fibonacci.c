// SPDX-License-Identifier: MIT
// Two recursive calls and an addition.
#include "bench.h"

__attribute__((noinline, optimize("no-optimize-sibling-calls", "no-inline"))) static uint64_t fib(unsigned n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 300);
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++)
        sum = bench_mix(sum, fib(26 + r % 4));
    return bench_done(sum);
}
