// SPDX-License-Identifier: MIT
// A lock that sleeps, made of a word and the host's futex: it can be taken from a thread that the
// host's C library does not know, and broken when its holder is no more.
#ifndef EMU_BASE_LOCK_H
#define EMU_BASE_LOCK_H

#include <stdint.h>

struct lock {
    uint32_t state; // zero: free
};

void lock_take(struct lock *l);
void lock_give(struct lock *l);

#endif
