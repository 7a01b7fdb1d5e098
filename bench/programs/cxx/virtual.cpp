// SPDX-License-Identifier: MIT
// An expression tree evaluated through virtual functions.
#include "bench.h"

#include <memory>
#include <vector>

namespace
{
struct Node {
    virtual ~Node() = default;
    virtual uint32_t value(const uint32_t *variables) const = 0;
};
struct Constant : Node {
    uint32_t n;
    explicit Constant(uint32_t v) : n(v) {}
    uint32_t value(const uint32_t *) const override { return n; }
};
struct Variable : Node {
    unsigned index;
    explicit Variable(unsigned i) : index(i) {}
    uint32_t value(const uint32_t *variables) const override { return variables[index]; }
};
struct Pair : Node {
    std::unique_ptr<Node> a, b;
    Pair(std::unique_ptr<Node> x, std::unique_ptr<Node> y) : a(std::move(x)), b(std::move(y)) {}
};
struct Sum : Pair {
    using Pair::Pair;
    uint32_t value(const uint32_t *v) const override { return a->value(v) + b->value(v); }
};
struct Product : Pair {
    using Pair::Pair;
    uint32_t value(const uint32_t *v) const override { return a->value(v) * (b->value(v) | 1); }
};
struct Choice : Pair {
    using Pair::Pair;
    uint32_t value(const uint32_t *v) const override { return v[0] & 64 ? a->value(v) : b->value(v) ^ 5; }
};

std::unique_ptr<Node> grow(unsigned depth, uint32_t *seed)
{
    uint32_t x = bench_random(seed);
    if (depth == 0) {
        if (x & 1)
            return std::make_unique<Constant>(x);
        return std::make_unique<Variable>(x / 2 % 8);
    }
    auto a = grow(depth - 1, seed), b = grow(depth - 1, seed);
    if (x % 3 == 0)
        return std::make_unique<Sum>(std::move(a), std::move(b));
    if (x % 3 == 1)
        return std::make_unique<Product>(std::move(a), std::move(b));
    return std::make_unique<Choice>(std::move(a), std::move(b));
}
} // namespace

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 250000);
    uint32_t seed = 71;
    auto tree = grow(10, &seed);
    uint32_t variables[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        variables[r % 8] += r;
        sum = bench_mix(sum, tree->value(variables));
    }
    return bench_done(sum);
}
