// SPDX-License-Identifier: MIT
// Threads of the host that carry a process which shares this memory (clone_beside.c). They are made
// and ended without the C library, whose locks nobody could give back if the maker was killed
// meanwhile; so they may use of it only what needs no more than thread-local storage.
#ifndef EMU_LINUX_CARRIER_H
#define EMU_LINUX_CARRIER_H

#include <stddef.h>

struct carrier {
    char *stack; // the end of a stack for the process, at a multiple of 16
    size_t stack_size;
    void *room; // the caller's, zeroed
    void *area; // of pages, all of the above
    size_t area_size;
    void (*run)(void *room);
};

// One that does not run yet, with `room` bytes for the caller; NULL if there is no memory.
struct carrier *carrier_new(size_t room);

// Gives back one that does not run.
void carrier_free(struct carrier *c);

// Has it run run(c->room), which does not return, with all signals blocked; 0 or -errno.
int carrier_start(struct carrier *c, void (*run)(void *room));

// The last act of run, in its thread: all of *c is given back.
_Noreturn void carrier_end(struct carrier *c);

#endif
