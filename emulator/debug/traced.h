// SPDX-License-Identifier: MIT
// The guest's threads as a debugger sees them: where each stands and why, and what it does next.
// Each thread stops itself, at a place where its state is complete; a thread of the debugger's own
// (debug/gdb.c) looks at them and lets them go on. One that sleeps in a system call of the host
// stands, too: it cannot get back to guest code before it has seen that it is to stop.
#ifndef EMU_DEBUG_TRACED_H
#define EMU_DEBUG_TRACED_H

#include "ir/watch.h"
#include "linux/thread.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

enum { WATCH_SEEN = 16 };

enum stop_kind {
    STOP_NONE,
    STOP_ASKED, // because the debugger wanted it
    STOP_SIGNAL,
    STOP_STEP,
    STOP_TRAP,  // at a breakpoint
    STOP_WATCH, // before a watched access, of `arg`
    STOP_CALL,  // before system call number `arg`
    STOP_CALLED,
    STOP_FORK, // `arg`: the child
    STOP_VFORK,
    STOP_VFORK_DONE,
    STOP_EXEC, // at the first instruction
};

struct stop {
    enum stop_kind kind;
    int sig; // STOP_SIGNAL
    uint64_t arg;
    unsigned access; // STOP_WATCH: what the debugger asked for, enum ir_watch_access
};

// What a thread does when it goes on.
struct go {
    bool steps;          // one instruction, or until pc leaves [start, end)
    uint64_t start, end; // 0, 0: one instruction
    int sig;             // is delivered first, or 0
};

struct traced {
    struct thread *thread;
    int pid, tid; // the process is another than the debugged one for the child of a vfork alone
    struct traced *next;
    struct stop stop; // why it stands, if it has something to tell
    bool told;        // the debugger knows
    bool on;          // the debugger lets it run, and wants to know when it stops
    bool asked;       // it is to stop
    bool parked;      // it has, and waits for `woken`
    bool shown;       // that it stands, before it was parked: it sleeps in a system call
    bool lends;       // it stands until the child of its vfork lets go of the memory
    bool ends;        // it stands until the debugger is told that it has ended the process
    uint32_t woken;   // a futex
    struct go go;
    uint64_t step_from; // pc when it began to step
    uint64_t over;      // the trap at this pc does not hold it once more
    bool copies;        // it makes a copy of the process before it goes on, for the debugger
    bool passing;       // the next signal is the debugger's own
    int sent;           // so is the next of this number
    siginfo_t info;     // of the last signal
    uint64_t watched;   // pc of the access that it stopped before, last
    // What the first bytes of each watched place were before a system call (debug/breaks.h).
    uint8_t before_call[IR_WATCHES][WATCH_SEEN];
};

struct tracing {
    bool attached;   // somebody debugs
    bool calm;       // threads that begin are to stop, as all have
    uint64_t passed; // bit sig - 1: the debugger does not want to know of it
    // System calls that it wants to know: all of them, or those with a bit.
    bool all_calls;
    uint64_t calls[8];
    bool executed;      // the program has been: the return of execve is still to be told
    const char *socket; // a file that goes with the process, or NULL
    int notify;         // an eventfd: something has stopped
    struct traced *first;
    // The process's end, while it waits for `end_told`.
    bool ending, end_told;
    int status, sig;
};
extern struct tracing tracing;

// Guards `tracing`, the list of threads, and whether and why each has stopped.
void tracing_lock(void);
void tracing_unlock(void);

// From now on threads are traced. By a guest thread, outside of engine_run.
void tracing_begin(struct thread *t);

// All threads that there are become known and are asked to stop. With the lock.
void tracing_attach(void);

// Nobody debugs any more: all goes on as if nobody ever had. With the lock.
void tracing_detach(void);

// Asks a thread to stop / all of them, and waits until they stand: `wait` milliseconds at most.
// With the lock, which tracing_stop_all gives up while it waits.
void traced_ask(struct traced *x);
void tracing_stop_all(int wait);

// Whether it stands.
bool traced_stands(const struct traced *x);

// It goes on. With the lock.
void traced_go(struct traced *x, const struct go *go);

// The thread of that number, or NULL. With the lock.
struct traced *traced_find(int tid);

// The caller, a traced thread, stops until it is told to go on.
void traced_stop(struct traced *x, const struct stop *why);

// The same without something to tell. With the lock, which it gives up.
void traced_park(struct traced *x);

// Becomes one of the list / is none of it any more. With the lock.
void traced_enlist(struct traced *x);
void traced_unlist(struct traced *x);

// The caller as a traced thread; NULL if it is none (of another process that shares the memory).
struct traced *traced_self(struct thread *t);

// A thread that sleeps in a system call leaves it, so that its registers can be set; the call will
// be made again from its beginning. With the lock, given up meanwhile.
void traced_settle(struct traced *x);

// Where a thread that stands is: before the system call it sleeps in, as Linux on arm64 has it.
bool traced_sleeps(const struct traced *x);
uint64_t traced_pc(const struct traced *x);
uint64_t traced_x0(const struct traced *x);

// Whether system calls are to be told to this module, after `calls` or the watchpoints have
// changed.
void tracing_watch_calls(void);

// The signals that come to the debugger though they have no handler.
void tracing_watch_signals(void);

#endif
