// SPDX-License-Identifier: MIT
// variants: O0-static O2-static O3-dynamic
// libs: m
// flags: -ffp-contract=off
/* Numeric programs in double and float: FFT, LU, n-body, Mandelbrot, quadrature, a small ray
 * tracer. */
#include "guest.h"

#include <complex.h>
#include <math.h>
#include <string.h>

static void fft(double complex *x, int n, int sign)
{
    if (n == 1)
        return;
    double complex even[128], odd[128];
    for (int i = 0; i < n / 2; i++) {
        even[i] = x[2 * i];
        odd[i] = x[2 * i + 1];
    }
    fft(even, n / 2, sign);
    fft(odd, n / 2, sign);
    for (int i = 0; i < n / 2; i++) {
        double complex t = cexp(sign * 2 * M_PI * I * i / n) * odd[i];
        x[i] = even[i] + t;
        x[i + n / 2] = even[i] - t;
    }
}

static void transform(void)
{
    double complex x[128];
    for (int i = 0; i < 128; i++)
        x[i] = (i * 37 % 101) / 10.0;
    fft(x, 128, -1);
    printf("fft %.9f %.9f %.9f\n", creal(x[0]), creal(x[5]), cimag(x[5]));
    fft(x, 128, 1);
    double worst = 0;
    for (int i = 0; i < 128; i++)
        worst = fmax(worst, cabs(x[i] / 128 - (i * 37 % 101) / 10.0));
    CHECK(worst < 1e-12);
}

static void decomposition(void)
{
    enum { N = 24 };
    static double a[N][N], b[N], x[N], copy[N][N];
    for (int i = 0; i < N; i++) {
        b[i] = i + 1;
        for (int j = 0; j < N; j++)
            copy[i][j] = a[i][j] = (double)((i * 17 + j * 31) % 23) + (i == j ? 40 : 0);
    }
    for (int k = 0; k < N; k++)
        for (int i = k + 1; i < N; i++) {
            double f = a[i][k] / a[k][k];
            for (int j = k; j < N; j++)
                a[i][j] -= f * a[k][j];
            b[i] -= f * b[k];
        }
    for (int i = N - 1; i >= 0; i--) {
        x[i] = b[i];
        for (int j = i + 1; j < N; j++)
            x[i] -= a[i][j] * x[j];
        x[i] /= a[i][i];
    }
    double residual = 0;
    for (int i = 0; i < N; i++) {
        double s = -(i + 1);
        for (int j = 0; j < N; j++)
            s += copy[i][j] * x[j];
        residual += fabs(s);
    }
    CHECK(residual < 1e-11);
    printf("lu %.12f %.12f\n", x[0], x[N - 1]);
}

static void bodies(void)
{
    double p[3][3] = {{0, 0, 0}, {1, 0, 0.1}, {0, 2, -0.3}},
           v[3][3] = {{0, 0, 0}, {0, 1, 0}, {-0.7, 0, 0}}, m[3] = {1, 0.01, 0.02};
    for (int step = 0; step < 400; step++) {
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++) {
                if (i == j)
                    continue;
                double d[3], r2 = 1e-6;
                for (int k = 0; k < 3; k++) {
                    d[k] = p[j][k] - p[i][k];
                    r2 += d[k] * d[k];
                }
                double f = 0.005 * m[j] / (r2 * sqrt(r2));
                for (int k = 0; k < 3; k++)
                    v[i][k] += f * d[k];
            }
        for (int i = 0; i < 3; i++)
            for (int k = 0; k < 3; k++)
                p[i][k] += 0.005 * v[i][k];
    }
    printf("bodies %.9f %.9f %.9f\n", p[1][0], p[1][1], p[2][2]);
}

static void mandelbrot(void)
{
    long sum = 0;
    for (int y = 0; y < 20; y++)
        for (int x = 0; x < 40; x++) {
            float cr = (float)x / 16 - 2, ci = (float)y / 10 - 1, zr = 0, zi = 0;
            int n = 0;
            while (n < 60 && zr * zr + zi * zi < 4) {
                float t = zr * zr - zi * zi + cr;
                zi = 2 * zr * zi + ci;
                zr = t;
                n++;
            }
            sum = sum * 3 % 1000003 + n;
        }
    printf("mandelbrot %ld\n", sum);
}

static double simpson(double (*f)(double), double a, double b, int n)
{
    double h = (b - a) / n, s = f(a) + f(b);
    for (int i = 1; i < n; i++)
        s += (i & 1 ? 4 : 2) * f(a + i * h);
    return s * h / 3;
}

static double bell(double x)
{
    return exp(-x * x);
}

struct vec {
    float x, y, z;
};
static struct vec add(struct vec a, struct vec b, float s)
{
    return (struct vec){a.x + b.x * s, a.y + b.y * s, a.z + b.z * s};
}
static float dot(struct vec a, struct vec b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
static struct vec unit(struct vec a)
{
    float l = sqrtf(dot(a, a));
    return (struct vec){a.x / l, a.y / l, a.z / l};
}

static void rays(void)
{
    static const char shades[] = " .:-=+*#%@";
    for (int y = 0; y < 12; y++) {
        for (int x = 0; x < 30; x++) {
            struct vec d = unit((struct vec){(float)(x - 15) / 15, (float)(6 - y) / 7, -1.5f}),
                       c = {0, 0, -3};
            float b = dot(d, c), disc = b * b - dot(c, c) + 1;
            int shade = 0;
            if (disc > 0) {
                struct vec hit = add((struct vec){0, 0, 0}, d, b - sqrtf(disc)),
                           n = unit(add(hit, c, -1));
                float light = dot(n, unit((struct vec){1, 1, 1}));
                shade = light < 0 ? 1 : 1 + (int)(light * 8.9f);
            }
            putchar(shades[shade]);
        }
        putchar('\n');
    }
}

int main(void)
{
    transform();
    decomposition();
    bodies();
    mandelbrot();
    printf("simpson %.12f %.12f\n", simpson(sin, 0, M_PI, 200), simpson(bell, -5, 5, 300));
    rays();
    return guest_done();
}
