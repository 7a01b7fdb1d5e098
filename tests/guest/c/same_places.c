// SPDX-License-Identifier: MIT
// variants: O2-static O0-dynamic
/*
 * Functions whose addresses agree in their low bits, called through pointers by turns, so that what
 * finds their code has the same place for all of them; and written anew while they are.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>

enum { FUNCTIONS = 24, APART = 1 << 16, ROUNDS = 400 };

static char *code;

typedef unsigned long function(unsigned long);

static function *at(unsigned i)
{
    return (function *)(code + (unsigned long)i * APART + 0x480);
}

// x0 + n, and back.
static void write_function(unsigned i, unsigned n)
{
    uint32_t *words = (uint32_t *)at(i);
    words[0] = 0x91000000 | n << 10;
    words[1] = 0xd65f03c0;
    __builtin___clear_cache((char *)words, (char *)(words + 2));
}

// Calls, and jumps with the return address of a call: by another register than those of tables.
static unsigned long call(function *f, unsigned long x)
{
    return f(x);
}

static unsigned long jump(function *f, unsigned long x)
{
    register unsigned long x0 __asm__("x0") = x;
    register function *x9 __asm__("x9") = f;
    __asm__ volatile("adr x30, 1f\n br x9\n 1:" : "+r"(x0) : "r"(x9) : "x30", "memory");
    return x0;
}

static void *run(void *sum)
{
    unsigned long x = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < FUNCTIONS; i++)
            x = call(at(i), x);
        for (unsigned i = FUNCTIONS; i-- > 0; i--)
            x = jump(at(i), x);
    }
    *(unsigned long *)sum = x;
    return NULL;
}

int main(void)
{
    code = mmap(NULL, FUNCTIONS * APART, PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(code != MAP_FAILED);
    unsigned long each = 0, odd = 0;
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        write_function(i, i + 1);
        each += i + 1;
        odd += i % 2 ? i + 1 : 0;
    }
    unsigned long sum[2];
    pthread_t other;
    CHECK(pthread_create(&other, NULL, run, &sum[1]) == 0);
    run(&sum[0]);
    pthread_join(other, NULL);
    CHECK(sum[0] == ROUNDS * (each + odd) && sum[1] == sum[0]);
    // Each is written anew when all are known, and is what it is then at once.
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        write_function(i, i + 1000);
        for (unsigned k = 0; k < FUNCTIONS; k++) {
            unsigned long n = k <= i ? k + 1000 : k + 1;
            CHECK(call(at(k), 5) == n + 5 && jump(at(k), 7) == n + 7);
        }
    }
    return guest_done();
}
