// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static-pie
#define _GNU_SOURCE
#include "guest.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct record {
    int key;
    char name[28];
    double weight;
};

static int by_int(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static int by_key(const void *a, const void *b)
{
    return by_int(&((const struct record *)a)->key, &((const struct record *)b)->key);
}

static int by_weight(const void *a, const void *b, void *context)
{
    double x = ((const struct record *)a)->weight, y = ((const struct record *)b)->weight;
    ++*(int *)context;
    return (x > y) - (x < y);
}

static int by_string(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int walked;

static void walk(const void *node, VISIT visit, int depth)
{
    (void)node;
    (void)depth;
    if (visit == postorder || visit == leaf)
        walked++;
}

int main(void)
{
    static int numbers[3000];
    for (int i = 0; i < 3000; i++)
        numbers[i] = (int)(guest_random() % 2000) - 1000;
    qsort(numbers, 3000, sizeof *numbers, by_int);
    for (int i = 1; i < 3000; i++)
        CHECK(numbers[i - 1] <= numbers[i]);
    printf("%d %d %d\n", numbers[0], numbers[1500], numbers[2999]);
    int found = 0;
    for (int key = -1010; key < 1010; key++) {
        int *hit = bsearch(&key, numbers, 3000, sizeof *numbers, by_int);
        if (hit) {
            CHECK(*hit == key);
            found++;
        }
    }
    printf("found %d\n", found);

    static struct record records[500];
    for (int i = 0; i < 500; i++) {
        records[i].key = (int)(guest_random() % 100000);
        snprintf(records[i].name, sizeof records[i].name, "name%d", records[i].key);
        records[i].weight = (double)(guest_random() % 1000) / 7;
    }
    qsort(records, 500, sizeof *records, by_key);
    for (int i = 1; i < 500; i++)
        CHECK(records[i - 1].key <= records[i].key && atoi(records[i].name + 4) == records[i].key);
    int calls = 0;
    qsort_r(records, 500, sizeof *records, by_weight, &calls);
    for (int i = 1; i < 500; i++)
        CHECK(records[i - 1].weight <= records[i].weight);
    CHECK(calls > 500);

    const char *words[] = {"pear", "apple", "fig", "banana", "cherry", "date", "elderberry"};
    qsort(words, 7, sizeof *words, by_string);
    for (int i = 0; i < 7; i++)
        printf("%s ", words[i]);
    puts("");

    void *root = NULL;
    for (int i = 0; i < 1000; i++)
        tsearch(&numbers[i * 3], &root, by_int);
    twalk(root, walk);
    printf("tree %d\n", walked);
    hcreate(100);
    for (int i = 0; i < 7; i++)
        hsearch((ENTRY){.key = (char *)words[i], .data = (void *)(long)i}, ENTER);
    ENTRY *e = hsearch((ENTRY){.key = "date"}, FIND);
    printf("hash %ld\n", e ? (long)e->data : -1);
    return guest_done();
}
