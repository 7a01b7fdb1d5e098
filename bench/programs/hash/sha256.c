// SPDX-License-Identifier: MIT
// SHA-256 in plain C: rotations, additions, logic on 32 bits.
#include "bench.h"

static uint32_t k[64];

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void block(uint32_t *h, const uint8_t *p)
{
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
    for (int i = 0; i < 8; i++)
        s[i] = h[i];
    for (int i = 0; i < 64; i++) {
        uint32_t e = s[4], a = s[0];
        uint32_t t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + k[i] + w[i];
        uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        s[7] = s[6];
        s[6] = s[5];
        s[5] = s[4];
        s[4] = s[3] + t1;
        s[3] = s[2];
        s[2] = s[1];
        s[1] = s[0];
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        h[i] += s[i];
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 1200000);
    uint32_t h[8] = {1, 2, 3, 4, 5, 6, 7, 8}, seed = 29;
    uint8_t message[64];
    for (int i = 0; i < 64; i++)
        k[i] = bench_random(&seed) << 8 | (uint32_t)i;
    for (int i = 0; i < 64; i++)
        message[i] = (uint8_t)bench_random(&seed);
    for (unsigned r = 0; r < rounds; r++) {
        message[r % 64] ^= (uint8_t)r;
        block(h, message);
    }
    return bench_done((uint64_t)h[0] << 32 | h[5]);
}
