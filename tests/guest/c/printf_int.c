// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static-pie
#define _GNU_SOURCE
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    static const long values[] = {0,   1,     -1,      7,       42,       -42,
                                  255, 65535, INT_MAX, INT_MIN, LONG_MAX, LONG_MIN};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        long v = values[i];
        printf("[%d] [%i] [%u] [%o] [%x] [%X]\n", (int)v, (int)v, (unsigned)v, (unsigned)v,
               (unsigned)v, (unsigned)v);
        printf("[%ld] [%lu] [%lo] [%lx] [%#lx] [%#lo]\n", v, v, v, v, v, v);
        printf("[%hhd] [%hhu] [%hd] [%hu] [%hhx]\n", (signed char)v, (unsigned char)v, (short)v,
               (unsigned short)v, (unsigned char)v);
        printf("[%20ld] [%-20ld] [%020ld] [%+ld] [% ld]\n", v, v, v, v, v);
        printf("[%.5ld] [%10.5ld] [%-10.5ld] [%+.12ld]\n", v, v, v, v);
        printf("[%" PRId64 "] [%" PRIx8 "] [%" PRIu16 "] [%jd] [%zd] [%td]\n", (int64_t)v,
               (uint8_t)v, (uint16_t)v, (intmax_t)v, (ssize_t)v, (ptrdiff_t)v);
        printf("[%*ld] [%-*ld] [%.*ld]\n", 12, v, 12, v, 8, v);
        printf("[%2$s %1$ld %2$s]\n", v, "pos");
    }
    printf("[%s] [%.3s] [%10s] [%-10s] [%10.2s]\n", "hello", "hello", "hello", "hello", "hello");
    printf("[%c] [%5c] [%-5c] [%%]\n", 'a', 'b', 'c');
    printf("[%p] [%p] [%20p]\n", (void *)0x1234, (void *)0, (void *)0xdeadbeef);
    int n1 = 0;
    long n2 = 0;
    printf("count%n more%ln\n", &n1, &n2);
    printf("%d %ld\n", n1, n2);
    printf("[%'d] [%m]\n", 1234567);
    char buffer[16];
    int need = snprintf(buffer, sizeof buffer, "%s", "a string that is too long");
    printf("%d [%s]\n", need, buffer);
    char *out;
    need = asprintf(&out, "%0*d|%-*d|", 300, 7, 300, 9);
    printf("%d %zu %c %c\n", need, strlen(out), out[299], out[301]);
    free(out);
    printf("%d\n", sprintf(buffer, "%s%d", "x", 5));
    return 0;
}
