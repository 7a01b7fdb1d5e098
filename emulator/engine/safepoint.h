// SPDX-License-Identifier: MIT
// Private to engine/: which threads may still be in translations that were removed. Threads run
// them, and look for them, without a lock. What is removed can no longer be reached from a table or
// through a link, but its memory stays what it is until each thread has come by a place where it
// knows of no translation: a safepoint. Every trip through the driver is one, so is being outside
// of it; a thread that stays in translated code is interrupted if somebody waits for it.
#ifndef EMU_ENGINE_SAFEPOINT_H
#define EMU_ENGINE_SAFEPOINT_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct engine_thread;

// A thread's part.
struct safepoint {
    uint64_t seen;   // the removals it knows of; 0: it is outside of the engine
    uint64_t before; // the same when it went out for a system call that compiled code makes
    struct cpu *cpu; // that it runs, while it is inside
    struct engine_thread *next;
};

// The engine's lock: for all changes of what threads share, and to make translations.
void engine_lock(void);
void engine_unlock(void);

// Adds a thread / removes it. Locks.
void safepoint_add(struct engine_thread *e);
void safepoint_remove(struct engine_thread *e);

// The first thread there is; the others by safepoint.next. With the lock.
struct engine_thread *safepoint_threads(void);

// The thread comes in to run c / goes out.
void safepoint_enter(struct engine_thread *e, struct cpu *c);
void safepoint_leave(struct engine_thread *e);

// The thread is at a safepoint. True if something was removed since its last one: what it still
// knows is to be forgotten.
bool safepoint_pass(struct engine_thread *e);

// Whether nothing was removed since the thread's last safepoint. With the lock, which keeps it so.
bool safepoint_is_recent(const struct engine_thread *e);

// Something was removed: returns what to ask safepoint_reached for before its memory is used again.
// With the lock.
uint64_t safepoint_removed(void);

// Whether all threads have passed a safepoint since. Those that have not are made to. With the
// lock.
bool safepoint_reached(uint64_t removal);

// If process `gone`, which shared this one's memory and is no more, has the lock: the caller gets
// it.
bool engine_lock_take_over(uint32_t gone);

// Another process is going to use a thread's part, so that the lock is taken, and who has it known;
// without the lock / it is gone, and e may be the only thread again; with the lock, which is let
// go.
void safepoint_two(void);
void safepoint_one(const struct engine_thread *e);

// The lock is for others, too, than the threads that were added.
void safepoint_open(void);

// All threads are made to pass one.
void safepoint_call_all(void);

// The caller, e, is the only thread left, and has the lock. It is given back.
void safepoint_alone(struct engine_thread *e);

#endif
