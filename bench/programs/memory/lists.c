// SPDX-License-Identifier: MIT
// Linked lists: built in random order, reversed, walked and merge-sorted; every load waits for the last.
#include "bench.h"

enum { NODES = 4000 };
struct node {
    struct node *next;
    uint32_t key;
};
static struct node pool[NODES];

static struct node *merge(struct node *a, struct node *b)
{
    struct node *first, **tail = &first;
    while (a && b) {
        struct node **least = a->key <= b->key ? &a : &b;
        *tail = *least;
        tail = &(*least)->next;
        *least = *tail;
    }
    *tail = a ? a : b;
    return first;
}

static struct node *sort(struct node *list, unsigned n)
{
    if (n < 2) {
        list->next = NULL;
        return list;
    }
    struct node *middle = list;
    for (unsigned i = 0; i < n / 2; i++)
        middle = middle->next;
    struct node *rest = sort(middle, n - n / 2);
    return merge(sort(list, n / 2), rest);
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 1100);
    uint32_t seed = 17;
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        struct node *list = NULL, *back = NULL;
        for (unsigned i = 0; i < NODES; i++) {
            struct node *n = &pool[i * 1009 % NODES];
            *n = (struct node){list, bench_random(&seed)};
            list = n;
        }
        while (list) {
            struct node *next = list->next;
            list->next = back;
            back = list;
            list = next;
        }
        unsigned at = 0;
        for (struct node *n = sort(back, NODES); n; n = n->next)
            sum += n->key * (uint64_t)at++;
    }
    return bench_done(sum);
}
