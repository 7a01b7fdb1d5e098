// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static-pie
#include <float.h>
#include <math.h>
#include <stdio.h>

/* long double is IEEE binary128 done in software by libgcc: wide integer code end to end. */
int main(void)
{
    static const long double v[] = {0.0L,       -0.0L,
                                    1.0L,       -1.0L,
                                    3.0L,       1.0L / 3,
                                    1e100L,     -1e-100L,
                                    LDBL_MAX,   LDBL_MIN,
                                    6.5e-4966L, 123456789012345678901234567890.0L,
                                    0.5L,       (long double)INFINITY};
    enum { N = sizeof v / sizeof *v };
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            volatile long double a = v[i], b = v[j];
            long double sum = a + b, diff = a - b, prod = a * b, quot = a / b;
            printf("%La %La %La %La %d%d%d\n", isnan(sum) ? 1e9L : sum, isnan(diff) ? 1e9L : diff,
                   isnan(prod) ? 1e9L : prod, isnan(quot) ? 1e9L : quot, a < b, a == b, a >= b);
        }
        volatile long double a = v[i];
        printf("%a %a", (double)a, (double)(float)a);
        if (a < 1e18L && a > -1e18L)
            printf(" %ld %d %lu", (long)a, (int)(a / 1e10L), a < 0 ? 0 : (unsigned long)a);
        printf("\n");
    }
    volatile long l = -9223372036854775807;
    volatile unsigned long u = 0xffffffffffffffff;
    volatile int i = -5;
    volatile float f = 1.1f;
    volatile double d = 2.2;
    printf("%La %La %La %La %La\n", (long double)l, (long double)u, (long double)i, (long double)f,
           (long double)d);
    long double e = 1, term = 1;
    for (int n = 1; n < 40; n++)
        e += term /= n;
    printf("%.33Lf\n", e);
    return 0;
}
