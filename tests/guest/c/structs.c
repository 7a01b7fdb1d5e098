// SPDX-License-Identifier: MIT
// variants: O0-static O0-dynamic O2-static-pie O3-static
#include <complex.h>
#include <stdio.h>
#include <string.h>

struct c1 {
    char c;
};
struct c3 {
    char c[3];
};
struct s8 {
    short a, b, c, d;
};
struct s12 {
    int a, b, c;
};
struct s16 {
    long a;
    int b, c;
};
struct s24 {
    long a, b, c;
};
struct big {
    char name[40];
    double v[20];
    long n;
};
struct f1 {
    float a;
};
struct f3 {
    float a, b, c;
};
struct d2 {
    double a, b;
};
struct d4 {
    double a, b, c, d;
};
struct d5 {
    double a, b, c, d, e;
};
struct nested {
    struct d2 a;
    struct d2 b;
};
struct q2 {
    long double a, b;
};
struct mix {
    float f;
    int i;
    double d;
};
union u {
    int i;
    float f;
    double d;
    char c[8];
};
struct flags {
    unsigned a      : 3;
    int b           : 5;
    unsigned c      : 12;
    unsigned long d : 40;
    int e           : 1;
};
typedef float v4 __attribute__((vector_size(16)));
struct hva {
    v4 a, b;
};

#define NOINLINE __attribute__((noinline, noclone))
static NOINLINE struct c1 f_c1(struct c1 x)
{
    x.c++;
    return x;
}
static NOINLINE struct c3 f_c3(struct c3 x)
{
    x.c[1] += 2;
    return x;
}
static NOINLINE struct s8 f_s8(struct s8 x, int k)
{
    x.d += k;
    return x;
}
static NOINLINE struct s12 f_s12(int a, struct s12 x, int b)
{
    x.a += a;
    x.c += b;
    return x;
}
static NOINLINE struct s16 f_s16(struct s16 x, struct s16 y)
{
    x.a += y.a;
    x.b -= y.b;
    x.c ^= y.c;
    return x;
}
static NOINLINE struct s24 f_s24(struct s24 x, struct s24 y)
{
    x.a += y.c;
    x.b += y.b;
    x.c += y.a;
    return x;
}
static NOINLINE struct f1 f_f1(struct f1 x)
{
    x.a *= 2;
    return x;
}
static NOINLINE struct f3 f_f3(struct f3 x, struct f3 y)
{
    x.a += y.a;
    x.b += y.b;
    x.c += y.c;
    return x;
}
static NOINLINE struct d4 f_d4(struct d4 x, struct d4 y, struct d4 z)
{
    return (struct d4){x.a + y.a + z.a, x.b + y.b + z.b, x.c * y.c * z.c, x.d - y.d - z.d};
}
static NOINLINE struct d5 f_d5(struct d5 x)
{
    x.e += x.a;
    return x;
}
static NOINLINE struct nested f_nested(struct nested x)
{
    x.b.b += x.a.a;
    return x;
}
static NOINLINE struct q2 f_q2(struct q2 x, struct q2 y)
{
    x.a += y.b;
    x.b += y.a;
    return x;
}
static NOINLINE struct mix f_mix(struct mix x, double d, struct mix y)
{
    x.d += d + y.d;
    x.i += y.i;
    x.f += y.f;
    return x;
}
static NOINLINE union u f_u(union u x)
{
    x.c[7] ^= 0x40;
    return x;
}
static NOINLINE struct flags f_flags(struct flags x)
{
    x.a += 5;
    x.b -= 20;
    x.c *= 3;
    x.d += 1ul << 39;
    x.e = ~x.e;
    return x;
}
static NOINLINE struct hva f_hva(struct hva x, struct hva y)
{
    x.a += y.b;
    x.b *= y.a;
    return x;
}
static NOINLINE float _Complex f_cf(float _Complex x)
{
    return x * x;
}
static NOINLINE double _Complex f_cd(double _Complex x, double _Complex y)
{
    return x * y + 1;
}
static NOINLINE struct big f_big(int i, struct big x, struct big y)
{
    strcat(x.name, y.name);
    for (int k = 0; k < 20; k++)
        x.v[k] += y.v[19 - k] * i;
    x.n += y.n;
    return x;
}
static NOINLINE long many(char a, short b, int c, long d, struct s16 e, struct c3 f, struct s24 g,
                          int h, char i, struct s12 j)
{
    return a + b * 2 + c * 3 + d * 4 + e.a * 5 + e.b + e.c + f.c[2] * 6 + g.b * 7 + h * 8 + i * 9 +
           j.c * 10;
}

