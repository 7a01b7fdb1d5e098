// SPDX-License-Identifier: MIT
// variants: O2-static
// engines: t1-100
// libs: m pthread
// A product that is tiny before rounding and the least normal number after it raises Underflow (Arm
// ARM FPRound), in code that was hot before the program first looked at FPSR as well as in code
// that is made later, in threads and after fork.
#include <fenv.h>
#include <float.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20000, N = 8 };

static double below_one[N], least[N], product[N];
static float below_one_f[N], least_f[N], product_f[N];

__attribute__((noinline)) static void multiply(const double *a, const double *b, double *r)
{
    for (int i = 0; i < N; i++)
        r[i] = a[i] * b[i];
}

__attribute__((noinline)) static void multiply_f(const float *a, const float *b, float *r)
{
    for (int i = 0; i < N; i++)
        r[i] = a[i] * b[i];
}

__attribute__((noinline)) static double divide(double a, double b)
{
    return a / b;
}

static void warm(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        multiply(below_one, below_one, product);
        multiply_f(below_one_f, below_one_f, product_f);
        product[0] += divide(3, 7);
    }
}

static int underflows(void)
{
    return !!fetestexcept(FE_UNDERFLOW);
}

static void show(const char *who)
{
    feclearexcept(FE_ALL_EXCEPT);
    multiply(below_one, below_one, product);
    int none = underflows();
    multiply(below_one, least, product);
    int product_raises = underflows();
    feclearexcept(FE_ALL_EXCEPT);
    multiply_f(below_one_f, least_f, product_f);
    int float_raises = underflows();
    feclearexcept(FE_ALL_EXCEPT);
    double quotient = divide(product[0], 1); // the least normal number, but exact
    int exact = underflows();
    printf("%s: %d, product %a %d, float %a %d, quotient %a %d\n", who, none, product[N - 1],
           product_raises, product_f[N - 1], float_raises, quotient, exact);
    fflush(stdout);
}

static void *thread(void *name)
{
    warm();
    show(name);
    return NULL;
}

int main(void)
{
    for (int i = 0; i < N; i++) {
        below_one[i] = 1 - DBL_EPSILON / 2;
        least[i] = DBL_MIN;
        below_one_f[i] = 1 - FLT_EPSILON / 2;
        least_f[i] = FLT_MIN;
    }
    warm();
    pthread_t t;
    pthread_create(&t, NULL, thread, "thread that has not looked");
    pthread_join(t, NULL);
    if (!fork()) {
        show("child");
        return 0;
    }
    wait(NULL);
    show("main");
    pthread_create(&t, NULL, thread, "thread");
    pthread_join(t, NULL);
    return 0;
}
