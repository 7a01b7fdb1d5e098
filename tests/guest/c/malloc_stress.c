// SPDX-License-Identifier: MIT
// variants: O2-static O2-dynamic
#define _GNU_SOURCE
#include "guest.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 257 };
static unsigned char *slot[SLOTS];
static size_t size[SLOTS];

static int intact(int i)
{
    for (size_t k = 0; k < size[i]; k += 1 + size[i] / 16)
        if (slot[i][k] != (unsigned char)(i + k))
            return 0;
    return 1;
}

static void fill(int i)
{
    for (size_t k = 0; k < size[i]; k += 1 + size[i] / 16)
        slot[i][k] = (unsigned char)(i + k);
}

int main(void)
{
    for (int round = 0; round < 6000; round++) {
        int i = (int)(guest_random() % SLOTS);
        size_t want = guest_random() % (round % 50 == 0 ? 300000 : round % 7 ? 200 : 5000) + 1;
        if (slot[i]) {
            CHECK(intact(i));
            if (guest_random() & 1) {
                slot[i] = realloc(slot[i], want);
                size_t kept = want < size[i] ? want : size[i];
                CHECK(kept < 1 || slot[i][0] == (unsigned char)i);
            } else {
                free(slot[i]);
                slot[i] = want & 1 ? calloc(1, want) : malloc(want);
                if (want & 1)
                    CHECK(slot[i][0] == 0 && slot[i][want / 2] == 0 && slot[i][want - 1] == 0);
            }
        } else {
            slot[i] = malloc(want);
        }
        CHECK(slot[i] && ((uintptr_t)slot[i] & 15) == 0);
        size[i] = want;
        fill(i);
        CHECK(malloc_usable_size(slot[i]) >= want);
    }
    for (int i = 0; i < SLOTS; i++) {
        if (slot[i])
            CHECK(intact(i));
        free(slot[i]);
    }
    for (size_t align = 16; align <= 65536; align *= 2) {
        void *p = NULL;
        CHECK(posix_memalign(&p, align, 100) == 0 && ((uintptr_t)p & (align - 1)) == 0);
        free(p);
        p = aligned_alloc(align, align * 2);
        CHECK(((uintptr_t)p & (align - 1)) == 0);
        free(p);
    }
    char *big = malloc(64 << 20);
    CHECK(big != NULL);
    big[0] = big[(64 << 20) - 1] = 1;
    big = realloc(big, 96 << 20);
    CHECK(big && big[0] == 1 && big[(64 << 20) - 1] == 1);
    free(big);
    volatile size_t too_much = PTRDIFF_MAX;
    CHECK(malloc(too_much) == NULL);
    CHECK(calloc(too_much, 4) == NULL);
    malloc_trim(0);
    return guest_done();
}
