// SPDX-License-Identifier: MIT
// The process's lock. It guards what is reachable from `process` and the other tables of this layer
// that threads share, and it is held whenever this layer uses the C library's allocator, streams or
// thread functions, so that a fork finds those at rest. A thread that has it may take it again.
//
// Order: the engine's lock, then this one, then that of base/heap.c. Nobody sleeps in a system call
// with it.
#ifndef EMU_LINUX_LOCK_H
#define EMU_LINUX_LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

// Guest code that is gone while translations of it are still to be thrown away.
struct stale {
    unsigned count;
    struct stale_range {
        uint64_t start, end;
    } range[4];
};

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

// Takes the lock from thread `gone` of process `number` (base/lock.h), which shared this memory and
// is no more, or from another of it, and completes what it was about. Comes before
// engine_vfork_end, which waits for threads that may wait for this lock.
void process_lock_settle(struct thread *gone, uint32_t number);

// Throws away the translations that such a thread left. Comes after engine_vfork_end.
void process_forget_stale(struct thread *gone);

// Takes the lock from `holder`, a thread that does not come to give it back, if it has it. What it
// was about stays half done.
void process_lock_break(const struct thread *holder);

#endif
