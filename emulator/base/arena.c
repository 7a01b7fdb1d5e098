// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include "base/bits.h"
#include "base/die.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define PAGES_FROM UINT64_C(0x610000000000)

// Programs that touch more than the first of these get the rest in pages of that size, where the
// host has them: a page fault costs more than a page's clearing.
enum { LARGE_PAGE = 2 << 20 };

static void ask_for_large_pages(uint8_t *p, size_t size)
{
    uint64_t from = round_up((uint64_t)p + LARGE_PAGE, LARGE_PAGE), to = (uint64_t)p + size;
    if (from < to)
        madvise((void *)from, to - from, MADV_HUGEPAGE);
}

void *arena_pages(size_t size)
{
    static uint64_t next = PAGES_FROM;
    size = round_up(size, 4096);
    // Only a hint, which the kernel follows where nothing is.
    void *at = (void *)__atomic_fetch_add(&next, size + 4096, __ATOMIC_RELAXED);
    void *p =
        mmap(at, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    ask_for_large_pages(p, size);
    return p;
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

// Many page faults cost more than one call (Linux 5.14; without it they come one by one).
#ifndef MADV_POPULATE_WRITE
#    define MADV_POPULATE_WRITE 23
#endif
enum { AT_ONCE = 64 << 10 };

static void get_ready(struct arena *a)
{
    size_t from = a->ready, left = round_up(a->size, 4096) - from;
    size_t n = left < AT_ONCE ? left : AT_ONCE;
    if (a->used <= from + n)
        madvise(a->base + from, n, MADV_POPULATE_WRITE);
    else // a table, of which who knows how much will be touched
        n = round_up(a->used, 4096) - from;
    a->ready = from + n;
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
