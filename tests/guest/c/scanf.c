// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

int main(void)
{
    int d, n, count;
    unsigned x, o;
    long l;
    long long ll;
    short h;
    signed char hh;
    float f;
    double g;
    long double L;
    char s[32], set[32], c[4] = {0};
    n = sscanf("-12 0x1f 17 0755 9876543210 -9223372036854775808 -7 300",
               "%d %x %o %i %ld %lld %hhd %hd", &d, &x, &o, &count, &l, &ll, &hh, &h);
    printf("%d: %d %u %u %d %ld %lld %d %d\n", n, d, x, o, count, l, ll, hh, h);
    n = sscanf("1.5 -2.25e10 3.0000000000000000001 0x1.8p3 inf", "%f %lf %Lf", &f, &g, &L);
    printf("%d: %g %g %.20Lg\n", n, f, g, L);
    n = sscanf("0x1.8p3 -inf nan", "%f %lf %Lf", &f, &g, &L);
    printf("%d: %g %g %d\n", n, f, g, L != L);
    n = sscanf("word [abc]xyz 12ab", "%31s [%31[a-c]%31[^ ] %2c%n", s, set, s + 16, c, &count);
    printf("%d: %s %s %s %s %d\n", n, s, set, s + 16, c, count);
    n = sscanf("10:20:30", "%d:%*d:%d", &d, &count);
    printf("%d: %d %d\n", n, d, count);
    char *allocated = NULL;
    n = sscanf("  allocated text", "%ms", &allocated);
    printf("%d: %s\n", n, allocated);
    free(allocated);
    n = sscanf("abc", "%d", &d);
    printf("%d %d\n", n, sscanf("", "%d", &d));
    n = sscanf("12345", "%2d%3d", &d, &count);
    printf("%d: %d %d\n", n, d, count);
    wchar_t w[16];
    n = swscanf(L"7 wide", L"%d %ls", &d, w);
    printf("%d: %d %ls\n", n, d, w);

    const char *numbers[] = {"0",
                             "1e308",
                             "1e309",
                             "4.9e-324",
                             "2.2250738585072011e-308",
                             "0.1",
                             "123456789012345678",
                             "0x1p-1074",
                             "1e-400",
                             "9007199254740993",
                             "-0.0",
                             ".5",
                             "5.",
                             "1e",
                             "infinity",
                             "nan(1)"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char *end;
        double value = strtod(numbers[i], &end);
        printf("%s -> %a (%zu) %a %La\n", numbers[i], value, (size_t)(end - numbers[i]),
               strtof(numbers[i], NULL), strtold(numbers[i], NULL));
    }
    const char *integers[] = {"0",  "  -42x", "0x7fffffffffffffff", "99999999999999999999", "077",
                              "zz", "-1"};
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
        printf("%s -> %ld %lu %ld %ld\n", integers[i], strtol(integers[i], NULL, 0),
               strtoul(integers[i], NULL, 10), strtol(integers[i], NULL, 36), atol(integers[i]));
    return 0;
}
