// SPDX-License-Identifier: MIT
// beyond: reserving that much
// Mappings at fixed places all over the address space succeed or say that there is no memory;
// whatever the emulator itself has is not replaced. unlimited_stack.sh runs it where the kernel
// puts that among the guest's addresses.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <sys/mman.h>
#include <time.h>

static sem_t end;

static void *wait_end(void *arg)
{
    sem_wait(&end);
    return arg;
}

int main(void)
{
    const uint64_t size = UINT64_C(1) << 34;
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    pthread_t t;
    struct timespec now;
    int failed = 0, other = 0;
    CHECK(pthread_create(&t, NULL, wait_end, NULL) == 0);
    for (uint64_t at = UINT64_C(0x100000000000); at < UINT64_C(0x300000000000); at += size) {
        if (mmap((void *)at, size, PROT_NONE, flags | MAP_FIXED, -1, 0) == (void *)at)
            continue;
        failed++;
        other += errno != ENOMEM;
        // As a hint only, it is a place like any other.
        other += mmap((void *)at, size, PROT_NONE, flags, -1, 0) == MAP_FAILED;
    }
    CHECK(failed <= 4 && other == 0);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    sem_post(&end);
    CHECK(pthread_join(t, NULL) == 0);
    return guest_done();
}
