// SPDX-License-Identifier: MIT
// beyond: a pair of registers is stored and loaded as one access (FEAT_LSE2)
// native: arm64 instructions
// A pair in one quadword is never seen half stored: by another thread, and by another process with
// which memory is shared.
#define _GNU_SOURCE
#include "guest.h"

#include <pthread.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20000000 };

struct pair {
    unsigned long low, high;
    int begun, over; // the reader has, the writer is
} __attribute__((aligned(16)));

static void *store(void *argument)
{
    struct pair *p = argument;
    while (!__atomic_load_n(&p->begun, __ATOMIC_ACQUIRE))
        ;
    for (unsigned long i = 0; i < ROUNDS; i++)
        __asm__ volatile("stp %0, %1, [%2]" : : "r"(i), "r"(~i), "r"(p) : "memory");
    __atomic_store_n(&p->over, 1, __ATOMIC_RELEASE);
    return argument;
}

static unsigned long torn(struct pair *p)
{
    unsigned long n = 0, low, high;
    __atomic_store_n(&p->begun, 1, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&p->over, __ATOMIC_ACQUIRE)) {
        __asm__ volatile("ldp %0, %1, [%2]" : "=&r"(low), "=&r"(high) : "r"(p) : "memory");
        n += high != ~low;
    }
    return n;
}

static void between_processes(void)
{
    struct pair *p =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED);
    p->high = ~0ul;
    pid_t child = fork();
    if (!child) {
        store(p);
        _exit(0);
    }
    CHECK(torn(p) == 0);
    CHECK(waitpid(child, NULL, 0) == child);
}

static void between_threads(void)
{
    static struct pair pair = {.high = ~0ul};
    pthread_t t;
    CHECK(pthread_create(&t, NULL, store, &pair) == 0);
    CHECK(torn(&pair) == 0);
    CHECK(pthread_join(t, NULL) == 0);
}

int main(void)
{
    CHECK(getauxval(AT_HWCAP) & HWCAP_USCAT);
    between_threads();
    between_processes();
    return guest_done();
}
