// SPDX-License-Identifier: MIT
// Bump allocation for things that die together: one arena per translation, one per generation of
// blocks. Memory comes from anonymous mappings, so an arena costs nothing until it is used; then
// its pages come some at a time. Not thread-safe.
#ifndef EMU_BASE_ARENA_H
#define EMU_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena {
    uint8_t *base;
    size_t used;
    size_t size;
    size_t ready; // up to here its pages are there, or are left to page faults
};

// Zeroed pages for the emulator itself, above every address that a guest can have: where the kernel
// would put them depends on settings that the guest's user may change (ulimit -s unlimited has it
// begin in the middle). NULL if there is no memory. They are given back with munmap.
void *arena_pages(size_t size);

// An address for as many pages, which nobody else gets / such pages there, unless the host has
// something there.
void *arena_address(size_t size);
// The same near the highest addresses that a guest has: code there reaches them, and the emulator
// itself, by a distance of 32 bits.
void *arena_address_near(size_t size);
void *arena_pages_at(void *at, size_t size);

// All of such pages are going to be written: they come at once, large ones if that is wanted.
void arena_populate(void *p, size_t size, bool large);

// The same for the beginning of a larger memory, of which more may be written later: a large page
// at the end costs less than many small ones.
void arena_populate_and_grow(void *p, size_t size);

// Of pages that are filled from the front, those behind a first part may be large ones.
void arena_large_pages(uint8_t *p, size_t size);

// Reserves `size` bytes of address space / at an address from arena_address. Dies if the host
// refuses.
void arena_init(struct arena *a, size_t size);
void arena_init_at(struct arena *a, void *at, size_t size);
void arena_fini(struct arena *a);

// `size` bytes aligned to 16, zeroed only the first time round; NULL when the arena is full.
void *arena_alloc(struct arena *a, size_t size);

// Forgets everything allocated; the pages stay.
void arena_reset(struct arena *a);

#endif
