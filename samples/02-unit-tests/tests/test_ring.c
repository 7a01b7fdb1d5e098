// SPDX-License-Identifier: MIT
#include "check.h"
#include "ring.h"

#include <string.h>

static void case_order(void)
{
    struct ring ring;
    char out[8] = "";

    CHECK(ring_init(&ring, 5) == 0);
    ring_put(&ring, "abc", 3);
    CHECK(ring_get(&ring, out, 2) == 2);
    CHECK(memcmp(out, "ab", 2) == 0);
    ring_put(&ring, "defg", 4);
    CHECK(ring_get(&ring, out, sizeof(out)) == 5);
    CHECK(memcmp(out, "cdefg", 5) == 0);
    CHECK(ring_get(&ring, out, 1) == 0);
    ring_free(&ring);
}

static void case_overflow(void)
{
    struct ring ring;
    char out[4] = "";

    CHECK(ring_init(&ring, 3) == 0);
    ring_put(&ring, "0123456789", 10);
    CHECK(ring_get(&ring, out, sizeof(out)) == 3);
    CHECK(memcmp(out, "789", 3) == 0);
    ring_free(&ring);
}

static void case_empty(void)
{
    struct ring ring;
    char out;

    CHECK(ring_init(&ring, 0) == 0);
    ring_put(&ring, "x", 1);
    CHECK(ring_get(&ring, &out, 1) == 0);
    ring_free(&ring);
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {{"order", case_order}, {"overflow", case_overflow}, {"empty", case_empty}};

// With a name as its argument the program runs that case alone.
int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (argc < 2 || strcmp(argv[1], cases[i].name) == 0)
            cases[i].run();
    }
    return check_result();
}
