// SPDX-License-Identifier: MIT
// A sorted array: a program has tens of mappings, a large one some thousands, and lookups outnumber
// changes by far.
#include "linux/vma.h"

#include "base/arena.h"
#include "base/die.h"

#include <string.h>
#include <sys/mman.h>

unsigned vma_lower(const struct vma_table *t, uint64_t addr)
{
    unsigned lo = 0, hi = t->count;
    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (t->at[mid].end <= addr)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct vma *vma_find(const struct vma_table *t, uint64_t addr)
{
    unsigned i = vma_lower(t, addr);
    return i < t->count && t->at[i].start <= addr ? &t->at[i] : NULL;
}

enum { FIRST_CAPACITY = 128 };

// ORDER: at each moment what `at` and `before` point to is whole: another process may be killed
// here. It is not the C library's memory, whose locks would then be left taken.
static void grow(struct vma_table *t)
{
    unsigned capacity = t->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : t->capacity * 2;
    struct vma *at = arena_pages(2 * capacity * sizeof *at), *old = t->at;
    size_t old_size = 2 * t->capacity * sizeof *at;
    if (!at)
        die("out of memory for the table of %u guest mappings", capacity);
    if (t->capacity) {
        memcpy(at, old, t->count * sizeof *at);
        memcpy(at + capacity, t->before, t->count_before * sizeof *at);
    }
    __atomic_store_n(&t->before, at + capacity, __ATOMIC_RELEASE);
    __atomic_store_n(&t->at, at, __ATOMIC_RELEASE);
    __atomic_store_n(&t->capacity, capacity, __ATOMIC_RELEASE);
    if (old && !t->lent)
        munmap(old, old_size);
    t->lent = false;
}

// Makes room for one more entry at index i.
static struct vma *open_slot(struct vma_table *t, unsigned i)
{
    if (t->count == t->capacity)
        grow(t);
    memmove(&t->at[i + 1], &t->at[i], (t->count - i) * sizeof *t->at);
    t->count++;
    return &t->at[i];
}

static void close_slots(struct vma_table *t, unsigned i, unsigned n)
{
    if (n) // an empty table has no storage
        memmove(&t->at[i], &t->at[i + n], (t->count - i - n) * sizeof *t->at);
    t->count -= n;
}

// Makes `addr` a border: a mapping that contains it in its inside becomes two.
static void split_at(struct vma_table *t, uint64_t addr)
{
    unsigned i = vma_lower(t, addr);
    if (i == t->count || t->at[i].start >= addr)
        return;
    struct vma *upper = open_slot(t, i + 1);
    *upper = t->at[i];
    upper->start = addr;
    t->at[i].end = addr;
}

static bool can_join(const struct vma *a, const struct vma *b)
{
    return a->end == b->start && a->prot == b->prot && a->kind == b->kind &&
           a->shared == b->shared && a->anonymous == b->anonymous && a->unforked == b->unforked &&
           a->grows == b->grows && a->sealed == b->sealed;
}

// Joins what has become equal among the mappings from `first` to `last` and their neighbours.
static void join_around(struct vma_table *t, unsigned first, unsigned last)
{
    unsigned i = first ? first - 1 : 0;
    unsigned left = last - i + 1; // borders to look at
    while (left-- && i + 1 < t->count) {
        if (can_join(&t->at[i], &t->at[i + 1])) {
            t->at[i].end = t->at[i + 1].end;
            close_slots(t, i + 1, 1);
        } else {
            i++;
        }
    }
}

// Makes [start, end) whole entries: from *first to before the one returned.
static unsigned cut_out(struct vma_table *t, uint64_t start, uint64_t end, unsigned *first)
{
    split_at(t, start);
    split_at(t, end);
    unsigned last = *first = vma_lower(t, start);
    while (last < t->count && t->at[last].start < end)
        last++;
    return last;
}

static void begin_change(struct vma_table *t)
{
    if (t->sharers) {
        t->count_before = t->count;
        t->bytes_before = t->bytes;
        if (t->count) // an empty table has no storage
            memcpy(t->before, t->at, t->count * sizeof *t->at);
        __atomic_store_n(&t->changing, true, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&t->changes, t->changes + 1, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void end_change(struct vma_table *t)
{
    if (t->bytes > t->peak)
        t->peak = t->bytes;
    __atomic_store_n(&t->changing, false, __ATOMIC_RELEASE);
    __atomic_store_n(&t->changes, t->changes + 1, __ATOMIC_RELEASE);
}

void vma_share(struct vma_table *t)
{
    t->sharers++;
}

void vma_unshare(struct vma_table *t)
{
    t->sharers--;
}

void vma_take_back(struct vma_table *t)
{
    if (t->changing) {
        memcpy(t->at, t->before, t->count_before * sizeof *t->at);
        t->count = t->count_before;
        t->bytes = t->bytes_before;
        t->changing = false;
    }
    if (t->changes & 1)
        __atomic_store_n(&t->changes, t->changes + 1, __ATOMIC_RELEASE);
}

static void clear(struct vma_table *t, uint64_t start, uint64_t end)
{
    unsigned first, last = cut_out(t, start, end, &first);
    for (unsigned i = first; i < last; i++)
        t->bytes -= t->at[i].end - t->at[i].start;
    close_slots(t, first, last - first);
}

void vma_clear(struct vma_table *t, uint64_t start, uint64_t end)
{
    begin_change(t);
    clear(t, start, end);
    end_change(t);
}

void vma_set(struct vma_table *t, const struct vma *v)
{
    begin_change(t);
    clear(t, v->start, v->end);
    unsigned i = vma_lower(t, v->start);
    *open_slot(t, i) = *v;
    t->bytes += v->end - v->start;
    join_around(t, i, i);
    end_change(t);
}

void vma_keep_from_child(struct vma_table *t, uint64_t start, uint64_t end, bool unforked)
{
    begin_change(t);
    unsigned first, last = cut_out(t, start, end, &first);
    for (unsigned i = first; i < last; i++)
        t->at[i].unforked = unforked;
    join_around(t, first, last);
    end_change(t);
}

void vma_seal(struct vma_table *t, uint64_t start, uint64_t end)
{
    begin_change(t);
    unsigned first, last = cut_out(t, start, end, &first);
    for (unsigned i = first; i < last; i++)
        t->at[i].sealed = true;
    join_around(t, first, last);
    end_change(t);
}

void vma_clear_unforked(struct vma_table *t)
{
    begin_change(t);
    for (unsigned i = t->count; i-- > 0;)
        if (t->at[i].unforked) {
            t->bytes -= t->at[i].end - t->at[i].start;
            close_slots(t, i, 1);
        }
    end_change(t);
}

void vma_protect(struct vma_table *t, uint64_t start, uint64_t end, uint8_t prot)
{
    begin_change(t);
    unsigned first, last = cut_out(t, start, end, &first);
    for (unsigned i = first; i < last; i++)
        t->at[i].prot = prot;
    join_around(t, first, last);
    end_change(t);
}

bool vma_covers(const struct vma_table *t, uint64_t start, uint64_t end)
{
    for (unsigned i = vma_lower(t, start); i < t->count && t->at[i].start <= start; i++) {
        start = t->at[i].end;
        if (start >= end)
            return true;
    }
    return start >= end;
}

bool vma_any(const struct vma_table *t, uint64_t start, uint64_t end)
{
    unsigned i = vma_lower(t, start);
    return i < t->count && t->at[i].start < end;
}

bool vma_any_exec(const struct vma_table *t, uint64_t start, uint64_t end)
{
    for (unsigned i = vma_lower(t, start); i < t->count && t->at[i].start < end; i++)
        if (t->at[i].prot & PROT_EXEC)
            return true;
    return false;
}

bool vma_any_sealed(const struct vma_table *t, uint64_t start, uint64_t end)
{
    for (unsigned i = vma_lower(t, start); i < t->count && t->at[i].start < end; i++)
        if (t->at[i].sealed)
            return true;
    return false;
}

// Where room ends below a mapping: one that grows wants some.
static uint64_t ceiling(const struct vma *v)
{
    const uint64_t gap = 256 * MM_PAGE; // the kernel's stack_guard_gap
    return v->grows ? (v->start > gap ? v->start - gap : 0) : v->start;
}

uint64_t vma_room(const struct vma_table *t, uint64_t size, uint64_t low, uint64_t high)
{
    if (high < low || high - low < size)
        return 0;
    unsigned i = vma_lower(t, high - 1); // mappings from i on end at or above high
    if (i < t->count && ceiling(&t->at[i]) < high)
        high = ceiling(&t->at[i]);
    for (;;) {
        uint64_t floor = i ? t->at[i - 1].end : low;
        if (floor < low)
            floor = low;
        if (high >= floor && high - floor >= size)
            return high - size;
        if (!i || t->at[i - 1].start <= low)
            return 0;
        high = ceiling(&t->at[--i]);
    }
}
