// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static
#include <stdarg.h>
#include <stdio.h>

struct small {
    int a, b;
};
struct medium {
    long a, b;
};
struct large {
    long a[5];
};
struct hfa2 {
    float x, y;
};
struct hfa4 {
    double a, b, c, d;
};
struct hfa_ld {
    long double a, b;
};
struct mixed {
    int i;
    double d;
};
struct __attribute__((aligned(16))) aligned {
    long v;
};

static void sum(const char *kinds, ...)
{
    va_list ap, copy;
    va_start(ap, kinds);
    va_copy(copy, ap);
    for (int pass = 0; pass < 2; pass++) {
        for (const char *k = kinds; *k; k++) {
            va_list *p = pass ? &copy : &ap;
            switch (*k) {
            case 'i': printf(" i%d", va_arg(*p, int)); break;
            case 'l': printf(" l%ld", va_arg(*p, long)); break;
            case 'd': printf(" d%g", va_arg(*p, double)); break;
            case 'L': printf(" L%Lg", va_arg(*p, long double)); break;
            case 's': printf(" s%s", va_arg(*p, char *)); break;
            case 'q': {
                __int128 v = va_arg(*p, __int128);
                printf(" q%lx:%lx", (long)(v >> 64), (long)v);
                break;
            }
            case 'S': {
                struct small v = va_arg(*p, struct small);
                printf(" S%d,%d", v.a, v.b);
                break;
            }
            case 'M': {
                struct medium v = va_arg(*p, struct medium);
                printf(" M%ld,%ld", v.a, v.b);
                break;
            }
            case 'B': {
                struct large v = va_arg(*p, struct large);
                printf(" B%ld,%ld", v.a[0], v.a[4]);
                break;
            }
            case 'h': {
                struct hfa2 v = va_arg(*p, struct hfa2);
                printf(" h%g,%g", v.x, v.y);
                break;
            }
            case 'H': {
                struct hfa4 v = va_arg(*p, struct hfa4);
                printf(" H%g,%g,%g,%g", v.a, v.b, v.c, v.d);
                break;
            }
            case 'D': {
                struct hfa_ld v = va_arg(*p, struct hfa_ld);
                printf(" D%Lg,%Lg", v.a, v.b);
                break;
            }
            case 'X': {
                struct mixed v = va_arg(*p, struct mixed);
                printf(" X%d,%g", v.i, v.d);
                break;
            }
            case 'A': {
                struct aligned v = va_arg(*p, struct aligned);
                printf(" A%ld", v.v);
                break;
            }
            }
        }
        puts("");
    }
    va_end(copy);
    va_end(ap);
}

int main(void)
{
    struct small s = {1, 2};
    struct medium m = {3, 4};
    struct large b = {{5, 6, 7, 8, 9}};
    struct hfa2 h = {1.5f, 2.5f};
    struct hfa4 h4 = {1, 2, 3, 4};
    struct hfa_ld hl = {10, 20};
    struct mixed x = {7, 8.5};
    struct aligned a = {99};
    __int128 q = ((__int128)0x1122334455667788 << 64) | 0x99aabbccddeeffu;
    sum("iiiiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    sum("dddddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12.);
    sum("idldidldidldidldidld", 1, 2., 3L, 4., 5, 6., 7L, 8., 9, 10., 11L, 12., 13, 14., 15L, 16.,
        17, 18., 19L, 20.);
    sum("LLLLLLLLLL", 1.L, 2.L, 3.L, 4.L, 5.L, 6.L, 7.L, 8.L, 9.L, 10.L);
    sum("iqiqiqiq", 1, q, 2, q + 1, 3, q + 2, 4, q + 3);
    sum("SMBSMBSMB", s, m, b, s, m, b, s, m, b);
    sum("hHDhHDhHD", h, h4, hl, h, h4, hl, h, h4, hl);
    sum("XAiXAiXAiXAi", x, a, 1, x, a, 2, x, a, 3, x, a, 4);
    sum("sids", "str", 5, 6.5, "end");
    return 0;
}
