// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static
// libs: m
#define _GNU_SOURCE
#include <complex.h>
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double values[] = {
    0.0,       -0.0,  1.0,    -1.5,  2.5,    -2.5,         0.49999999999999994, 4503599627370497.5,
    1e18,      -1e19, 9.3e18, 1e300, 5e-324, 2147483647.5, -2147483648.5,       INFINITY,
    -INFINITY, NAN};
enum { N = sizeof values / sizeof *values };

static void conversions(int mode, const char *name)
{
    fesetround(mode);
    printf("%s:\n", name);
    for (int i = 0; i < N; i++) {
        volatile double v = values[i];
        volatile float f = (float)v;
        printf(" %a %a %a %ld %lld %a %a |", rint(v), nearbyint(v), round(v), lrint(v), llround(v),
               f, rintf(f));
        printf(" %ld %lu %d %u %ld %d\n", (long)v, (unsigned long)v, (int)v, (unsigned)v, lrintf(f),
               (int)f);
    }
    volatile double one = 1.0, three = 3.0, ten = 10.0, big = DBL_MAX, small = DBL_MIN;
    printf(" %a %a %a %a %a %a\n", one / three, -one / three, ten * 0.1, big * 2, small / three,
           sqrt(three));
    volatile float fone = 1.0f, fthree = 3.0f;
    volatile long l = 9007199254740993;
    volatile unsigned long u = 0xfffffffffffffbff;
    printf(" %a %a %a %a %a %a\n", fone / fthree, (float)l, (double)l, (double)u, (float)u,
           fma(one / 3, three, -1));
    fesetround(FE_TONEAREST);
}

static void flags(const char *name, double result)
{
    int f = fetestexcept(FE_ALL_EXCEPT);
    printf("%s = %a:%s%s%s%s%s\n", name, isnan(result) ? NAN : result,
           f & FE_INVALID ? " invalid" : "", f & FE_DIVBYZERO ? " divbyzero" : "",
           f & FE_OVERFLOW ? " overflow" : "", f & FE_UNDERFLOW ? " underflow" : "",
           f & FE_INEXACT ? " inexact" : "");
    feclearexcept(FE_ALL_EXCEPT);
}

#define FLAGS(e)                      \
    do {                              \
        feclearexcept(FE_ALL_EXCEPT); \
        volatile double r = (e);      \
        flags(#e, r);                 \
    } while (0)

int main(void)
{
    conversions(FE_TONEAREST, "nearest");
    conversions(FE_UPWARD, "upward");
    conversions(FE_DOWNWARD, "downward");
    conversions(FE_TOWARDZERO, "towardzero");

    volatile double zero = 0, one = 1, three = 3, huge = 1e308, tiny = 1e-308, inf = INFINITY,
                    two = 2;
    volatile float fhuge = 3e38f;
    FLAGS(one / zero);
    FLAGS(zero / zero);
    FLAGS(inf - inf);
    FLAGS(inf * zero);
    FLAGS(huge * huge);
    FLAGS(tiny * tiny);
    FLAGS(tiny / three);
    FLAGS(one / three);
    FLAGS(one + two);
    FLAGS(sqrt(-one));
    FLAGS(fhuge * 10);
    FLAGS((float)huge);
    FLAGS((float)tiny);
    FLAGS((double)(long)huge);
    FLAGS((double)(int)2.5);
    FLAGS(log(zero));
    FLAGS(exp(huge));
    FLAGS(one < inf);
    FLAGS(one < (inf - inf));
    FLAGS(fma(huge, two, -inf));
    FLAGS(rint(2.5 * one));
    FLAGS(nearbyint(2.5 * one));
    feraiseexcept(FE_OVERFLOW | FE_INVALID);
    flags("raised", 0);
    fenv_t env;
    feraiseexcept(FE_DIVBYZERO);
    feholdexcept(&env);
    flags("held", 0);
    feraiseexcept(FE_INEXACT);
    feupdateenv(&env);
    flags("updated", 0);

    for (int i = 0; i < N; i++) {
        double v = values[i], whole;
        int e = 0, q = 0, sign;
        double frac = frexp(v, &e);
        printf("%a: frexp %a %d", v, isnan(frac) ? NAN : frac, isfinite(v) ? e : 0);
        frac = modf(v, &whole);
        printf(" modf %a %a ldexp %a scalbn %a", isnan(frac) ? NAN : frac, whole, ldexp(v, 3),
               scalbn(v, -1074));
        if (isfinite(v)) {
            double r = remquo(v, 0.7, &q);
            printf(" remquo %a %d ilogb %d", r, q & 7, v != 0 ? ilogb(v) : -1);
        }
        double lg = lgamma_r(v, &sign), s, c;
        sincos(isinf(v) ? 1.0 : v, &s, &c);
        printf(" lgamma %a sincos %a %a class %d %d %d\n", lg, s, c, fpclassify(v), !!signbit(v),
               !!isnormal(v));
    }
    printf("%a %a %a\n", fma(0x1.0000001p0, 0x1.0000001p0, -1.0),
           (double)fmaf(0x1.001p0f, 0x1.001p0f, -1.0f), fma(1e308, 10, -INFINITY));
    printf("%a %a %a %a\n", nexttoward(1.0, 2.0L), (double)nextafterf(0.0f, 1.0f), nextup(1.0),
           nextdown(0.0));
    printf("%a %a %a %a\n", jn(3, 2.5), yn(2, 2.5), fabs(-0.0),
           pow(-8.0, 1.0 / 3) != pow(-8.0, 1.0 / 3) ? 0. : 1.);
    volatile double complex zv = 1.5 - 2.25 * I;
    double complex z = zv, w;
    double complex (*functions[])(double complex) = {csqrt,  cexp,   clog,   csin,  ccos,  ctan,
                                                     casin,  cacos,  catan,  csinh, ccosh, ctanh,
                                                     casinh, cacosh, catanh, conj,  cproj};
    for (unsigned i = 0; i < sizeof functions / sizeof *functions; i++) {
        w = functions[i](z);
        printf("%a %a\n", creal(w), cimag(w));
    }
    w = cpow(z, 2 + I);
    printf("%a %a %a %a\n", creal(w), cimag(w), cabs(w), carg(w));
    div_t d = div(-17, 5);
    ldiv_t ld = ldiv(-1234567890123, 1000);
    printf("%d %d %ld %ld %d %ld\n", d.quot, d.rem, ld.quot, ld.rem, abs(-5), labs(-6L));
    return 0;
}
