// SPDX-License-Identifier: MIT
// variants: O0-static O2-static O2-dynamic:-fstack-protector-all~-D_FORTIFY_SOURCE=2 O3-static:-mcmodel=large~-fno-pic Os-static:-mbranch-protection=standard O2-static:-Wl,-Ttext-segment=0x70000000 O2-static:-Wl,-z,max-page-size=4096~-Wl,-z,noseparate-code
/* Branchy integer programs, and the odd ways a program can be compiled and linked. */
#include "guest.h"

#include <alloca.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int queens(int n, unsigned columns, unsigned left, unsigned right)
{
    unsigned all = (1u << n) - 1;
    if (columns == all)
        return 1;
    int count = 0;
    for (unsigned free = all & ~(columns | left | right); free; free &= free - 1) {
        unsigned bit = free & -free;
        count += queens(n, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return count;
}

static void life(void)
{
    static unsigned char a[34][34], b[34][34];
    a[10][11] = a[11][12] = a[12][10] = a[12][11] = a[12][12] = a[20][20] = a[20][21] = a[20][22] =
        1;
    int alive = 0;
    for (int g = 0; g < 60; g++) {
        alive = 0;
        for (int y = 1; y < 33; y++)
            for (int x = 1; x < 33; x++) {
                int n = -a[y][x];
                for (int dy = -1; dy <= 1; dy++)
                    for (int dx = -1; dx <= 1; dx++)
                        n += a[y + dy][x + dx];
                b[y][x] = n == 3 || (n == 2 && a[y][x]);
                alive += b[y][x];
            }
        memcpy(a, b, sizeof a);
    }
    printf("life %d %016lx\n", alive, guest_hash(a, sizeof a));
}

/* LZ77-like packing and unpacking of a text. */
static size_t pack(const unsigned char *in, size_t n, unsigned char *out)
{
    size_t o = 0;
    for (size_t i = 0; i < n;) {
        size_t best = 0, distance = 0;
        for (size_t j = i > 255 ? i - 255 : 0; j < i; j++) {
            size_t l = 0;
            while (l < 255 && i + l < n && in[j + l] == in[i + l])
                l++;
            if (l > best) {
                best = l;
                distance = i - j;
            }
        }
        if (best >= 4) {
            out[o++] = 0;
            out[o++] = (unsigned char)distance;
            out[o++] = (unsigned char)best;
            i += best;
        } else {
            out[o++] = in[i++];
        }
    }
    return o;
}

static size_t unpack(const unsigned char *in, size_t n, unsigned char *out)
{
    size_t o = 0;
    for (size_t i = 0; i < n;) {
        if (in[i]) {
            out[o++] = in[i++];
        } else {
            for (int l = in [i + 2]; l > 0; l--, o++)
                out[o] = out[o - in[i + 1]];
            i += 3;
        }
    }
    return o;
}

static void packing(void)
{
    static unsigned char text[1500], packed[3000], back[1600];
    size_t n = 0;
    while (n < sizeof text - 20)
        n += (size_t)sprintf((char *)text + n, "word%lu ", guest_random() % 40);
    size_t p = pack(text, n, packed), u = unpack(packed, p, back);
    CHECK(u == n && memcmp(text, back, n) == 0 && p < n);
    printf("packed %zu to %zu\n", n, p);
}

/* Big numbers: 2^607 - 1 in decimal, and Fibonacci by addition of digit strings. */
static void big(void)
{
    uint32_t d[40] = {1};
    int n = 1;
    for (int i = 0; i < 607; i++) {
        uint64_t carry = 0;
        for (int k = 0; k < n; k++) {
            carry += (uint64_t)d[k] * 2;
            d[k] = (uint32_t)(carry % 1000000000);
            carry /= 1000000000;
        }
        if (carry)
            d[n++] = (uint32_t)carry;
    }
    d[0]--;
    printf("%u", d[n - 1]);
    for (int k = n - 2; k >= 0; k--)
        printf("%09u", d[k]);
    puts("");
}

static int ackermann(int m, int n)
{
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static long variable_arrays(int n)
{
    long v[n], *a = alloca((size_t)n * sizeof *a), sum = 0;
    for (int i = 0; i < n; i++) {
        v[i] = i * 3;
        a[i] = i * 5;
    }
    for (int i = 0; i < n; i++)
        sum += v[i] * a[n - 1 - i];
    return sum + (n > 1 ? variable_arrays(n / 2) : 0);
}

static const char *classify(int c)
{
    switch (c) {
    case 0: return "zero";
    case 1:
    case 3:
    case 5:
    case 7:
    case 9: return "odd";
    case 2:
    case 4:
    case 6:
    case 8: return "even";
    case 10: return "ten";
    case 11 ... 20: return "teen";
    case 1000: return "thousand";
    case -5: return "minus";
    default: return c < 0 ? "negative" : "large";
    }
}

static unsigned char huge[64 << 20];

int main(void)
{
    printf("queens %d\n", queens(8, 0, 0, 0));
    life();
    packing();
    big();
    printf("ackermann %d\n", ackermann(2, 9));
    printf("arrays %ld\n", variable_arrays(100));
    for (int c = -6; c < 23; c += 3)
        printf("%s ", classify(c));
    printf("%s %s\n", classify(1000), classify(-5));
    huge[0] = huge[sizeof huge - 1] = 1;
    CHECK(huge[sizeof huge / 2] == 0 && huge[0] == 1);
    return guest_done();
}
