// SPDX-License-Identifier: MIT
// beyond: a store-exclusive notices that another thread has stored the old value again
// What threads see of each other's code and stores: code that another thread has written is what
// runs next, and a store-exclusive fails when another thread has stored to the place, even if the
// old value is there again.
#define _GNU_SOURCE
#include "guest.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>

static uint32_t *code;
static int turn; // even: the main thread's
static uint64_t word = 1;

static void wait_turn(int n)
{
    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != n)
        sched_yield();
}

static void next_turn(void)
{
    __atomic_add_fetch(&turn, 1, __ATOMIC_RELEASE);
}

static void write_code(unsigned n)
{
    code[0] = 0x52800000 | n << 5; // mov w0, #n
    code[1] = 0xd65f03c0;          // ret
    __builtin___clear_cache((char *)code, (char *)(code + 2));
}

static void *writer(void *arg)
{
    for (int i = 0; i < 200; i++) {
        wait_turn(2 * i + 1);
        write_code((unsigned)i);
        next_turn();
    }
    wait_turn(401);
    __atomic_store_n(&word, 2, __ATOMIC_SEQ_CST);
    __atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
    next_turn();
    return arg;
}

// Loads exclusively, waits until the other thread has stored, stores exclusively: 1 if that failed.
static unsigned store_after_others(void)
{
    uint64_t old;
    unsigned failed;
    __asm__ volatile("ldxr %[old], [%[word]]\n\t"
                     "mov %w[failed], #401\n\t"
                     "str %w[failed], [%[turn]]\n"
                     "1: ldr %w[failed], [%[turn]]\n\t"
                     "cmp %w[failed], #402\n\t"
                     "b.ne 1b\n\t"
                     "stxr %w[failed], %[old], [%[word]]"
                     : [old] "=&r"(old), [failed] "=&r"(failed)
                     : [word] "r"(&word), [turn] "r"(&turn)
                     : "cc", "memory");
    return failed;
}

int main(void)
{
    pthread_t t;
    int stale = 0;
    code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int (*function)(void) = (int (*)(void))code;
    write_code(1000);
    CHECK(function() == 1000);
    CHECK(pthread_create(&t, NULL, writer, NULL) == 0);
    for (int i = 0; i < 200; i++) {
        next_turn();
        wait_turn(2 * i + 2);
        stale += function() != i;
    }
    CHECK(stale == 0);
    CHECK(store_after_others() == 1);
    CHECK(pthread_join(t, NULL) == 0);
    return guest_done();
}
