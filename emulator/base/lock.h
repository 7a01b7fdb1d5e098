// SPDX-License-Identifier: MIT
// A lock that sleeps, made of a word and the host's futex: it can be taken from a thread that the
// host's C library does not know, and taken over when its holder's process is no more.
#ifndef EMU_BASE_LOCK_H
#define EMU_BASE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct lock {
    uint32_t state; // zero: free; else whose process has it, and whether somebody waits
};

// The number of the caller's process among those that share this memory, from 1 to LOCK_HOLDERS.
// What takes the lock says in the same store who has it: there is no moment in which a lock is
// taken and nobody knows by whom.
#define LOCK_HOLDERS UINT32_C(0x7fffffff)
extern __thread uint32_t lock_holder;

void lock_take(struct lock *l);
void lock_give(struct lock *l);

// If a thread of process number `gone`, of which none runs any more, has the lock: the caller gets
// it. What the lock guards is as it was left.
bool lock_take_over(struct lock *l, uint32_t gone);

#endif
