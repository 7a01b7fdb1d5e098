// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include "base/bits.h"
#include "base/die.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

// The host may put the heap of a static program up to 1 GiB behind it.
#if defined __SANITIZE_THREAD__ // which has the others for itself
#    define PAGES_FROM UINT64_C(0x4000000000)
#    define NEAR_FROM  UINT64_C(0x5000000000)
#elif defined __SANITIZE_ADDRESS__
#    define PAGES_FROM UINT64_C(0x610000000000)
#    define NEAR_FROM  UINT64_C(0x620000000000)
#else
#    define PAGES_FROM UINT64_C(0x610000000000)
#    define NEAR_FROM  UINT64_C(0x600042000000)
#endif

// What an arena has in front of the first boundary of large pages.
enum { LARGE_PAGE = 2 << 20, FIRST_PART = 128 << 10 };

static void *take(uint64_t *next, size_t size)
{
    uint64_t free = __atomic_fetch_add(next, round_up(size, 4096) + LARGE_PAGE, __ATOMIC_RELAXED);
    return (void *)(round_up(free + FIRST_PART, LARGE_PAGE) - FIRST_PART);
}

void *arena_address(size_t size)
{
    static uint64_t next = PAGES_FROM;
    return take(&next, size);
}

void *arena_address_near(size_t size)
{
    static uint64_t next = NEAR_FROM;
    return take(&next, size);
}

void *arena_pages_at(void *at, size_t size)
{
    // Only a hint, which the kernel follows where nothing is.
    void *p = mmap(at, round_up(size, 4096), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void *arena_pages(size_t size)
{
    return arena_pages_at(arena_address(size), size);
}

void arena_large_pages(uint8_t *p, size_t size)
{
    uint64_t from = round_up((uint64_t)p + FIRST_PART, LARGE_PAGE), to = (uint64_t)p + size;
    if (from < to)
        madvise((void *)from, to - from, MADV_HUGEPAGE);
}

void arena_init(struct arena *a, size_t size)
{
    arena_init_at(a, arena_address(size), size);
}

void arena_init_at(struct arena *a, void *at, size_t size)
{
    size = round_up(size, 16); // of which arena_alloc gives multiples
    a->base = arena_pages_at(at, size);
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

// A large page, where the host has them, costs about as much as 40 pages that come one by one. One
// at a time, since at an arena's end there may be a table that grows downwards.
static bool get_large_page(uint8_t *p)
{
    static bool none;
    unsigned char there;
    if (none || madvise(p, LARGE_PAGE, MADV_HUGEPAGE) < 0)
        return false;
    __atomic_fetch_or(p, 0, __ATOMIC_RELAXED);
    none = mincore(p + LARGE_PAGE / 2, 4096, &there) < 0 || !(there & 1);
    return !none;
}

// Many page faults cost more than one call (Linux 5.14; without it they come one by one), above all
// where a page is read before it is written: as much again as there is.
#ifndef MADV_POPULATE_WRITE
#    define MADV_POPULATE_WRITE 23
#endif
enum { AT_FIRST = 16 << 10, AT_ONCE = 64 << 10, LARGE_TABLE = 256 << 10 };

void arena_populate(void *p, size_t size, bool large)
{
    madvise(p, size, large ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    madvise(p, size, MADV_POPULATE_WRITE);
}

void arena_populate_and_grow(void *p, size_t size)
{
    uint64_t tail = ((uint64_t)p + size) % LARGE_PAGE;
    size_t most = size > tail && tail >= LARGE_PAGE / 4 * 3 ? size - tail + LARGE_PAGE : size;
    arena_populate(p, most, size >= LARGE_TABLE);
}

static size_t get_pages(const struct arena *a, size_t most)
{
    size_t n = a->ready < AT_FIRST ? AT_FIRST : a->ready < AT_ONCE ? a->ready : AT_ONCE;
    size_t wanted = round_up(a->used - a->ready, 4096);
    n = n < wanted ? wanted : n;
    n = n > most ? most : n;
    madvise(a->base + a->ready, n, MADV_POPULATE_WRITE);
    return n;
}

// What is behind the first part comes in large pages.
static void get_ready(struct arena *a)
{
    uint8_t *from = a->base + a->ready;
    size_t left = round_up(a->size, 4096) - a->ready;
    size_t to_boundary = LARGE_PAGE - (uint64_t)from % LARGE_PAGE;
    bool large = a->ready >= FIRST_PART && to_boundary == LARGE_PAGE && left >= LARGE_PAGE;
    if (large && get_large_page(from))
        a->ready += LARGE_PAGE;
    else
        a->ready += get_pages(a, left < to_boundary ? left : to_boundary);
}

// A table of some size is in large pages from its beginning on.
static void skip_to_large_page(struct arena *a, size_t size)
{
    size_t at = round_up((uint64_t)a->base + a->used, LARGE_PAGE) - (uint64_t)a->base;
    if (a->ready < at && at + size <= a->size)
        a->used = a->ready = at;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size = round_up(size, 16);
    if (size >= LARGE_TABLE)
        skip_to_large_page(a, size);
    if (size > a->size - a->used)
        return NULL;
    void *p = a->base + a->used;
    a->used += size;
    while (unlikely(a->used > a->ready))
        get_ready(a);
    return p;
}

void arena_reset(struct arena *a)
{
    a->used = 0;
}
