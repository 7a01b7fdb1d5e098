// SPDX-License-Identifier: MIT
/* What a self-checking guest program needs: CHECK counts, guest_done() reports and gives the
 * status. */
#ifndef GUEST_GUEST_H
#define GUEST_GUEST_H

#include <stdio.h>

/* What differs where a test is also run by the host itself. */
#ifdef __aarch64__
#    define GUEST_ARM64   1
#    define GUEST_MACHINE "aarch64"
#else
#    define GUEST_ARM64   0
#    define GUEST_MACHINE "x86_64"
#endif

static int guest_failures;
static int guest_checks;

static inline void guest_check(int ok, const char *what, const char *file, int line)
{
    guest_checks++;
    if (!ok) {
        if (guest_failures++ < 20)
            printf("FAIL %s:%d: %s\n", file, line, what);
    }
}

static inline int guest_done(void)
{
    printf("%d checks, %d failures\n", guest_checks, guest_failures);
    fflush(stdout);
    return guest_failures ? 1 : 0;
}

#define CHECK(cond) guest_check(!!(cond), #cond, __FILE__, __LINE__)

/* FNV-1a: a kernel's whole output in one comparable word. */
static inline unsigned long guest_hash(const void *data, unsigned long size)
{
    const unsigned char *p = (const unsigned char *)data;
    unsigned long h = 0xcbf29ce484222325ul;
    for (unsigned long i = 0; i < size; i++)
        h = (h ^ p[i]) * 0x100000001b3ul;
    return h;
}

/* A fixed pseudo-random stream (xorshift), the same on every machine. */
static unsigned long guest_seed = 88172645463325252ul;

static inline unsigned long guest_random(void)
{
    guest_seed ^= guest_seed << 13;
    guest_seed ^= guest_seed >> 7;
    guest_seed ^= guest_seed << 17;
    return guest_seed;
}

#endif
