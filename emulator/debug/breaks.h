// SPDX-License-Identifier: MIT
// Breakpoints and watchpoints: what is set, and whether a thread that came to one is to stop.
#ifndef EMU_DEBUG_BREAKS_H
#define EMU_DEBUG_BREAKS_H

#include "debug/traced.h"

#include <stddef.h>

enum { BREAK_CODE = 2048 }; // bytes of the conditions and commands of one breakpoint

// The kinds of RSP's Z packets.
enum { BREAK_SOFTWARE, BREAK_HARDWARE, WATCH_WRITE, WATCH_READ, WATCH_ACCESS, BREAK_KINDS };

// Sets a breakpoint at addr, which replaces the conditions of one that is there; it holds a thread
// for which one of the conditions is true, or if there are none. Conditions are agent expressions
// (debug/agent.h), one behind the other, each after its length in 2 bytes. 0, or -errno.
int break_set(uint64_t addr, const uint8_t *conditions, size_t size);
int break_unset(uint64_t addr);

// Watches `size` bytes at addr for accesses of that kind. Threads stand when it is called.
int watch_set(uint64_t addr, uint64_t size, unsigned kind);
int watch_unset(uint64_t addr, uint64_t size, unsigned kind);

void breaks_clear(void);

// Whether the trap that thread t is at holds it.
bool breaks_hold(struct thread *t);

// Whether the watched access that t is before is to be told: *why.
bool breaks_watched(const struct thread *t, struct stop *why);

// Around a system call: what it writes to a watched place is known by the first WATCH_SEEN bytes
// there, which are others then.
void breaks_before_call(struct traced *x);
bool breaks_written_by_call(const struct traced *x, struct stop *why);

// How many there are, and how often conditions were evaluated, for `monitor stats`.
void breaks_count(unsigned *breaks, unsigned *watches, uint64_t *evaluated);

#endif
