// SPDX-License-Identifier: MIT
// variants: O2-static
/* Loops over memory through tagged pointers: every kind of access, often enough to be compiled for tags. */
#include "guest.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *tag(void *p, unsigned n)
{
    return (void *)((uintptr_t)p | (uintptr_t)n << 56);
}

static uint64_t plain(uint64_t *p, int n)
{
    uint64_t sum = 0;
    for (int i = 0; i < n; i++) {
        p[i % 64] += (uint64_t)i;
        sum = sum * 31 + p[(i * 7) % 64];
        ((volatile uint8_t *)p)[i % 512] ^= (uint8_t)sum;
    }
    return sum;
}

static uint64_t exclusive(uint64_t *p, int n)
{
    uint64_t failed = 0;
    for (int i = 0; i < n; i++) {
        uint64_t old, new;
        uint32_t status;
        __asm__ volatile("1: ldxr %0, [%3]\n add %1, %0, %4\n stxr %w2, %1, [%3]\n"
                         : "=&r"(old), "=&r"(new), "=&r"(status)
                         : "r"(p), "r"((uint64_t)i)
                         : "memory");
        failed += status;
    }
    return failed;
}

static uint64_t atomic(uint64_t *p, int n)
{
    uint64_t sum = 0, one = 1, got, lo, hi;
    for (int i = 0; i < n; i++) {
        __asm__ volatile(".arch armv8.1-a\n ldadd %1, %0, [%2]" : "=&r"(got) : "r"(one), "r"(p) : "memory");
        sum += got;
        __asm__ volatile("ldumax %1, %0, [%2]" : "=&r"(got) : "r"(sum), "r"(p + 1) : "memory");
        sum ^= got;
        __asm__ volatile("steor %0, [%1]" : : "r"(sum), "r"(p + 2) : "memory");
        __asm__ volatile("1: ldaxp %0, %1, [%2]\n stlxp w9, %1, %0, [%2]\n cbnz w9, 1b"
                         : "=&r"(lo), "=&r"(hi)
                         : "r"(p + 4)
                         : "memory", "x9");
        sum = sum * 3 + lo - hi;
    }
    return sum;
}

int main(void)
{
    static uint64_t a[64] __attribute__((aligned(64))), b[64] __attribute__((aligned(64)));
    a[4] = b[4] = 7;
    for (unsigned round = 1; round < 6; round++) {
        CHECK(plain(a, 20000) == plain(tag(b, round * 50), 20000));
        CHECK(exclusive(a, 5000) == 0 && exclusive(tag(b, round * 37), 5000) == 0);
        CHECK(atomic(a, 5000) == atomic(tag(b, round * 41), 5000));
        memset(a + 16, (int)round, 256);
        memset(tag(b + 16, round), (int)round, 256);
        CHECK(!memcmp(a, b, sizeof a));
    }
    return guest_done();
}
