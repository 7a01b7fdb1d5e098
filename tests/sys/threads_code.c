// SPDX-License-Identifier: MIT
// native: arm64 code
// What threads see of each other's code: what another thread has written is what runs next.
#define _GNU_SOURCE
#include "guest.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>

static uint32_t *code;
static int turn; // even: the main thread's

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
    return arg;
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
    CHECK(pthread_join(t, NULL) == 0);
    return guest_done();
}
