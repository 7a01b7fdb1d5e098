// SPDX-License-Identifier: MIT
// variants: O0-static O2-static O3-dynamic
#include <stdio.h>

typedef unsigned __int128 u128;
typedef __int128 s128;

static void put(const char *name, u128 v)
{
    printf("%s %016lx%016lx\n", name, (unsigned long)(v >> 64), (unsigned long)v);
}

int main(void)
{
    static const unsigned long words[] = {
        0, 1, 2, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0x123456789abcdef0,
        10};
    enum { N = sizeof words / sizeof *words };
    u128 sum = 0, prod = 1, quot = 0, rem = 0, shift = 0;
    s128 squot = 0, srem = 0;
    int less = 0, sless = 0, carry = 0;
    for (int a = 0; a < N; a++)
        for (int b = 0; b < N; b++)
            for (int c = 0; c < N; c += 2)
                for (int d = 1; d < N; d += 2) {
                    u128 x = ((u128)words[a] << 64) | words[b],
                         y = ((u128)words[c] << 64) | words[d];
                    sum = sum * 3 + x + y;
                    prod = prod * 5 + x * y;
                    quot = quot * 7 + x / y;
                    rem = rem * 7 + x % y;
                    squot = squot * 7 + (y + 1 ? (s128)(x >> 1) / (s128)y : 0);
                    srem = srem * 7 + (y + 1 ? -(s128)(x >> 1) % (s128)y : 0);
                    int n = (int)(words[b] % 128);
                    shift += (x << n) ^ (y >> n) ^ (u128)((s128)x >> n);
                    less += x < y;
                    sless += (s128)x < (s128)y;
                    u128 t;
                    carry += __builtin_add_overflow(x, y, &t) +
                             2 * __builtin_sub_overflow((s128)x, (s128)y, (s128 *)&t);
                }
    put("sum", sum);
    put("prod", prod);
    put("quot", quot);
    put("rem", rem);
    put("squot", (u128)squot);
    put("srem", (u128)srem);
    put("shift", shift);
    printf("%d %d %d\n", less, sless, carry);
    double f = (double)((u128)1 << 100), g = (double)(-(s128)12345 << 70);
    put("fromdouble", (u128)(f * 3));
    put("fromneg", (u128)(s128)g);
    printf("%a %a %a %La\n", f, g, (float)((u128)7 << 90), (long double)(((u128)1 << 127) + 1));
    return 0;
}