int main(void)
{
    struct c1 c1 = f_c1((struct c1){'a'});
    struct c3 c3 = f_c3((struct c3){"xy"});
    struct s8 s8 = f_s8((struct s8){1, 2, 3, 4}, 10);
    struct s12 s12 = f_s12(5, (struct s12){1, 2, 3}, 7);
    struct s16 s16 = f_s16((struct s16){1, 2, 3}, (struct s16){10, 20, 30});
    struct s24 s24 = f_s24((struct s24){1, 2, 3}, (struct s24){10, 20, 30});
    printf("%c %s %d %d %d %d %ld %d %d %ld %ld %ld\n", c1.c, c3.c, s8.d, s12.a, s12.b, s12.c,
           s16.a, s16.b, s16.c, s24.a, s24.b, s24.c);
    struct f3 f3 = f_f3((struct f3){1, 2, 3}, (struct f3){.5f, .25f, .125f});
    struct d4 d = {1, 2, 3, 4}, d4 = f_d4(d, d, d);
    struct d5 d5 = f_d5((struct d5){1, 2, 3, 4, 5});
    struct nested n = f_nested((struct nested){{1, 2}, {3, 4}});
    struct q2 q = f_q2((struct q2){1, 2}, (struct q2){30, 40});
    struct mix m = f_mix((struct mix){1, 2, 3}, 4, (struct mix){5, 6, 7});
    union u u = f_u((union u){.d = 1.0});
    printf("%g %g %g %g %g %g %g %g %g %g\n", f_f1((struct f1){1.25f}).a, f3.a, f3.b, f3.c, d4.a,
           d4.b, d4.c, d4.d, d5.e, n.b.b);
    printf("%Lg %Lg %g %d %g %g\n", q.a, q.b, m.f, m.i, m.d, u.d);
    struct flags fl = f_flags((struct flags){3, -7, 2000, 12345, 0});
    printf("%u %d %u %lu %d %zu\n", fl.a, fl.b, fl.c, (unsigned long)fl.d, fl.e, sizeof fl);
    struct hva h =
        f_hva((struct hva){{1, 2, 3, 4}, {5, 6, 7, 8}}, (struct hva){{2, 3, 4, 5}, {9, 8, 7, 6}});
    printf("%g %g %g %g\n", h.a[0], h.a[3], h.b[0], h.b[3]);
    float _Complex cf = f_cf(1 + 2 * I);
    double _Complex cd = f_cd(1 - 2 * I, 3 + 4 * I);
    printf("%g%+gi %g%+gi %g\n", crealf(cf), cimagf(cf), creal(cd), cimag(cd), cabs(3 + 4 * I));
    struct big x = {"first", {0}, 10}, y = {"second", {0}, 20};
    for (int k = 0; k < 20; k++) {
        x.v[k] = k;
        y.v[k] = k * 0.5;
    }
    struct big (*volatile call)(int, struct big, struct big) = f_big;
    struct big z = call(2, x, y);
    printf("%s %ld %g %g %s\n", z.name, z.n, z.v[0], z.v[19], x.name);
    printf("%ld\n", many(1, 2, 3, 4, (struct s16){5, 6, 7}, (struct c3){"abc"},
                         (struct s24){8, 9, 10}, 11, 12, (struct s12){13, 14, 15}));
    struct big copies[3] = {x, y, z};
    struct big t = copies[0];
    copies[0] = copies[2];
    copies[2] = t;
    printf("%s %s %d\n", copies[0].name, copies[2].name, memcmp(&copies[2], &x, sizeof x));
    return 0;
}
