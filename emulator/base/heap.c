// SPDX-License-Identifier: MIT
// malloc and its kin. The C library's own keeps its locks to itself, so that nobody could give them
// back after the death of a process that shared this memory. Here there is one lock, which names
// its holder, and every change is one store: whatever happens, a dead process leaves the lists
// whole, and at worst a chunk that nobody has.
#include "base/heap.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/host.h"
#include "base/lock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // which have their own

// A chunk begins with its size; what the caller gets is behind that, aligned to 16.
struct chunk {
    uint64_t size;        // of all of it: a power of two, or of a mapping of its own
    uint64_t back;        // bytes from the chunk's beginning to this head (memalign)
    struct chunk *next[]; // while it is free
};

// Small chunks are of powers of two and come from spans; others are mappings.
enum { SMALLEST = 5, LARGEST = 16, SPAN = 1 << 20 };

static struct {
    struct lock lock;
    struct chunk *free[LARGEST + 1]; // by log2 of the size
    char *span, *span_end;           // what was never used; NULL: nothing
} heap;

static unsigned class_of(size_t size)
{
    return size <= 1u << SMALLEST ? SMALLEST : 64 - (unsigned)__builtin_clzll(size - 1);
}

// With the lock.
static struct chunk *take_small(unsigned class)
{
    struct chunk *c = heap.free[class];
    if (c) {
        heap.free[class] = c->next[0];
        return c;
    }
    size_t size = (size_t)1 << class;
    if (!heap.span_end || heap.span + size > heap.span_end) {
        char *span = arena_pages(SPAN);
        if (!span)
            return NULL;
        // ORDER: there is never more than belongs to one span.
        __atomic_store_n(&heap.span_end, NULL, __ATOMIC_RELEASE);
        __atomic_store_n(&heap.span, span, __ATOMIC_RELEASE);
        __atomic_store_n(&heap.span_end, span + SPAN, __ATOMIC_RELEASE);
    }
    c = (struct chunk *)heap.span;
    heap.span += size;
    return c;
}

static void *take(size_t size)
{
    if (size > PTRDIFF_MAX - 8192) {
        errno = ENOMEM;
        return NULL;
    }
    size += sizeof(struct chunk);
    struct chunk *c;
    if (size > (size_t)1 << LARGEST) {
        size = round_up(size, 4096);
        c = arena_pages(size);
    } else {
        unsigned class = class_of(size);
        size = (size_t)1 << class;
        lock_take(&heap.lock);
        c = take_small(class);
        lock_give(&heap.lock);
    }
    if (!c) {
        errno = ENOMEM;
        return NULL;
    }
    c->size = size;
    c->back = 0;
    return c + 1;
}

static struct chunk *chunk_of(void *p)
{
    struct chunk *head = (struct chunk *)p - 1;
    return (struct chunk *)((char *)head - head->back);
}

static size_t room_of(void *p)
{
    struct chunk *c = chunk_of(p);
    return c->size - (size_t)((char *)p - (char *)c);
}

#    define OURS __attribute__((visibility("default")))

OURS void *malloc(size_t size)
{
    return take(size);
}

OURS void free(void *p)
{
    if (!p)
        return;
    struct chunk *c = chunk_of(p);
    if (c->size > (size_t)1 << LARGEST) {
        int before = errno;
        munmap(c, c->size);
        errno = before;
        return;
    }
    unsigned class = class_of(c->size);
    lock_take(&heap.lock);
    c->next[0] = heap.free[class];
    __atomic_store_n(&heap.free[class], c,
                     __ATOMIC_RELEASE); // ORDER: it leads on before it is there
    lock_give(&heap.lock);
}

OURS void *calloc(size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    void *p = take(bytes);
    if (p && chunk_of(p)->size <= (size_t)1 << LARGEST) // a mapping is zero
        memset(p, 0, bytes);
    return p;
}

OURS void *realloc(void *p, size_t size)
{
    if (!p)
        return take(size);
    if (size <= room_of(p))
        return p;
    void *to = take(size);
    if (!to)
        return NULL;
    memcpy(to, p, room_of(p));
    free(p);
    return to;
}

OURS void *memalign(size_t alignment, size_t size);
OURS void *memalign(size_t alignment, size_t size)
{
    char *p = size <= PTRDIFF_MAX - 8192 - alignment ? take(size + alignment) : NULL;
    if (!p || alignment <= 16)
        return p;
    char *aligned = (char *)round_up((uint64_t)p, alignment);
    if (aligned != p)
        ((struct chunk *)aligned - 1)->back = (uint64_t)(aligned - p);
    return aligned;
}

OURS void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

OURS int posix_memalign(void **to, size_t alignment, size_t size)
{
    void *p = memalign(alignment, size);
    if (!p)
        return ENOMEM;
    *to = p;
    return 0;
}

void heap_settle(uint32_t gone)
{
    if (lock_take_over(&heap.lock, gone))
        lock_give(&heap.lock);
}

void heap_alone(void)
{
    heap.lock = (struct lock){0};
}

#else

void heap_settle(uint32_t gone)
{
    (void)gone;
}

void heap_alone(void)
{
}

#endif
