// SPDX-License-Identifier: MIT
// The process's lock. It guards what is reachable from `process` and the other tables of this layer
// that threads share, and it is held whenever this layer uses the C library's allocator, streams or
// thread functions, so that a fork finds those at rest. A thread that has it may take it again.
//
// Order: the engine's lock, then this one, then the log's. Nobody sleeps in a system call with it.
#ifndef EMU_LINUX_LOCK_H
#define EMU_LINUX_LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

void process_lock(void);

// Gives it back, and then has the translations of code that went away meanwhile thrown away.
void process_unlock(void);

// The same, passing a result on: `process_lock(); return process_unlocked(f());`
int64_t process_unlocked(int64_t result);

// Whether the calling thread has it. Async-signal-safe.
bool process_lock_is_mine(void);

// The guest's code in [start, end) goes away or loses what it is, by what the caller does before it
// gives the lock back. Until then the engine may translate it, so it is told only then.
void process_forget_code(uint64_t start, uint64_t end);

// Takes the lock from `gone`, the thread of a process that shared this memory and is no more, if it
// had it. Comes before engine_vfork_end, which waits for threads that may wait for this lock.
void process_lock_break(const struct thread *gone);

#endif
