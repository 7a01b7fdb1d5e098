// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static
#include "guest.h"

#include <stdint.h>
#include <string.h>

static uint32_t rol(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}
static uint32_t ror(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static const uint8_t md5_shift[64] = {7, 12, 17, 22, 7, 12, 17, 22, 7, 12, 17, 22, 7, 12, 17, 22,
                                      5, 9,  14, 20, 5, 9,  14, 20, 5, 9,  14, 20, 5, 9,  14, 20,
                                      4, 11, 16, 23, 4, 11, 16, 23, 4, 11, 16, 23, 4, 11, 16, 23,
                                      6, 10, 15, 21, 6, 10, 15, 21, 6, 10, 15, 21, 6, 10, 15, 21};
static uint32_t md5_k[64], sha_k[64], sha_h[8];

/* floor(2^32 |sin(i)|) by its Taylor series; the constants need no table that way. */
static double sine(double x)
{
    const double pi = 3.14159265358979323846;
    while (x > pi)
        x -= 2 * pi;
    double term = x, sum = x;
    for (int n = 1; n < 20; n++) {
        term *= -x * x / ((2 * n) * (2 * n + 1));
        sum += term;
    }
    return sum < 0 ? -sum : sum;
}

/* First 32 bits of the fraction of the k-th root of the primes, by bisection in integers. */
static uint32_t root_fraction(unsigned prime, int k)
{
    unsigned __int128 lo = 0, hi = (unsigned __int128)32 << 32;
    while (hi - lo > 1) {
        unsigned __int128 mid = (lo + hi) / 2;
        unsigned __int128 target = (unsigned __int128)prime << (k == 2 ? 64 : 96);
        unsigned __int128 power = k == 2 ? mid * mid : mid * mid * mid;
        if (power <= target)
            lo = mid;
        else
            hi = mid;
    }
    return (uint32_t)lo;
}

static void init(void)
{
    for (int i = 0; i < 64; i++)
        md5_k[i] = (uint32_t)(uint64_t)(sine(i + 1) * 4294967296.0);
    int found = 0;
    for (unsigned p = 2; found < 64; p++) {
        unsigned d = 2;
        while (d * d <= p && p % d)
            d++;
        if (d * d <= p)
            continue;
        sha_k[found] = root_fraction(p, 3);
        if (found < 8)
            sha_h[found] = root_fraction(p, 2);
        found++;
    }
}

static void md5_block(uint32_t *s, const uint8_t *p)
{
    uint32_t m[16], a = s[0], b = s[1], c = s[2], d = s[3];
    memcpy(m, p, 64);
    for (int i = 0; i < 64; i++) {
        uint32_t f;
        int g;
        if (i < 16) {
            f = (b & c) | (~b & d);
            g = i;
        } else if (i < 32) {
            f = (d & b) | (~d & c);
            g = (5 * i + 1) % 16;
        } else if (i < 48) {
            f = b ^ c ^ d;
            g = (3 * i + 5) % 16;
        } else {
            f = c ^ (b | ~d);
            g = 7 * i % 16;
        }
        uint32_t t = d;
        d = c;
        c = b;
        b += rol(a + f + md5_k[i] + m[g], md5_shift[i]);
        a = t;
    }
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
}

static void sha256_block(uint32_t *s, const uint8_t *p)
{
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++) {
        memcpy(&w[i], p + 4 * i, 4);
        w[i] = __builtin_bswap32(w[i]);
    }
    for (int i = 16; i < 64; i++)
        w[i] = w[i - 16] + (ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
               (ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(v, s, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = v[7] + (ror(v[4], 6) ^ ror(v[4], 11) ^ ror(v[4], 25)) +
                      ((v[4] & v[5]) ^ (~v[4] & v[6])) + sha_k[i] + w[i];
        uint32_t t2 = (ror(v[0], 2) ^ ror(v[0], 13) ^ ror(v[0], 22)) +
                      ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 28);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        s[i] += v[i];
}

static void digest(const char *name, void (*block)(uint32_t *, const uint8_t *),
                   const uint32_t *start, int words, int big_endian, const uint8_t *data,
                   size_t size)
{
    uint32_t s[8];
    memcpy(s, start, (size_t)words * 4);
    uint8_t tail[128] = {0};
    size_t full = size / 64 * 64, rest = size - full, padded = rest < 56 ? 64 : 128;
    for (size_t i = 0; i < full; i += 64)
        block(s, data + i);
    memcpy(tail, data + full, rest);
    tail[rest] = 0x80;
    uint64_t bits = size * 8;
    if (big_endian)
        bits = __builtin_bswap64(bits);
    memcpy(tail + padded - 8, &bits, 8);
    for (size_t i = 0; i < padded; i += 64)
        block(s, tail + i);
    printf("%s %zu ", name, size);
    for (int i = 0; i < words; i++)
        printf("%08x", big_endian ? s[i] : __builtin_bswap32(s[i]));
    puts("");
}

static uint32_t crc32(const uint8_t *p, size_t n)
{
    static uint32_t table[256];
    if (!table[1])
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t c = i;
            for (int k = 0; k < 8; k++)
                c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
            table[i] = c;
        }
    uint32_t crc = ~0u;
    while (n--)
        crc = crc >> 8 ^ table[(crc ^ *p++) & 0xff];
    return ~crc;
}

static uint32_t adler32(const uint8_t *p, size_t n)
{
    uint32_t a = 1, b = 0;
    while (n--) {
        a = (a + *p++) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

int main(void)
{
    static const uint32_t md5_start[] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    static uint8_t data[8000];
    static const size_t sizes[] = {0, 3, 55, 56, 63, 64, 65, 1000, 8000};
    init();
    memcpy(data, "abc", 3);
    for (size_t i = 3; i < sizeof data; i++)
        data[i] = (uint8_t)(i * i >> 3);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        digest("md5", md5_block, md5_start, 4, 0, data, sizes[i]);
        digest("sha256", sha256_block, sha_h, 8, 1, data, sizes[i]);
        printf("crc32 %08x adler32 %08x\n", crc32(data, sizes[i]), adler32(data, sizes[i]));
    }
    return 0;
}
