// SPDX-License-Identifier: MIT
// The C library's string functions on short and middling strings.
#include "bench.h"

#include <string.h>

enum { STRINGS = 256, LENGTH = 300 };
static char text[STRINGS][LENGTH + 1];

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 20000);
    uint32_t seed = 11;
    for (int i = 0; i < STRINGS; i++) {
        unsigned n = 3 + bench_random(&seed) % (i % 8 ? 40 : LENGTH - 3);
        for (unsigned k = 0; k < n; k++)
            text[i][k] = (char)('a' + bench_random(&seed) % 20);
    }
    uint64_t sum = 0;
    static char copy[2 * LENGTH + 2];
    for (unsigned r = 0; r < rounds; r++)
        for (int i = 0; i < STRINGS; i++) {
            const char *s = text[i], *t = text[(i * 7 + (int)r) % STRINGS];
            size_t n = strlen(s);
            sum += n + (size_t)(strchr(s, 'x') == NULL) + (strcmp(s, t) > 0);
            const char *found = memchr(s, 'q', n);
            sum += found ? (size_t)(found - s) : n;
            strcpy(copy, s);
            strcat(copy, t);
            sum += (unsigned char)copy[n / 2] + (memcmp(copy, s, n) == 0);
            if (i % 16 == 0) {
                found = strstr(copy, t);
                sum += found ? (size_t)(found - copy) : 1;
            }
        }
    return bench_done(sum);
}
