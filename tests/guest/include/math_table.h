// SPDX-License-Identifier: MIT
/*
 * Every function of math.h over a table of values, results in hexadecimal. The including file gives
 * REAL, REAL_FORMAT, FN(name) (the function for that type) and the table `values`.
 */
#include <math.h>
#include <stdio.h>

enum { N = sizeof values / sizeof *values };

/* Which sign a NaN result carries is not ours to test here; the vectors do that. */
static void put(REAL v)
{
    if (isnan(v))
        printf(" nan");
    else
        printf(" %" REAL_FORMAT, v);
}

#define ONE(fn)                     \
    do {                            \
        printf(#fn ":");            \
        for (int i = 0; i < N; i++) \
            put(FN(fn)(values[i])); \
        puts("");                   \
    } while (0)

#define TWO(fn)                                    \
    do {                                           \
        printf(#fn ":");                           \
        for (int i = 0; i < N; i++)                \
            for (int j = i % 3; j < N; j += 3)     \
                put(FN(fn)(values[i], values[j])); \
        puts("");                                  \
    } while (0)

int main(void)
{
    ONE(sin);
    ONE(cos);
    ONE(tan);
    ONE(asin);
    ONE(acos);
    ONE(atan);
    ONE(sinh);
    ONE(cosh);
    ONE(tanh);
    ONE(asinh);
    ONE(acosh);
    ONE(atanh);
    ONE(exp);
    ONE(exp2);
    ONE(exp10);
    ONE(expm1);
    ONE(log);
    ONE(log2);
    ONE(log10);
    ONE(log1p);
    ONE(logb);
    ONE(sqrt);
    ONE(cbrt);
    ONE(fabs);
    ONE(floor);
    ONE(ceil);
    ONE(trunc);
    ONE(round);
    ONE(roundeven);
    ONE(rint);
    ONE(nearbyint);
    ONE(erf);
    ONE(erfc);
    ONE(tgamma);
    ONE(lgamma);
    ONE(j0);
    ONE(j1);
    ONE(y0);
    ONE(y1);
    TWO(pow);
    TWO(atan2);
    TWO(fmod);
    TWO(remainder);
    TWO(hypot);
    TWO(fdim);
    TWO(fmax);
    TWO(fmin);
    TWO(copysign);
    TWO(nextafter);
    TWO(drem);
    return 0;
}
