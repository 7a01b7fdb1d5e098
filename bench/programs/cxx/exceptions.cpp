// SPDX-License-Identifier: MIT
// Exceptions thrown through frames with destructors: the unwinder's tables and its own indirect jumps.
#include "bench.h"

namespace
{
struct Guard {
    uint64_t &sum;
    ~Guard() { sum += 3; }
};
struct Failure {
    unsigned code;
};
struct Worse : Failure {
};

__attribute__((noinline)) unsigned dive(unsigned depth, unsigned code, uint64_t &sum)
{
    Guard guard{sum};
    if (depth == 0) {
        if (code % 3 == 0)
            throw Worse{{code}};
        if (code % 3 == 1)
            throw Failure{code};
        return code;
    }
    return dive(depth - 1, code + depth, sum) + 1;
}
} // namespace

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 120000);
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        try {
            sum += dive(r % 8, r, sum);
        } catch (const Worse &w) {
            sum = bench_mix(sum, w.code);
        } catch (const Failure &f) {
            sum ^= f.code;
        }
    }
    return bench_done(sum);
}
