// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include "base/bits.h"
#include "base/die.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define PAGES_FROM UINT64_C(0x610000000000)

void *arena_pages(size_t size)
{
    static uint64_t next = PAGES_FROM;
    size = round_up(size, 4096);
    // Only a hint, which the kernel follows where nothing is.
    void *at = (void *)__atomic_fetch_add(&next, size + 4096, __ATOMIC_RELAXED);
    void *p =
        mmap(at, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void arena_init(struct arena *a, size_t size)
{
    size = round_up(size, 16); // of which arena_alloc gives multiples
    a->base = arena_pages(size);
    if (!a->base)
        die("cannot reserve %zu bytes for translations: %s (raise the address-space limit: ulimit -v)",
            size, strerror(errno));
    a->used = 0;
    a->size = size;
}

void arena_fini(struct arena *a)
{
    munmap(a->base, a->size);
    a->base = NULL;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size = round_up(size, 16);
    if (size > a->size - a->used)
        return NULL;
    void *p = a->base + a->used;
    a->used += size;
    return p;
}

void arena_reset(struct arena *a)
{
    a->used = 0;
}
