// SPDX-License-Identifier: MIT
// Binary trees built and torn down: malloc and free of one size, recursion.
#include "bench.h"

struct tree {
    struct tree *left, *right;
};

static struct tree *grow(unsigned depth)
{
    struct tree *t = malloc(sizeof *t);
    if (!t)
        abort();
    t->left = depth ? grow(depth - 1) : NULL;
    t->right = depth ? grow(depth - 1) : NULL;
    return t;
}

static unsigned count(const struct tree *t)
{
    return t ? 1 + count(t->left) + count(t->right) : 0;
}

static void fell(struct tree *t)
{
    if (!t)
        return;
    fell(t->left);
    fell(t->right);
    free(t);
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 2700);
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        struct tree *t = grow(10 + r % 4);
        sum = bench_mix(sum, count(t));
        fell(t);
    }
    return bench_done(sum);
}
