// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include "base/bits.h"
#include "base/die.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#ifndef __SANITIZE_THREAD__
#    define PAGES_FROM UINT64_C(0x610000000000)
#else // which has that for itself
#    define PAGES_FROM UINT64_C(0x4000000000)
#endif

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

enum { LARGE_PAGE = 2 << 20 };

void arena_large_pages(uint8_t *p, size_t size)
{
    uint64_t from = round_up((uint64_t)p + LARGE_PAGE, LARGE_PAGE), to = (uint64_t)p + size;
    if (from < to)
        madvise((void *)from, to - from, MADV_HUGEPAGE);
}

void arena_init(struct arena *a, size_t size)
{
    size = round_up(size, 16); // of which arena_alloc gives multiples
    a->base = arena_pages(size);
    if (!a->base)
        die("cannot reserve %zu bytes for translations: %s (raise the address-space limit: ulimit -v)",
            size, strerror(errno));
    a->used = a->ready = 0;
    a->size = size;
}

void arena_fini(struct arena *a)
{
    munmap(a->base, a->size);
    a->base = NULL;
}

// Many page faults cost more than one call (Linux 5.14; without it they come one by one). What is
// behind the first 2 MB comes in pages of that size, where the host has them: but one at a time,
// since at an arena's end there may be a table that grows downwards.
#ifndef MADV_POPULATE_WRITE
#    define MADV_POPULATE_WRITE 23
#endif
enum { AT_ONCE = 64 << 10 };

static void get_ready(struct arena *a)
{
    uint8_t *from = a->base + a->ready;
    size_t left = round_up(a->size, 4096) - a->ready;
    size_t to_boundary = LARGE_PAGE - (uint64_t)from % LARGE_PAGE;
    bool large = a->ready >= LARGE_PAGE && to_boundary == LARGE_PAGE && left >= LARGE_PAGE;
    size_t n = large ? LARGE_PAGE : AT_ONCE;
    n = n > to_boundary ? to_boundary : n;
    n = n > left ? left : n;
    if (a->used > a->ready + n) { // a table, of which who knows how much will be touched
        a->ready = round_up(a->used, 4096);
        return;
    }
    if (large)
        madvise(from, n, MADV_HUGEPAGE);
    madvise(from, n, MADV_POPULATE_WRITE);
    a->ready += n;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size = round_up(size, 16);
    if (size > a->size - a->used)
        return NULL;
    void *p = a->base + a->used;
    a->used += size;
    if (unlikely(a->used > a->ready))
        get_ready(a);
    return p;
}

void arena_reset(struct arena *a)
{
    a->used = 0;
}
