// SPDX-License-Identifier: MIT
// variants: O0-static O2-static
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct mixed {
    unsigned a      : 1;
    int b           : 7;
    unsigned long c : 33;
    short d         : 9;
    unsigned        : 0;
    unsigned char e : 4, f : 4;
};
struct __attribute__((packed)) tight {
    unsigned a      : 3;
    unsigned b      : 13;
    unsigned long c : 47;
    signed char d;
    int e;
};
struct wide {
    uint64_t lo  : 64;
    int64_t s    : 63;
    uint64_t top : 1;
};
union view {
    struct {
        uint32_t mantissa : 23, exponent : 8, sign : 1;
    } bits;
    float f;
};

static void dump(const char *name, const void *p, size_t n)
{
    printf("%s %zu ", name, n);
    for (size_t i = 0; i < n; i++)
        printf("%02x", ((const unsigned char *)p)[i]);
    puts("");
}

int main(void)
{
    struct mixed m, n;
    memset(&m, 0, sizeof m);
    memset(&n, 0xff, sizeof n);
    for (int i = 0; i < 10; i++) {
        m.a += 1;
        m.b += 13;
        m.c += 0x123456789;
        m.d -= 77;
        m.e ^= i;
        m.f += m.e;
        n.b = m.b;
        n.c = (unsigned long)m.d;
        printf("%u %d %lx %d %u %u | %d %lx\n", m.a, m.b, (unsigned long)m.c, m.d, m.e, m.f, n.b,
               (unsigned long)n.c);
    }
    dump("mixed", &m, sizeof m);
    dump("filled", &n, sizeof n);
    struct tight t = {5, 0x1abc, 0x3fffffffffff, -3, 0x12345678};
    t.c <<= 1;
    t.b += 0x1000;
    t.e *= 3;
    dump("tight", &t, sizeof t);
    printf("%u %x %lx %d %x\n", t.a, t.b, (unsigned long)t.c, t.d, (unsigned)t.e);
    struct wide w = {~0ul, -1, 1};
    w.s += 2;
    w.top--;
    dump("wide", &w, sizeof w);
    union view v = {.f = -6.25f};
    printf("%u %u %x\n", v.bits.sign, v.bits.exponent, v.bits.mantissa);
    return 0;
}
