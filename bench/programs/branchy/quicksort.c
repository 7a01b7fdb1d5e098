// SPDX-License-Identifier: MIT
// Sorting random numbers: branches nobody can predict, and a comparison through a pointer for half of it.
#include "bench.h"

#include <string.h>

enum { N = 20000 };
static uint32_t base[N], work[N];

static void sort(uint32_t *a, long n)
{
    while (n > 12) {
        uint32_t pivot = a[n / 2];
        long i = -1, j = n;
        for (;;) {
            while (a[++i] < pivot)
                ;
            while (a[--j] > pivot)
                ;
            if (i >= j)
                break;
            uint32_t t = a[i];
            a[i] = a[j];
            a[j] = t;
        }
        sort(a, j + 1);
        a += j + 1;
        n -= j + 1;
    }
    for (long i = 1; i < n; i++) {
        uint32_t v = a[i];
        long j = i;
        for (; j > 0 && a[j - 1] > v; j--)
            a[j] = a[j - 1];
        a[j] = v;
    }
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x < y) - (x > y);
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 150);
    uint32_t seed = 9;
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        for (int i = 0; i < N; i++)
            base[i] = bench_random(&seed);
        memcpy(work, base, sizeof base);
        sort(work, N);
        sum = bench_mix(sum, work[N / 3]);
        qsort(base, N, sizeof *base, compare);
        sum = bench_mix(sum, base[N / 3]);
    }
    return bench_done(sum);
}
