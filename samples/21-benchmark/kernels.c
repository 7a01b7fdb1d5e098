// SPDX-License-Identifier: MIT
// Three small kernels, each `rounds` times: result and processor time. To compare processors, compilers, options.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void sieve(char *result, size_t size)
{
    static char composite[10000];
    int count = 0;
    memset(composite, 0, sizeof composite);
    for (int i = 2; i < 10000; i++) {
        if (composite[i])
            continue;
        count++;
        for (int j = i * i; j < 10000; j += i)
            composite[j] = 1;
    }
    snprintf(result, size, "%d", count);
}

static void matrix(char *result, size_t size)
{
    enum { N = 48 };
    static double a[N][N], b[N][N], c[N][N];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = sin(i + j);
            b[i][j] = cos(i - j);
            c[i][j] = 0;
        }
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            for (int j = 0; j < N; j++)
                c[i][j] += a[i][k] * b[k][j];
    double trace = 0;
    for (int i = 0; i < N; i++)
        trace += c[i][i];
    snprintf(result, size, "%.6f", trace);
}

static void hash(char *result, size_t size)
{
    uint64_t h = 0xcbf29ce484222325;
    for (int i = 0; i < 30000; i++) {
        h ^= (unsigned char)(i * 31 >> 3);
        h *= 0x100000001b3;
    }
    snprintf(result, size, "%016llx", (unsigned long long)h);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(char *result, size_t size);
    } kernels[] = {{"sieve", sieve}, {"matrix", matrix}, {"hash", hash}};
    int rounds = argc > 1 ? atoi(argv[1]) : 1000;
    for (size_t k = 0; k < sizeof kernels / sizeof kernels[0]; k++) {
        char result[40] = "";
        clock_t before = clock();
        for (int r = 0; r < rounds; r++)
            kernels[k].run(result, sizeof result);
        printf("%-8s %-18s %.3f s\n", kernels[k].name, result, (double)(clock() - before) / CLOCKS_PER_SEC);
    }
    return 0;
}
