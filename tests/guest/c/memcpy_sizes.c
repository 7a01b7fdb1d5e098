// SPDX-License-Identifier: MIT
// variants: O2-static O3-dynamic
// timeout: 240
#include "guest.h"

#include <string.h>

static unsigned char src[4096 + 256], dst[4096 + 256], want[4096 + 256];

static void fill(unsigned char *p)
{
    for (size_t i = 0; i < sizeof src; i++)
        p[i] = (unsigned char)(i * 7 + i / 251);
}

int main(void)
{
    unsigned long h = 0;
    fill(src);
    for (size_t n = 0; n <= 4096; n += n < 300 ? 1 : 61) {
        for (size_t shift = 0; shift < 3; shift++) {
            size_t from = n * 3 % 64, to = (n * 5 + shift * 17) % 64;
            memset(dst, 0xee, sizeof dst);
            memcpy(dst + to, src + from, n);
            CHECK(memcmp(dst + to, src + from, n) == 0);
            CHECK(dst[to + n] == 0xee && (to == 0 || dst[to - 1] == 0xee));
        }
        /* Overlap both ways, near and far. */
        static const int distances[] = {1, -1, 7, -8, 16, -31, 64, -65, 127};
        for (size_t k = n % 3; k < sizeof distances / sizeof *distances; k += 3) {
            size_t from = 128, to = (size_t)(128 + distances[k]);
            memcpy(dst, src, sizeof dst);
            memcpy(want, src, sizeof want);
            for (size_t i = 0; i < n; i++)
                want[to + i] = src[from + i];
            memmove(dst + to, dst + from, n);
            CHECK(memcmp(dst, want, sizeof dst) == 0);
        }
        h = h * 31 + guest_hash(dst, 512);
    }
    memset(dst, 0, sizeof dst);
    for (size_t n = 0; n <= 4096; n += n < 260 ? 1 : 64) {
        memset(dst + n % 48, (int)n, n);
        h = h * 31 + dst[n % 48 + n / 2] + dst[n % 48 + n];
        memset(dst, 0, n + 48);
        CHECK(dst[n % 48 + n / 2] == 0);
    }
    printf("%016lx\n", h);
    return guest_done();
}
